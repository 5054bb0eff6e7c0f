"""One request, as the routes see it: the Hub, the caller, the repository it names."""

from __future__ import annotations

import errno
import logging
import sqlite3
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from hubnb.server import sessions
from hubnb.server.accounts import Caller, identify
from hubnb.server.bodies import parse_form, parse_json, read_body
from hubnb.server.largefiles import StoreFault
from hubnb.server.repositories import Repository, check_content, check_propose, check_write, find, find_renamed, may_see
from hubnb.server.wire import HubProblem, base_url, json_response, read_only, repo_not_found, web_prefix

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from hubnb.server.gitrepo import GitRepo
    from hubnb.server.hub import Hub
    from hubnb.server.sessions import Session
    from hubnb.server.snapshot import Snapshot

_FULL_DISK = {errno.ENOSPC, errno.EDQUOT}
_log = logging.getLogger("hubnb.server")


@dataclass
class Call:
    """What a route works with; made once a request."""

    request: Request
    body: dict[str, Any] = field(default_factory=dict)
    """The JSON object or form of the request, where the route asked for one."""

    def __post_init__(self) -> None:
        self.request.state.call = self  # for `guarded`, which sees only the request

    def lost_repo(self) -> bool:
        """Say whether the repository was there at first and has been deleted since."""
        repo = self.__dict__.get("repo")
        return repo is not None and self.hub.database.one("SELECT 1 FROM repos WHERE id = ?", repo.id) is None

    @property
    def hub(self) -> Hub:
        """The Hub that answers."""
        return self.request.scope["hubnb.hub"]

    @property
    def parameters(self) -> dict[str, str]:
        """Parts of the path, decoded."""
        return self.request.path_params

    @property
    def query(self) -> Any:
        """Parameters after the ``?``."""
        return self.request.query_params

    @cached_property
    def base(self) -> str:
        """The Hub's address as this client knows it."""
        return base_url(self.request)

    @cached_property
    def caller(self) -> Caller:
        """Who asks; an unknown token is a 401 at once."""
        authorization = self.request.headers.get("authorization")
        found = sessions.caller_of(self) if authorization is None else None
        return found or identify(self.hub.database, authorization)

    @cached_property
    def session(self) -> Session | None:
        """Who is logged in in the browser that asks."""
        return sessions.session_of(self)

    def text(self, key: str) -> str:
        """Return a field of the body, the first where a form has several; empty if there is none."""
        value = self.body.get(key, "")
        value = value[0] if isinstance(value, list) and value else value
        return value if isinstance(value, str) else ""

    @property
    def repo_type(self) -> str:
        """Type that the path names, ``model`` where it names none (web addresses of models)."""
        return self.parameters.get("kind", "models").removesuffix("s")

    @cached_property
    def repo(self) -> Repository:
        """The repository in the path, if the caller may know of it.

        Raises
        ------
        HubProblem
            404 ``RepoNotFound``, or 307 to its present name.
        """
        caller = self.caller
        namespace, name = self.parameters["namespace"], self.parameters["name"]
        repo = find(self.hub, self.repo_type, namespace, name)
        moved = None if repo else find_renamed(self.hub, self.repo_type, namespace, name)
        repo = repo or moved
        if repo is None or not may_see(caller, repo):
            raise repo_not_found()
        if moved or (repo.namespace, repo.name) != (namespace, name):
            raise self._redirect(repo, f"{namespace}/{name}")
        return repo

    def _redirect(self, repo: Repository, asked: str) -> HubProblem:
        path = self.request.scope["raw_path"].decode("ascii", "replace")
        query = self.request.scope["query_string"].decode("ascii", "replace")
        quoted = quote(asked)
        found = asked if f"/{asked}" in path else quoted
        target = path.replace(f"/{found}", f"/{repo.full_name}", 1)
        if target == path:  # spelled in a way of its own; never redirect to itself
            return repo_not_found()
        location = f"{target}?{query}" if query else target
        message = f"This repository is called {repo.full_name} now."
        return HubProblem(307, message, headers={"Location": location})

    def knows_repo(self) -> bool:
        """Say whether the repository in the path is there for the caller."""
        try:
            return self.repo is not None
        except HubProblem as problem:
            return problem.status != 404

    def repo_for_reading(self) -> Repository:
        """Return the repository if the caller may read its files."""
        check_content(self.hub, self.caller, self.repo)
        return self.repo

    def repo_for_writing(self) -> Repository:
        """Return the repository if the caller may change it."""
        if self.hub.read_only:
            raise read_only()
        check_write(self.caller, self.repo)
        return self.repo

    def may_write(self) -> bool:
        """Say whether the caller may change the repository in the path."""
        return self.caller.may_write_in(self.repo.namespace, created_by=self.repo.created_by, repo=self.repo.key)

    def repo_for_proposing(self) -> Repository:
        """Return the repository if the caller may propose a change to it: who can read and has a write token."""
        if self.hub.read_only:
            raise read_only()
        check_content(self.hub, self.caller, self.repo)
        check_propose(self.caller)
        return self.repo

    def may_read(self, repo: Repository | None) -> bool:
        """Say whether the caller may read the files of some repository."""
        if repo is None or not may_see(self.caller, repo):
            return False
        try:
            check_content(self.hub, self.caller, repo)
        except HubProblem:
            return False
        return True

    @property
    def git(self) -> GitRepo:
        """The git side of the repository in the path."""
        return self.hub.git(self.repo.id)

    def snapshot(self, commit: str) -> Snapshot:
        """Return the files of a commit."""
        return self.hub.snapshot(self.repo.id, commit)

    def web_url(self, *parts: str) -> str:
        """Return a web address below the repository."""
        return "/".join([f"{self.base}/{web_prefix(self.repo.type)}{self.repo.full_name}", *parts])


