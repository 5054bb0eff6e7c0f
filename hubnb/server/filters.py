"""Which repositories a list holds: what may be asked for, as SQL."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hubnb.server.wire import bad_request, is_true, repeated

if TYPE_CHECKING:
    from hubnb.server.call import Call

_GGUF_APPS = frozenset(
    {"llama.cpp", "ollama", "lmstudio", "jan", "jellybox", "backyard-ai", "recursechat", "msty", "node-llama-cpp"}
)
_UNITS = {"": 1, "K": 10**3, "M": 10**6, "B": 10**9, "T": 10**12}
_NUMBER = re.compile(r"(min|max):(\d+(?:\.\d+)?)([KMBT]?)\Z")
FACTS = "CASE WHEN json_valid(description) THEN description END"
"""What a repository says about itself, as far as SQLite can read it: it takes no JSON that is nested very deeply."""


@dataclass
class Conditions:
    """What follows WHERE, and its values."""

    parts: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def add(self, part: str, *values: Any) -> None:
        """Narrow the list."""
        self.parts.append(part)
        self.values.extend(values)

    @property
    def sql(self) -> str:
        """What follows WHERE."""
        return " AND ".join(self.parts)


def visible(call: Call, kind: str) -> Conditions:
    """Return what holds for all repositories of a kind that the caller may see."""
    conditions, mine = Conditions(), call.caller.readable_namespaces()
    conditions.add("type = ?", kind)
    conditions.add(f"(private = 0 OR namespace IN ({', '.join('?' for _ in mine)}))", *mine)
    return conditions


def asked_for(call: Call) -> Conditions:
    """Return what holds for the repositories that a list is asked for.

    Raises
    ------
    HubProblem
        400 for a filter that can't be read.
    """
    conditions, query = visible(call, call.repo_type), call.query
    for text in repeated(query, "search"):
        add_words(conditions, text)
    if query.get("author"):
        conditions.add("namespace = ?", query["author"])
    tags = [tag for value in repeated(query, "filter") for tag in value.split(",") if tag]
    tags += [query["pipeline_tag"]] if query.get("pipeline_tag") else []
    for tag in tags:
        # A model in English has the tag "en"; people ask for "language:en" there too.
        conditions.add(_tagged(2), tag, tag.removeprefix("language:"))
    if query.get("gated") is not None:
        conditions.add("gated IS NOT NULL" if is_true(query["gated"]) else "gated IS NULL")
    if call.repo_type == "model":
        _add_for_models(conditions, call)
    if call.repo_type == "space":
        _add_for_spaces(conditions, call)
    return conditions


def add_words(conditions: Conditions, text: str) -> None:
    """Keep those whose name holds every word."""
    for word in text.split()[:20]:
        conditions.add("instr(lower(namespace || '/' || name), ?) > 0", word.lower())


def _tagged(count: int) -> str:
    return f"id IN (SELECT repo_id FROM repo_tags WHERE tag IN ({', '.join('?' * count)}))"  # noqa: S608


def _add_for_models(conditions: Conditions, call: Call) -> None:
    for app in (app for value in repeated(call.query, "apps") for app in value.split(",") if app):
        conditions.add(_tagged(1), "gguf" if app.lower() in _GGUF_APPS else "transformers")
    for bound in (call.query.get("num_parameters") or "").split(","):
        found = _NUMBER.match(bound.strip())
        if found is not None:
            limit = float(found[2]) * _UNITS[found[3]]
            conditions.add(
                f"json_extract({FACTS}, '$.safetensors.total') {'>=' if found[1] == 'min' else '<='} ?", limit
            )
        elif bound.strip():
            message = f"num_parameters must be like min:6B,max:128B, not {bound[:40]!r}."
            raise bad_request(message)


def _add_for_spaces(conditions: Conditions, call: Call) -> None:
    for key in ("models", "datasets"):
        for name in repeated(call.query, key):
            conditions.add(card_names(key), name)
    if is_true(call.query.get("linked")):
        lengths = (f"json_array_length({FACTS}, '$.cardData.{key}') > 0" for key in ("models", "datasets"))
        conditions.add(f"({' OR '.join(lengths)})")


def card_names(key: str) -> str:
    """Return what holds for repositories whose card has a value in a list."""
    return f"EXISTS (SELECT 1 FROM json_each({FACTS}, '$.cardData.{key}') WHERE value = ?)"  # noqa: S608 - constants


def add_cursor(conditions: Conditions, cursor: str | None, column: str, *, ascending: bool) -> None:
    """Keep those behind the last one of the page before.

    Raises
    ------
    HubProblem
        400 for a cursor that no page gave.
    """
    if not cursor:
        return
    try:
        value, last_id = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        conditions.add(f"({column}, id) {'>' if ascending else '<'} (?, ?)", float(value), str(last_id))
    except (ValueError, TypeError):
        message = "cursor must come from the Link header of the page before."
        raise bad_request(message) from None


def cursor_after(position: float, repo_id: str) -> str:
    """Return the cursor of the page that begins behind a repository."""
    return base64.urlsafe_b64encode(json.dumps([position, repo_id]).encode()).decode()
