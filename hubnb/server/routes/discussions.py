"""Discussions and pull requests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from hubnb.server import discussions
from hubnb.server.call import route
from hubnb.server.discussions import Discussion, Proposal
from hubnb.server.paths import API_REPO
from hubnb.server.repositories import MAIN, Repository
from hubnb.server.wire import (
    HubProblem,
    bad_request,
    forbidden,
    is_true,
    iso_date,
    json_response,
    login_required,
    web_prefix,
    whole_number,
)

if TYPE_CHECKING:
    from starlette.responses import Response

    from hubnb.server.call import Call

_PAGE = 50
_MAX_TEXT_CHARS = 65_536


def listing(call: Call) -> dict[str, Any]:
    """List discussions, newest first."""
    repo, query = call.repo, call.query
    parts, values = ["repo_id = ?"], [repo.id]
    kind, status = query.get("type", "all"), query.get("status", "all")
    if kind in {"discussion", "pull_request"}:
        parts.append("is_pull_request" if kind == "pull_request" else "NOT is_pull_request")
    if status in {"open", "closed"}:
        parts.append("status IN ('open', 'draft')" if status == "open" else "status IN ('closed', 'merged')")
    if query.get("author"):
        parts.append("author_id = (SELECT id FROM accounts WHERE name = ?)")
        values.append(query["author"])
    if query.get("search"):
        parts.append("instr(lower(title), ?) > 0")
        values.append(query["search"].lower())
    page = whole_number(query, "p", 0, high=1_000_000)
    where = " AND ".join(parts)
    rows = call.hub.database.all(f"SELECT * FROM discussions WHERE {where} ORDER BY pinned DESC, num DESC", *values)  # noqa: S608
    shown = [Discussion.of(row) for row in rows[page * _PAGE : (page + 1) * _PAGE]]
    closed = sum(row["status"] in {"closed", "merged"} for row in rows)
    return {
        "discussions": [summary(call, repo, discussion) for discussion in shown],
        "count": len(rows),
        "start": page * _PAGE,
        "numClosedDiscussions": closed,
    }


def summary(call: Call, repo: Repository, discussion: Discussion) -> dict[str, Any]:
    """Describe a discussion as lists do."""
    row = call.hub.database.one(
        "SELECT count(*) AS comments FROM events WHERE repo_id = ? AND num = ? AND type = 'comment'",
        repo.id,
        discussion.num,
    )
    found = {
        "num": discussion.num,
        "title": discussion.title,
        "status": discussion.status,
        "createdAt": iso_date(discussion.created_at),
        "isPullRequest": discussion.is_pull_request,
        "repo": {"name": repo.full_name, "type": repo.type},
        "numComments": row["comments"] if row else 0,
        "topReactions": [],
        "numReactionUsers": 0,
        "pinned": discussion.pinned,
        "repoOwner": {"name": repo.namespace},
    }
    author = discussions.author(call.hub, discussion.author_id)
    return {**found, "author": author} if author else found


def detail(call: Call) -> dict[str, Any]:
    """Describe one discussion with all that happened in it."""
    repo, discussion = call.repo, _named(call)
    found = {
        **summary(call, repo, discussion),
        "events": discussions.events(call.hub, discussion),
        "locked": False,
        "collection": "discussions",
    }
    return {**found, **_proposal(call, discussion)} if discussion.is_pull_request else found


def _named(call: Call) -> Discussion:
    return discussions.find(call.hub, call.repo, min(int(call.parameters["num"]), 2**31))


def _proposal(call: Call, discussion: Discussion) -> dict[str, Any]:
    changes: dict[str, Any] = {"base": discussion.base}
    if discussion.merge_commit:
        changes["mergeCommitId"] = discussion.merge_commit
    found: dict[str, Any] = {
        "changes": changes,
        "filesWithConflicts": [],
        "diffUrl": call.web_url("discussions", str(discussion.num), "files.diff"),
    }
    proposal = Proposal.of(call.hub, call.repo, discussion)
    if proposal is not None:
        found["filesWithConflicts"] = [] if discussion.merge_commit else proposal.conflicts
        # The text shows what the files hold, so it follows the rules for content.
        if is_true(call.query.get("diff")) and call.may_read(call.repo):
            found["diff"] = proposal.diff(call.git)
    return found


def create(call: Call) -> dict[str, Any]:
    """Begin a discussion, or a pull request that is a draft until something is in it."""
    repo = call.repo_for_proposing()
    if repo.settings.get("discussionsDisabled"):
        message = "Discussions are disabled in this repository."
        raise forbidden(message)
    title, text = _title(call), _text(call, "description", empty=True)
    as_pull_request = is_true(call.body.get("pullRequest"))
    git = call.git
    with git.writing:
        num = discussions.next_number(call.hub, repo, git)
        if as_pull_request:
            git.set_ref(f"refs/pr/{num}", git.resolve("main"))
        base, status = (MAIN, discussions.DRAFT) if as_pull_request else (None, "open")
        discussions.begin(call.hub, repo, num, call.caller, title=title, text=text, status=status, base=base)
    return {
        "num": num,
        "url": f"{call.base}/{web_prefix(repo.type)}{repo.full_name}/discussions/{num}",
        "pullRequest": as_pull_request,
    }


def _title(call: Call) -> str:
    title = call.body.get("title")
    if not isinstance(title, str) or not 3 <= len(title.strip()) <= 200:
        message = "A title needs 3 to 200 characters."
        raise bad_request(message)
    return title.strip()


def _text(call: Call, key: str, *, empty: bool = False) -> str:
    text = call.body.get(key) or ""
    if not isinstance(text, str) or len(text) > _MAX_TEXT_CHARS or not (text.strip() or empty):
        message = f"{key} must be a text of 1 to {_MAX_TEXT_CHARS} characters."
        raise bad_request(message)
    return text


def _writer(call: Call, author_id: str | None) -> None:
    """Let the author and those who may change the repository pass."""
    if call.caller.anonymous:
        raise login_required()
    if not call.may_write() and (call.caller.id != author_id or call.caller.token_role == "read"):  # noqa: S105
        message = "Only its author or a maintainer of the repository can do this."
        raise forbidden(message)


def comment(call: Call) -> Response:
    """Add a comment."""
    call.repo_for_proposing()
    data = discussions.comment_data(_text(call, "comment"))
    event = discussions.add_event(call.hub, _named(call), call.caller, "comment", data)
    return json_response({"newMessage": event}, status=201)


def rename(call: Call) -> dict[str, Any]:
    """Change the title."""
    discussion, title = _named(call), _title(call)
    _writer(call, discussion.author_id)
    call.hub.database.write(
        "UPDATE discussions SET title = ? WHERE repo_id = ? AND num = ?", title, discussion.repo_id, discussion.num
    )
    data = {"from": discussion.title, "to": title}
    return {"newTitle": discussions.add_event(call.hub, discussion, call.caller, "title-change", data)}


def status(call: Call) -> dict[str, Any]:
    """Open or close."""
    discussion, wanted = _named(call), call.body.get("status")
    _writer(call, discussion.author_id)
    if wanted not in {"open", "closed"}:
        message = "status must be open or closed."
        raise bad_request(message)
    if discussion.status == "merged":
        message = "A merged pull request stays merged."
        raise bad_request(message)
    reason = _text(call, "comment", empty=True)
    return {"newStatus": discussions.set_status(call.hub, discussion, call.caller, wanted, reason)}


def merge(call: Call) -> dict[str, Any]:
    """Merge a pull request."""
    repo = call.repo_for_writing()
    discussion = _named(call)
    text = _text(call, "comment", empty=True)
    discussions.merge(call.hub, repo, discussion, call.caller)
    if text:
        discussions.add_event(call.hub, discussion, call.caller, "comment", discussions.comment_data(text))
    event = discussions.set_status(call.hub, discussion, call.caller, "merged")
    return {"newStatus": event}


def edit(call: Call) -> dict[str, Any]:
    """Change the text of a comment."""
    event_id, data = _own_comment(call)
    if data["hidden"]:
        message = "A hidden comment can't be edited."
        raise bad_request(message)
    return _update(call, event_id, discussions.comment_data(_text(call, "content"), edits=data["numEdits"] + 1))


def hide(call: Call) -> dict[str, Any]:
    """Hide a comment for good."""
    event_id, _ = _own_comment(call)
    data = {**discussions.comment_data(discussions.HIDDEN_TEXT), "hidden": True, "hiddenBy": call.caller.name}
    return _update(call, event_id, data)


def _own_comment(call: Call) -> tuple[str, dict[str, Any]]:
    event_id = call.parameters["event"]
    event = discussions.event(call.hub, _named(call), event_id)
    _writer(call, event.get("author", {}).get("_id"))
    if event["type"] != "comment":
        raise HubProblem(404, "There is no such comment.")
    return event_id, event["data"]


def _update(call: Call, event_id: str, data: dict[str, Any]) -> dict[str, Any]:
    call.hub.database.write("UPDATE events SET data = ? WHERE id = ?", json.dumps(data), event_id)
    return {"updatedComment": discussions.event(call.hub, _named(call), event_id)}


def pin(call: Call) -> dict[str, Any]:
    """Keep a discussion at the top of the list, or let it go."""
    call.repo_for_writing()
    discussion, pinned = _named(call), is_true(call.body.get("pinned"))
    call.hub.database.write(
        "UPDATE discussions SET pinned = ? WHERE repo_id = ? AND num = ?", pinned, discussion.repo_id, discussion.num
    )
    return {"pinned": pinned}


def delete(call: Call) -> dict[str, Any]:
    """Delete a discussion for good."""
    repo = call.repo_for_writing()
    discussions.delete(call.hub, repo, _named(call))
    return {"success": True}


def delete_branch(call: Call) -> dict[str, Any]:
    """Delete the branch of a pull request that is done with."""
    repo, discussion = call.repo_for_writing(), _named(call)
    if not discussion.is_pull_request or discussion.status in discussions.OPEN:
        message = "Only a pull request that is closed or merged can lose its branch."
        raise bad_request(message)
    with call.git.writing:
        discussions.remove_branch(call.hub, repo, discussion)
    return {"success": True}


_LIST = f"{API_REPO}/discussions"
_ONE = f"{_LIST}/{{num:int}}"
ROUTES = [
    Route(_LIST, route(listing)),
    Route(_LIST, route(create, body="json"), methods=["POST"]),
    Route(_ONE, route(detail)),
    Route(_ONE, route(delete), methods=["DELETE"]),
    Route(f"{_ONE}/ref", route(delete_branch), methods=["DELETE"]),
    Route(f"{_ONE}/pin", route(pin, body="json"), methods=["POST"]),
    Route(f"{_ONE}/comment", route(comment, body="json"), methods=["POST"]),
    Route(f"{_ONE}/title", route(rename, body="json"), methods=["POST"]),
    Route(f"{_ONE}/status", route(status, body="json"), methods=["POST"]),
    Route(f"{_ONE}/merge", route(merge, body="json"), methods=["POST"]),
    Route(f"{_ONE}/comment/{{event:hex}}/edit", route(edit, body="json"), methods=["POST"]),
    Route(f"{_ONE}/comment/{{event:hex}}/hide", route(hide, body="json"), methods=["POST"]),
]
