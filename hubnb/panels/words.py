"""Numbers and dates as a person reads them in a record; the browser's half is ``js/shared/format.ts``."""

from __future__ import annotations

from datetime import datetime, timezone

_UNITS = ("B", "kB", "MB", "GB", "TB", "PB")
_LARGE_UNITS = ("GB", "TB", "PB")


def _scale(size: float) -> tuple[str, float]:
    """Give the unit in which `size` (bytes) reads best, and its divisor."""
    index, divisor = 0, 1.0
    # 999.5 would print as "1000": the next unit starts half a step earlier
    while index < len(_UNITS) - 1 and size / divisor >= 999.5:
        index, divisor = index + 1, divisor * 1000
    return _UNITS[index], divisor


def _digits(value: float, unit: str) -> int:
    if unit == "B":
        return 0
    if value >= 99.95:
        return 1 if unit in _LARGE_UNITS else 0
    return 1 if value >= 9.995 else 2


def size_words(size: float) -> str:
    """Bytes with three significant digits in SI units, e.g. ``1.42 GB``."""
    unit, divisor = _scale(size)
    value = size / divisor
    return f"{value:,.{_digits(value, unit)}f} {unit}"


def part_words(done: float, total: float) -> str:
    """Both numbers in the unit of the whole, e.g. ``1.42 of 2.31 GB``."""
    unit, divisor = _scale(total)
    digits = _digits(total / divisor, unit)
    return f"{done / divisor:,.{digits}f} of {total / divisor:,.{digits}f} {unit}"


def duration_words(seconds: float) -> str:
    """Time that something took, e.g. ``3 s``, ``4 min``, ``2 h``."""
    if seconds < 59.5:
        return f"{max(1, round(seconds))} s"
    if seconds < 3570:
        return f"{round(seconds / 60)} min"
    return f"{round(seconds / 3600)} h"


def count_words(count: int, one: str, many: str) -> str:
    """Count with the right form of the noun, e.g. ``1 file``, ``4 files``."""
    return f"{count:,} {one if count == 1 else many}"


def date_words(moment: datetime) -> str:
    """Day and minute in UTC, e.g. ``22 Nov 2026, 10:42 UTC``."""
    moment = moment.astimezone(timezone.utc)
    return f"{moment.day} {moment:%b %Y, %H:%M} UTC"


def stamp_words(moment: datetime) -> str:
    """Day and minute in UTC that sorts, e.g. ``2026-11-22 10:42 UTC``."""
    return f"{moment.astimezone(timezone.utc):%Y-%m-%d %H:%M} UTC"
