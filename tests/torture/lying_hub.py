"""A Hub of one repository that lies about bytes in every way a broken server, cache or proxy does."""

from __future__ import annotations

import hashlib
import json
import random
import re
import socket
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Callable

COMMIT = "c0ffee" * 6 + "c0ff"
REPO_ID = "me/lies"


def etag_of(content: bytes, *, large: bool) -> str:
    if large:
        return hashlib.sha256(content).hexdigest()
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


class Answer:
    """What is about to be sent; a lie changes it."""

    def __init__(self, content: bytes, start: int, end: int, *, ranged: bool, etag: str) -> None:
        self.content = content
        self.start, self.end = start, end
        self.status = 206 if ranged else 200
        self.body = content[start:end]
        self.headers = {"ETag": f'"{etag}"', "X-Repo-Commit": COMMIT, "Content-Length": str(len(self.body))}
        if ranged:
            self.headers["Content-Range"] = f"bytes {start}-{end - 1}/{len(content)}"
        self.stall_after: int | None = None
        self.hang_up = False
        self.reset = False


def flip(answer: Answer, dice: random.Random) -> None:
    body = bytearray(answer.body)
    if body:
        body[dice.randrange(len(body))] ^= 1 << dice.randrange(8)
    answer.body = bytes(body)


def flip_many(answer: Answer, dice: random.Random) -> None:
    for _ in range(50):
        flip(answer, dice)


def cut(answer: Answer, dice: random.Random) -> None:
    answer.body, answer.hang_up = answer.body[: dice.randrange(len(answer.body) or 1)], True


def reset(answer: Answer, dice: random.Random) -> None:
    cut(answer, dice)
    answer.reset = True


def truncate(answer: Answer, dice: random.Random) -> None:
    """Send less, and say so in the length only."""
    answer.body = answer.body[: dice.randrange(len(answer.body) or 1)]
    answer.headers["Content-Length"] = str(len(answer.body))


def promise_more(answer: Answer, dice: random.Random) -> None:
    answer.headers["Content-Length"], answer.hang_up = str(len(answer.body) + dice.randrange(1, 5000)), True


def send_more(answer: Answer, dice: random.Random) -> None:
    answer.body += dice.randbytes(dice.randrange(1, 5000))
    answer.headers["Content-Length"] = str(len(answer.body))


def spill(answer: Answer, dice: random.Random) -> None:
    """Send bytes after the announced end, on a connection that stays open."""
    answer.body += dice.randbytes(dice.randrange(1, 5000))


def no_length(answer: Answer, dice: random.Random) -> None:
    del answer.headers["Content-Length"]
    answer.hang_up = True
    if dice.random() < 0.7:
        answer.body = answer.body[: dice.randrange(len(answer.body) or 1)]


def stall(answer: Answer, dice: random.Random) -> None:
    answer.stall_after = dice.randrange(len(answer.body) or 1)


def ignore_range(answer: Answer, dice: random.Random) -> None:
    answer.status, answer.body = 200, answer.content
    answer.headers.pop("Content-Range", None)
    answer.headers["Content-Length"] = str(len(answer.body))


def ignore_range_and_break(answer: Answer, dice: random.Random) -> None:
    ignore_range(answer, dice)
    dice.choice([cut, reset, stall])(answer, dice)


def wrong_total(answer: Answer, dice: random.Random) -> None:
    total = len(answer.content) + dice.choice([-7, 7, 1 << 40])
    answer.headers["Content-Range"] = f"bytes {answer.start}-{answer.end - 1}/{total}"


def unknown_total(answer: Answer, dice: random.Random) -> None:
    if answer.status == 206:
        answer.headers["Content-Range"] = f"bytes {answer.start}-{answer.end - 1}/*"


def other_place(answer: Answer, dice: random.Random) -> None:
    """Send another range than the one asked for, and say so."""
    size = len(answer.content)
    start = dice.randrange(size or 1)
    answer.body = answer.content[start : start + len(answer.body)]
    answer.status = 206
    answer.headers["Content-Range"] = f"bytes {start}-{start + len(answer.body) - 1}/{size}"
    answer.headers["Content-Length"] = str(len(answer.body))


def other_bytes(answer: Answer, dice: random.Random) -> None:
    """Send another range than the one asked for, and deny it."""
    start = dice.randrange(len(answer.content) or 1)
    answer.body = (answer.content[start:] + answer.content)[: len(answer.body)]


def no_content_range(answer: Answer, dice: random.Random) -> None:
    answer.headers.pop("Content-Range", None)


def other_file(answer: Answer, dice: random.Random) -> None:
    answer.body = dice.randbytes(len(answer.body))


