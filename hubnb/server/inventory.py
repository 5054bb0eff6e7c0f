"""The large files of a repository: which there are, where they are named, and how they are taken out for good."""

from __future__ import annotations

from dataclasses import dataclass
from stat import S_ISDIR
from typing import TYPE_CHECKING

from dulwich.objects import Commit, ObjectID, Tag, Tree

from hubnb.server.gitobjects import SUBMODULE_MODE
from hubnb.server.repositories import MAIN, mark_stale, refresh_description

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from hubnb.server.gitrepo import GitRepo
    from hubnb.server.hub import Hub
    from hubnb.server.repositories import Repository


@dataclass(frozen=True)
class LargeFile:
    """A large file that some commit of a repository names."""

    pointer_oid: str
    """sha-1 of the pointer, by which it is asked for."""
    path: str
    oid: str
    size: int
    pushed_at: float
    ref: str | None
    """The ref whose head has it, None if only older commits do."""


def large_files(hub: Hub, repo: Repository) -> list[LargeFile]:
    """Return the large files that commits name and the disk has, newest first."""
    rows = hub.database.all("SELECT oid, size, created_at FROM objects WHERE repo_id = ?", repo.id)
    missing = {row["oid"]: row for row in rows}
    git, found = hub.git(repo.id), list[LargeFile]()
    for ref, head in _heads(git):
        for entry in hub.snapshot(repo.id, head).files if missing else ():
            row = missing.pop(entry.pointer.oid, None) if entry.pointer else None
            if row is not None:
                found.append(LargeFile(entry.oid, entry.path, row["oid"], row["size"], row["created_at"], ref))
    for path, pointer_oid, oid in _pointers_in_history(git) if missing else ():
        row = missing.pop(oid, None)
        if row is not None:
            found.append(LargeFile(pointer_oid, path, oid, row["size"], row["created_at"], None))
    return sorted(found, key=lambda file: (-file.pushed_at, file.path))


def _heads(git: GitRepo) -> Iterator[tuple[str, str]]:
    """Yield ref and commit, branches before tags and pull requests, ``main`` first of all."""
    main = git.head(MAIN)
    if main is not None:
        yield MAIN, main
    for prefix in ("refs/heads/", "refs/convert/", "refs/tags/", "refs/pr/"):
        for name, head in git.refs(prefix).items():
            yield f"{prefix}{name}", head


def _commits(git: GitRepo) -> list[str]:
    """Return every commit that a ref leads to, parents before children."""
    done: dict[str, None] = {}
    stack = [(head, False) for _, head in _heads(git)]
    while stack:
        sha, parents_are_done = stack.pop()
        if sha in done:
            continue
        if parents_are_done:
            done[sha] = None
        else:
            stack.append((sha, True))
            stack += [(parent.decode(), False) for parent in git.commit(sha).parents]
    return list(done)


def _pointers_in_history(git: GitRepo) -> Iterator[tuple[str, str, str]]:
    """Yield path, sha-1 of the pointer and sha-256 of each pointer; a tree that many commits share is read once."""
    seen: set[bytes] = set()
    for sha in reversed(_commits(git)):
        stack = [("", git.commit(sha).tree)]
        while stack:
            prefix, tree = stack.pop()
            if tree in seen:
                continue
            seen.add(tree)
            for name, (mode, oid) in git.tree_items(tree).items():
                path = prefix + name.decode("utf-8", "replace")
                if S_ISDIR(mode):
                    stack.append((f"{path}/", oid))
                elif mode != SUBMODULE_MODE:
                    pointer = git.blob_facts(oid)[1]
                    if pointer is not None:
                        yield path, oid.decode(), pointer.oid


