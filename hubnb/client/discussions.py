"""Discussions and pull requests: read them, take part, merge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from .discussion import (
    Discussion,
    DiscussionComment,
    DiscussionEvent,
    DiscussionStatusChange,
    DiscussionTitleChange,
    DiscussionWithDetails,
    read_details,
    read_discussion,
    read_event,
)
from .errors import HfHubHTTPError, HFValidationError
from .hub import HubClient
from .repo_id import RepoId
from .status import read_json

if TYPE_CHECKING:
    from collections.abc import Iterator

DiscussionTypeFilter = Literal["all", "discussion", "pull_request"]
DiscussionStatusFilter = Literal["all", "open", "closed"]
_TYPES, _STATUSES = ("all", "discussion", "pull_request"), ("all", "open", "closed")


def get_repo_discussions(
    repo_id: str,
    *,
    author: str | None = None,
    discussion_type: DiscussionTypeFilter | None = None,
    discussion_status: DiscussionStatusFilter | None = None,
    repo_type: str | None = None,
    token: str | bool | None = None,
    endpoint: str | None = None,
) -> Iterator[Discussion]:
    """Yield the discussions and pull requests of a repository, newest first.

    Parameters
    ----------
    author
        Only those this account began.
    discussion_type
        ``discussion``, ``pull_request`` or ``all``.
    discussion_status
        ``open``, ``closed`` or ``all``.
    """
    repo = RepoId.parse(repo_id, repo_type)
    params: dict[str, Any] = {}
    choices = (("type", discussion_type, _TYPES), ("status", discussion_status, _STATUSES))
    for name, value, allowed in choices:
        if value is None:
            continue
        if value not in allowed:
            msg = f"discussion_{name} must be one of {', '.join(allowed)}, not {value!r}."
            raise HFValidationError(msg)
        params[name] = value
    if author is not None:
        params["author"] = author
    return _pages(HubClient.from_env(token, endpoint), repo, params)


def _pages(hub: HubClient, repo: RepoId, params: dict[str, Any]) -> Iterator[Discussion]:
    page = seen = 0
    while True:
        body = read_json(hub.http.request("GET", f"{repo.api}/discussions", params={**params, "p": page}, repo=repo))
        found = body["discussions"]
        yield from (read_discussion(item, hub.endpoint) for item in found)
        seen = body.get("start", seen) + len(found)
        page += 1
        if not found or seen >= body["count"]:
            return


def get_discussion_details(
    repo_id: str,
    discussion_num: int,
    *,
    repo_type: str | None = None,
    token: str | bool | None = None,
    endpoint: str | None = None,
) -> DiscussionWithDetails:
    """Give one discussion with all that happened in it; of a pull request also its diff."""
    repo, hub = RepoId.parse(repo_id, repo_type), HubClient.from_env(token, endpoint)
    return _details(hub, repo, discussion_num)


def _details(hub: HubClient, repo: RepoId, num: int) -> DiscussionWithDetails:
    response = hub.http.request("GET", _path(repo, num), params={"diff": "1"}, repo=repo)
    return read_details(read_json(response), hub.endpoint)


def _path(repo: RepoId, num: int, *rest: str) -> str:
    # A bool is an int to Python, and True would quietly be discussion 1.
    if not isinstance(num, int) or isinstance(num, bool) or num <= 0:  # pyright: ignore[reportUnnecessaryIsInstance]
        msg = f"discussion_num must be a positive integer, not {num!r}."
        raise HFValidationError(msg)
    return "/".join([f"{repo.api}/discussions/{num}", *rest])


def create_discussion(
    repo_id: str,
    title: str,
    *,
    token: str | bool | None = None,
    description: str | None = None,
    repo_type: str | None = None,
    pull_request: bool = False,
    endpoint: str | None = None,
) -> DiscussionWithDetails:
    """Begin a discussion.

    Parameters
    ----------
    title
        3 to 200 characters.
    description
        Markdown; None says what it was opened with.
    pull_request
        True makes it a pull request, a draft until it is opened: push to its `git_reference`, then
        `change_discussion_status(..., "open")`. `create_commit(..., create_pr=True)` does both at once.
    """
    repo, hub = RepoId.parse(repo_id, repo_type), HubClient.from_env(token, endpoint)
    text = (description or "").strip() or f"{'Pull request' if pull_request else 'Discussion'} opened with hubnb."
    body = {"title": title.strip(), "description": text, "pullRequest": pull_request}
    response = hub.http.request("POST", f"{repo.api}/discussions", json=body, repo=repo)
    return _details(hub, repo, read_json(response)["num"])


def create_pull_request(
    repo_id: str,
    title: str,
    *,
    token: str | bool | None = None,
    description: str | None = None,
    repo_type: str | None = None,
    endpoint: str | None = None,
) -> DiscussionWithDetails:
    """Begin an empty pull request, a draft; see `create_discussion`."""
    return create_discussion(
        repo_id, title, token=token, description=description, repo_type=repo_type, pull_request=True, endpoint=endpoint
    )


def comment_discussion(
    repo_id: str,
    discussion_num: int,
    comment: str,
    *,
    token: str | bool | None = None,
    repo_type: str | None = None,
    endpoint: str | None = None,
) -> DiscussionComment:
    """Add a comment (Markdown)."""
    answer = _post(repo_id, repo_type, token, endpoint, discussion_num, "comment", body={"comment": comment})
    return _event(DiscussionComment, answer["newMessage"])


def edit_discussion_comment(
    repo_id: str,
    discussion_num: int,
    comment_id: str,
    new_content: str,
    *,
    token: str | bool | None = None,
    repo_type: str | None = None,
    endpoint: str | None = None,
) -> DiscussionComment:
    """Change the text of the comment `comment_id`."""
    step = ("comment", comment_id.lower(), "edit")
    answer = _post(repo_id, repo_type, token, endpoint, discussion_num, *step, body={"content": new_content})
    return _event(DiscussionComment, answer["updatedComment"])


def hide_discussion_comment(
    repo_id: str,
    discussion_num: int,
    comment_id: str,
    *,
    token: str | bool | None = None,
    repo_type: str | None = None,
    endpoint: str | None = None,
) -> DiscussionComment:
    """Hide the comment `comment_id`; this can't be undone."""
    step = ("comment", comment_id.lower(), "hide")
    answer = _post(repo_id, repo_type, token, endpoint, discussion_num, *step)
    return _event(DiscussionComment, answer["updatedComment"])


