"""The YAML head of a README, as plain JSON data; hostile input included."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from hubnb.server import yamltext

_HEAD = re.compile(r"\A\s*---[ \t]*(?:\r\n|\r|\n)(.*?)(?:\r\n|\r|\n)?^---[ \t]*$", re.DOTALL | re.MULTILINE)
_MAX_HEAD_CHARS = 1 << 20
_MAX_NODES = 50_000


class BadFrontMatter(ValueError):  # noqa: N818 - said to people as it is
    """The head of a README that is not a YAML mapping."""


def front_matter_text(readme: str) -> str | None:
    """Return the YAML between the first two ``---`` lines, None if the README has no such head."""
    match = _HEAD.match(readme.removeprefix("\ufeff"))
    return match[1] if match else None


def read_front_matter(readme: str) -> dict[str, Any]:
    """Return the metadata of a README, empty if it has none.

    Raises
    ------
    BadFrontMatter
        With line and column where the YAML parser names them.
    """
    text = front_matter_text(readme)
    if text is None:
        return {}
    if len(text) > _MAX_HEAD_CHARS:
        message = f"The metadata of the README is longer than {_MAX_HEAD_CHARS} characters."
        raise BadFrontMatter(message)
    data, fault = _parsed(text)
    if fault is not None:
        raise BadFrontMatter(fault)
    return data


@lru_cache(maxsize=32)
def _parsed(text: str) -> tuple[dict[str, Any], str | None]:
    """Return the data, or what is wrong with it; remembered, because a push asks three times about the same card."""
    try:
        data = yamltext.load(text, max_nodes=_MAX_NODES)
    except yamltext.BadYaml as error:
        return {}, f"The metadata of the README is not valid YAML: {error}"
    if data is None:
        return {}, None
    if not isinstance(data, dict):
        return {}, "The metadata of the README must be a YAML mapping of names to values."
    return data, None