def purge(hub: Hub, repo: Repository, pointer_oids: Collection[str], *, rewrite_history: bool) -> list[str]:
    """Delete large files of a repository for good; return their sha-256.

    Parameters
    ----------
    rewrite_history
        Whether every commit that names them is written anew without them. Otherwise their pointers stay, and lead to
        nothing.
    """
    git = hub.git(repo.id)
    with git.writing:
        doomed = {file.oid for file in large_files(hub, repo) if file.pointer_oid in pointer_oids}
        if not doomed:
            return []
        if rewrite_history:
            _Rewriting(hub, repo, git, doomed).run()
        with hub.database.transaction() as transaction:
            transaction.executemany("DELETE FROM objects WHERE repo_id = ? AND oid = ?", [(repo.id, o) for o in doomed])
        hub.links.remove_unlinked(doomed)
    return sorted(doomed)


class _Rewriting:
    """Writes the commits of a repository anew, without some large files."""

    def __init__(self, hub: Hub, repo: Repository, git: GitRepo, doomed: set[str]) -> None:
        self._hub, self._repo, self._git, self._doomed = hub, repo, git, doomed
        self._trees: dict[bytes, bytes | None] = {}
        self._commits: dict[bytes, bytes] = {}
        self._written: list[bytes] = []

    def run(self) -> None:
        for sha in _commits(self._git):
            self._commit(sha)
        moved = {name: self._target(oid) for name, oid in self._git.raw_refs().items() if oid}
        self._git.sync(self._written)
        mark_stale(self._hub, self._repo)
        for name, oid in moved.items():
            if self._git.raw_ref(name) != oid:
                self._git.set_ref(name, oid.decode())
        merged = [(new.decode(), self._repo.id, old.decode()) for old, new in self._commits.items() if new != old]
        with self._hub.database.transaction() as transaction:
            transaction.executemany(
                "UPDATE discussions SET merge_commit = ? WHERE repo_id = ? AND merge_commit = ?", merged
            )
        refresh_description(self._hub, self._repo)

    def _commit(self, sha: str) -> None:
        old = self._git.commit(sha)
        tree = self._tree(old.tree) or self._store(Tree())
        parents = [self._commits[parent] for parent in old.parents]
        if tree == old.tree and parents == list(old.parents):
            self._commits[old.id] = old.id
            return
        new = old.copy()
        assert isinstance(new, Commit)  # noqa: S101 - a copy is of the same kind
        new.tree, new.parents, new.gpgsig = ObjectID(tree), [ObjectID(parent) for parent in parents], None
        self._commits[old.id] = self._store(new)

    def _tree(self, tree: bytes) -> bytes | None:
        """Return the tree without the doomed files, None if nothing is left in it."""
        if tree not in self._trees:
            items = self._git.tree_items(tree)
            kept = {name: found for name, item in items.items() if (found := self._item(*item))}
            if kept == items:
                self._trees[tree] = tree
            elif kept:
                new = Tree()
                for name, (mode, oid) in kept.items():
                    new.add(name, mode, ObjectID(oid))
                self._trees[tree] = self._store(new)
            else:
                self._trees[tree] = None
        return self._trees[tree]

    def _item(self, mode: int, oid: bytes) -> tuple[int, bytes] | None:
        if S_ISDIR(mode):
            inner = self._tree(oid)
            return (mode, inner) if inner is not None else None
        if mode == SUBMODULE_MODE:
            return mode, oid
        pointer = self._git.blob_facts(oid)[1]
        return None if pointer is not None and pointer.oid in self._doomed else (mode, oid)

    def _target(self, oid: bytes) -> bytes:
        """Return what a ref to `oid` must point to; a tag with a message is written anew around its commit."""
        item = self._git.read(oid)
        if not isinstance(item, Tag):
            return self._commits.get(oid, oid)
        inner = self._target(item.object[1])
        if inner == item.object[1]:
            return oid
        new = item.copy()
        assert isinstance(new, Tag)  # noqa: S101 - a copy is of the same kind
        new.object, new.signature = (item.object[0], ObjectID(inner)), None
        return self._store(new)

    def _store(self, item: Tree | Commit | Tag) -> bytes:
        oid = self._git.write(item)
        self._written.append(oid)
        return oid
