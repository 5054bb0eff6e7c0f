"""Answers of the tasks that read text or tables."""

from __future__ import annotations

from typing import Any, Literal

from .base import TypedAnswer, typed

TextClassificationOutputTransform = Literal["sigmoid", "softmax", "none"]
TokenClassificationAggregationStrategy = Literal["none", "simple", "first", "average", "max"]
SummarizationTruncationStrategy = Literal["do_not_truncate", "longest_first", "only_first", "only_second"]
TranslationTruncationStrategy = Literal["do_not_truncate", "longest_first", "only_first", "only_second"]
Padding = Literal["do_not_pad", "longest", "max_length"]


@typed
class TextClassificationOutputElement(TypedAnswer):
    """One label of a text."""

    label: str
    score: float
    """Probability, 0 to 1."""


@typed
class TokenClassificationOutputElement(TypedAnswer):
    """One entity in a text."""

    end: int
    """Offset of the character after it."""
    score: float
    start: int
    """Offset of its first character."""
    word: str
    entity: str | None = None
    """Label of one token (strategy ``none``)."""
    entity_group: str | None = None
    """Label of a group of tokens (all other strategies)."""


@typed
class FillMaskOutputElement(TypedAnswer):
    """One way to fill the mask."""

    score: float
    sequence: str
    """The whole text with the mask filled."""
    token: int
    """Id of the token in the model's vocabulary."""
    token_str: Any
    fill_mask_output_token_str: str | None = None


@typed
class ZeroShotClassificationOutputElement(TypedAnswer):
    """One of the labels that were asked for."""

    label: str
    score: float


@typed
class QuestionAnsweringOutputElement(TypedAnswer):
    """A passage that answers the question."""

    answer: str
    end: int
    score: float
    start: int


@typed
class TableQuestionAnsweringOutputElement(TypedAnswer):
    """Cells that answer the question."""

    answer: str
    cells: list[str]
    coordinates: list[list[int]]
    """Row and column of each cell."""
    aggregator: str | None = None
    """What is done with the cells, e.g. ``SUM``."""


@typed
class SummarizationOutput(TypedAnswer):
    """A summary."""

    summary_text: str


@typed
class TranslationOutput(TypedAnswer):
    """A translation."""

    translation_text: str
