"""What a repository is: one of them in full, or all of them in a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.routing import Route

from hubnb.server import lineage
from hubnb.server.call import route
from hubnb.server.filters import add_cursor, asked_for, cursor_after
from hubnb.server.paths import API_REPO
from hubnb.server.repositories import Repository, refresh_description
from hubnb.server.routes.inference import mapping_of
from hubnb.server.routes.spaces import RUNTIME
from hubnb.server.routes.tree import split_revision
from hubnb.server.wire import (
    bad_request,
    is_true,
    iso_date,
    json_response,
    repeated,
    repo_not_found,
    whole_number,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response

    from hubnb.server.call import Call
    from hubnb.server.snapshot import Entry

_COMMON = (
    "author cardData createdAt disabled gated lastModified likes private resourceGroup sha siblings tags trendingScore"
    " usedStorage xetEnabled"
)
_VOCABULARY = {
    "model": words(
        f"{_COMMON} baseModels childrenModelCount config downloads downloadsAllTime evalResults gguf inference"
        " inferenceProviderMapping library_name mask_token model-index pipeline_tag safetensors spaces"
        " transformersInfo widgetData"
    ),
    "dataset": words(f"{_COMMON} citation description downloads downloadsAllTime mainSize paperswithcode_id"),
    "space": words(f"{_COMMON} datasets models region runtime sdk subdomain"),
    "kernel": words(f"{_COMMON} downloads downloadsAllTime"),
}
_SORTS = {
    "createdAt": "created_at",
    "lastModified": "modified_at",
    # Of those that are equal, the newest first: a date in seconds stays below ten to the tenth.
    "downloads": "downloads * 1e10 + modified_at",
    "likes": "likes * 1e10 + modified_at",
    "trendingScore": "likes * 1e10 + modified_at",
}
_LISTED = words("_id id modelId likes private downloads tags createdAt pipeline_tag library_name trendingScore sdk")
_FULL = words("author lastModified siblings sha gated disabled cardData description")
_MAX_PAGE = 1000


def sibling(entry: Entry, *, blobs: bool) -> dict[str, Any]:
    """Describe a file as info answers do."""
    found: dict[str, Any] = {"rfilename": entry.path}
    if blobs:
        found |= {"size": entry.size, "blobId": entry.oid}
        if entry.pointer is not None:
            found["lfs"] = {"sha256": entry.pointer.oid, "size": entry.size, "pointerSize": entry.pointer_size}
    return found


def describe(call: Call, repo: Repository, commit: str, *, blobs: bool, siblings: bool) -> dict[str, Any]:
    """Return all that is known of a repository at a commit."""
    described = call.hub.description(repo, commit)
    at_head = commit == repo.described_sha
    modified_at = repo.modified_at if at_head else float(call.hub.git(repo.id).commit(commit).commit_time)
    found: dict[str, Any] = {
        "_id": repo.id,
        "id": repo.full_name,
        "author": repo.namespace,
        "sha": commit,
        "lastModified": iso_date(modified_at),
        "createdAt": iso_date(repo.created_at),
        "private": repo.private,
        "gated": repo.gated or False,
        "disabled": False,
        "downloads": repo.downloads,
        "downloadsAllTime": repo.downloads,
        "likes": repo.likes,
        "trendingScore": repo.likes,
        **described,
    }
    if repo.type == "model":
        found["modelId"] = repo.full_name
    if repo.type == "space":
        found["sdk"] = repo.sdk or described.get("sdk")
        found["subdomain"] = repo.full_name.replace("/", "-").replace(".", "-").replace("_", "-").lower()
        found["runtime"] = RUNTIME
    if siblings:
        files = call.hub.snapshot(repo.id, commit).files
        found["siblings"] = [sibling(entry, blobs=blobs) for entry in files]
    return found


def info(call: Call) -> dict[str, Any]:
    """Describe one repository."""
    repo = call.repo
    commit = split_revision(call)[0] if "revision" in call.parameters else call.git.resolve("main")
    expand = _expand(call)
    if expand and (is_true(call.query.get("blobs")) or is_true(call.query.get("securityStatus"))):
        message = "expand can't be combined with blobs or securityStatus."
        raise bad_request(message)
    siblings = not expand or "siblings" in expand
    found = describe(call, repo, commit, blobs=is_true(call.query.get("blobs")), siblings=siblings)
    if not expand:
        found.pop("downloadsAllTime")
        if is_true(call.query.get("securityStatus")):  # nothing is scanned here, so nothing is called safe
            found["securityRepoStatus"] = {"scansDone": False, "filesWithIssues": []}
        return {**found, "usedStorage": _used_bytes(call, repo), **_linked(call, repo, found)}
    return _expanded(call, repo, found, expand)


def _linked(call: Call, repo: Repository, found: dict[str, Any]) -> dict[str, Any]:
    if repo.type == "model":
        return {"spaces": lineage.spaces_with(call, repo)}
    card = found.get("cardData") or {}
    return {key: lineage.texts(card.get(key)) for key in ("models", "datasets")} if repo.type == "space" else {}


def _expand(call: Call) -> list[str]:
    asked = [name for value in repeated(call.query, "expand") for name in value.split(",") if name]
    known = _VOCABULARY[call.repo_type]
    for name in asked:
        if name not in known:
            allowed = "|".join(f'"{word}"' for word in sorted(known))
            message = f"Invalid option {name[:60]!r}: expected one of {allowed} for expand."
            raise bad_request(message)
    return asked


def _expanded(call: Call, repo: Repository, found: dict[str, Any], expand: list[str]) -> dict[str, Any]:
    card = found.get("cardData") or {}
    derived: dict[str, Callable[[], Any]] = {
        "spaces": lambda: lineage.spaces_with(call, repo),
        "resourceGroup": lambda: None,
        "xetEnabled": lambda: False,
        "inferenceProviderMapping": lambda: mapping_of(
            repo.full_name, found.get("pipeline_tag"), runnable="safetensors" in found and "config" in found
        ),
        "evalResults": lambda: lineage.evaluations(call, repo, found["sha"]),
        "baseModels": lambda: lineage.base_models(call, card),
        "childrenModelCount": lambda: lineage.children_counts(call, repo),
        "models": lambda: lineage.texts(card.get("models")),
        "datasets": lambda: lineage.texts(card.get("datasets")),
        "usedStorage": lambda: _used_bytes(call, repo),
    }
    shown = {name: derived[name]() if name in derived else found.get(name) for name in expand}
    kept = {"_id": repo.id, "id": repo.full_name}
    return {**kept, **{key: value for key, value in shown.items() if value is not None or key == "resourceGroup"}}


def _used_bytes(call: Call, repo: Repository) -> int:
    row = call.hub.database.one("SELECT coalesce(sum(size), 0) AS bytes FROM objects WHERE repo_id = ?", repo.id)
    return row["bytes"] if row else 0


def listing(call: Call) -> Response:
    """List the repositories a caller may see."""
    sort = call.query.get("sort") or "trendingScore"
    if sort not in _SORTS:
        message = f"sort must be one of {', '.join(_SORTS)}, not {sort[:40]!r}."
        raise bad_request(message)
    size = whole_number(call.query, "limit", _MAX_PAGE, low=1, high=_MAX_PAGE)
    conditions = asked_for(call)
    column, ascending = _SORTS[sort], call.query.get("direction") == "1"
    add_cursor(conditions, call.query.get("cursor"), column, ascending=ascending)
    direction = "ASC" if ascending else "DESC"
    rows = call.hub.database.all(
        f"SELECT *, {column} AS position FROM repos"  # noqa: S608 - built of constants above
        f" WHERE {conditions.sql} ORDER BY position {direction}, id {direction} LIMIT ?",
        *conditions.values,
        size + 1,
    )
    repos = [Repository.of(row) for row in rows[:size]]
    headers = {}
    if len(rows) > size:
        last = rows[size - 1]
        cursor = cursor_after(last["position"], last["id"])
        kept = [(key, value) for key, value in call.query.multi_items() if key != "cursor"]
        query = urlencode([*kept, ("cursor", cursor)])
        headers["Link"] = f'<{call.base}{call.request.url.path}?{query}>; rel="next"'
    expand = _expand(call)
    return json_response([item for repo in repos if (item := _listed(call, repo, expand))], headers=headers)


def _listed(call: Call, repo: Repository, expand: list[str]) -> dict[str, Any] | None:
    repo = repo if repo.described_sha else refresh_description(call.hub, repo)
    commit = repo.described_sha
    if commit is None:
        return None
    full = is_true(call.query.get("full"))
    found = describe(call, repo, commit, blobs=False, siblings=full or "siblings" in expand)
    if expand:
        return _expanded(call, repo, found, expand)
    keys = [*_LISTED, *(_FULL if full else [])]
    keys += [key for key in ("config", "cardData") if is_true(call.query.get(key)) and key not in keys]
    return {key: found[key] for key in keys if key in found}


def one_segment(_: Call) -> None:
    """Answer ids without a namespace, which this Hub has none of."""
    raise repo_not_found()


ROUTES = [
    Route("/api/{kind:kind}", route(listing)),
    Route("/api/{kind:kind}/{name:part}", route(one_segment)),
    Route(API_REPO, route(info)),
    Route(f"{API_REPO}/revision/{{revision:part}}", route(info)),
    Route(f"{API_REPO}/revision/{{revision:part}}/{{path:rest}}", route(info)),
]
