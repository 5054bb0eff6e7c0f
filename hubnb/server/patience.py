"""How long a client may say nothing, and how many clients there may be.

Who opens connections and then sends a header a minute would otherwise hold every file descriptor of the process, for
nothing. Slow is not idle: a body may take hours, as long as it comes at all.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Collection

HEADERS_S = 20.0
"""For the headers of a request, from the first byte to the last; and for the first byte of a connection."""
BODY_S, BODY_BYTES = 120.0, 1200
"""For the next so many bytes of a body."""
READER_S = 600.0
"""For a client to take anything at all of an answer."""
_LOOK_EVERY_S = 15.0
_SPARE_FILES = 256
_MIN_CONNECTIONS, _MAX_CONNECTIONS = 32, 4096


class Connection(Protocol):
    """What is asked of a connection here."""

    loop: asyncio.AbstractEventLoop
    transport: asyncio.Transport

    @property
    def is_answering(self) -> bool:
        """Say whether a request is being answered, or the rest of one is still arriving."""
        ...

    @property
    def wants_more(self) -> bool:
        """Say whether the client is to send more of a body."""
        ...

    @property
    def has_begun(self) -> bool:
        """Say whether a part of the headers has arrived."""
        ...

    def give_up(self) -> None:
        """Let go of the client."""
        ...


class Patience:
    """Watches one connection; costs a timer where a request begins, and nothing for each piece of a body."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._headers: asyncio.TimerHandle | None = None
        self._body: asyncio.TimerHandle | None = None
        self.heard_s = connection.loop.time()
        """When something was heard last."""
        self._bytes, self._bytes_since_s = 0, self.heard_s
        _watch_reader(connection.transport)
        self._wait_for_headers()

    def heard(self, count: int) -> None:
        """Take note that so many bytes have arrived."""
        connection = self._connection
        self.heard_s = connection.loop.time()
        self._bytes += count
        if connection.is_answering:
            self._headers = _cancelled(self._headers)
            if self._body is None and connection.wants_more:
                self._begin_count()
                self._body = connection.loop.call_later(_LOOK_EVERY_S, self._look)
        elif connection.has_begun:
            self._wait_for_headers()
        else:  # between two requests: the keep-alive of uvicorn counts
            self._headers = _cancelled(self._headers)

    def _begin_count(self) -> None:
        self._bytes, self._bytes_since_s = 0, self._connection.loop.time()

    def _wait_for_headers(self) -> None:
        if self._headers is None:
            self._headers = self._connection.loop.call_later(HEADERS_S, self._headers_are_late)

    def _headers_are_late(self) -> None:
        self._headers = None
        if not self._connection.is_answering:
            self._connection.give_up()

    def _look(self) -> None:
        self._body = None
        connection = self._connection
        if not connection.is_answering:
            return
        if not connection.wants_more or self._bytes >= BODY_BYTES:  # it is our turn, or the client did its part
            self._begin_count()
        elif connection.loop.time() - self._bytes_since_s > BODY_S:
            connection.give_up()
            return
        self._body = connection.loop.call_later(_LOOK_EVERY_S, self._look)

    def end(self) -> None:
        """Watch no longer."""
        self._headers, self._body = _cancelled(self._headers), _cancelled(self._body)


def _cancelled(timer: asyncio.TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()


def _watch_reader(transport: asyncio.Transport) -> None:
    """Let the system drop a connection whose other end takes nothing, or is gone without a word."""
    found = transport.get_extra_info("socket")
    option = getattr(socket, "TCP_USER_TIMEOUT", None)
    if found is not None:
        with suppress(OSError):
            found.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            if option is not None:
                found.setsockopt(socket.IPPROTO_TCP, option, int(READER_S * 1000))


@cache
def most_connections() -> int:
    """Return how many connections there may be: each may need a second file, and the rest of the process some too."""
    try:
        import resource

        files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    except ImportError:  # Windows, where sockets are no files
        files = 2 * _MAX_CONNECTIONS
    return max(_MIN_CONNECTIONS, min(_MAX_CONNECTIONS, (files - _SPARE_FILES) // 2))


def raise_file_limit() -> None:
    """Let this process open as many files as the system allows it; for a process that is a Hub and nothing else."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        files, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = 2 * _MAX_CONNECTIONS + _SPARE_FILES
        if files != resource.RLIM_INFINITY and files < wanted:
            wanted = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
            most_connections.cache_clear()


def make_room(connections: Collection[Any], newest: object) -> bool:
    """Say whether one more connection can be served; if there are too many, those that are idle longest go first."""
    most = most_connections()
    if len(connections) <= most:
        return True
    there = [found for found in connections if found is not newest and not found.transport.is_closing()]
    if len(there) < most:
        return True  # others are on their way out
    idle = sorted((found for found in there if not found.is_answering), key=lambda found: found.heard_s)
    for found in idle[: max(1, most // 16)]:  # many at once: a look at all of them for each would be the next attack
        found.transport.abort()
    return bool(idle)
