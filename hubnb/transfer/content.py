"""Where the bytes of a pushed file come from: a path, bytes in memory, or an open file."""

from __future__ import annotations

import io
import os
import threading
from contextlib import closing
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import BinaryIO, NamedTuple, Protocol

from ..client.errors import HFValidationError, HubError

BLOCK_BYTES = 1 << 18
SAMPLE_BYTES = 512
"""What is read and sent at a time."""


class Reader(Protocol):
    """Reads a content from one place on."""

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill up to all of `buffer`; 0 at the end."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...


class Content(Protocol):
    """Bytes that several threads can read side by side, each with a reader of its own."""

    @property
    def size(self) -> int:
        """In bytes."""
        ...

    def open(self, start: int = 0) -> Reader:
        """Make a reader that begins at byte `start`."""
        ...


class FileIdentity(NamedTuple):
    """What tells a file, as it is now, from another one or a later one."""

    device: int
    inode: int
    size: int
    modified_ns: int
    changed_ns: int
    """On Windows the time of creation, which changes nothing."""

    @classmethod
    def of(cls, stat: os.stat_result) -> FileIdentity:
        """Take it from what the system says of a file."""
        return cls(stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)


class FileContent:
    """A file on disk. There may be a hundred thousand of them in a push, so each is small."""

    __slots__ = ("_path", "identity")

    def __init__(self, path: str | Path, stat: os.stat_result | None = None) -> None:
        self._path = os.fspath(path)
        self.identity = FileIdentity.of(stat or os.stat(self._path))  # noqa: PTH116 - a Path costs more than the file

    @property
    def path(self) -> Path:
        """Where it lies."""
        return Path(self._path)

    @property
    def size(self) -> int:
        """In bytes, as it was."""
        return self.identity.size

    def open(self, start: int = 0) -> Reader:
        """Open the file anew.

        Raises
        ------
        HubError
            If it is gone, or may not be read.
        """
        try:
            file = open(self._path, "rb", buffering=0)  # noqa: PTH123, SIM115 - as above; the caller closes it
        except FileNotFoundError:
            raise was_changed(self) from None
        except OSError as error:
            msg = f"{self._path!r} can't be read: {error.strerror}. Nothing was committed."
            raise HubError(msg) from None
        file.seek(start)
        return file

    def changed(self) -> bool:
        """Say whether the file is another one than when the push began, as far as size and times show."""
        try:
            now = FileIdentity.of(self.path.stat())
        except OSError:
            return True
        return now[:4] != self.identity[:4]


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


class SentContent:
    """Content that the Hub has already and that is not here any more; its sha-256 is all a commit needs."""

    def __init__(self, sha256: str, content: Content) -> None:
        self.sha256 = sha256
        self.size = content.size
        self.sample = read_all(content, SAMPLE_BYTES)

    def open(self, start: int = 0) -> Reader:  # noqa: ARG002 - as the others
        """Say that it is gone."""
        msg = (
            f"The content {self.sha256[:7]} was sent before, its memory was freed, and now it is needed again. "
            "Preupload it with free_memory=False, or make the CommitOperationAdd anew."
        )
        raise HFValidationError(msg)


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

    def readinto(self, buffer: memoryview, /) -> int:
        block = self._content.read_at(self._at, len(buffer))
        buffer[: len(block)] = block
        self._at += len(block)
        return len(block)

    def close(self) -> None:
        """Leave the caller's file open: it is theirs."""


def was_changed(content: Content) -> HubError:
    """Make the error for a file that was written, or removed, between being hashed and being sent."""
    if isinstance(content, FileContent):
        what = "changed" if content.path.exists() else "was removed"
        msg = f"{str(content.path)!r} {what} while it was pushed; nothing was committed. "
        return HubError(f"{msg}Push it again when it is complete.")
    return HubError("A file changed while it was pushed; nothing was committed. Push it again when it is complete.")


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
    data = bytearray(content.size if limit is None else min(limit, content.size))
    with closing(content.open()) as reader, memoryview(data) as whole:
        at = 0
        while at < len(data) and (count := reader.readinto(whole[at:])):
            at += count
        if at < len(data):
            raise became_shorter(content)
    return bytes(data)


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
        path = os.path.expanduser(source)  # noqa: PTH111 - a Path costs more than the file
        try:
            stat = os.stat(path)  # noqa: PTH116
        except OSError as error:
            what = "does not exist" if isinstance(error, FileNotFoundError) else f"can't be read: {error.strerror}"
        else:
            if S_ISREG(stat.st_mode):
                return FileContent(path, stat)
            what = "is a folder; use upload_folder for it" if S_ISDIR(stat.st_mode) else "is no file"
        msg = f"{path!r} {what}."
        raise HFValidationError(msg)
    # Duck-typed on purpose: whatever reads and seeks is a file.
    if isinstance(source, io.TextIOBase) or not (hasattr(source, "read") and hasattr(source, "seek")):
        msg = f"Content must be a path, bytes or a file opened in binary mode, not {type(source).__name__}."
        raise HFValidationError(msg)
    return OpenFileContent(source)
