"""A discussion or pull request, and the events it is told as."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from .dates import needed_datetime
from .keyed import part
from .repo_id import web_path
from .settings import Settings

if TYPE_CHECKING:
    from datetime import datetime

DiscussionStatus = Literal["open", "closed", "merged", "draft"]
_UNKNOWN_AUTHOR = "deleted"


def _default_endpoint() -> str:
    return Settings.from_env().endpoint


@dataclass
class Discussion:
    """A discussion, or a pull request (which is one with a branch), as lists show it.

    Attributes
    ----------
    title, status, num, author, created_at
        `status` is ``open``, ``closed``, ``merged`` or ``draft``; a gone account's name is ``deleted``.
    repo_id, repo_type, endpoint
        Where it is.
    is_pull_request
        Whether it proposes a change.
    """

    title: str
    status: DiscussionStatus
    num: int
    repo_id: str
    repo_type: str
    author: str
    is_pull_request: bool
    created_at: datetime
    endpoint: str = field(default_factory=_default_endpoint)

    @property
    def git_reference(self) -> str | None:
        """Revision that holds a pull request's files, ``refs/pr/3``; None for a plain discussion."""
        return f"refs/pr/{self.num}" if self.is_pull_request else None

    @property
    def url(self) -> str:
        """Its page on the Hub."""
        return f"{self.endpoint}{web_path(self.repo_type, self.repo_id)}/discussions/{self.num}"


@dataclass
class DiscussionEvent:
    """Something that happened in a discussion; `type` says what, the subclasses what they know about it."""

    id: str
    type: str
    created_at: datetime
    author: str
    _event: dict[str, Any] = field(repr=False)


@dataclass
class DiscussionComment(DiscussionEvent):
    """A comment, as it reads now."""

    content: str
    edited: bool
    hidden: bool

    @property
    def rendered(self) -> str:
        """HTML the Hub made of it: a stranger's, so clean it before showing it."""
        return self._latest["html"]

    @property
    def last_edited_at(self) -> datetime:
        """When it was written or last changed."""
        return needed_datetime(self._latest["updatedAt"])

    @property
    def last_edited_by(self) -> str:
        """Who changed it last."""
        return part(self._latest, "author").get("name", _UNKNOWN_AUTHOR)

    @property
    def edit_history(self) -> list[dict[str, Any]]:
        """Its earlier texts, where the Hub keeps them."""
        return self._event["data"].get("history", [])

    @property
    def number_of_edits(self) -> int:
        """How often it was changed."""
        data = self._event["data"]
        return data.get("numEdits", len(data.get("history", ())))

    @property
    def _latest(self) -> dict[str, Any]:
        return self._event["data"]["latest"]


@dataclass
class DiscussionStatusChange(DiscussionEvent):
    """Somebody opened, closed or merged it."""

    new_status: str


@dataclass
class DiscussionCommit(DiscussionEvent):
    """Somebody pushed to a pull request."""

    summary: str
    oid: str


@dataclass
class DiscussionTitleChange(DiscussionEvent):
    """Somebody renamed it."""

    old_title: str
    new_title: str


@dataclass
class DiscussionWithDetails(Discussion):
    """A discussion with all that happened in it.

    Attributes
    ----------
    events
        Oldest first.
    conflicting_files
        Of a pull request: files changed on both sides; True where the Hub only says that there are some.
    target_branch
        Of a pull request: the ref it wants to change, ``refs/heads/main``.
    merge_commit_oid
        Of a merged pull request: the commit that did it.
    diff
        Of a pull request: its changes as unified text.
    """

    events: list[DiscussionEvent] = field(default_factory=list[DiscussionEvent])
    conflicting_files: list[str] | bool | None = None
    target_branch: str | None = None
    merge_commit_oid: str | None = None
    diff: str | None = None


def read_discussion(body: dict[str, Any], endpoint: str) -> Discussion:
    """Read an entry of the Hub's list."""
    return Discussion(**_summary(body, endpoint))


def read_details(body: dict[str, Any], endpoint: str) -> DiscussionWithDetails:
    """Read the Hub's answer about one discussion."""
    pull: dict[str, Any] = {}
    if body["isPullRequest"]:
        changes = part(body, "changes")
        pull = {
            "conflicting_files": body.get("filesWithConflicts"),
            "target_branch": changes.get("base"),
            "merge_commit_oid": changes.get("mergeCommitId"),
            "diff": body.get("diff"),
        }
    events = [read_event(event) for event in body.get("events", [])]
    return DiscussionWithDetails(**_summary(body, endpoint), events=events, **pull)


def _summary(body: dict[str, Any], endpoint: str) -> dict[str, Any]:
    return {
        "title": body["title"],
        "status": body["status"],
        "num": body["num"],
        "repo_id": body["repo"]["name"],
        "repo_type": body["repo"]["type"],
        "author": _author(body),
        "is_pull_request": body["isPullRequest"],
        "created_at": needed_datetime(body["createdAt"]),
        "endpoint": endpoint,
    }


def read_event(body: dict[str, Any]) -> DiscussionEvent:
    """Read one event; a kind this program does not know stays a plain `DiscussionEvent`."""
    common: dict[str, Any] = {
        "id": body["id"],
        "type": body["type"],
        "created_at": needed_datetime(body["createdAt"]),
        "author": _author(body),
        "_event": body,
    }
    data = part(body, "data")
    match body["type"]:
        case "comment":
            text = data["latest"]["raw"]
            return DiscussionComment(**common, content=text, edited=data["edited"], hidden=data["hidden"])
        case "status-change":
            return DiscussionStatusChange(**common, new_status=data["status"])
        case "commit":
            return DiscussionCommit(**common, summary=data["subject"], oid=data["oid"])
        case "title-change":
            return DiscussionTitleChange(**common, old_title=data["from"], new_title=data["to"])
        case _:
            return DiscussionEvent(**common)


def _author(body: dict[str, Any]) -> str:
    return part(body, "author").get("name", _UNKNOWN_AUTHOR)
