"""A file that is only read from front to back, over one connection and with no cache: ``open(path, block_size=0)``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fsspec.spec import AbstractBufferedFile

from ..client.errors import HfHubHTTPError, HubUnreachableError
from .paths import missing_as_file_not_found
from .remote_file import RemoteFile

if TYPE_CHECKING:
    from ..client.files import ByteStream
    from .hf_filesystem import HfFileSystem

_BREAKS_WITHOUT_PROGRESS = 4
_READ_BYTES = 1 << 20


class HfFileSystemStreamFile(AbstractBufferedFile):
    """What `HfFileSystem.open` gives for `block_size=0`."""

    fs: HfFileSystem

    def __init__(
        self,
        fs: HfFileSystem,
        path: str,
        mode: str = "rb",
        revision: str | None = None,
        block_size: int = 0,
        cache_type: str = "none",
        **kwargs: Any,
    ) -> None:
        self._closed = True
        if block_size != 0 or cache_type != "none" or mode != "rb":
            msg = "A streamed file is read only, with block_size=0 and cache_type='none'; leave block_size out to seek."
            raise ValueError(msg)
        self.resolved_path = fs.parse_path(path, revision)
        name = self.resolved_path.unresolve()
        self.details = {"name": name, "size": None}
        self._remote = RemoteFile(fs.hub(), self.resolved_path)
        self._stream: ByteStream | None = None
        self._at_end = False
        with missing_as_file_not_found(name):
            self._stream = self._opened(0)
        unbuffered: Any = 0  # fsspec declares a string
        super().__init__(fs, name, mode=mode, block_size=unbuffered, cache_type="none", **kwargs)

    def _opened(self, start: int) -> ByteStream | None:
        try:
            return self._remote.open(start)
        except HfHubHTTPError as error:
            if error.status_code != 416:
                raise
            self._at_end = True  # nothing from there on
            return None

    def seek(self, loc: int, whence: int = 0) -> int:
        """Stay where it is; a stream goes forward only."""
        if (whence, loc) in ((1, 0), (0, self.loc)):
            return self.loc
        msg = "A streamed file can't seek; open it without block_size=0."
        raise ValueError(msg)

    def read(self, length: int | None = -1) -> bytes:
        """Give up to `length` bytes, or all that are left; goes on where a connection broke off."""
        if self.closed:
            msg = "I/O operation on closed file."
            raise ValueError(msg)
        left = None if length is None or length < 0 else length
        blocks: list[bytes] = []
        breaks = 0
        while left != 0 and not self._at_end:
            try:
                block = self._next_block(_READ_BYTES if left is None else min(left, _READ_BYTES))
            except HubUnreachableError:
                breaks += 1
                self._drop_stream()
                if breaks >= _BREAKS_WITHOUT_PROGRESS:
                    raise
                continue
            if not block:
                break
            breaks = 0
            blocks.append(block)
            self.loc += len(block)
            left = None if left is None else left - len(block)
        return blocks[0] if len(blocks) == 1 else b"".join(blocks)

    def _next_block(self, size: int) -> bytes:
        if self._stream is None:
            self._stream = self._opened(self.loc)
        stream = self._stream
        if stream is None:
            return b""
        block = stream.read(size)
        if not block:
            self._drop_stream()
            if stream.total is not None and self.loc < stream.total:
                msg = f"{self.path} ended early."
                raise HubUnreachableError(msg)
            self._at_end = True
        return block

    def _drop_stream(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.close()

    def close(self) -> None:
        """Let go of the connection."""
        self._drop_stream()
        self.closed = True

    def url(self) -> str:
        """Give the address of the file's bytes."""
        return self.fs.url(self.path)

    def __reduce__(self) -> Any:
        return _reopened, (self.fs, self.path)


def _reopened(fs: HfFileSystem, path: str) -> HfFileSystemStreamFile:
    return HfFileSystemStreamFile(fs, path)
