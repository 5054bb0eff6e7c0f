"""Files on their way in: which of them are large, and the commit that takes them."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from hubnb.server.bodies import lines, parse_json, read_body
from hubnb.server.call import Call, answer, guarded, route
from hubnb.server.commit import MAX_LINE_BYTES, Draft
from hubnb.server.names import check_file_path
from hubnb.server.pointers import Attributes, ignore_rules, travels_as_large
from hubnb.server.repositories import find
from hubnb.server.routes.tree import split_revision
from hubnb.server.wire import HubProblem, bad_request, forbidden, is_true

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from hubnb.server.gitrepo import Snapshot

_MAX_FILES = 1000
_MAX_JSON_COMMIT_BYTES = 100 << 20


def preupload(call: Call) -> dict[str, Any]:
    """Say for each file how it must travel, whether it is ignored, and which version is already here."""
    call.repo_for_writing()
    commit, _ = split_revision(call)
    files = call.body.get("files")
    if not isinstance(files, list) or len(files) > _MAX_FILES:
        raise HubProblem(422, f"files must be a list of at most {_MAX_FILES} files.")
    snapshot = call.snapshot(commit)
    attributes = Attributes(_rules(call, snapshot, "gitAttributes", ".gitattributes"))
    ignored = ignore_rules(_rules(call, snapshot, "gitIgnore", ".gitignore"))
    answers = []
    for item in files:
        path, size, sample = _announced(item)
        entry = snapshot.file(path)
        found: dict[str, Any] = {
            "path": path,
            "uploadMode": "lfs" if travels_as_large(attributes, path, size, sample) else "regular",
            "shouldIgnore": bool(ignored.is_ignored(path)),
        }
        if entry is not None:
            found["oid"] = entry.pointer.oid if entry.pointer else entry.oid
        answers.append(found)
    return {"files": answers, "commitOid": commit}


def _rules(call: Call, snapshot: Snapshot, key: str, path: str) -> bytes:
    given = call.body.get(key)
    if isinstance(given, str):
        return given.encode()
    entry = snapshot.file(path)
    return call.git.blob(entry.oid) if entry is not None else b""


def _announced(item: Any) -> tuple[str, int, bytes]:
    if not isinstance(item, dict):
        raise HubProblem(422, "Each file must be {path, size, sample}.")
    path, size, sample = check_file_path(item.get("path")), item.get("size"), item.get("sample", "")
    if not isinstance(size, int) or isinstance(size, bool) or size < 0 or not isinstance(sample, str):
        raise HubProblem(422, f"{path!r} needs its size in bytes, and a sample in base64.")
    try:
        return path, size, base64.b64decode(sample, validate=True)
    except (binascii.Error, ValueError):
        raise HubProblem(422, f"The sample of {path!r} is not valid base64.") from None


async def commit(request: Request) -> Response:
    """Take a commit, line by line."""
    call = Call(request)
    draft, ref = await run_in_threadpool(_begin, call)
    if "ndjson" in request.headers.get("content-type", "ndjson"):
        async for batch in lines(request, MAX_LINE_BYTES):
            await run_in_threadpool(_take, draft, batch)
    else:
        body = parse_json(await read_body(request, _MAX_JSON_COMMIT_BYTES))
        await run_in_threadpool(_take_json, draft, body)
    return answer(await run_in_threadpool(_finish, call, draft, ref))


def _begin(call: Call) -> tuple[Draft, str]:
    repo = call.repo_for_writing()
    if is_true(call.query.get("create_pr")):
        raise HubProblem(501, "This Hub can't make pull requests yet. Commit to a branch instead.")
    revision, git = call.parameters["revision"], call.git
    call.git.resolve(revision)
    ref = git.ref_of(revision)
    if ref is None or ref.startswith("refs/tags/"):
        message = f"{revision!r} is not a branch. A commit needs one to move."
        raise forbidden(message)

    def may_link(oid: str) -> bool:
        rows = call.hub.database.all(
            "SELECT type, namespace, name FROM repos JOIN objects ON repo_id = repos.id WHERE oid = ?", oid
        )
        return any(call.may_read(find(call.hub, row["type"], row["namespace"], row["name"])) for row in rows)

    return Draft(call.hub, repo, git, may_link), ref


def _take(draft: Draft, batch: list[bytes]) -> None:
    for line in batch:
        draft.line(line)


def _take_json(draft: Draft, body: dict[str, Any]) -> None:
    """Read the older form of a commit: one JSON object."""
    draft.operation("header", body)
    for key, kind in (("deletedEntries", "deletedEntry"), ("files", "file"), ("lfsFiles", "lfsFile")):
        items = body.get(key) or []
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            message = f"{key} must be a list of objects."
            raise bad_request(message)
        for item in items:
            draft.operation(kind, item)


def _finish(call: Call, draft: Draft, ref: str) -> dict[str, Any]:
    sha = draft.apply(ref, author=call.caller.name or "")
    return {"success": True, "commitOid": sha, "commitUrl": call.web_url("commit", sha), "hookOutput": ""}


_REPO = "/api/{kind:kind}/{namespace:part}/{name:part}"
ROUTES = [
    Route(f"{_REPO}/preupload/{{revision:part}}", route(preupload, body="json"), methods=["POST"]),
    Route(f"{_REPO}/commit/{{revision:part}}", guarded(commit), methods=["POST"]),
]
