"""Bodies far beyond what memory should hold: lines of commits, files out of git, many clients that send slowly."""

from __future__ import annotations

import base64
import json
import os
import socket

import pytest
from hub_people import file

from hubnb.server.bodies import LongLine, lines


class Body:
    """A request whose body comes in the given pieces."""

    headers: dict[str, str] = {}  # noqa: RUF012

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = pieces

    async def stream(self):
        for piece in self._pieces:
            yield piece


def read(*pieces: bytes, limit: int = 50 << 20) -> list[bytes]:
    import asyncio

    async def collect() -> list[bytes]:
        found: list[bytes] = []
        async for batch in lines(Body(*pieces), limit, None):
            found += [batch.read()] if isinstance(batch, LongLine) else batch
        return found

    return asyncio.run(collect())


@pytest.mark.parametrize("step", [1, 2, 3, 7, 1000])
def test_lines_are_the_same_however_they_arrive(step):
    text = b'{"a": 1}\n\n{"b": 2}\n   \n{"c": 3}'
    assert read(*[text[start : start + step] for start in range(0, len(text), step)]) == [
        b'{"a": 1}',
        b'{"b": 2}',
        b'{"c": 3}',
    ]


def test_long_lines_keep_their_place_among_short_ones():
    long = [os.urandom(5 << 20).replace(b"\n", b"x") for _ in range(3)]
    body = b"\n".join([b"one", long[0], b"two", b"three", long[1], long[2]])
    for step in (1 << 16, 3 << 20, len(body)):
        pieces = [body[start : start + step] for start in range(0, len(body), step)]
        assert read(*pieces) == [b"one", long[0], b"two", b"three", long[1], long[2]]


def test_files_of_many_mebibytes_go_through_git_whole_and_in_slices(alice):
    repo = alice.create()
    dense, text = os.urandom(7 << 20), b"".join(b"line %d\n" % number for number in range(700_000))
    alice.put(repo, {"small.txt": b"s", "dense.dat": dense, "text.txt": text})
    for path, content in (("dense.dat", dense), ("text.txt", text)):
        assert alice.read(repo, path).content == content
        for start, end in ((0, 9), (5, 3 << 20), (2_000_000, 5_000_000), (len(content) - 5, len(content) - 1)):
            answer = alice.read(repo, path, headers={"Range": f"bytes={start}-{end}"})
            assert (answer.status_code, answer.content) == (206, content[start : end + 1])
        assert alice.ask("HEAD", f"/{repo}/resolve/main/{path}").headers["Content-Length"] == str(len(content))


def test_clients_that_send_or_read_slowly_do_not_hold_up_others(alice, hub):
    repo = alice.create()
    alice.put(repo, {"a.txt": b"a", "long.dat": os.urandom(8 << 20)})
    host, port = hub.endpoint.removeprefix("http://").split(":")
    value = {"path": "b.txt", "content": base64.b64encode(bytes(6 << 20)).decode()}
    half = json.dumps({"key": "header", "value": {"summary": "s"}}) + "\n" + json.dumps({"key": "file", "value": value})
    begun = {
        "headers": b"GET /api/models HTTP/1.1\r\nHost: x\r\nX-Slow: ",
        "a body": b"POST /api/validate-yaml HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{",
        "a commit": f"POST /api/models/{repo}/commit/main HTTP/1.1\r\nHost: x\r\n"
        f"Authorization: Bearer {alice.token}\r\nContent-Length: 99999999\r\n\r\n{half[: 5 << 20]}".encode(),
        "reading": f"GET /{repo}/resolve/main/long.dat HTTP/1.1\r\nHost: x\r\n\r\n".encode(),
    }
    slow = []
    try:
        for data in begun.values():
            for _ in range(25):
                connection = socket.create_connection((host, int(port)), timeout=10)
                slow.append(connection)
                connection.sendall(data)
        for number in range(5):
            assert alice.read(repo, "a.txt").content == b"a"
            assert alice.commit(repo, file(f"{number}.txt", bytes(6 << 20))).status_code == 200
    finally:
        for connection in slow:
            connection.close()
