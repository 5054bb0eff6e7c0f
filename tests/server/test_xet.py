"""Xet: containers of chunks in, plain files out, nonsense refused."""

from __future__ import annotations

import io
import struct

import pytest
import requests
from hub_people import sha256

from hubnb.server.xorbs import BadXet, hash_text, lz4_frame, read_shard, unpack_xorb


def raw_hash(text: str) -> bytes:
    """The inverse of `hash_text`."""
    return struct.pack("<4Q", *(int(text[start : start + 16], 16) for start in range(0, 64, 16)))


def chunk(payload: bytes, plain: int, scheme: int = 0) -> bytes:
    return b"\0" + len(payload).to_bytes(3, "little") + bytes([scheme]) + plain.to_bytes(3, "little") + payload


def frame(*blocks: bytes) -> bytes:
    return b"\x04\x22\x4d\x18\x40\x40\x00" + b"".join(blocks) + bytes(4)


def packed(data: bytes) -> bytes:
    return struct.pack("<I", len(data)) + data


def stored(data: bytes) -> bytes:
    return struct.pack("<I", len(data) | 1 << 31) + data


def shard(content: bytes, *terms: tuple[str, int, int, int], sha: str | None = None, flags: int = 1 << 30) -> bytes:
    record = struct.Struct("<32sIIII")
    body = record.pack(bytes(32), flags, len(terms), 0, 0)
    body += b"".join(record.pack(raw_hash(xorb), 0, length, first, end) for xorb, length, first, end in terms)
    body += record.pack(raw_hash(sha or sha256(content)), 0, 0, 0, 0)
    return bytes(48) + body + record.pack(b"\xff" * 32, 0, 0, 0, 0)


XORB = "ab" * 32


@pytest.fixture
def store(alice):
    """A repository, the address of its chunk store, and a session with the upload token."""
    repo = alice.create()
    grant = alice.get(f"/api/models/{repo}/xet-write-token/main")
    assert grant.headers["X-Xet-Cas-Url"] == grant.json()["casUrl"]
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {grant.json()['accessToken']}"
        yield repo, grant.json()["casUrl"], session


def test_chunks_become_a_file_that_can_be_committed(alice, store):
    repo, address, session = store
    content = b"hello " * 100 + b"world"
    xorb = chunk(content[:300], 300) + chunk(content[300:], len(content) - 300) + b"XETBLOB and more"
    assert session.post(f"{address}/v1/xorbs/default/{XORB}", data=xorb).json() == {"was_inserted": True}
    sent = session.post(
        f"{address}/v1/shards", data=shard(content, (XORB, 300, 0, 1), (XORB, len(content) - 300, 1, 2))
    )
    assert sent.json() == {"result": 1}
    line = {"path": "w.bin", "algo": "sha256", "oid": sha256(content), "size": len(content)}
    assert alice.commit(repo, ("lfsFile", line)).status_code == 200
    assert alice.read(repo, "w.bin").content == content
    other = alice.create()
    assert alice.commit(other, ("lfsFile", line)).status_code == 200, "alice may read it, so she may put it elsewhere"


def test_what_does_not_give_the_announced_file_is_refused(alice, store):
    repo, address, session = store
    content = b"some content of %s" % repo.encode()
    session.post(f"{address}/v1/xorbs/default/{XORB}", data=chunk(content, len(content)))
    whole = (XORB, len(content), 0, 1)
    for wrong in (
        shard(content, whole, sha="0" * 64),
        shard(content, (XORB, len(content), 0, 2)),
        shard(content, (XORB, len(content), 1, 1)),
        shard(content, (XORB, 5, 0, 1)),
        shard(content, ("cd" * 32, len(content), 0, 1)),
        shard(content, whole, flags=0),
        shard(content, whole)[:100],
        b"",
        b"\0" * 48,
    ):
        assert session.post(f"{address}/v1/shards", data=wrong).status_code == 400
    assert "actions" in alice.batch(repo, content).json()["objects"][0]
    assert session.post(f"{address}/v1/shards", data=shard(content, whole)).status_code == 200


