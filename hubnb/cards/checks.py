"""Checks of a card's metadata that need nobody's answer.

Only what the Hub refuses is a problem here. Advice on style is not.
"""

from __future__ import annotations

import re
from typing import Any

_LICENSE_NAME = re.compile(r"[a-z0-9.\-]+")
_SDKS = ("gradio", "docker", "static", "streamlit")
_WORDS_OR_LISTS = ("language", "tags", "datasets", "metrics", "base_model")


def problems(data: dict[str, Any], repo_type: str = "model") -> list[str]:
    """List what is wrong with the metadata of a card, in plain sentences; an empty list means nothing."""
    found = [*_shape_problems(data), *_license_problems(data)]
    if repo_type == "space":
        found += _space_problems(data)
    return found


def _shape_problems(data: dict[str, Any]) -> list[str]:
    found = []
    for key in _WORDS_OR_LISTS:
        value = data.get(key)
        items = value if isinstance(value, list) else [value]
        if value is not None and not all(isinstance(item, str) for item in items):
            wrong = next(item for item in items if not isinstance(item, str))
            hint = " (YAML reads an unquoted `no` as false in many programs: write 'no')" if wrong is False else ""
            found.append(f"`{key}` must be a word or a list of words, not {wrong!r}{hint}.")
    return found


def _license_problems(data: dict[str, Any]) -> list[str]:
    name = data.get("license_name")
    if name is None:
        return []
    if not isinstance(name, str) or not _LICENSE_NAME.fullmatch(name):
        return [f"`license_name` may hold a-z, 0-9, dot and dash only, not {name!r}."]
    return []


def _space_problems(data: dict[str, Any]) -> list[str]:
    sdk = data.get("sdk")
    if sdk is not None and sdk not in _SDKS:
        return [f"`sdk` must be one of {', '.join(_SDKS)}, not {sdk!r}."]
    return []
