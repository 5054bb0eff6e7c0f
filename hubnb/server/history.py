"""What happened to a repository: its commits, and which one touched a path last."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from stat import S_ISDIR
from typing import TYPE_CHECKING, Any

from hubnb.server.wire import iso_date

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dulwich.objects import Commit

    from hubnb.server.gitrepo import GitRepo

_MAX_WALKED = 5000
_MAX_HISTORIES = 20
_NOTHING: tuple[int, bytes | None] = (0, None)


@dataclass(frozen=True)
class Change:
    """A commit, as answers show it."""

    sha: str
    title: str
    message: str
    author: str
    epoch_s: float
    parents: tuple[str, ...]

    @classmethod
    def of(cls, commit: Commit) -> Change:
        """Read a commit object."""
        title, _, message = commit.message.decode("utf-8", "replace").partition("\n")
        return cls(
            sha=commit.id.decode(),
            title=title.strip(),
            message=message.strip(),
            author=commit.author.decode("utf-8", "replace").partition(" <")[0],
            epoch_s=float(commit.commit_time),
            parents=tuple(parent.decode() for parent in commit.parents),
        )

    def json(self) -> dict[str, Any]:
        """Return the short form: ``lastCommit`` of a tree entry."""
        return {"id": self.sha, "title": self.title, "date": iso_date(self.epoch_s)}


def first_parents(git: GitRepo, commit: str) -> Iterator[Change]:
    """Yield commits from `commit` back to the first, along first parents."""
    sha: str | None = commit
    while sha is not None:
        change = Change.of(git.commit(sha))
        yield change
        sha = change.parents[0] if change.parents else None


def history(git: GitRepo, commit: str) -> list[str]:
    """Return the ids of all commits behind `commit`, itself first, newest first where branches met."""
    known = git.histories.get(commit)
    if known is not None:
        return known
    shas: list[str] = []
    seen = {commit}
    waiting = [(-git.commit(commit).commit_time, 0, commit)]
    while waiting:
        _, _, sha = heapq.heappop(waiting)
        shas.append(sha)
        for parent in Change.of(git.commit(sha)).parents:
            if parent not in seen:
                seen.add(parent)
                # Commits of one second keep the order of discovery: children before parents.
                heapq.heappush(waiting, (-git.commit(parent).commit_time, len(seen), parent))
    if len(git.histories) >= _MAX_HISTORIES:
        git.histories.clear()
    git.histories[commit] = shas
    return shas


def last_changes(git: GitRepo, commit: str, paths: list[str]) -> dict[str, Change]:
    """Return for each path the commit that touched it last.

    Goes back at most 5,000 commits; what is older is ascribed to the oldest commit looked at.
    """
    wanted = {path.encode() for path in paths}
    found: dict[str, Change] = {}
    change: Change | None = None
    for number, change in enumerate(first_parents(git, commit)):
        if not wanted or number >= _MAX_WALKED:
            break
        parent = change.parents[0] if change.parents else None
        old = git.commit(parent).tree if parent else None
        touched = {path for path in wanted if _id_at(git, git.commit(change.sha).tree, path) != _id_at(git, old, path)}
        found.update({path.decode(): change for path in touched})
        wanted -= touched
    if change is not None:
        found.update({path.decode(): change for path in wanted})
    return found


def _id_at(git: GitRepo, tree: bytes | None, path: bytes) -> bytes | None:
    oid = tree
    *folders, name = path.split(b"/")
    for folder in folders:
        mode, oid = git.tree_items(oid).get(folder, _NOTHING) if oid is not None else _NOTHING
        oid = oid if S_ISDIR(mode) else None
    return git.tree_items(oid).get(name, _NOTHING)[1] if oid is not None else None
