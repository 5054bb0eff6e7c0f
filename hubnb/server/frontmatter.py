"""The YAML head of a README, as plain JSON data; hostile input included."""

from __future__ import annotations

import datetime
import math
import re
from functools import lru_cache
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

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
        # YAML 1.2, so that "language: no" is Norwegian and not False.
        data = YAML(typ="safe", pure=True).load(text)
        if data is None:
            return {}, None
        if not isinstance(data, dict):
            return {}, "The metadata of the README must be a YAML mapping of names to values."
        return _Plain().mapping(data), None
    except BadFrontMatter as error:
        return {}, str(error)
    except YAMLError as error:
        return {}, _explain(error)
    except RecursionError:
        return {}, "The metadata of the README is nested too deeply."
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        return {}, f"The metadata of the README is not valid YAML: {error}"


def _explain(error: YAMLError) -> str:
    problem = getattr(error, "problem", None) or str(error).split("\n", 1)[0]
    mark = getattr(error, "problem_mark", None)
    place = f" (line {mark.line + 2}, column {mark.column + 1})" if mark is not None else ""
    return f"The metadata of the README is not valid YAML: {problem}{place}"


class _Plain:
    """Turns what YAML can say into what JSON can say; counts, because aliases make a small text a huge value."""

    def __init__(self) -> None:
        self._left = _MAX_NODES

    def mapping(self, data: dict[Any, Any]) -> dict[str, Any]:
        return {str(key): self.value(value) for key, value in data.items()}

    def value(self, value: Any) -> Any:
        self._left -= 1
        if self._left < 0:
            message = f"The metadata of the README has more than {_MAX_NODES} values."
            raise BadFrontMatter(message)
        if isinstance(value, dict):
            return self.mapping(value)
        if isinstance(value, (list, tuple, set)):
            return [self.value(item) for item in value]
        if isinstance(value, float) and not math.isfinite(value):
            return str(value)
        if value is None or isinstance(value, (bool, int, float, str)):
            return value
        if isinstance(value, (datetime.date, datetime.datetime)):
            return value.isoformat()
        return str(value)
