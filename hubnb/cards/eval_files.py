"""Results in files of their own: ``.eval_results/*.yaml``, which leaderboards read and others may add by pull request.

A file is a list; an entry is one number for one task of a benchmark dataset, with who says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .front_matter import FrontMatterError

if TYPE_CHECKING:
    from collections.abc import Sequence

_SOURCE = {"url": "source_url", "name": "source_name", "user": "source_user", "org": "source_org"}
_OWN = {"verifyToken": "verify_token", "date": "date", "notes": "notes"}


@dataclass
class EvalResultEntry:
    """One number for one task of a benchmark.

    Parameters
    ----------
    dataset_id, task_id
        The benchmark's dataset on the Hub, and which of its tasks.
    value
        What was measured.
    dataset_revision
        Commit of the dataset.
    verify_token
        Set where the Hub ran the evaluation itself.
    date
        When it was measured, in ISO format.
    source_url, source_name, source_user, source_org
        Where the number comes from, and who says so; the last three need a URL.
    notes
        How it was measured, in words.

    Raises
    ------
    ValueError
        There is a source without its URL.
    """

    dataset_id: str
    task_id: str
    value: Any
    dataset_revision: str | None = None
    verify_token: str | None = None
    date: str | None = None
    source_url: str | None = None
    source_name: str | None = None
    source_user: str | None = None
    source_org: str | None = None
    notes: str | None = None

    def __post_init__(self) -> None:
        named = self.source_name or self.source_user or self.source_org
        if named is not None and self.source_url is None:
            msg = f"The source {named!r} of a result needs its address too: pass `source_url`."
            raise ValueError(msg)


def eval_result_entries_to_yaml(entries: Sequence[EvalResultEntry]) -> list[dict[str, Any]]:
    """Give entries as plain values, ready to be written as YAML; what is not known is left out."""
    return [_plain(entry) for entry in entries]


def parse_eval_result_entries(data: Any) -> list[EvalResultEntry]:
    """Read entries from plain values, as a YAML file holds them.

    Raises
    ------
    FrontMatterError
        Something is missing or of the wrong kind; the text says where. It is a `ValueError`.
    """
    if not isinstance(data, list):
        raise FrontMatterError("a file of results must be a list")  # noqa: EM101
    return [_read(item, f"[{number}]") for number, item in enumerate(data)]


def _plain(entry: EvalResultEntry) -> dict[str, Any]:
    dataset = {"id": entry.dataset_id, "task_id": entry.task_id, "revision": entry.dataset_revision}
    source = {key: getattr(entry, name) for key, name in _SOURCE.items()}
    own = {key: getattr(entry, name) for key, name in _OWN.items()}
    plain = {"dataset": _known(dataset), "value": entry.value, **own, "source": _known(source) or None}
    order = ("dataset", "value", "verifyToken", "date", "source", "notes")
    return {key: plain[key] for key in order if plain[key] is not None}


def _known(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def _read(item: Any, place: str) -> EvalResultEntry:
    dataset = _mapping(_mapping(item, place).get("dataset"), f"{place}.dataset")
    source = _mapping(item.get("source") or {}, f"{place}.source")
    for holder, key, where in ((dataset, "id", ".dataset"), (dataset, "task_id", ".dataset"), (item, "value", "")):
        if holder.get(key) is None:
            msg = f"{place}{where} has no `{key}`"
            raise FrontMatterError(msg)
    date = item.get("date")
    return EvalResultEntry(
        dataset_id=str(dataset["id"]),
        task_id=str(dataset["task_id"]),
        value=item["value"],
        dataset_revision=dataset.get("revision"),
        verify_token=item.get("verifyToken"),
        date=None if date is None else str(date),  # YAML may have made a date of it
        notes=item.get("notes"),
        **{name: source.get(key) for key, name in _SOURCE.items()},
    )


def _mapping(value: Any, place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        msg = f"{place} must be a mapping"
        raise FrontMatterError(msg)
    return value
