"""Parts that come twice, too late, or from somebody who was left behind: what is kept is what was announced."""

from __future__ import annotations

import hashlib
import os
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
import requests
from hub_people import Person, sha256

from hubnb.server.assembly import Assembly
from hubnb.server.directfile import DIRECT_FROM_BYTES, DirectFile
from hubnb.server.largefiles import WrongContent
from hubnb.server.routes import lfs

if TYPE_CHECKING:
    from pathlib import Path

PART_BYTES = 1 << 20


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lfs, "MULTIPART_FROM_BYTES", PART_BYTES)


def begin(person: Person, repo: str, content: bytes) -> tuple[str, list[str]]:
    body = person.batch(repo, content, transfers=("basic", "multipart")).json()
    upload = body["objects"][0]["actions"]["upload"]
    return upload["href"], [upload["header"][key] for key in sorted(upload["header"]) if key.isdigit()]


def send(url: str, data: bytes) -> str:
    answer = requests.put(url, data=data, timeout=10)
    assert answer.status_code == 200
    return answer.headers["ETag"]


def complete(url: str, content: bytes, etags: list[str]) -> requests.Response:
    parts = [{"partNumber": number, "etag": etag} for number, etag in enumerate(etags, 1)]
    return requests.post(url, json={"oid": sha256(content), "parts": parts}, timeout=10)


def slices(content: bytes) -> list[bytes]:
    return [content[start : start + PART_BYTES] for start in range(0, len(content), PART_BYTES)]


def test_a_part_that_comes_again_with_other_bytes_spoils_the_object(alice):
    repo = alice.create()
    content = os.urandom(3 * PART_BYTES + 77)
    url, urls = begin(alice, repo, content)
    etags = [send(part, data) for part, data in zip(urls, slices(content), strict=True)]
    etags[1] = send(urls[1], os.urandom(PART_BYTES))
    assert complete(url, content, etags).status_code == 422
    url, urls = begin(alice, repo, content)
    etags = [send(part, data) for part, data in zip(urls, slices(content), strict=True)]
    assert complete(url, content, etags).status_code == 200
    alice.put_large(repo, "w.bin", content)
    assert alice.read(repo, "w.bin").content == content


def test_who_was_left_behind_cannot_write_into_an_object_that_is_whole(alice):
    repo = alice.create()
    content = os.urandom(2 * PART_BYTES)
    url, urls = begin(alice, repo, content)
    split = urlsplit(urls[0])
    head = f"PUT {split.path}?{split.query} HTTP/1.1\r\nHost: x\r\nContent-Length: {PART_BYTES}\r\n\r\n"
    with socket.create_connection((split.hostname, split.port), timeout=10) as late:
        late.sendall(head.encode() + content[: PART_BYTES // 2])
        etags = [send(part, data) for part, data in zip(urls, slices(content), strict=True)]
        assert complete(url, content, etags).status_code == 200
        late.sendall(bytes(PART_BYTES // 2))
        assert late.recv(100).startswith(b"HTTP/1.1 404 ")
    alice.put_large(repo, "w.bin", content)
    assert alice.read(repo, "w.bin").content == content


def test_a_connection_goes_on_after_a_large_body_right_or_wrong(alice):
    repo = alice.create()
    content = os.urandom(5 * PART_BYTES + 3)
    address = alice.batch(repo, content).json()["objects"][0]["actions"]["upload"]["href"]
    with requests.Session() as session:
        assert session.put(address, data=content[:-1] + b"#", timeout=10).status_code == 422
        assert session.put(address, data=content, timeout=10).status_code == 200
        assert session.get(f"{alice.endpoint}/api/models", timeout=10).status_code == 200


@pytest.mark.parametrize("order", [[1, 2, 3, 4], [4, 3, 2, 1], [2, 1, 4, 3], [1, 3, 2, 1, 4]])
def test_the_hash_is_of_what_lies_on_the_disk_in_whichever_order_it_came(tmp_path: Path, order: list[int]):
    content = os.urandom(3 * 1000 + 10)
    path = tmp_path / "data"
    path.touch()
    assembly = Assembly(path, len(content), 1000)
    for number in order:
        writer = assembly.begin(number)
        data = memoryview(content)[(number - 1) * 1000 : number * 1000]
        writer.write(data)
        writer.hash(data)
        writer.finish()
        writer.close()
    assembly.finish(hashlib.sha256(content).hexdigest())
    with path.open("r+b") as file:
        file.write(b"#")
    with pytest.raises(WrongContent):
        Assembly(path, len(content), 1000, {1, 2, 3, 4}).finish(hashlib.sha256(content).hexdigest())


@pytest.mark.parametrize("direct", [True, False])
@pytest.mark.parametrize("steps", [[DIRECT_FROM_BYTES], [4096, 4096, 5, 4096], [7, 4096, 8192], [1]])
def test_direct_files_hold_what_was_written_at_any_place(tmp_path: Path, steps: list[int], *, direct: bool):
    path = tmp_path / "data"
    path.touch()
    content = os.urandom(sum(steps))
    with DirectFile(path, direct=direct) as file:
        at = 0
        for step in steps:
            file.write(memoryview(content)[at : at + step], at)
            at += step
        file.sync()
    assert path.read_bytes() == content
