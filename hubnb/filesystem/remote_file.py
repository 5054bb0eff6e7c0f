"""The bytes of one file of a repository: any range, over several connections, all of the same version.

The first answer fixes the commit; later ranges are asked for at that commit, so a push in between can't mix two
versions. Where the Hub redirects to storage, the address is kept, so that a range costs one request and not two.
"""

from __future__ import annotations

import io
import threading
import time
from concurrent.futures import wait
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from ..client.errors import HfHubHTTPError, HubError, HubUnreachableError
from ..client.files import ByteStream, normalize_etag, open_stream, resolve_path
from .pool import CONNECTIONS, in_pool, shared_pool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..client.hub import HubClient
    from .paths import HfFileSystemResolvedRepositoryPath

PIECE_BYTES = 8 << 20
_SMALLEST_PIECE_BYTES = 1 << 20
_READ_BYTES = 1 << 20
_BREAKS_WITHOUT_PROGRESS = 4
_RETRY_WAIT_S = 0.5
_EXPIRED = (401, 403, 404, 410)
_MOST_HOPS = 10


class FileChangedError(HubError, OSError):
    """The file on the Hub is not the one that was opened any more."""


class RemoteFile:
    """One file at one commit.

    Parameters
    ----------
    etag
        Hash of the content that is meant; None takes what is there, and that from then on.
    """

    def __init__(self, hub: HubClient, path: HfFileSystemResolvedRepositoryPath, etag: str | None = None) -> None:
        self._hub = hub
        self._path = path
        self._revision = path.revision
        self._location: tuple[str, bool] | None = None
        self._lock = threading.Lock()
        self.etag = etag

    def open(self, start: int = 0, end: int | None = None) -> ByteStream:
        """Open the bytes from `start` to before `end` (None: the end of the file).

        Raises
        ------
        FileChangedError
            If the file's content is another one by now.
        """
        with self._lock:
            location = self._location
        if location is not None:
            url, at_home = location
            try:
                return self._skipped(open_stream(self._hub, url, start=start, end=end, signed=at_home), start)
            except HfHubHTTPError as error:
                if error.status_code not in _EXPIRED:
                    raise
                with self._lock:
                    self._location = None
        return self._skipped(self._locate(start, end), start)

    def _locate(self, start: int, end: int | None) -> ByteStream:
        """Ask the Hub itself, and learn from its answer what is where."""
        path, http = self._path, self._hub.http
        headers = {"Accept-Encoding": "identity"}
        if start or end is not None:
            headers["Range"] = f"bytes={start}-{'' if end is None else end - 1}"
        first = url = http.url(resolve_path(path.repo, self._revision, path.path_in_repo))
        for _ in range(_MOST_HOPS):
            response = http.request(
                "GET", url, headers=headers, stream=True, follow=False,
                repo=path.repo, revision=path.revision, entry=path.path_in_repo,
            )  # fmt: skip
            location = response.headers.get("Location")
            redirected = location is not None and 300 <= response.status_code < 400
            self._learn(response, redirected=redirected)
            if not redirected or location is None:
                self._remember(url, first, at_home=True)
                return ByteStream(response)
            response.close()
            target = urljoin(url, location)
            if not http.is_home(target):
                self._remember(target, first, at_home=False)
                return open_stream(self._hub, target, start=start, end=end, signed=False)
            url = target
        msg = f"{self._hub.endpoint} redirected {path.path_in_repo!r} of {path.repo} again and again, without an end."
        raise HubUnreachableError(msg)

    def _remember(self, url: str, first: str, *, at_home: bool) -> None:
        if url != first:
            with self._lock:
                self._location = (url, at_home)

    def _learn(self, response: Any, *, redirected: bool) -> None:
        """Note the commit and check that the content is the one that is meant."""
        headers = response.headers
        etag = normalize_etag(headers.get("X-Linked-Etag") or (None if redirected else headers.get("ETag")))
        with self._lock:
            if etag is not None and self.etag is None:
                self.etag = etag
            changed = etag is not None and etag != self.etag
            if not changed:
                self._revision = headers.get("X-Repo-Commit") or self._revision
        if changed:
            response.close()
            name = self._path.unresolve()
            msg = f"{name} changed on the Hub since it was looked up. It was forgotten here: open it again."
            raise FileChangedError(msg)

    def _skipped(self, stream: ByteStream, start: int) -> ByteStream:
        """Drop what comes before `start` where a server ignores ranges."""
        if stream.start > start or stream.start < 0:
            stream.close()
            msg = f"{stream.host} sent another part of {self._path.path_in_repo!r} than was asked for."
            raise HubUnreachableError(msg)
        left = start - stream.start
        while left and (block := stream.read(min(left, _READ_BYTES))):
            left -= len(block)
        return stream

    def read_into(self, start: int, view: memoryview, first: int = 0, last: int | None = None) -> None:
        """Fill `view`, whose first byte is the file's byte `start`; goes on where a connection broke off.

        Parameters
        ----------
        first, last
            Fill only this part of `view`.

        Raises
        ------
        HubUnreachableError
            If it broke off again and again.
        """
        at, last, breaks = first, len(view) if last is None else last, 0
        while at < last:
            before = at
            try:
                with self.open(start + at, start + last) as stream:
                    while at < last and (count := stream.read_into(view[at:last])):
                        at += count
                if at < last:
                    msg = f"{self._path.path_in_repo!r} of {self._path.repo} ended early."
                    raise HubUnreachableError(msg)
            except HubUnreachableError:
                breaks = 0 if at > before else breaks + 1
                if breaks >= _BREAKS_WITHOUT_PROGRESS:
                    raise
                time.sleep(_RETRY_WAIT_S * breaks)

    def read_range(self, start: int, end: int) -> bytes:
        """Give the bytes from `start` to before `end`, which must exist; over several connections if it is many."""
        buffer = _Filled(end - start)
        self.read_parallel(start, buffer.view)
        return buffer.take()

    def read_parallel(
        self, start: int, view: memoryview, first: int = 0, on_piece: Callable[[int], object] | None = None
    ) -> None:
        """Do what `read_into` does, over several connections; `on_piece` is told how far there is no gap."""
        share = -(-(len(view) - first) // CONNECTIONS)
        piece = min(max(share, _SMALLEST_PIECE_BYTES), PIECE_BYTES)
        pieces = [(at, min(at + piece, len(view))) for at in range(first, len(view), piece)]
        if len(pieces) <= 1 or in_pool():
            self.read_into(start, view, first)
            if on_piece:
                on_piece(len(view))
            return
        tasks = [shared_pool().submit(self.read_into, start, view, at, end) for at, end in pieces]
        try:
            for task, (_, end) in zip(tasks, pieces, strict=True):
                task.result()
                if on_piece:
                    on_piece(end)
        finally:
            for task in tasks:
                task.cancel()
            wait(tasks)  # who still writes into the buffer has to end before it goes

    def read_all(self, start: int = 0, end: int | None = None) -> bytes:
        """Give the whole file, or a part of it, without having been told its size."""
        stop = start + PIECE_BYTES if end is None else min(end, start + PIECE_BYTES)
        if stop <= start:
            return b""
        try:
            stream = self.open(start, stop)
        except HfHubHTTPError as error:
            if error.status_code == 416:  # nothing there: an empty file, or the end
                return b""
            raise
        with stream:
            if stream.total is None:
                return b"".join(_blocks(stream, None if end is None else end - start))
            buffer = _Filled(max(0, (stream.total if end is None else min(end, stream.total)) - start))
            head = min(stop - start, len(buffer.view))
            self._read_head(stream, start, buffer.view, head)
        if head < len(buffer.view):
            self.read_parallel(start, buffer.view, head)
        return buffer.take()

    def _read_head(self, stream: ByteStream, start: int, view: memoryview, head: int) -> None:
        at = 0
        with suppress(HubUnreachableError):
            while at < head and (count := stream.read_into(view[at:head])):
                at += count
        self.read_into(start, view, at, head)


class _Filled:
    """A buffer of `size` bytes to write into, whose value is taken without a copy: nobody may keep slices of `view`."""

    def __init__(self, size: int) -> None:
        self._buffer, self._size = io.BytesIO(), size
        if size:
            self._buffer.seek(size - 1)
            self._buffer.write(b"\0")
        self.view = self._buffer.getbuffer()

    def take(self) -> bytes:
        """Give what was written; the buffer is over."""
        self.view.release()
        value = self._buffer.getvalue()
        return value if len(value) == self._size else value[: self._size]


def _blocks(stream: ByteStream, most: int | None) -> Iterator[bytes]:
    left = most
    while block := stream.read(_READ_BYTES if left is None else min(left, _READ_BYTES)):
        yield block
        if left is not None:
            left -= len(block)
