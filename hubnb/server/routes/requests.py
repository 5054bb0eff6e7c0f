"""Likes, and asking for access to gated repositories."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from starlette.responses import Response
from starlette.routing import Route

from hubnb.server.call import route
from hubnb.server.database import new_id
from hubnb.server.discussions import author
from hubnb.server.paths import API_REPO, WEB_REPOS
from hubnb.server.routes.people import short
from hubnb.server.sessions import FORM_KEY
from hubnb.server.wire import HubProblem, bad_request, iso_date, login_required

if TYPE_CHECKING:
    import sqlite3

    from hubnb.server.call import Call

_STATUSES = ("pending", "accepted", "rejected")
_MAX_FIELDS_CHARS = 20_000
_MAX_BATCH = 100


def like(call: Call) -> dict[str, Any]:
    """Like a repository."""
    repo = _liked(call)
    call.hub.database.write("INSERT OR IGNORE INTO likes VALUES (?, ?, ?)", repo, call.caller.id, time.time())
    return _count(call, repo)


def unlike(call: Call) -> dict[str, Any]:
    """Like it no more."""
    repo = _liked(call)
    call.hub.database.write("DELETE FROM likes WHERE repo_id = ? AND user_id = ?", repo, call.caller.id)
    return _count(call, repo)


def _liked(call: Call) -> str:
    repo = call.repo
    if call.caller.anonymous:
        raise login_required()
    return repo.id


def _count(call: Call, repo_id: str) -> dict[str, Any]:
    call.hub.database.write(
        "UPDATE repos SET likes = (SELECT count(*) FROM likes WHERE repo_id = repos.id) WHERE id = ?", repo_id
    )
    row = call.hub.database.one("SELECT likes FROM repos WHERE id = ?", repo_id)
    return {"likes": row["likes"] if row else 0}


def likers(call: Call) -> list[dict[str, Any]]:
    """List who likes a repository."""
    rows = call.hub.database.all(
        "SELECT accounts.* FROM likes JOIN accounts ON accounts.id = user_id WHERE repo_id = ?"
        " ORDER BY likes.created_at",
        call.repo.id,
    )
    return [short(row) for row in rows]


def ask(call: Call) -> Response:
    """Ask for access; where the gate opens by itself, it does so at once."""
    repo, caller = call.repo, call.caller
    if caller.anonymous:
        raise login_required()
    if not repo.gated:
        message = f"{repo.full_name} is not gated."
        raise bad_request(message)
    fields = json.dumps({name: value for name, value in call.body.items() if name != FORM_KEY})
    if len(fields) > _MAX_FIELDS_CHARS:
        raise HubProblem(413, "The answers are too long.")
    status = "accepted" if repo.gated == "auto" else "pending"
    call.hub.database.write(
        "INSERT OR IGNORE INTO access_requests VALUES (?, ?, ?, ?, ?, ?)",
        *(new_id(), repo.id, caller.id, status, fields, time.time()),
    )
    return Response(status_code=303, headers={"Location": call.web_url()})


def listing(call: Call) -> list[dict[str, Any]]:
    """List requests of one status."""
    repo = call.repo_for_writing()
    status = call.parameters["status"]
    _check_status(status)
    rows = call.hub.database.all(
        "SELECT * FROM access_requests WHERE repo_id = ? AND status = ? ORDER BY created_at", repo.id, status
    )
    return [_json(call, row) for row in rows]


def _json(call: Call, row: sqlite3.Row) -> dict[str, Any]:
    user = author(call.hub, row["user_id"]) or {}
    mail = call.hub.database.one("SELECT email FROM accounts WHERE id = ?", row["user_id"])
    return {
        "requestId": row["id"],
        "status": row["status"],
        "timestamp": iso_date(row["created_at"]),
        "fields": json.loads(row["fields"]),
        "user": {"user": user.get("name"), "fullname": user.get("fullname"), "email": mail["email"] if mail else None},
    }


def handle(call: Call) -> dict[str, Any]:
    """Accept, reject or put back a request."""
    repo = call.repo_for_writing()
    _handle(call, repo.id, call.body, _status(call))
    return {"success": True}


def handle_many(call: Call) -> dict[str, Any]:
    """Give one status to many requests; what can't be done is told for each."""
    repo, status = call.repo_for_writing(), _status(call)
    asked: Any = call.body.get("requests") or call.body.get("requestIds") or []
    if not isinstance(asked, list) or len(asked) > _MAX_BATCH:
        message = f"requests must be a list of at most {_MAX_BATCH}."
        raise bad_request(message)
    failed = []
    for item in asked:
        named = item if isinstance(item, dict) else {"requestId": item}
        try:
            _handle(call, repo.id, named, status)
        except HubProblem as problem:
            failed.append({**named, "error": problem.message})
    return {"success": not failed, "failed": failed}


