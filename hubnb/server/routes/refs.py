"""Branches, tags and the commits they lead to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import Route

from hubnb.server.call import route
from hubnb.server.history import Change, history
from hubnb.server.names import check_ref_name
from hubnb.server.paths import API_REPO
from hubnb.server.repositories import MAIN, move_branch
from hubnb.server.routes.tree import split_revision
from hubnb.server.wire import (
    bad_request,
    conflict,
    forbidden,
    is_true,
    iso_date,
    json_response,
    repeated,
    revision_not_found,
    whole_number,
)

if TYPE_CHECKING:
    from hubnb.server.call import Call

_MAX_MESSAGE_CHARS = 500
_COMPARED = re.compile(r"(.+?)(\.{2,3})([^.].*)\Z")


def refs(call: Call) -> dict[str, Any]:
    """List branches and tags."""
    found = {
        "branches": _listed(call, "refs/heads/"),
        "converts": _listed(call, "refs/convert/"),
        "tags": _listed(call, "refs/tags/"),
    }
    if is_true(call.query.get("include_prs") or call.query.get("include_pull_requests")):
        found["pullRequests"] = _listed(call, "refs/pr/")
    return found


def _listed(call: Call, prefix: str) -> list[dict[str, str]]:
    return [
        {"name": name, "ref": f"{prefix}{name}", "targetCommit": sha} for name, sha in call.git.refs(prefix).items()
    ]


def commits(call: Call) -> Response:
    """List the commits behind a revision, newest first."""
    call.repo_for_reading()
    commit, _ = split_revision(call)
    page = whole_number(call.query, "p", 0, high=10_000_000)
    size = whole_number(call.query, "limit", 50, low=1, high=1000)
    shas = history(call.git, commit)
    shown = [Change.of(call.git.commit(sha)) for sha in shas[page * size : (page + 1) * size]]
    headers = {"X-Total-Count": str(len(shas))}
    if (page + 1) * size < len(shas):
        kept = [(key, value) for key, value in call.query.multi_items() if key not in {"p", "limit"}]
        path = call.request.scope["raw_path"].decode("ascii", "replace")
        query = urlencode([*kept, ("p", page + 1), ("limit", size)])
        headers["Link"] = f'<{call.base}{path}?{query}>; rel="next"'
    formatted = "formatted" in repeated(call.query, "expand")
    return json_response([commit_json(change, formatted=formatted) for change in shown], headers=headers)


def commit_json(change: Change, *, formatted: bool) -> dict[str, Any]:
    """Describe a commit as lists do; the plain text doubles as the formatted one, escaped."""
    found: dict[str, Any] = {
        "id": change.sha,
        "title": change.title,
        "message": change.message,
        "authors": [{"user": change.author, "avatar": ""}],
        "date": iso_date(change.epoch_s),
    }
    if formatted:
        found["formatted"] = {"title": _escaped(change.title), "message": _escaped(change.message)}
    return found


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def create_branch(call: Call) -> dict[str, Any]:
    """Make a branch at a revision, ``main`` by default."""
    call.repo_for_writing()
    name = check_ref_name(call.parameters["branch"])
    start = call.body.get("startingPoint") or "main"
    if not isinstance(start, str):
        message = "startingPoint must be a revision."
        raise bad_request(message)
    ref, git = f"refs/heads/{name}", call.git
    with git.writing:
        if git.head(ref) is not None and not is_true(call.body.get("overwrite")):
            message = f"Reference {ref} already exists"
            raise conflict(message)
        _set_new(call, ref, git.resolve(start))
    return {"ref": ref}


def _set_new(call: Call, ref: str, sha: str) -> None:
    try:
        move_branch(call.hub, call.repo, ref, sha)
    except (OSError, ValueError):  # a/b beside a: refs are files
        message = f"{ref} can't be made beside the references that are already there."
        raise conflict(message) from None


def delete_branch(call: Call) -> dict[str, Any]:
    """Delete a branch other than ``main``."""
    call.repo_for_writing()
    ref = f"refs/heads/{call.parameters['branch']}"
    if ref == MAIN:
        message = f"Cannot delete {ref}"
        raise forbidden(message)
    return _remove(call, ref, call.parameters["branch"])


def _remove(call: Call, ref: str, revision: str) -> dict[str, Any]:
    with call.git.writing:
        if call.git.head(ref) is None:
            raise revision_not_found(revision)
        call.git.remove_ref(ref)
    return {"success": True}


def create_tag(call: Call) -> dict[str, Any]:
    """Make a tag at a revision; annotated if it has a message."""
    repo = call.repo_for_writing()
    commit, _ = split_revision(call)
    name, message = check_ref_name(call.body.get("tag")), call.body.get("message")
    ref, git = f"refs/tags/{name}", call.git
    with git.writing:
        if git.head(ref) is not None:
            text = f"Reference {ref} already exists"
            raise conflict(text)
        target = commit
        if isinstance(message, str) and message:
            target = git.write_tag(name, commit, author=call.caller.name or repo.namespace, message=message)
        _set_new(call, ref, target)
    return {"ref": ref}


def delete_tag(call: Call) -> dict[str, Any]:
    """Delete a tag."""
    call.repo_for_writing()
    return _remove(call, f"refs/tags/{call.parameters['tag']}", call.parameters["tag"])


def super_squash(call: Call) -> dict[str, Any]:
    """Replace the history of a branch, or of another ref that isn't a tag, by one commit with the same files."""
    repo = call.repo_for_writing()
    branch = call.parameters["branch"]
    message = call.body.get("message") or f"Super-squash branch '{branch}'"
    if not isinstance(message, str) or len(message) > _MAX_MESSAGE_CHARS:
        text = f"message must be a text of at most {_MAX_MESSAGE_CHARS} characters."
        raise bad_request(text)
    git = call.git
    ref = branch if branch.startswith("refs/") else f"refs/heads/{branch}"
    with git.writing:
        head = None if ref.startswith("refs/tags/") else git.head(ref)
        if head is None:
            raise revision_not_found(branch)
        sha = git.write_commit(git.commit(head).tree, [], author=call.caller.name or "", message=message)
        git.sync([sha])
        move_branch(call.hub, repo, ref, sha.decode())
    return {"commitId": sha.decode()}