@pytest.mark.parametrize(
    "xorb",
    [
        chunk(b"abc", 4),
        chunk(b"abc", 3)[:-1],
        chunk(b"abc", 3, scheme=9),
        chunk(b"abc", 3, scheme=1),
        chunk(frame(packed(b"\x10a\x09\x00")), 20, scheme=1),
        chunk(frame(packed(b"\x1fa\x01\x00" + b"\xff" * 100)), 10, scheme=1),
        chunk(frame(stored(b"a" * 100)), 10, scheme=1),
        chunk(frame(packed(b"\xf0"))[:9], 10, scheme=1),
        chunk(frame(packed(b"\x1fa\x01\x00" + b"\xff" * 65700 + b"\0")), (255 * 65700) + 20, scheme=1) * 12,
    ],
    ids=range(9),
)
def test_a_broken_xorb_is_refused(store, xorb):
    _, address, session = store
    assert session.post(f"{address}/v1/xorbs/default/{XORB}", data=xorb).status_code == 400


def test_a_store_that_lost_chunks_gives_way_to_a_new_one(alice, store):
    repo, address, session = store
    content = b"some content"
    lost = shard(content, ("ef" * 32, len(content), 0, 1))
    assert session.post(f"{address}/v1/shards", data=lost).status_code == 400
    granted = alice.get(f"/api/models/{repo}/xet-write-token/main").json()
    assert granted["casUrl"] != address, "a client sends everything to an address it doesn't know"
    session.headers["Authorization"] = f"Bearer {granted['accessToken']}"
    session.post(f"{granted['casUrl']}/v1/xorbs/default/{XORB}", data=chunk(content, len(content)))
    whole = shard(content, (XORB, len(content), 0, 1))
    assert session.post(f"{granted['casUrl']}/v1/shards", data=whole).status_code == 200
    assert alice.get(f"/api/models/{repo}/xet-write-token/main").json()["casUrl"] == granted["casUrl"]


def test_upload_tokens_are_good_for_one_store_and_one_repo(alice, bob, nobody, alice_reading, store):
    repo, address, session = store
    for person, status in ((nobody, 401), (bob, 403), (alice_reading, 403)):
        assert person.get(f"/api/models/{repo}/xet-write-token/main").status_code == status
    good = session.headers["Authorization"]
    elsewhere = address.rpartition("/")[0] + "/" + "0" * 24
    for url, token in ((address, "Bearer hf_alice_write"), (address, ""), (address, f"{good}0"), (elsewhere, good)):
        for path in (f"/v1/xorbs/default/{XORB}", "/v1/shards"):
            assert requests.post(url + path, data=b"", headers={"Authorization": token}, timeout=10).status_code == 401
    assert session.get(f"{address}/v1/chunks/default/{XORB}").status_code == 404
    assert session.post(f"{address}/v1/xorb-grants/default/{XORB}", json={}).status_code == 404


def test_lz4_frames_are_unpacked():
    assert lz4_frame(frame(packed(b"\x50hello")), 5) == b"hello"
    assert lz4_frame(frame(packed(b"\x11a\x01\x00\x10b")), 7) == b"aaaaaa" + b"b"
    assert lz4_frame(frame(stored(b"abcd"), packed(b"\x04\x04\x00\x10!")), 13) == b"abcdabcdabcd!"
    assert lz4_frame(frame(packed(b"\xf0\x05" + b"x" * 20)), 20) == b"x" * 20


def test_grouped_chunks_are_put_back_in_order():
    plain = bytes(range(11))
    grouped = b"".join(plain[lane::4] for lane in range(4))
    out = io.BytesIO()
    assert unpack_xorb(io.BytesIO(chunk(frame(stored(grouped)), 11, scheme=2)), out) == [11]
    assert out.getvalue() == plain


def test_hashes_are_written_as_four_swapped_numbers():
    text = "".join(f"{number:02x}" for number in range(32))
    assert hash_text(raw_hash(text)) == text
    with pytest.raises(BadXet):
        read_shard(b"x" * 60)
