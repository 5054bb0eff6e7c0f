"""Answers of text generation, in the schema of Text Generation Inference."""

from __future__ import annotations

from typing import Any, Literal

from .base import TypedAnswer, typed

TextGenerationOutputFinishReason = Literal["length", "eos_token", "stop_sequence"]
TypeEnum = Literal["json", "regex", "json_schema"]


@typed
class TextGenerationInputGrammarType(TypedAnswer):
    """What the text must look like."""

    type: TypeEnum
    value: Any
    """A regular expression or a JSON schema."""


@typed
class TextGenerationOutputPrefillToken(TypedAnswer):
    """A token of the prompt."""

    id: int
    logprob: float
    text: str


@typed
class TextGenerationOutputToken(TypedAnswer):
    """A token that was generated."""

    id: int
    logprob: float
    special: bool
    text: str


@typed
class TextGenerationOutputBestOfSequence(TypedAnswer):
    """One of several attempts (``best_of``)."""

    finish_reason: TextGenerationOutputFinishReason
    generated_text: str
    generated_tokens: int
    prefill: list[TextGenerationOutputPrefillToken]
    tokens: list[TextGenerationOutputToken]
    seed: int | None = None
    top_tokens: list[list[TextGenerationOutputToken]] | None = None


@typed
class TextGenerationOutputDetails(TypedAnswer):
    """How the text came about."""

    finish_reason: TextGenerationOutputFinishReason
    generated_tokens: int
    prefill: list[TextGenerationOutputPrefillToken]
    tokens: list[TextGenerationOutputToken]
    best_of_sequences: list[TextGenerationOutputBestOfSequence] | None = None
    seed: int | None = None
    top_tokens: list[list[TextGenerationOutputToken]] | None = None


@typed
class TextGenerationOutput(TypedAnswer):
    """A generated text, with details."""

    generated_text: str
    details: TextGenerationOutputDetails | None = None


@typed
class TextGenerationStreamOutputStreamDetails(TypedAnswer):
    """How a streamed text came about."""

    finish_reason: TextGenerationOutputFinishReason
    generated_tokens: int
    input_length: int
    seed: int | None = None


@typed
class TextGenerationStreamOutputToken(TypedAnswer):
    """A token that was just generated."""

    id: int
    logprob: float
    special: bool
    text: str


@typed
class TextGenerationStreamOutput(TypedAnswer):
    """One token of a stream; the last one carries the whole text and the details."""

    index: int
    token: TextGenerationStreamOutputToken
    details: TextGenerationStreamOutputStreamDetails | None = None
    generated_text: str | None = None
    top_tokens: list[TextGenerationStreamOutputToken] | None = None
