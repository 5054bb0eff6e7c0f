"""The body of a large request, from the socket straight into the memory of whoever asks for it.

On the usual way each 64 KiB of a body is copied five times in Python, which costs more than to hash and to write it.
Here h11 reads the headers, then steps aside for as many bytes as they announce.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import h11

if TYPE_CHECKING:
    from hubnb.server.protocol import HubProtocol


class StraightBody(asyncio.BufferedProtocol):
    """Takes the place of a connection's protocol until the body is over, or `step_back` is called."""

    def __init__(self, owner: HubProtocol, reader: Any) -> None:
        self._owner, self._reader = owner, reader
        self._left: int = reader._remaining  # noqa: SLF001 - see `begin`
        self._room = memoryview(b"")
        self._filled = 0
        self._waiter: asyncio.Future[None] | None = None
        self._gone = self._over = False
        owner.flow.pause_reading()
        owner.transport.set_protocol(self)

    @classmethod
    def begin(cls, owner: HubProtocol) -> StraightBody | None:
        """Step in where h11 knows how much is to come; None where the body has to go the usual way."""
        # h11 has no public way to be told that bytes passed it by. Where it is not as it was in 0.14 to 0.16, nothing
        # is lost but time.
        reader = getattr(owner.conn, "_reader", None)
        left = getattr(reader, "_remaining", None)
        if type(reader).__name__ != "ContentLengthReader" or not isinstance(left, int) or left <= 0:
            return None
        if owner.transport.is_closing() or owner.conn.trailing_data[0]:
            return None
        if owner.conn.they_are_waiting_for_100_continue:
            answer = h11.InformationalResponse(status_code=100, headers=[], reason="Continue")
            owner.transport.write(owner.conn.send(answer) or b"")
        return cls(owner, reader)

    async def fill(self, room: memoryview) -> int:
        """Fill `room` with the next bytes; return how many, fewer only at the end.

        Raises
        ------
        ConnectionResetError
            If the client goes away in the middle.
        """
        early = self._owner.cycle.body  # what h11 had read already
        self._room, self._filled = room, min(len(early), len(room))
        room[: self._filled] = memoryview(early)[: self._filled]
        self._owner.cycle.body = early[self._filled :]
        if self._filled < len(room) and self._left and not self._gone:
            self._waiter = self._owner.loop.create_future()
            self._owner.flow.resume_reading()
            try:
                await self._waiter
            finally:
                self._waiter = None
                self._owner.flow.pause_reading()
        if self._gone and self._left:
            raise ConnectionResetError
        return self._filled

    def step_back(self) -> None:
        """Let h11 go on where this stands."""
        if self._over:
            return
        self._over = True
        self._reader._remaining = self._left  # noqa: SLF001 - see `begin`
        if not self._gone:
            self._owner.transport.set_protocol(self._owner)
            if not self._left:
                self._owner.handle_events()
            self._owner.flow.resume_reading()

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002 - the name is asyncio's
        """Say where the next bytes go."""
        return self._room[self._filled : self._filled + self._left]

    def buffer_updated(self, nbytes: int) -> None:
        """Count what arrived."""
        self._filled += nbytes
        self._left -= nbytes
        self._owner.heard(nbytes)
        if self._filled == len(self._room) or not self._left:
            self._owner.flow.pause_reading()
            self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever waits."""
        self._gone = True
        self._owner.connection_lost(exc)
        self._wake()

    def pause_writing(self) -> None:
        """Pass it on."""
        self._owner.pause_writing()

    def resume_writing(self) -> None:
        """Pass it on."""
        self._owner.resume_writing()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
