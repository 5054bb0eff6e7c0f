"""What is asked of a model, before it is known who is asked: a task, its input, its parameters."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from .content import check_binary, read_content

if TYPE_CHECKING:
    from collections.abc import Mapping

IMAGE_ANSWERS = frozenset({"text-to-image", "image-to-image"})
MEDIA_ANSWERS = IMAGE_ANSWERS | {"text-to-speech", "text-to-video", "image-to-video"}
"""Tasks whose answer is a file, not JSON."""
BINARY_INPUTS = frozenset({
    "audio-classification", "audio-to-audio", "automatic-speech-recognition", "image-classification",
    "image-segmentation", "image-to-image", "image-to-text", "image-to-video", "object-detection",
    "visual-question-answering", "zero-shot-image-classification",
})  # fmt: skip
"""Tasks whose input is a file."""
_PIPELINE_TASKS = frozenset({"feature-extraction", "sentence-similarity"})


@dataclass(frozen=True)
class TaskCall:
    """One call of a task.

    Parameters
    ----------
    task
        Name of the task as the Hub spells it, e.g. ``text-classification``.
    inputs
        What the model looks at: text, an object, or a file (see `hubnb.inference.content.ContentT`).
    parameters
        Options of the task; those that are None are not sent.
    extra
        Further fields of the request, beside input and parameters.
    """

    task: str
    inputs: Any = None
    parameters: Mapping[str, Any] = field(default_factory=dict[str, Any])
    extra: Mapping[str, Any] = field(default_factory=dict[str, Any])


def without_none(value: Any) -> Any:
    """Drop what is None from objects, however deep."""
    if isinstance(value, dict):
        pairs = cast("dict[str, Any]", value).items()
        return {key: without_none(item) for key, item in pairs if item is not None}
    if isinstance(value, (list, tuple)):
        return [without_none(item) for item in cast("list[Any]", value)]
    return value


def first_of(answer: Any) -> Any:
    """Give the first answer where a server gives a list of one."""
    items: Any = answer
    return items[0] if type(answer) is list and items else items


def json_body(payload: Any) -> tuple[bytes, str]:
    """Give a request's body and its content type."""
    return json.dumps(payload, ensure_ascii=False).encode(), "application/json"


def classic_body(call: TaskCall) -> tuple[bytes, str | None]:
    """Write a call as the Hub's own inference service, and servers like it, read it."""
    parameters, extra = without_none(dict(call.parameters)), without_none(dict(call.extra))
    if call.task in BINARY_INPUTS:
        check_binary(call.inputs, "file")
        content = read_content(call.inputs)
        if not parameters and not extra:
            return content.data, content.media_type
        return json_body({"inputs": content.base64(), "parameters": parameters, **extra})
    inputs = {} if call.inputs is None else {"inputs": without_none(call.inputs)}
    if call.task in _PIPELINE_TASKS:  # the one family whose parameters lie beside the input
        return json_body({**inputs, **parameters, **extra})
    return json_body({**inputs, **({"parameters": parameters} if parameters else {}), **extra})


def classic_path(model: str, task: str | None) -> str:
    """Give the path of a model below the inference service."""
    return f"models/{model}/pipeline/{task}" if task in _PIPELINE_TASKS else f"models/{model}"
