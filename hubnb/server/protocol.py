"""uvicorn's HTTP protocol with three abilities more: for files, for large bodies and for faults.

A file goes out by ``sendfile``, a large body comes in straight to where it is wanted, a fault can drop the connection.
With ``sendfile`` the bytes never enter Python, so a stream costs no memory, hardly any processor and no lock, which
matters most where the Hub shares a process with a notebook. On the way in `hubnb.server.straight` spares most of it.

And with less patience: `hubnb.server.patience` says how long a client may say nothing, and how many there may be.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from hubnb.server.patience import Patience, make_room
from hubnb.server.straight import StraightBody

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable


_LINGER_S = 1.0


class _Passing:
    """Stands for bytes that pass by h11, which only counts them."""

    def __init__(self, count: int) -> None:
        self._count = count

    def __len__(self) -> int:
        return self._count


class HubProtocol(H11Protocol):
    """One connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Offer the abilities to the application."""
        super().connection_made(transport)
        self._refused = False
        self._straight: StraightBody | None = None
        self._inner: Any = self.app
        self.app: Any = self._extended
        self._patience = Patience(self)
        if not make_room(self.connections, self):
            self._refuse("503 Service Unavailable", "This Hub serves as many connections as it can. Try again later.")

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._patience.end()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes, unless what came before was no HTTP."""
        if not self._refused:
            super().data_received(data)
            self._patience.heard(len(data))

    def heard(self, count: int) -> None:
        """Know of bytes that passed by."""
        self._patience.heard(count)

    @property
    def heard_s(self) -> float:
        """When something was heard last, by the loop's clock."""
        return self._patience.heard_s

    @property
    def is_answering(self) -> bool:
        """Say whether a request has arrived, at least its headers, and is not answered yet or not all here."""
        unanswered = self.cycle is not None and not self.cycle.response_complete
        return unanswered or self.conn.their_state is h11.SEND_BODY

    @property
    def wants_more(self) -> bool:
        """Say whether it is the client's turn: to send more of a body that there is room for."""
        return self.conn.their_state is h11.SEND_BODY and not self.flow.read_paused

    @property
    def has_begun(self) -> bool:
        """Say whether a part of a request has arrived that isn't whole yet."""
        return not self.is_answering and bool(self.conn.trailing_data[0])

    def give_up(self) -> None:
        """Let go of a client that takes too long; tell it, if it can still be told."""
        if self.is_answering or not self.has_begun:
            self.transport.abort()
        else:
            self._refuse("408 Request Timeout", "The headers of this request took too long to arrive.")

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP, or headers beyond all measure, in a way that reaches a client that still sends."""
        self._refuse("400 Bad Request", msg)

    def _refuse(self, status: str, message: str) -> None:
        self._refused = True
        self._patience.end()
        body = json.dumps({"error": message}).encode()
        head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        self.transport.write(head.encode() + b"Connection: close\r\n\r\n" + body)
        if self.transport.can_write_eof():
            self.transport.write_eof()
        # Closing with unread input resets the connection, and the answer is lost with it.
        self.loop.call_later(_LINGER_S, self.transport.close)

    async def _fill(self, room: memoryview) -> int | None:
        """Fill `room` from the body; None where it comes the usual way."""
        if self._straight is None:
            self._straight = StraightBody.begin(self)
        return None if self._straight is None else await self._straight.fill(room)

    def _step_back(self) -> None:
        if self._straight is not None:
            self._straight.step_back()
            self._straight = None

    async def _extended(self, scope: dict[str, Any], receive: Any, send: Callable[[Any], Awaitable[None]]) -> None:
        async def send_or_pass(message: dict[str, Any]) -> None:
            self._step_back()  # who answers has read enough
            if message["type"] == "hubnb.sendfile":
                await self._pass_file(message["handle"], message["offset"], message["count"])
                message = {"type": "http.response.body", "body": b"", "more_body": False}
            await send(message)

        own = {"hubnb.sendfile": {}, "hubnb.fill": self._fill, "hubnb.abort": self.transport.abort}
        try:
            await self._inner({**scope, "extensions": {**scope.get("extensions", {}), **own}}, receive, send_or_pass)
        finally:
            self._step_back()

    async def _pass_file(self, handle: int, offset: int, count: int) -> None:
        if count == 0 or self.transport.is_closing():
            return
        self.conn.send_with_data_passthrough(h11.Data(data=_Passing(count)))  # type: ignore[arg-type]
        with os.fdopen(os.dup(handle), "rb", buffering=0) as stream:
            try:
                sent = await self.loop.sendfile(self.transport, stream, offset, count)
            except (ConnectionError, RuntimeError):  # the client went away
                self.transport.abort()
                return
        if sent != count:  # the length was promised; only a broken connection tells that it wasn't kept
            self.transport.abort()
