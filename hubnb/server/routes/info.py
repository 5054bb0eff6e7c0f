"""What a repository is: one of them in full, or all of them in a list."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.routing import Route

from hubnb.server.call import route
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
        return {**found, "usedStorage": _used_bytes(call, repo), **({"spaces": []} if repo.type == "model" else {})}
    return _expanded(call, repo, found, expand)


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
    more: dict[str, Any] = {
        **found,
        "spaces": [],
        "resourceGroup": None,
        "xetEnabled": False,
        "inferenceProviderMapping": mapping_of(
            repo.full_name, found.get("pipeline_tag"), runnable="safetensors" in found and "config" in found
        ),
        "evalResults": [],
        "childrenModelCount": {},
    }
    if "usedStorage" in expand:
        more["usedStorage"] = _used_bytes(call, repo)
    kept = {"_id": repo.id, "id": repo.full_name}
    return {**kept, **{name: more[name] for name in expand if more.get(name) is not None or name == "resourceGroup"}}


def _used_bytes(call: Call, repo: Repository) -> int:
    row = call.hub.database.one("SELECT coalesce(sum(size), 0) AS bytes FROM objects WHERE repo_id = ?", repo.id)
    return row["bytes"] if row else 0


@dataclass
class Conditions:
    """What follows WHERE, and its values."""

    parts: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def add(self, part: str, *values: Any) -> None:
        """Narrow the list."""
        self.parts.append(part)
        self.values.extend(values)


def listing(call: Call) -> Response:
    """List the repositories a caller may see."""
    sort = call.query.get("sort") or "trendingScore"
    if sort not in _SORTS:
        message = f"sort must be one of {', '.join(_SORTS)}, not {sort[:40]!r}."
        raise bad_request(message)
    size = whole_number(call.query, "limit", _MAX_PAGE, low=1, high=_MAX_PAGE)
    conditions = _conditions(call)
    column, ascending = _SORTS[sort], call.query.get("direction") == "1"
    _after_cursor(call.query.get("cursor"), column, conditions, ascending=ascending)
    direction = "ASC" if ascending else "DESC"
    rows = call.hub.database.all(
        f"SELECT *, {column} AS position FROM repos"  # noqa: S608 - built of constants above
        f" WHERE {' AND '.join(conditions.parts)} ORDER BY position {direction}, id {direction} LIMIT ?",
        *conditions.values,
        size + 1,
    )
    repos = [Repository.of(row) for row in rows[:size]]
    headers = {}
    if len(rows) > size:
        last = rows[size - 1]
        cursor = base64.urlsafe_b64encode(json.dumps([last["position"], last["id"]]).encode()).decode()
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


def _conditions(call: Call) -> Conditions:
    conditions, caller, query = Conditions(), call.caller, call.query
    conditions.add("type = ?", call.repo_type)
    mine = caller.readable_namespaces()
    marks = ", ".join("?" for _ in mine)
    conditions.add(f"(private = 0 OR namespace IN ({marks}))", *mine)
    for text in repeated(query, "search"):
        for word in text.split():
            conditions.add("instr(lower(namespace || '/' || name), ?) > 0", word.lower())
    if query.get("author"):
        conditions.add("namespace = ?", query["author"])
    tags = [tag for value in repeated(query, "filter") for tag in value.split(",") if tag]
    tags += [query["pipeline_tag"]] if query.get("pipeline_tag") else []
    for tag in tags:
        # A model in English has the tag "en"; people ask for "language:en" there too.
        conditions.add("id IN (SELECT repo_id FROM repo_tags WHERE tag IN (?, ?))", tag, tag.removeprefix("language:"))
    if query.get("gated") is not None:
        conditions.add("gated IS NOT NULL" if is_true(query["gated"]) else "gated IS NULL")
    return conditions


def _after_cursor(cursor: str | None, column: str, conditions: Conditions, *, ascending: bool) -> None:
    if not cursor:
        return
    try:
        value, last_id = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        conditions.add(f"({column}, id) {'>' if ascending else '<'} (?, ?)", float(value), str(last_id))
    except (ValueError, TypeError):
        message = "cursor must come from the Link header of the page before."
        raise bad_request(message) from None


def one_segment(_: Call) -> None:
    """Answer ids without a namespace, which this Hub has none of."""
    raise repo_not_found()


_REPO = "/api/{kind:kind}/{namespace:part}/{name:part}"
ROUTES = [
    Route("/api/{kind:kind}", route(listing)),
    Route("/api/{kind:kind}/{name:part}", route(one_segment)),
    Route(_REPO, route(info)),
    Route(f"{_REPO}/revision/{{revision:part}}", route(info)),
    Route(f"{_REPO}/revision/{{revision:part}}/{{path:rest}}", route(info)),
]
