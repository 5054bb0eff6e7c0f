"""Request bodies: read up to a limit, line by line, or poured into a sink; never all at once without a limit."""

from __future__ import annotations

import asyncio
import json
import tempfile
import zlib
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from hubnb.server import blocks
from hubnb.server.wire import HubProblem, bad_request

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable

    from starlette.requests import Request

MAX_JSON_BYTES = 16 << 20
_BATCH_BYTES = 2 << 20
_LONG_BYTES = 4 << 20


async def read_body(request: Request, limit_bytes: int = MAX_JSON_BYTES) -> bytes:
    """Return the whole body.

    Raises
    ------
    HubProblem
        413 if it is longer than `limit_bytes`.
    """
    parts: list[bytes] = []
    total = 0
    async for chunk in request.stream():
        total += len(chunk)
        if total > limit_bytes:
            raise HubProblem(413, f"The body of this request is limited to {limit_bytes} bytes.")
        parts.append(chunk)
    return b"".join(parts)


def parse_json(body: bytes) -> dict[str, Any]:
    """Return a JSON object; an empty body is an empty object.

    Raises
    ------
    HubProblem
        400 for anything else.
    """
    if not body.strip():
        return {}
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        message = "The body of this request is not valid JSON."
        raise bad_request(message) from None
    if not isinstance(data, dict):
        message = "The body of this request must be a JSON object."
        raise bad_request(message)
    return data


def parse_form(body: bytes) -> dict[str, list[str]]:
    """Return the fields of an ``application/x-www-form-urlencoded`` body."""
    try:
        return parse_qs(body.decode(), keep_blank_values=True, max_num_fields=5000)
    except ValueError:
        message = "The body of this request is not a valid form."
        raise bad_request(message) from None


class LongLine:
    """A line that waits on the disk until it is its turn to be held in memory."""

    def __init__(self, folder: str | None) -> None:
        self._file: Any = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed by `close`
        self.size = 0

    def write(self, data: bytes | bytearray) -> None:
        """Append bytes."""
        self._file.write(data)
        self.size += len(data)

    def read(self) -> bytes:
        """Return the line."""
        self._file.seek(0)
        return self._file.read()

    def close(self) -> None:
        """Forget it."""
        self._file.close()


class _Lines:
    """Splits pieces of a body into lines; what is long goes to the disk."""

    def __init__(self, limit_bytes: int, folder: str | None) -> None:
        self._limit_bytes, self._folder = limit_bytes, folder
        self._rest = bytearray()
        self._batch: list[bytes] = []
        self._batch_bytes = 0
        self._long: LongLine | None = None
        self._done: LongLine | None = None

    def add(self, piece: bytes) -> None:
        """Take a piece without the end of a line in it."""
        self._rest += piece
        if (self._long.size if self._long else 0) + len(self._rest) > self._limit_bytes:
            raise HubProblem(413, f"A line of this request is longer than {self._limit_bytes} bytes.")

    def should_spill(self) -> bool:
        """Say whether what has arrived of a line is too much for memory."""
        return len(self._rest) > _LONG_BYTES

    def spill(self) -> None:
        """Write what has arrived of a line to the disk."""
        self._long = self._long or LongLine(self._folder)
        self._long.write(self._rest)
        self._rest = bytearray()

    def end_line(self, following: bytes) -> list[list[bytes] | LongLine]:
        """End the line that is arriving, take what follows; return what is ready, in order."""
        ready: list[list[bytes] | LongLine] = []
        if self._done is not None:
            self._done.close()  # whoever asked for more has read it
        if self._long is not None:
            self._long.write(self._rest)
            ready += [self._take(), self._long]
            self._done, self._long = self._long, None
        elif self._rest.strip():
            self._batch.append(bytes(self._rest))
            self._batch_bytes += len(self._rest)
        *whole, last = following.split(b"\n")
        self._batch += [line for line in whole if line.strip()]
        self._batch_bytes += len(following) - len(last)
        self._rest = bytearray()
        self.add(last)
        if self._batch_bytes >= _BATCH_BYTES:
            ready.append(self._take())
        return ready

    def end(self) -> list[list[bytes] | LongLine]:
        """End the body; return what is left."""
        return [*self.end_line(b""), self._take()]

    def _take(self) -> list[bytes]:
        batch, self._batch, self._batch_bytes = self._batch, [], 0
        return batch

    def close(self) -> None:
        """Forget what lies on the disk."""
        for line in (self._long, self._done):
            if line is not None:
                line.close()


