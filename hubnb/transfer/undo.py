"""Take a push back: one commit that makes the branch what it was before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..client.errors import HfHubHTTPError
from ..client.refs import list_repo_commits
from .conflict import file_hashes
from .operations import CommitOperation, CommitOperationCopy, CommitOperationDelete

if TYPE_CHECKING:
    from ..client.hub import HubClient
    from ..client.repo_id import RepoId


def parent_of(repo: RepoId, commit: str, *, token: str | bool | None, endpoint: str | None) -> str:
    """Give the commit before `commit`.

    Raises
    ------
    HfHubHTTPError
        If there is none.
    """
    history = list_repo_commits(repo.repo_id, repo_type=repo.repo_type, revision=commit, token=token, endpoint=endpoint)
    if len(history) < 2:
        msg = f"{commit[:7]} is the first commit of {repo}, so there is nothing to go back to."
        raise HfHubHTTPError(msg)
    return history[1].commit_id


def undoing_operations(hub: HubClient, repo: RepoId, before: str, after: str) -> list[CommitOperation]:
    """List what turns the files at `after` back into those at `before`; large files need not travel."""
    old, new = file_hashes(hub, repo, before), file_hashes(hub, repo, after)
    removals = [CommitOperationDelete(path, is_folder=False) for path in new if path not in old]
    copies = [
        CommitOperationCopy(path, path, src_revision=before) for path, etag in old.items() if new.get(path) != etag
    ]
    return [*removals, *copies]
