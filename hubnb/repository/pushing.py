"""Pushing a clone, and waiting for pushes that were made in the background."""

from __future__ import annotations

import atexit
import weakref
from typing import TYPE_CHECKING

from ..transfer.job import run_and_wait
from .command import CommandInProgress
from .git import GitError

if TYPE_CHECKING:
    from ..client.repo_id import RepoId
    from .git import Git


class Pushing:
    """The part of `Repository` that sends."""

    _git: Git
    command_queue: list[CommandInProgress]

    def git_head_commit_url(self) -> str:  # noqa: D102 - of Repository
        raise NotImplementedError

    def repo_id(self) -> RepoId:  # noqa: D102 - of Repository
        raise NotImplementedError

    def git_push(
        self, upstream: str | None = None, blocking: bool = True, auto_lfs_prune: bool = False
    ) -> str | tuple[str, CommandInProgress]:
        """Push the branch that is checked out.

        Parameters
        ----------
        upstream
            ``origin branch``: where it belongs from now on; default: where it belongs, else its own name at origin.
        blocking
            False comes back at once; `command_queue` knows the push, `wait_for_commands` waits for it.
        auto_lfs_prune
            True removes large files that are on the Hub then, and not needed here.

        Returns
        -------
        str, or str and CommandInProgress
            Page of the commit on the Hub; with `blocking=False` also the command.
        """
        branch = self._git.run("rev-parse", "--abbrev-ref", "HEAD").strip()
        arguments = ["push", "--progress"]
        known = self._git.succeeds("rev-parse", "--verify", "--quiet", "@{upstream}")
        if upstream is not None:
            arguments += ["--set-upstream", *upstream.split()]
        elif not known:
            arguments += ["--set-upstream", "origin", branch]
        command = CommandInProgress("push", self._git, self.repo_id(), branch, arguments)
        if auto_lfs_prune:
            command.transfer.add_done_callback(
                lambda future: None if future.cancelled() or future.exception() else _prune(self._git)
            )
        self.command_queue.append(command)
        _wait_at_exit(self)
        if blocking:
            run_and_wait(command.transfer)
            return self.git_head_commit_url()
        return self.git_head_commit_url(), command

    @property
    def commands_failed(self) -> list[CommandInProgress]:
        """Pushes that ended, and not well."""
        return [command for command in self.command_queue if command.failed]

    @property
    def commands_in_progress(self) -> list[CommandInProgress]:
        """Pushes that are under way."""
        return [command for command in self.command_queue if not command.is_done]

    def wait_for_commands(self) -> None:
        """Wait for all pushes.

        Raises
        ------
        GitError
            The first that failed.
        """
        for command in self.command_queue:
            command.wait()


_waiting: weakref.WeakSet[Pushing] = weakref.WeakSet()


def _wait_at_exit(repository: Pushing) -> None:
    if not _waiting:
        atexit.register(_wait_for_all)
    _waiting.add(repository)


def _wait_for_all() -> None:
    """Let pushes in the background end before Python does."""
    for repository in list(_waiting):
        for command in repository.commands_in_progress:
            command.transfer.wait()


def _prune(git: Git) -> None:
    try:
        git.run("lfs", "prune")
    except GitError:
        return  # the push went well, which is what counts; the files are only still there
