"""Puts what went wrong with a model into a kind that the view has words for, with the nearest thing that works."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urlsplit

from ..client.errors import (
    HfHubHTTPError,
    HFValidationError,
    HubError,
    HubUnreachableError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
)
from ..client.inference_errors import InferenceTimeoutError
from ..client.redact import redact
from ..client.settings import DEFAULT_ENDPOINT, Settings

logger = logging.getLogger(__name__)

_KINDS = {401: "token", 402: "credits", 403: "permission", 404: "not_served", 429: "slow_down"}


def trouble_of(error: Exception, place: str, places: list[dict[str, Any]]) -> dict[str, Any]:
    """Describe an error.

    Returns
    -------
    dict
        ``kind``, ``host``, ``place``, ``title`` and ``text`` (the error's own words, for kinds without any),
        ``details``, ``others`` (places to try instead) and ``settings_url``.
    """
    settings = Settings.from_env()
    text = redact(str(error))
    title, _, rest = text.partition(". ")
    if not isinstance(error, (HubError, ImportError, OSError, ValueError)):
        logger.error("Unexpected error in a panel.", exc_info=error)
        title, rest = type(error).__name__, text
    kind = _kind_of(error)
    return {
        "kind": kind,
        "host": urlsplit(settings.endpoint).netloc.rpartition("@")[2],
        "place": place,
        "title": title.rstrip("."),
        "text": rest,
        "details": text if kind not in ("other", "unfit") else "",
        "others": [one["id"] for one in places if one["id"] not in (place, "auto") and not one["off"]],
        "settings_url": f"{DEFAULT_ENDPOINT}/settings/tokens" if settings.endpoint == DEFAULT_ENDPOINT else "",
    }


def _kind_of(error: Exception) -> str:
    if isinstance(error, OfflineModeIsEnabled):
        return "offline"
    if isinstance(error, HubUnreachableError):
        return "unreachable"
    if isinstance(error, InferenceTimeoutError):
        return "timeout"
    if isinstance(error, RepositoryNotFoundError):
        return "missing"
    if isinstance(error, HfHubHTTPError):
        status = error.status_code or 0
        return _KINDS.get(status, "failed" if status >= 500 else "other")
    return "unfit" if isinstance(error, HFValidationError) else "other"
