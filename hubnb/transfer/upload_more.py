"""Calls that are others under a second name: many deletions by pattern, and a large folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..client.hub import HubClient
from ..client.repo_id import RepoId
from ..client.repos import create_repo
from ..client.tree import RepoFile, fetch_tree
from .operations import CommitOperationDelete
from .patterns import filter_paths
from .upload import DEFAULT_REVISION, create_commit, upload_folder

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ..client.commits import CommitInfo


def delete_files(
    repo_id: str,
    delete_patterns: list[str],
    *,
    token: str | bool | None = None,
    repo_type: str | None = None,
    revision: str | None = None,
    commit_message: str | None = None,
    commit_description: str | None = None,
    create_pr: bool | None = None,
    parent_commit: str | None = None,
    endpoint: str | None = None,
) -> CommitInfo:
    """Remove the files that match, in one commit.

    Parameters
    ----------
    delete_patterns
        Globs as `upload_folder` takes them: ``*.bin``, ``checkpoints/*``, ``old/``.

    The others are those of `create_commit`.
    """
    hub, repo = HubClient.from_env(token, endpoint), RepoId.parse(repo_id, repo_type)
    entries = fetch_tree(hub, repo, revision or DEFAULT_REVISION)
    paths = [entry.path for entry in entries if isinstance(entry, RepoFile)]
    operations = [
        CommitOperationDelete(path, is_folder=False)
        for path in filter_paths(paths, allow_patterns=delete_patterns)
        if path != ".gitattributes"  # the Hub keeps it itself; a broad pattern must not take it away
    ]
    return create_commit(
        repo_id, operations, commit_message=commit_message or "Delete files with hubnb",
        commit_description=commit_description, token=token, repo_type=repo_type, revision=revision,
        create_pr=create_pr, parent_commit=parent_commit, endpoint=endpoint,
    )  # fmt: skip


def upload_large_folder(
    repo_id: str,
    folder_path: str | Path,
    *,
    repo_type: str,
    revision: str | None = None,
    private: bool | None = None,
    allow_patterns: str | Iterable[str] | None = None,
    ignore_patterns: str | Iterable[str] | None = None,
    num_workers: int | None = None,  # noqa: ARG001 - upstream's names of what is not needed here
    print_report: bool = True,  # noqa: ARG001
    print_report_every: int = 60,  # noqa: ARG001
    token: str | bool | None = None,
    endpoint: str | None = None,
) -> CommitInfo:
    """Push a folder of any size, into a repository that is made if it is not there.

    Nothing is special about large folders here: like `upload_folder` it is one commit, and a push that ended early
    goes on where it was when it is made again.

    Parameters
    ----------
    num_workers, print_report, print_report_every
        Have no effect: the number of connections follows the line, and progress is shown all the time.

    The others are those of `upload_folder`.
    """
    create_repo(repo_id, private=private, repo_type=repo_type, exist_ok=True, token=token, endpoint=endpoint)
    return upload_folder(
        repo_id=repo_id, folder_path=folder_path, repo_type=repo_type, revision=revision,
        allow_patterns=allow_patterns, ignore_patterns=ignore_patterns, token=token, endpoint=endpoint,
    )  # fmt: skip
