"""The Hub's dates."""

from __future__ import annotations

import re
from datetime import datetime


def parse_datetime(text: str | None) -> datetime | None:
    """Read ``2024-01-01T00:00:00.000Z`` (UTC); None stays None."""
    if not text:
        return None
    try:
        return _aware(text)
    except ValueError:
        msg = f"Cannot parse {text!r} as a datetime: the Hub's look like 2024-01-01T00:00:00.000Z."
        raise ValueError(msg) from None


def needed_datetime(text: str) -> datetime:
    """Read a date that has to be there."""
    found = parse_datetime(text)
    if found is None:
        msg = "A date of the Hub's answer is empty."
        raise ValueError(msg)
    return found


_FRACTION = re.compile(r"\.(\d+)")


def _aware(text: str) -> datetime:
    """Read a date that says which time zone it is of."""
    digits = _FRACTION.sub(lambda found: f".{found[1][:6]:0<6}", text)  # Python 3.10 reads three or six, no others
    found = datetime.fromisoformat(digits[:-1] + "+00:00" if digits.endswith("Z") else digits)
    if found.tzinfo is None:
        raise ValueError
    return found
