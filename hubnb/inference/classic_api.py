"""`InferenceApi`: the classic way to ask a model, whatever its task; `InferenceClient` is the newer one."""

from __future__ import annotations

import logging
from typing import Any

from ..client.errors import HFValidationError
from ..client.hub import HubClient
from ..client.inference import InferenceHttp, Question
from ..client.settings import Settings
from ..client.status import read_json
from .calls import json_body
from .content import to_image
from .mapping import task_of
from .routing import Router

logger = logging.getLogger(__name__)

ALL_TASKS = (
    "audio-classification", "audio-source-separation", "audio-to-audio", "automatic-speech-recognition",
    "conversational", "depth-estimation", "document-question-answering", "feature-extraction", "fill-mask",
    "image-classification", "image-segmentation", "image-text-to-text", "image-to-image", "image-to-text",
    "image-to-video", "object-detection", "question-answering", "sentence-similarity", "structured-data-classification",
    "summarization", "table-question-answering", "tabular-classification", "tabular-regression", "text-classification",
    "text-generation", "text-to-image", "text-to-speech", "text-to-video", "text2text-generation",
    "token-classification", "translation", "visual-question-answering", "zero-shot-classification",
    "zero-shot-image-classification",
)  # fmt: skip
"""Tasks that can be named."""


class InferenceApi:
    """Ask one model for its task.

    Parameters
    ----------
    repo_id
        Id of the model on the Hub.
    task
        Task to ask for; by default the one the model is tagged with.
    token
        Token of the Hub; None takes the one you are signed in with.
    gpu
        Whether to ask for a GPU, where the service offers the choice.

    Raises
    ------
    ValueError
        If the task is unknown, or the model names none.

    Examples
    --------
    >>> inference = InferenceApi("bert-base-uncased")
    >>> inference("The goal of life is [MASK].")
    [{'sequence': 'the goal of life is life.', 'score': 0.10..., ...}]
    >>> inference({"question": "Where is Hugging Face?", "context": "Hugging Face is in Paris."})
    """

    def __init__(self, repo_id: str, task: str | None = None, token: str | None = None, gpu: bool = False) -> None:
        self.options = {"wait_for_model": True, "use_gpu": gpu}
        self.repo_id = repo_id
        self.headers: dict[str, str] = {}
        self._token = token
        settings = Settings.from_env()
        router = Router(settings, token, None)
        tagged, _tags = task_of(repo_id, HubClient(settings, token))
        if task is not None and task not in ALL_TASKS:
            msg = f"There is no task {task!r}. It must be one of {', '.join(ALL_TASKS)}."
            raise HFValidationError(msg)
        if task is None and tagged is None:
            msg = f"Model {repo_id!r} does not say what task it is for. Name one with task=."
            raise HFValidationError(msg)
        if task is not None and tagged is not None and task != tagged:
            logger.warning("%s is tagged %s; it is asked for %s as you said.", repo_id, tagged, task)
        self.task: str = task or tagged or ""
        self.api_url: str = router.classic_url(repo_id, self.task)

    def __repr__(self) -> str:
        return f"InferenceApi(api_url={self.api_url!r}, task={self.task!r}, options={self.options})"

    def __call__(
        self,
        inputs: str | dict[str, Any] | list[str] | list[list[str]] | None = None,
        params: dict[str, Any] | None = None,
        data: bytes | None = None,
        raw_response: bool = False,
    ) -> Any:
        """Ask the model.

        Parameters
        ----------
        inputs
            What it looks at, as its task has it.
        params
            Parameters of the task.
        data
            A file instead of `inputs`.
        raw_response
            Whether to give the answer as it came (a `requests.Response`).

        Returns
        -------
        Any
            JSON as lists and dicts, an image as a PIL image, other files as bytes.
        """
        settings = Settings.from_env()
        router = Router(settings, self._token, None)
        if data is not None:
            body, kind = data, None
        else:
            payload = {"inputs": inputs, "parameters": params, "options": self.options}
            body, kind = json_body({name: value for name, value in payload.items() if value})
        headers = {**({"Content-Type": kind} if kind else {}), **self.headers}
        question = Question(self.api_url, self.task, self.repo_id, body, headers, router.token_for(self.api_url))
        response = InferenceHttp(settings).answer(question)
        return response if raw_response else _read(response)


def _read(response: Any) -> Any:
    kind = response.headers.get("Content-Type", "").split(";")[0]
    if kind.startswith("image/"):
        return to_image(response.content)
    return read_json(response) if kind.endswith("json") else response.content
