"""Discussions and pull requests of a repository, as the view shows them."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from ..client.discussion import (
    DiscussionComment,
    DiscussionCommit,
    DiscussionStatusChange,
    DiscussionTitleChange,
)
from ..client.discussions import (
    change_discussion_status,
    comment_discussion,
    get_discussion_details,
    get_repo_discussions,
    merge_pull_request,
)
from ..client.errors import HFValidationError

if TYPE_CHECKING:
    from ..client.discussion import Discussion, DiscussionEvent
    from ..client.repo_id import RepoId

_MOST_LISTED = 200
_MOST_DIFF_CHARS = 200_000


class Talk:
    """Discussions of one repository, as one caller."""

    def __init__(self, repo: RepoId, endpoint: str, token: str | bool | None) -> None:
        self._repo_id = repo.repo_id
        self._options: dict[str, Any] = {"repo_type": repo.repo_type, "endpoint": endpoint, "token": token}

    def listed(self) -> dict[str, Any]:
        """Give the newest discussions (``js/browse/model.ts``, `Talk`)."""
        found = list(islice(get_repo_discussions(self._repo_id, **self._options), _MOST_LISTED + 1))
        rows = [_row(one) for one in found[:_MOST_LISTED]]
        return {"rows": rows, "more": len(found) > _MOST_LISTED}

    def details(self, num: int) -> dict[str, Any]:
        """Give one discussion with what happened in it (``js/browse/model.ts``, `Discussion`)."""
        found = get_discussion_details(self._repo_id, num, **self._options)
        diff = found.diff or ""
        conflicts = found.conflicting_files
        return {
            **_row(found),
            "events": [_event(one) for one in found.events],
            "target": (found.target_branch or "").removeprefix("refs/heads/"),
            "conflicts": conflicts if isinstance(conflicts, list) else bool(conflicts),
            "merge_commit": found.merge_commit_oid,
            "diff": diff[:_MOST_DIFF_CHARS],
            "diff_cut": len(diff) > _MOST_DIFF_CHARS,
            "url": found.url,
        }

    def comment(self, num: int, text: str) -> dict[str, Any]:
        """Add a comment; give the discussion as it is then."""
        if not text.strip():
            msg = "The comment is empty. Nothing was sent."
            raise HFValidationError(msg)
        comment_discussion(self._repo_id, num, text, **self._options)
        return self.details(num)

    def set_status(self, num: int, status: str) -> dict[str, Any]:
        """Open or close it; give the discussion as it is then."""
        if status not in ("open", "closed"):
            msg = f"A discussion can be open or closed, not {status!r}."
            raise HFValidationError(msg)
        change_discussion_status(self._repo_id, num, status, **self._options)
        return self.details(num)

    def merge(self, num: int) -> dict[str, Any]:
        """Merge a pull request; give it as it is then."""
        merge_pull_request(self._repo_id, num, **self._options)
        return self.details(num)


def _row(one: Discussion) -> dict[str, Any]:
    return {
        "num": one.num,
        "title": one.title,
        "status": one.status,
        "author": one.author,
        "date": one.created_at.isoformat(),
        "is_pull": one.is_pull_request,
    }


def _event(one: DiscussionEvent) -> dict[str, Any]:
    shown: dict[str, Any] = {"id": one.id, "type": one.type, "author": one.author, "date": one.created_at.isoformat()}
    match one:
        case DiscussionComment():
            return shown | {"text": "" if one.hidden else one.content, "hidden": one.hidden, "edited": one.edited}
        case DiscussionStatusChange():
            return shown | {"status": one.new_status}
        case DiscussionCommit():
            return shown | {"title": one.summary, "oid": one.oid}
        case DiscussionTitleChange():
            return shown | {"old": one.old_title, "new": one.new_title}
        case _:
            return shown
