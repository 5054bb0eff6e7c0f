"""A file while it arrives: preallocated bytes, and a journal of which of them are there.

The journal is a text file beside the partial: one line that names the content, then ``start end`` for each
piece that was written, appended only after the write returned. After a `kill -9` both lie in the page cache
and the journal never claims more than was written; after a power cut the final hash finds what was lost.
A torn last line is ignored.
"""

from __future__ import annotations

import errno
import json
import os
import threading
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING

from ..client.errors import DiskFullError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_FORMAT = 1
_LONGEST_STEM_BYTES = 200
_WRITE_BYTES = 256 << 10
"""For larger writes the kernel looks for larger runs of memory, which can take longer than the copying."""


class Ranges:
    """A set of byte offsets, kept as sorted, disjoint, half-open ranges."""

    def __init__(self, ranges: Iterable[tuple[int, int]] = ()) -> None:
        self._ranges: list[tuple[int, int]] = []
        for start, end in ranges:
            self.add(start, end)

    def add(self, start: int, end: int) -> int:
        """Add ``[start, end)``; gives how many of its bytes were new."""
        if start >= end:
            return 0
        before = self.total()
        low, high = start, end
        kept: list[tuple[int, int]] = []
        for a, b in self._ranges:
            if b < low or a > high:
                kept.append((a, b))
            else:
                low, high = min(low, a), max(high, b)
        kept.append((low, high))
        self._ranges = sorted(kept)
        return self.total() - before

    def total(self) -> int:
        """How many bytes are in."""
        return sum(end - start for start, end in self._ranges)

    def prefix(self) -> int:
        """How many bytes are in without a gap from 0 on."""
        return self._ranges[0][1] if self._ranges and self._ranges[0][0] == 0 else 0

    def gaps(self, start: int, end: int) -> list[tuple[int, int]]:
        """Ranges of ``[start, end)`` that are not in."""
        gaps: list[tuple[int, int]] = []
        at = start
        for low, high in self._ranges:
            if high <= at:
                continue
            if low >= end:
                break
            if low > at:
                gaps.append((at, low))
            at = high
        if at < end:
            gaps.append((at, end))
        return gaps


class PartialClosedError(Exception):
    """The partial was finished or let go of; whoever still brings bytes can leave."""


