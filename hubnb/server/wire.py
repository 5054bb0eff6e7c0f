"""What every answer of the Hub looks like: errors in headers, dates in UTC, absolute URLs.

Clients of the Hub decide by the header ``X-Error-Code``, not by the status or the body, so each error that a
client tells apart is one function here and nowhere else.
"""

from __future__ import annotations

import json
import re
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.datastructures import QueryParams
    from starlette.requests import Request

REPO_TYPES = ("model", "dataset", "space", "kernel")
"""Singular names, as they travel in JSON bodies; API paths use the plural."""

_SAFE_HOST = re.compile(r"^[A-Za-z0-9._\-\[\]:]+\Z")


class HubProblem(Exception):  # noqa: N818 - a refusal that becomes an answer, not a failure of the program
    """A request the Hub refuses, with the answer to send.

    Parameters
    ----------
    status
        HTTP status.
    message
        Plain sentence for people; sent as body and as ``X-Error-Message``.
    code
        Value of ``X-Error-Code``, by which clients choose the exception they raise.
    headers
        Further headers, e.g. ``X-Repo-Commit``.
    extra
        Further keys of the JSON body, e.g. ``url`` of the repository that is already there.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str | None = None,
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.headers = dict(headers or {})
        self.extra = dict(extra or {})

    def response(self) -> Response:
        """Return the answer that carries this problem."""
        headers = {"X-Error-Message": header_text(self.message), **self.headers}
        if self.code:
            headers["X-Error-Code"] = self.code
        return json_response({"error": self.message, **self.extra}, status=self.status, headers=headers)


def words(text: str) -> list[str]:
    """Return the words of a text: a long list of names reads better without its quotes and commas."""
    return text.split()


def header_text(text: str) -> str:
    """Return `text` as a header may carry it: one line of printable ASCII."""
    printable = "".join(character if " " <= character <= "~" else "?" for character in text)
    return printable[:500]


def json_response(data: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return `data` as JSON, readable by strict parsers (no NaN)."""
    body = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Response(
        body.encode("utf-8", "replace"), status, headers=headers, media_type="application/json; charset=utf-8"
    )


def repo_not_found() -> HubProblem:
    """Return the answer for a repository that is missing or that the caller may not know of."""
    return HubProblem(404, "Repository not found", code="RepoNotFound")


def revision_not_found(revision: str) -> HubProblem:
    """Return the answer for a branch, tag or commit that is not there."""
    return HubProblem(404, f"Invalid rev id: {revision}", code="RevisionNotFound")


def entry_not_found(commit: str | None = None, message: str = "Entry not found") -> HubProblem:
    """Return the answer for a missing file; `commit` lets clients remember that it is missing."""
    headers = {"X-Repo-Commit": commit} if commit else {}
    return HubProblem(404, message, code="EntryNotFound", headers=headers)


def gated(repo_type: str, repo_id: str, *, anonymous: bool) -> HubProblem:
    """Return the answer for the content of a gated repository without access to it."""
    if anonymous:
        message = (
            f"Access to {repo_type} {repo_id} is restricted. "
            "You must have access to it and be authenticated to access it. Please log in."
        )
        return HubProblem(401, message, code="GatedRepo")
    message = (
        f"Access to {repo_type} {repo_id} is restricted and you are not in the authorized list. "
        f"Visit the repository's page to ask for access."
    )
    return HubProblem(403, message, code="GatedRepo")


def login_required() -> HubProblem:
    """Return the answer for an anonymous request to something that needs a user."""
    headers = {"WWW-Authenticate": 'Bearer realm="Authentication required", charset="UTF-8"'}
    return HubProblem(401, "Invalid username or password.", headers=headers)


def bad_token() -> HubProblem:
    """Return the answer for a token that this Hub doesn't know."""
    headers = {"WWW-Authenticate": 'Bearer realm="Authentication required", charset="UTF-8"'}
    return HubProblem(401, "Invalid credentials in Authorization header", headers=headers)


def forbidden(message: str) -> HubProblem:
    """Return the answer for a known user who may not do this."""
    return HubProblem(403, message)


def bad_request(message: str) -> HubProblem:
    """Return the answer for a request that makes no sense."""
    return HubProblem(400, message)


def conflict(message: str, **extra: Any) -> HubProblem:
    """Return the answer for something that is already there or was changed by somebody else."""
    return HubProblem(409, message, extra=extra)


def read_only() -> HubProblem:
    """Return the answer for a change at a Hub that only reads."""
    return HubProblem(403, "This Hub is read-only: files can be fetched from it, nothing can be changed.")


def collected() -> HubProblem:
    """Return the answer for an upload that met the garbage collector."""
    return HubProblem(503, "An old copy of this file is being removed just now. Send it again.")


def iso_date(epoch_s: float) -> str:
    """Return a date as Hub clients parse it: UTC, milliseconds, ``Z``."""
    moment = datetime.fromtimestamp(epoch_s, tz=timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def is_true(value: Any) -> bool:
    """Read a boolean as any client writes it: ``true``, ``True``, ``1``, or JSON."""
    return str(value).strip().lower() in {"true", "1", "yes"}


def repeated(query: QueryParams, name: str) -> list[str]:
    """Return all values of `name`, written ``name=a&name=b`` (Python) or ``name[]=a`` (JavaScript)."""
    return [*query.getlist(name), *query.getlist(f"{name}[]")]


def whole_number(query: QueryParams, name: str, default: int, *, low: int = 0, high: int) -> int:
    """Return the number `name`, held within `low` and `high`."""
    text = query.get(name)
    if text is None or text == "":
        return default
    try:
        number = int(text)
    except ValueError:
        message = f'"{name}" must be a whole number, not {text[:40]!r}.'
        raise bad_request(message) from None
    return max(low, min(number, high))


def base_url(request: Request) -> str:
    """Return the Hub's address as this client wrote it, without trailing slash."""
    host = request.headers.get("x-forwarded-host", "").split(",")[0].strip() or request.headers.get("host", "")
    if not host or not _SAFE_HOST.match(host):
        server = request.scope.get("server") or ("localhost", None)
        host = f"{server[0]}:{server[1]}" if server[1] else str(server[0])
    return f"{request.scope.get('scheme', 'http')}://{host}"


def web_prefix(repo_type: str) -> str:
    """Return what stands before a repository's id in web addresses: nothing for models."""
    return "" if repo_type == "model" else f"{repo_type}s/"
