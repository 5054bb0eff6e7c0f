"""Who asked for access to a gated repository, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from .dates import needed_datetime
from .errors import HFValidationError
from .hub import HubClient
from .keyed import part
from .repo_id import RepoId

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

AccessStatus = Literal["pending", "accepted", "rejected"]


@dataclass
class AccessRequest:
    """One request; `fields` is what the person answered to the repository's questions."""

    username: str | None
    request_id: str
    fullname: str | None
    email: str | None
    timestamp: datetime
    status: AccessStatus
    fields: dict[str, Any] | None = None

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> AccessRequest:
        """Read the Hub's answer."""
        user = part(body, "user")
        return cls(
            username=user.get("user"),
            request_id=body.get("requestId", ""),
            fullname=user.get("fullname"),
            email=user.get("email"),
            timestamp=needed_datetime(body["timestamp"]),
            status=body["status"],
            fields=body.get("fields"),
        )


def list_pending_access_requests(
    repo_id: str,
    *,
    repo_type: str | None = None,
    token: str | bool | None = None,
    endpoint: str | None = None,
) -> Iterator[AccessRequest]:
    """Yield the requests nobody has decided on."""
    return _requests(repo_id, repo_type, "pending", token, endpoint)


def list_accepted_access_requests(
    repo_id: str,
    *,
    repo_type: str | None = None,
    token: str | bool | None = None,
    endpoint: str | None = None,
) -> Iterator[AccessRequest]:
    """Yield the requests that were accepted."""
    return _requests(repo_id, repo_type, "accepted", token, endpoint)


def list_rejected_access_requests(
    repo_id: str,
    *,
    repo_type: str | None = None,
    token: str | bool | None = None,
    endpoint: str | None = None,
) -> Iterator[AccessRequest]:
    """Yield the requests that were rejected."""
    return _requests(repo_id, repo_type, "rejected", token, endpoint)


def _requests(
    repo_id: str, repo_type: str | None, status: str, token: str | bool | None, endpoint: str | None
) -> Iterator[AccessRequest]:
    repo = RepoId.parse(repo_id, repo_type)
    items = HubClient.from_env(token, endpoint).http.pages(f"{repo.api}/user-access-request/{status}", repo=repo)
    return (AccessRequest.from_json(item) for item in items)


def accept_access_request(
    repo_id: str,
    user: str | None = None,
    *,
    request_id: str | None = None,
    repo_type: str | None = None,
    token: str | bool | None = None,
    endpoint: str | None = None,
) -> None:
    """Let the person in, named by `user` or by `request_id`."""
    _handle(repo_id, repo_type, user, request_id, "accepted", token, endpoint)


def cancel_access_request(
    repo_id: str,
    user: str | None = None,
    *,
    request_id: str | None = None,
    repo_type: str | None = None,
    token: str | bool | None = None,
    endpoint: str | None = None,
) -> None:
    """Take a decision back: the request is pending again, and the person has no access."""
    _handle(repo_id, repo_type, user, request_id, "pending", token, endpoint)


def reject_access_request(
    repo_id: str,
    user: str | None = None,
    *,
    request_id: str | None = None,
    repo_type: str | None = None,
    rejection_reason: str | None = None,
    token: str | bool | None = None,
    endpoint: str | None = None,
) -> None:
    """Refuse access; the person is told `rejection_reason`."""
    _handle(repo_id, repo_type, user, request_id, "rejected", token, endpoint, rejection_reason)


def grant_access(
    repo_id: str,
    user: str,
    *,
    repo_type: str | None = None,
    token: str | bool | None = None,
    endpoint: str | None = None,
) -> None:
    """Let somebody in who did not ask."""
    repo = RepoId.parse(repo_id, repo_type)
    hub = HubClient.from_env(token, endpoint)
    hub.http.request("POST", f"{repo.api}/user-access-request/grant", json={"user": user}, repo=repo)


def _handle(
    repo_id: str,
    repo_type: str | None,
    user: str | None,
    request_id: str | None,
    status: AccessStatus,
    token: str | bool | None,
    endpoint: str | None,
    rejection_reason: str | None = None,
) -> None:
    if (user is None) == (request_id is None):
        msg = "Name the request by user= or by request_id=, one of them."
        raise HFValidationError(msg)
    body: dict[str, Any] = {"status": status, **({"user": user} if user is not None else {"requestId": request_id})}
    if rejection_reason is not None:
        body["rejectionReason"] = rejection_reason
    repo = RepoId.parse(repo_id, repo_type)
    hub = HubClient.from_env(token, endpoint)
    hub.http.request("POST", f"{repo.api}/user-access-request/handle", json=body, repo=repo)
