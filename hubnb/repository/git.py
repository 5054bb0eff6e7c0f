"""Runs the system's git; the token reaches it through the environment of that one process, and nowhere else.

Not in an argument, which every user of the machine can read, not in the address, which git writes to ``.git/config``,
and not in another credential helper, which would keep it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ..client.errors import HubError
from ..client.redact import redact

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_TOKEN_VARIABLE = "HUBNB_GIT_TOKEN"  # noqa: S105 - its name only
_HELPER = f'!f() {{ test "$1" = get && echo username=hf_user && echo "password=${_TOKEN_VARIABLE}"; }}; f'
_MOST_SHOWN_CHARS = 2000
_NO_LFS = "git-lfs is not installed. Install it (https://git-lfs.com), then try again."


class GitError(HubError, OSError):
    """A git command failed; its own words are in the message."""

    def __str__(self) -> str:
        return str(self.args[-1])


class GitMissingError(GitError):
    """git or git-lfs is not installed."""


@dataclass(frozen=True)
class Credentials:
    """What git may say to whom: the token, to one Hub only."""

    endpoint: str
    token: str | None = field(default=None, repr=False)

    def options(self) -> list[str]:
        """Give the options that let git ask this process's environment, and no helper of the user's."""
        if self.token is None:
            return []
        key = f"credential.{self.endpoint}.helper"
        return ["-c", f"{key}=", "-c", f"{key}={_HELPER}"]

    def environment(self) -> dict[str, str]:
        """Give what that process's environment holds besides."""
        return {} if self.token is None else {_TOKEN_VARIABLE: self.token}


@dataclass(frozen=True)
class Git:
    """git, in one folder, as one identity."""

    folder: Path
    credentials: Credentials
    skip_lfs_files: bool = False

    def command(self, *arguments: str) -> list[str]:
        """Give the whole command line of a git command.

        Raises
        ------
        GitMissingError
            If git is not installed.
        """
        program = shutil.which("git")
        if program is None:
            msg = "git is not installed, or not on the PATH. Install it (https://git-scm.com), or use upload_folder."
            raise GitMissingError(msg)
        return [program, *self.credentials.options(), *arguments]

    def environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """Give the environment of a git command: never asks on a terminal or in a window, speaks English."""
        own = {"GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "", "SSH_ASKPASS": "", "LC_ALL": "C"}
        if self.skip_lfs_files:
            own["GIT_LFS_SKIP_SMUDGE"] = "1"
        return {**os.environ, **own, **self.credentials.environment(), **(more or {})}

    def run(
        self,
        *arguments: str,
        folder: Path | None = None,
        stdin: str | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> str:
        """Run a git command to its end; gives what it wrote.

        Raises
        ------
        GitError
            If it failed.
        """
        done = subprocess.run(  # noqa: S603 - a list, no shell
            self.command(*arguments), cwd=folder or self.folder, env=self.environment(environment), input=stdin,
            capture_output=True, text=True, encoding="utf-8", errors="replace", check=False,
        )  # fmt: skip
        if done.returncode != 0:
            raise self.failure(arguments, done.stderr + done.stdout)
        return done.stdout

    def succeeds(self, *arguments: str) -> bool:
        """Say whether a git command ends well."""
        try:
            self.run(*arguments)
        except GitMissingError:
            raise
        except GitError:
            return False
        return True

    def start(self, *arguments: str, environment: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
        """Start a git command whose messages go to its stderr."""
        return subprocess.Popen(  # noqa: S603 - a list, no shell
            self.command(*arguments), cwd=self.folder, env=self.environment(environment), text=True,
            encoding="utf-8", errors="replace", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )  # fmt: skip

    def failure(self, arguments: Sequence[str], said: str) -> GitError:
        """Make the error of a command that failed."""
        words = redact(said.strip()[-_MOST_SHOWN_CHARS:], self.credentials.token)
        what = " ".join(["git", *arguments])
        hint = ""
        if "could not read Username" in said or "Authentication failed" in said or "terminal prompts disabled" in said:
            hint = " The Hub wants to know who asks: run hubnb.login(), or pass token=."
        elif "'lfs' is not a git command" in said or "git-lfs: command not found" in said:
            return GitMissingError(_NO_LFS)
        return GitError(f"`{redact(what, self.credentials.token)}` failed in {self.folder}:{hint}\n{words}")


def check_git(git: Git) -> None:
    """Refuse to go on without git and git-lfs, before anything is written."""
    git.command()
    if shutil.which("git-lfs") is not None:
        return
    try:
        git.run("lfs", "version", folder=Path.cwd())  # some installations keep it among git's own programs
    except GitError:
        raise GitMissingError(_NO_LFS) from None
