"""Where the bytes of a preview come from: parts of a file on the Hub, or of one in the cache; both count them."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Protocol

from ..client.errors import HubError
from ..client.files import open_stream, resolve_path

if TYPE_CHECKING:
    from pathlib import Path

    from ..client.hub import HubClient
    from ..client.repo_id import RepoId

_BLOCK_BYTES = 1 << 16


class ReadLimitError(HubError):
    """A look into a file would cost more than a look should."""


class FileSource(Protocol):
    """A file of which parts can be read; sizes in bytes."""

    size: int
    bytes_read: int

    def read(self, start: int, end: int) -> bytes:
        """Give the bytes from `start` up to, not including, `end`; fewer at the end of the file."""
        ...


class HubSource:
    """A file on the Hub, read by ranges.

    Parameters
    ----------
    commit
        Which version; a commit, so that two reads see one file.
    size
        Size of the whole file as the Hub lists it.
    """

    def __init__(self, hub: HubClient, repo: RepoId, commit: str, path_in_repo: str, size: int) -> None:
        self._hub, self._repo, self._commit, self._path = hub, repo, commit, path_in_repo
        self.size = size
        self.bytes_read = 0

    def read(self, start: int, end: int) -> bytes:
        """Read one range, with one request."""
        end = min(end, self.size)
        if start >= end:
            return b""
        url = resolve_path(self._repo, self._commit, self._path)
        stream = open_stream(
            self._hub, url, start=start, end=end, repo=self._repo, revision=self._commit, entry=self._path
        )
        with stream:
            if stream.start not in (0, start, -1):
                msg = f"{stream.host} sent another part of {self._path!r} than the one that was asked for."
                raise HubError(msg)
            # A server that knows no ranges sends the file from its start: skip, but not through gigabytes.
            skip = start if stream.status == 200 else 0
            if skip > _BLOCK_BYTES * 16:
                msg = f"{stream.host} can't send a part of a file, so {self._path!r} can't be looked into. Pull it."
                raise ReadLimitError(msg)
            wanted, body = skip + end - start, bytearray()
            while len(body) < wanted and (block := stream.read(min(_BLOCK_BYTES, wanted - len(body)))):
                body += block
        self.bytes_read += len(body)
        return bytes(body[skip:])


class CachedSource:
    """A file in the cache: nothing is fetched."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.size = path.stat().st_size
        self.bytes_read = 0

    def read(self, start: int, end: int) -> bytes:
        """Read one part."""
        with self._path.open("rb") as file:
            file.seek(start)
            body = file.read(max(0, end - start))
        self.bytes_read += len(body)
        return body


class SeekableSource(io.RawIOBase):
    """A `FileSource` as a file object, for libraries that want one; it refuses to read more than `limit_bytes`."""

    def __init__(self, source: FileSource, limit_bytes: int) -> None:
        super().__init__()
        self._source, self._limit_bytes, self._position = source, limit_bytes, 0

    def readable(self) -> bool:
        """Say yes."""
        return True

    def seekable(self) -> bool:
        """Say yes."""
        return True

    def tell(self) -> int:
        """Give the position in the file."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a position; nothing is read."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._source.size}[whence]
        self._position = max(0, base + offset)
        return self._position

    def read(self, size: int = -1) -> bytes:
        """Read from the position on."""
        end = self._source.size if size is None or size < 0 else min(self._source.size, self._position + size)
        if self._source.bytes_read + end - self._position > self._limit_bytes:
            msg = f"More than {self._limit_bytes:,} bytes would have to be read to show this file. Pull it instead."
            raise ReadLimitError(msg)
        body = self._source.read(self._position, end)
        self._position += len(body)
        return body

    def readinto(self, buffer: memoryview) -> int:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Fill `buffer` from the position on."""
        body = self.read(len(buffer))
        buffer[: len(body)] = body
        return len(body)
