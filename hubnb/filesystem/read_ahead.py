"""Keeps what was read of a file, and brings early what will be read next.

Who reads on gets a window that grows up to eight blocks, brought in parallel; who jumps about gets little more
than was asked for. fsspec knows this cache by the name ``parallel``.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections import OrderedDict
from concurrent.futures import Future
from typing import TYPE_CHECKING, ClassVar

from fsspec.caching import BaseCache, register_cache

from .pool import shared_pool

if TYPE_CHECKING:
    from collections.abc import Callable

BLOCK_BYTES = 4 << 20
MOST_BYTES = 64 << 20
_GRID_BYTES = 64 << 10
_FIRST_WINDOW_BYTES = 1 << 20
_WINDOW_BLOCKS = 8
_PIECES = 8
_GROWTH = 4
_SMALLEST_PIECE_BYTES = 256 << 10


class _Run:
    """A stretch of the file that came, or is coming, in one request."""

    def __init__(self, start: int, end: int) -> None:
        self.start, self.end = start, end
        self.bytes: Future[bytes] = Future()


class ReadAheadCache(BaseCache):
    """What an open file keeps; parameters as fsspec's caches have them.

    Parameters
    ----------
    blocksize
        Largest request, in bytes.
    fetcher
        Gives the bytes of a range.
    size
        Of the file, in bytes.
    most_bytes
        How much to keep.
    """

    name: ClassVar[str] = "parallel"

    def __init__(
        self, blocksize: int, fetcher: Callable[[int, int], bytes], size: int, *, most_bytes: int = MOST_BYTES
    ) -> None:
        super().__init__(blocksize, fetcher, size)
        self._most_bytes = max(most_bytes, 2 * _WINDOW_BLOCKS * blocksize)
        self._starts: list[int] = []
        self._runs: OrderedDict[int, _Run] = OrderedDict()
        self._kept_bytes = 0
        self._last = (-1, -1)
        self._window = 0
        self._current: _Run | None = None  # whose bytes are here, and what follows is asked for
        self._lock = threading.Lock()

    def _fetch(self, start: int | None, stop: int | None) -> bytes:
        start = start or 0
        stop = self.size if stop is None else min(stop, self.size)
        if start >= stop:
            return b""
        run = self._current
        if self._window and run is not None and run.start <= start and stop <= run.end and self._last[1] == start:
            self._last = (start, stop)
            self.hit_count += 1
            return run.bytes.result()[start - run.start : stop - run.start]
        with self._lock:  # whoever shares a file among threads reads one after the other
            goes_on = self._last[0] <= start <= self._last[1]
            self._last = (start, stop)
            if stop - start > self._most_bytes // 2:  # more than can be kept: nothing is
                self.total_requested_bytes += stop - start
                return self.fetcher(start, stop)
            self._window = self._next_window(stop - start) if goes_on else 0
            self._request(start, stop)
            if self._window:
                self._look_ahead(stop)
            return self._collected(start, stop)

    def close(self) -> None:
        """Forget everything, and take back what was asked for early."""
        with self._lock:
            for run in self._runs.values():
                run.bytes.cancel()
            self._runs.clear()
            self._starts.clear()
            self._current = None

    def _next_window(self, read_bytes: int) -> int:
        wanted = max(_GROWTH * self._window, _FIRST_WINDOW_BYTES, 2 * read_bytes)
        return min(wanted, _WINDOW_BLOCKS * self.blocksize)

    def _look_ahead(self, at: int) -> None:
        """Ask for the window behind `at`, in pieces, once half of it is used up."""
        end = min(at + self._window, self.size)
        covered = at
        while covered < end and (run := self._run_at(covered)) is not None:
            covered = run.end
        if covered < end and covered - at <= self._window // 2:
            piece = min(self.blocksize, max(_SMALLEST_PIECE_BYTES, self._window // _PIECES))
            self._request(covered, end, piece=piece, early=True)

    def _request(self, start: int, stop: int, *, piece: int | None = None, early: bool = False) -> None:
        """See that every byte of a range is here or on its way."""
        at = start
        while at < stop:
            run = self._run_at(at)
            if run is not None:
                self.hit_count += 1
                self._runs.move_to_end(run.start)
                at = run.end
                continue
            self.miss_count += 1
            begin, end = self._gap(at, stop)
            self._start_runs(begin, end, piece or self.blocksize, early=early)
            at = end

    def _gap(self, at: int, stop: int) -> tuple[int, int]:
        """Widen a missing range to the grid, as far as its neighbours leave room."""
        index = bisect_right(self._starts, at)
        before = self._runs[self._starts[index - 1]].end if index else 0
        after = self._starts[index] if index < len(self._starts) else self.size
        begin = max(at // _GRID_BYTES * _GRID_BYTES, before)
        return begin, min(-(-stop // _GRID_BYTES) * _GRID_BYTES, after)

    def _start_runs(self, begin: int, end: int, piece: int, *, early: bool) -> None:
        runs = [_Run(at, min(at + piece, end)) for at in range(begin, end, piece)]
        for run in runs:
            self._add(run)
        own = None if early else runs[0]  # what is waited for anyway needs no other thread
        for run in runs:
            if run is not own:
                run.bytes = shared_pool().submit(self.fetcher, run.start, run.end)
        if own is not None:
            try:
                own.bytes.set_result(self.fetcher(own.start, own.end))
            except BaseException:
                for run in runs:
                    self._drop(run)
                raise

    def _collected(self, start: int, stop: int) -> bytes:
        parts: list[bytes | memoryview] = []
        at = start
        while at < stop:
            run = self._run_at(at)
            if run is None:  # it did not fit beside the others
                self._request(at, stop)
                continue
            try:
                data = run.bytes.result()
            except BaseException:
                self._drop(run)
                raise
            self._current = run
            end = min(stop, run.end)
            if run.start == at and run.end == end:
                parts.append(data)
            else:
                parts.append(memoryview(data)[at - run.start : end - run.start])
            at = end
        self._make_room()
        return parts[0] if len(parts) == 1 and isinstance(parts[0], bytes) else b"".join(parts)

    # Runs

    def _run_at(self, at: int) -> _Run | None:
        index = bisect_right(self._starts, at)
        if not index:
            return None
        run = self._runs[self._starts[index - 1]]
        return run if at < run.end else None

    def _add(self, run: _Run) -> None:
        self._starts.insert(bisect_right(self._starts, run.start), run.start)
        self._runs[run.start] = run
        self._kept_bytes += run.end - run.start
        self.total_requested_bytes += run.end - run.start
        self.nblocks = len(self._runs)

    def _drop(self, run: _Run) -> None:
        if self._runs.get(run.start) is run:
            del self._runs[run.start]
            self._starts.remove(run.start)
            self._kept_bytes -= run.end - run.start
            run.bytes.cancel()

    def _make_room(self) -> None:
        """Forget what was used longest ago; what is on its way stays."""
        for run in list(self._runs.values()):
            if self._kept_bytes <= self._most_bytes:
                return
            if run.bytes.done():
                self._drop(run)


register_cache(ReadAheadCache, clobber=True)
