"""Which files of a clone git-lfs keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .working_tree import LARGE_BYTES, changed_files, is_binary_file, without_lfs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .git import Git


class Tracking:
    """The part of `Repository` that is about large files."""

    _git: Git

    def list_deleted_files(self) -> list[str]:
        """List files that are gone here and still in the commit that is checked out."""
        return [path for path in self._git.run("ls-files", "-z", "--deleted").split("\0") if path]

    def lfs_track(self, patterns: str | list[str], filename: bool = False) -> None:
        """Let git-lfs keep what matches; `filename` takes the patterns for names as they are."""
        wanted = [patterns] if isinstance(patterns, str) else patterns
        if wanted:
            self._git.run("lfs", "track", *(["--filename"] if filename else []), *wanted)

    def lfs_untrack(self, patterns: str | list[str]) -> None:
        """Let git itself keep what matches, from the next commit on."""
        wanted = [patterns] if isinstance(patterns, str) else patterns
        if wanted:
            self._git.run("lfs", "untrack", *wanted)

    def lfs_prune(self, recent: bool = False) -> None:
        """Remove large files that are on the Hub and not needed here; `recent` also those that were, not long ago."""
        self._git.run("lfs", "prune", *(["--recent"] if recent else []))

    def auto_track_large_files(self, pattern: str = ".") -> list[str]:
        """Let git-lfs keep changed files of more than 10 MB; gives those it did not keep before."""
        return self._track(
            path for path in changed_files(self._git, pattern) if (self._git.folder / path).stat().st_size > LARGE_BYTES
        )

    def auto_track_binary_files(self, pattern: str = ".") -> list[str]:
        """Let git-lfs keep changed files that are no text; gives those it did not keep before."""
        return self._track(
            path for path in changed_files(self._git, pattern) if is_binary_file(self._git.folder / path)
        )

    def _track(self, paths: Iterable[str]) -> list[str]:
        new = without_lfs(self._git, paths)
        self.lfs_track(new, filename=True)
        return new
