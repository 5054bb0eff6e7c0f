"""Sample answers for every task: no model runs, the same question always gets the same answer.

They have the shape real servers give, and follow the question as far as a few lines can (a question about a text is
answered with a sentence of that text), so clients and panels can be tried and tested without a GPU and a network.
Every answer says of itself that it is a sample (header ``X-Compute-Type: sample``).
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

from hubnb.server.inference_media import audio_answers, drawn, image_answers, spoken, video
from hubnb.server.wire import HubProblem

if TYPE_CHECKING:
    from collections.abc import Callable

CHAT_TASKS = ("text-generation", "image-text-to-text", "conversational")
DIMENSIONS = 16
_WORD = re.compile(r"\w+")
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]?")


@dataclass
class Question:
    """What was asked.

    Parameters
    ----------
    task
        For what.
    inputs
        The field of that name, None if a file was sent.
    data
        The file, if one was sent, as bytes or inside JSON.
    body
        All fields of the request.
    labels
        Labels the model itself names (``id2label`` of its config).
    """

    task: str
    inputs: Any = None
    parameters: dict[str, Any] = field(default_factory=dict)
    data: bytes | None = None
    body: dict[str, Any] = field(default_factory=dict)
    labels: list[str] = field(default_factory=list)

    def text(self, name: str = "inputs") -> str:
        """Return a text; anything else is refused."""
        value = self.inputs if name == "inputs" else (self.inputs or {}).get(name)
        if not isinstance(value, str) or not value.strip():
            refuse(f"{name} must be a text that is not empty.")
        return value

    def file(self) -> bytes:
        """Return the file that was sent."""
        if not self.data:
            refuse("A file must be sent: its bytes as the body, or as base64 in inputs.")
        return self.data

    def candidates(self) -> list[str]:
        """Return the labels to choose among."""
        labels = self.parameters.get("candidate_labels")
        labels = labels.split(",") if isinstance(labels, str) else labels
        if not isinstance(labels, list) or not labels:
            refuse("parameters.candidate_labels must be a list of labels.")
        return [str(label) for label in labels]


@dataclass
class Made:
    """An answer that is a file."""

    content: bytes
    media_type: str


def refuse(message: str) -> NoReturn:
    """Refuse a question that its task can't use.

    Raises
    ------
    HubProblem
        422, always.
    """
    raise HubProblem(422, message, extra={"error_type": "validation"})


def sample_answer(question: Question) -> Any:
    """Answer a question: JSON data, or `Made`.

    Raises
    ------
    HubProblem
        422 if the question does not fit its task, 404 for an unknown task.
    """
    maker = _MAKERS.get(question.task)
    if maker is None:
        raise HubProblem(404, f"This Hub has no sample answers for {question.task}.")
    return maker(question)


def share(*parts: Any) -> float:
    """Return a number from 0 to 1 that depends on nothing but `parts`."""
    digest = hashlib.sha256(json.dumps(parts, default=str).encode()).digest()
    return int.from_bytes(digest[:6], "big") / (1 << 48)


def scored(labels: list[str], *key: Any, top_k: Any = None, together: bool = True) -> list[dict[str, Any]]:
    """Give labels scores, the highest first; `together` they sum up to one."""
    raw = [math.exp(4 * share(label, *key)) for label in labels]
    total = sum(raw)
    numbers = [one / total for one in raw] if together else [share(label, *key) for label in labels]
    rows = [{"label": label, "score": round(number, 6)} for label, number in zip(labels, numbers, strict=True)]
    rows.sort(key=lambda row: -row["score"])
    return rows[: int(top_k)] if top_k else rows


def words_of(text: str) -> list[str]:
    """Return the words of a text, in lower case."""
    return [word.lower() for word in _WORD.findall(text)]


def embedded(text: str) -> list[float]:
    """Return a vector of length one: texts that share words lie close together."""
    vector = [0.0] * DIMENSIONS
    for word in words_of(text):
        digest = hashlib.sha256(word.encode()).digest()
        for place in range(DIMENSIONS):
            vector[place] += digest[place] / 127.5 - 1
    length = math.sqrt(sum(number * number for number in vector)) or 1.0
    return [round(number / length, 7) for number in vector]


def best_passage(question: str, context: str) -> tuple[str, int, int]:
    """Return the sentence of `context` that shares most words with `question`, and where it is."""
    wanted = set(words_of(question))
    found = [match for match in _SENTENCE.finditer(context) if match[0].strip()]
    best = max(found, key=lambda match: len(wanted & set(words_of(match[0]))))
    text = best[0].strip()
    start = best.start() + best[0].index(text)
    return text, start, start + len(text)


def _text_classification(question: Question) -> Any:
    labels = question.labels or ["POSITIVE", "NEGATIVE"]
    texts = question.inputs if isinstance(question.inputs, list) else [question.text()]
    top_k = question.parameters.get("top_k")
    return [scored(labels, str(text), top_k=top_k) for text in texts]


def _token_classification(question: Question) -> Any:
    text = question.text()
    whole = question.parameters.get("aggregation_strategy") != "none"
    ignored = question.parameters.get("ignore_labels") or []
    found = []
    for match in re.finditer(r"\b[A-Z]\w+(?: [A-Z]\w+)*", text):
        label = ("PER", "LOC", "ORG")[int(3 * share(match[0]))]
        row = {"score": round(0.9 + share(match[0]) / 10, 6), "word": match[0], "start": match.start()}
        name = {"entity_group": label} if whole else {"entity": f"B-{label}"}
        if label not in ignored:
            found.append({**name, **row, "end": match.end()})
    return found


def _fill_mask(question: Question) -> Any:
    text = question.text()
    mask = next((one for one in ("[MASK]", "<mask>") if one in text), None)
    if mask is None:
        refuse("The text must hold a mask: [MASK] or <mask>.")
    words = question.parameters.get("targets") or ["good", "new", "small", "old", "red"]
    rows = scored([str(word) for word in words], text, top_k=question.parameters.get("top_k"))
    return [
        {
            "score": row["score"],
            "token": 1000 + int(1000 * share(row["label"])),
            "token_str": row["label"],
            "sequence": text.replace(mask, row["label"], 1),
        }
        for row in rows
    ]


def _zero_shot(question: Question) -> Any:
    together = not question.parameters.get("multi_label")
    return scored(question.candidates(), question.text(), together=together)


def _question_answering(question: Question) -> Any:
    answer, start, end = best_passage(question.text("question"), question.text("context"))
    first = {"answer": answer, "score": round(0.5 + share(answer) / 2, 6), "start": start, "end": end}
    return [first] if (question.parameters.get("top_k") or 1) > 1 else first


def _table_question(question: Question) -> Any:
    table, query = (question.inputs or {}).get("table"), (question.inputs or {}).get("query")
    if not isinstance(table, dict) or not table or not isinstance(query, str):
        refuse("inputs must have a query (a text) and a table (columns by name).")
    wanted = set(words_of(query))
    columns = list(table)
    rows = max((len(column) for column in table.values()), default=0)
    named = [place for place, name in enumerate(columns) if set(words_of(name)) & wanted] or [len(columns) - 1]
    hits = [row for row in range(rows) if any(set(words_of(str(table[name][row]))) & wanted for name in columns)] or [0]
    cell = str(table[columns[named[0]]][hits[0]])
    return {"answer": cell, "cells": [cell], "coordinates": [[hits[0], named[0]]], "aggregator": "NONE"}


def _sentence_similarity(question: Question) -> Any:
    source, others = question.text("source_sentence"), (question.inputs or {}).get("sentences")
    if not isinstance(others, list):
        refuse("inputs.sentences must be a list of texts.")
    first = embedded(source)
    return [round(sum(a * b for a, b in zip(first, embedded(str(one)), strict=True)), 6) for one in others]


def _feature_extraction(question: Question) -> Any:
    if isinstance(question.inputs, list):
        return [embedded(str(text)) for text in question.inputs]
    return embedded(question.text())


def _summarization(question: Question) -> Any:
    first = next((match[0].strip() for match in _SENTENCE.finditer(question.text()) if match[0].strip()), "")
    return [{"summary_text": first}]


def _translation(question: Question) -> Any:
    language = question.parameters.get("tgt_lang")
    text = question.text()
    return [{"translation_text": f"[{language}] {text}" if language else text.swapcase()}]


def _text_to_image(question: Question) -> Made:
    parameters = question.parameters
    key = (question.text(), parameters.get("negative_prompt"), parameters.get("seed"))
    return Made(drawn(share(*key), parameters.get("width"), parameters.get("height")), "image/png")


def _image_to_image(question: Question) -> Made:
    size = question.parameters.get("target_size") or {}
    key = (base64.b64encode(question.file()).decode(), question.parameters.get("prompt"))
    return Made(drawn(share(*key), size.get("width"), size.get("height")), "image/png")


def _text_to_speech(question: Question) -> Made:
    return Made(spoken(question.text()), "audio/wav")


def _tabular(question: Question) -> list[list[Any]]:
    table = question.body.get("table") or (question.inputs or {}).get("data")
    if not isinstance(table, dict) or not table:
        refuse("table must be an object of columns by name.")
    return [list(row) for row in zip(*table.values(), strict=False)]


def _tabular_classification(question: Question) -> Any:
    labels = question.labels or ["0", "1"]
    return [scored(labels, row)[0]["label"] for row in _tabular(question)]


def _tabular_regression(question: Question) -> Any:
    return [round(100 * share(row), 3) for row in _tabular(question)]


_MAKERS: dict[str, Callable[[Question], Any]] = {
    "text-classification": _text_classification,
    "token-classification": _token_classification,
    "fill-mask": _fill_mask,
    "zero-shot-classification": _zero_shot,
    "question-answering": _question_answering,
    "table-question-answering": _table_question,
    "sentence-similarity": _sentence_similarity,
    "feature-extraction": _feature_extraction,
    "summarization": _summarization,
    "translation": _translation,
    "text-to-image": _text_to_image,
    "image-to-image": _image_to_image,
    "text-to-speech": _text_to_speech,
    "text-to-audio": _text_to_speech,
    "text-to-video": lambda question: Made(video(share(question.text())), "video/mp4"),
    "image-to-video": lambda question: Made(video(share(len(question.file()))), "video/mp4"),
    "tabular-classification": _tabular_classification,
    "tabular-regression": _tabular_regression,
    **image_answers(),
    **audio_answers(),
}
TASKS = (*_MAKERS, *CHAT_TASKS)
"""Tasks that have sample answers."""
