"""How repositories come into being: empty, with files, or as a copy."""

from __future__ import annotations

import shutil
import sqlite3
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hubnb.server.database import new_id
from hubnb.server.folder import Folder
from hubnb.server.gitrepo import GitRepo
from hubnb.server.names import check_name_part, check_namespace
from hubnb.server.pointers import default_attributes
from hubnb.server.repositories import MAIN, Repository, find, refresh_description
from hubnb.server.wire import HubProblem, conflict

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from hubnb.server.hub import Hub

    Fill = Callable[[GitRepo, Folder, list[bytes]], None]
    """Puts files into a root folder; gets the git side, the folder and the list of written objects."""


@dataclass(frozen=True)
class NewRepo:
    """A repository that is to be."""

    type: str
    namespace: str
    name: str
    author: str
    """Name in the first commits."""
    private: bool = False
    gated: str | None = None
    sdk: str | None = None
    created_by: str | None = None
    """Id of the user, who may change it as a contributor."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """Small files of the first commit, beside ``.gitattributes``."""

    def check(self) -> None:
        """Refuse a bad name.

        Raises
        ------
        HubProblem
            400 with the broken rule.
        """
        check_name_part(self.name, "Name")
        check_namespace(self.namespace)


def create(hub: Hub, new: NewRepo, fill: Fill | None = None) -> Repository:
    """Make a repository whose ``main`` has a first commit, and a second one if `fill` puts files in.

    It comes into being with its row, which is written last; a process killed before leaves a folder that the next
    start removes.

    Raises
    ------
    HubProblem
        400 for a bad name, 409 for one that is taken.
    """
    new.check()
    repo_id = new_id()
    git = GitRepo.create(hub.git_path(repo_id))
    try:
        objects = _fill(git, new, fill)
        _insert(hub, repo_id, new, objects)
    except BaseException:
        shutil.rmtree(hub.git_path(repo_id), ignore_errors=True)
        raise
    finally:
        git.close()
    return _made(hub, new)


def _fill(git: GitRepo, new: NewRepo, fill: Fill | None) -> dict[str, int]:
    """Write the first commits; return oid to size of the large files in them."""
    root, written = Folder(git), list[bytes]()
    attributes = git.write_blob(default_attributes(new.type))
    root.put(".gitattributes", attributes)
    for path, content in new.files.items():
        oid = git.write_blob(content)
        written.append(oid)
        root.put(path, oid)
    head = git.write_commit(root.write_root(written), [], author=new.author, message="initial commit")
    written += [attributes, head]
    objects: dict[str, int] = {}
    if fill is not None:
        fill(git, root, written)
        tree = root.write_root(written)
        head = git.write_commit(tree, [head.decode()], author=new.author, message="Add files")
        written.append(head)
        objects = {entry.pointer.oid: entry.size for entry in git.walk_tree(tree) if entry.pointer}
    git.sync(written)
    git.set_ref(MAIN, head.decode())
    return objects


def duplicate(hub: Hub, source: Repository, new: NewRepo) -> Repository:
    """Make a repository with the branches, tags, history and large files of another one.

    Raises
    ------
    HubProblem
        400 for a bad name, 409 for one that is taken.
    """
    new.check()
    repo_id = new_id()
    with hub.git(source.id).writing:  # the source can't be deleted meanwhile
        rows = hub.database.all("SELECT oid, size FROM objects WHERE repo_id = ?", source.id)
        try:
            shutil.copytree(hub.git_path(source.id), hub.git_path(repo_id), ignore=shutil.ignore_patterns("tmp_obj_*"))
            shutil.rmtree(hub.git_path(repo_id) / "refs" / "pr", ignore_errors=True)
            _insert(hub, repo_id, new, {row["oid"]: row["size"] for row in rows})
        except BaseException:
            shutil.rmtree(hub.git_path(repo_id), ignore_errors=True)
            raise
    return _made(hub, new)


def _made(hub: Hub, new: NewRepo) -> Repository:
    made = find(hub, new.type, new.namespace, new.name)
    assert made is not None  # noqa: S101 - inserted just before
    hub.webhooks.announce(made, "repo", "create")
    return refresh_description(hub, made)


def _insert(hub: Hub, repo_id: str, new: NewRepo, objects: dict[str, int]) -> None:
    now = time.time()
    try:
        with hub.database.transaction() as transaction:
            transaction.execute(
                "INSERT INTO repos"
                " (id, type, namespace, name, private, gated, sdk, created_by, created_at, modified_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(repo_id, new.type, new.namespace, new.name, new.private),
                    *(new.gated, new.sdk, new.created_by, now, now),
                ),
            )
            transaction.executemany(
                "INSERT INTO objects VALUES (?, ?, ?, ?)", [(repo_id, oid, size, now) for oid, size in objects.items()]
            )
            _check_none_doomed(transaction, objects)
            # A new repository takes the name back from a rename.
            transaction.execute(
                "DELETE FROM renames WHERE type = ? AND namespace = ? AND name = ?",
                (new.type, new.namespace, new.name),
            )
    except sqlite3.IntegrityError:
        message = f"You already created this {new.type} repo"
        raise conflict(message) from None


def _check_none_doomed(transaction: sqlite3.Connection, objects: Collection[str]) -> None:
    doomed = {row["oid"] for row in transaction.execute("SELECT oid FROM doomed")}
    if not doomed.isdisjoint(objects):
        raise HubProblem(503, "Files of this repository are being collected as garbage just now. Try again.")
