"""Which files a revision holds."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.routing import Route

from hubnb.server.call import route
from hubnb.server.history import Change, last_changes
from hubnb.server.names import is_commit_id
from hubnb.server.paths import API_REPO
from hubnb.server.wire import bad_request, entry_not_found, is_true, json_response, whole_number

if TYPE_CHECKING:
    from starlette.responses import Response

    from hubnb.server.call import Call
    from hubnb.server.snapshot import Entry

_MAX_PATHS = 2000
_PAGE = 1000
_EXPANDED_PAGE = 100


def entry_json(entry: Entry, change: Change | None = None) -> dict[str, Any]:
    """Describe a file or folder as tree answers do."""
    found: dict[str, Any] = {
        "type": "directory" if entry.is_folder else "file",
        "oid": entry.oid,
        "size": entry.size,
        "path": entry.path,
    }
    if entry.pointer is not None:
        found["lfs"] = {"oid": entry.pointer.oid, "size": entry.size, "pointerSize": entry.pointer_size}
    if change is not None:
        found["lastCommit"] = change.json()
    return found


def split_revision(call: Call) -> tuple[str, str]:
    """Return the commit and the path inside it.

    A revision with slashes should arrive as ``refs%2Fpr%2F1``; where it arrives as ``refs/pr/1/a.txt``, the longest
    ref that exists wins.
    """
    revision, path = call.parameters["revision"], call.parameters.get("path", "").strip("/")
    parts = path.split("/") if path else []
    git = call.git
    if revision == "refs" or (parts and not is_commit_id(revision) and git.ref_of(revision) is None):
        for count in range(min(len(parts), 8), 0, -1):
            longer = "/".join([revision, *parts[:count]])
            if git.ref_of(longer) is not None:
                return git.resolve(longer), "/".join(parts[count:])
    return git.resolve(revision), path


def tree(call: Call) -> Response:
    """List a folder."""
    commit, path = split_revision(call)
    snapshot = call.snapshot(commit)
    if path and snapshot.folder(path) is None:
        fault = "is a file, not a folder" if snapshot.get(path) else "does not exist on this revision"
        raise entry_not_found(commit, f"{path[:200]} {fault}")
    expand = is_true(call.query.get("expand"))
    entries = snapshot.under(path, recursive=is_true(call.query.get("recursive")))
    largest = _EXPANDED_PAGE if expand else _PAGE
    size = whole_number(call.query, "limit", largest, low=1, high=largest)
    start = _position(call.query.get("cursor"))
    page = entries[start : start + size]
    changes = last_changes(call.git, commit, [entry.path for entry in page]) if expand else {}
    headers = {"X-Repo-Commit": commit}
    if start + size < len(entries):
        headers["Link"] = f'<{_next_page(call, start + size)}>; rel="next"'
    return json_response([entry_json(entry, changes.get(entry.path)) for entry in page], headers=headers)


def _position(cursor: str | None) -> int:
    if not cursor:
        return 0
    try:
        return max(0, int(base64.urlsafe_b64decode(cursor.encode()).decode()))
    except ValueError:
        message = "cursor must come from the Link header of the page before."
        raise bad_request(message) from None


def _next_page(call: Call, start: int) -> str:
    cursor = base64.urlsafe_b64encode(str(start).encode()).decode()
    kept = [(key, value) for key, value in call.query.multi_items() if key != "cursor"]
    path = call.request.scope["raw_path"].decode("ascii", "replace")
    return f"{call.base}{path}?{urlencode([*kept, ('cursor', cursor)])}"


def paths_info(call: Call) -> list[dict[str, Any]]:
    """Describe the given paths; those that are not there are left out."""
    commit, _ = split_revision(call)
    paths = call.body.get("paths", [])
    paths = [paths] if isinstance(paths, str) else paths
    if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
        message = "paths must be a path or a list of paths."
        raise bad_request(message)
    if len(paths) > _MAX_PATHS:
        message = f"At most {_MAX_PATHS} paths can be asked for at once."
        raise bad_request(message)
    expand = call.body.get("expand", False)
    expand = is_true(expand[0] if isinstance(expand, list) and expand else expand)
    snapshot = call.snapshot(commit)
    asked = dict.fromkeys(path.rstrip("/") for path in paths)
    found = [entry for entry in map(snapshot.get, asked) if entry is not None]
    changes = last_changes(call.git, commit, [entry.path for entry in found]) if expand else {}
    return [entry_json(entry, changes.get(entry.path)) for entry in found]


ROUTES = [
    Route(f"{API_REPO}/tree/{{revision:part}}", route(tree)),
    Route(f"{API_REPO}/tree/{{revision:part}}/{{path:rest}}", route(tree)),
    Route(f"{API_REPO}/paths-info/{{revision:part}}", route(paths_info, body="form"), methods=["POST"]),
    Route(f"{API_REPO}/paths-info/{{revision:part}}/{{path:rest}}", route(paths_info, body="form"), methods=["POST"]),
]
