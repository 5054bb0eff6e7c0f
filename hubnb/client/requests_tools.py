"""For programs that ask the Hub themselves: its session, its headers, its errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .caller import Caller, asked_by
from .errors import HFValidationError
from .http import user_agent_of
from .hub import HubClient
from .repo_id import RepoId
from .session import shared_session
from .settings import Settings
from .status import raise_for_status
from .tokens import resolve_token

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import requests


def get_session() -> requests.Session:
    """Give the session all requests go through: the built-in one, or what `configure_http` was given."""
    return shared_session()


def build_hf_headers(
    *,
    token: str | bool | None = None,
    library_name: str | None = None,
    library_version: str | None = None,
    user_agent: str | Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Give the headers for a request to the Hub: who asks, and the token (do not print them).

    Parameters
    ----------
    token
        A string, None (the ambient token), True (there must be one) or False (none).
    """
    with asked_by(Caller.of(library_name, library_version, user_agent, None)):
        settings = Settings.from_env()
    found = {"user-agent": user_agent_of(settings)}
    secret = resolve_token(token, settings)
    if secret is not None:
        found["authorization"] = f"Bearer {secret}"
    return {**found, **(headers or {})}


def get_token_to_send(token: str | bool | None) -> str | None:
    """Apply the meaning of a `token` argument; gives what would be sent."""
    return resolve_token(token, Settings.from_env())


def hf_raise_for_status(response: requests.Response, endpoint_name: str | None = None) -> None:  # noqa: ARG001
    """Raise the error that fits an answer of the Hub; return for anything below 400.

    Parameters
    ----------
    endpoint_name
        Has no effect; the address says what was asked.
    """
    raise_for_status(response, repo=_repo_of(response.url or ""))


def _repo_of(url: str) -> RepoId | None:
    """Give the repository an address is about, if it is about one."""
    parts = urlsplit(url).path.strip("/").split("/")
    repo_type = "model"
    if parts[0] == "api":
        if len(parts) < 4 or parts[1] not in ("models", "datasets", "spaces"):
            return None
        parts = parts[1:]
    elif "resolve" not in parts:
        return None
    if parts[0] in ("models", "datasets", "spaces"):
        repo_type, parts = parts[0][:-1], parts[1:]
    try:
        return RepoId.parse("/".join(parts[:2]), repo_type)
    except HFValidationError:
        return None


def http_backoff(method: str, url: str, **kwargs: Any) -> requests.Response:
    """Send a request to `url`, again and again while the Hub is busy or the network is down.

    Parameters
    ----------
    **kwargs
        ``params``, ``json``, ``data``, ``headers``, ``stream``; an error answer is given back, not raised.
    """
    known = {key: kwargs[key] for key in ("params", "json", "data", "headers", "stream") if key in kwargs}
    hub = HubClient.from_env(False)
    return hub.http.request(method, url, repeatable=True, signed=False, check=False, **known)


def paginate(path: str, params: dict[str, Any], headers: Mapping[str, str]) -> Iterator[Any]:
    """Yield the items of a list of the Hub's, page by page."""
    return HubClient.from_env(False).http.pages(path, params=params, headers=headers, signed=False)


def send_telemetry(
    topic: str,
    *,
    library_name: str | None = None,
    library_version: str | None = None,
    user_agent: str | Mapping[str, object] | None = None,
) -> None:
    """Do nothing: hubnb tells nobody what it is used for. It is here for programs that call it."""
