"""Pages: the repositories there are, and who has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import Response
from starlette.routing import Route

from hubnb.server.accounts import account
from hubnb.server.call import Call, answer, guarded, route
from hubnb.server.filters import add_words, visible
from hubnb.server.frontpage import described, hub_page, path_of
from hubnb.server.pages import KINDS, Html, age, badge, count_text, items, join, link, pager, panel, tag
from hubnb.server.repositories import Repository
from hubnb.server.wire import HubProblem, whole_number

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

_PAGE = 50
_SHOWN_AT_FIRST = 8


def shown(function: Callable[[Call], Response]) -> Any:
    """Make an endpoint whose refusals are pages too, for those who ask for pages."""
    inner = route(function)

    async def handle(request: Request) -> Response:
        found = await inner(request)
        message = found.headers.get("x-error-message")
        wants_page = "text/html" in request.headers.get("accept", "")
        if message is None or found.status_code < 400 or not wants_page:
            return found
        known = request.state.call.session is not None
        hint = "" if known else tag("p", "If it is private, ", link("log in", "/login"), " to see it.")
        body = panel(tag("div", tag("h1", message), tag("p", link("All repositories", "/")), hint, class_="empty"))
        return answer(hub_page(request.state.call, message, body, status=found.status_code))

    return guarded(handle)


def found_repos(
    call: Call, kind: str, *, search: str = "", namespace: str = "", word: str = "", limit: int, offset: int = 0
) -> list[Repository]:
    """Return repositories the caller may see, those changed last first."""
    conditions = visible(call, kind)
    add_words(conditions, search)
    if word:
        conditions.add("id IN (SELECT repo_id FROM repo_tags WHERE tag = ?)", word)
    if namespace:
        conditions.add("namespace = ?", namespace)
    rows = call.hub.database.all(
        f"SELECT * FROM repos WHERE {conditions.sql} ORDER BY modified_at DESC, id LIMIT ? OFFSET ?",  # noqa: S608
        *conditions.values,
        limit,
        offset,
    )
    return [Repository.of(row) for row in rows]


def _listed(repo: Repository) -> tuple[Html, Html]:
    facts = described(repo)
    marks = [badge("Private", "warn")] if repo.private else []
    marks += [badge("Gated", "warn")] if repo.gated else []
    name = link(join(tag("span", f"{repo.namespace}/", class_="owner"), repo.name), path_of(repo))
    words = [facts.get("pipeline_tag"), facts.get("library_name"), facts.get("sdk")]
    said = " · ".join(str(word) for word in words if word)
    what = join(name, " ", *marks, tag("div", said, class_="muted small") if said else "")
    weights = (facts.get("safetensors") or {}).get("total")
    numbers = [tag("span", f"{count_text(weights)} params")] if weights else []
    numbers += [tag("span", f"{count_text(repo.downloads)} downloads")] if repo.downloads else []
    numbers += [tag("span", f"{repo.likes} ♥")] if repo.likes else []
    return what, join(*numbers, age(repo.modified_at))


def home(call: Call) -> Response:
    """Show what was changed last, or what a search found, of every kind."""
    search = call.query.get("search", "")[:200]
    body: list[object] = [tag("h1", f"“{search}”" if search else "Models and data on this Hub")]
    for kind, title in KINDS:
        repos = found_repos(call, kind, search=search, limit=_SHOWN_AT_FIRST + 1)
        if repos:
            more = link("All", f"/{kind}s") if len(repos) > _SHOWN_AT_FIRST and not search else ""
            head = join(tag("h2", title), more)
            body.append(panel(items(map(_listed, repos[:_SHOWN_AT_FIRST]), ""), head=head))
    if len(body) == 1:
        body.append(_nothing(call, search))
    return hub_page(call, "Hub", *body, search=search)


def _nothing(call: Call, search: str) -> Html:
    if search:
        return panel(tag("p", "Nothing has a name like that.", class_="empty"))
    how = tag("pre", f"export HF_ENDPOINT={call.base}\nhf upload me/my-model ./my-model", class_="mono")
    return panel(tag("div", tag("p", "Nothing public here yet."), how, class_="empty"))


def listing(call: Call) -> Response:
    """List repositories of one kind."""
    kind, search, word = call.repo_type, call.query.get("search", "")[:200], call.query.get("tag", "")[:200]
    number = whole_number(call.query, "p", 0, high=1_000_000)
    repos = found_repos(call, kind, search=search, word=word, limit=_PAGE + 1, offset=number * _PAGE)
    title = dict(KINDS)[kind]
    return hub_page(
        call,
        title,
        tag("h1", title, *(f": “{asked}”" for asked in (search, word) if asked)),
        panel(items(map(_listed, repos[:_PAGE]), "Nothing here.")),
        pager(f"/{kind}s", number, more=len(repos) > _PAGE, search=search, tag=word),
        kind=kind,
        search=search,
    )


def person(call: Call) -> Response:
    """Show what a user or an organisation has."""
    row = account(call.hub.database, call.parameters["account"])
    if row is None:
        raise HubProblem(404, "There is nobody and nothing of this name here.")
    kind = "Organization" if row["kind"] == "org" else "User"
    name = tag("h1", row["fullname"], " ", tag("span", row["name"], class_="owner"), " ", badge(kind))
    body: list[object] = [name]
    for key, title in KINDS:
        repos = found_repos(call, key, namespace=row["name"], limit=_PAGE)
        if repos:
            body.append(panel(items(map(_listed, repos), ""), head=tag("h2", title)))
    if len(body) == 1:
        body.append(panel(tag("p", "Nothing public here yet.", class_="empty")))
    return hub_page(call, str(row["name"]), *body)


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


ROUTES = [
    Route("/", shown(home)),
    Route("/favicon.ico", route(favicon)),
    Route("/avatars/{name:part}", route(avatar)),
    Route("/{kind:kind}", shown(listing)),
    Route("/{account:part}", shown(person)),
]
