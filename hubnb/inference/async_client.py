"""`AsyncInferenceClient`: the same client, awaited.

Requests are built, sent and read by the very code of `InferenceClient`, in worker threads: so a session of your own
(`configure_http`), proxies and certificates count here too, and no second HTTP library has to be kept right. A call
costs one hop to a thread, a piece of a stream another one; no piece is asked for before the one before it was taken, so
a slow reader holds the server back. A cancelled task returns at once: its stream is closed, its request is left to end
alone.

The types of the methods are in ``async_client.pyi``, which ``scripts/inference_stub.py`` writes.
"""

from __future__ import annotations

import functools
from typing import Any

import anyio
import anyio.to_thread
from anyio.lowlevel import RunVar

from .client import Chat, InferenceClient
from .streams import AnswerStream, RawLines

CALLS_AT_ONCE = 256
"""How many calls of one event loop run at the same time; further ones queue."""
_limiter: RunVar[anyio.CapacityLimiter] = RunVar("hubnb_inference_calls")
_ENDED = object()


class AsyncInferenceClient:
    """Ask models without blocking; every method is that of `InferenceClient`, awaited.

    Takes the parameters of `InferenceClient`.

    Examples
    --------
    >>> client = AsyncInferenceClient("acme/clerk-7b")
    >>> async for token in await client.text_generation("Dear customer", stream=True):
    ...     print(token, end="")
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._client = InferenceClient(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<Async{repr(self._client)[1:]}"

    async def __aenter__(self) -> AsyncInferenceClient:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Do nothing: connections belong to the process. Here because other clients have it."""

    @property
    def chat(self) -> Any:
        """``await client.chat.completions.create(…)``, for who comes from OpenAI's client."""
        return Chat(self)

    def __getattr__(self, name: str) -> Any:
        if name in _PLAIN:
            return getattr(self._client, name)
        msg = f"{type(self).__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in _PLAIN:
            setattr(self._client, name, value)
        else:
            super().__setattr__(name, value)


class AsyncAnswerStream:
    """An answer as it comes: iterate over its pieces with ``async for``.

    Whoever stops early says so with `aclose`, or uses ``async with``.
    """

    def __init__(self, pieces: Any) -> None:
        self._pieces = pieces

    def __aiter__(self) -> AsyncAnswerStream:
        return self

    async def __anext__(self) -> Any:
        try:
            piece = await _in_thread(lambda: next(self._pieces, _ENDED))
        except anyio.get_cancelled_exc_class():
            self._pieces.close()  # wakes the thread that still waits for the piece
            raise
        if piece is _ENDED:
            raise StopAsyncIteration
        return piece

    async def aclose(self) -> None:
        """End the answer; the server is told by the closed connection."""
        self._pieces.close()

    async def __aenter__(self) -> AsyncAnswerStream:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.aclose()


async def _in_thread(work: Any) -> Any:
    try:
        limiter = _limiter.get()
    except LookupError:
        limiter = anyio.CapacityLimiter(CALLS_AT_ONCE)
        _limiter.set(limiter)
    return await anyio.to_thread.run_sync(work, abandon_on_cancel=True, limiter=limiter)


def _awaited(method: Any) -> Any:
    @functools.wraps(method)
    async def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        answer = await _in_thread(functools.partial(method, self._client, *args, **kwargs))
        return AsyncAnswerStream(answer) if isinstance(answer, (AnswerStream, RawLines)) else answer

    call.__qualname__ = f"AsyncInferenceClient.{method.__name__}"
    return call


_PLAIN = frozenset({"model", "provider", "timeout", "headers", "cookies", "token", "destination"})
_OWN = _PLAIN | {"close", "chat", "ask", "ask_stream"}
METHODS = tuple(name for name in dir(InferenceClient) if not name.startswith("_") and name not in _OWN)
"""Names of all methods that are awaited."""

for _name in METHODS:
    setattr(AsyncInferenceClient, _name, _awaited(getattr(InferenceClient, _name)))
