"""The metadata of a card as a form, and a form's change as the smallest change of the text.

A form shows what it knows. Keys it does not know, comments, order and quoting are none of its business and stay.
"""

from __future__ import annotations

import copy
from dataclasses import replace
from functools import lru_cache
from typing import Any

from . import front_matter, vocabulary, yaml_text
from .front_matter import FrontMatterError

_WORD, _WORDS, _CHOICE = "word", "words", "choice"
_FIELDS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "model": (
        ("license", _CHOICE, "licenses"),
        ("language", _WORDS, ""),
        ("library_name", _CHOICE, "libraries"),
        ("pipeline_tag", _CHOICE, "tasks"),
        ("tags", _WORDS, ""),
        ("datasets", _WORDS, ""),
        ("base_model", _WORDS, ""),
        ("model-index", "results", ""),
    ),
    "dataset": (
        ("license", _CHOICE, "licenses"),
        ("language", _WORDS, ""),
        ("pretty_name", _WORD, ""),
        ("task_categories", _WORDS, "tasks"),
        ("size_categories", _WORDS, "sizes"),
        ("tags", _WORDS, ""),
        ("source_datasets", _WORDS, ""),
    ),
    "space": (
        ("title", _WORD, ""),
        ("emoji", _WORD, ""),
        ("sdk", _CHOICE, "sdks"),
        ("colorFrom", _CHOICE, "colors"),
        ("colorTo", _CHOICE, "colors"),
        ("short_description", _WORD, ""),
        ("license", _CHOICE, "licenses"),
        ("tags", _WORDS, ""),
        ("models", _WORDS, ""),
        ("datasets", _WORDS, ""),
    ),
}
_ROW_FIELDS = {
    "metric": ("metrics", "type"),
    "value": ("metrics", "value"),
    "task": ("task", "type"),
    "dataset": ("dataset", "name"),
    "split": ("dataset", "split"),
}


def choices() -> dict[str, list[list[str]]]:
    """Give the closed vocabularies of the form's fields: identifier and name."""
    return {
        "licenses": [list(pair) for pair in vocabulary.licenses().items()],
        "libraries": [list(pair) for pair in vocabulary.libraries().items()],
        "tasks": [list(pair) for pair in vocabulary.tasks().items()],
        "sizes": [[one, one] for one in vocabulary.SIZE_CATEGORIES],
        "sdks": [[one, one] for one in vocabulary.SDKS],
        "colors": [[one, one] for one in vocabulary.COLORS],
    }


def form(text: str, repo_type: str = "model") -> list[dict[str, Any]] | None:
    """Give the fields with their values; None where the metadata can't be read."""
    return _fields(front_matter.split(text).yaml, repo_type)


@lru_cache(maxsize=8)
def _fields(block: str, repo_type: str) -> list[dict[str, Any]] | None:
    """Do what `form` does; remembered, for a person mostly types below the block."""
    try:
        data = yaml_text.parse(block)
    except FrontMatterError:
        return None
    fields: list[dict[str, Any]] = []
    for key, kind, vocabulary_name in _FIELDS[repo_type]:
        value: Any = data.get(key)
        if kind == "results":
            value = _rows(value)
        elif kind == _WORDS:
            items = value if isinstance(value, list) else [value]
            value = [_word(one) for one in items if one is not None]
        else:
            items = value if isinstance(value, list) else [value]
            value = ", ".join(_word(one) for one in items if one is not None)
        fields.append({"key": key, "kind": kind, "choices": vocabulary_name, "value": value})
    return fields


def set_field(text: str, key: str, value: str | list[str], repo_type: str = "model") -> str:
    """Give the text with one field changed; an empty value takes the key out.

    Raises
    ------
    FrontMatterError
        The metadata can't be read.
    ValueError
        The form has no such field.
    """
    kinds = {name: kind for name, kind, _ in _FIELDS[repo_type]}
    if key not in kinds or kinds[key] == "results":
        msg = f"The form has no field {key!r}."
        raise ValueError(msg)
    data = _data(text)
    present = data.get(key)
    new: Any = value
    if isinstance(value, list):
        words = [word.strip() for word in value if word.strip()]
        one = not isinstance(present, list) and key not in ("tags", "datasets") and len(words) == 1
        new = words[0] if one else words
    elif isinstance(present, list) and value:
        new = [value]
    if isinstance(present, str) and isinstance(new, str) and new:
        changed = _replaced(text, [key], new)
        if changed is not None:
            return changed
    return _written(text, data, {name: one for name, one in {**data, key: new}.items() if one not in ("", [])})


