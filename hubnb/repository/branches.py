"""Branches and tags of a clone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .git import GitError

if TYPE_CHECKING:
    from .git import Git


class Branches:
    """The part of `Repository` that is about names."""

    _git: Git

    @property
    def current_branch(self) -> str:
        """Name of the branch that is checked out, ``HEAD`` where it is a single commit."""
        return self._git.run("rev-parse", "--abbrev-ref", "HEAD").strip()

    def git_checkout(self, revision: str, create_branch_ok: bool = False) -> None:
        """Check out a branch, tag or commit.

        Parameters
        ----------
        create_branch_ok
            True makes a branch of this name where there is none.
        """
        try:
            self._git.run("checkout", revision, "--")
        except GitError as error:
            unknown = "invalid reference" in str(error) or "did not match" in str(error)
            if not (create_branch_ok and unknown):
                raise
            self._git.run("checkout", "-b", revision)

    def tag_exists(self, tag_name: str, remote: str | None = None) -> bool:
        """Whether there is such a tag: here, or at `remote` (``origin``)."""
        if remote is None:
            return self._git.succeeds("rev-parse", "--verify", "--quiet", f"refs/tags/{tag_name}")
        return bool(self._git.run("ls-remote", "--tags", remote, f"refs/tags/{tag_name}").strip())

    def add_tag(self, tag_name: str, message: str | None = None, remote: str | None = None) -> None:
        """Tag the commit that is checked out, and push the tag to `remote` if that is given."""
        self._git.run("tag", *(["--annotate", "--message", message] if message else []), tag_name)
        if remote is not None:
            self._git.run("push", remote, f"refs/tags/{tag_name}")

    def delete_tag(self, tag_name: str, remote: str | None = None) -> bool:
        """Delete a tag here, and at `remote` if that is given; False where there is none."""
        here = self.tag_exists(tag_name)
        there = remote is not None and self.tag_exists(tag_name, remote)
        if here:
            self._git.run("tag", "--delete", tag_name)
        if there and remote is not None:
            self._git.run("push", remote, "--delete", f"refs/tags/{tag_name}")
        return here or there

    def _is_upstream_known(self) -> bool:
        return self._git.succeeds("rev-parse", "--verify", "--quiet", "@{upstream}")
