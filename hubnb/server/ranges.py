"""HTTP's conditions and byte ranges (RFC 9110, sections 13 and 14)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_RANGE = re.compile(r"^\s*bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*$", re.IGNORECASE)


class Unsatisfiable(ValueError):  # noqa: N818 - the name HTTP gives it
    """A range that lies beyond the end."""


@dataclass(frozen=True)
class Slice:
    """Bytes `start` up to, not including, `end`."""

    start: int
    end: int

    @property
    def length(self) -> int:
        """Number of bytes."""
        return self.end - self.start


def requested_slice(headers: Mapping[str, str], size: int, etag: str) -> Slice | None:
    """Return the slice a request asks for, None for the whole.

    Several ranges at once, or a header that can't be read, are answered with the whole, as HTTP allows.

    Raises
    ------
    Unsatisfiable
        If the range begins beyond the end.
    """
    match = _RANGE.match(headers.get("range", ""))
    if match is None or not any(match.groups()):
        return None
    condition = headers.get("if-range")
    if condition is not None and condition.strip() != etag:  # a date is never ours either
        return None
    first, last = match.groups()
    if len(first) > 19 or len(last) > 19:
        raise Unsatisfiable
    if not first:
        length = min(int(last), size)
        if length == 0:
            raise Unsatisfiable
        return Slice(size - length, size)
    start = int(first)
    end = min(int(last) + 1, size) if last else size
    if last and int(last) < start:
        return None
    if start >= size:
        raise Unsatisfiable
    return Slice(start, end)


def matches(header: str, etag: str) -> bool:
    """Say whether an ``If-None-Match`` or ``If-Match`` header names `etag` (quoted), or is ``*``."""
    names = [name.strip().removeprefix("W/") for name in header.split(",")]
    return "*" in names or etag in names