class Partial:
    """The partial of one file; `path` is its final name, the content appears there by `finish` alone.

    Parameters
    ----------
    path
        Final name. The partial and its journal lie beside it.
    name
        What the content is (its ETag): a journal of another content is not continued.
    size
        Size of the whole file in bytes.
    """

    def __init__(self, path: Path, name: str, size: int, *, folder: Path | None = None) -> None:
        self.path = path
        self.size = size
        self._name = name
        # A name at the file system's limit (255 bytes) has no room for an ending.
        stem = path.name if len(path.name.encode()) <= _LONGEST_STEM_BYTES else sha256(path.name.encode()).hexdigest()
        beside = folder or path.parent
        self.partial_path = beside / f"{stem}.hubnb-partial"
        self.journal_path = beside / f"{stem}.hubnb-journal"
        self._lock = threading.Lock()
        # The file system lets one writer at a file anyway, and threads that wait for it there burn their core.
        self._one_writer = threading.Lock()
        self._users = 0
        self._closing = False
        self._descriptor = -1
        self._journal = -1
        self.ranges = Ranges()
        self._claimed = Ranges()

    def allocated_bytes(self) -> int:
        """How much room an earlier try already claimed, in bytes."""
        try:
            return min(self.partial_path.stat().st_size, self.size)
        except OSError:
            return 0

    def open(self) -> None:
        """Continue what an earlier try left, or start from nothing.

        Raises
        ------
        DiskFullError
            If there is no room for the whole file.
        """
        self.partial_path.parent.mkdir(parents=True, exist_ok=True)
        self.ranges, self._claimed = self._read_journal(), self._read_journal()
        if not self.ranges.total():
            self._start_journal()
        self._closing = False
        self._descriptor = os.open(self.partial_path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
        self._journal = os.open(self.journal_path, os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0))
        try:
            _preallocate(self._descriptor, self.size)
        except OSError as error:
            kept = self.ranges.total()
            self.close()
            if not kept:
                self.discard()
            raise no_room(error, self.size, self.path.parent) from None

    def write(self, offset: int, data: bytes | memoryview) -> int:
        """Put `data` at `offset` and note it; gives how many of these bytes were new.

        Bytes that are there, or that another thread is writing, stay as they are: what was hashed is never
        written over.
        """
        view = memoryview(data)
        with self._in_use():
            with self._lock:
                gaps = self._claimed.gaps(offset, offset + len(view))
                for start, end in gaps:
                    self._claimed.add(start, end)
            for start, end in gaps:
                self._write_gap(start, view[start - offset : end - offset])
        return sum(end - start for start, end in gaps)

    def _write_gap(self, offset: int, view: memoryview) -> None:
        at = offset
        with self._one_writer:
            while view:
                written = _write_at(self._descriptor, view[:_WRITE_BYTES], at)
                view, at = view[written:], at + written
        with self._lock:
            os.write(self._journal, b"%d %d\n" % (offset, at))
            self.ranges.add(offset, at)

    def read_into(self, buffer: memoryview, offset: int) -> int:
        """Fill `buffer` with bytes that were written at `offset` before; gives how many."""
        with self._in_use():
            return _read_at(self._descriptor, buffer, offset)

    @contextmanager
    def _in_use(self) -> Iterator[None]:
        """Keep `close` from freeing a descriptor under a thread: its number could be another file's by then."""
        with self._lock:
            if self._closing or self._descriptor < 0:
                raise PartialClosedError
            self._users += 1
        try:
            yield
        finally:
            with self._lock:
                self._users -= 1
                self._close_if_idle()

    def write_whole(self, data: bytes) -> None:
        """Make a file that fits in one write; it needs no journal, for it is fetched anew or not at all.

        Raises
        ------
        DiskFullError
            If there is no room for it.
        """
        self.partial_path.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
        self._closing = False
        self._descriptor = os.open(self.partial_path, flags, 0o666)
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(self._descriptor, view) :]
            os.fsync(self._descriptor)
        except OSError as error:
            self.discard()
            raise no_room(error, self.size, self.path.parent) from None
        self.close()
        self.partial_path.replace(self.path)

    def prefix(self) -> int:
        """How many bytes are there without a gap from the start."""
        with self._lock:
            return self.ranges.prefix()

    def arrived(self) -> int:
        """How many bytes are there, gaps or not."""
        with self._lock:
            return self.ranges.total()

    def complete(self) -> bool:
        """Whether every byte is there."""
        return self.arrived() >= self.size

    def flush(self) -> None:
        """Wait until what is there is on the disk."""
        with self._in_use():
            os.fsync(self._descriptor)

    def restart(self) -> None:
        """Forget every byte, keeping the room."""
        with self._lock:
            os.close(self._journal)
            self._start_journal()
            self._journal = os.open(self.journal_path, os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0))
            self.ranges, self._claimed = Ranges(), Ranges()

    def finish(self) -> None:
        """Make the content durable and give it its final name, in one step.

        Raises
        ------
        PartialClosedError
            If it was let go of meanwhile: by now it may be another's, who finishes it.
        """
        with self._in_use():
            os.fsync(self._descriptor)
            if self._closing:
                raise PartialClosedError
        self.close()
        self.partial_path.replace(self.path)
        self.journal_path.unlink(missing_ok=True)

    def close(self) -> None:
        """Let go of the files; what is there stays for the next try."""
        with self._lock:
            self._closing = True
            self._close_if_idle()

    def _close_if_idle(self) -> None:
        if not self._closing or self._users:
            return
        for descriptor in (self._descriptor, self._journal):
            if descriptor >= 0:
                os.close(descriptor)
        self._descriptor = self._journal = -1

    def discard(self) -> None:
        """Delete the partial and its journal."""
        self.close()
        self.partial_path.unlink(missing_ok=True)
        self.journal_path.unlink(missing_ok=True)

    def _start_journal(self) -> None:
        header = json.dumps({"format": _FORMAT, "name": self._name, "size": self.size})
        self.journal_path.write_text(header + "\n")

    def _read_journal(self) -> Ranges:
        """Read what the journal promises, as far as the partial can hold it."""
        try:
            lines = self.journal_path.read_text().split("\n")[:-1]  # text after the last newline is torn
            header = json.loads(lines[0])
            there = self.partial_path.stat().st_size
        except (OSError, ValueError, IndexError):
            return Ranges()
        if header != {"format": _FORMAT, "name": self._name, "size": self.size} or there != self.size:
            return Ranges()
        ranges = Ranges()
        for line in lines[1:]:
            start, _, end = line.partition(" ")
            if start.isdigit() and end.isdigit() and int(end) <= self.size:
                ranges.add(int(start), int(end))
        return ranges


def no_room(error: OSError, size: int, folder: Path) -> OSError:
    """Give the error to raise where `size` bytes could not be written to `folder`."""
    if error.errno not in (errno.ENOSPC, errno.EDQUOT):
        return error
    return DiskFullError(f"No room for {size:,} bytes in {folder}. Free some space, or choose another folder.")


_seek_lock = threading.Lock()  # Windows has no positioned read and write


def _write_at(descriptor: int, data: memoryview, offset: int) -> int:
    if hasattr(os, "pwrite"):
        return os.pwrite(descriptor, data, offset)
    with _seek_lock:
        os.lseek(descriptor, offset, os.SEEK_SET)
        return os.write(descriptor, data)


def _read_at(descriptor: int, buffer: memoryview, offset: int) -> int:
    if hasattr(os, "preadv"):
        return os.preadv(descriptor, [buffer], offset)
    with _seek_lock:
        os.lseek(descriptor, offset, os.SEEK_SET)
        block = os.read(descriptor, len(buffer))
    buffer[: len(block)] = block
    return len(block)


def _preallocate(descriptor: int, size: int) -> None:
    """Claim the room now, so that a full disk is found before a byte travels."""
    if size == 0 or os.fstat(descriptor).st_size == size:
        return
    try:
        os.posix_fallocate(descriptor, 0, size)
        os.ftruncate(descriptor, size)
    except AttributeError:  # macOS, Windows
        os.ftruncate(descriptor, size)
    except OSError as error:
        if error.errno not in (errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS):
            raise
        os.ftruncate(descriptor, size)
