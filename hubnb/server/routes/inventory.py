"""The large files of a repository, listed, deleted and handed to another one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.routing import Route

from hubnb.server.call import route
from hubnb.server.inventory import large_files, purge
from hubnb.server.largefiles import is_oid
from hubnb.server.paths import API_REPO
from hubnb.server.repositories import check_write, find, may_see
from hubnb.server.wire import (
    REPO_TYPES,
    HubProblem,
    bad_request,
    is_true,
    iso_date,
    json_response,
    repo_not_found,
    whole_number,
)

if TYPE_CHECKING:
    from starlette.responses import Response

    from hubnb.server.call import Call
    from hubnb.server.repositories import Repository

_MAX_PAGE = 1000
_MAX_DELETIONS = 1000


def listing(call: Call) -> Response:
    """List large files, newest first."""
    repo = call.repo_for_reading()
    size = whole_number(call.query, "limit", _MAX_PAGE, low=1, high=_MAX_PAGE)
    start = whole_number(call.query, "cursor", 0, high=10_000_000)
    found = large_files(call.hub, repo)
    headers = {}
    if start + size < len(found):
        query = urlencode({"limit": size, "cursor": start + size})
        headers["Link"] = f'<{call.base}{call.request.scope["path"]}?{query}>; rel="next"'
    shown = [
        {
            "fileOid": file.pointer_oid,
            "filename": file.path,
            "oid": file.oid,
            "pushedAt": iso_date(file.pushed_at),
            "ref": file.ref,
            "size": file.size,
        }
        for file in found[start : start + size]
    ]
    return json_response(shown, headers=headers)


def delete_many(call: Call) -> dict[str, Any]:
    """Delete large files for good."""
    repo, deletions = call.repo_for_writing(), call.body.get("deletions")
    deletions = deletions if isinstance(deletions, dict) else {}
    names = deletions.get("sha")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        message = 'deletions must be {"sha": [fileOid, ...], "rewriteHistory": true or false}.'
        raise bad_request(message)
    if len(names) > _MAX_DELETIONS:
        raise HubProblem(413, f"At most {_MAX_DELETIONS} files can be deleted at once.")
    return _purge(call, repo, set(names), rewrite=is_true(deletions.get("rewriteHistory", True)))


def delete_one(call: Call) -> dict[str, Any]:
    """Delete one large file for good."""
    repo = call.repo_for_writing()
    return _purge(call, repo, {call.parameters["sha"]}, rewrite=is_true(call.query.get("rewriteHistory", "true")))


def _purge(call: Call, repo: Repository, names: set[str], *, rewrite: bool) -> dict[str, Any]:
    deleted = purge(call.hub, repo, names, rewrite_history=rewrite)
    if not deleted and names:
        raise HubProblem(404, "This repository has no such large file.")
    return {"success": True, "deleted": len(deleted)}


def hand_over(call: Call) -> dict[str, Any]:
    """Let another repository hold large files of this one; nothing is copied."""
    source, target = call.repo_for_reading(), _target(call)
    files = call.body.get("files")
    if not isinstance(files, list) or len(files) > _MAX_PAGE:
        message = f"files must be a list of at most {_MAX_PAGE} files."
        raise bad_request(message)
    failed = []
    for item in files:
        oid = item.get("sha256") if isinstance(item, dict) else None
        if not is_oid(oid) or not _hand_over(call, source, target, oid):
            failed.append({"sha256": str(oid)[:100], "error": f"{source.full_name} has no such file."})
    return {"failed": failed}


def _target(call: Call) -> Repository:
    target = call.body.get("target")
    name, repo_type = (target.get("name"), target.get("type")) if isinstance(target, dict) else (None, None)
    if not isinstance(name, str) or repo_type not in REPO_TYPES:
        message = 'target must be {"type": ..., "name": "namespace/name"}.'
        raise bad_request(message)
    namespace, _, name = name.partition("/")
    repo = find(call.hub, repo_type, namespace, name)
    if repo is None or not may_see(call.caller, repo):
        raise repo_not_found()
    check_write(call.caller, repo)
    return repo


def _hand_over(call: Call, source: Repository, target: Repository, oid: str) -> bool:
    size = call.hub.large.size(oid)
    links = call.hub.links
    return size is not None and links.has(source.id, oid) and links.add(target.id, oid, size)


_FILES = f"{API_REPO}/lfs-files"
ROUTES = [
    Route(_FILES, route(listing)),
    Route(f"{_FILES}/batch", route(delete_many, body="json"), methods=["POST"]),
    Route(f"{_FILES}/duplicate", route(hand_over, body="json"), methods=["POST"]),
    Route(f"{_FILES}/{{sha:hex}}", route(delete_one), methods=["DELETE"]),
]
