"""The body of a request that sends a slice of a content: counted as it leaves, and stopped when the transfer is."""

from __future__ import annotations

import io
import os
import select
import socket
import struct
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from .content import BLOCK_BYTES, Content, became_shorter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .job import Transfer

_SLOW_BLOCK_BYTES = 1 << 16
_SLOW_BLOCK_S = 0.008
_THROW_AWAY = struct.pack("ii", 1, 0)


class ContentBody:
    """A slice of a content as a request body: counts what leaves, and stops when the transfer does.

    Parameters
    ----------
    on_bytes
        Called with the size of each block handed to the connection.
    """

    def __init__(
        self,
        content: Content,
        start: int,
        end: int,
        transfer: Transfer[Any],
        on_bytes: Callable[[int], object],
    ) -> None:
        self._content = content
        self._reader = content.open(start)
        self._at, self._start, self._end = start, start, end
        self._transfer = transfer
        self._on_bytes = on_bytes
        self._buffer = memoryview(b"")
        self._last_read = 0.0

    @property
    def sent(self) -> int:
        """Bytes handed to the connection so far."""
        return self._at - self._start

    def __len__(self) -> int:
        return self._end - self._start

    def read(self, size: int = BLOCK_BYTES) -> memoryview:
        """Give the next block, as the connection asks for it; the block is good until the next call."""
        self._transfer.checkpoint()
        left = self._end - self._at
        if not left:
            return self._buffer[:0]
        if not self._buffer:
            self._buffer = memoryview(bytearray(min(BLOCK_BYTES, left)))
        # A cancelled push sends the rest of one block on each connection: on a slow one that is a short block.
        now = time.monotonic()
        if self._at > self._start and now - self._last_read > _SLOW_BLOCK_S and len(self._buffer) > _SLOW_BLOCK_BYTES:
            self._buffer = self._buffer[: len(self._buffer) // 2]
        self._last_read = now
        wanted = min(size if size > 0 else left, left, len(self._buffer))
        count = self._reader.readinto(self._buffer[:wanted])
        if not count:
            raise became_shorter(self._content)
        self._at += count
        self._transfer.bandwidth.take(count, self._transfer.stop)
        self._on_bytes(count)
        return self._buffer[:count]

    def send_to(self, sock: socket.socket) -> None:
        """Send all of it over a connection, which `cancel` ends at once: what waits in the system is not sent then."""
        with self._transfer.abortable(_Line(sock)):
            try:
                if isinstance(self._reader, io.FileIO) and hasattr(os, "sendfile") and type(sock) is socket.socket:
                    self._send_file(self._reader.fileno(), sock)
                else:
                    for block in self:
                        sock.sendall(block)
            except OSError:
                self._transfer.checkpoint()  # a cancel breaks the connection
                raise

    def _send_file(self, handle: int, sock: socket.socket) -> None:
        """Let the system send a file: its bytes never come by here."""
        line, counted = sock.fileno(), self._at
        try:
            while self._at < self._end:
                self._transfer.checkpoint()
                try:
                    count = os.sendfile(line, handle, self._at, min(BLOCK_BYTES, self._end - self._at))
                except BlockingIOError:
                    _wait_until_writable(line, sock.gettimeout())
                    continue
                if not count:
                    raise became_shorter(self._content)
                self._at += count
                self._transfer.bandwidth.take(count, self._transfer.stop)
                if self._at - counted >= BLOCK_BYTES:
                    self._on_bytes(self._at - counted)
                    counted = self._at
        finally:
            if self._at > counted:
                self._on_bytes(self._at - counted)

    def close(self) -> None:
        """Let go of the file."""
        self._reader.close()

    def __iter__(self) -> Iterator[memoryview]:
        while block := self.read():
            yield block


class _Line:
    """A connection that another thread can end."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def abort(self) -> None:
        """Break it: what waits to be sent is thrown away once whoever sends lets go of it."""
        with suppress(OSError):
            self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _THROW_AWAY)
            # Of an encrypted one, too: its own method would let the next block out in the clear.
            socket.socket.shutdown(self._sock, socket.SHUT_RDWR)


def _wait_until_writable(line: int, timeout_s: float | None) -> None:
    waiting = select.poll()
    waiting.register(line, select.POLLOUT)
    if not waiting.poll(None if timeout_s is None else timeout_s * 1000):
        msg = "timed out"
        raise TimeoutError(msg)
