"""One file on its way from the Hub to disk: asked for, copied, hashed, and named only once its hash was right."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..client.errors import HfHubHTTPError, HubUnreachableError, IntegrityError, TransferCancelled
from ..client.files import ByteStream, open_stream
from .hashing import digest_for
from .partial import Partial, PartialClosedError, no_room
from .whole_file import place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ..cache.locks import Lock
    from ..client.hub import HubClient
    from ..client.repo_id import RepoId
    from .job import Transfer

PIECE_BYTES = 1 << 20
HASH_BLOCK_BYTES = 512 << 10  # fits a core's own cache: what was read is hashed before it is thrown out of it
FLUSH_BYTES = 64 << 20
_BREAKS_WITHOUT_PROGRESS = 5
_WRONG_ANSWERS_FORGIVEN = 3
_RETRY_WAIT_S = 0.5
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
    is_there: Callable[[], bool] = lambda: False
    """Asked once the lock is held: another process may have brought the file meanwhile."""


class FileFetch:
    """Fetches one file; several threads may copy ranges of it side by side."""

    def __init__(self, wanted: WantedFile, lock: Lock | None, hub: HubClient, transfer: Transfer[Any]) -> None:
        self.wanted = wanted
        self.partial = Partial(wanted.target, wanted.etag, wanted.size, folder=wanted.partial_folder)
        self._lock = lock
        self._hub = hub
        self._transfer = transfer
        self._guard = threading.Lock()
        self._grown = threading.Condition()
        self._location: str | None = None
        self._whole_body_taken = False
        self._whole_body_broke = False
        self._breaks = 0
        self._last_break_s = 0.0
        self._wrong_answers = 0
        self._refetched = False

    # A small file: one request, in memory

    def fetch_small(self) -> None:
        """Fetch a file that fits in one piece.

        Raises
        ------
        IntegrityError
            If its bytes were wrong twice.
        """
        self.partial.write_whole(self._read_right_body())

    def fetch_and_place(self) -> bool:
        """Fetch a small file straight to its place; False if another has taken the place meanwhile.

        Raises
        ------
        IntegrityError
            If its bytes were wrong twice.
        DiskFullError
            If there is no room for it.
        """
        body = self._read_right_body()
        try:
            return place(body, self.wanted.target)
        except OSError as error:
            raise no_room(error, self.wanted.size, self.wanted.target.parent) from None

    def _read_right_body(self) -> bytes:
        while True:
            asked_s = time.monotonic()
            try:
                body = self._read_body()
            except HubUnreachableError:
                self._count_break(asked_s, progress=False)
                continue
            except HfHubHTTPError as error:
                if error.status_code != 416:
                    raise
                self._forgive("no bytes where the file should have some")
                self._count_break(asked_s, progress=False)
                continue
            if self._is_right(body):
                return body
            self._transfer.counters.lost(self.wanted.path, len(body))
            self.refetch_or_give_up()

    def _read_body(self) -> bytes:
        wanted, counters = self.wanted, self._transfer.counters
        if wanted.size == 0:
            return b""
        body = bytearray()
        try:
            with self._stream(0, None) as stream:
                while len(body) <= wanted.size and (block := stream.read(PIECE_BYTES)):
                    body += block
                    self._transfer.bandwidth.take(len(block), self._transfer.stop)
                    counters.moved(wanted.path, len(block))
        except HubUnreachableError:
            counters.lost(wanted.path, len(body))
            raise
        self._transfer.checkpoint()
        return bytes(body)

    def _is_right(self, body: bytes) -> bool:
        if len(body) != self.wanted.size:
            return False
        digest = digest_for(self.wanted.etag, self.wanted.size)
        if digest is None:
            return True
        digest.update(body)
        return digest.hexdigest() == self.wanted.etag

    # A large file: ranges, copied by one thread each

    def open(self) -> None:
        """Continue what an earlier try left, or start."""
        self.partial.open()
        kept = self.partial.ranges.total()
        if kept:
            self._transfer.counters.kept(self.wanted.path, kept)

    def copy(self, start: int, end: int) -> int:
        """Copy bytes ``[start, end)``; gives how far it got when the connection broke off, else `end`.

        Raises
        ------
        HubUnreachableError
            If connections broke off several times without a byte in between.
        IntegrityError
            If the answers are about other bytes than those asked for.
        """
        at, asked_s = start, time.monotonic()
        try:
            with self._stream(start, end) as stream:
                if not self._is_about(stream, start):
                    pass  # like a connection that broke off at once
                elif stream.start != start:
                    return end if self._copy_whole_body(stream, asked_s) else start
                else:
                    for at in self._pieces(stream, start, end):  # noqa: B007 - the last one counts
                        pass
        except HubUnreachableError:
            self._transfer.checkpoint()
        except HfHubHTTPError as error:
            if error.status_code != 416:
                raise
            self._forgive("no bytes where the file should have some")
        except PartialClosedError:
            return end  # somebody else brought the last bytes
        if at < end:
            self._count_break(asked_s, progress=at > start)
        return at

    def _is_about(self, stream: ByteStream, start: int) -> bool:
        """Whether an answer is the range from `start` on, or the whole file; the first few that aren't are forgiven."""
        size = self.wanted.size
        if stream.total is not None and stream.total != size:
            what = f"{stream.total:,} bytes instead of {size:,}"
        elif stream.start == start or stream.status == 200:
            return True
        else:
            what = "another range than the one asked for"
        self._forgive(what)
        return False

    def _forgive(self, what: str) -> None:
        """Take a wrong answer for a passing one; not for ever."""
        with self._guard:
            self._wrong_answers += 1
            if self._wrong_answers > _WRONG_ANSWERS_FORGIVEN:
                raise self._integrity_error(what)

    def _pieces(self, stream: ByteStream, at: int, end: int) -> Iterator[int]:
        """Copy `stream` to `at` and on, yielding how far it got after each piece, until `end` or it breaks."""
        buffer = memoryview(bytearray(min(PIECE_BYTES, end - at)))
        while at < end:
            self._transfer.checkpoint()
            count = stream.read_into(buffer[: end - at])
            if not count:
                return
            self._transfer.bandwidth.take(count, self._transfer.stop)
            new = self.partial.write(at, buffer[:count])
            self._transfer.counters.moved(self.wanted.path, new)
            at += count
            with self._grown:
                self._grown.notify_all()
            yield at

    def _copy_whole_body(self, stream: ByteStream, asked_s: float) -> bool:
        """Copy a body whose server ignores Range: one thread reads it from its start, the others leave."""
        with self._guard:
            if self._whole_body_taken:
                return True
            self._whole_body_taken = True
        reached, before = 0, self.partial.ranges.total()
        try:
            with suppress(HubUnreachableError):
                for reached in self._pieces(stream, 0, self.wanted.size):  # noqa: B007
                    pass
        finally:
            self._whole_body_taken = False
        if reached == self.wanted.size:
            return True
        self._transfer.checkpoint()
        self._whole_body_broke = True
        # It begins at 0 each time: only bytes that are new are progress.
        self._count_break(asked_s, progress=self.partial.ranges.total() > before)
        return False

    def take_broken_whole_body(self) -> bool:
        """Whether a whole body broke off since the last question: ranges given up for it have to be asked for again."""
        with self._guard:
            broke, self._whole_body_broke = self._whole_body_broke, False
            return broke

    @contextmanager
    def _stream(self, start: int, end: int | None) -> Iterator[ByteStream]:
        """Open a range where the bytes were last found; a signed address that expired is asked for anew."""
        with self._ask(start, end) as stream, self._transfer.abortable(stream):
            yield stream

    def _ask(self, start: int, end: int | None) -> ByteStream:
        wanted, location = self.wanted, self._location
        about: Any = {"repo": wanted.repo, "revision": wanted.revision, "entry": wanted.path}
        self._transfer.checkpoint()
        if location is not None:
            try:
                return open_stream(self._hub, location, start=start, end=end, signed=False, **about)
            except HfHubHTTPError as error:
                if error.status_code not in _EXPIRED:
                    raise
                self._location = None
        stream = open_stream(self._hub, wanted.url, start=start, end=end, **about)
        if not self._hub.http.is_home(stream.url):
            self._location = stream.url
        return stream

    def _count_break(self, asked_s: float, *, progress: bool) -> None:
        """Wait a moment after a connection broke off; give up when nothing arrives any more.

        Connections that break together, as when a server restarts, count once: only those count that were asked
        for (`asked_s`) once the wait after the last break was over.
        """
        with self._guard:
            if progress:
                self._breaks = 0
            elif asked_s >= self._last_break_s + _RETRY_WAIT_S:
                self._breaks, self._last_break_s = self._breaks + 1, time.monotonic()
            give_up = self._breaks >= _BREAKS_WITHOUT_PROGRESS
        if give_up:
            host = self._hub.endpoint.partition("://")[2]
            msg = (
                f"The connection to {host} broke off {_BREAKS_WITHOUT_PROGRESS} times without a byte of "
                f"{self.wanted.path!r}. What had arrived is kept: run it again to go on."
            )
            raise HubUnreachableError(msg)
        if self._transfer.stop.wait(_RETRY_WAIT_S):
            raise TransferCancelled

    # Hash while the rest arrives, then give the file its name

    def hash_growing(self) -> bool | None:
        """Hash the part without a gap as it grows; whether the whole is right, None if the pull ended before."""
        wanted, partial, stop = self.wanted, self.partial, self._transfer.stop
        digest = digest_for(wanted.etag, wanted.size)
        buffer = memoryview(bytearray(min(HASH_BLOCK_BYTES, wanted.size)))
        hashed = 0
        while hashed < wanted.size:
            with self._grown:
                while (prefix := partial.prefix()) == hashed:
                    if stop.is_set():
                        return None
                    self._grown.wait(0.1)
            while hashed < prefix:
                if stop.is_set():
                    return None
                count = partial.read_into(buffer[: prefix - hashed], hashed)
                if digest is not None:
                    digest.update(buffer[:count])
                hashed += count
                self._transfer.counters.hashed(count)
        return digest is None or digest.hexdigest() == wanted.etag

    def flush_growing(self) -> None:
        """Send to the disk what has arrived, while the rest arrives: the wait at the end is for the last piece only."""
        flushed = 0
        with suppress(PartialClosedError):  # finished, or given up
            while not self._transfer.stop.is_set():
                with self._grown:
                    self._grown.wait(0.2)
                arrived = self.partial.arrived()
                if arrived >= self.wanted.size:
                    return
                if arrived - flushed >= FLUSH_BYTES:
                    self.partial.flush()
                    flushed = arrived

    def restart(self) -> None:
        """Throw wrong bytes away, to fetch all of them once more."""
        self.refetch_or_give_up()
        self._transfer.counters.lost(self.wanted.path, self.wanted.size)
        self._transfer.learn(note=f"{self.wanted.path} did not match its hash; fetching it again")
        self.partial.restart()

    def refetch_or_give_up(self) -> None:
        """Allow one whole refetch; raise at the second wrong hash."""
        if self._refetched:
            self.partial.discard()
            what = f"bytes that don't match its hash {self.wanted.etag}, twice,"
            raise self._integrity_error(what)
        self._refetched = True

    def close(self) -> None:
        """Let go of the file and its lock; what arrived stays for the next try."""
        self.partial.close()
        if self._lock is not None:
            self._lock.release()

    def _integrity_error(self, what: str) -> IntegrityError:
        wanted = self.wanted
        msg = (
            f"{self._hub.endpoint} sent {what} for {wanted.path!r} of {wanted.repo} at {wanted.revision}. "
            "They were thrown away; the cache is as it was. Try again later, or tell the Hub's owner."
        )
        return IntegrityError(msg)
