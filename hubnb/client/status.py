"""Reads the Hub's answers: JSON where there should be some, and errors as the exception that says what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from .errors import (
    BadRequestError,
    DisabledRepoError,
    GatedRepoError,
    HfHubHTTPError,
    RemoteEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from .redact import redact

if TYPE_CHECKING:
    import requests

    from .repo_id import RepoId

_MAX_SERVER_TEXT = 500


def raise_for_status(
    response: requests.Response,
    *,
    repo: RepoId | None = None,
    revision: str | None = None,
    entry: str | None = None,
    has_token: bool = False,
) -> None:
    """Raise the error that fits `response`; return for anything below 400.

    The Hub's own code header decides first, then its well-known sentences, then the status.
    """
    status = response.status_code
    if status < 400:
        return
    said = server_message(response)
    code = response.headers.get("X-Error-Code", "")
    name = f"{repo.repo_type} {repo.repo_id!r}" if repo else "this resource"
    at = f" at revision {revision!r}" if revision else ""
    host = response.url.split("/")[2].rpartition("@")[2]
    text, error_class = _describe(status, code, said, name=name, at=at, host=host, entry=entry, has_token=has_token)
    tail = f" {host} says: {said}" if said and said not in text else ""
    response.close()
    raise error_class(redact(f"{text}{tail}"), response=response, server_message=said)


def _describe(  # noqa: C901 - a table of cases, one return each
    status: int,
    code: str,
    said: str | None,
    *,
    name: str,
    at: str,
    host: str,
    entry: str | None,
    has_token: bool,
) -> tuple[str, type[HfHubHTTPError]]:
    if code == "RevisionNotFound":
        return f"{name} has no revision{at.removeprefix(' at revision')}.", RevisionNotFoundError
    if code == "EntryNotFound":
        what = repr(entry) if entry else "such file"
        return (
            f"{name} has no {what}{at}. Check its name against the repository's file list.",
            RemoteEntryNotFoundError,
        )
    if code == "GatedRepo":
        next_step = "Ask for access on its page" if has_token else "Sign in with hubnb.login() and ask for access"
        return f"{name} is gated: its files need access that you don't have. {next_step}.", GatedRepoError
    if said == "Access to this resource is disabled.":
        return f"{name} was disabled by {host}.", DisabledRepoError
    if status == 401 and said and "Invalid credentials" in said:
        text = (
            f"{host} did not accept this token: it was revoked, has expired, or part of it is missing. "
            "Sign in again with hubnb.login()."
        )
        return text, HfHubHTTPError
    if code == "RepoNotFound" or (status == 401 and name != "this resource"):
        hint = (
            "or this token may not see it"
            if has_token
            else "or it is private and you are not signed in: run hubnb.login()"
        )
        return f"{host} has no {name}, {hint}. Check the id and repo_type.", RepositoryNotFoundError
    if status == 401:
        return f"{host} wants to know who asks. Sign in with hubnb.login().", HfHubHTTPError
    if status == 403:
        return (
            f"This token may not do that to {name}. Use a token with write access, or ask its owner.",
            HfHubHTTPError,
        )
    if status == 400:
        return f"{host} refused the request about {name} as malformed (400).", BadRequestError
    if status == 409:
        return f"{name}: conflict (409).", HfHubHTTPError
    if status == 412:
        return f"{name} has changed since this was planned, so nothing was committed (412).", HfHubHTTPError
    if status == 429:
        return (
            f"{host} asked us to slow down: too many requests (429). Wait a minute; signing in raises the limit.",
            HfHubHTTPError,
        )
    if status >= 500:
        return (
            f"{host} failed to answer ({status}); the request about {name} may be tried again later.",
            HfHubHTTPError,
        )
    return f"{host} answered {status} to the request about {name}.", HfHubHTTPError


def server_message(response: requests.Response) -> str | None:
    """Give the Hub's own words about an error, short and on one line, or None."""
    parts: list[str] = []
    header = response.headers.get("X-Error-Message")
    if header:
        parts.append(header)
    if "html" not in response.headers.get("Content-Type", ""):
        parts.extend(_body_messages(response))
    unique = list(dict.fromkeys(" ".join(part.split()) for part in parts if part))
    text = " ".join(unique)[:_MAX_SERVER_TEXT]
    return redact(text) or None


def _body_messages(response: requests.Response) -> list[str]:
    try:
        body: object = response.json()
    except ValueError:
        return [response.text[:_MAX_SERVER_TEXT]]
    except (OSError, RuntimeError):  # the body broke off, or was read already
        return []
    if not isinstance(body, dict):
        return []
    fields = cast("dict[str, object]", body)
    parts: list[str] = []
    for value in (fields.get("error"), fields.get("error_description"), fields.get("message")):
        if isinstance(value, str):
            parts.append(value)
        elif isinstance(value, list):
            parts.extend(str(item) for item in cast("list[object]", value))
    errors = fields.get("errors")
    if isinstance(errors, list):
        for item in cast("list[object]", errors):
            if isinstance(item, dict):
                parts.append(str(cast("dict[str, object]", item).get("message", "")))
    return parts


def read_json(response: requests.Response) -> Any:
    """Read an answer's JSON.

    Raises
    ------
    HfHubHTTPError
        If it is none: whoever answered is no Hub.
    """
    try:
        return response.json()
    except ValueError:
        host = response.url.split("/")[2].rpartition("@")[2]
        kind = response.headers.get("Content-Type", "no type").split(";")[0]
        msg = (
            f"{host} answered with {kind} where a Hub answers with JSON. "
            "Is the address right (HF_ENDPOINT), and is no proxy or sign-in page in between?"
        )
        raise HfHubHTTPError(msg, response=response) from None
