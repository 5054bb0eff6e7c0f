"""The Hub itself: one data folder, opened by one process."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sqlite3
import threading
import time
from collections import Counter, OrderedDict
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from filelock import FileLock, Timeout

from hubnb.server.buckets import open_store
from hubnb.server.database import Database
from hubnb.server.describe import Describer
from hubnb.server.devices import DeviceLogins
from hubnb.server.gitrepo import GitRepo, sweep_locks
from hubnb.server.links import Links
from hubnb.server.parts import Parts
from hubnb.server.snapshot import Snapshot
from hubnb.server.webcodes import WebCodes
from hubnb.server.webhooks import Webhooks

if TYPE_CHECKING:
    from pathlib import Path

    from dulwich.objects import Commit

    from hubnb.server.repositories import Repository

_MAX_CACHED_ENTRIES = 400_000
_MAX_OPEN_REPOS = 500
_COUNT_EVERY_S = 2.0
_SHORT_BYTES = 256 << 10
_LARGE_LINES = 2


class Hub:
    """Everything routes work with.

    Parameters
    ----------
    folder
        The data folder; made when it is missing.
    read_only
        Whether to change nothing, neither for clients nor in the folder, which may lie on a disk that can't be
        written.
    blobs
        URL of the bucket for large files; None for where they have been so far, the data folder at first.
    blobs_moved
        Whether the large files were copied to `blobs` from where they have been so far.

    Raises
    ------
    OSError
        If the folder can't be used, or another process has it open.
    """

    def __init__(
        self, folder: Path, *, read_only: bool = False, blobs: str | None = None, blobs_moved: bool = False
    ) -> None:
        self.folder, self.read_only = folder, read_only
        self.reaches_private = False
        """Whether webhooks may be told in the network of this machine, too; see `hubnb.server.outbound`."""
        if not read_only:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)  # private repositories are not for other users
        elif not (folder / "hub.sqlite").is_file():
            message = f"{folder} is no data folder of a Hub, so there is nothing to serve read-only."
            raise OSError(message)
        self._claim(folder)
        try:
            self.database = Database(folder / "hub.sqlite", "read" if read_only else "own")
        except BaseException:
            self._lock.release()
            raise
        try:
            self.large = open_store(folder, self.database, blobs, moved=blobs_moved)
            self.parts = Parts(folder / "uploads")
            self._repos_folder = folder / "repos"
            if not read_only:
                self._prepare()
            self.signing_key = self.database.signing_key()
        except BaseException:
            self.database.close()
            self._lock.release()
            raise
        self.devices = DeviceLogins(self)
        self.webcodes = WebCodes(self.database)
        self.webhooks = Webhooks(self)
        self.links = Links(self.database, self.large)
        self.large_lines = asyncio.Semaphore(_LARGE_LINES)
        """Entered to hold a line of a commit that may take 100 MiB and more while it is read."""
        self._repos: OrderedDict[str, GitRepo] = OrderedDict()
        self._alive: WeakValueDictionary[str, GitRepo] = WeakValueDictionary()
        """Also those that only a request on its way still holds: two for one repository would not know each other's
        changes."""
        self._swept: set[str] = set()
        self._snapshots: OrderedDict[tuple[str, bytes], Snapshot] = OrderedDict()
        self._descriptions: OrderedDict[tuple[str, str], dict[str, Any]] = OrderedDict()
        self._caches = threading.Lock()
        self._downloads: Counter[str] = Counter()
        self._counted_at = 0.0

    def _claim(self, folder: Path) -> None:
        """Make sure that no other Hub has the folder: each keeps in memory what it believes only itself to change."""
        # Opened in one thread and closed in another, as notebooks do.
        self._lock = FileLock(folder / "lock", thread_local=False)
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            message = f"{folder} is in use by another Hub. Stop it, or choose another data folder."
            raise OSError(message) from None
        except OSError:
            if not self.read_only or os.access(folder, os.W_OK):
                raise

    def _prepare(self) -> None:
        self.large.sweep()
        self.parts.sweep()
        self._repos_folder.mkdir(exist_ok=True)
        self._remove_orphans()

    def close(self) -> None:
        """Close the database and let the folder go."""
        self.webhooks.close()
        self.write_downloads()
        with self._caches:
            for git in self._repos.values():
                git.close()
            self._repos.clear()
        self.database.close()
        self._lock.release()

    def _remove_orphans(self) -> None:
        """Delete git folders no row speaks of: a creation that was cut, or a deletion that was."""
        known = {f"{row['id']}.git" for row in self.database.all("SELECT id FROM repos")}
        for path in self._repos_folder.iterdir():
            if path.name not in known:
                shutil.rmtree(path, ignore_errors=True)

    @property
    def scratch(self) -> str | None:
        """Where bodies on their way lie: on the data's disk, or, if that can't be written, where the system says."""
        return None if self.read_only else str(self.folder / "tmp")

    def git_path(self, repo_id: str) -> Path:
        """Return the folder of a repository; its name is the database's id, never what a client sent."""
        return self._repos_folder / f"{repo_id}.git"

    def git(self, repo_id: str) -> GitRepo:
        """Return the git side of a repository."""
        with self._caches:
            git = self._repos.get(repo_id) or self._alive.get(repo_id)
            if git is None:
                if repo_id not in self._swept and not self.read_only:  # the first time: nobody can be writing yet
                    sweep_locks(self.git_path(repo_id))
                    self._swept.add(repo_id)
                git = self._alive[repo_id] = GitRepo(self.git_path(repo_id))
            self._repos[repo_id] = git
            while len(self._repos) > _MAX_OPEN_REPOS:
                self._repos.popitem(last=False)
            self._repos.move_to_end(repo_id)
            return git

    def forget(self, repo_id: str) -> None:
        """Drop what is kept in memory of a deleted repository."""
        with self._caches:
            git = self._repos.pop(repo_id, None)
            self._alive.pop(repo_id, None)
            self._swept.discard(repo_id)
            for key in [key for key in self._snapshots if key[0] == repo_id]:
                del self._snapshots[key]
        if git:
            git.close()

    def snapshot(self, repo_id: str, commit: str) -> Snapshot:
        """Return the files of a commit, from memory where possible, or from those of the commit before it."""
        git = self.git(repo_id)
        found = git.commit(commit)
        known = self._known_snapshot(repo_id, found.tree)
        if known is not None:
            return known
        snapshot = self._derived(git, repo_id, found) or Snapshot(git.walk_tree(found.tree))
        with self._caches:
            self._snapshots[repo_id, found.tree] = snapshot
            total = sum(len(kept) for kept in self._snapshots.values())
            while total > _MAX_CACHED_ENTRIES and len(self._snapshots) > 1:
                total -= len(self._snapshots.popitem(last=False)[1])
        return snapshot

    def _known_snapshot(self, repo_id: str, tree: bytes) -> Snapshot | None:
        with self._caches:
            found = self._snapshots.get((repo_id, tree))
            if found is not None:
                self._snapshots.move_to_end((repo_id, tree))
            return found

    def _derived(self, git: GitRepo, repo_id: str, commit: Commit) -> Snapshot | None:
        """Return the files of a commit by what it changed: with many files much less work than to read all."""
        for parent in commit.parents[:1]:
            old = git.commit(parent.decode()).tree
            before = self._known_snapshot(repo_id, old)
            if before is not None:
                return before.changed(*git.changes(old, commit.tree))
        return None

    def description(self, repo: Repository, commit: str) -> dict[str, Any]:
        """Return what a commit says about itself (tags, card, library ...), from memory where possible."""
        if repo.described_sha == commit and repo.description:
            return json.loads(repo.description)
        key = (repo.id, commit)
        with self._caches:
            if key in self._descriptions:
                return dict(self._descriptions[key])
        described = Describer(self.git(repo.id), self.large, self.snapshot(repo.id, commit)).describe(repo.type)
        with self._caches:
            self._descriptions[key] = described
            while len(self._descriptions) > 500:
                self._descriptions.popitem(last=False)
        return dict(described)

    def count_download(self, repo_id: str) -> None:
        """Count a download; no answer waits for a counter to be written."""
        with self._caches:
            self._downloads[repo_id] += 1

    def counts_are_due(self) -> bool:
        """Say whether it is time for `write_downloads`."""
        return bool(self._downloads) and time.monotonic() - self._counted_at > _COUNT_EVERY_S

    def write_downloads(self) -> None:
        """Write the downloads counted since the last time."""
        if self.read_only:
            self._downloads.clear()
            return
        with self._caches:
            counted, self._downloads = self._downloads, Counter()
            self._counted_at = time.monotonic()
        rows = [(number, repo_id) for repo_id, number in counted.items()]
        if rows:
            try:
                with self.database.transaction() as transaction:
                    transaction.executemany("UPDATE repos SET downloads = downloads + ? WHERE id = ?", rows)
            except sqlite3.OperationalError:  # a full disk: no reason to refuse a file
                with self._caches:
                    self._downloads += counted

    def at_hand(self, repo_id: str, revision: str, path: str) -> bool:
        """Say whether answering with a file needs no more than reading a short one: all else is in memory."""
        git = self._repos.get(repo_id)
        commit = git.at_hand(revision) if git else None
        snapshot = self._snapshots.get((repo_id, commit.tree)) if commit else None
        if snapshot is None or self.counts_are_due():
            return False
        entry = snapshot.get(path)
        if entry is None:
            return True
        if entry.pointer is not None:
            return self.links.is_remembered(repo_id, entry.pointer.oid)
        return entry.size <= _SHORT_BYTES
