"""The lines that do in a cell what the panel does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .try_places import KERNEL
from .try_tasks import CHAT, FILES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .try_tasks import Task

_PLACEHOLDERS = {"image": '"image.png"', "audio": '"recording.wav"', "table": "table"}


def code_of(model: Mapping[str, Any], name: str, task: Task, place: str, given: Mapping[str, Any]) -> str:
    """Write the lines; files are named as one would find them on a disk."""
    arguments = [_literal(field, given.get(field)) for field in task.fields]
    if model["own"]:
        return f"{model['id']}({', '.join(arguments)})"
    if place == KERNEL:
        made = f'from transformers import pipeline\n\nmodel = pipeline("{name}", model="{model["id"]}")\n'
        return f"{made}model({', '.join(arguments)})"
    where = "" if place in ("", "auto") else f', provider="{place}"'
    head = f'from hubnb import InferenceClient\n\nclient = InferenceClient("{model["id"]}"{where})\n'
    if name == CHAT:
        body = f"answer = client.chat_completion(\n    {arguments[0]}\n)\nanswer.choices[0].message.content"
        return head + body
    return f"{head}client.{task.method}({_joined(arguments)})"


def _literal(field: str, value: Any) -> str:
    if field in FILES or field == "table":
        return _PLACEHOLDERS[field]
    if field in ("labels", "sentences"):
        parts = str(value or "").replace(",", "\n" if field == "labels" else ",").splitlines()
        return "[" + ", ".join(_text(part.strip()) for part in parts if part.strip()) + "]"
    return _text(value) if isinstance(value, str) else json.dumps(value or [], ensure_ascii=False)


def _text(value: str) -> str:
    """Write a text as Python does, in double quotes."""
    return json.dumps(value, ensure_ascii=False)


def _joined(arguments: list[str]) -> str:
    line = ", ".join(arguments)
    return line if len(line) <= 60 else "\n    " + ",\n    ".join(arguments) + ",\n"
