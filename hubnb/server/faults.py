"""The fault bench: a Hub that fails on purpose, over real sockets, so that clients can be judged."""

from __future__ import annotations

import asyncio
import fnmatch
import re
import threading
from collections import deque
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote

from hubnb.server.faultroute import control_faults
from hubnb.server.ratelimit import RateLimit
from hubnb.server.wire import HubProblem, bad_token

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_MAX_SEEN = 10_000
_CONTENT_RANGE = re.compile(rb"bytes (\d+)-")


class SeenRequest(NamedTuple):
    """One request that was answered."""

    method: str
    path: str
    range: str | None
    status: int
    """0 if the connection was dropped before an answer."""


class Dropped(Exception):  # noqa: N818 - nothing went wrong: it was asked for
    """Ends a response in the middle."""


@dataclass(eq=False)
class Fault:
    """One misbehaviour."""

    kind: str
    pattern: str
    times: int | None = None
    """How many matching requests it hits; None means until `Faults.clear`."""
    skip: int = 0
    """How many matching requests it lets pass first."""
    settings: dict[str, Any] = field(default_factory=dict)

    def matches(self, method: str, path: str) -> bool:
        """Say whether it concerns a request; a pattern may begin with a method, as in ``PUT /api/lfs/*``."""
        wanted, _, pattern = (
            self.pattern.rpartition(" ") if re.match(r"^[A-Z]+ ", self.pattern) else ("", "", self.pattern)
        )
        if method == "HEAD" and wanted != "HEAD" and self.concerns_bodies:
            return False  # or the HEAD that comes before a download would use it up
        return wanted in {"", method} and fnmatch.fnmatchcase(path, pattern)

    @property
    def concerns_bodies(self) -> bool:
        """Say whether it does nothing to an answer without a body."""
        return self.kind in {"cut", "slow", "flip", "ignore_range"} or self.settings.get("after_bytes") is not None

    def use(self) -> bool:
        """Count one matching request; say whether the fault hits it."""
        if self.skip > 0:
            self.skip -= 1
            return False
        if self.times is not None:
            self.times -= 1
        return True


