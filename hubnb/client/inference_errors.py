"""Errors of asking a model, as `huggingface_hub` users catch them.

::

    HfHubHTTPError
    ├── InferenceTimeoutError  (TimeoutError)   no answer in time, or the model was not loaded in time
    └── TextGenerationError                     the text generation server says what went wrong
        ├── ValidationError                     the prompt or a parameter can't be right
        ├── GenerationError
        ├── OverloadedError                     too many requests at once; try again
        ├── IncompleteGenerationError           the stream broke off
        └── UnknownError
"""

from __future__ import annotations

from .http_errors import HfHubHTTPError


class InferenceTimeoutError(HfHubHTTPError, TimeoutError):
    """The model did not answer in time, or was not loaded in time."""


class TextGenerationError(HfHubHTTPError):
    """The text generation server gave a reason of its own."""


class ValidationError(TextGenerationError):
    """The prompt or a parameter can't be right."""


class GenerationError(TextGenerationError):
    """The model failed while it generated."""


class OverloadedError(TextGenerationError):
    """The server has too many requests at once."""


class IncompleteGenerationError(TextGenerationError):
    """The text broke off before its end."""


class UnknownError(TextGenerationError):
    """The server failed and gave a reason nobody knows."""


_BY_TYPE: dict[str, type[TextGenerationError]] = {
    "validation": ValidationError,
    "generation": GenerationError,
    "overloaded": OverloadedError,
    "incomplete_generation": IncompleteGenerationError,
}


def text_generation_error_class(error_type: str | None) -> type[TextGenerationError]:
    """Choose the class for the server's ``error_type``."""
    return _BY_TYPE.get(error_type or "", UnknownError)
