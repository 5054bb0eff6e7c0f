"""Where a model can run: at a provider, on a hub of one's own, or in this kernel."""

from __future__ import annotations

import importlib
import importlib.util
import threading
from typing import TYPE_CHECKING, Any

from ..client import info
from ..client.errors import HubError
from ..client.settings import Settings
from ..inference.mapping import ServedBy, providers_of, task_of
from ..inference.routing import Router
from ..transfer import snapshot_download
from .try_tasks import CHAT, TASKS

if TYPE_CHECKING:
    from collections.abc import Callable

KERNEL = "kernel"
_PIPELINES = frozenset(TASKS) - {
    CHAT, "sentence-similarity", "tabular-classification", "tabular-regression", "text-to-image", "text-to-speech",
    "text-to-video", "image-to-image", "image-to-video", "audio-to-audio",
}  # fmt: skip
"""Tasks that `transformers` has a pipeline for which takes what a person gives here."""
_NEEDED_FILES = ["*.json", "*.safetensors", "*.txt", "*.model", "tokenizer*", "vocab*", "merges*"]


def look_up(repo_id: str, token: str | None) -> dict[str, Any]:
    """Ask the Hub what a model is for and who serves it.

    Raises
    ------
    HubError
        If there is no such model, or the Hub does not answer.
    """
    hub = Router(Settings.from_env(), token, None).hub()
    tag, tags = task_of(repo_id, hub)
    served = providers_of(repo_id, hub)
    task = _task(tag, tags, served)
    places = [_place(one.provider) for one in served if one.task == task and one.status != "error"]
    if len(places) > 1:
        places = [_place("auto"), *places]
    return {"task": task, "places": [*places, kernel_place(repo_id, task, token)]}


def _task(tag: str | None, tags: list[str], served: list[ServedBy]) -> str | None:
    if tag in ("text-generation", "image-text-to-text"):
        talks = "conversational" in tags or any(one.task == CHAT for one in served)
        return CHAT if talks or tag != "text-generation" else tag
    return tag


def _place(provider: str) -> dict[str, Any]:
    return {"id": provider, "off": False, "bytes": None, "missing": ""}


def kernel_place(repo_id: str, task: str | None, token: str | None) -> dict[str, Any]:
    """Say whether a model can run in this kernel, and how much would be fetched for it."""
    place = {**_place(KERNEL), "off": task not in _PIPELINES}
    if not place["off"]:
        missing = [name for name in ("torch", "transformers") if importlib.util.find_spec(name) is None]
        place["missing"] = " ".join(missing)
        place["off"] = bool(missing)
    try:
        found = info.model_info(repo_id, files_metadata=True, token=token)
    except HubError:
        return place
    files = [one for one in found.siblings or [] if str(one.rfilename).endswith(".safetensors")]
    place["bytes"] = sum(one.size or 0 for one in files) or None
    place["off"] = place["off"] or not files
    return place


class KernelModel:
    """A model of the Hub that runs in this kernel, through a pipeline of `transformers`; fetched on first use."""

    def __init__(self, repo_id: str, task: str, token: str | None) -> None:
        self._repo_id, self._task, self._token = repo_id, task, token
        self._pipeline: Callable[..., Any] | None = None
        self._lock = threading.Lock()

    @property
    def ready(self) -> bool:
        """Whether it is in memory."""
        return self._pipeline is not None

    def load(self) -> None:
        """Pull what is missing and load it; code in the repository is not run."""
        with self._lock:
            if self._pipeline is None:
                folder = snapshot_download(self._repo_id, allow_patterns=_NEEDED_FILES, token=self._token)
                transformers: Any = importlib.import_module("transformers")
                self._pipeline = transformers.pipeline(self._task, model=str(folder), trust_remote_code=False)

    def ask(self, arguments: list[Any]) -> Any:
        """Run it on what a person gave; the answer has the shape a provider's would have."""
        assert self._pipeline is not None  # noqa: S101 - loaded before
        if self._task == "question-answering":
            return self._pipeline(question=arguments[0], context=arguments[1])
        if self._task == "table-question-answering":
            return self._pipeline(table=arguments[0], query=arguments[1])
        if self._task in ("zero-shot-classification", "zero-shot-image-classification"):
            return _pairs(self._pipeline(_readable(arguments[0]), candidate_labels=arguments[1]))
        if self._task in ("visual-question-answering", "document-question-answering"):
            return self._pipeline(image=_readable(arguments[0]), question=arguments[1])
        more = {"top_k": None} if self._task == "text-classification" else {}
        answer = self._pipeline(_readable(arguments[0]), **more)
        if self._task == "feature-extraction":
            from ..inference.content import to_array

            return to_array(answer)[0].mean(0)
        return answer[0] if self._task in ("summarization", "translation", "text-generation") else answer


def _readable(value: Any) -> Any:
    if isinstance(value, bytes):
        from ..inference.content import to_image

        return value if value[:4] == b"RIFF" else to_image(value)
    return value


def _pairs(answer: Any) -> Any:
    if isinstance(answer, dict):
        pairs = zip(answer["labels"], answer["scores"], strict=True)
        return [{"label": label, "score": score} for label, score in pairs]
    return answer
