"""A tree that is being edited: files come and go, folders follow."""

from __future__ import annotations

from stat import S_ISDIR
from typing import TYPE_CHECKING

from dulwich.objects import ObjectID, Tree

from hubnb.server.gitobjects import FILE_MODE
from hubnb.server.snapshot import DIRECTORY_MODE

if TYPE_CHECKING:
    from hubnb.server.gitrepo import GitRepo


class Folder:
    """A tree that is being edited; only the folders on the way to a change are read or written."""

    def __init__(self, repo: GitRepo, tree: bytes | None = None) -> None:
        self._repo = repo
        self._open: dict[bytes, Folder] = {}
        self._items: dict[bytes, tuple[int, bytes]] = {}
        if tree is not None:
            item = repo.read(tree)
            if isinstance(item, Tree):
                self._items = {entry.path: (entry.mode, entry.sha) for entry in item.iteritems()}

    def find(self, path: str) -> tuple[int, bytes] | None:
        """Return mode and id at `path`; a folder that is being edited has its old id."""
        *folders, name = path.encode().split(b"/")
        place: Folder | None = self
        for folder in folders:
            place = place._enter(folder) if place else None  # noqa: SLF001
        if place is None:
            return None
        if name in place._open and not place._open[name]._has_any():  # noqa: SLF001
            return None
        return place._items.get(name)  # noqa: SLF001

    def put(self, path: str, oid: bytes, mode: int = FILE_MODE) -> None:
        """Write a file; a file or folder in its way is replaced."""
        *folders, name = path.encode().split(b"/")
        place = self
        for folder in folders:
            child = place._enter(folder)
            if child is None:
                child = place._open[folder] = Folder(self._repo)
                place._items[folder] = (DIRECTORY_MODE, b"")
            place = child
        place._open.pop(name, None)  # noqa: SLF001
        place._items[name] = (mode, oid)  # noqa: SLF001

    def remove(self, path: str) -> None:
        """Delete a file, or a folder with all it holds; nothing happens if it is not there."""
        *folders, name = path.encode().split(b"/")
        place: Folder | None = self
        for folder in folders:
            place = place._enter(folder) if place else None  # noqa: SLF001
        if place is not None:
            place._open.pop(name, None)  # noqa: SLF001
            place._items.pop(name, None)  # noqa: SLF001

    def write(self, written: list[bytes]) -> bytes | None:
        """Store the changed trees, append their ids to `written`, return the root's; None if nothing is left in it."""
        for name, child in self._open.items():
            oid = child.write(written)
            if oid is None:
                self._items.pop(name, None)
            else:
                self._items[name] = (DIRECTORY_MODE, oid)
        self._open.clear()
        if not self._items:
            return None
        return self._store(written)

    def write_root(self, written: list[bytes]) -> bytes:
        """Store the changed trees as `write` does; a root may be empty."""
        return self.write(written) or self._store(written)

    def _store(self, written: list[bytes]) -> bytes:
        tree = Tree()
        for name, (mode, oid) in self._items.items():
            tree.add(name, mode, ObjectID(oid))
        written.append(self._repo.write(tree))
        return tree.id

    def _has_any(self) -> bool:
        inner = (self._open.get(name) for name in self._items)
        return any(child is None or child._has_any() for child in inner)  # noqa: SLF001

    def _enter(self, name: bytes) -> Folder | None:
        if name not in self._open:
            mode, oid = self._items.get(name, (0, b""))
            if not S_ISDIR(mode):
                return None
            self._open[name] = Folder(self._repo, oid)
        return self._open[name]
