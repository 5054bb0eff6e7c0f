"""Users and organisations: what they have, like and belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.routing import Route

from hubnb.server.call import route
from hubnb.server.vocabulary import LIBRARIES, TASKS
from hubnb.server.wire import REPO_TYPES, HubProblem, forbidden, iso_date, json_response, login_required, whole_number

if TYPE_CHECKING:
    import sqlite3

    from starlette.responses import Response

    from hubnb.server.call import Call

_MAX_PAGE = 1000
_KINDS_OF_TAGS = {
    "license": "license",
    "language": "language",
    "dataset": "dataset",
    "region": "region",
    "arxiv": "arxiv",
    "task_categories": "task_categories",
    "size_categories": "size_categories",
}


def _account(call: Call) -> sqlite3.Row:
    kind = "org" if call.request.scope["path"].startswith("/api/organizations/") else "user"
    name = call.parameters["account"]
    row = call.hub.database.one("SELECT * FROM accounts WHERE name = ? AND kind = ?", name, kind)
    if row is None:
        raise HubProblem(404, f"There is no {'organization' if kind == 'org' else 'user'} {name[:96]}.")
    return row


def _number(call: Call, sql: str, *values: Any) -> int:
    row = call.hub.database.one(f"SELECT count(*) AS number {sql}", *values)
    return row["number"] if row else 0


def short(row: sqlite3.Row) -> dict[str, Any]:
    """Describe an account as lists of people do."""
    return {
        "_id": row["id"],
        "user": row["name"],
        "fullname": row["fullname"],
        "avatarUrl": f"/avatars/{row['id']}.svg",
        "type": row["kind"],
        "isPro": False,
    }


def overview(call: Call) -> dict[str, Any]:
    """Describe a user or an organisation."""
    row = _account(call)
    member = call.caller.may_read_in(row["name"])
    counts = {
        f"num{repo_type.capitalize()}s": _number(
            call,
            "FROM repos WHERE type = ? AND namespace = ? AND (private = 0 OR ?)",
            *(repo_type, row["name"], member),
        )
        for repo_type in REPO_TYPES
    }
    found = {
        "_id": row["id"],
        "type": row["kind"],
        "fullname": row["fullname"],
        "avatarUrl": f"/avatars/{row['id']}.svg",
        "createdAt": iso_date(row["created_at"]),
        "isFollowing": False,
        "numFollowers": 0,
        "numPapers": 0,
        **counts,
    }
    if row["kind"] == "org":
        members = _number(call, "FROM members WHERE organization_id = ?", row["id"])
        return {**found, "name": row["name"], "numUsers": members, "isVerified": False, "plan": None}
    orgs = call.hub.database.all(
        "SELECT accounts.* FROM members JOIN accounts ON accounts.id = organization_id WHERE user_id = ? ORDER BY name",
        row["id"],
    )
    return {
        **found,
        "user": row["name"],
        "isPro": False,
        "numDiscussions": _number(call, "FROM discussions WHERE author_id = ?", row["id"]),
        "numLikes": _number(call, "FROM likes WHERE user_id = ?", row["id"]),
        "numFollowing": 0,
        "numUpvotes": 0,
        "orgs": [
            {
                "id": org["id"],
                "name": org["name"],
                "fullname": org["fullname"],
                "avatarUrl": f"/avatars/{org['id']}.svg",
            }
            for org in orgs
        ],
    }


def members(call: Call) -> list[dict[str, Any]]:
    """List the members of an organisation."""
    rows = call.hub.database.all(
        "SELECT accounts.* FROM members JOIN accounts ON accounts.id = user_id WHERE organization_id = ?"
        " ORDER BY accounts.name",
        _account(call)["id"],
    )
    return [short(row) for row in rows]


def followers(call: Call) -> list[dict[str, Any]]:
    """List who follows somebody; nobody can here."""
    _account(call)
    return []


def likes(call: Call) -> list[dict[str, Any]]:
    """List the public repositories a user likes."""
    rows = call.hub.database.all(
        "SELECT repos.type, repos.namespace, repos.name, likes.created_at FROM likes"
        " JOIN repos ON repos.id = likes.repo_id"
        " WHERE likes.user_id = ? AND repos.private = 0 ORDER BY likes.created_at DESC",
        _account(call)["id"],
    )
    return [
        {
            "createdAt": iso_date(row["created_at"]),
            "repo": {"name": f"{row['namespace']}/{row['name']}", "type": row["type"]},
        }
        for row in rows
    ]


def repositories(call: Call) -> Response:
    """List the repositories of the caller, or of an organisation of theirs, with the room their large files take."""
    caller = call.caller
    if caller.anonymous:
        raise login_required()
    namespace = _account(call)["name"] if "account" in call.parameters else caller.name or ""
    if not caller.may_read_in(namespace):
        message = f"You are not a member of {namespace}."
        raise forbidden(message)
    size = whole_number(call.query, "limit", _MAX_PAGE, low=1, high=_MAX_PAGE)
    start = whole_number(call.query, "cursor", 0, high=10_000_000)
    rows = call.hub.database.all(
        "SELECT repos.*, (SELECT coalesce(sum(size), 0) FROM objects WHERE repo_id = repos.id) AS bytes FROM repos"
        " WHERE namespace = ? ORDER BY modified_at DESC, id LIMIT ? OFFSET ?",
        *(namespace, size + 1, start),
    )
    total = call.hub.database.one(
        "SELECT coalesce(sum(size), 0) AS bytes FROM objects JOIN repos ON repos.id = repo_id WHERE namespace = ?",
        namespace,
    )
    whole = total["bytes"] if total else 0
    headers = {}
    if len(rows) > size:
        query = urlencode({"limit": size, "cursor": start + size})
        headers["Link"] = f'<{call.base}{call.request.scope["path"]}?{query}>; rel="next"'
    shown = [
        {
            "id": f"{row['namespace']}/{row['name']}",
            "type": row["type"],
            "updatedAt": iso_date(row["modified_at"]),
            "visibility": "private" if row["private"] else "public",
            "storage": row["bytes"],
            "storagePercent": row["bytes"] / whole if whole else 0,
        }
        for row in rows[:size]
    ]
    return json_response(shown, headers=headers)


def tags_by_type(call: Call) -> dict[str, list[dict[str, str]]]:
    """List the tags that public repositories have, by what they say."""
    repo_type = "model" if call.request.scope["path"].startswith("/api/models") else "dataset"
    rows = call.hub.database.all(
        "SELECT DISTINCT tag FROM repo_tags JOIN repos ON repos.id = repo_id WHERE type = ? AND private = 0"
        " ORDER BY tag LIMIT 10000",
        repo_type,
    )
    found: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        kind, label = _kind_of_tag(row["tag"])
        found.setdefault(kind, []).append({"id": row["tag"], "label": label, "type": kind})
    return found


def _kind_of_tag(tag: str) -> tuple[str, str]:
    prefix, separator, rest = tag.partition(":")
    if separator and prefix in _KINDS_OF_TAGS:
        return _KINDS_OF_TAGS[prefix], rest
    if tag in TASKS:
        return "pipeline_tag", tag
    if tag in LIBRARIES:
        return "library", tag
    return ("language", tag) if len(tag) == 2 and tag.isalpha() else ("other", tag)


_USER, _ORGANIZATION = "/api/users/{account:part}", "/api/organizations/{account:part}"
ROUTES = [
    Route(f"{_USER}/overview", route(overview)),
    Route(f"{_USER}/likes", route(likes)),
    Route(f"{_USER}/followers", route(followers)),
    Route(f"{_USER}/following", route(followers)),
    Route(f"{_ORGANIZATION}/overview", route(overview)),
    Route(f"{_ORGANIZATION}/members", route(members)),
    Route(f"{_ORGANIZATION}/followers", route(followers)),
    Route(f"{_ORGANIZATION}/settings/repositories", route(repositories)),
    Route("/api/settings/repositories", route(repositories)),
    Route("/api/models-tags-by-type", route(tags_by_type)),
    Route("/api/datasets-tags-by-type", route(tags_by_type)),
]
