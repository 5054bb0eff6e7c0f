"""Finding things quickly: a few of everything with such a name, what is liked most, how much a folder holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from hubnb.server.call import route
from hubnb.server.filters import add_words, visible
from hubnb.server.paths import API_REPO
from hubnb.server.repositories import Repository
from hubnb.server.routes.people import short
from hubnb.server.routes.tree import split_revision
from hubnb.server.wire import REPO_TYPES, bad_request, entry_not_found, iso_date, repeated, whole_number

if TYPE_CHECKING:
    from hubnb.server.call import Call
    from hubnb.server.filters import Conditions

_MAX_FOUND = 20
_PEOPLE = ("user", "org")
_KINDS = (*REPO_TYPES[:3], *_PEOPLE, "paper", "collection", "bucket")


def quick(call: Call) -> dict[str, Any]:
    """Find repositories and people by a part of their name."""
    query = call.query
    asked = query.get("q") or call.text("q")
    limit = whole_number(query, "limit", 5, low=1, high=_MAX_FOUND)
    kinds = repeated(query, "type") or list(_KINDS)
    if not set(kinds) <= set(_KINDS):
        message = f"type must be one of {', '.join(_KINDS)}."
        raise bad_request(message)
    found: dict[str, Any] = {"q": asked}
    for kind in REPO_TYPES[:3]:
        if kind in kinds:
            conditions = visible(call, kind)
            add_words(conditions, asked)
            if query.get("namespace"):
                conditions.add("namespace = ?", query["namespace"])
            for name in repeated(query, "exclude"):
                conditions.add("lower(namespace || '/' || name) != ?", name.lower())
            for tag in [*repeated(query, "pipelines"), *repeated(query, "library")]:
                conditions.add("id IN (SELECT repo_id FROM repo_tags WHERE tag = ?)", tag)
            repos, total = _best(call, conditions, limit)
            found[f"{kind}s"] = [{"_id": repo.id, "id": repo.full_name, "private": repo.private} for repo in repos]
            found[f"{kind}sCount"] = total
    for kind in _PEOPLE:
        if kind in kinds:
            rows = call.hub.database.all(
                "SELECT * FROM accounts WHERE kind = ? AND instr(lower(name || ' ' || fullname), ?) > 0"
                " ORDER BY length(name), name",
                *(kind, asked.lower()),
            )
            found[f"{kind}s"] = [{**short(row), "name": row["name"]} for row in rows[:limit]]
            found[f"{kind}sCount"] = len(rows)
    return found


def _best(call: Call, conditions: Conditions, limit: int) -> tuple[list[Repository], int]:
    database, where = call.hub.database, f"FROM repos WHERE {conditions.sql}"
    rows = database.all(
        f"SELECT * {where} ORDER BY likes DESC, downloads DESC, modified_at DESC, id LIMIT ?",
        *(*conditions.values, limit),
    )
    total = database.one(f"SELECT count(*) AS number {where}", *conditions.values)
    return [Repository.of(row) for row in rows], total["number"] if total else 0


def trending(call: Call) -> dict[str, Any]:
    """List what is liked most."""
    limit = whole_number(call.query, "limit", 10, low=1, high=_MAX_FOUND)
    asked = call.query.get("type") or "all"
    if asked not in {"all", *REPO_TYPES[:3]}:
        message = "type must be model, dataset, space or all."
        raise bad_request(message)
    kinds = REPO_TYPES[:3] if asked == "all" else (asked,)
    repos = [repo for kind in kinds for repo in _best(call, visible(call, kind), limit)[0]]
    repos.sort(key=lambda repo: (-repo.likes, -repo.modified_at))
    return {"recentlyTrending": [{"repoType": repo.type, "repoData": _shown(repo)} for repo in repos[:limit]]}


def _shown(repo: Repository) -> dict[str, Any]:
    return {
        "_id": repo.id,
        "id": repo.full_name,
        "author": repo.namespace,
        "private": repo.private,
        "gated": repo.gated or False,
        "likes": repo.likes,
        "downloads": repo.downloads,
        "lastModified": iso_date(repo.modified_at),
        "repoType": repo.type,
    }


def tree_size(call: Call) -> dict[str, Any]:
    """Return how many bytes the files of a folder have."""
    commit, path = split_revision(call)
    snapshot = call.snapshot(commit)
    if path and snapshot.get(path) is None:
        raise entry_not_found(commit)
    file = snapshot.file(path)
    entries = [file] if file is not None else snapshot.under(path, recursive=True)
    return {"path": path, "size": sum(entry.size for entry in entries)}


_SIZE = f"{API_REPO}/treesize/{{revision:part}}"
ROUTES = [
    Route("/api/quicksearch", route(quick, body="json"), methods=["GET", "HEAD", "POST"]),
    Route("/api/trending", route(trending)),
    Route(_SIZE, route(tree_size)),
    Route(f"{_SIZE}/{{path:rest}}", route(tree_size)),
]
