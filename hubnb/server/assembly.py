"""One upload in parts, while they arrive: who writes where, and the sha-256 of what is there without a gap.

Parts that come in order are hashed while they arrive; one that came early is read back as soon as those before it are
there. So an upload that is complete has little left to be read. Whenever it is not beyond doubt that the hash is of
what lies on the disk (a part came twice, two wrote it at the same time), everything is read again.
"""

from __future__ import annotations

import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from hubnb.server import blocks
from hubnb.server.directfile import DIRECT_FROM_BYTES, DirectFile
from hubnb.server.largefiles import WrongContent
from hubnb.server.wire import HubProblem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

_READING_BACK = threading.BoundedSemaphore(2)


class _Stopped(Exception):  # noqa: N818 - nobody sees it
    """What was being read is of no use any more."""


class Assembly:
    """The file into which the parts of one upload go.

    Parameters
    ----------
    path
        The file; it exists.
    size, part_bytes
        Of the whole, and of each part but the last.
    there
        Numbers of the parts that had arrived when this Hub started, from 1 on.
    """

    def __init__(self, path: Path, size: int, part_bytes: int, there: Iterable[int] = ()) -> None:
        self.path = path
        self.inode = path.stat().st_ino
        self._size, self._part_bytes = size, part_bytes
        self._lock = threading.Lock()
        self._reading = threading.Lock()
        self._writers: list[PartWriter] = []
        self._there = set(there)
        self._digest = hashlib.sha256()
        self._next = 1
        """Number of the first part that is not in the digest."""
        self._hashing: object = None
        """Who adds that part to it: the one who writes it, or the one who reads back."""
        self._trusted = True
        self._over = False

    @property
    def idle(self) -> bool:
        """Say whether nobody writes."""
        return not self._writers and self._hashing is None

    def begin(self, number: int) -> PartWriter:
        """Let somebody write a part; close what this returns.

        Raises
        ------
        HubProblem
            422 for a part that is beyond the end, 404 if the upload is over.
        """
        offset = (number - 1) * self._part_bytes
        length = min(self._part_bytes, self._size - offset)
        if number < 1 or length <= 0:
            raise HubProblem(422, f"This upload has no part {number}.")
        writer = PartWriter(self, number, offset, length)
        with self._lock:
            self.check_open()
            again = any(other.number == number for other in self._writers)
            self._there.discard(number)
            if again or number < self._next or (number == self._next and self._hashing is not None):
                self._trusted = False
            self._writers.append(writer)
            if self._trusted and number == self._next:
                self._hashing = writer
                writer.digest = self._digest.copy()
        return writer

    def check_open(self) -> None:
        """Refuse what comes too late.

        Raises
        ------
        HubProblem
            404 if the upload is over: who asks anew hears that the object is there.
        """
        if self._over:
            raise HubProblem(404, "This upload is over. Ask again where to send the object.")

    def left(self, writer: PartWriter, *, whole: bool) -> None:
        """Take note that somebody writes no more."""
        with self._lock:
            self._writers.remove(writer)
            if self._hashing is writer:
                self._hashing = None
                if whole and self._trusted:
                    self._digest, self._next = writer.digest or self._digest, writer.number + 1
            if whole:
                self._there.add(writer.number)
            due = self._may_read_back()
        if due:
            threading.Thread(target=self._read_back, name="hub-read-back", daemon=True).start()

    def _may_read_back(self) -> bool:
        """Say whether the next part is there, whole, and nobody writes it; and claim it if so."""
        free = self._trusted and not self._over and self._hashing is None
        if free and self._next in self._there and all(writer.number != self._next for writer in self._writers):
            self._hashing = self
            return True
        return False

    def _read_back(self) -> None:
        """Hash parts that came before their turn."""
        due = True
        while due:
            digest, number = self._digest.copy(), self._next
            offset = (number - 1) * self._part_bytes
            try:
                with _READING_BACK, self._reading:
                    self._read(offset, min(offset + self._part_bytes, self._size), self._check_use, digest.update)
            except (OSError, _Stopped):
                with self._lock:
                    self._hashing = None
                return
            with self._lock:
                self._hashing = None
                if not self._trusted:
                    return
                self._digest, self._next = digest, number + 1
                due = self._may_read_back()

    def _check_use(self) -> None:
        if self._over or not self._trusted:
            raise _Stopped

    def _read(self, start: int, end: int, check: Callable[[], object], take: Callable[[memoryview], object]) -> None:
        """Read a slice of the file; the next block is on its way while one is taken."""
        direct = self._part_bytes >= DIRECT_FROM_BYTES
        with (
            blocks.borrowed(2) as rooms,
            ThreadPoolExecutor(1) as reader,
            DirectFile(self.path, direct=direct) as file,
        ):
            turn, at = 0, start
            following = reader.submit(file.read, rooms[turn], at)
            while at < end:
                count = min(following.result(), end - at)
                if not count:
                    break
                block, turn, at = rooms[turn][:count], 1 - turn, at + count
                following = reader.submit(file.read, rooms[turn], at)
                check()
                take(block)

    def finish(self, oid: str) -> None:
        """Check that the whole is what was announced, and sync it; nobody may write any more.

        Raises
        ------
        WrongContent
            If its size or hash differ.
        """
        with self._lock:
            self._over = True
            writers = list(self._writers)
        for writer in writers:
            writer.settle()
        found = self.path.stat().st_size
        if found != self._size:
            message = f"The file has {found} bytes, not {self._size}."
            raise WrongContent(message)
        with self._reading:
            digest, start = self._digest, (self._next - 1) * self._part_bytes
            if not self._trusted:
                digest, start = hashlib.sha256(), 0
            if start < self._size:
                self._read(start, self._size, lambda: None, digest.update)
        if digest.hexdigest() != oid:
            message = f"The bytes have sha-256 {digest.hexdigest()}, not {oid}."
            raise WrongContent(message)
        with DirectFile(self.path, direct=False) as file:
            file.sync()


