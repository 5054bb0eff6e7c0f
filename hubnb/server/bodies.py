"""Request bodies: read up to a limit, line by line, or poured into a sink; never all at once without a limit."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool

from hubnb.server.wire import HubProblem, bad_request

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.requests import Request

MAX_JSON_BYTES = 16 << 20
_BATCH_BYTES = 2 << 20


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


async def lines(request: Request, limit_bytes: int) -> AsyncIterator[list[bytes]]:
    """Yield the lines of a body in batches of about 2 MiB, so that a batch is worth a thread's attention.

    Raises
    ------
    HubProblem
        413 for a line longer than `limit_bytes`.
    """
    rest = bytearray()
    batch: list[bytes] = []
    batch_bytes = searched = 0
    async for chunk in decoded(request):
        rest += chunk
        end = rest.rfind(b"\n", searched)
        if end < 0:
            searched = len(rest)
            if len(rest) > limit_bytes:
                raise HubProblem(413, f"A line of this request is longer than {limit_bytes} bytes.")
            continue
        whole = bytes(rest[:end])
        del rest[: end + 1]
        searched = len(rest)
        batch += [line for line in whole.split(b"\n") if line.strip()]
        batch_bytes += len(whole)
        if batch_bytes >= _BATCH_BYTES:
            yield batch
            batch, batch_bytes = [], 0
    if rest.strip():
        batch.append(bytes(rest))
    if batch:
        yield batch


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


async def pour(request: Request, write: Callable[[bytearray], object], batch_bytes: int = 1 << 20) -> None:
    """Hand the body to `write`, in a thread and in pieces large enough to be worth it.

    Raises
    ------
    starlette.requests.ClientDisconnect
        If the client goes away in the middle.
    """
    piece = bytearray()
    async for chunk in request.stream():
        piece += chunk
        if len(piece) >= batch_bytes:
            await run_in_threadpool(write, piece)
            piece = bytearray()
    if piece:
        await run_in_threadpool(write, piece)
