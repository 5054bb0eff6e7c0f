"""Nonsense gets an answer of the 400s, never a 500, and never stops the Hub."""

from __future__ import annotations

import socket
from contextlib import suppress

import pytest


def talk(hub, data: bytes) -> bytes:
    host, port = hub.endpoint.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=3) as connection:
        connection.sendall(data)
        answer = b""
        with suppress(TimeoutError):
            while chunk := connection.recv(65536):
                answer += chunk
        return answer


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\x01\x02\x03\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /api/repos/create HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"POST /api/repos/create HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
        b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
    ids=range(9),
)
def test_what_is_no_http_is_refused(hub, nobody, data):
    answer = talk(hub, data)
    assert b" 400 " in answer.split(b"\r\n")[0]
    assert nobody.get("/api/models").status_code == 200


@pytest.mark.parametrize(
    "path", ["/", "/api", "/api/", "/nothing/here", "/api/models/a/b/c/d/e", "//", "/%", "/%ff%fe", "/api/%"]
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_an_address_that_is_not_there_is_told_in_json(nobody, method, path):
    answer = nobody.ask(method, path)
    assert 200 <= answer.status_code < 500
    if method != "HEAD" and answer.status_code >= 400:
        assert answer.json()["error"]


JSON_ROUTES = [
    ("POST", "/api/repos/create"),
    ("DELETE", "/api/repos/delete"),
    ("POST", "/api/repos/move"),
    ("PUT", "/api/models/{}/settings"),
    ("POST", "/api/models/{}/preupload/main"),
    ("POST", "/api/models/{}/paths-info/main"),
    ("POST", "/api/models/{}/tag/main"),
    ("POST", "/{}.git/info/lfs/objects/batch"),
    ("POST", "/{}.git/info/lfs/verify"),
    ("POST", "/api/validate-yaml"),
]
BODIES = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"3",
    b'"text"',
    b"\xff\xfe",
    b"{" * 5000,
    b"[" * 100_000,
    b'{"name": {"a": 1}, "files": {}, "paths": {}, "objects": {}, "tag": {}, "oid": {}, "content": {}, "type": {}}',
    b'{"name": NaN, "private": {}, "gated": [], "fromRepo": 1, "toRepo": []}',
]


@pytest.mark.parametrize(("method", "path"), JSON_ROUTES)
def test_bodies_that_make_no_sense_are_refused(alice, method, path):
    repo = alice.create()
    for body in BODIES:
        answer = alice.ask(method, path.format(repo), data=body, headers={"Content-Type": "application/json"})
        assert answer.status_code < 500, (body[:40], answer.text)
    assert alice.get(f"/api/models/{repo}").status_code == 200


def test_an_endless_body_is_cut_off(alice):
    def endless():
        for _ in range(40):
            yield b"[" + b" " * (1 << 20)

    answer = alice.post("/api/repos/create", data=endless())
    assert answer.status_code == 413
    repo = alice.create()

    def long_line():
        yield b'{"key":"file","value":{"content":"'
        for _ in range(60):
            yield b"a" * (1 << 20)

    answer = alice.post(
        f"/api/models/{repo}/commit/main", data=long_line(), headers={"Content-Type": "application/x-ndjson"}
    )
    assert answer.status_code == 413


def test_a_refusal_is_read_even_by_a_client_that_is_still_sending(nobody):
    for _ in range(5):
        answer = nobody.post("/api/models/alice/none/commit/main", data=b"x" * 30_000_000)
        assert answer.status_code in {401, 404}


def test_addresses_in_answers_follow_the_name_the_client_used(alice, hub):
    port = hub.endpoint.rpartition(":")[2]
    answer = alice.get(f"http://localhost:{port}/api/models?limit=1&search=repo")
    assert all(link["url"].startswith(f"http://localhost:{port}/") for link in answer.links.values())
    made = alice.post("/api/repos/create", json={"name": "host"}, headers={"Host": 'evil"><script>'})
    assert "<script>" not in made.json()["url"]
