"""YAML as JSON data, built from the parser's events: without recursion, bounded, and nothing in it is ever run."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

import yaml

# libyaml where it is there; it is ten times as fast as any parser in Python.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CORE = "tag:yaml.org,2002:"
_NULL = re.compile(r"(?:~|null|Null|NULL|)\Z")
_BOOL = re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z")
_INT = re.compile(r"[-+]?[0-9]+\Z")
_BASED = re.compile(r"0(?:o[0-7]+|x[0-9a-fA-F]+)\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_MAX_DEPTH = 100
_MAX_DIGITS = 400


class BadYaml(ValueError):  # noqa: N818 - said to people as it is
    """Text that is not YAML, or not YAML that JSON could say."""


def load(text: str, *, max_nodes: int) -> Any:
    """Return the data of one YAML document, by the rules of YAML 1.2: ``no`` is a word, a date is a text.

    Parameters
    ----------
    max_nodes
        How many values there may be, counted with each repetition by an alias.

    Raises
    ------
    BadYaml
        With line and column where the parser names them.
    """
    builder = _Builder(max_nodes)
    try:
        for event in yaml.parse(text, _Loader):
            builder.take(event)
    except yaml.YAMLError as error:
        raise BadYaml(_explain(error)) from None
    except BadYaml:
        raise
    except ValueError as error:  # e.g. half a surrogate pair
        raise BadYaml(str(error)) from None
    return builder.document


def _explain(error: yaml.YAMLError) -> str:
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error).split("\n", 1)[0]
    mark = getattr(error, "problem_mark", None)
    place = f" (line {mark.line + 2}, column {mark.column + 1})" if mark is not None else ""
    return f"{problem}{place}"


class _Open:
    """A list or mapping whose end has not come yet."""

    def __init__(self, value: list[Any] | dict[str, Any], anchor: str | None, counted: int) -> None:
        self.value, self.anchor, self.counted = value, anchor, counted
        self.key: str | None = None
        self.merged: list[Any] = []


class _Builder:
    """Puts a document together from events."""

    def __init__(self, max_nodes: int) -> None:
        self.document: Any = None
        self._max_nodes, self._nodes, self._documents = max_nodes, 0, 0
        self._stack: list[_Open] = []
        self._anchors: dict[str, tuple[Any, int]] = {}

    def take(self, event: Any) -> None:
        kind = type(event)
        if kind is yaml.ScalarEvent:
            self._count(1, event)
            value = _scalar(event)
            self._remember(event.anchor, value, 1)
            self._put(value, event)
        elif kind is yaml.AliasEvent:
            if event.anchor not in self._anchors:
                _refuse(f"alias *{event.anchor} names nothing that is complete", event)
            value, nodes = self._anchors[event.anchor]
            self._count(nodes, event)
            self._put(value, event)
        elif kind in (yaml.SequenceStartEvent, yaml.MappingStartEvent):
            self._begin(event)
        elif kind in (yaml.SequenceEndEvent, yaml.MappingEndEvent):
            self._end(event)
        elif kind is yaml.DocumentStartEvent:
            self._documents += 1
            if self._documents > 1:
                _refuse("there is a second document", event)

    def _count(self, nodes: int, event: Any) -> None:
        self._nodes += nodes
        if self._nodes > self._max_nodes:
            _refuse(f"there are more than {self._max_nodes} values", event)

    def _begin(self, event: Any) -> None:
        self._count(1, event)
        if len(self._stack) >= _MAX_DEPTH:
            _refuse("it is nested too deeply", event)
        top = self._stack[-1] if self._stack else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            _refuse("a key must be a text", event)
        _check_tag(event, "seq" if type(event) is yaml.SequenceStartEvent else "map")
        value: list[Any] | dict[str, Any] = [] if type(event) is yaml.SequenceStartEvent else {}
        self._stack.append(_Open(value, event.anchor, self._nodes - 1))

    def _end(self, event: Any) -> None:
        done = self._stack.pop()
        for source in done.merged:
            for key, value in source.items():
                done.value.setdefault(key, value)  # type: ignore[union-attr] - only a mapping has any
        self._remember(done.anchor, done.value, self._nodes - done.counted)
        self._put(done.value, event)

    def _remember(self, anchor: str | None, value: Any, nodes: int) -> None:
        if anchor is not None:
            self._anchors[anchor] = (value, nodes)

    def _put(self, value: Any, event: Any) -> None:
        if not self._stack:
            self.document = value
            return
        top = self._stack[-1]
        if isinstance(top.value, list):
            top.value.append(value)
        elif top.key is None:
            top.key = _key(value, event)
            if top.key in top.value:
                _refuse(f"the key {top.key[:80]!r} stands there twice", event)
        else:
            key, top.key = top.key, None
            if key == "<<":
                self._merge(top, value, event)
            else:
                top.value[key] = value

    def _merge(self, top: _Open, value: Any, event: Any) -> None:
        sources = value if isinstance(value, list) else [value]
        if not all(isinstance(source, dict) for source in sources):
            _refuse("<< needs a mapping", event)
        top.merged += sources


def _refuse(text: str, event: Any) -> NoReturn:
    mark = event.start_mark
    message = f"{text} (line {mark.line + 2}, column {mark.column + 1})"
    raise BadYaml(message)


def _check_tag(event: Any, name: str) -> None:
    if event.tag not in (None, "!", _CORE + name):
        _refuse(f"the tag {event.tag[:80]} is not known", event)


def _key(value: Any, event: Any) -> str:
    if isinstance(value, (list, dict)):
        _refuse("a key must be a text", event)
    return value if isinstance(value, str) else json.dumps(value)


def _scalar(event: Any) -> Any:
    text: str = event.value
    tag = event.tag
    if tag in ("!", _CORE + "str") or (tag is None and not event.implicit[0]):
        return text
    if tag is not None and tag not in {_CORE + name for name in ("null", "bool", "int", "float")}:
        _refuse(f"the tag {tag[:80]} is not known", event)
    return plain_value(text)


def plain_value(text: str) -> Any:
    """Return what a text without quotes stands for."""
    if len(text) > _MAX_DIGITS:
        return text
    if _NULL.match(text):
        return None
    if _BOOL.match(text):
        return text[0] in "tT"
    if _INT.match(text):
        return int(text)
    if _BASED.match(text):
        return int(text, 0)
    if _FLOAT.match(text):
        number = float(text)
        return number if number not in (float("inf"), float("-inf")) else text
    return text