async def lines(request: Request, limit_bytes: int, folder: str | None) -> AsyncGenerator[list[bytes] | LongLine, None]:
    """Yield the lines of a body in batches of about 2 MiB, so that a batch is worth a thread's attention.

    A line of more than 4 MiB comes alone, as a file in `folder` that is there until the next one: many clients may
    send such lines at once, slowly, and memory has room for few. Close the generator, so that no file stays.

    Raises
    ------
    HubProblem
        413 for a line longer than `limit_bytes`.
    """
    found = _Lines(limit_bytes, folder)
    try:
        async for chunk in decoded(request):
            head, newline, tail = chunk.partition(b"\n")
            found.add(head)
            if found.should_spill():
                await run_in_threadpool(found.spill)
            if newline:
                for batch in found.end_line(tail):
                    yield batch
        for batch in found.end():
            yield batch
    finally:
        found.close()


async def decoded(request: Request) -> AsyncIterator[bytes]:
    """Yield the body, unpacked if it came as gzip.

    Raises
    ------
    HubProblem
        400 for broken gzip, 415 for another encoding.
    """
    encoding = request.headers.get("content-encoding", "identity").lower()
    if encoding not in {"identity", "gzip"}:
        raise HubProblem(415, f"Content-Encoding {encoding[:40]!r} is not supported; send gzip or identity.")
    inflate = zlib.decompressobj(wbits=31) if encoding == "gzip" else None
    async for chunk in request.stream():
        if inflate is None:
            yield chunk
            continue
        try:
            data = inflate.decompress(chunk, _BATCH_BYTES)
            while data:
                yield data
                data = inflate.decompress(inflate.unconsumed_tail, _BATCH_BYTES)
        except zlib.error:
            message = "The body of this request is not valid gzip."
            raise bad_request(message) from None


async def pour(request: Request, *takers: Callable[[memoryview], object]) -> None:
    """Hand the body to all `takers` at once, each in a thread, block by block; the next one is received meanwhile.

    A block is good until the taker returns.

    Raises
    ------
    starlette.requests.ClientDisconnect
        If the client goes away in the middle.
    """
    loop = asyncio.get_running_loop()
    fill = _filler(request)
    at_work: list[asyncio.Future[object]] = []
    with blocks.borrowed(2) as rooms:
        try:
            turn = 0
            while count := await fill(rooms[turn]):
                await _settle(at_work)
                at_work = [loop.run_in_executor(None, taker, rooms[turn][:count]) for taker in takers]
                turn = 1 - turn
            await _settle(at_work)
        finally:
            if at_work:
                await asyncio.wait(at_work)


async def _settle(work: list[asyncio.Future[object]]) -> None:
    """Wait until all of it is done; raise the first failure."""
    if work:
        await asyncio.wait(work)
    for done in work:
        done.result()


def _filler(request: Request) -> Callable[[memoryview], Awaitable[int]]:
    """Return what fills memory from the body: straight from the socket where that goes, else from its chunks."""
    straight = request.scope.get("extensions", {}).get("hubnb.fill")
    chunks: AsyncIterator[bytes] | None = None
    rest = memoryview(b"")

    async def fill(room: memoryview) -> int:
        nonlocal straight, chunks, rest
        if straight is not None:
            try:
                count = await straight(room)
            except ConnectionResetError:
                raise ClientDisconnect from None
            if count is not None:
                return count
            straight = None
        chunks = chunks or request.stream()
        filled = 0
        while filled < len(room):
            if not rest:
                rest = memoryview(await anext(chunks, b""))
                if not rest:
                    break
            count = min(len(rest), len(room) - filled)
            room[filled : filled + count] = rest[:count]
            filled, rest = filled + count, rest[count:]
        return filled

    return fill