def _status(call: Call) -> str:
    status: Any = call.body.get("status")
    _check_status(status)
    return status


def _check_status(status: object) -> None:
    if status not in _STATUSES:
        message = f"status must be one of {', '.join(_STATUSES)}."
        raise bad_request(message)


def _handle(call: Call, repo_id: str, named: dict[str, Any], status: str) -> None:
    names = [value if isinstance(value, str) else None for value in (named.get("requestId"), named.get("user"))]
    row = call.hub.database.one(
        "SELECT access_requests.* FROM access_requests JOIN accounts ON accounts.id = user_id"
        " WHERE repo_id = ? AND (access_requests.id = ? OR accounts.name = ?)",
        *(repo_id, *names),
    )
    if row is None:
        raise HubProblem(404, "There is no such request.")
    if row["status"] == status:
        message = f"The request is already {status}."
        raise bad_request(message)
    call.hub.database.write("UPDATE access_requests SET status = ? WHERE id = ?", status, row["id"])


def grant(call: Call) -> dict[str, Any]:
    """Let somebody in who didn't ask."""
    repo = call.repo_for_writing()
    user = call.hub.database.one(
        "SELECT id FROM accounts WHERE kind = 'user' AND (name = ? OR id = ?)",
        *(_string(call, "user"), _string(call, "userId")),
    )
    if user is None:
        raise HubProblem(404, "There is no such user.")
    found = call.hub.database.one(
        "SELECT status FROM access_requests WHERE repo_id = ? AND user_id = ?", repo.id, user["id"]
    )
    if found is not None and found["status"] == "accepted":
        message = "The user has access already."
        raise bad_request(message)
    call.hub.database.write(
        "INSERT INTO access_requests VALUES (?, ?, ?, 'accepted', '{}', ?)"
        " ON CONFLICT (repo_id, user_id) DO UPDATE SET status = 'accepted'",
        *(new_id(), repo.id, user["id"], time.time()),
    )
    return {"success": True}


def cancel(call: Call) -> dict[str, Any]:
    """Withdraw one's own request."""
    repo = call.repo
    if call.caller.anonymous:
        raise login_required()
    call.hub.database.write(
        "DELETE FROM access_requests WHERE repo_id = ? AND user_id = ? AND status = 'pending'", repo.id, call.caller.id
    )
    return {"success": True}


def _string(call: Call, key: str) -> str | None:
    value = call.body.get(key)
    return value if isinstance(value, str) else None


ROUTES = [
    Route(f"{API_REPO}/like", route(like), methods=["POST"]),
    Route(f"{API_REPO}/like", route(unlike), methods=["DELETE"]),
    Route(f"{API_REPO}/likers", route(likers)),
    Route(f"{API_REPO}/user-access-request/handle", route(handle, body="json"), methods=["POST"]),
    Route(f"{API_REPO}/user-access-request/batch", route(handle_many, body="json"), methods=["POST"]),
    Route(f"{API_REPO}/user-access-request/grant", route(grant, body="json"), methods=["POST"]),
    Route(f"{API_REPO}/user-access-request/cancel", route(cancel), methods=["POST"]),
    Route(f"{API_REPO}/user-access-request/{{status:part}}", route(listing)),
    *(Route(f"{repo}/ask-access", route(ask, body="form"), methods=["POST"]) for repo in WEB_REPOS),
]