def compare(call: Call) -> Response:
    """Send what differs between two revisions: all for ``a..b``, for ``a...b`` what `b` did since they parted."""
    call.repo_for_reading()
    rest = call.parameters.get("path")
    asked = call.parameters["revisions"] + (f"/{rest}" if rest else "")
    match = _COMPARED.match(asked)
    if match is None:
        message = "Compare needs two revisions, written a..b."
        raise bad_request(message)
    git = call.git
    old, new = git.resolve(match[1]), git.resolve(match[3])
    if match[2] == "...":
        behind = set(history(git, old))
        old = next((sha for sha in history(git, new) if sha in behind), old)
    headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}
    text = git.diff(old, new).encode("utf-8", "replace")
    return Response(text, headers=headers, media_type="text/plain; charset=utf-8")


ROUTES = [
    Route(f"{API_REPO}/refs", route(refs)),
    Route(f"{API_REPO}/commits/{{revision:part}}", route(commits)),
    Route(f"{API_REPO}/commits/{{revision:part}}/{{path:rest}}", route(commits)),
    Route(f"{API_REPO}/compare/{{revisions:part}}", route(compare)),
    Route(f"{API_REPO}/compare/{{revisions:part}}/{{path:rest}}", route(compare)),
    Route(f"{API_REPO}/branch/{{branch:rest}}", route(create_branch, body="json"), methods=["POST"]),
    Route(f"{API_REPO}/branch/{{branch:rest}}", route(delete_branch), methods=["DELETE"]),
    Route(f"{API_REPO}/tag/{{revision:part}}", route(create_tag, body="json"), methods=["POST"]),
    Route(f"{API_REPO}/tag/{{tag:rest}}", route(delete_tag), methods=["DELETE"]),
    Route(f"{API_REPO}/tag/{{revision:part}}/{{path:rest}}", route(create_tag, body="json"), methods=["POST"]),
    Route(f"{API_REPO}/super-squash/{{branch:rest}}", route(super_squash, body="json"), methods=["POST"]),
]
