"""A data folder as its caretakers see it, who may come while a Hub serves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from hubnb.server.buckets import open_store
from hubnb.server.database import Database
from hubnb.server.gitrepo import GitRepo
from hubnb.server.links import Links
from hubnb.server.parts import Parts

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path
    from types import TracebackType


class Visit:
    """Opens a data folder without claiming it for serving.

    Parameters
    ----------
    folder
        The data folder.
    writes
        Whether something may be changed.

    Raises
    ------
    OSError
        If it is no data folder, or can't be opened.
    """

    def __init__(self, folder: Path, *, writes: bool) -> None:
        path = folder / "hub.sqlite"
        if not path.is_file():
            message = f"{folder} is no data folder of a Hub: it holds no hub.sqlite."
            raise OSError(message)
        self.folder = folder
        self._lock = FileLock(folder / "lock", thread_local=False)
        self.alone = True
        """Whether no Hub serves the folder, nor will while this visit lasts."""
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            self.alone = False
        except OSError:  # on a disk that nobody can write
            self.alone = False
        if not writes:
            self._lock.release()  # who only looks keeps no Hub from starting
        try:
            self.database = Database(path, "share" if writes else "read")
        except BaseException:
            self._lock.release()
            raise
        try:
            self.large = open_store(folder, self.database)
        except BaseException:
            self.__exit__(None, None, None)
            raise
        self.links = Links(self.database, self.large)
        self.parts = Parts(folder / "uploads")

    def __enter__(self) -> Visit:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.database.close()
        self._lock.release()

    def repos(self) -> list[sqlite3.Row]:
        """Return id, type, namespace and name of every repository."""
        return self.database.all("SELECT id, type, namespace, name FROM repos ORDER BY namespace, name, type")

    def has_repo(self, repo_id: str) -> bool:
        """Say whether a repository is still there."""
        return self.database.one("SELECT 1 FROM repos WHERE id = ?", repo_id) is not None

    @staticmethod
    def name_of(repo: sqlite3.Row) -> str:
        """Return the name of a repository as addresses write it."""
        prefix = "" if repo["type"] == "model" else f"{repo['type']}s/"
        return f"{prefix}{repo['namespace']}/{repo['name']}"

    def git(self, repo_id: str) -> GitRepo | None:
        """Return the git side of a repository, None if its folder is gone."""
        path = self.folder / "repos" / f"{repo_id}.git"
        if not (path / "objects").is_dir() or not (path / "HEAD").is_file():
            return None
        return GitRepo(path)
