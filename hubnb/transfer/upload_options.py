"""The keywords that pushing functions share, for whoever reads types: nothing here is needed to run."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from collections.abc import Iterable


class CommitOptions(TypedDict, total=False):
    """Keywords of every function that makes a commit."""

    commit_description: str | None
    token: str | bool | None
    repo_type: str | None
    revision: str | None
    create_pr: bool | None
    parent_commit: str | None
    endpoint: str | None


class MessageOptions(CommitOptions, total=False):
    """Those of functions that think of a message themselves."""

    commit_message: str | None


class FolderOptions(MessageOptions, total=False):
    """Those of `upload_folder`."""

    path_in_repo: str | None
    allow_patterns: str | Iterable[str] | None
    ignore_patterns: str | Iterable[str] | None
    delete_patterns: str | Iterable[str] | None
