"""What each task needs from a person, how it is asked, and what its answer looks like."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..client.errors import HFValidationError

if TYPE_CHECKING:
    from collections.abc import Mapping

_MAX_JSON_CHARS = 20_000
_SHOWN_NUMBERS = 8


@dataclass(frozen=True)
class Task:
    """One task.

    Parameters
    ----------
    method
        The method of `InferenceClient`.
    fields
        What a person gives, in this order and in the order of the method's arguments.
    shows
        How its answer is drawn.
    """

    method: str
    fields: tuple[str, ...]
    shows: str


CHAT = "conversational"
TASKS: dict[str, Task] = {
    "text-classification": Task("text_classification", ("text",), "labels"),
    "token-classification": Task("token_classification", ("text",), "entities"),
    "fill-mask": Task("fill_mask", ("text",), "masks"),
    "zero-shot-classification": Task("zero_shot_classification", ("text", "labels"), "labels"),
    "question-answering": Task("question_answering", ("question", "context"), "answers"),
    "table-question-answering": Task("table_question_answering", ("table", "question"), "answers"),
    "sentence-similarity": Task("sentence_similarity", ("sentence", "sentences"), "similarities"),
    "feature-extraction": Task("feature_extraction", ("text",), "vector"),
    "summarization": Task("summarization", ("text",), "text"),
    "translation": Task("translation", ("text",), "text"),
    "text-generation": Task("text_generation", ("prompt",), "text"),
    "text-to-image": Task("text_to_image", ("prompt",), "image"),
    "text-to-speech": Task("text_to_speech", ("text",), "audio"),
    "text-to-video": Task("text_to_video", ("prompt",), "video"),
    "image-classification": Task("image_classification", ("image",), "labels"),
    "zero-shot-image-classification": Task("zero_shot_image_classification", ("image", "labels"), "labels"),
    "object-detection": Task("object_detection", ("image",), "boxes"),
    "image-segmentation": Task("image_segmentation", ("image",), "labels"),
    "image-to-text": Task("image_to_text", ("image",), "text"),
    "visual-question-answering": Task("visual_question_answering", ("image", "question"), "answers"),
    "document-question-answering": Task("document_question_answering", ("image", "question"), "answers"),
    "image-to-image": Task("image_to_image", ("image", "prompt"), "image"),
    "image-to-video": Task("image_to_video", ("image",), "video"),
    "audio-classification": Task("audio_classification", ("audio",), "labels"),
    "automatic-speech-recognition": Task("automatic_speech_recognition", ("audio",), "text"),
    "audio-to-audio": Task("audio_to_audio", ("audio",), "recordings"),
    "tabular-classification": Task("tabular_classification", ("table",), "rows"),
    "tabular-regression": Task("tabular_regression", ("table",), "rows"),
    CHAT: Task("chat_completion", ("messages",), "chat"),
}
FILES = frozenset({"image", "audio"})
_NEEDED = {
    "text": "There is no text yet",
    "prompt": "There is no prompt yet",
    "question": "There is no question yet",
    "context": "There is no text to look for the answer in",
    "sentence": "There is no sentence to compare with",
}


@dataclass
class Shown:
    """An answer, ready to be drawn.

    Parameters
    ----------
    view
        Name of the drawing, e.g. ``labels``.
    data
        What is drawn, as JSON.
    files
        Images and recordings, in the order `data` names them by.
    """

    view: str
    data: Any
    json: str = ""
    files: list[bytes] = field(default_factory=list)


def arguments_of(task: Task, given: Mapping[str, Any], files: Mapping[str, Any]) -> list[Any]:
    """Make the method's arguments of what a person gave.

    Raises
    ------
    HFValidationError
        Naming what is missing; nothing was sent.
    """
    return [_argument(name, given.get(name), files.get(name)) for name in task.fields]


def _argument(name: str, value: Any, file: Any) -> Any:
    if name in FILES:
        if file is None:
            msg = f"There is no {name} yet. Drop one, paste one, choose a file or use a variable."
            raise HFValidationError(msg)
        return file
    if name == "messages":
        return value
    if name == "table" and file is not None:
        return file
    text = value if isinstance(value, str) else ""
    if name == "table":
        return table_of(text)
    if name in ("labels", "sentences"):
        parts = text.replace(",", "\n").splitlines() if name == "labels" else text.splitlines()
        found = [part.strip() for part in parts if part.strip()]
        least = 2 if name == "labels" else 1
        if len(found) < least:
            what = "labels, with commas between them" if name == "labels" else "sentence, one a line"
            msg = f"There must be at least {least} {what}."
            raise HFValidationError(msg)
        return found
    if not text.strip():
        msg = f"{_NEEDED.get(name, f'There is no {name} yet')}. Nothing was sent."
        raise HFValidationError(msg)
    return text


def table_of(text: str) -> dict[str, list[str]]:
    """Read comma-separated lines, names of columns first.

    Raises
    ------
    HFValidationError
        If there is no row below the names.
    """
    rows = [row for row in csv.reader(io.StringIO(text.strip())) if row]
    if len(rows) < 2:
        msg = "A table needs a line with the names of its columns and at least one more line. Nothing was sent."
        raise HFValidationError(msg)
    head = [name.strip() for name in rows[0]]
    return {name: [row[at].strip() if at < len(row) else "" for row in rows[1:]] for at, name in enumerate(head)}


def shown(answer: Any, view: str, given: Mapping[str, Any]) -> Shown:
    """Make an answer ready to be drawn; what does not look as expected is shown as JSON."""
    try:
        made = _DRAWN[view](answer, given) if view in _DRAWN else Shown("json", None)
    except (TypeError, KeyError, AttributeError, ValueError, IndexError):
        made = Shown("json", None)
    made.json = json_text(answer)
    return made


def json_text(answer: Any) -> str:
    """Write an answer as JSON for reading; files are named by their size."""
    text = json.dumps(_plain(answer), ensure_ascii=False, indent=2)
    return text if len(text) <= _MAX_JSON_CHARS else f"{text[:_MAX_JSON_CHARS]}\n…"


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items() if one is not None}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, (str, int, float, bool)) or value is None:
        return value
    if isinstance(value, bytes):
        return f"<{len(value)} bytes>"
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    return f"<{type(value).__name__}>"


def _labels(answer: Any, _given: Any) -> Shown:
    rows = [{"label": str(one["label"]), "score": one["score"]} for one in answer]
    return Shown("labels", sorted(rows, key=lambda row: -(row["score"] or 0)))


def _similarities(answer: Any, given: Mapping[str, Any]) -> Shown:
    sentences = [line.strip() for line in str(given.get("sentences", "")).splitlines() if line.strip()]
    rows = [{"label": text, "score": float(score)} for text, score in zip(sentences, answer, strict=True)]
    return Shown("labels", sorted(rows, key=lambda row: -row["score"]))


def _masks(answer: Any, _given: Any) -> Shown:
    return Shown("labels", [{"label": str(one["token_str"]).strip(), "score": one["score"]} for one in answer])


def _entities(answer: Any, given: Mapping[str, Any]) -> Shown:
    rows = [
        {
            "start": one["start"],
            "end": one["end"],
            "label": one.get("entity_group") or one.get("entity"),
            "score": float(one["score"]),
        }
        for one in answer
    ]
    return Shown("entities", {"text": str(given.get("text", "")), "rows": rows})


def _answers(answer: Any, _given: Any) -> Shown:
    rows = answer if isinstance(answer, list) else [answer]
    return Shown("answers", [{"label": str(one["answer"]), "score": one.get("score")} for one in rows])


def _boxes(answer: Any, _given: Any) -> Shown:
    return Shown("boxes", [{"label": one["label"], "score": one["score"], "box": dict(one["box"])} for one in answer])


def _text(answer: Any, _given: Any) -> Shown:
    if isinstance(answer, str):
        return Shown("text", answer)
    names = ("summary_text", "translation_text", "generated_text", "text")
    return Shown("text", str(next(answer[name] for name in names if answer.get(name) is not None)))


def _vector(answer: Any, _given: Any) -> Shown:
    flat = answer.reshape(-1)
    numbers = [round(float(one), 4) for one in flat[:_SHOWN_NUMBERS]]
    return Shown("vector", {"shape": list(answer.shape), "first": numbers})


def _image(answer: Any, _given: Any) -> Shown:
    buffer = io.BytesIO()
    answer.save(buffer, "PNG")
    return Shown(
        "image", {"type": "image/png", "width": answer.width, "height": answer.height}, "", [buffer.getvalue()]
    )


def _recording(answer: bytes, _given: Any) -> Shown:
    from ..inference.content import media_type_of

    return Shown("audio", {"type": media_type_of(answer) or "audio/wav", "labels": [""]}, "", [answer])


def _recordings(answer: Any, _given: Any) -> Shown:
    return Shown(
        "audio", {"type": "audio/wav", "labels": [one.label for one in answer]}, "", [one.blob for one in answer]
    )


def _video(answer: bytes, _given: Any) -> Shown:
    return Shown("video", {"type": "video/mp4"}, "", [answer])


def _rows(answer: Any, _given: Any) -> Shown:
    return Shown("rows", [str(one) for one in answer])


_DRAWN = {
    "labels": _labels,
    "similarities": _similarities,
    "masks": _masks,
    "entities": _entities,
    "answers": _answers,
    "boxes": _boxes,
    "text": _text,
    "vector": _vector,
    "image": _image,
    "audio": _recording,
    "recordings": _recordings,
    "video": _video,
    "rows": _rows,
}


def shown_freely(answer: Any, given: Mapping[str, Any]) -> Shown:
    """Draw what a function of one's own gave, by what it looks like."""
    if isinstance(answer, str):
        view = "text"
    elif isinstance(answer, dict) and answer and all(isinstance(one, (int, float)) for one in answer.values()):
        answer, view = [{"label": key, "score": one} for key, one in answer.items()], "labels"
    elif isinstance(answer, list) and answer and all(isinstance(one, dict) and "label" in one for one in answer):
        view = "labels"
    elif hasattr(answer, "save") and hasattr(answer, "width"):
        view = "image"
    elif hasattr(answer, "reshape") and hasattr(answer, "shape"):
        view = "vector"
    else:
        view = "json"
    return shown(answer, view, given)
