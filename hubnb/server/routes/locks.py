"""File locks of git-lfs: who is at work on which large file."""

from __future__ import annotations

import sqlite3
import time
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from hubnb.server.call import route
from hubnb.server.database import new_id
from hubnb.server.names import check_file_path
from hubnb.server.paths import GIT_REPOS
from hubnb.server.repositories import MAIN
from hubnb.server.wire import HubProblem, forbidden, is_true, iso_date, json_response, whole_number

if TYPE_CHECKING:
    from starlette.responses import Response

    from hubnb.server.call import Call
    from hubnb.server.repositories import Repository

_LFS_TYPE = "application/vnd.git-lfs+json"
_MAX_PAGE = 100
_MAX_LOCKS = 10_000
_SELECT = "SELECT locks.*, accounts.name AS owner FROM locks JOIN accounts ON accounts.id = owner_id WHERE repo_id = ?"


def _json(row: sqlite3.Row) -> dict[str, Any]:
    owner = {"name": row["owner"]}
    return {"id": row["id"], "path": row["path"], "locked_at": iso_date(row["locked_at"]), "owner": owner}


def _answer(data: dict[str, Any], status: int = 200) -> Response:
    response = json_response(data, status=status)
    response.headers["content-type"] = _LFS_TYPE
    return response


def _ref(value: Any) -> str:
    name = value.get("name") if isinstance(value, dict) else value
    return name[:500] if isinstance(name, str) and name else MAIN


def lock(call: Call) -> Response:
    """Lock a file, which needn't be there yet."""
    repo, path = call.repo_for_writing(), check_file_path(call.body.get("path"))
    held = call.hub.database.one("SELECT count(*) AS number FROM locks WHERE repo_id = ?", repo.id)
    if held is not None and held["number"] >= _MAX_LOCKS:
        raise HubProblem(413, f"A repository can have at most {_MAX_LOCKS} locks.")
    values = (new_id(), repo.id, path, _ref(call.body.get("ref")), call.caller.id, time.time())
    try:
        call.hub.database.write("INSERT INTO locks VALUES (?, ?, ?, ?, ?, ?)", *values)
    except sqlite3.IntegrityError:
        rows = call.hub.database.all(f"{_SELECT} AND path = ?", repo.id, path)
        extra = {"lock": _json(rows[0]), "message": "already created lock"} if rows else {}
        message = f"{path} is already locked."
        raise HubProblem(409, message, extra=extra) from None
    return _answer({"lock": _json(_found(call, repo, values[0]))}, 201)


def _found(call: Call, repo: Repository, lock_id: str) -> sqlite3.Row:
    row = call.hub.database.one(f"{_SELECT} AND locks.id = ?", repo.id, lock_id)
    if row is None:
        raise HubProblem(404, "There is no such lock.")
    return row


def listing(call: Call) -> Response:
    """List locks, in pages."""
    repo, query, sql = call.repo_for_reading(), call.query, _SELECT
    values: list[Any] = [repo.id]
    for key, column in (("path", "path"), ("id", "locks.id"), ("refspec", "ref")):
        if query.get(key):
            sql += f" AND {column} = ?"
            values.append(query[key])
    size = whole_number(query, "limit", _MAX_PAGE, low=1, high=_MAX_PAGE)
    start = whole_number(query, "cursor", 0, high=_MAX_LOCKS)
    rows = call.hub.database.all(f"{sql} ORDER BY path LIMIT ? OFFSET ?", *values, size + 1, start)
    return _answer({"locks": [_json(row) for row in rows[:size]], **_cursor(rows, start, size)})


def _cursor(rows: list[sqlite3.Row], start: int, size: int) -> dict[str, str]:
    return {"next_cursor": str(start + size)} if len(rows) > size else {"next_cursor": ""}


def verify(call: Call) -> Response:
    """Tell git-lfs, which asks before every push, which locks are its user's and which are not."""
    repo = call.repo_for_writing()
    limit, cursor = call.body.get("limit"), str(call.body.get("cursor") or "0")
    size = min(limit, _MAX_PAGE) if isinstance(limit, int) and limit > 0 else _MAX_PAGE
    start = int(cursor) if cursor.isdecimal() and len(cursor) < 9 else 0
    rows = call.hub.database.all(f"{_SELECT} ORDER BY path LIMIT ? OFFSET ?", repo.id, size + 1, start)
    shown = rows[:size]
    return _answer(
        {
            "ours": [_json(row) for row in shown if row["owner_id"] == call.caller.id],
            "theirs": [_json(row) for row in shown if row["owner_id"] != call.caller.id],
            **_cursor(rows, start, size),
        }
    )


def unlock(call: Call) -> Response:
    """Open a lock: one's own, or by force somebody else's."""
    repo = call.repo_for_writing()
    row = _found(call, repo, call.parameters["lock"])
    if row["owner_id"] != call.caller.id and not is_true(call.body.get("force", False)):
        message = f"{row['path']} is locked by {row['owner']}. Use --force to open it all the same."
        raise forbidden(message)
    call.hub.database.write("DELETE FROM locks WHERE id = ?", row["id"])
    return _answer({"lock": _json(row)})


ROUTES = [
    entry
    for locks in (f"{repo}/info/lfs/locks" for repo in GIT_REPOS)
    for entry in (
        Route(locks, route(listing)),
        Route(locks, route(lock, body="json"), methods=["POST"]),
        Route(f"{locks}/verify", route(verify, body="json"), methods=["POST"]),
        Route(f"{locks}/{{lock:hex}}/unlock", route(unlock, body="json"), methods=["POST"]),
    )
]
