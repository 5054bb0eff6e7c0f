"""Clients that take their time: those who send are waited for, those who don't are let go."""

from __future__ import annotations

import select
import socket
from contextlib import ExitStack
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from hubnb.server import patience

if TYPE_CHECKING:
    from collections.abc import Callable

HEAD = b"GET /api/models HTTP/1.1\r\nHost: x\r\n"


@pytest.fixture
def connect(hub):
    with ExitStack() as stack:

        def connect() -> socket.socket:
            place = urlsplit(hub.endpoint)
            return stack.enter_context(socket.create_connection((place.hostname, place.port), timeout=30))

        yield connect


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Hub whose patience is over in no time."""
    monkeypatch.setattr(patience, "HEADERS_S", 0.2)
    monkeypatch.setattr(patience, "BODY_S", 0.2)
    monkeypatch.setattr(patience, "_LOOK_EVERY_S", 0.05)


def everything(client: socket.socket) -> bytes:
    found = b""
    try:
        while piece := client.recv(65536):
            found += piece
    except ConnectionResetError:
        pass
    return found


@pytest.mark.usefixtures("hurried")
def test_headers_that_never_end_are_refused(connect: Callable[[], socket.socket]):
    client = connect()
    client.sendall(HEAD + b"X-Slow: ")
    assert everything(client).startswith(b"HTTP/1.1 408 ")


@pytest.mark.usefixtures("hurried")
def test_headers_that_never_end_are_refused_after_a_good_request_too(connect: Callable[[], socket.socket]):
    client = connect()
    client.sendall(HEAD + b"\r\n")
    assert client.recv(65536).startswith(b"HTTP/1.1 200 ")
    client.sendall(HEAD)
    assert b"HTTP/1.1 408 " in everything(client)


@pytest.mark.usefixtures("hurried")
def test_who_says_nothing_at_all_is_let_go(connect: Callable[[], socket.socket]):
    assert everything(connect()) == b""


@pytest.mark.usefixtures("hurried")
def test_a_body_that_stops_is_let_go_and_leaves_nothing(connect: Callable[[], socket.socket], hub, alice):
    repo = alice.create()
    found = alice.batch(repo, b"x" * 1_000_000).json()["objects"][0]["actions"]["upload"]["href"]
    target = urlsplit(found)
    client = connect()
    head = f"PUT {target.path}?{target.query} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n"
    client.sendall(head.encode() + b"x" * 1000)
    assert everything(client) == b""
    alice.put(repo, {"a": b"1"})
    assert [path for path in (hub._hub.folder / "tmp").iterdir() if path.stat().st_size] == []


@pytest.mark.usefixtures("hurried")
def test_a_body_that_dribbles_after_its_refusal_is_let_go(connect: Callable[[], socket.socket]):
    client = connect()
    client.sendall(b"PUT /api/lfs/objects/%b HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n{" % (b"0" * 64))
    assert b"HTTP/1.1 4" in client.recv(65536) + everything(client)


def test_a_slow_body_that_comes_is_waited_for(connect, alice, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(patience, "BODY_S", 0.2)
    monkeypatch.setattr(patience, "_LOOK_EVERY_S", 0.05)
    content = b"y" * 40_000
    repo = alice.create()
    target = urlsplit(alice.batch(repo, content).json()["objects"][0]["actions"]["upload"]["href"])
    client = connect()
    head = f"PUT {target.path}?{target.query} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(content)}\r\n\r\n"
    client.sendall(head.encode())
    for start in range(0, len(content), 2000):
        client.sendall(content[start : start + 2000])
        assert select.select([client], [], [], 0.05)[0] == [] or start == 38_000, "a second in all"
    answer = client.recv(65536)
    assert answer.startswith(b"HTTP/1.1 200 ")


def test_idle_connections_make_room_and_busy_ones_do_not(connect, hub, nobody, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(patience, "most_connections", lambda: 3)
    idle = [connect() for _ in range(3)]
    assert nobody.get("/api/models").status_code == 200
    assert everything(idle[0]) == b"", "the one that was idle longest"
    head = b"POST /api/repos/create HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n"
    for client in (busy := [connect() for _ in range(3)]):
        client.sendall(head)
        assert client.recv(65536).startswith(b"HTTP/1.1 100 "), "somebody waits for its body"
    late = connect()
    assert everything(late).startswith(b"HTTP/1.1 503 ")
    for client in busy:
        client.close()


def test_there_is_room_for_a_crowd():
    assert patience.most_connections() >= 128
