"""uvicorn's HTTP protocol with two abilities more: a file goes out by ``sendfile``, a fault can drop the connection.

With ``sendfile`` the bytes never enter Python, so a stream costs no memory, hardly any processor and no lock, which
matters most where the Hub shares a process with a notebook.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

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
        """Offer the two abilities to the application."""
        super().connection_made(transport)
        self._refused = False
        self._inner: Any = self.app
        self.app: Any = self._extended

    def data_received(self, data: bytes) -> None:
        """Take bytes, unless what came before was no HTTP."""
        if not self._refused:
            super().data_received(data)

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP, or headers beyond all measure, in a way that reaches a client that still sends."""
        self._refused = True
        body = json.dumps({"error": msg}).encode()
        head = f"HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        self.transport.write(head.encode() + b"Connection: close\r\n\r\n" + body)
        if self.transport.can_write_eof():
            self.transport.write_eof()
        # Closing with unread input resets the connection, and the answer is lost with it.
        self.loop.call_later(_LINGER_S, self.transport.close)

    async def _extended(self, scope: dict[str, Any], receive: Any, send: Callable[[Any], Awaitable[None]]) -> None:
        async def send_or_pass(message: dict[str, Any]) -> None:
            if message["type"] == "hubnb.sendfile":
                await self._pass_file(message["handle"], message["offset"], message["count"])
                message = {"type": "http.response.body", "body": b"", "more_body": False}
            await send(message)

        extensions = {**scope.get("extensions", {}), "hubnb.sendfile": {}, "hubnb.abort": self.transport.abort}
        await self._inner({**scope, "extensions": extensions}, receive, send_or_pass)

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
