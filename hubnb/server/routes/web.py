"""The addresses that answers name for people: repositories, commits, discussions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from starlette.responses import Response
from starlette.routing import Route

from hubnb.server import discussions
from hubnb.server.call import Call, answer, guarded, route
from hubnb.server.history import Change
from hubnb.server.pages import Html, join, link, page, size_text, table, tag
from hubnb.server.repositories import Repository
from hubnb.server.routes.tree import split_revision
from hubnb.server.wire import HubProblem, entry_not_found, iso_date, web_prefix

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from hubnb.server.snapshot import Entry

_MAX_LISTED = 200
_MAX_TEXT_BYTES = 500_000
_MAX_DIFF_CHARS = 200_000


def shown(function: Callable[[Call], Response]) -> Any:
    """Make an endpoint whose refusals are pages too, for those who ask for pages."""
    inner = route(function)

    async def handle(request: Request) -> Response:
        found = await inner(request)
        message = found.headers.get("x-error-message")
        wants_page = "text/html" in request.headers.get("accept", "")
        if message is None or found.status_code < 400 or not wants_page:
            return found
        body = [tag("h1", message), tag("p", link("All repositories", "/"))]
        return answer(page(message, *body, status=found.status_code))

    return guarded(handle)


def home(call: Call) -> Response:
    """List public repositories."""
    body: list[object] = [tag("h1", "Hub"), tag("p", f"A Hub for models and data at {call.base}", class_="quiet")]
    for kind, title in (("model", "Models"), ("dataset", "Datasets"), ("space", "Spaces")):
        rows = call.hub.database.all(
            "SELECT * FROM repos WHERE type = ? AND private = 0 ORDER BY modified_at DESC LIMIT ?", kind, _MAX_LISTED
        )
        repos = [Repository.of(row) for row in rows]
        if repos:
            listed = [(link(repo.full_name, _path(repo)), iso_date(repo.modified_at)[:10]) for repo in repos]
            body += [tag("h2", title), table(listed)]
    if len(body) == 2:
        body.append(tag("p", "Nothing public here yet."))
    return page("Hub", *body)


def _path(repo: Repository, *parts: str) -> str:
    return "/".join([f"/{web_prefix(repo.type)}{repo.full_name}", *(quote(part) for part in parts)])


def _title(repo: Repository, *more: object) -> Html:
    return tag("h1", link(repo.full_name, _path(repo)), *more)


def repository(call: Call) -> Response:
    """Show the files of a revision, and its README."""
    repo = call.repo
    call.parameters.setdefault("revision", "main")
    commit, path = split_revision(call)
    snapshot = call.snapshot(commit)
    if path and snapshot.folder(path) is None:
        raise entry_not_found(commit)
    revision = call.parameters["revision"]
    rows = [_row(repo, revision, entry) for entry in snapshot.under(path, recursive=False)]
    readme = snapshot.file(f"{path}/README.md" if path else "README.md")
    body = [
        _title(repo),
        tag("p", f"{repo.type}, {revision} at ", link(commit[:8], _path(repo, "commit", commit)), class_="quiet"),
        table(rows),
    ]
    if readme is not None and readme.pointer is None and readme.size < _MAX_TEXT_BYTES and call.may_read(repo):
        body.append(tag("pre", call.git.blob(readme.oid).decode("utf-8", "replace")))
    return page(repo.full_name, *body)


def _row(repo: Repository, revision: str, entry: Entry) -> tuple[object, object]:
    name = entry.path.rpartition("/")[2]
    revision = quote(revision, safe="")
    if entry.is_folder:
        return link(f"{name}/", f"{_path(repo)}/tree/{revision}/{quote(entry.path)}"), ""
    return link(name, f"{_path(repo)}/resolve/{revision}/{quote(entry.path)}"), size_text(entry.size)


def commit(call: Call) -> Response:
    """Show one commit."""
    repo, git = call.repo_for_reading(), call.git
    change = Change.of(git.commit(git.resolve(call.parameters["revision"])))
    body = [
        _title(repo),
        tag("h2", change.title),
        tag("p", f"{change.author}, {iso_date(change.epoch_s)}, {change.sha}", class_="quiet"),
        *([tag("p", change.message)] if change.message else []),
    ]
    if change.parents:
        body.append(tag("pre", git.diff(change.parents[0], change.sha)[:_MAX_DIFF_CHARS]))
    return page(f"{change.title} in {repo.full_name}", *body)


def discussion(call: Call) -> Response:
    """Show what was said in a discussion."""
    repo = call.repo
    found = discussions.find(call.hub, repo, min(int(call.parameters["num"]), 2**31))
    kind = "Pull request" if found.is_pull_request else "Discussion"
    body: list[object] = [
        _title(repo),
        tag("h2", f"{found.title} #{found.num}"),
        tag("p", f"{kind}, {found.status}", class_="quiet"),
    ]
    for event in discussions.events(call.hub, found):
        who = event.get("author", {}).get("name", "somebody")
        text = event["data"].get("latest", {}).get("raw", "")
        said = event["data"].get("subject") or event["data"].get("status") or event["data"].get("to") or ""
        body.append(tag("p", join(tag("b", who), f" {event['type']} {said}"), class_="quiet"))
        body += [tag("pre", text)] if text else []
    return page(f"{found.title} in {repo.full_name}", *body)


def blob(call: Call) -> Response:
    """Lead from the page of a file to the file."""
    split_revision(call)
    path = call.request.scope["raw_path"].decode("ascii", "replace").replace("/blob/", "/resolve/", 1)
    return Response(status_code=302, headers={"Location": path})


def avatar(_: Call) -> Response:
    """Send the same small picture for everybody."""
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">'
        '<rect width="16" height="16" rx="8" fill="#9198a1"/>'
        '<circle cx="8" cy="6" r="3" fill="#fff"/><path d="M2.5 14a5.5 5.5 0 0 1 11 0z" fill="#fff"/></svg>'
    )
    headers = {"Content-Security-Policy": "default-src 'none'", "Cache-Control": "max-age=86400"}
    return Response(svg, headers=headers, media_type="image/svg+xml")


def favicon(_: Call) -> Response:
    """Have none."""
    raise HubProblem(404, "There is no icon.")


def _routes() -> list[Route]:
    found = [
        Route("/", shown(home)),
        Route("/favicon.ico", route(favicon)),
        Route("/avatars/{name:part}", route(avatar)),
    ]
    for prefix in ("/{kind:kind}", ""):
        repo = f"{prefix}/{{namespace:part}}/{{name:part}}"
        found += [
            Route(repo, shown(repository)),
            Route(f"{repo}/tree/{{revision:part}}", shown(repository)),
            Route(f"{repo}/tree/{{revision:part}}/{{path:rest}}", shown(repository)),
            Route(f"{repo}/blob/{{revision:part}}/{{path:rest}}", shown(blob)),
            Route(f"{repo}/commit/{{revision:part}}", shown(commit)),
            Route(f"{repo}/discussions/{{num:int}}", shown(discussion)),
        ]
    return found


ROUTES = _routes()
