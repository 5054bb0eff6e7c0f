"""Collections: lists of repositories that somebody put together."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.routing import Route

from hubnb.server.accounts import account
from hubnb.server.call import route
from hubnb.server.database import new_id
from hubnb.server.discussions import author
from hubnb.server.repositories import Repository, check_propose, find, may_see
from hubnb.server.wire import (
    REPO_TYPES,
    HubProblem,
    bad_request,
    conflict,
    forbidden,
    is_true,
    iso_date,
    json_response,
    repeated,
    repo_not_found,
    whole_number,
)

if TYPE_CHECKING:
    import sqlite3

    from starlette.responses import Response

    from hubnb.server.call import Call

_MAX_TITLE_CHARS = 100
_MAX_TEXT_CHARS = 500
_MAX_ITEMS = 1000
_SHOWN_IN_LISTS = 4
_SLUG_END = re.compile(r"([0-9a-f]{24})\Z")
_THEMES = ("orange", "blue", "green", "purple", "pink", "indigo")


def slug_of(call: Call, row: sqlite3.Row) -> str:
    """Return the address of a collection below ``/collections/``; only its end counts, so it may change."""
    owner = author(call.hub, row["owner_id"]) or {"name": "deleted"}
    words = re.sub(r"[^a-z0-9]+", "-", row["title"].lower()).strip("-")
    return f"{owner['name']}/{words}-{row['id']}" if words else f"{owner['name']}/{row['id']}"


def _json(call: Call, row: sqlite3.Row, *, items: int = _MAX_ITEMS) -> dict[str, Any]:
    found = {
        "slug": slug_of(call, row),
        "title": row["title"],
        "owner": author(call.hub, row["owner_id"]),
        "items": _items(call, row["id"])[:items],
        "lastUpdated": iso_date(row["updated_at"]),
        "position": 0,
        "private": bool(row["private"]),
        "theme": row["theme"],
        "upvotes": 0,
        "isUpvotedByUser": False,
    }
    return found if row["description"] is None else {**found, "description": row["description"]}


def _items(call: Call, collection_id: str) -> list[dict[str, Any]]:
    """Describe the items the caller may see, as they are now."""
    rows = call.hub.database.all(
        "SELECT * FROM collection_items WHERE collection_id = ? ORDER BY position, rowid", collection_id
    )
    found = []
    for row in rows:
        described = _target(call, row["type"], row["target_id"])
        if described is not None:
            note = {} if row["note"] is None else {"note": {"text": row["note"]}}
            found.append({"_id": row["id"], "type": row["type"], "position": len(found), **described, **note})
    return found


def _target(call: Call, kind: str, target_id: str) -> dict[str, Any] | None:
    if kind == "paper":
        return {"id": target_id}
    if kind == "collection":
        row = call.hub.database.one("SELECT * FROM collections WHERE id = ?", target_id)
        shown = row is not None and (not row["private"] or _may_edit(call, row))
        return {"id": row["id"], "slug": slug_of(call, row), "title": row["title"]} if shown and row else None
    row = call.hub.database.one("SELECT * FROM repos WHERE id = ?", target_id)
    repo = Repository.of(row) if row else None
    if repo is None or not may_see(call.caller, repo):
        return None
    return {
        "id": repo.full_name,
        "author": repo.namespace,
        "repoType": repo.type,
        "private": repo.private,
        "gated": repo.gated or False,
        "likes": repo.likes,
        "downloads": repo.downloads,
        "lastModified": iso_date(repo.modified_at),
    }


def _may_edit(call: Call, row: sqlite3.Row) -> bool:
    owner = author(call.hub, row["owner_id"])
    return owner is not None and call.caller.role_in(owner["name"]) in {"admin", "write"}


def _found(call: Call) -> sqlite3.Row:
    match = _SLUG_END.search(call.parameters["slug"])
    row = call.hub.database.one("SELECT * FROM collections WHERE id = ?", match[1]) if match else None
    if row is None or (row["private"] and not _may_edit(call, row)):
        raise HubProblem(404, "Collection not found")
    return row


def _found_for_editing(call: Call) -> sqlite3.Row:
    row = _found(call)
    check_propose(call.caller)
    if not _may_edit(call, row):
        message = "This collection belongs to somebody else."
        raise forbidden(message)
    return row


def _text(body: dict[str, Any], key: str, limit: int, *, required: bool = False) -> str | None:
    value = body.get(key)
    if value is None and not required:
        return None
    if not isinstance(value, str) or (required and not value.strip()) or len(value) > limit:
        message = f"{key} must be a text of at most {limit} characters."
        raise bad_request(message)
    return value


def listing(call: Call) -> Response:
    """List collections, the ones changed last first."""
    parts, values = ["1"], list[Any]()
    for name in repeated(call.query, "owner"):
        parts.append("owner_id = (SELECT id FROM accounts WHERE name = ?)")
        values.append(name)
    for item in repeated(call.query, "item"):
        kind, _, name = item.partition("/")
        namespace, _, name = name.partition("/")
        repo = find(call.hub, kind.removesuffix("s"), namespace, name)
        parts.append("id IN (SELECT collection_id FROM collection_items WHERE target_id = ?)")
        values.append(repo.id if repo is not None and may_see(call.caller, repo) else "")
    size = whole_number(call.query, "limit", 100, low=1, high=100)
    start = whole_number(call.query, "cursor", 0, high=10_000_000)
    rows = call.hub.database.all(
        f"SELECT * FROM collections WHERE {' AND '.join(parts)} ORDER BY updated_at DESC, id",  # noqa: S608
        *values,
    )
    rows = [row for row in rows if not row["private"] or _may_edit(call, row)]
    headers = {}
    if start + size < len(rows):
        kept = [(key, value) for key, value in call.query.multi_items() if key != "cursor"]
        query = urlencode([*kept, ("cursor", start + size)])
        headers["Link"] = f'<{call.base}/api/collections?{query}>; rel="next"'
    shown = [_json(call, row, items=_SHOWN_IN_LISTS) for row in rows[start : start + size]]
    for item in shown:
        del item["position"]  # clients count themselves
    return json_response(shown, headers=headers)


def create(call: Call) -> dict[str, Any]:
    """Make a collection."""
    check_propose(call.caller)
    body, namespace = call.body, call.body.get("namespace") or call.caller.name
    owner = account(call.hub.database, namespace) if isinstance(namespace, str) else None
    if owner is None or call.caller.role_in(owner["name"]) not in {"admin", "write"}:
        message = f"You don't have the rights to write in the namespace {str(namespace)[:96]}."
        raise forbidden(message)
    title = _text(body, "title", _MAX_TITLE_CHARS, required=True)
    description, now, collection_id = _text(body, "description", _MAX_TEXT_CHARS), time.time(), new_id()
    call.hub.database.write(
        "INSERT INTO collections VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        *(collection_id, owner["id"], title, description, is_true(body.get("private", False)), "indigo", now, now),
    )
    return _by_id(call, collection_id)


def _by_id(call: Call, collection_id: str) -> dict[str, Any]:
    row = call.hub.database.one("SELECT * FROM collections WHERE id = ?", collection_id)
    if row is None:
        raise HubProblem(404, "Collection not found")
    return _json(call, row)


def show(call: Call) -> dict[str, Any]:
    """Describe a collection and its items."""
    return _json(call, _found(call))


def update(call: Call) -> dict[str, Any]:
    """Change what is said of a collection."""
    row, body = _found_for_editing(call), call.body
    theme = body.get("theme", row["theme"])
    if theme not in _THEMES:
        message = f"theme must be one of {', '.join(_THEMES)}."
        raise bad_request(message)
    title = row["title"] if "title" not in body else _text(body, "title", _MAX_TITLE_CHARS, required=True)
    text = row["description"] if "description" not in body else _text(body, "description", _MAX_TEXT_CHARS)
    call.hub.database.write(
        "UPDATE collections SET title = ?, description = ?, private = ?, theme = ?, updated_at = ? WHERE id = ?",
        *(title, text, is_true(body.get("private", row["private"])), theme, time.time(), row["id"]),
    )
    return {"success": True, "data": _by_id(call, row["id"])}


def delete(call: Call) -> dict[str, Any]:
    """Delete a collection; what it lists stays."""
    call.hub.database.write("DELETE FROM collections WHERE id = ?", _found_for_editing(call)["id"])
    return {"success": True}


def add_item(call: Call) -> dict[str, Any]:
    """Put something into a collection."""
    row, item = _found_for_editing(call), call.body.get("item")
    kind, name = (item.get("type"), item.get("id")) if isinstance(item, dict) else (None, None)
    if not isinstance(kind, str) or not isinstance(name, str) or len(name) > 300:
        message = 'item must be {"type": ..., "id": ...}.'
        raise bad_request(message)
    target, note = _target_id(call, kind, name), _text(call.body, "note", _MAX_TEXT_CHARS)
    database = call.hub.database
    held = database.all("SELECT type, target_id FROM collection_items WHERE collection_id = ?", row["id"])
    if len(held) >= _MAX_ITEMS:
        raise HubProblem(413, f"A collection holds at most {_MAX_ITEMS} items.")
    if any((found["type"], found["target_id"]) == (kind, target) for found in held):
        message = f"{name} is already in this collection."
        raise conflict(message)
    database.write(
        "INSERT OR IGNORE INTO collection_items VALUES (?, ?, ?, ?, ?, ?)",
        *(new_id(), row["id"], kind, target, note, len(held)),
    )
    _touch(call, row)
    return _by_id(call, row["id"])


def _target_id(call: Call, kind: str, name: str) -> str:
    """Return the identity of what is put in; names may change later."""
    if kind == "paper":
        return name
    if kind == "collection":
        match = _SLUG_END.search(name)
        row = call.hub.database.one("SELECT * FROM collections WHERE id = ?", match[1]) if match else None
        if row is None or (row["private"] and not _may_edit(call, row)):
            raise HubProblem(404, "Collection not found")
        return row["id"]
    if kind not in REPO_TYPES:
        message = f"type must be one of {', '.join((*REPO_TYPES, 'paper', 'collection'))}."
        raise bad_request(message)
    namespace, _, name = name.partition("/")
    repo = find(call.hub, kind, namespace, name)
    if repo is None or not may_see(call.caller, repo):
        raise repo_not_found()
    return repo.id


def _touch(call: Call, row: sqlite3.Row) -> None:
    call.hub.database.write("UPDATE collections SET updated_at = ? WHERE id = ?", time.time(), row["id"])


def _item_ids(call: Call, row: sqlite3.Row) -> list[str]:
    """Return the items in their order, the one in the path among them."""
    rows = call.hub.database.all(
        "SELECT id FROM collection_items WHERE collection_id = ? ORDER BY position, rowid", row["id"]
    )
    found = [item["id"] for item in rows]
    if call.parameters["item"] not in found:
        raise HubProblem(404, "This collection has no such item.")
    return found


def update_item(call: Call) -> dict[str, Any]:
    """Change the note of an item, or its place."""
    row, item = _found_for_editing(call), call.parameters["item"]
    order = _item_ids(call, row)
    position = call.body.get("position")
    if position is not None:
        if not isinstance(position, int) or isinstance(position, bool) or position < 0:
            message = "position must be a whole number from 0."
            raise bad_request(message)
        order.remove(item)
        order.insert(position, item)
    with call.hub.database.transaction() as transaction:
        if "note" in call.body:
            note = _text(call.body, "note", _MAX_TEXT_CHARS)
            transaction.execute("UPDATE collection_items SET note = ? WHERE id = ?", (note, item))
        transaction.executemany("UPDATE collection_items SET position = ? WHERE id = ?", list(enumerate(order)))
    _touch(call, row)
    return {"success": True, "data": _by_id(call, row["id"])}


def delete_item(call: Call) -> dict[str, Any]:
    """Take something out of a collection."""
    row = _found_for_editing(call)
    _item_ids(call, row)
    call.hub.database.write("DELETE FROM collection_items WHERE id = ?", call.parameters["item"])
    _touch(call, row)
    return {"success": True}


_COLLECTION = "/api/collections/{namespace:part}/{slug:part}"
ROUTES = [
    Route("/api/collections", route(listing)),
    Route("/api/collections", route(create, body="json"), methods=["POST"]),
    Route(_COLLECTION, route(show)),
    Route(_COLLECTION, route(update, body="json"), methods=["PATCH"]),
    Route(_COLLECTION, route(delete), methods=["DELETE"]),
    Route(f"{_COLLECTION}/items", route(add_item, body="json"), methods=["POST"]),
    Route(f"{_COLLECTION}/items/{{item:part}}", route(update_item, body="json"), methods=["PATCH"]),
    Route(f"{_COLLECTION}/items/{{item:part}}", route(delete_item), methods=["DELETE"]),
]
