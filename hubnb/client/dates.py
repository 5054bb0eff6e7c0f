"""The Hub's dates."""

from __future__ import annotations

from datetime import datetime


def parse_datetime(text: str | None) -> datetime | None:
    """Read ``2024-01-01T00:00:00.000Z`` (UTC); None stays None."""
    if not text:
        return None
    return datetime.fromisoformat(text[:-1] + "+00:00" if text.endswith("Z") else text)


def needed_datetime(text: str) -> datetime:
    """Read a date that has to be there."""
    found = parse_datetime(text)
    if found is None:
        msg = "A date of the Hub's answer is empty."
        raise ValueError(msg)
    return found
