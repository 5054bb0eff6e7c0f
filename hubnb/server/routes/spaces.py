"""Secrets and variables of Spaces, which are kept here; Spaces themselves run elsewhere."""

from __future__ import annotations

import re
import time
from functools import wraps
from typing import TYPE_CHECKING, Any, NoReturn

from starlette.routing import Route

from hubnb.server.call import route
from hubnb.server.wire import HubProblem, bad_request, iso_date

if TYPE_CHECKING:
    from collections.abc import Callable

    from hubnb.server.call import Call

RUNTIME = {
    "stage": "PAUSED",
    "hardware": {"current": None, "requested": None},
    "gcTimeout": None,
    "storage": None,
    "replicas": {"current": 0, "requested": 0},
}
"""What is said of every Space: it is kept here, and not running."""
_KEY = re.compile(r"^[A-Za-z][A-Za-z0-9_]{0,99}\Z")
_MAX_VALUE_CHARS = 50_000
_MAX_VALUES = 500


def _kind(call: Call) -> str:
    return "secret" if call.request.scope["path"].endswith("/secrets") else "variable"


def _listed(call: Call, kind: str) -> dict[str, dict[str, Any]]:
    """Return what is kept; of a secret never its value."""
    rows = call.hub.database.all(
        "SELECT * FROM space_values WHERE repo_id = ? AND kind = ? ORDER BY key", call.repo.id, kind
    )
    found = {}
    for row in rows:
        shown = {"key": row["key"], "description": row["description"], "updatedAt": iso_date(row["updated_at"])}
        found[row["key"]] = shown if kind == "secret" else {**shown, "value": row["value"]}
    return found


def listing(call: Call) -> dict[str, dict[str, Any]]:
    """List secrets or variables; who can't write a Space sees neither."""
    call.repo_for_writing()
    return _listed(call, _kind(call))


def put(call: Call) -> dict[str, dict[str, Any]]:
    """Keep a secret or a variable."""
    repo, kind, key = call.repo_for_writing(), _kind(call), _key(call)
    value, description = call.body.get("value"), call.body.get("description")
    if not isinstance(value, str) or len(value) > _MAX_VALUE_CHARS:
        message = f"value must be a text of at most {_MAX_VALUE_CHARS} characters."
        raise bad_request(message)
    if description is not None and (not isinstance(description, str) or len(description) > 1000):
        message = "description must be a text of at most 1000 characters."
        raise bad_request(message)
    kept = _listed(call, kind)
    if key not in kept and len(kept) >= _MAX_VALUES:
        raise HubProblem(413, f"A Space can have at most {_MAX_VALUES} {kind}s.")
    call.hub.database.write(
        "INSERT OR REPLACE INTO space_values VALUES (?, ?, ?, ?, ?, ?)",
        *(repo.id, kind, key, value, description, time.time()),
    )
    return _listed(call, kind)


def delete(call: Call) -> dict[str, dict[str, Any]]:
    """Forget a secret or a variable."""
    repo, kind, key = call.repo_for_writing(), _kind(call), _key(call)
    done = call.hub.database.write(
        "DELETE FROM space_values WHERE repo_id = ? AND kind = ? AND key = ?", repo.id, kind, key
    )
    if not done:
        raise HubProblem(404, f"This Space has no {kind} {key}.")
    return _listed(call, kind)


def _key(call: Call) -> str:
    key = call.body.get("key")
    if not isinstance(key, str) or not _KEY.match(key):
        message = "key must be a letter, then at most 99 letters, digits and underscores."
        raise bad_request(message)
    return key


def runtime(call: Call) -> dict[str, Any]:
    """Say that a Space isn't running."""
    assert call.repo is not None  # noqa: S101 - raises if the caller may not know of it
    return RUNTIME


def not_run(call: Call) -> NoReturn:
    """Say why nothing can be started."""
    call.repo_for_writing()
    raise HubProblem(501, "This Hub keeps Spaces but runs none.")


def _space(function: Callable[[Call], Any], *, body: str | None = None) -> Any:
    """Make an endpoint whose path names a Space."""

    @wraps(function)
    def named(call: Call) -> Any:
        call.parameters["kind"] = "spaces"
        return function(call)

    return route(named, body=body)


_SPACE = "/api/spaces/{namespace:part}/{name:part}"
ROUTES = [
    Route(f"{_SPACE}/runtime", _space(runtime)),
    *(
        entry
        for kind in ("secrets", "variables")
        for entry in (
            Route(f"{_SPACE}/{kind}", _space(listing)),
            Route(f"{_SPACE}/{kind}", _space(put, body="json"), methods=["POST"]),
            Route(f"{_SPACE}/{kind}", _space(delete, body="json"), methods=["DELETE"]),
        )
    ),
    *(
        Route(f"{_SPACE}/{action}", _space(not_run), methods=["POST"])
        for action in ("hardware", "sleeptime", "pause", "restart", "dev-mode")
    ),
]
