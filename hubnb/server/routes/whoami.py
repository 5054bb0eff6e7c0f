"""Who the token belongs to, and small talk that clients send along."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from starlette.responses import Response
from starlette.routing import Route

from hubnb.server.call import route
from hubnb.server.cardlint import lint
from hubnb.server.repositories import find, may_see
from hubnb.server.wire import REPO_TYPES, HubProblem, iso_date, json_response, login_required, repo_not_found

if TYPE_CHECKING:
    from hubnb.server.accounts import Caller
    from hubnb.server.call import Call

_REPO = re.compile(r"/api/(model|dataset|space|kernel)s/([^/]+)/([^/]+)|/(?!api/)[^/]+(?:/[^/]+)?/(?:resolve|raw)/")


def whoami(call: Call) -> dict[str, Any]:
    """Describe the caller."""
    caller = call.caller
    if caller.anonymous:
        raise login_required()
    row = call.hub.database.one("SELECT * FROM accounts WHERE id = ?", caller.id)
    if row is None:
        raise login_required()
    organizations = call.hub.database.all(
        "SELECT accounts.*, members.role FROM members JOIN accounts ON accounts.id = organization_id"
        " WHERE user_id = ? ORDER BY accounts.name",
        caller.id,
    )
    token: dict[str, Any] = {
        "displayName": caller.token_name,
        "role": caller.token_role,
        "createdAt": iso_date(caller.token_created_at),
    }
    if caller.scopes is not None:
        token["fineGrained"] = caller.scopes.as_json()
        for scope in token["fineGrained"]["scoped"]:
            scope["entity"]["_id"] = _entity_id(call, scope["entity"])
    return {
        **_account(row),
        "type": "user",
        "emailVerified": row["email"] is not None,
        "isPro": False,
        "billingMode": "prepaid",
        "orgs": [
            {**_account(row), "type": "org", "roleInOrg": row["role"], "isEnterprise": False, "plan": None}
            for row in organizations
        ],
        "auth": _auth(caller, token),
    }


def _entity_id(call: Call, entity: dict[str, Any]) -> str | None:
    if entity["type"] in {"user", "org"}:
        row = call.hub.database.one("SELECT id FROM accounts WHERE name = ?", entity["name"])
        return row["id"] if row else None
    namespace, _, name = entity["name"].partition("/")
    repo = find(call.hub, entity["type"], namespace, name)
    return repo.id if repo is not None else None


def _auth(caller: Caller, token: dict[str, Any]) -> dict[str, Any]:
    if caller.token_expires_at is None:
        return {"type": "access_token", "accessToken": token}
    return {"type": "oauth", "expiresAt": iso_date(caller.token_expires_at)}


def _account(row: Any) -> dict[str, Any]:
    return {
        "id": row["id"],
        "name": row["name"],
        "fullname": row["fullname"],
        "email": row["email"],
        "canPay": False,
        "periodEnd": None,
        "avatarUrl": f"/avatars/{row['id']}.svg",
    }


def validate_yaml(call: Call) -> Any:
    """Check the metadata of a README; JSON whatever it says, because clients parse it."""
    content = call.body.get("content")
    if not isinstance(content, str):
        raise HubProblem(
            400,
            "content must be the text of a README.",
            extra={"errors": [{"message": "content is missing"}], "warnings": []},
        )
    repo_type = call.body.get("repoType")
    found = lint(content, repo_type if repo_type in REPO_TYPES else "model")
    status = 400 if found.errors else 200
    if call.request.headers.get("accept", "").strip() == "text/plain":  # a card that checks itself shows the text
        return Response(found.as_text().encode("utf-8", "replace"), status, media_type="text/plain; charset=utf-8")
    error = {"error": "\n".join(found.errors)} if found.errors else {}
    return json_response({**error, **found.as_json()}, status=status)


def telemetry(_: Call) -> Response:
    """Take note of nothing."""
    return Response(status_code=204)


def agent_harnesses(_: Call) -> dict[str, Any]:
    """Name no agents; clients ask for them at their start, to put one into their user-agent."""
    return {"standardEnvVars": [], "harnesses": {}}


def _is_known(call: Call, repo_type: str | None, namespace: str | None, name: str | None) -> bool:
    repo = find(call.hub, repo_type, unquote(namespace), unquote(name)) if repo_type and namespace and name else None
    return repo is not None and may_see(call.caller, repo)


def no_such_route(call: Call) -> None:
    """Answer what no other route took."""
    path = call.request.scope["path"]
    named = _REPO.match(path)
    if named is not None and not _is_known(call, *named.groups()):
        raise repo_not_found()  # or an id without a namespace, which this Hub has none of
    message = f"There is no {call.request.method} {path[:200]} on this Hub."
    raise HubProblem(404, message)


ROUTES = [
    Route("/api/whoami-v2", route(whoami)),
    Route("/api/validate-yaml", route(validate_yaml, body="json"), methods=["POST"]),
    Route("/api/telemetry/{topic:rest}", route(telemetry), methods=["GET", "HEAD", "POST"]),
    Route("/api/agent-harnesses", route(agent_harnesses)),
]
