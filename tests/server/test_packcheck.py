"""A push is measured before it is taken: no object may fill the memory."""

from __future__ import annotations

import io
import os
import subprocess
import zlib

import pytest

from hubnb.server import packcheck
from hubnb.server.packcheck import Pack, TooLarge, read_commands, refusal
from hubnb.server.wire import HubProblem


def varint(kind: int, size: int) -> bytes:
    byte, size = kind << 4 | size & 15, size >> 4
    out = bytearray()
    while size:
        out.append(byte | 0x80)
        byte, size = size & 0x7F, size >> 7
    return bytes([*out, byte])


def number(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def packed(*objects: bytes, count: int | None = None) -> io.BytesIO:
    head = b"PACK\0\0\0\2" + (len(objects) if count is None else count).to_bytes(4, "big")
    return io.BytesIO(head + b"".join(objects) + bytes(20))


def blob(content: bytes, announced: int | None = None, kind: int = 3, base: bytes = b"") -> bytes:
    return varint(kind, len(content) if announced is None else announced) + base + zlib.compress(content)


def test_an_ordinary_pack_passes_and_so_does_a_push_that_only_deletes():
    Pack(packed(blob(b""), blob(b"a" * 200_000), blob(os.urandom(100_000)))).check()
    delta = number(10) + number(20) + b"\x0ahello12345"
    Pack(packed(blob(delta, kind=6, base=b"\x81\x05"), blob(delta, kind=7, base=bytes(20)))).check()
    Pack(io.BytesIO()).check()


@pytest.mark.parametrize(
    "entry",
    [
        varint(3, packcheck.MAX_OBJECT_BYTES + 1),
        blob(b"x" * 5_000_000, announced=100),
        blob(number(10) + number(packcheck.MAX_OBJECT_BYTES + 1), kind=7, base=bytes(20)),
        blob(number(10) + number(1 << 60), kind=6, base=b"\x05"),
    ],
    ids=["announced", "bomb", "delta to a name", "delta to a place"],
)
def test_what_would_fill_the_memory_is_refused(entry):
    with pytest.raises(TooLarge):
        Pack(packed(blob(b"fine"), entry)).check()


@pytest.mark.parametrize(
    "source",
    [
        io.BytesIO(b"PAC"),
        io.BytesIO(b"nonsense nonsense"),
        packed(blob(b"a"), count=5),
        packed(blob(b"a")[:-3]),
        packed(varint(3, 10) + b"no zlib at all"),
        io.BytesIO(b"PACK\0\0\0\2\xff\xff\xff\xff"),
        packed(varint(6, 1) + b"\xff" * 5),
    ],
    ids=range(7),
)
def test_what_is_no_pack_is_refused(source):
    with pytest.raises(HubProblem, match="not what git sends"):
        Pack(source).check()


@pytest.mark.parametrize("data", [b"zzzz", b"0002", b"00", b"0009ab", b"-001"])
def test_broken_lines_are_refused(data):
    with pytest.raises(HubProblem, match="not what git sends"):
        read_commands(io.BytesIO(data))


def test_the_refusal_is_gits_own_with_and_without_channels():
    line = b"0" * 40 + b" " + b"1" * 40 + b" refs/heads/main\0report-status side-band-64k push-options"
    source = io.BytesIO(b"%04x" % (len(line) + 4) + line + b"0000" + b"0007opt" + b"0000PACK")
    refs, capabilities = read_commands(source)
    assert (refs, source.read()) == ([b"refs/heads/main"], b"PACK")
    assert b"ng refs/heads/main too large\n" in refusal(refs, capabilities, "too large")
    assert refusal(refs, set(), "too large").endswith(b"ng refs/heads/main too large\n0000")


def test_git_shows_the_reason_and_the_hub_keeps_nothing(hub, alice, tmp_path, monkeypatch):
    monkeypatch.setattr(packcheck, "MAX_OBJECT_BYTES", 100_000)
    repo = alice.create()
    address = hub.endpoint.replace("//", "//alice:hf_alice_write@") + f"/{repo}"
    clone = tmp_path / "clone"

    def git(*command: str) -> subprocess.CompletedProcess[str]:
        identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        return subprocess.run(["git", *identity, *command], capture_output=True, text=True, check=False)

    assert git("clone", "-q", address, str(clone)).returncode == 0
    head = alice.head(repo)
    (clone / "big.txt").write_bytes(os.urandom(100_001))
    git("-C", str(clone), "add", ".")
    git("-C", str(clone), "commit", "-qm", "Too large")
    pushed = git("-C", str(clone), "push", address, "HEAD:main")
    assert pushed.returncode != 0
    assert "must be in git LFS" in pushed.stderr
    assert alice.head(repo) == head
