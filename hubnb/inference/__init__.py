"""Ask models: `InferenceClient`, `AsyncInferenceClient`, the classic `InferenceApi`, and their typed answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..lazy import lazy_names

if TYPE_CHECKING:
    from ..client.inference_errors import InferenceTimeoutError as InferenceTimeoutError
    from ..client.inference_errors import TextGenerationError as TextGenerationError
    from .async_client import AsyncInferenceClient as AsyncInferenceClient
    from .classic_api import InferenceApi as InferenceApi
    from .client import InferenceClient as InferenceClient

__getattr__ = lazy_names(__name__, {
    "hubnb.client.inference_errors": ("InferenceTimeoutError", "TextGenerationError"),
    "hubnb.inference.async_client": ("AsyncInferenceClient",),
    "hubnb.inference.classic_api": ("InferenceApi",),
    "hubnb.inference.client": ("InferenceClient",),
})  # fmt: skip

__all__ = ["AsyncInferenceClient", "InferenceApi", "InferenceClient", "InferenceTimeoutError", "TextGenerationError"]
