"""Pages of one repository: its card, files and commits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.routing import Route

from hubnb.server.accessform import ask_for_access
from hubnb.server.frontmatter import front_matter_text
from hubnb.server.frontpage import described, file_path, path_of, repo_page, revisions
from hubnb.server.history import Change, history, last_changes
from hubnb.server.markup import render
from hubnb.server.pages import Html, address, age, badge, items, join, joined, link, pager, panel, size_text, tag
from hubnb.server.paths import WEB_REPOS
from hubnb.server.routes.resolve import media_type
from hubnb.server.routes.tree import split_revision
from hubnb.server.routes.web import shown
from hubnb.server.wire import HubProblem, entry_not_found, whole_number

if TYPE_CHECKING:
    from starlette.responses import Response

    from hubnb.server.call import Call
    from hubnb.server.repositories import Repository
    from hubnb.server.snapshot import Entry

_MAX_LISTED = 1000
_MAX_TEXT_BYTES = 500_000
_MAX_DIFF_CHARS = 200_000
_PAGE = 50
_MAX_TAGS = 16
_HEAD = re.compile(r"\A\s*---[ \t]*\r?\n.*?^---[ \t]*$\r?\n?", re.DOTALL | re.MULTILINE)


def card(call: Call) -> Response:
    """Show the card of a repository and how to use it."""
    repo = call.repo
    commit = call.git.resolve("main")
    aside = tag("aside", _use(call, repo), _facts(call, repo))
    return repo_page(call, "Card", tag("div", _card(call, commit), aside, class_="side"), chosen="card")


def _card(call: Call, commit: str) -> Html:
    repo, readme = call.repo, call.snapshot(commit).file("README.md")
    if not call.may_read(repo):
        return ask_for_access(call)
    if readme is None or readme.pointer is not None or readme.size > _MAX_TEXT_BYTES:
        return panel(tag("p", "This repository has no card yet: no README.md.", class_="empty"))
    text = call.git.blob(readme.oid).decode("utf-8-sig", "replace")
    if front_matter_text(text) is not None:
        text = _HEAD.sub("", text, count=1)
    if not text.strip():
        return panel(tag("p", "The card holds metadata only.", class_="empty"))
    html = render(text, links=path_of(repo, "blob", "main"), files=path_of(repo, "resolve", "main"))
    return panel(tag("article", html, class_="body prose"))


def _use(call: Call, repo: Repository) -> Html:
    kind = "" if repo.type == "model" else f" --repo-type {repo.type}"
    lines = f"export HF_ENDPOINT={call.base}\nhf download {repo.full_name}{kind}"
    clone = f"git clone {repo.url(call.base)}"
    return panel(tag("div", tag("pre", lines), tag("pre", clone), class_="body use"), head=tag("h2", "Use it"))


def _facts(call: Call, repo: Repository) -> Html:
    facts, rows = described(repo), list[tuple[str, object]]()
    data = facts.get("cardData") or {}
    rows += [("License", data["license"])] if isinstance(data.get("license"), str) else []
    weights = facts.get("safetensors")
    rows += [("Tensors", ", ".join(weights["parameters"]))] if weights else []
    row = call.hub.database.one("SELECT coalesce(sum(size), 0) AS bytes FROM objects WHERE repo_id = ?", repo.id)
    rows += [("Large files", size_text(row["bytes"]))] if row and row["bytes"] else []
    rows += [("Downloads", repo.downloads), ("Created", age(repo.created_at))]
    listed = join(*(join(tag("dt", name), tag("dd", value)) for name, value in rows))
    tags = [link(word, address(f"/{repo.type}s", tag=word)) for word in facts.get("tags", [])[:_MAX_TAGS]]
    body = [tag("dl", listed, class_="facts")]
    body += [tag("p", tag("span", *tags, class_="tags"))] if tags else []
    return panel(tag("div", *body, class_="body"), head=tag("h2", "About"))


def files(call: Call) -> Response:
    """Show a folder of a revision."""
    repo = call.repo
    commit, path = split_revision(call)
    revision = _revision(call, path)
    snapshot = call.snapshot(commit)
    if path and snapshot.folder(path) is None:
        raise entry_not_found(commit)
    entries = sorted(snapshot.under(path, recursive=False), key=lambda entry: (not entry.is_folder, entry.path))
    changes = last_changes(call.git, commit, [entry.path for entry in entries[:_MAX_LISTED]])
    readable = call.may_read(repo)
    rows = [_row(repo, revision, entry, changes.get(entry.path), readable=readable) for entry in entries[:_MAX_LISTED]]
    head = join(_crumbs(repo, revision, path), revisions(call, repo, "tree", revision))
    table = tag("table", *rows, class_="files") if rows else tag("p", "Nothing in here.", class_="empty")
    more = len(entries) - _MAX_LISTED
    note = tag("p", f"{more} more are not shown.", class_="empty") if more > 0 else ""
    return repo_page(call, path or "Files", panel(table, note, head=head), chosen="files")


def _revision(call: Call, path: str) -> str:
    """Return the revision as the address has it, which may hold slashes."""
    rest = call.parameters.get("path", "").strip("/")
    before = rest[: len(rest) - len(path)].strip("/") if path else rest
    return f"{call.parameters['revision']}/{before}" if before else call.parameters["revision"]


def _crumbs(repo: Repository, revision: str, path: str, *, is_file: bool = False) -> Html:
    steps = [link(repo.name, file_path(repo, "tree", revision, ""))]
    parts = path.split("/") if path else []
    for number, part in enumerate(parts, 1):
        below = "/".join(parts[:number])
        last = number == len(parts) and is_file
        steps.append(tag("b", part) if last else link(part, file_path(repo, "tree", revision, below)))
    return tag("span", joined(" / ", steps), class_="crumbs")


def _row(repo: Repository, revision: str, entry: Entry, change: Change | None, *, readable: bool) -> Html:
    name = entry.path.rpartition("/")[2]
    view = "tree" if entry.is_folder else "blob"
    shown_name = link(f"{name}/" if entry.is_folder else name, file_path(repo, view, revision, entry.path), title=name)
    mark = [" ", badge("LFS")] if entry.pointer else []
    said = link(change.title, path_of(repo, "commit", change.sha), class_="muted") if change and readable else ""
    return tag(
        "tr",
        tag("td", shown_name, *mark),
        tag("td", said, class_="what-changed"),
        tag("td", "" if entry.is_folder else size_text(entry.size), class_="size num muted"),
        tag("td", age(change.epoch_s) if change else "", class_="when num muted small"),
    )


def blob(call: Call) -> Response:
    """Show a file: text with its lines, a picture as it is, the facts of anything else."""
    repo = call.repo_for_reading()
    commit, path = split_revision(call)
    snapshot, revision = call.snapshot(commit), _revision(call, path)
    if snapshot.folder(path) is not None:
        raise HubProblem(302, "This is a folder.", headers={"Location": file_path(repo, "tree", revision, path)})
    entry = snapshot.file(path)
    if entry is None:
        raise entry_not_found(commit)
    source = file_path(repo, "resolve", revision, path)
    facts = [tag("span", size_text(entry.size), class_="muted")]
    facts += [badge("LFS")] if entry.pointer else []
    facts.append(link("Download", f"{source}?download=true"))
    head = join(_crumbs(repo, revision, path, is_file=True), tag("span", joined(" ", facts)))
    return repo_page(call, path, panel(_content(call, entry, source), head=head), chosen="files")


def _content(call: Call, entry: Entry, source: str) -> Html:
    kind = media_type(entry.path.rpartition("/")[2])
    if kind.startswith("image/"):
        return tag("img", class_="shown", alt=entry.path, src=source)
    if entry.pointer is not None:
        rows = [("sha-256", tag("code", entry.pointer.oid)), ("Size", f"{entry.size:,} bytes")]
        listed = join(*(join(tag("dt", name), tag("dd", value)) for name, value in rows))
        return tag("div", tag("dl", listed, class_="facts"), class_="body")
    content = call.git.blob(entry.oid) if entry.size <= _MAX_TEXT_BYTES else b"\0"
    if b"\0" in content:
        return tag("p", "This file is not shown: it is too long, or no text.", class_="empty")
    text = content.decode("utf-8", "replace").replace("\r\n", "\n")
    numbers = "\n".join(str(number) for number in range(1, text.rstrip("\n").count("\n") + 2))
    return tag("div", tag("pre", numbers, class_="no", aria_hidden="true"), tag("pre", text), class_="lines")


def commits(call: Call) -> Response:
    """List the commits behind a revision."""
    repo = call.repo_for_reading()
    commit, rest = split_revision(call)
    if rest:
        raise HubProblem(404, "There is no such revision.")
    revision = _revision(call, "")
    number = whole_number(call.query, "p", 0, high=1_000_000)
    shas = history(call.git, commit)
    changes = [Change.of(call.git.commit(sha)) for sha in shas[number * _PAGE : (number + 1) * _PAGE]]
    rows = [(link(change.title, path_of(repo, "commit", change.sha)), _signed(repo, change)) for change in changes]
    count = tag("h2", f"{len(shas)} commit{'s' if len(shas) != 1 else ''}")
    head = join(count, revisions(call, repo, "commits", revision))
    path = path_of(repo, "commits", revision)
    more = pager(path, number, more=(number + 1) * _PAGE < len(shas))
    return repo_page(call, "Commits", panel(items(rows, "None."), head=head), more, chosen="commits")


def _signed(repo: Repository, change: Change) -> Html:
    sha = link(change.sha[:8], path_of(repo, "tree", change.sha), class_="mono")
    return join(tag("span", change.author), age(change.epoch_s), sha)


def commit(call: Call) -> Response:
    """Show one commit."""
    repo, git = call.repo_for_reading(), call.git
    change = Change.of(git.commit(git.resolve(call.parameters["revision"])))
    head = join(tag("h2", change.title), tag("span", _signed(repo, change), class_="meta small"))
    body: list[object] = []
    if change.message:
        body.append(tag("div", tag("pre", change.message), class_="body"))
    if change.parents:
        parents = [link(parent[:8], path_of(repo, "commit", parent), class_="mono") for parent in change.parents]
        body.append(tag("div", "Parent ", *parents, tag("span", change.sha, class_="mono muted"), class_="body meta"))
    panels = [panel(*body, head=head)]
    if change.parents:
        panels.append(diff_panel(git.diff(change.parents[0], change.sha)))
    return repo_page(call, change.title, *panels, chosen="commits")


def diff_panel(text: str) -> Html:
    """Return a diff, coloured by line."""
    lines = [tag("span", line or " ", class_=_line_kind(line)) for line in text[:_MAX_DIFF_CHARS].splitlines()]
    cut = tag("p", "The rest is too long to show.", class_="empty") if len(text) > _MAX_DIFF_CHARS else ""
    return panel(tag("pre", *lines, class_="diff") if lines else tag("p", "No file differs.", class_="empty"), cut)


def _line_kind(line: str) -> str:
    if line.startswith("diff "):
        return "file"
    if line.startswith(("+++", "---", "index ", "new file", "deleted file", "old mode", "new mode")):
        return "muted"
    return {"+": "add", "-": "del", "@": "at"}.get(line[:1], "same")


ROUTES = [
    entry
    for repo in WEB_REPOS
    for entry in (
        Route(repo, shown(card)),
        Route(f"{repo}/tree/{{revision:part}}", shown(files)),
        Route(f"{repo}/tree/{{revision:part}}/{{path:rest}}", shown(files)),
        Route(f"{repo}/blob/{{revision:part}}/{{path:rest}}", shown(blob)),
        Route(f"{repo}/commits/{{revision:part}}", shown(commits)),
        Route(f"{repo}/commits/{{revision:part}}/{{path:rest}}", shown(commits)),
        Route(f"{repo}/commit/{{revision:part}}", shown(commit)),
    )
]
