"""Where the bytes of a pushed file come from: a path, bytes in memory, or an open file."""

from __future__ import annotations

import io
import threading
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

from ..client.errors import HFValidationError, HubError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .job import Transfer


class Reader(Protocol):
    """Reads a content from one place on."""

    def read(self, size: int, /) -> bytes:
        """Give up to `size` bytes, b"" at the end."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...


class Content(Protocol):
    """Bytes that several threads can read side by side, each with a reader of its own."""

    size: int
    """In bytes."""

    def open(self, start: int = 0) -> Reader:
        """Make a reader that begins at byte `start`."""
        ...


class FileContent:
    """A file on disk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.stat = path.stat()
        self.size = self.stat.st_size

    def open(self, start: int = 0) -> Reader:
        """Open the file anew."""
        file = self.path.open("rb", buffering=0)
        file.seek(start)
        return file


class BytesContent:
    """Bytes in memory."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.size = len(data)

    def open(self, start: int = 0) -> Reader:
        """Read the same bytes; they are not copied."""
        file = io.BytesIO(self._data)
        file.seek(start)
        return file


class OpenFileContent:
    """A caller's open file, from where it stands to its end; its readers take turns."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._start = file.tell()
        self.size = file.seek(0, io.SEEK_END) - self._start
        file.seek(self._start)

    def open(self, start: int = 0) -> Reader:
        """Read through the caller's file, which stands where it stood after each read."""
        return _SharedReader(self, start)

    def read_at(self, offset: int, size: int) -> bytes:
        """Give up to `size` bytes from `offset`."""
        with self._lock:
            self._file.seek(self._start + offset)
            try:
                return self._file.read(size)
            finally:
                self._file.seek(self._start)


class _SharedReader:
    def __init__(self, content: OpenFileContent, start: int) -> None:
        self._content = content
        self._at = start

    def read(self, size: int, /) -> bytes:
        block = self._content.read_at(self._at, size)
        self._at += len(block)
        return block

    def close(self) -> None:
        """Leave the caller's file open: it is theirs."""


def became_shorter(content: Content) -> HubError:
    """Make the error for a content that ended before the size it had when the push began."""
    name = repr(str(content.path)) if isinstance(content, FileContent) else "A file"
    msg = f"{name} became shorter while it was pushed; nothing was committed. Push it again when it is complete."
    return HubError(msg)


def read_all(content: Content, limit: int | None = None) -> bytes:
    """Give all bytes of a content, or its first `limit`.

    Raises
    ------
    HubError
        If it is shorter than it was.
    """
    with closing(content.open()) as reader:
        left = content.size if limit is None else min(limit, content.size)
        blocks: list[bytes] = []
        while left > 0 and (block := reader.read(left)):
            blocks.append(block)
            left -= len(block)
        if left:
            raise became_shorter(content)
        return b"".join(blocks)


def content_of(source: str | Path | bytes | BinaryIO) -> Content:
    """Give the content of whatever a caller may hand in.

    Raises
    ------
    HFValidationError
        If it is no file, no bytes and no open binary file.
    """
    if isinstance(source, (bytes, bytearray)):
        return BytesContent(bytes(source))
    if isinstance(source, (str, Path)):
        path = Path(source).expanduser()
        if not path.is_file():
            what = "is a folder; use upload_folder for it" if path.is_dir() else "does not exist"
            msg = f"{str(path)!r} {what}."
            raise HFValidationError(msg)
        return FileContent(path)
    # Duck-typed on purpose: whatever reads and seeks is a file.
    if isinstance(source, io.TextIOBase) or not (hasattr(source, "read") and hasattr(source, "seek")):
        msg = f"Content must be a path, bytes or a file opened in binary mode, not {type(source).__name__}."
        raise HFValidationError(msg)
    return OpenFileContent(source)


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

    @property
    def sent(self) -> int:
        """Bytes handed to the connection so far."""
        return self._at - self._start

    def __len__(self) -> int:
        return self._end - self._start

    def read(self, size: int = -1) -> bytes:
        """Give the next block, as `requests` asks for it."""
        self._transfer.checkpoint()
        left = self._end - self._at
        block = self._reader.read(left if size < 0 else min(size, left)) if left else b""
        if left and not block:
            raise became_shorter(self._content)
        self._at += len(block)
        self._transfer.bandwidth.take(len(block), self._transfer.stop)
        self._on_bytes(len(block))
        return block

    def close(self) -> None:
        """Let go of the file."""
        self._reader.close()

    def __iter__(self) -> Iterator[bytes]:
        while block := self.read(1 << 20):
            yield block