# --- evaluation results ---


def set_result(text: str, place: list[int] | None, field: str, value: str) -> str:
    """Give the text with one cell of the evaluation table changed.

    Parameters
    ----------
    place
        Model, result and metric of the row, as `form` gives them; None makes a new row.
    field
        ``metric``, ``value``, ``task``, ``dataset`` or ``split``.
    """
    data = _data(text)
    index = copy.deepcopy(data.get("model-index")) or []
    if place is not None and value:
        part, name = _ROW_FIELDS[field]
        inner = ["metrics", place[2]] if part == "metrics" else [part]
        path = ["model-index", place[0], "results", place[1], *inner, name]
        changed = _replaced(text, path, _number(value) if field == "value" else value)
        if changed is not None:
            return changed
    if place is None:
        place = _new_row(index, data)
    group = index[place[0]]["results"][place[1]]
    part, name = _ROW_FIELDS[field]
    target = group["metrics"][place[2]] if part == "metrics" else group.setdefault(part, {})
    if field == "value":
        target[name] = _number(value)
    elif value:
        target[name] = value
        if field == "dataset":
            target.setdefault("type", value)
    else:
        target.pop(name, None)
    return _written(text, data, {**data, "model-index": index})


def remove_result(text: str, place: list[int]) -> str:
    """Give the text without one row of the evaluation table; groups that it leaves empty go with it."""
    data = _data(text)
    index = copy.deepcopy(data.get("model-index")) or []
    model, result, metric = place
    del index[model]["results"][result]["metrics"][metric]
    if not index[model]["results"][result]["metrics"]:
        del index[model]["results"][result]
    index = [one for one in index if one.get("results")]
    after = {name: one for name, one in {**data, "model-index": index}.items() if one != []}
    return _written(text, data, after)


def _rows(index: Any) -> list[dict[str, Any]]:
    """Lay out a `model-index` as rows; what can't be read has none."""
    rows = []
    try:
        for model, entry in enumerate(index or []):
            for result, group in enumerate(entry.get("results") or []):
                task, dataset = group.get("task") or {}, group.get("dataset") or {}
                for number, metric in enumerate(group.get("metrics") or []):
                    rows.append(
                        {
                            "place": [model, result, number],
                            "metric": _word(metric.get("type", "")),
                            "value": _word(metric.get("value", "")),
                            "task": _word(task.get("type", "")),
                            "dataset": _word(dataset.get("name", "")),
                            "split": _word(dataset.get("split") or ""),
                        }
                    )
    except (AttributeError, TypeError):
        return rows
    return rows


def _new_row(index: list[Any], data: dict[str, Any]) -> list[int]:
    """Add an empty metric: to the last result if there is one, else to a new one."""
    if not index:
        index.append({"name": _word(data.get("model_name") or "model"), "results": []})
    results = index[-1].setdefault("results", [])
    if not results:
        task = _word(data.get("pipeline_tag") or "other")
        results.append({"task": {"type": task}, "dataset": {"type": "unknown", "name": "unknown"}, "metrics": []})
    metrics = results[-1].setdefault("metrics", [])
    metrics.append({"type": "accuracy", "value": 0})
    return [len(index) - 1, len(results) - 1, len(metrics) - 1]


def _number(text: str) -> Any:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _word(value: Any) -> str:
    """Write a value as the form shows it."""
    return "true" if value is True else "false" if value is False else str(value)


def _data(text: str) -> dict[str, Any]:
    pieces = front_matter.split(text)
    try:
        return yaml_text.parse(pieces.yaml)
    except FrontMatterError as error:
        raise error.moved(pieces.lines_before_yaml) from None


def _replaced(text: str, path: list[str | int], value: Any) -> str | None:
    pieces = front_matter.split(text)
    block = yaml_text.replace_scalar(pieces.yaml, path, value)
    return None if block is None else front_matter.join(front_matter.with_yaml(pieces, block))


def _written(text: str, before: dict[str, Any], after: dict[str, Any]) -> str:
    pieces = front_matter.split(text)
    block = yaml_text.edit(pieces.yaml, before, after, pieces.newline)
    if not pieces.has_block and block:
        pieces = replace(
            pieces, body=pieces.body if pieces.body.startswith(("\n", "\r")) else pieces.newline + pieces.body
        )
    return front_matter.join(front_matter.with_yaml(pieces, block))
