"""What the Hub knows of who serves a model; asked once and remembered for some minutes."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from ..client.errors import HFValidationError
from ..client.repo_id import RepoId
from ..client.status import read_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..client.hub import HubClient

_KEPT_S = 600.0
_CHAT_TASKS = ("text-generation", "conversational")
_SENTENCE_TASKS = ("feature-extraction", "sentence-similarity")


@dataclass(frozen=True)
class ServedBy:
    """One provider of a model."""

    provider: str
    provider_id: str
    """The provider's own name of the model."""
    status: str
    """``live``, ``staging`` or ``error``."""
    task: str


class _Memory:
    """Answers of the Hub, kept for `_KEPT_S`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, ...], tuple[float, Any]] = {}

    def get(self, key: tuple[str, ...], ask: Callable[[], Any]) -> Any:
        now = time.monotonic()
        with self._lock:
            asked_at, answer = self._kept.get(key, (float("-inf"), None))
        if now - asked_at < _KEPT_S:
            return answer
        answer = ask()
        with self._lock:
            self._kept[key] = (now, answer)
        return answer

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()


_memory = _Memory()


def forget_mappings() -> None:
    """Ask the Hub again who serves what."""
    _memory.clear()


def providers_of(model: str, hub: HubClient) -> list[ServedBy]:
    """List who serves a model, in the order of the account's settings.

    Raises
    ------
    RepositoryNotFoundError
        If there is no such model.
    """
    return _memory.get(("mapping", hub.endpoint, model), lambda: _ask_providers(model, hub))


def _ask_providers(model: str, hub: HubClient) -> list[ServedBy]:
    info = _model(model, hub, ["inferenceProviderMapping"])
    found: Any = info.get("inferenceProviderMapping") or {}
    rows: list[dict[str, Any]] = (
        [{"provider": name, **row} for name, row in cast("dict[str, dict[str, Any]]", found).items()]
        if isinstance(found, dict)
        else cast("list[dict[str, Any]]", found)
    )
    return [
        ServedBy(
            str(row.get("provider", "")),
            str(row.get("providerId", model)),
            str(row.get("status", "live")),
            str(row.get("task", "")),
        )
        for row in rows
    ]


def check_served_for(model: str, task: str, hub: HubClient) -> None:
    """Make sure that the Hub's own service has `model` for `task`.

    Raises
    ------
    HFValidationError
        If the model is for another task.
    """
    pipeline_tag, tags = task_of(model, hub)
    fits = pipeline_tag == task
    fits = fits or (task in _CHAT_TASKS and pipeline_tag == "text-generation")
    fits = fits or (task == "text-generation" and pipeline_tag == "text2text-generation")
    fits = fits or (task == "conversational" and pipeline_tag == "image-text-to-text")
    fits = fits or (task in _SENTENCE_TASKS and pipeline_tag in _SENTENCE_TASKS and task in tags)
    if not fits:
        what = f"is for {pipeline_tag}" if pipeline_tag else "does not say what task it is for"
        msg = f"Model {model!r} {what}, not for {task}. Nothing was sent. Ask it for its own task, or another model."
        raise HFValidationError(msg)


def task_of(model: str, hub: HubClient) -> tuple[str | None, list[str]]:
    """Give a model's task and tags."""
    info = _memory.get(("info", hub.endpoint, model), lambda: _model(model, hub, ["pipeline_tag", "tags"]))
    return info.get("pipeline_tag"), list(info.get("tags") or [])


def recommended_model(task: str, hub: HubClient) -> str:
    """Give the model that the Hub recommends for a task.

    Raises
    ------
    HFValidationError
        If it recommends none.
    """
    tasks = _memory.get(("tasks", hub.endpoint), lambda: read_json(hub.http.request("GET", "/api/tasks")))
    known = cast("dict[str, dict[str, Any]]", tasks).get(task) or {}
    models: list[str] = known.get("widgetModels") or []
    if not models:
        msg = f"{hub.endpoint} recommends no model for {task}. Name one with model=."
        raise HFValidationError(msg)
    return models[0]


def _model(model: str, hub: HubClient, expand: list[str]) -> dict[str, Any]:
    repo = RepoId.parse(model)
    return read_json(hub.http.request("GET", repo.api, params={"expand": expand}, repo=repo))
