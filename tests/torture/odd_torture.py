# ruff: noqa: T201 - the figures are what this is run for
"""Odd names, odd folders, odd disks, odd addresses: they work, or they say in a sentence why not."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import hubnb
from hubnb.client.errors import HubError
from hubnb.server import LocalHub

from .conftest import leftovers, wait_for
from .lying_hub import LyingHub

if TYPE_CHECKING:
    from collections.abc import Iterator

MIB = 1 << 20
NAMES = [
    "with space.txt", "quote'and\"double.txt", "per%cent%20.txt", "hash#and?question.txt", "emoji-🤗.safetensors",
    "e\u0301 and \u00e9", "plus+amp&semi;.txt", "back`tick$(x).txt", "-dash", "a" * 210 + ".bin", "x" * 250,
    "é" * 100 + ".safetensors", "Case.txt", "case.txt", "CASE.TXT", "deep/" * 9 + "leaf","[brackets].txt", "tab\tname",
    "...dots", "file.hubnb-partial", "semi:colon|pipe", "ẞß", "\u202eevil.txt", " leading", "trailing ",
]  # fmt: skip


def read_back(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("where", ["cache", "local_dir"])
@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name)[:24])
def test_odd_name(api: hubnb.HfApi, repo_id: str, tmp_path: Path, name: str, where: str) -> None:
    path = tmp_path / "in" / name
    path.parent.mkdir(parents=True)
    path.write_bytes(name.encode() * 1000)
    try:
        api.upload_folder(repo_id=repo_id, folder_path=tmp_path / "in")
    except HubError as error:
        print(f"\n  refused {name[:40]!a}: {error}")
        return
    kwargs = {"local_dir": tmp_path / "out"} if where == "local_dir" else {}
    folder = Path(api.snapshot_download(repo_id, **kwargs))
    assert (folder / name).read_bytes() == path.read_bytes()
    assert Path(api.hf_hub_download(repo_id, name)).read_bytes() == path.read_bytes()


def test_names_that_differ_by_case(api: hubnb.HfApi, repo_id: str, tmp_path: Path) -> None:
    for name in ("Case.txt", "case.txt", "CASE.TXT"):
        (tmp_path / name).write_text(name)
    api.upload_folder(repo_id=repo_id, folder_path=tmp_path)
    found = read_back(Path(api.snapshot_download(repo_id, allow_patterns="*.[tT]*")))
    assert found == {name: name.encode() for name in ("Case.txt", "case.txt", "CASE.TXT")}


def test_thousands_of_tiny_files(api: hubnb.HfApi, repo_id: str, tmp_path: Path, rounds: int) -> None:
    count = 1000 * min(rounds, 5)
    for number in range(count):
        path = tmp_path / f"{number % 50:02}" / f"{number}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"tiny {number}")
    began = time.monotonic()
    api.upload_folder(repo_id=repo_id, folder_path=tmp_path)
    pushed = time.monotonic()
    folder = Path(api.snapshot_download(repo_id))
    pulled = time.monotonic()
    found = read_back(folder)
    found.pop(".gitattributes")
    assert found == read_back(tmp_path)
    assert [commit.title for commit in api.list_repo_commits(repo_id)].count("Upload folder using hubnb") == 1
    print(f"\n  {count} tiny files: push {pushed - began:.1f} s, pull {pulled - pushed:.1f} s")


def test_empty_folder(api: hubnb.HfApi, repo_id: str, tmp_path: Path) -> None:
    before = api.model_info(repo_id).sha
    assert api.upload_folder(repo_id=repo_id, folder_path=tmp_path).oid == before


@pytest.mark.parametrize("name", ["x.safetensors", "x.txt"])
@pytest.mark.parametrize("change", ["grow", "shrink", "vanish", "rewrite"])
def test_file_that_changes_while_it_is_pushed(
    api: hubnb.HfApi, hub: LocalHub, repo_id: str, tmp_path: Path, change: str, name: str
) -> None:
    """No torn file is ever committed, and the error is a sentence."""
    path = tmp_path / name
    size = 20 * MIB if name.endswith("safetensors") else 200_000
    path.write_bytes(b"a" * size)
    (tmp_path / "also.json").write_text("{}")
    hub.faults.slow("PUT *", bytes_per_s=8 * MIB)
    early = name.endswith("txt") or change == "grow"  # before it is hashed, else while it travels
    if early:
        hub.faults.stall("POST */preupload/*")
    job = api.upload_folder(repo_id=repo_id, folder_path=tmp_path, run_as_future=True)
    if early:
        wait_for(lambda: job.snapshot().files_total == 2, "the plan", 5)
    else:
        wait_for(lambda: job.snapshot().bytes_moved > 0, "bytes", 5)
    if change == "grow":
        with path.open("ab") as file:
            file.write(b"b" * 100_000)
    elif change == "shrink":
        os.truncate(path, size // 2)
    elif change == "vanish":
        path.unlink()
    else:
        path.write_bytes(b"b" * size)
    hub.faults.clear()
    assert job.wait(20), "hangs"
    error = job.exception()
    print(f"\n  {change} {name}: {type(error).__name__ if error else 'pushed'}: {str(error)[:200]}")
    there = set(api.list_repo_files(repo_id))
    if error is None:
        content = Path(api.hf_hub_download(repo_id, name)).read_bytes()
        assert content in (b"a" * size, b"b" * size, b"a" * (size // 2)), f"torn: {len(content)} bytes, {set(content)}"
    else:
        assert there == {".gitattributes"}


@pytest.mark.parametrize("where", ["cache_dir", "local_dir"])
@pytest.mark.parametrize("kind", ["is a file", "read-only", "full"])
def test_bad_place(api: hubnb.HfApi, repo_id: str, tmp_path: Path, kind: str, where: str) -> None:
    """Another user's process meets the place: root is stopped by no permission."""
    api.upload_file(path_or_fileobj=os.urandom(9 * MIB), path_in_repo="x.safetensors", repo_id=repo_id)
    place = tmp_path / "place"
    place.mkdir()
    mounted = kind != "is a file"
    if mounted:
        options = "size=4m" if kind == "full" else "size=64m,ro"
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)]
        if subprocess.run(command, check=False, capture_output=True).returncode:
            pytest.skip("needs the right to mount a small disk")
    else:
        place.rmdir()
        place.write_text("a file")
    try:
        with pytest.raises((HubError, OSError)) as caught:
            api.snapshot_download(repo_id, **{where: place})
        print(f"\n  {where} {kind}: {type(caught.value).__name__}: {caught.value}")
        assert place.name in str(caught.value)
        if kind == "full":
            assert leftovers(place) == []
    finally:
        if mounted:
            subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize(
    "endpoint", ["localhost:1", "http://", "ftp://x", "http://127.0.0.1:0", "http://a b", "not a url"]
)
def test_bad_address(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", endpoint)
    with pytest.raises(HubError) as caught:
        hubnb.snapshot_download("me/x")
    print(f"\n  {endpoint!r}: {type(caught.value).__name__}: {caught.value}")


class Prefixed:
    """A reverse proxy that serves a Hub below a path, as companies do."""

    def __init__(self, hub: LocalHub) -> None:
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

        import requests

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: Any) -> None:
                pass

            def _forward(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if not self.path.startswith("/hub/"):
                    self.send_response(404)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                headers = {name: value for name, value in self.headers.items() if name != "Host"}
                answer = requests.request(
                    self.command, hub.endpoint + self.path[4:], data=body, headers=headers, allow_redirects=False
                )
                self.send_response(answer.status_code)
                for name, value in answer.headers.items():
                    if name.lower() not in ("connection", "transfer-encoding", "content-length"):
                        self.send_header(name, value)
                length = answer.headers.get("Content-Length", str(len(answer.content)))
                self.send_header("Content-Length", length)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(answer.content)

            do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = _forward  # noqa: N815

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.endpoint = f"http://127.0.0.1:{self.server.server_address[1]}/hub"


@pytest.fixture
def prefixed(hub: LocalHub) -> Iterator[str]:
    proxy = Prefixed(hub)
    threading.Thread(target=proxy.server.serve_forever, daemon=True).start()
    yield proxy.endpoint
    proxy.server.shutdown()
    proxy.server.server_close()


@pytest.mark.parametrize("tail", ["", "/", "//"])
def test_hub_below_a_path(hub: LocalHub, prefixed: str, repo_id: str, tail: str) -> None:
    api = hubnb.HfApi(endpoint=prefixed + tail, token=hub.token)
    content = os.urandom(3 * MIB)
    commit = api.upload_file(path_or_fileobj=content, path_in_repo="x.safetensors", repo_id=repo_id)
    api.upload_file(path_or_fileobj=b"{}", path_in_repo="x.json", repo_id=repo_id)
    assert (Path(api.snapshot_download(repo_id)) / "x.safetensors").read_bytes() == content
    print(f"\n  {tail!r}: {commit}")


def test_web_server_that_is_no_hub() -> None:
    with LyingHub({}, set()) as liar:
        liar_endpoint = liar.endpoint + "/nothing"
        with pytest.raises(HubError) as caught:
            hubnb.hf_hub_download("me/x", "y.json", endpoint=liar_endpoint, token=False)
        print(f"\n  no Hub: {type(caught.value).__name__}: {caught.value}")


def test_ipv6_loopback(tmp_path: Path) -> None:
    with LocalHub(host="::1") as hub:
        api = hubnb.HfApi(endpoint=hub.endpoint, token=hub.token)
        repo_id = str(api.create_repo("me/six").repo_id)
        api.upload_file(path_or_fileobj=os.urandom(2 * MIB), path_in_repo="x.safetensors", repo_id=repo_id)
        assert (Path(api.snapshot_download(repo_id)) / "x.safetensors").stat().st_size == 2 * MIB
