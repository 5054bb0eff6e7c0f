"""``hubnb fsck``: looks at everything a data folder holds and says plainly what is wrong and what to do.

It changes nothing unless told to repair, and then only what can't lose anything: it removes leftovers, and moves what
is damaged out of the way of a fresh upload.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hubnb.server.gitrepo import SWEPT, sweep_locks
from hubnb.server.reach import Walk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hubnb.server.reach import Found
    from hubnb.server.visit import Visit

_MAIN = "refs/heads/main"
_UPLOAD_AGAIN = "push the file again from wherever it still is; the Hub asks for the content then"
_BACKUP = "restore it from a backup"


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be."""

    what: str
    remedy: str
    is_damage: bool = True
    """False for leftovers, which do no harm."""
    repair: Callable[[], object] | None = None
    """What mends it, if nothing can be lost by it."""


@dataclass
class Report:
    """What a check found."""

    findings: list[Finding] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def damages(self) -> list[Finding]:
        """What is damaged and not repaired."""
        return [finding for finding in self.findings if finding.is_damage]


class Check:
    """A check of one data folder.

    Parameters
    ----------
    visit
        The data folder; a Hub may be serving it.
    full
        Whether to read the whole content of large files.
    """

    def __init__(self, visit: Visit, *, full: bool = False) -> None:
        self._visit, self._full = visit, full
        self._report = Report()
        self._sizes: dict[str, int] = {}
        self._used: set[tuple[str, str]] = set()

    def run(self) -> Report:
        """Look at everything."""
        if self._database():
            self._sizes = {stored.oid: stored.size for stored in self._visit.large.stored()}
            for repo in self._visit.repos():
                self._repo(repo)
            self._links()
            self._contents()
            self._leftovers()
        return self._report

    def _add(self, what: str, remedy: str, *, damage: bool = True, repair: Callable[[], object] | None = None) -> None:
        self._report.findings.append(Finding(what, remedy, is_damage=damage, repair=repair))

    def _database(self) -> bool:
        """Say whether the database can be read at all."""
        try:
            for row in self._visit.database.all("PRAGMA integrity_check"):
                if row[0] != "ok":
                    self._add(f"The database hub.sqlite is damaged: {row[0]}", f"stop the Hub and {_BACKUP}")
            for row in self._visit.database.all("PRAGMA foreign_key_check"):
                self._add(f"The database's table {row[0]} speaks of a row of {row[2]} that isn't there", _BACKUP)
        except sqlite3.DatabaseError as error:
            self._add(f"The database hub.sqlite can't be read: {error}", f"stop the Hub and {_BACKUP}")
            return False
        return True

    # Repositories

    def _repo(self, repo: sqlite3.Row) -> None:
        name, found = self._visit.name_of(repo), len(self._report.findings)
        git = self._visit.git(repo["id"])
        self._report.counts["repositories"] += 1
        if git is None:
            self._add(
                f"{name}: its git folder repos/{repo['id']}.git is missing or no git folder",
                f"{_BACKUP}, or delete the repository",
            )
        else:
            try:
                refs = git.raw_refs()
                for ref, oid in refs.items():
                    if not oid:
                        self._add(f"{name}: {ref} can't be read", "push that branch or tag again, or delete it")
                if _MAIN not in refs:
                    self._add(f"{name}: it has no branch main", "push main again")
                walk = Walk(git, check=True)
                for reached in walk.pointers():
                    self._pointer(repo, name, reached)
                for damage in walk.damages:
                    self._object(name, damage.ref, damage.oid, damage.what, git.loose_path(damage.oid))
                self._report.counts["git objects"] += walk.objects
                self._pull_requests(repo, name, refs)
            finally:
                git.close()
        if len(self._report.findings) > found and not self._visit.has_repo(repo["id"]):
            del self._report.findings[found:]  # deleted while we looked

    def _object(self, name: str, ref: str, oid: str, what: str, path: Path) -> None:
        is_there = path.is_file()
        self._add(
            f"{name}: the git object {oid or '?'}, to which {ref} leads, {what}",
            "push the same files again; --repair moves the damaged object out of their way"
            if is_there
            else "push the same files again, or restore the repository from a backup",
            repair=(lambda: self._set_object_aside(path)) if is_there else None,
        )

    def _set_object_aside(self, path: Path) -> None:
        aside = self._visit.folder / "damaged"
        aside.mkdir(exist_ok=True)
        path.replace(aside / f"{path.parent.name}{path.name}")

    def _pointer(self, repo: sqlite3.Row, name: str, reached: Found) -> None:
        oid, size = reached.pointer.oid, reached.pointer.size
        self._used.add((repo["id"], oid))
        linked = self._visit.database.one("SELECT size FROM objects WHERE repo_id = ? AND oid = ?", repo["id"], oid)
        if linked is None:
            self._add(
                f"{name}: {reached.ref} points to the large file {oid}, which was never uploaded to this repository",
                _UPLOAD_AGAIN if reached.at_tip else "nothing, unless the old commit is needed; then push its files",
                damage=reached.at_tip,
            )
        elif linked["size"] != size:
            self._add(
                f"{name}: {reached.ref} says that {oid} has {size} bytes, but it has {linked['size']}",
                "push the file again",
            )
        elif oid not in self._sizes and self._visit.large.size(oid) is None:
            self._add(f"{name}: the content of the large file {oid}, to which {reached.ref} leads, is missing",
                      _UPLOAD_AGAIN)  # fmt: skip

    def _pull_requests(self, repo: sqlite3.Row, name: str, refs: dict[str, bytes]) -> None:
        rows = self._visit.database.all(
            "SELECT num, status FROM discussions WHERE repo_id = ? AND is_pull_request = 1", repo["id"]
        )
        for row in rows:
            if row["status"] in {"open", "draft"} and f"refs/pr/{row['num']}" not in refs:
                self._add(f"{name}: pull request {row['num']} has lost its branch", "close it and open another one")

    # Large files

    def _links(self) -> None:
        rows = self._visit.database.all("SELECT repo_id, oid, size FROM objects")
        self._report.counts["links to large files"] += len(rows)
        for row in rows:
            repo_id, oid = row["repo_id"], row["oid"]
            if (repo_id, oid) in self._used or oid in self._sizes or self._visit.large.size(oid) is not None:
                continue
            self._add(
                f"The database links {oid}, which is not there; no commit uses it",
                "nothing; --repair drops the link",
                damage=False,
                repair=lambda repo_id=repo_id, oid=oid: self._visit.database.write(
                    "DELETE FROM objects WHERE repo_id = ? AND oid = ?", repo_id, oid
                ),
            )

    def _contents(self) -> None:
        linked = {row["oid"]: row["size"] for row in self._visit.database.all("SELECT DISTINCT oid, size FROM objects")}
        loose = []
        for oid, size in self._sizes.items():
            self._report.counts["large files"] += 1
            self._report.counts["bytes of large files"] += size
            if oid not in linked:
                loose.append(size)
            fault = self._fault(oid, size, linked.get(oid, size))
            if fault:
                self._add(
                    f"The large file {oid} {fault}",
                    f"{_UPLOAD_AGAIN}; --repair moves the damaged one out of the way first",
                    damage=oid in linked,
                    repair=lambda oid=oid: self._visit.large.set_aside(oid),
                )
        if loose:
            self._add(
                f"{len(loose)} large files ({sum(loose)} bytes) belong to no repository",
                "nothing; hubnb gc removes them once they are old enough",
                damage=False,
            )

    def _fault(self, oid: str, size: int, expected: int) -> str | None:
        if size != expected:
            return f"has {size} bytes instead of {expected}"
        if not self._full:
            return None
        digest = hashlib.sha256()
        try:
            for chunk in self._visit.large.chunks(oid):
                digest.update(chunk)
        except OSError as error:
            if self._visit.large.size(oid) is None:
                return None  # collected or deleted while we looked
            return f"can't be read ({error})"
        return None if digest.hexdigest() == oid else "has changed: its content has another sha-256"

    # What is left over

    def _leftovers(self) -> None:
        folder = self._visit.folder
        known = {f"{repo['id']}.git" for repo in self._visit.repos()}
        for path in _entries(folder / "repos"):
            if path.name not in known:
                self._leftover(f"repos/{path.name} belongs to no repository", path, when_alone=True)
            elif path.is_symlink():
                self._add(f"repos/{path.name} is a link to another place", "move the real folder here")
            elif self._visit.alone:
                self._locks(path)
        for path in _entries(folder / "tmp"):
            self._leftover(f"tmp/{path.name} was left by a Hub that was killed", path, when_alone=True)
        for name in self._visit.parts.old(7 * 24 * 3600):
            self._leftover(
                f"uploads/{name} is an upload that nobody went on with for a week", folder / "uploads" / name
            )
        doomed = self._visit.database.all("SELECT oid FROM doomed WHERE until < strftime('%s', 'now')")
        for row in doomed:
            self._add(
                f"The removal of {row['oid']} was cut",
                "nothing; --repair forgets it, hubnb gc finishes it",
                damage=False,
                repair=lambda oid=row["oid"]: self._visit.database.write("DELETE FROM doomed WHERE oid = ?", oid),
            )

    def _leftover(self, what: str, path: Path, *, when_alone: bool = False) -> None:
        if when_alone and not self._visit.alone:
            return  # perhaps in use
        self._add(what, "nothing; --repair or the next start of the Hub removes it", damage=False,
                  repair=lambda: _remove(path))  # fmt: skip

    def _locks(self, path: Path) -> None:
        left = [found for pattern in SWEPT for found in path.glob(pattern)]
        if left:
            self._add(
                f"repos/{path.name} holds {len(left)} locks and half objects of a Hub that was killed",
                "nothing; --repair or the next start of the Hub removes them",
                damage=False,
                repair=lambda: sweep_locks(path),
            )


def repair(report: Report) -> int:
    """Mend what can be mended without loss; return how much that was."""
    mendable = [finding.repair for finding in report.findings if finding.repair is not None]
    for mend in mendable:
        mend()
    return len(mendable)


def _entries(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _remove(path: Path) -> None:
    with suppress(FileNotFoundError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
