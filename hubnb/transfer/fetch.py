"""Brings files from the Hub to disk: ranges over several connections, hashed as they arrive, whole or not at all.

One pool of connections serves all files of a pull. A small file is one request, hashed in passing. A large
one is cut into ranges that idle connections take; a thread of its own hashes the part that is there without
a gap while the rest arrives. Whatever a server does (cut, stall, ignore Range, send other bytes), a file gets its
final name only after its hash was right.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..cache.locks import try_lock
from ..client.errors import HfHubHTTPError, HubUnreachableError, IntegrityError, TransferCancelled
from ..client.files import ByteStream, open_stream
from .hashing import digest_for
from .partial import Partial

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from filelock import BaseFileLock

    from ..client.hub import HubClient
    from ..client.repo_id import RepoId
    from .job import Transfer

CONNECTIONS = 8
RANGE_BYTES = 32 << 20
PIECE_BYTES = 1 << 20
_TRIES_WITHOUT_PROGRESS = 5
_RETRY_WAIT_S = 0.5
_LOCK_POLL_S = 0.1
_EXPIRED = (401, 403, 404, 410)


@dataclass(frozen=True)
class WantedFile:
    """A file to fetch: `path` for people, `url` for its bytes, `etag` for its content, `target` on disk."""

    path: str
    url: str
    etag: str
    size: int
    target: Path
    lock_path: Path
    repo: RepoId
    revision: str
    partial_folder: Path | None = None
    replace: bool = False


class _Fetch:
    """One file on its way."""

    def __init__(self, wanted: WantedFile, lock: BaseFileLock) -> None:
        self.wanted = wanted
        self.lock = lock
        self.partial = Partial(wanted.target, wanted.etag, wanted.size, folder=wanted.partial_folder)
        self.guard = threading.Lock()
        self.location: str | None = None
        self.whole_body_taken = False
        self.refetched = False
        self.open_ranges = 0
        self.changed = threading.Condition()
        self.failures = 0


@dataclass(frozen=True)
class _Range:
    fetch: _Fetch
    start: int
    end: int


class FetchPool:
    """Fetches files with a fixed number of connections; `run` returns when all are on disk or one failed.

    Parameters
    ----------
    on_file
        Called on a worker thread when a file has its final name.
    """

    def __init__(
        self,
        hub: HubClient,
        transfer: Transfer[Any],
        on_file: Callable[[WantedFile], object],
        *,
        connections: int = CONNECTIONS,
    ) -> None:
        self._hub = hub
        self._transfer = transfer
        self._on_file = on_file
        self._connections = connections
        self._files: deque[WantedFile] = deque()
        self._ranges: deque[_Range] = deque()
        self._left = 0
        self._state = threading.Condition()
        self._error: BaseException | None = None
        self._fetches: set[_Fetch] = set()

    def run(self, files: list[WantedFile]) -> None:
        """Fetch `files`; the first failure ends all and is raised."""
        self._files.extend(files)
        self._left = len(files)
        workers = min(self._connections, max(len(files), sum(-(-f.size // RANGE_BYTES) for f in files)))
        threads = [self._transfer.spawn(self._work, "fetch") for _ in range(workers)]
        try:
            with self._state:
                while self._left and self._error is None and not self._transfer.stop.is_set():
                    self._state.wait(0.1)  # `stop` is an event of its own, so look at it now and then
            if self._error is not None:
                raise self._error
            self._transfer.checkpoint()
        finally:
            with self._state:
                self._files.clear()
                self._ranges.clear()
                self._left = 0
                self._state.notify_all()
            # Cancelled reads end at once; those that wait for a dead server may not hold the caller up.
            deadline = time.monotonic() + (0.2 if self._transfer.stop.is_set() else 5.0)
            for thread in threads:
                thread.join(max(0.0, deadline - time.monotonic()))
            for fetch in list(self._fetches):
                self._release(fetch)

    # Workers

    def _work(self) -> None:
        while True:
            try:
                task = self._next()
                if task is None:
                    return
                if isinstance(task, _Range):
                    self._fetch_range(task)
                else:
                    self._begin(task)
            except BaseException as error:
                self._fail(error)
                return

    def _next(self) -> WantedFile | _Range | None:
        with self._state:
            while True:
                if self._error is not None or self._transfer.stop.is_set() or not self._left:
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

    def _begin(self, wanted: WantedFile) -> None:
        self._transfer.checkpoint()
        lock = try_lock(wanted.lock_path)
        if lock is None:
            # Another process fetches it. Others first; if there are none, look again in a moment.
            with self._state:
                self._files.append(wanted)
                if len(self._files) == 1 or not self._ranges:
                    self._state.wait(_LOCK_POLL_S)
            return
        fetch = _Fetch(wanted, lock)
        self._fetches.add(fetch)
        counters = self._transfer.counters
        if wanted.target.exists() and not wanted.replace:
            counters.end(wanted.path, "skipped")
            self._done(fetch)
            return
        counters.begin(wanted.path)
        if wanted.size <= PIECE_BYTES:
            self._fetch_small(fetch)
        else:
            self._begin_large(fetch)

    def _begin_large(self, fetch: _Fetch) -> None:
        fetch.partial.open()
        kept = fetch.partial.ranges.total()
        if kept:
            self._transfer.counters.kept(fetch.wanted.path, kept)
        self._transfer.spawn(lambda: self._hash_and_finish(fetch), "hash")
        self._queue_gaps(fetch)

    def _queue_gaps(self, fetch: _Fetch) -> None:
        ranges = [
            _Range(fetch, start, min(start + RANGE_BYTES, end))
            for gap_start, end in fetch.partial.ranges.gaps(fetch.wanted.size)
            for start in range(gap_start, end, RANGE_BYTES)
        ]
        with self._state:
            # In front of other files: finishing what was begun keeps few partials open.
            self._ranges.extend(ranges)
            self._state.notify_all()

    # A small file: one request, in memory, hashed in passing

    def _fetch_small(self, fetch: _Fetch) -> None:
        wanted = fetch.wanted
        for attempt in range(_TRIES_WITHOUT_PROGRESS):
            try:
                body = self._read_small(fetch)
            except HubUnreachableError:
                if attempt == _TRIES_WITHOUT_PROGRESS - 1:
                    raise
                self._pause_before_retry()
                continue
            if _is_right(wanted, body):
                break
            self._transfer.counters.lost(wanted.path, len(body))
            if fetch.refetched:
                raise _integrity_error(wanted, self._hub)
            fetch.refetched = True
        else:
            raise _integrity_error(wanted, self._hub)
        partial = Partial(wanted.target, wanted.etag, wanted.size, folder=wanted.partial_folder)
        partial.discard()
        partial.open()
        partial.write(0, body)
        partial.finish()
        self._transfer.counters.end(wanted.path, "done")
        self._done(fetch)

    def _read_small(self, fetch: _Fetch) -> bytes:
        wanted = fetch.wanted
        body = bytearray()
        if wanted.size == 0:
            return b""
        stream = self._open(fetch, 0, None)
        try:
            with stream, self._transfer.abortable(stream):
                while len(body) <= wanted.size and (block := stream.read(PIECE_BYTES)):
                    body += block
                    self._transfer.counters.moved(wanted.path, len(block))
        except HubUnreachableError:
            self._transfer.counters.lost(wanted.path, len(body))
            raise
        self._transfer.checkpoint()
        return bytes(body)

    # A large file: ranges, each read by one worker

    def _fetch_range(self, task: _Range) -> None:
        fetch = task.fetch
        at = task.start
        try:
            stream = self._open(fetch, task.start, task.end)
            with stream, self._transfer.abortable(stream):
                if stream.total is not None and stream.total != fetch.wanted.size:
                    raise _integrity_error(fetch.wanted, self._hub, size=stream.total)
                if stream.start != task.start:
                    at = self._take_whole_body(fetch, stream, task)
                else:
                    at = self._copy(fetch, stream, at, task.end)
        except HubUnreachableError:
            self._transfer.checkpoint()
            with fetch.guard:
                fetch.failures = 0 if at > task.start else fetch.failures + 1
                give_up = fetch.failures >= _TRIES_WITHOUT_PROGRESS
            if give_up:
                raise
            self._pause_before_retry()
        if at < task.end and not fetch.partial.complete():
            with self._state:
                self._ranges.append(_Range(fetch, at, task.end))
                self._state.notify_all()

    def _copy(self, fetch: _Fetch, stream: ByteStream, at: int, end: int) -> int:
        """Copy what `stream` sends to `at`, up to `end`; gives how far it got, also when the stream breaks."""
        path, partial, counters = fetch.wanted.path, fetch.partial, self._transfer.counters
        while at < end:
            self._transfer.checkpoint()
            try:
                block = stream.read(min(PIECE_BYTES, end - at))
            except HubUnreachableError:
                self._transfer.checkpoint()
                with fetch.guard:
                    fetch.failures += 1
                    if fetch.failures >= _TRIES_WITHOUT_PROGRESS * CONNECTIONS:
                        raise
                self._pause_before_retry()
                return at
            if not block:
                return at
            new = partial.write(at, block)
            counters.moved(path, new)
            at += len(block)
            with fetch.changed:
                fetch.changed.notify_all()
        with fetch.guard:
            fetch.failures = 0
        return at

    def _take_whole_body(self, fetch: _Fetch, stream: ByteStream, task: _Range) -> int:
        """Copy a body whose server ignores Range: one worker reads it from its start, the others leave."""
        with fetch.guard:
            if fetch.whole_body_taken:
                return task.end
            fetch.whole_body_taken = True
        reached = self._copy(fetch, stream, 0, fetch.wanted.size)
        with fetch.guard:
            fetch.whole_body_taken = False
        if reached >= fetch.wanted.size:
            return task.end
        return task.start

    def _open(self, fetch: _Fetch, start: int, end: int | None) -> ByteStream:
        """Ask for a range where the bytes were last found; a signed address that expired is asked for anew."""
        wanted = fetch.wanted
        where: Any = {"repo": wanted.repo, "revision": wanted.revision, "entry": wanted.path}
        self._transfer.checkpoint()
        if fetch.location is not None:
            try:
                return open_stream(self._hub, fetch.location, start=start, end=end, signed=False, **where)
            except HfHubHTTPError as error:
                if error.status_code not in _EXPIRED:
                    raise
                fetch.location = None
        stream = open_stream(self._hub, wanted.url, start=start, end=end, **where)
        if not self._hub.http.is_home(stream.url):
            fetch.location = stream.url
        return stream

    def _pause_before_retry(self) -> None:
        if self._transfer.stop.wait(_RETRY_WAIT_S):
            raise TransferCancelled("The transfer was cancelled.")  # noqa: EM101

    # Hash while the rest arrives, then give the file its name

    def _hash_and_finish(self, fetch: _Fetch) -> None:
        try:
            while True:
                right = self._hash(fetch)
                if right is None:
                    return
                if right:
                    break
                if fetch.refetched:
                    fetch.partial.discard()
                    raise _integrity_error(fetch.wanted, self._hub)
                fetch.refetched = True
                self._transfer.counters.lost(fetch.wanted.path, fetch.wanted.size)
                self._transfer.learn(note=f"{fetch.wanted.path} did not match its hash; fetching it again")
                fetch.partial.restart()
                self._queue_gaps(fetch)
            fetch.partial.finish()
            self._transfer.counters.end(fetch.wanted.path, "done")
            self._done(fetch)
        except BaseException as error:
            self._fail(error)

    def _hash(self, fetch: _Fetch) -> bool | None:
        """Hash the growing prefix to the end; None if the pull ended before."""
        wanted, partial = fetch.wanted, fetch.partial
        digest = digest_for(wanted.etag, wanted.size)
        hashed = 0
        while hashed < wanted.size:
            prefix = partial.prefix()
            with fetch.changed:
                while prefix == hashed:
                    if self._transfer.stop.is_set() or self._error is not None:
                        return None
                    fetch.changed.wait(0.1)
                    prefix = partial.prefix()
            while hashed < prefix:
                if self._transfer.stop.is_set():
                    return None
                block = partial.read(hashed, min(4 * PIECE_BYTES, prefix - hashed))
                if digest is not None:
                    digest.update(block)
                hashed += len(block)
                self._transfer.counters.hashed(len(block))
        return digest is None or digest.hexdigest() == wanted.etag

    def _done(self, fetch: _Fetch) -> None:
        self._on_file(fetch.wanted)
        self._release(fetch)
        with self._state:
            self._left -= 1
            self._state.notify_all()

    def _release(self, fetch: _Fetch) -> None:
        with self._state:
            if fetch not in self._fetches:
                return
            self._fetches.discard(fetch)
        fetch.partial.close()
        fetch.lock.release()


def _is_right(wanted: WantedFile, body: bytes) -> bool:
    if len(body) != wanted.size:
        return False
    digest = digest_for(wanted.etag, wanted.size)
    if digest is None:
        return True
    digest.update(body)
    return digest.hexdigest() == wanted.etag


def _integrity_error(wanted: WantedFile, hub: HubClient, *, size: int | None = None) -> IntegrityError:
    what = (
        f"{size:,} bytes instead of {wanted.size:,}"
        if size is not None
        else f"bytes that don't match its hash {wanted.etag}, twice"
    )
    msg = (
        f"{hub.endpoint} sent {what} for {wanted.path!r} of {wanted.repo} at {wanted.revision}. "
        "They were thrown away; the cache is as it was. Try again later, or tell the Hub's owner."
    )
    return IntegrityError(msg)
