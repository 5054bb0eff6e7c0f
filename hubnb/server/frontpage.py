"""What the pages of a repository have in common: its name, its facts, its tabs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from hubnb.server.pages import Html, Visitor, age, badge, count_text, join, link, page, tabs, tag
from hubnb.server.wire import web_prefix

if TYPE_CHECKING:
    from starlette.responses import Response

    from hubnb.server.call import Call
    from hubnb.server.repositories import Repository

_TITLES = {"model": "Model", "dataset": "Dataset", "space": "Space", "kernel": "Kernel"}


def path_of(repo: Repository, *parts: str) -> str:
    """Return the path of a page of a repository; each part is quoted, slashes in it included."""
    return "/".join([f"/{web_prefix(repo.type)}{repo.full_name}", *(quote(part, safe="") for part in parts)])


def file_path(repo: Repository, view: str, revision: str, path: str) -> str:
    """Return the path of a page about a file or folder."""
    base = path_of(repo, view, revision)
    return f"{base}/{quote(path)}" if path else base


def described(repo: Repository) -> dict[str, Any]:
    """Return what ``main`` said about itself when it was last looked at."""
    return json.loads(repo.description) if repo.description else {}


def visitor_of(call: Call) -> Visitor | None:
    """Return who is logged in in the browser that asks."""
    session = call.session
    return Visitor(session.caller.name or "", session.form_key) if session is not None else None


def hub_page(call: Call, title: str, *body: object, **more: Any) -> Response:
    """Return a page for whoever asks."""
    return page(title, *body, visitor=visitor_of(call), **more)


def repo_page(call: Call, title: str, *body: object, chosen: str) -> Response:
    """Return a page of a repository."""
    repo = call.repo
    facts = described(repo)
    owner = link(f"{repo.namespace}", f"/{repo.namespace}", class_="owner")
    name = tag("h1", owner, tag("span", " / ", class_="owner"), link(repo.name, path_of(repo)), " ", *_badges(repo))
    words = [facts.get("pipeline_tag"), facts.get("library_name"), facts.get("sdk")]
    weights = (facts.get("safetensors") or {}).get("total")
    words.append(f"{count_text(weights)} params" if weights else None)
    words.append(f"{count_text(repo.downloads)} downloads" if repo.downloads else None)
    words.append(f"{repo.likes} ♥" if repo.likes else None)
    meta = [tag("span", word) for word in words if word]
    top = tag("div", name, tag("div", *meta, tag("span", "updated ", age(repo.modified_at)), class_="meta"))
    return hub_page(call, f"{title} · {repo.full_name}", top, _tabs(call, repo, chosen), *body, kind=repo.type)


def _badges(repo: Repository) -> list[Html]:
    found = [badge(_TITLES[repo.type])]
    found += [badge("Private", "warn")] if repo.private else []
    return [*found, *([badge("Gated", "warn")] if repo.gated else [])]


def _tabs(call: Call, repo: Repository, chosen: str) -> Html:
    row = call.hub.database.one(
        "SELECT count(*) AS number FROM discussions WHERE repo_id = ? AND status IN ('open', 'draft')", repo.id
    )
    opened = row["number"] if row else 0
    return tabs(
        ("card", "Card", path_of(repo)),
        ("files", "Files", path_of(repo, "tree", "main")),
        ("commits", "Commits", path_of(repo, "commits", "main")),
        ("discussions", join("Discussions ", badge(opened) if opened else ""), path_of(repo, "discussions")),
        chosen=chosen,
    )


def revisions(call: Call, repo: Repository, view: str, revision: str, path: str = "") -> Html:
    """Return the list of branches, tags and open pull requests to choose from."""
    git = call.git
    names = [*git.refs("refs/heads/"), *git.refs("refs/tags/"), *(f"refs/pr/{name}" for name in git.refs("refs/pr/"))]
    listed = [tag("li", link(name, file_path(repo, view, name, path))) for name in names[:200]]
    return tag("details", tag("summary", revision), tag("ul", *listed), class_="refs")
