"""Files on their way in: which of them are large, and the commit that takes them."""

from __future__ import annotations

import base64
import binascii
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from hubnb.server.bodies import LongLine, lines, parse_json, read_body
from hubnb.server.call import Call, answer, guarded, route
from hubnb.server.commit import MAX_LINE_BYTES, Draft
from hubnb.server.discussions import add_event, begin, next_number, open_pull_request
from hubnb.server.history import Change
from hubnb.server.names import check_file_path
from hubnb.server.pathrules import PathRules
from hubnb.server.paths import API_REPO
from hubnb.server.pointers import travels_as_large
from hubnb.server.repositories import find
from hubnb.server.routes.tree import split_revision
from hubnb.server.wire import HubProblem, bad_request, forbidden, is_true, revision_not_found

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from hubnb.server.discussions import Discussion
    from hubnb.server.repositories import Repository
    from hubnb.server.snapshot import Snapshot

_MAX_FILES = 1000
_MAX_RULES_BYTES = 1 << 20
_MAX_JSON_COMMIT_BYTES = 100 << 20


def preupload(call: Call) -> dict[str, Any]:
    """Say for each file how it must travel, whether it is ignored, and which version is already here."""
    check_right(call, call.parameters["revision"])
    commit, _ = split_revision(call)
    files = call.body.get("files")
    if not isinstance(files, list) or len(files) > _MAX_FILES:
        raise HubProblem(422, f"files must be a list of at most {_MAX_FILES} files.")
    snapshot = call.snapshot(commit)
    rules = PathRules(
        lambda path: _content(call, snapshot, path),
        attributes=_given(call, "gitAttributes"),
        ignore=_given(call, "gitIgnore"),
    )
    answers = []
    for item in files:
        path, size, sample = _announced(item)
        entry = snapshot.file(path)
        found: dict[str, Any] = {
            "path": path,
            "uploadMode": "lfs" if travels_as_large(rules, path, size, sample) else "regular",
            "shouldIgnore": rules.is_ignored(path),
        }
        if entry is not None:
            found["oid"] = entry.pointer.oid if entry.pointer else entry.oid
        answers.append(found)
    return {"files": answers, "commitOid": commit}


def _given(call: Call, key: str) -> str | None:
    value = call.body.get(key)
    return value if isinstance(value, str) else None


def _content(call: Call, snapshot: Snapshot, path: str) -> bytes | None:
    entry = snapshot.file(path)
    return call.git.blob(entry.oid) if entry is not None and entry.size <= _MAX_RULES_BYTES else None


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


def check_right(call: Call, revision: str) -> Repository:
    """Let pass who may write here, or proposes a change: in a new pull request, or in their own that is open."""
    pull_request = open_pull_request(call.hub, call.repo, revision)
    proposes = is_true(call.query.get("create_pr"))
    if proposes or (pull_request is not None and pull_request.author_id == call.caller.id):
        return call.repo_for_proposing()
    repo = call.repo_for_writing()
    if revision.startswith("refs/pr/") and pull_request is None and call.git.head(revision) is not None:
        message = f"{revision} is closed. Open it again, or commit elsewhere."
        raise forbidden(message)
    return repo


async def commit(request: Request) -> Response:
    """Take a commit, line by line."""
    call = Call(request)
    draft, ref = await run_in_threadpool(_begin, call)
    if "ndjson" in request.headers.get("content-type", "ndjson"):
        async with aclosing(lines(request, MAX_LINE_BYTES, call.hub.scratch)) as batches:
            async for batch in batches:
                if isinstance(batch, LongLine):
                    async with call.hub.large_lines:
                        await run_in_threadpool(_take_long, draft, batch)
                else:
                    await run_in_threadpool(_take, draft, batch)
    else:
        body = parse_json(await read_body(request, _MAX_JSON_COMMIT_BYTES))
        await run_in_threadpool(_take_json, draft, body)
    return answer(await run_in_threadpool(_finish, call, draft, ref))


def _begin(call: Call) -> tuple[Draft, str]:
    revision, git = call.parameters["revision"], call.git
    repo = check_right(call, revision)
    call.git.resolve(revision)
    ref = git.ref_of(revision)
    if ref is None and is_true(call.query.get("create_pr")):
        raise revision_not_found(revision)  # a pull request is merged into a branch, not into a commit
    if ref is None or ref.startswith("refs/tags/"):
        message = f"{revision!r} is not a branch. A commit needs one to move."
        raise forbidden(message)
    return Draft(call.hub, repo, git, lambda oid: may_link(call, oid)), ref


def may_link(call: Call, oid: str) -> bool:
    """Say whether the caller can read a large file in some repository, and so may put it into another."""
    rows = call.hub.database.all(
        "SELECT type, namespace, name FROM repos JOIN objects ON repo_id = repos.id WHERE oid = ?", oid
    )
    return any(call.may_read(find(call.hub, row["type"], row["namespace"], row["name"])) for row in rows)


def _take(draft: Draft, batch: list[bytes]) -> None:
    for line in batch:
        draft.line(line)


def _take_long(draft: Draft, line: LongLine) -> None:
    draft.line(line.read())


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
    author, found = call.caller.name or "", {"success": True, "hookOutput": ""}
    if is_true(call.query.get("create_pr")):
        num, sha = _propose(call, draft, ref, author)
        found["pullRequestUrl"] = call.web_url("discussions", str(num))
    else:
        sha = draft.apply(ref, author=author)
        pull_request = open_pull_request(call.hub, draft.repo, ref)
        if pull_request is not None:
            _tell(call, pull_request, sha)
    return {**found, "commitOid": sha, "commitUrl": call.web_url("commit", sha)}


def _propose(call: Call, draft: Draft, base: str, author: str) -> tuple[int, str]:
    """Make a pull request of a commit: its branch first, its row last, so that a kill leaves none half made."""
    hub, git = call.hub, draft.git
    with git.writing:
        num = next_number(hub, draft.repo, git)
        ref = f"refs/pr/{num}"
        git.set_ref(ref, draft.guarded_head(base))
        try:
            sha = draft.apply(ref, author=author)
        except BaseException:
            git.remove_ref(ref)
            raise
        title, text = (draft.summary or "")[:200], draft.description
        pull_request = begin(hub, draft.repo, num, call.caller, title=title, text=text, status="open", base=base)
    _tell(call, pull_request, sha)
    return num, sha


def _tell(call: Call, pull_request: Discussion, sha: str) -> None:
    change = Change.of(call.git.commit(sha))
    data = {"subject": change.title, "oid": sha, "parents": list(change.parents)}
    add_event(call.hub, pull_request, call.caller, "commit", data)


ROUTES = [
    Route(f"{API_REPO}/preupload/{{revision:part}}", route(preupload, body="json"), methods=["POST"]),
    Route(f"{API_REPO}/commit/{{revision:part}}", guarded(commit), methods=["POST"]),
]
