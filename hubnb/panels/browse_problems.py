"""What went wrong while browsing, by kind: the view has words for each in its person's language."""

from __future__ import annotations

from typing import Any

from ..client.errors import (
    DisabledRepoError,
    EntryNotFoundError,
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    HubError,
    HubUnreachableError,
    LocalEntryNotFoundError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from ..client.redact import redact
from .base import problem_of


def problem_view(error: Exception, host: str) -> dict[str, Any]:
    """Give kind, title, text and details of `error`."""
    if not isinstance(error, HubError):
        return {"kind": "other", **problem_of(error), "details": "", "host": host}
    title, _, text = redact(str(error)).partition(". ")
    details = ""
    if isinstance(error, HfHubHTTPError) and error.response is not None:
        details = _details(error)
    return {"kind": kind_of(error), "title": title.rstrip("."), "text": text, "details": details, "host": host}


def kind_of(error: HubError) -> str:
    """Name the case: the view shows what can be done about it."""
    status = error.status_code if isinstance(error, HfHubHTTPError) else None
    cases = (
        ("offline", isinstance(error, (OfflineModeIsEnabled, LocalEntryNotFoundError))),
        ("gated", isinstance(error, GatedRepoError)),
        ("revision", isinstance(error, RevisionNotFoundError)),
        ("missing", isinstance(error, (RepositoryNotFoundError, DisabledRepoError))),
        ("entry", isinstance(error, EntryNotFoundError)),
        ("unreachable", isinstance(error, HubUnreachableError)),
        ("id", isinstance(error, HFValidationError)),
        ("slow_down", status == 429),
        ("token", status == 401),
        ("forbidden", status == 403),
        ("hub", status is not None and status >= 500),
    )
    return next((kind for kind, fits in cases if fits), "other")


def _details(error: HfHubHTTPError) -> str:
    response = error.response
    if response is None:
        return ""
    request_id = response.headers.get("X-Request-Id") or response.headers.get("X-Amz-Cf-Id")
    address = response.url.split("?")[0]
    parts = [f"{response.status_code} {address}", f"request {request_id}" if request_id else ""]
    return redact(" · ".join(part for part in parts if part))
