"""Server-sent events, read one by one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from ..client.inference import stream_error

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from ..client.inference import LineStream

_Piece = TypeVar("_Piece")


class AnswerStream(Generic[_Piece]):
    """An answer as it comes: iterate over its pieces.

    Nothing is read ahead, so who stops taking pieces holds the server back, and `close` (or leaving a ``with``
    block) ends the answer; it may be called from another thread.

    Parameters
    ----------
    read
        Makes a piece of the JSON object of an event.
    """

    def __init__(self, lines: LineStream, read: Callable[[dict[str, Any]], _Piece], task: str) -> None:
        self._lines = lines
        self._read = read
        self._task = task

    def __iter__(self) -> AnswerStream[_Piece]:
        return self

    def __next__(self) -> _Piece:
        for line in self._lines:
            event = _event(line)
            if event is None:
                continue
            if event == "[DONE]":
                self._lines.close()
                break
            data = _object(event)
            if data.get("error") is not None:
                self._lines.close()
                raise stream_error(data, self._task)
            return self._read(data)
        raise StopIteration

    def close(self) -> None:
        """End the answer; the server is told by the closed connection."""
        self._lines.close()

    def __enter__(self) -> AnswerStream[_Piece]:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class RawLines:
    """The lines of an answer as they come, as bytes; `close` ends it."""

    def __init__(self, lines: LineStream) -> None:
        self._lines = lines

    def __iter__(self) -> RawLines:
        return self

    def __next__(self) -> bytes:
        return next(self._lines).encode()

    def close(self) -> None:
        """End the answer."""
        self._lines.close()


def _event(line: str) -> str | None:
    """Give what a line carries; comments, names of events and empty lines carry nothing."""
    if not line.startswith("data:"):
        return None
    return line[len("data:") :].strip() or None


def _object(event: str) -> dict[str, Any]:
    try:
        data: Any = json.loads(event)
    except ValueError:
        data = None
    if not isinstance(data, dict):
        return {"error": f"an event that is no JSON object: {event[:60]!r}", "error_type": "incomplete_generation"}
    return cast("dict[str, Any]", data)