def change_discussion_status(
    repo_id: str,
    discussion_num: int,
    new_status: Literal["open", "closed"],
    *,
    token: str | bool | None = None,
    comment: str | None = None,
    repo_type: str | None = None,
    endpoint: str | None = None,
) -> DiscussionStatusChange:
    """Open or close a discussion; a draft pull request is opened the same way.

    Parameters
    ----------
    comment
        The reason, to be shown beside the change.
    """
    if new_status not in ("open", "closed"):
        msg = f"new_status must be open or closed, not {new_status!r}."
        raise HFValidationError(msg)
    body = {"status": new_status, **_comment(comment)}
    answer = _post(repo_id, repo_type, token, endpoint, discussion_num, "status", body=body)
    return _event(DiscussionStatusChange, answer["newStatus"])


def rename_discussion(
    repo_id: str,
    discussion_num: int,
    new_title: str,
    *,
    token: str | bool | None = None,
    repo_type: str | None = None,
    endpoint: str | None = None,
) -> DiscussionTitleChange:
    """Give a discussion another title."""
    answer = _post(repo_id, repo_type, token, endpoint, discussion_num, "title", body={"title": new_title})
    return _event(DiscussionTitleChange, answer["newTitle"])


def merge_pull_request(
    repo_id: str,
    discussion_num: int,
    *,
    token: str | bool | None = None,
    comment: str | None = None,
    repo_type: str | None = None,
    endpoint: str | None = None,
) -> None:
    """Put the changes of an open pull request on its target branch.

    Raises
    ------
    HfHubHTTPError
        400 unless it is open, 409 if files were changed on both sides.
    """
    _post(repo_id, repo_type, token, endpoint, discussion_num, "merge", body=_comment(comment))


def _comment(comment: str | None) -> dict[str, str]:
    return {"comment": comment.strip()} if comment and comment.strip() else {}


def _post(
    repo_id: str,
    repo_type: str | None,
    token: str | bool | None,
    endpoint: str | None,
    num: int,
    *step: str,
    body: dict[str, Any] | None = None,
) -> dict[str, Any]:
    repo, hub = RepoId.parse(repo_id, repo_type), HubClient.from_env(token, endpoint)
    return read_json(hub.http.request("POST", _path(repo, num, *step), json=body or {}, repo=repo))


def _event(kind: type[Any], body: dict[str, Any]) -> Any:
    event: DiscussionEvent = read_event(body)
    if not isinstance(event, kind):
        msg = f"The Hub answered with an event of the kind {event.type!r}, not a {kind.__name__}."
        raise HfHubHTTPError(msg)
    return event
