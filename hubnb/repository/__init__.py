"""Repositories as git has them: a clone on disk, worked on through the system's git and git-lfs."""

from typing import TYPE_CHECKING

from ..lazy import lazy_names

if TYPE_CHECKING:
    from .command import CommandInProgress as CommandInProgress
    from .git import GitError as GitError
    from .git import GitMissingError as GitMissingError
    from .repository import Repository as Repository

__getattr__ = lazy_names(__name__, {
    "hubnb.repository.command": ("CommandInProgress",),
    "hubnb.repository.git": ("GitError", "GitMissingError"),
    "hubnb.repository.repository": ("Repository",),
})  # fmt: skip
