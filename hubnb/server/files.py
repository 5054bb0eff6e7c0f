"""Files on their way out: whole or a slice, from the disk or from memory, in constant memory."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import anyio.to_thread
from starlette.responses import Response

from hubnb.server.wire import HubProblem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from starlette.types import Receive, Scope, Send

    from hubnb.server.largefiles import LargeStore
    from hubnb.server.ranges import Slice

CHUNK_BYTES = 1 << 20
"""One read and one write of this size cost little beside the copy itself, and a slow client holds only this much."""


_OF_THE_BODY = {"Content-Range", "Content-Type", "Accept-Ranges"}


class DiskSlice(Response):
    """A part of a file on the disk."""

    def __init__(self, path: Path, part: Slice, *, status: int, headers: Mapping[str, str]) -> None:
        super().__init__(status_code=status, headers={**headers, "content-length": str(part.length)})
        self._path, self._part = path, part

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Send the slice, or only the headers for HEAD."""
        start = {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
        if scope["method"] == "HEAD":
            await send(start)
            await send({"type": "http.response.body", "body": b""})
            return
        handle = os.open(self._path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0))
        try:
            await send(start)
            await self._send_body(handle, scope, send)
        finally:
            os.close(handle)

    async def _send_body(self, handle: int, scope: Scope, send: Send) -> None:
        part = self._part
        if "hubnb.sendfile" in scope.get("extensions", {}):
            await send({"type": "hubnb.sendfile", "handle": handle, "offset": part.start, "count": part.length})
            return
        position = part.start
        with os.fdopen(os.dup(handle), "rb", buffering=0) as stream:
            stream.seek(position)
            while position < part.end:
                size = min(CHUNK_BYTES, part.end - position)
                chunk = await anyio.to_thread.run_sync(stream.read, size)
                if not chunk:
                    message = "The file became shorter while it was sent."
                    raise OSError(message)
                position += len(chunk)
                await send({"type": "http.response.body", "body": chunk, "more_body": position < part.end})
        if part.length == 0:
            await send({"type": "http.response.body", "body": b""})


class Pieces(Response):
    """A part of a file that passes through here in pieces."""

    def __init__(self, chunks: Iterator[bytes], length: int, *, status: int, headers: Mapping[str, str]) -> None:
        super().__init__(status_code=status, headers={**headers, "content-length": str(length)})
        self._chunks, self._length = chunks, length

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Send the slice, or only the headers for HEAD."""
        chunks, first = self._chunks, b""
        if scope["method"] != "HEAD" and self._length:
            first = await anyio.to_thread.run_sync(next, chunks)  # a fault shows before the status is sent
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        if scope["method"] != "HEAD":
            while first:
                await send({"type": "http.response.body", "body": first, "more_body": True})
                first = await anyio.to_thread.run_sync(next, chunks, b"")
        await send({"type": "http.response.body", "body": b""})


def large_file(
    store: LargeStore, oid: str, size: int, part: Slice, *, status: int, headers: Mapping[str, str]
) -> Response:
    """Answer with a slice of a large file: its bytes, or where to get them.

    Raises
    ------
    HubProblem
        500 if the file isn't as it should be.
    """
    path = store.local_path(oid)
    if path is not None:
        if store.size(oid) != size:
            message = "The content of this file is missing or damaged on this Hub's disk; upload it again."
            raise HubProblem(500, message)
        return DiskSlice(path, part, status=status, headers=headers)
    address = store.signed_url(oid)
    if address is None:
        return Pieces(store.chunks(oid, part.start, part.end), part.length, status=status, headers=headers)
    # What is said of the body here would be wrong: the other server says it again of its own.
    kept = {name: value for name, value in headers.items() if name not in _OF_THE_BODY}
    return Response(status_code=302, headers={**kept, "Location": address, "Content-Length": "0"})