class Faults:
    """Injects faults into a running Hub. Safe to use from any thread.

    Paths are shell patterns over the decoded path without query, e.g. ``*/resolve/*`` or ``PUT /api/lfs/*``. Every
    method takes `times` (how many matching requests are hit; None means until `clear`) and `skip` (how many pass
    before).

    Examples
    --------
    >>> hub.faults.fail("*/resolve/*", status=503, times=2, headers={"Retry-After": "1"})
    >>> hub.faults.cut("*/model.safetensors", after_bytes=1_000_000, times=1)
    """

    def __init__(self, *, fault_route: bool = False) -> None:
        self.requests: deque[SeenRequest] = deque(maxlen=_MAX_SEEN)
        self._faults: list[Fault] = []
        self._lock = threading.Lock()
        self._generation = 0
        self._route = fault_route

    def fail(
        self,
        path: str,
        status: int = 503,
        *,
        times: int | None = None,
        skip: int = 0,
        headers: Mapping[str, str] | None = None,
        message: str = "The Hub was told to fail.",
    ) -> None:
        """Answer with an error, e.g. 429 with ``Retry-After``."""
        self._add("fail", path, times, skip, status=status, headers=dict(headers or {}), message=message)

    def cut(self, path: str, after_bytes: int = 0, *, times: int | None = 1, skip: int = 0) -> None:
        """Drop the connection after some bytes of the answer's body, or of the request's body for PUT and POST."""
        self._add("cut", path, times, skip, after_bytes=after_bytes)

    def lose_answer(self, path: str, *, times: int | None = 1, skip: int = 0) -> None:
        """Do what was asked, then drop the connection instead of saying so."""
        self._add("lose_answer", path, times, skip)

    def slow(self, path: str, bytes_per_s: float, *, times: int | None = None, skip: int = 0) -> None:
        """Let bodies pass at this rate only, in both directions."""
        self._add("slow", path, times, skip, bytes_per_s=bytes_per_s)

    def stall(self, path: str, *, after_bytes: int | None = None, times: int | None = 1, skip: int = 0) -> None:
        """Stop answering: at once, or after some bytes of the answer's body. `clear` lets it go on."""
        self._add("stall", path, times, skip, after_bytes=after_bytes)

    def flip(self, path: str, offset: int = 0, *, times: int | None = 1, skip: int = 0) -> None:
        """Flip one bit of the byte at `offset` of the file, whichever range is asked for."""
        self._add("flip", path, times, skip, offset=offset)

    def ignore_range(self, path: str = "*", *, times: int | None = None, skip: int = 0) -> None:
        """Answer a request for a range with the whole file."""
        self._add("ignore_range", path, times, skip)

    def expire_tokens(self, path: str = "*", *, times: int | None = None, skip: int = 0) -> None:
        """Refuse every token as if it had been revoked."""
        self._add("expire_tokens", path, times, skip)

    def limit_rate(
        self,
        path: str = "*",
        *,
        requests: int,
        window_s: float = 300,
        bucket: str = "api",
        times: int | None = None,
        skip: int = 0,
    ) -> None:
        """Tell every answer's reader how much of a quota is left (``RateLimit`` headers); 429 once it is used up."""
        self._add("limit_rate", path, times, skip, limit=RateLimit(requests, window_s, bucket))

    def clear(self) -> None:
        """Behave again; requests that are stalled go on."""
        with self._lock:
            self._faults.clear()
            self._generation += 1

    def add(self, description: Mapping[str, Any]) -> None:
        """Add a fault from JSON: ``{"kind": "cut", "path": "*/resolve/*", "after_bytes": 10}``.

        Raises
        ------
        ValueError
            For an unknown kind or setting.
        """
        settings = dict(description)
        kind = settings.pop("kind", None)
        methods = {
            method.__name__: method
            for method in (
                self.fail,
                self.cut,
                self.lose_answer,
                self.slow,
                self.stall,
                self.flip,
                self.ignore_range,
                self.expire_tokens,
                self.limit_rate,
            )
        }
        if kind not in methods:
            message = f"kind must be one of {', '.join(methods)}, not {kind!r}."
            raise ValueError(message)
        try:
            if not isinstance(settings.get("path"), str):
                message = "path must be a pattern."
                raise ValueError(message)
            methods[kind](**settings)
        except TypeError as error:
            raise ValueError(str(error)) from None

    def _add(self, kind: str, path: str, times: int | None, skip: int, **settings: Any) -> None:
        with self._lock:
            self._faults.append(Fault(kind, path, times, skip, settings))

    def _take(self, method: str, path: str) -> dict[str, dict[str, Any]]:
        """Return the settings of the faults that hit a request, by kind; the first of a kind wins."""
        taken: dict[str, dict[str, Any]] = {}
        with self._lock:
            for fault in list(self._faults):
                if fault.kind in taken or not fault.matches(method, path):
                    continue
                if fault.kind == "flip":  # used once a slice with that byte comes by
                    taken["flip"] = {**fault.settings, "fault": fault}
                elif self._use(fault):
                    taken[fault.kind] = fault.settings
        return taken

    def _use(self, fault: Fault) -> bool:
        used = fault in self._faults and fault.use()
        if fault.times == 0:
            self._faults.remove(fault)
        return used

    def use_flip(self, fault: Fault) -> bool:
        """Count a byte that is about to be flipped; say whether it should be."""
        with self._lock:
            return self._use(fault)

    def wrap(self, app: ASGIApp) -> ASGIApp:
        """Put the bench before an application."""

        async def faulty(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                return
            path = unquote(scope["raw_path"].decode("ascii", "replace").partition("?")[0])
            if self._route and path == "/api/hubnb/faults":
                await control_faults(self, scope, receive, send)
                return
            taken = self._take(scope["method"], path)
            exchange = _Exchange(self, taken, scope, receive, send, path)
            await exchange.run(app)

        return faulty

    async def wait_for_clear(self) -> None:
        """Return at the next `clear`."""
        generation = self._generation
        while generation == self._generation:
            await asyncio.sleep(0.02)


class _Exchange:
    """One request and its answer, with the faults that hit it."""

    def __init__(
        self,
        bench: Faults,
        taken: dict[str, dict[str, Any]],
        scope: Scope,
        receive: Receive,
        send: Send,
        path: str,
    ) -> None:
        self._bench, self._taken, self._scope = bench, taken, scope
        self._receive, self._send, self._path = receive, send, path
        self._received = self._sent = self._file_offset = 0
        self._status = 0
        self._gone = False
        self._told: list[tuple[bytes, bytes]] = []

    async def run(self, app: ASGIApp) -> None:
        try:
            await self._run(app)
        finally:
            if self._status == 0:
                self._remember()

    def _remember(self) -> None:
        asked = dict(self._scope["headers"]).get(b"range")
        range_text = asked.decode("ascii", "replace") if asked is not None else None
        self._bench.requests.append(SeenRequest(self._scope["method"], self._path, range_text, self._status))

    async def _run(self, app: ASGIApp) -> None:
        if not self._taken:
            await app(self._scope, self._receive, self._watch)
            return
        stall = self._taken.get("stall")
        if stall is not None and stall["after_bytes"] is None:
            await self._bench.wait_for_clear()
        problem = self._problem()
        if problem is not None:
            await problem.response()(self._scope, self._receive, self._watch)
            return
        await app(self._changed_scope(), self._faulty_receive, self._faulty_send)

    def _problem(self) -> HubProblem | None:
        limited = self._taken.get("limit_rate")
        if limited is not None:
            allowed, headers = limited["limit"].use()
            self._told = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
            if not allowed:
                return HubProblem(429, "Too many requests: the quota of this window is used up. Wait and try again.")
        fail = self._taken.get("fail")
        if fail is not None:
            return HubProblem(fail["status"], fail["message"], headers=fail["headers"])
        if "expire_tokens" in self._taken and b"authorization" in dict(self._scope["headers"]):
            return bad_token()
        return None

    def _changed_scope(self) -> Scope:
        # Without these two every byte comes by here.
        extensions = {
            name: value
            for name, value in self._scope.get("extensions", {}).items()
            if name not in ("hubnb.sendfile", "hubnb.fill")
        }
        headers = self._scope["headers"]
        if "ignore_range" in self._taken:
            headers = [(name, value) for name, value in headers if name != b"range"]
        return {**self._scope, "extensions": extensions, "headers": headers}

    async def _watch(self, message: Message) -> None:
        if self._gone:
            return
        if message["type"] == "http.response.start":
            self._status = message["status"]
            message = {**message, "headers": [*message.get("headers", []), *self._told]}
            self._remember()  # before the client can see the answer
        await self._send(message)

    async def _faulty_receive(self) -> Message:
        message = await self._receive()
        self._received += len(message.get("body", b""))
        cut = self._taken.get("cut")
        if cut is not None and self._scope["method"] in {"PUT", "POST"} and self._received > cut["after_bytes"]:
            self._scope["extensions"]["hubnb.abort"]()
            self._gone = True
            return {"type": "http.disconnect"}  # what the application sees when a client goes away
        if "slow" in self._taken:
            await asyncio.sleep(len(message.get("body", b"")) / self._taken["slow"]["bytes_per_s"])
        return message

    async def _faulty_send(self, message: Message) -> None:
        if "lose_answer" in self._taken and not self._gone:
            self._scope["extensions"]["hubnb.abort"]()
            self._gone = True
        if message["type"] == "http.response.start":
            for name, value in message.get("headers", []):
                found = _CONTENT_RANGE.match(value) if name == b"content-range" else None
                self._file_offset = int(found[1]) if found else self._file_offset
            await self._watch(message)
            return
        body, more = message.get("body", b""), message.get("more_body", False)
        body = self._flipped(body)
        for piece in self._pieces(body):
            await self._before(piece)
            await self._watch({"type": "http.response.body", "body": piece, "more_body": True})
            self._sent += len(piece)
        await self._at_end()
        if not more:
            await self._watch({"type": "http.response.body", "body": b"", "more_body": False})

    def _flipped(self, body: bytes) -> bytes:
        flip = self._taken.get("flip")
        if flip is None:
            return body
        place = flip["offset"] - self._file_offset - self._sent
        if not 0 <= place < len(body) or not self._bench.use_flip(flip["fault"]):
            return body
        changed = bytearray(body)
        changed[place] ^= 1
        return bytes(changed)

    def _pieces(self, body: bytes) -> list[bytes]:
        """Split a chunk at the byte where something happens, and finely where it is slow."""
        edges = {0, len(body)}
        for kind in ("cut", "stall"):
            after = self._taken.get(kind, {}).get("after_bytes")
            if after is not None and 0 < after - self._sent < len(body):
                edges.add(after - self._sent)
        if "slow" in self._taken:
            step = max(1, int(self._taken["slow"]["bytes_per_s"] / 20))
            edges.update(range(0, len(body), step))
        return [body[start:end] for start, end in pairwise(sorted(edges))]

    async def _before(self, piece: bytes) -> None:
        await self._at_end()
        if "slow" in self._taken:
            await asyncio.sleep(len(piece) / self._taken["slow"]["bytes_per_s"])

    async def _at_end(self) -> None:
        stall = self._taken.get("stall")
        if stall is not None and stall["after_bytes"] is not None and self._sent >= stall["after_bytes"]:
            await self._bench.wait_for_clear()
            self._taken.pop("stall")
        cut = self._taken.get("cut")
        if cut is not None and self._scope["method"] not in {"PUT", "POST"} and self._sent >= cut["after_bytes"]:
            raise Dropped
