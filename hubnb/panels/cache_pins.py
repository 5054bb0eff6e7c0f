"""Repositories of the cache that a person wants to keep."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

_FILE = Path(".locks", "hubnb-pins.json")
"""In the folder that every program sharing the cache leaves out of its scan."""


def read_pins(cache_dir: Path) -> set[str]:
    """Give the pinned repositories, e.g. ``model/me/digits``."""
    try:
        return {str(one) for one in json.loads((cache_dir / _FILE).read_text())}
    except (OSError, ValueError, TypeError):
        return set()


def write_pin(cache_dir: Path, key: str, *, pinned: bool) -> set[str]:
    """Pin a repository, or let it go; gives all pins."""
    pins = read_pins(cache_dir) - {key}
    if pinned:
        pins.add(key)
    path = cache_dir / _FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{uuid.uuid4().hex[:8]}.tmp")
    temporary.write_text(json.dumps(sorted(pins)))
    temporary.replace(path)
    return pins
