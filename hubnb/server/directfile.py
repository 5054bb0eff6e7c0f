"""Files that are written past the page cache, where the system can.

A body of gigabytes would push out of memory what others read, and the pages it takes instead cost more processor time
than to receive and to hash it. It has to be on the disk before it is acknowledged anyway.
"""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from typing_extensions import Self  # of type checkers; typing has it from Python 3.11 on

DIRECT_FROM_BYTES = 8 << 20
"""What is shorter is written faster through the page cache."""
_ALIGNED_BYTES = 4096
_DIRECT = getattr(os, "O_DIRECT", 0)
_BINARY = getattr(os, "O_BINARY", 0)
_NO_DIRECT = {errno.EINVAL, errno.EOPNOTSUPP, errno.EIO}


class DirectFile:
    """A file that exists, open for reading and writing at places.

    Parameters
    ----------
    direct
        Whether to pass by the page cache, as far as system and file system can.
    """

    def __init__(self, path: Path, *, direct: bool) -> None:
        flags = os.O_RDWR | _BINARY
        self._direct = direct and bool(_DIRECT)
        try:
            self._handle = os.open(path, flags | (_DIRECT if self._direct else 0))
        except OSError as error:
            if not self._direct or error.errno not in _NO_DIRECT:
                raise
            self._direct = False
            self._handle = os.open(path, flags)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def write(self, data: memoryview, offset: int) -> None:
        """Write all of `data` at `offset`."""
        while data:
            whole = len(data) - len(data) % _ALIGNED_BYTES
            if self._direct and (offset % _ALIGNED_BYTES or not whole):
                self._go_through_cache()  # the last bytes of a file
            try:
                count = _write_at(self._handle, data[:whole] if self._direct else data, offset)
            except OSError as error:
                if not self._direct or error.errno not in _NO_DIRECT:
                    raise
                self._go_through_cache()  # a file system with rules of its own
                continue
            data, offset = data[count:], offset + count

    def read(self, room: memoryview, offset: int) -> int:
        """Fill up to all of `room` from `offset`; return how many bytes, 0 at the end."""
        if self._direct and (offset % _ALIGNED_BYTES or len(room) % _ALIGNED_BYTES):
            self._go_through_cache()
        try:
            return _read_at(self._handle, room, offset)
        except OSError as error:
            if not self._direct or error.errno not in _NO_DIRECT:
                raise
            self._go_through_cache()
            return _read_at(self._handle, room, offset)

    def sync(self) -> None:
        """Return once everything is on the disk."""
        os.fsync(self._handle)

    def close(self) -> None:
        """Let go of it."""
        os.close(self._handle)

    def _go_through_cache(self) -> None:
        import fcntl  # there where O_DIRECT is

        fcntl.fcntl(self._handle, fcntl.F_SETFL, fcntl.fcntl(self._handle, fcntl.F_GETFL) & ~_DIRECT)
        self._direct = False


def _write_at(handle: int, data: memoryview, offset: int) -> int:
    if hasattr(os, "pwrite"):
        return os.pwrite(handle, data, offset)
    os.lseek(handle, offset, os.SEEK_SET)  # Windows; each handle is used by one thread at a time
    return os.write(handle, data)


def _read_at(handle: int, room: memoryview, offset: int) -> int:
    if hasattr(os, "preadv"):
        return os.preadv(handle, [room], offset)
    os.lseek(handle, offset, os.SEEK_SET)
    data = os.read(handle, len(room))
    room[: len(data)] = data
    return len(data)
