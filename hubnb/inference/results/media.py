"""Answers of the tasks that look at images or listen to audio."""

from __future__ import annotations

from typing import Any, Literal

from .base import TypedAnswer, typed

AudioClassificationOutputTransform = Literal["sigmoid", "softmax", "none"]
ImageClassificationOutputTransform = Literal["sigmoid", "softmax", "none"]
ImageSegmentationSubtask = Literal["instance", "panoptic", "semantic"]
TextToSpeechEarlyStoppingEnum = Literal["never"]


@typed
class AudioClassificationOutputElement(TypedAnswer):
    """One label of a recording."""

    label: str
    score: float


@typed
class AudioToAudioOutputElement(TypedAnswer):
    """One recording made of another, e.g. one of the voices in it."""

    blob: Any
    """The recording, in bytes."""
    content_type: str
    label: str


@typed
class AutomaticSpeechRecognitionOutputChunk(TypedAnswer):
    """A piece of what was said."""

    text: str
    timestamp: list[float]
    """Begin and end, in seconds."""


@typed
class AutomaticSpeechRecognitionOutput(TypedAnswer):
    """What was said."""

    text: str
    chunks: list[AutomaticSpeechRecognitionOutputChunk] | None = None
    """Pieces with times, where the model gives them."""


@typed
class ImageClassificationOutputElement(TypedAnswer):
    """One label of an image."""

    label: str
    score: float


@typed
class ImageSegmentationOutputElement(TypedAnswer):
    """One segment of an image."""

    label: str
    mask: Any
    """Which pixels belong to it: a `PIL.Image.Image`."""
    score: float | None = None


@typed
class ObjectDetectionBoundingBox(TypedAnswer):
    """Where an object is, in pixels from the upper left."""

    xmax: int
    xmin: int
    ymax: int
    ymin: int


@typed
class ObjectDetectionOutputElement(TypedAnswer):
    """One object in an image."""

    box: ObjectDetectionBoundingBox
    label: str
    score: float


@typed
class ImageToTextOutput(TypedAnswer):
    """What an image shows, in words."""

    generated_text: Any
    image_to_text_output_generated_text: str | None = None


@typed
class ImageToImageTargetSize(TypedAnswer):
    """Size of the image to make, in pixels."""

    height: int
    width: int


@typed
class ImageToVideoTargetSize(TypedAnswer):
    """Size of the video to make, in pixels."""

    height: int
    width: int


@typed
class DocumentQuestionAnsweringOutputElement(TypedAnswer):
    """A passage of a document that answers the question."""

    answer: str
    end: int
    """Number of its last word."""
    score: float
    start: int
    """Number of its first word."""


@typed
class VisualQuestionAnsweringOutputElement(TypedAnswer):
    """One answer to a question about an image."""

    score: float
    answer: str | None = None


@typed
class ZeroShotImageClassificationOutputElement(TypedAnswer):
    """One of the labels that were asked for."""

    label: str
    score: float