def zeros(answer: Answer, dice: random.Random) -> None:
    answer.body = bytes(len(answer.body))


def web_page(answer: Answer, dice: random.Random) -> None:
    answer.status, answer.body = 200, b"<html><h1>Please sign in</h1></html>"
    answer.headers = {"Content-Type": "text/html", "Content-Length": str(len(answer.body))}


def fail(answer: Answer, dice: random.Random) -> None:
    answer.status, answer.body = dice.choice([500, 502, 503, 504, 408]), b"oops"
    answer.headers = {"Content-Length": "4", "Retry-After": "0"}


def slow_down(answer: Answer, dice: random.Random) -> None:
    answer.status, answer.body = 429, b""
    answer.headers = {"Content-Length": "0", "Retry-After": "0"}


def not_satisfiable(answer: Answer, dice: random.Random) -> None:
    answer.status, answer.body = 416, b""
    answer.headers = {"Content-Length": "0", "Content-Range": f"bytes */{len(answer.content)}"}


def compress(answer: Answer, dice: random.Random) -> None:
    import gzip

    answer.body = gzip.compress(answer.body, 1)
    answer.headers |= {"Content-Encoding": "gzip", "Content-Length": str(len(answer.body))}


def nonsense(answer: Answer, dice: random.Random) -> None:
    name, value = dice.choice(
        [("Content-Length", "-1"), ("Content-Length", "many"), ("Content-Range", "bytes 9-1/0"), ("ETag", "?"),
         ("Transfer-Encoding", "chunked")]
    )  # fmt: skip
    answer.headers[name] = value
    answer.hang_up = True


LIES: list[Callable[[Answer, random.Random], None]] = [
    flip, flip_many, cut, reset, truncate, promise_more, send_more, spill, no_length, stall, ignore_range,
    ignore_range_and_break, wrong_total, unknown_total, other_place, other_bytes, no_content_range, other_file, zeros,
    web_page, fail, slow_down, not_satisfiable, compress, nonsense,
]  # fmt: skip


class LyingHub:
    """Serves `files`; each GET of one asks `lie` (None: honest) what to do to the answer."""

    def __init__(self, files: dict[str, bytes], large: set[str]) -> None:
        self.files, self.large = files, large
        self.lie: Callable[[str], Callable[[Answer, random.Random], None] | None] = lambda _: None
        self.dice = random.Random(0)
        self.go_on = threading.Event()
        self.gets = 0
        hub = self

        class Handler(_Handler):
            lying_hub = hub

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.endpoint = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> LyingHub:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.go_on.set()
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    lying_hub: LyingHub
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_: Any) -> None:
        pass

    def handle(self) -> None:
        with suppress(OSError):
            super().handle()

    def _json(self, value: Any) -> None:
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        path = unquote(self.path.partition("?")[0])
        if "/tree/" in path:
            self._json([self._entry(name) for name in self.lying_hub.files])
        elif path.startswith("/api/models/"):
            self._json({"id": REPO_ID, "sha": COMMIT, "siblings": []})
        else:
            self._resolve(path.split("/", 5)[5])

    def do_HEAD(self) -> None:
        name = unquote(self.path.partition("?")[0]).split("/", 5)[5]
        content = self.lying_hub.files[name]
        self.send_response(200)
        self.send_header("ETag", f'"{etag_of(content, large=name in self.lying_hub.large)}"')
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()

    def _entry(self, name: str) -> dict[str, Any]:
        content, large = self.lying_hub.files[name], name in self.lying_hub.large
        entry: dict[str, Any] = {"type": "file", "path": name, "size": len(content)}
        entry["oid"] = etag_of(content, large=False)
        if large:
            entry["lfs"] = {"oid": etag_of(content, large=True), "size": len(content), "pointerSize": 130}
        return entry

    def _resolve(self, name: str) -> None:
        hub = self.lying_hub
        hub.gets += 1
        content = hub.files[name]
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        start = int(asked[1]) if asked else 0
        end = int(asked[2]) + 1 if asked and asked[2] else len(content)
        answer = Answer(content, start, end, ranged=asked is not None, etag=etag_of(content, large=name in hub.large))
        lie = hub.lie(name)
        if lie is not None:
            lie(answer, hub.dice)
        self._send(answer)

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for key, value in answer.headers.items():
            self.send_header(key, value)
        self.end_headers()
        if answer.stall_after is not None:
            self.wfile.write(answer.body[: answer.stall_after])
            self.lying_hub.go_on.wait(20)
            self.close_connection = True
            return
        self.wfile.write(answer.body)
        if answer.reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        if answer.hang_up:
            self.close_connection = True