def answer(result: Any) -> Response:
    """Turn what a route returns into a response."""
    return result if isinstance(result, Response) else json_response(result)


def _is_full_disk(error: Exception) -> bool:
    if isinstance(error, sqlite3.OperationalError):
        return "disk is full" in str(error)
    return isinstance(error, OSError) and error.errno in _FULL_DISK


def guarded(handle: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """Make every refusal an answer, and every fault of ours a logged 500 that says nothing of its inside."""

    @wraps(handle)
    async def handled(request: Request) -> Response:
        try:
            return await handle(request)
        except HubProblem as problem:
            return problem.response()
        except ClientDisconnect:
            return Response(status_code=499)
        except Exception as error:
            if _is_full_disk(error):
                return HubProblem(507, "The Hub's disk is full. Make room on it and try again.").response()
            if isinstance(error, StoreFault):
                _log.error("%s %s failed: %s", request.method, request.scope["path"], error)
                return HubProblem(503, "The store of this Hub's large files fails. Try again later.").response()
            call = getattr(request.state, "call", None)
            if call is not None and call.lost_repo():
                return repo_not_found().response()
            _log.exception("%s %s failed", request.method, request.scope["path"])
            return HubProblem(500, "Internal Error: the Hub's log says more.").response()

    return handled


def route(function: Callable[[Call], Any], *, body: str | None = None) -> Callable[[Request], Awaitable[Response]]:
    """Make an endpoint of a plain function; it runs in a thread, so it may block.

    Parameters
    ----------
    function
        Takes a `Call`, returns a response or JSON data.
    body
        ``"json"`` or ``"form"`` (which takes JSON too) to have the body read into `Call.body`.
    """

    @wraps(function)
    async def handle(request: Request) -> Response:
        call = Call(request)
        if body is not None:
            content = await read_body(request)
            is_form = body == "form" and "json" not in request.headers.get("content-type", "")
            call.body = parse_form(content) if is_form else parse_json(content)
        return answer(await run_in_threadpool(function, call))

    return guarded(handle)
