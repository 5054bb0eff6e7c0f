"""Repositories come, change and go."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from hubnb.server import creation, repositories
from hubnb.server.accounts import account
from hubnb.server.call import route
from hubnb.server.commit import check_card, content_of
from hubnb.server.creation import NewRepo
from hubnb.server.names import check_file_path
from hubnb.server.paths import API_REPO
from hubnb.server.repositories import Repository, check_write, find, may_see
from hubnb.server.wire import (
    REPO_TYPES,
    HubProblem,
    bad_request,
    conflict,
    is_true,
    login_required,
    repo_not_found,
    web_prefix,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from hubnb.server.call import Call

_SDKS = ("gradio", "docker", "static", "streamlit")
GATED_MODES = ("auto", "manual")
_MAX_FIRST_FILES = 100


def create(call: Call) -> dict[str, Any]:
    """Make a repository."""
    caller, body = call.caller, call.body
    if caller.anonymous:
        raise login_required()
    name, organization = _new_name(call)
    repo_type = _type_of(body)
    sdk = body.get("sdk")
    if repo_type == "space" and sdk not in _SDKS:
        message = f"A Space needs an sdk, one of {', '.join(_SDKS)}."
        raise bad_request(message)
    new = _new_repo(call, repo_type, organization, name, sdk if repo_type == "space" else None)
    new = replace(new, files=_first_files(body, new))
    made = _make(call, new, lambda: creation.create(call.hub, new))
    return {"url": made.url(call.base), "name": made.full_name, "id": made.id}


def _first_files(body: dict[str, Any], new: NewRepo) -> dict[str, bytes]:
    """Return the files a client wants at once, and the card that a Space, or a licence that was named, calls for."""
    items = body.get("files") or []
    if not isinstance(items, list) or len(items) > _MAX_FIRST_FILES:
        message = f"files must be a list of at most {_MAX_FIRST_FILES} files."
        raise bad_request(message)
    head: dict[str, Any] = {}
    if new.type == "space":
        head["title"] = new.name.replace("-", " ").replace("_", " ").title()
        head.update(emoji="🚀", colorFrom="blue", colorTo="gray", sdk=new.sdk)
    keys = ("license", "license_name", "license_link", *(["short_description"] if new.type == "space" else []))
    head.update({key: body[key] for key in keys if isinstance(body.get(key), str) and body[key]})
    # What JSON writes is YAML too, quoted and escaped.
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in head.items()]
    files = {"README.md": f"---\n{''.join(lines)}---\n".encode()} if head else {}
    for item in items:
        if not isinstance(item, dict):
            message = "Each of files must be {path, content, encoding}."
            raise bad_request(message)
        files[check_file_path(item.get("path"))] = content_of(item)
    if "README.md" in files:
        check_card(files["README.md"], new.type)
    return files


def _new_repo(call: Call, repo_type: str, namespace: str, name: str, sdk: str | None) -> NewRepo:
    """Describe the repository to be made, if the caller may make it."""
    namespace = repositories.check_create(call.hub, call.caller, namespace)
    private = _visibility(call.body)
    if private is None:
        owner = account(call.hub.database, namespace)
        private = bool(owner and owner["private_by_default"])
    author, created_by = call.caller.name or "", call.caller.id
    return NewRepo(repo_type, namespace, name, author, private=private, sdk=sdk, created_by=created_by)


def _make(call: Call, new: NewRepo, make: Callable[[], Repository]) -> Repository:
    """Make a repository; where its name is taken, say which one has it."""
    taken = find(call.hub, new.type, new.namespace, new.name)
    if taken is None:
        try:
            return make()
        except HubProblem as problem:
            taken = find(call.hub, new.type, new.namespace, new.name)
            if problem.status != 409 or taken is None:
                raise
    message = f"You already created this {new.type} repo"
    raise conflict(message, url=taken.url(call.base))


def duplicate(call: Call) -> dict[str, Any]:
    """Copy a repository, history and large files included."""
    source, target = call.repo_for_reading(), call.body.get("repository")
    if call.caller.anonymous:
        raise login_required()
    if not isinstance(target, str) or target.count("/") != 1:
        message = "repository must be namespace/name."
        raise bad_request(message)
    namespace, _, name = target.partition("/")
    new = _new_repo(call, source.type, namespace, name, source.sdk)
    made = _make(call, new, lambda: creation.duplicate(call.hub, source, new))
    return {"url": made.url(call.base)}


def _new_name(call: Call) -> tuple[str, str]:
    name, organization = call.body.get("name"), call.body.get("organization")
    if not isinstance(name, str) or not isinstance(organization, (str, type(None))):
        message = "name must be the name of the repository, organization a namespace or null."
        raise bad_request(message)
    if organization is None and "/" in name:
        organization, _, name = name.partition("/")
    return name, organization or call.caller.name or ""


def _type_of(body: dict[str, Any]) -> str:
    repo_type = body.get("type") or "model"
    if repo_type not in REPO_TYPES:
        message = f"type must be one of {', '.join(REPO_TYPES)}, not {str(repo_type)[:40]!r}."
        raise bad_request(message)
    return repo_type


def _visibility(body: dict[str, Any]) -> bool | None:
    visibility, private = body.get("visibility"), body.get("private")
    if visibility is not None:
        if visibility not in {"public", "private", "protected"}:
            message = f"visibility must be public or private, not {str(visibility)[:40]!r}."
            raise bad_request(message)
        return visibility != "public"
    return None if private is None else is_true(private)


def _named(call: Call, full_name: object, repo_type: str) -> Repository:
    namespace, _, name = full_name.partition("/") if isinstance(full_name, str) else ("", "", "")
    repo = find(call.hub, repo_type, namespace, name)
    if repo is None or not may_see(call.caller, repo):
        raise repo_not_found()
    return repo


def delete(call: Call) -> dict[str, Any]:
    """Delete a repository."""
    if call.caller.anonymous:
        raise login_required()
    name, organization = _new_name(call)
    repo = _named(call, f"{organization}/{name}", _type_of(call.body))
    check_write(call.caller, repo)
    repositories.delete(call.hub, repo)
    return {"success": True}


def move(call: Call) -> dict[str, Any]:
    """Rename a repository, or hand it to another namespace."""
    if call.caller.anonymous:
        raise login_required()
    target = call.body.get("toRepo")
    if not isinstance(target, str) or target.count("/") != 1:
        message = "fromRepo and toRepo must both be namespace/name."
        raise bad_request(message)
    repo = _named(call, call.body.get("fromRepo"), _type_of(call.body))
    check_write(call.caller, repo)
    namespace, _, name = target.partition("/")
    namespace = repositories.check_create(call.hub, call.caller, namespace)
    if (namespace.lower(), name.lower()) != (repo.namespace.lower(), repo.name.lower()):
        taken = find(call.hub, repo.type, namespace, name)
        if taken is not None:
            message = f"A {repo.type} repository called {taken.full_name} already exists"
            raise conflict(message)
    repositories.move(call.hub, repo, namespace, name)
    return {"url": f"{call.base}/{web_prefix(repo.type)}{namespace}/{name}", "name": f"{namespace}/{name}"}


def settings(call: Call) -> dict[str, Any]:
    """Change who may see a repository, and whether they must ask first."""
    repo, body = call.repo_for_writing(), call.body
    gated_mode: Any = repo.gated
    if "gated" in body:
        gated_mode = body["gated"] or None
        if gated_mode not in {None, *GATED_MODES}:
            message = f"gated must be auto, manual or false, not {str(gated_mode)[:40]!r}."
            raise bad_request(message)
    private = _visibility(body)
    private = repo.private if private is None else private
    kept = {key: body[key] for key in ("discussionsDisabled",) if isinstance(body.get(key), bool)}
    stored = {**repo.settings, **kept}
    call.hub.database.write(
        "UPDATE repos SET private = ?, gated = ?, settings = ? WHERE id = ?",
        private,
        gated_mode,
        json.dumps(stored),
        repo.id,
    )
    return {"private": private, "gated": gated_mode or False, **stored}


def auth_check(call: Call) -> dict[str, Any]:
    """Answer 200 to those who may read the files."""
    call.repo_for_reading()
    return {"ok": True}


def auth_check_write(call: Call) -> dict[str, Any]:
    """Answer 200 to those who may change the files."""
    call.repo_for_writing()
    return {"ok": True}


ROUTES = [
    Route("/api/repos/create", route(create, body="json"), methods=["POST"]),
    Route("/api/repos/delete", route(delete, body="json"), methods=["DELETE"]),
    Route("/api/repos/move", route(move, body="json"), methods=["POST"]),
    Route(f"{API_REPO}/settings", route(settings, body="json"), methods=["PUT"]),
    Route(f"{API_REPO}/duplicate", route(duplicate, body="json"), methods=["POST"]),
    Route(f"{API_REPO}/auth-check", route(auth_check)),
    Route(f"{API_REPO}/auth-check/write", route(auth_check_write)),
]
