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
    if caller.token_role == "fineGrained":  # noqa: S105
        entity = {"_id": caller.id, "type": "user", "name": caller.name}
        scope = {"entity": entity, "permissions": ["repo.content.read", "repo.write"]}
        token["fineGrained"] = {"canReadGatedRepos": True, "global": [], "scoped": [scope]}
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


def overview(call: Call) -> dict[str, Any]:
    """Describe a user or an organisation."""
    name = call.parameters["account"]
    kind = "org" if call.request.url.path.startswith("/api/organizations/") else "user"
    row = call.hub.database.one("SELECT * FROM accounts WHERE name = ? AND kind = ?", name, kind)
    if row is None:
        raise HubProblem(404, f"There is no {kind} {name}.")
    counts = {
        f"num{plural}": _count(call, repo_type, row["name"])
        for repo_type, plural in (
            ("model", "Models"),
            ("dataset", "Datasets"),
            ("space", "Spaces"),
            ("kernel", "Kernels"),
        )
    }
    return {
        "_id": row["id"],
        "user" if kind == "user" else "name": row["name"],
        "type": kind,
        "fullname": row["fullname"],
        "avatarUrl": f"/avatars/{row['id']}.svg",
        "isPro": False,
        **counts,
        "numLikes": 0,
        "numFollowers": 0,
        "orgs": [],
    }


def _count(call: Call, repo_type: str, namespace: str) -> int:
    member = call.caller.role_in(namespace) is not None
    row = call.hub.database.one(
        "SELECT count(*) AS number FROM repos WHERE type = ? AND namespace = ? AND (private = 0 OR ?)",
        repo_type,
        namespace,
        member,
    )
    return row["number"] if row else 0


def likes_of_user(call: Call) -> list[dict[str, Any]]:
    """List the public repositories a user likes."""
    rows = call.hub.database.all(
        "SELECT repos.type, repos.namespace, repos.name, likes.created_at FROM likes"
        " JOIN repos ON repos.id = likes.repo_id JOIN accounts ON accounts.id = likes.user_id"
        " WHERE accounts.name = ? AND repos.private = 0 ORDER BY likes.created_at DESC",
        call.parameters["account"],
    )
    return [
        {
            "createdAt": iso_date(row["created_at"]),
            "repo": {"name": f"{row['namespace']}/{row['name']}", "type": row["type"]},
        }
        for row in rows
    ]


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
    Route("/api/users/{account:part}/overview", route(overview)),
    Route("/api/organizations/{account:part}/overview", route(overview)),
    Route("/api/users/{account:part}/likes", route(likes_of_user)),
]