class PartWriter:
    """Writes one part at its place. Its tag says which one it is; the object's sha-256 says whether it is right."""

    def __init__(self, assembly: Assembly, number: int, offset: int, length: int) -> None:
        self.number = number
        self.digest: hashlib._Hash | None = None
        """Of everything up to here, where this is the part whose turn it is."""
        self._assembly = assembly
        self._length, self._at, self._end = length, offset, offset + length
        self._lock = threading.Lock()
        self._whole = False
        self._file = DirectFile(assembly.path, direct=length >= DIRECT_FROM_BYTES)

    @property
    def length(self) -> int:
        """How many bytes it takes."""
        return self._length

    def write(self, block: memoryview) -> None:
        """Write the next bytes.

        Raises
        ------
        HubProblem
            422 for more than was announced, 404 if the upload is over.
        """
        with self._lock:
            self._assembly.check_open()
            if self._at + len(block) > self._end:
                raise HubProblem(422, "The part is longer than announced.")
            self._file.write(block, self._at)
            self._at += len(block)

    def hash(self, block: memoryview) -> None:
        """Hash the next bytes, if it is their turn."""
        if self.digest is not None:
            self.digest.update(block)

    def finish(self) -> str:
        """Return the tag of a part that is whole.

        Raises
        ------
        HubProblem
            422 if it is not.
        """
        if self._at != self._end:
            raise HubProblem(422, f"The part ended {self._end - self._at} bytes early. Send it again.")
        self._whole = True
        return f"{self._length:x}-{self.number}"

    def settle(self) -> None:
        """Return once nothing is being written; nothing will be, as the upload is over."""
        with self._lock:
            pass

    def close(self) -> None:
        """Let go; a part that is not whole does not count."""
        self._file.close()
        self._assembly.left(self, whole=self._whole)
