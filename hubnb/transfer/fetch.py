"""Brings files from the Hub to disk over a pool of connections that finds its own size.

One pool serves all files of a pull. A small file is one request. A large one is cut into ranges that idle
connections take, while a thread of its own hashes the part that is there without a gap. A few connections
are enough on a fast network and a burden on a busy machine; on a slow path each one more helps. So the pool
starts small, doubles while that makes it faster, and goes back when it doesn't.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..cache.locks import try_lock
from .fetch_file import FLUSH_BYTES, PIECE_BYTES, FileFetch, WantedFile
from .whole_file import can_place

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..client.hub import HubClient
    from .job import Transfer

MOST_CONNECTIONS = 16
FIRST_CONNECTIONS = 3
RANGE_BYTES = 32 << 20
_LOCK_POLL_S = 0.1
_MEASURE_S = 0.3
_WORTH_IT = 1.15
"""A larger pool has to be this much faster to stay."""
_LOOK_AGAIN_S = 5.0
"""One noisy measurement must not decide for a whole long transfer."""


@dataclass(frozen=True)
class _Range:
    fetch: FileFetch
    start: int
    end: int


class FetchPool:
    """Fetches files; `run` returns when all are on disk or one failed.

    Parameters
    ----------
    on_file
        Called on a worker thread when a file has its final name.
    most_connections
        How many connections the pool may grow to.
    """

    def __init__(
        self,
        hub: HubClient,
        transfer: Transfer[Any],
        on_file: Callable[[WantedFile], object],
        *,
        most_connections: int = MOST_CONNECTIONS,
    ) -> None:
        self._hub = hub
        self._transfer = transfer
        self._on_file = on_file
        self._size = PoolSize(max(1, most_connections))
        self._files: deque[WantedFile] = deque()
        self._ranges: deque[_Range] = deque()
        self._left = 0
        self._workers = 0
        self._threads: list[threading.Thread] = []
        self._state = threading.Condition()
        self._error: BaseException | None = None
        self._fetches: set[FileFetch] = set()

    def run(self, files: list[WantedFile]) -> None:
        """Fetch `files`; the first failure ends all and is raised."""
        self._files.extend(files)
        self._left = len(files)
        try:
            with self._state:
                while self._left and self._error is None and not self._transfer.stop.is_set():
                    self._add_workers()
                    self._state.wait(0.1)  # `stop` is an event of its own, so look at it now and then
                    if not self._transfer.paused:
                        self._size.adapt(self._transfer.counters.totals()["bytes_moved"], time.monotonic())
            if self._error is not None:
                raise self._error
            self._transfer.checkpoint()
        finally:
            self._close()

    def _close(self) -> None:
        with self._state:
            self._files.clear()
            self._ranges.clear()
            self._left = 0
            self._state.notify_all()
        # Cancelled reads end at once; those that wait for a dead server may not hold the caller up.
        deadline = time.monotonic() + (0.2 if self._transfer.stop.is_set() else 5.0)
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        for fetch in list(self._fetches):
            self._release(fetch)

    # Workers

    def _add_workers(self) -> None:
        tasks = len(self._files) + len(self._ranges)
        while self._workers < self._size.allowed and tasks > 0:
            tasks -= 1
            self._workers += 1
            self._threads.append(self._transfer.spawn(self._work, "fetch"))

    def _work(self) -> None:
        try:
            while (task := self._next()) is not None:
                if isinstance(task, _Range):
                    self._fetch_range(task)
                else:
                    self._begin(task)
        except BaseException as error:
            self._fail(error)
        finally:
            with self._state:
                self._workers -= 1

    def _next(self) -> WantedFile | _Range | None:
        with self._state:
            while True:
                if self._error is not None or self._transfer.stop.is_set() or not self._left:
                    return None
                if self._workers > self._size.allowed:
                    return None
                if self._ranges:
                    return self._ranges.popleft()
                if self._files:
                    return self._files.popleft()
                self._state.wait(0.1)

    def _fail(self, error: BaseException) -> None:
        with self._state:
            # Once the transfer ends, whatever breaks is a consequence, not a cause.
            if self._error is None and not self._transfer.stop.is_set():
                self._error = error
            self._state.notify_all()
        self._transfer.halt()

    # Files

    def _begin(self, wanted: WantedFile) -> None:
        self._transfer.checkpoint()
        if wanted.size <= PIECE_BYTES and self._place_small(wanted):
            return
        lock = try_lock(wanted.lock_path)
        if lock is None:
            # Another process fetches it. Others first; if there are none, look again in a moment.
            with self._state:
                self._files.append(wanted)
                if not self._ranges:
                    self._state.wait(_LOCK_POLL_S)
            return
        fetch = FileFetch(wanted, lock, self._hub, self._transfer)
        with self._state:
            self._fetches.add(fetch)
        if wanted.is_there():
            self._transfer.counters.end(wanted.path, "skipped")
            self._done(fetch)
            return
        self._transfer.counters.begin(wanted.path)
        if wanted.size <= PIECE_BYTES:
            fetch.fetch_small()
            self._transfer.counters.end(wanted.path, "done")
            self._done(fetch)
        else:
            fetch.open()
            self._transfer.spawn(lambda: self._hash_and_finish(fetch), "hash")
            if wanted.size > FLUSH_BYTES:
                self._transfer.spawn(fetch.flush_growing, "flush")
            self._queue_gaps(fetch)

    def _place_small(self, wanted: WantedFile) -> bool:
        """Fetch a small file straight to its place, if it has none yet; at worst two processes fetch it at once."""
        if wanted.target.exists() or not can_place(wanted.target.parent):
            return False
        self._transfer.counters.begin(wanted.path)
        fetch = FileFetch(wanted, None, self._hub, self._transfer)
        if not fetch.fetch_and_place():
            self._transfer.counters.lost(wanted.path, wanted.size)
            return False
        self._transfer.counters.end(wanted.path, "done")
        self._done(fetch)
        return True

    def _queue_gaps(self, fetch: FileFetch) -> None:
        ranges = [
            _Range(fetch, start, min(start + RANGE_BYTES, end))
            for gap_start, end in fetch.partial.ranges.gaps(0, fetch.wanted.size)
            for start in range(gap_start, end, RANGE_BYTES)
        ]
        with self._state:
            # Ranges go before files that have not begun: finishing what was begun keeps few partials open.
            self._ranges.extend(ranges)
            self._state.notify_all()

    def _fetch_range(self, task: _Range) -> None:
        reached = task.fetch.copy(task.start, task.end)
        if task.fetch.take_broken_whole_body():
            self._queue_gaps(task.fetch)
        elif reached < task.end and not task.fetch.partial.complete():
            with self._state:
                self._ranges.append(_Range(task.fetch, reached, task.end))
                self._state.notify_all()

    def _hash_and_finish(self, fetch: FileFetch) -> None:
        try:
            while not (right := fetch.hash_growing()):
                if right is None:
                    return
                fetch.restart()
                self._queue_gaps(fetch)
            fetch.partial.finish()
            self._transfer.counters.end(fetch.wanted.path, "done")
            self._done(fetch)
        except BaseException as error:
            self._fail(error)

    def _done(self, fetch: FileFetch) -> None:
        self._on_file(fetch.wanted)
        self._release(fetch)
        with self._state:
            self._left -= 1
            self._state.notify_all()

    def _release(self, fetch: FileFetch) -> None:
        with self._state:
            if fetch not in self._fetches:
                return  # let go of before, or a small one that holds nothing
            self._fetches.discard(fetch)
        fetch.close()


class PoolSize:
    """How many connections there should be, judged by what the last change did to the speed."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.allowed = min(FIRST_CONNECTIONS, most)
        self._before = 0
        self._speed_before = 0.0
        self._settled_at: float | None = None
        self._since: float | None = None
        self._moved_then = 0

    def adapt(self, moved_bytes: int, now_s: float) -> None:
        """Take in how many bytes have moved by `now_s`; may change `allowed`."""
        if not moved_bytes or self.allowed >= self._most:
            return
        if self._settled_at is not None:
            if now_s - self._settled_at < _LOOK_AGAIN_S:
                return
            self._settled_at, self._since, self._before = None, None, 0
        if self._since is None:
            self._since, self._moved_then = now_s, moved_bytes
            return
        if now_s - self._since < _MEASURE_S:
            return
        speed = (moved_bytes - self._moved_then) / (now_s - self._since)
        self._since, self._moved_then = now_s, moved_bytes
        if self._before and speed < self._speed_before * _WORTH_IT:
            self.allowed, self._settled_at = self._before, now_s
            return
        self._before, self._speed_before = self.allowed, speed
        self.allowed = min(self.allowed * 2, self._most)
