"""Somebody else pushed meanwhile: find out what they changed, and say it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..client.errors import HfHubHTTPError
from ..client.refs import list_commits
from ..client.tree import RepoFile, fetch_tree

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from ..client.hub import HubClient
    from ..client.repo_id import RepoId

_NAMES_SHOWN = 5


class PushConflictError(HfHubHTTPError):
    """Somebody else changed the branch in a way that this push would undo; nothing was committed.

    Attributes
    ----------
    paths
        What they changed that stands in the way.
    head
        The commit the branch is at now.
    """

    def __init__(self, message: str, *, paths: Iterable[str], head: str, cause: HfHubHTTPError) -> None:
        super().__init__(message, response=cause.response, server_message=cause.server_message)
        self.paths = tuple(paths)
        self.head = head


def changed_paths(hub: HubClient, repo: RepoId, before: str, after: str) -> set[str]:
    """List the files that differ between two commits: added, changed or removed."""
    old, new = file_hashes(hub, repo, before), file_hashes(hub, repo, after)
    return {path for path in old.keys() | new.keys() if old.get(path) != new.get(path)}


def file_hashes(hub: HubClient, repo: RepoId, revision: str) -> dict[str, str]:
    """Give the hash of every file of a commit, by its path."""
    return {entry.path: entry.etag for entry in fetch_tree(hub, repo, revision) if isinstance(entry, RepoFile)}


def conflict(
    hub: HubClient, repo: RepoId, revision: str, paths: Collection[str], head: str, cause: HfHubHTTPError
) -> PushConflictError:
    """Make the error that names what was changed, by which commit, and what to do next."""
    ordered = sorted(paths)
    shown = ", ".join(repr(path) for path in ordered[:_NAMES_SHOWN])
    more = f" and {len(ordered) - _NAMES_SHOWN} more" if len(ordered) > _NAMES_SHOWN else ""
    newest = list_commits(hub, repo, head, limit=1)[0]
    by = f" by {', '.join(newest.authors)}" if newest.authors else ""
    msg = (
        f"{repo} has changed since this was planned: {revision!r} is at {head[:7]} now ({newest.title!r}{by}), and "
        f"{shown or 'the commit it was planned on'}{more} changed there. Nothing was committed. "
        f"Look at their change ({hub.endpoint}{repo.web}/commit/{head}), take it over or leave it, then push again."
    )
    return PushConflictError(hub.http.redact(msg), paths=ordered, head=head, cause=cause)
