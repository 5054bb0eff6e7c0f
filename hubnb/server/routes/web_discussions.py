"""Pages of what people say about a repository, and propose for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import Response
from starlette.routing import Route

from hubnb.server import discussions
from hubnb.server.discussions import Discussion, Proposal
from hubnb.server.frontpage import path_of, repo_page
from hubnb.server.markup import render
from hubnb.server.pages import Html, age, badge, items, join, link, pager, panel, tag
from hubnb.server.paths import WEB_REPOS
from hubnb.server.routes.web import shown
from hubnb.server.routes.web_repo import diff_panel
from hubnb.server.wire import HubProblem, whole_number

if TYPE_CHECKING:
    from hubnb.server.call import Call
    from hubnb.server.repositories import Repository

_PAGE = 50
_KINDS = {"open": "ok", "merged": "info", "draft": "", "closed": "warn"}


def listing(call: Call) -> Response:
    """List discussions and pull requests."""
    repo = call.repo
    number = whole_number(call.query, "p", 0, high=1_000_000)
    rows = call.hub.database.all(
        "SELECT * FROM discussions WHERE repo_id = ? ORDER BY num DESC LIMIT ? OFFSET ?",
        *(repo.id, _PAGE + 1, number * _PAGE),
    )
    listed = [_row(call, repo, Discussion.of(row)) for row in rows[:_PAGE]]
    more = pager(path_of(repo, "discussions"), number, more=len(rows) > _PAGE)
    body = panel(items(listed, "Nobody has said anything yet."))
    return repo_page(call, "Discussions", body, more, chosen="discussions")


def _row(call: Call, repo: Repository, found: Discussion) -> tuple[Html, Html]:
    who = (discussions.author(call.hub, found.author_id) or {}).get("name", "somebody")
    what = join(link(found.title, path_of(repo, "discussions", str(found.num))), " ", _status(found))
    kind = "Pull request" if found.is_pull_request else "Discussion"
    return what, join(tag("span", f"{kind} #{found.num}"), tag("span", who), age(found.created_at))


def _status(found: Discussion) -> Html:
    return badge(found.status, _KINDS.get(found.status, ""))


def _found(call: Call) -> Discussion:
    return discussions.find(call.hub, call.repo, min(int(call.parameters["num"]), 2**31))


def discussion(call: Call) -> Response:
    """Show what was said, in order, and what a pull request would change."""
    repo, found = call.repo, _found(call)
    head = join(tag("h2", found.title, " ", tag("span", f"#{found.num}", class_="owner")), _status(found))
    said = [_event(repo, event) for event in discussions.events(call.hub, found)]
    parts: list[object] = [tag("div", head, class_="said"), *said]
    proposal = Proposal.of(call.hub, repo, found) if found.is_pull_request else None
    if proposal is not None and call.may_read(repo):
        if proposal.conflicts and not found.merge_commit:
            names = ", ".join(proposal.conflicts[:20])
            parts.append(tag("div", tag("b", "These files changed on both sides: "), names, class_="notice"))
        parts += [tag("h2", "Changes"), diff_panel(proposal.diff(call.git))]
    return repo_page(call, found.title, *parts, chosen="discussions")


def _event(repo: Repository, event: dict[str, Any]) -> Html:
    who, data = event.get("author", {}).get("name", "somebody"), event["data"]
    when = tag("time", event["createdAt"][:16].replace("T", " "), datetime=event["createdAt"], class_="muted small")
    if event["type"] == "comment":
        text = data.get("latest", {}).get("raw", "")
        links = path_of(repo, "blob", "main")
        body = tag("em", "Hidden.") if data.get("hidden") else render(text, links=links)
        edited = badge("edited") if data.get("edited") else ""
        head = join(tag("span", tag("b", who), " ", edited), when)
        return panel(tag("div", body or tag("em", "No words."), class_="body prose"), head=head)
    words: dict[str, object] = {
        "status-change": f"changed the status to {data.get('status')}",
        "title-change": f"changed the title to “{data.get('to')}”",
    }
    did = words.get(event["type"], event["type"])
    if event["type"] == "commit":
        oid = str(data.get("oid"))
        did = join("committed ", link(data.get("subject") or oid[:8], path_of(repo, "commit", oid)))
    return tag("div", tag("b", who), " ", did, " ", when, class_="event")


def files_diff(call: Call) -> Response:
    """Send what a pull request would change as text, for `git apply`."""
    repo, found = call.repo_for_reading(), _found(call)
    proposal = Proposal.of(call.hub, repo, found) if found.is_pull_request else None
    if proposal is None:
        raise HubProblem(404, "There is no such pull request.")
    headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}
    text = proposal.diff(call.git).encode("utf-8", "replace")
    return Response(text, headers=headers, media_type="text/plain; charset=utf-8")


ROUTES = [
    entry
    for talk in (f"{repo}/discussions" for repo in WEB_REPOS)
    for entry in (
        Route(talk, shown(listing)),
        Route(f"{talk}/{{num:int}}", shown(discussion)),
        Route(f"{talk}/{{num:int}}/files.diff", shown(files_diff)),
    )
]
