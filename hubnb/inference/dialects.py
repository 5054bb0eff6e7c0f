"""Writes a call the way its provider reads it, and reads the provider's answer as the classic one."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any, cast

from ..client.errors import HfHubHTTPError
from .calls import MEDIA_ANSWERS, classic_body, json_body, without_none
from .content import read_content
from .providers import CLASSIC_SCHEMA

if TYPE_CHECKING:
    from .calls import TaskCall


def write_body(call: TaskCall, provider: str, provider_id: str) -> tuple[bytes, str | None]:
    """Give the request's body and its content type.

    Parameters
    ----------
    provider_id
        The provider's own name of the model, or the address of a server.
    """
    if call.task == "conversational":
        return json_body(_chat(call, provider, provider_id))
    if provider in CLASSIC_SCHEMA:
        return classic_body(call)
    parameters = without_none({**call.parameters, **call.extra})
    if provider == "fal-ai":
        return json_body(_fal(call, parameters))
    return json_body(_openai(call, provider, provider_id, parameters))


def read_answer(body: bytes, task: str, provider: str) -> Any:
    """Read an answer: bytes for tasks that make a file, JSON in the classic shape for all others.

    Raises
    ------
    HfHubHTTPError
        If it is not what the task answers.
    """
    if task in MEDIA_ANSWERS and (provider in CLASSIC_SCHEMA or (task == "text-to-speech" and provider != "fal-ai")):
        return body
    try:
        data: Any = json.loads(body)
        return data if provider in CLASSIC_SCHEMA or task == "conversational" else _from_provider(data, task, provider)
    except (ValueError, LookupError, TypeError) as error:
        start = body[:60].decode("utf-8", "replace")
        msg = (
            f"The answer to {task} is not what {provider} should give ({type(error).__name__}). "
            f"It begins with {start!r}. "
            "Is the address right, and does the model serve this task?"
        )
        raise HfHubHTTPError(msg) from None


def _chat(call: TaskCall, provider: str, provider_id: str) -> dict[str, Any]:
    parameters = without_none({**call.parameters, **call.extra})
    named = parameters.pop("model", None)
    if provider in CLASSIC_SCHEMA:
        model = named if isinstance(named, str) and "://" not in named else provider_id
        model = "dummy" if "://" in model else model  # a server of one model does not look at its name
    else:
        model = provider_id
    schema = _schema_of(parameters.get("response_format"))
    if schema is not None and provider in CLASSIC_SCHEMA:
        parameters["response_format"] = {"type": "json_object", "value": schema}
    elif schema is not None and provider == "together":
        parameters["response_format"] = {"type": "json_schema", "schema": schema}
    # the model first: a router need not read megabytes of images to find it
    return {"model": model, "messages": without_none(list(call.inputs)), **parameters}


def _schema_of(response_format: Any) -> Any:
    if not isinstance(response_format, dict):
        return None
    fields = cast("dict[str, Any]", response_format)
    inner = fields.get("json_schema")
    if fields.get("type") != "json_schema" or not isinstance(inner, dict):
        return None
    return cast("dict[str, Any]", inner).get("schema")


def _openai(call: TaskCall, provider: str, provider_id: str, parameters: dict[str, Any]) -> dict[str, Any]:
    if call.task == "text-generation":
        if provider != "together" and "max_new_tokens" in parameters:
            parameters["max_tokens"] = parameters.pop("max_new_tokens")
        return {"model": provider_id, "prompt": call.inputs, **parameters}
    if call.task == "text-to-image":
        return {"model": provider_id, "prompt": call.inputs, **_image_parameters(provider, parameters)}
    return {"model": provider_id, "input": call.inputs, **parameters}


def _image_parameters(provider: str, parameters: dict[str, Any]) -> dict[str, Any]:
    steps = parameters.pop("num_inference_steps", None)
    if provider == "together":
        return {"response_format": "base64", **parameters, **({} if steps is None else {"steps": steps})}
    if "width" in parameters and "height" in parameters:
        parameters["size"] = f"{parameters.pop('width')}x{parameters.pop('height')}"
    return {"response_format": "b64_json", **parameters}


def _fal(call: TaskCall, parameters: dict[str, Any]) -> dict[str, Any]:
    if call.task == "text-to-speech":
        return {"text": call.inputs, **parameters}
    if "width" in parameters and "height" in parameters:
        parameters["image_size"] = {"width": parameters.pop("width"), "height": parameters.pop("height")}
    return {"prompt": call.inputs, **parameters}


def _from_provider(data: Any, task: str, provider: str) -> Any:
    if task == "text-generation":
        choice = data["choices"][0]
        details = {"finish_reason": choice.get("finish_reason"), "seed": choice.get("seed")}
        return {"generated_text": choice["text"], "details": details}
    if task == "feature-extraction":
        return [item["embedding"] for item in data["data"]]
    if provider == "fal-ai":
        found = data["images"][0] if task == "text-to-image" else data["audio"]
        return read_content(str(found["url"])).data
    return base64.b64decode(data["data"][0]["b64_json"])
