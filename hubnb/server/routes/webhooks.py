"""Webhooks of the caller: made, changed, switched off."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from hubnb.server.call import route
from hubnb.server.database import new_id
from hubnb.server.repositories import check_propose
from hubnb.server.webhooks import is_address
from hubnb.server.wire import REPO_TYPES, HubProblem, bad_request

if TYPE_CHECKING:
    import sqlite3

    from hubnb.server.call import Call

_DOMAINS = ("repo", "discussion")
_MAX_WEBHOOKS = 100
_MAX_WATCHED = 100


def _json(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "url": row["url"],
        "watched": json.loads(row["watched"]),
        "domains": json.loads(row["domains"]),
        "secret": row["secret"],
        "disabled": bool(row["disabled"]),
    }


def _own(call: Call) -> sqlite3.Row:
    check_propose(call.caller)
    row = call.hub.database.one(
        "SELECT * FROM webhooks WHERE id = ? AND user_id = ?", call.parameters["webhook"], call.caller.id
    )
    if row is None:
        raise HubProblem(404, "Webhook not found")
    return row


def _watched(call: Call) -> list[dict[str, str]]:
    items = call.body.get("watched")
    if not isinstance(items, list) or len(items) > _MAX_WATCHED:
        message = f"watched must be a list of at most {_MAX_WATCHED} things."
        raise bad_request(message)
    found = []
    for item in items:
        kind, name = (item.get("type"), item.get("name")) if isinstance(item, dict) else (None, None)
        if kind not in {"user", "org", *REPO_TYPES} or not isinstance(name, str) or not name or len(name) > 300:
            message = 'Each of watched must be {"type": "user", "org" or a kind of repository, "name": ...}.'
            raise bad_request(message)
        found.append({"type": kind, "name": name})
    return found


def _domains(call: Call) -> list[str]:
    domains: Any = call.body.get("domains") or list(_DOMAINS)
    if not isinstance(domains, list) or not all(domain in _DOMAINS for domain in domains):
        message = f"domains must be some of {', '.join(_DOMAINS)}."
        raise bad_request(message)
    return domains


def _address(call: Call) -> str:
    url: Any = call.body.get("url")
    if not is_address(url):
        message = "url must be an address that begins with http:// or https://; this Hub runs no jobs."
        raise bad_request(message)
    return url


def _secret(call: Call) -> str | None:
    secret = call.body.get("secret")
    if secret is None:
        return None
    if not isinstance(secret, str) or len(secret) > 200 or not secret.isascii() or not secret.isprintable():
        message = "secret must be at most 200 printable ASCII characters."
        raise bad_request(message)
    return secret


def listing(call: Call) -> list[dict[str, Any]]:
    """List the caller's webhooks."""
    check_propose(call.caller)
    rows = call.hub.database.all("SELECT * FROM webhooks WHERE user_id = ? ORDER BY created_at", call.caller.id)
    return [_json(row) for row in rows]


def create(call: Call) -> dict[str, Any]:
    """Make a webhook."""
    check_propose(call.caller)
    values = (_address(call), json.dumps(_watched(call)), json.dumps(_domains(call)), _secret(call))
    held = call.hub.database.one("SELECT count(*) AS number FROM webhooks WHERE user_id = ?", call.caller.id)
    if held is not None and held["number"] >= _MAX_WEBHOOKS:
        raise HubProblem(413, f"One user can have at most {_MAX_WEBHOOKS} webhooks.")
    call.parameters["webhook"] = new_id()
    call.hub.database.write(
        "INSERT INTO webhooks VALUES (?, ?, ?, ?, ?, ?, 0, ?)",
        *(call.parameters["webhook"], call.caller.id, *values, time.time()),
    )
    return show(call)


def show(call: Call) -> dict[str, Any]:
    """Describe a webhook."""
    return {"webhook": _json(_own(call))}


def update(call: Call) -> dict[str, Any]:
    """Change a webhook; what isn't named stays."""
    row, body = _own(call), call.body
    call.hub.database.write(
        "UPDATE webhooks SET url = ?, watched = ?, domains = ?, secret = ? WHERE id = ?",
        _address(call) if body.get("url") is not None else row["url"],
        json.dumps(_watched(call)) if body.get("watched") else row["watched"],
        json.dumps(_domains(call)) if body.get("domains") else row["domains"],
        _secret(call) if body.get("secret") is not None else row["secret"],
        row["id"],
    )
    return show(call)


def delete(call: Call) -> dict[str, Any]:
    """Delete a webhook."""
    call.hub.database.write("DELETE FROM webhooks WHERE id = ?", _own(call)["id"])
    return {"success": True}


def switch(call: Call) -> dict[str, Any]:
    """Enable or disable a webhook."""
    disabled = call.request.scope["path"].endswith("/disable")
    call.hub.database.write("UPDATE webhooks SET disabled = ? WHERE id = ?", disabled, _own(call)["id"])
    return show(call)


_WEBHOOKS = "/api/settings/webhooks"
_ONE = f"{_WEBHOOKS}/{{webhook:hex}}"
ROUTES = [
    Route(_WEBHOOKS, route(listing)),
    Route(_WEBHOOKS, route(create, body="json"), methods=["POST"]),
    Route(_ONE, route(show)),
    Route(_ONE, route(update, body="json"), methods=["POST"]),
    Route(_ONE, route(delete), methods=["DELETE"]),
    Route(f"{_ONE}/enable", route(switch), methods=["POST"]),
    Route(f"{_ONE}/disable", route(switch), methods=["POST"]),
]
