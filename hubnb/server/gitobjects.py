"""The objects of one bare git repository: files, trees, commits and tags, and what is kept of them in memory.

Objects are written by `hubnb.server.loose`, not by dulwich, which finds what lies in packs. What is written is plain
git.
"""

from __future__ import annotations

import io
import re
import threading
import time
from stat import S_ISDIR
from typing import TYPE_CHECKING, Any

from dulwich.objects import Commit, ObjectID, ShaFile, Tag, Tree
from dulwich.patch import write_tree_diff
from dulwich.repo import Repo

from hubnb.server.loose import LooseObjects
from hubnb.server.pointers import MAX_POINTER_BYTES, Pointer, read_pointer
from hubnb.server.snapshot import DIRECTORY_MODE, Entry
from hubnb.server.wire import revision_not_found

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from hubnb.server.storage import GitObjects

FILE_MODE = 0o100644
SUBMODULE_MODE = 0o160000
_MAX_BLOB_FACTS = 500_000
_MAX_TREES = 2_000
_MAX_COMMITS = 5_000
_TYPE_NUMBERS = {b"commit": 1, b"tree": 2, b"blob": 3, b"tag": 4}
_MAX_DIFF_BYTES = 2 << 20


class Objects:
    """The objects of a bare repository; safe from any thread.

    Parameters
    ----------
    path
        Its folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._reading = threading.RLock()
        self._blob_facts: dict[bytes, tuple[int, Pointer | None, int]] = {}
        self._tree_items: dict[bytes, dict[bytes, tuple[int, bytes]]] = {}
        self._commits: dict[str, Commit] = {}
        self._loose: GitObjects = LooseObjects(path / "objects")
        self._repo = Repo(str(path))
        # dulwich tells ids and refs from other bytes by types of its own; here they are bytes.
        self._objects: Any = self._repo.object_store

    def close(self) -> None:
        """Let go of open files."""
        self._repo.close()

    def read(self, oid: bytes) -> ShaFile:
        """Return a git object.

        Raises
        ------
        KeyError
            If it is not there.
        """
        found = self._loose.read(oid)
        if found is not None:
            return ShaFile.from_raw_string(_TYPE_NUMBERS[found[0]], found[1], ObjectID(oid))
        with self._reading:
            return self._objects[oid]

    def blob(self, oid: str) -> bytes:
        """Return the content of a file as git keeps it."""
        found = self._loose.read(oid.encode())
        if found is not None:
            return found[1]
        with self._reading:
            _, content = self._objects.get_raw(oid.encode())
        return content

    def blob_chunks(self, oid: str, start: int, end: int) -> Iterator[bytes]:
        """Yield the bytes of a file from `start` to `end`, in pieces where it lies alone."""
        found = self._loose.chunks(oid.encode(), start, end)
        return iter([self.blob(oid)[start:end]]) if found is None else found

    def write(self, item: ShaFile) -> bytes:
        """Store an object and return its id; call `sync` before a ref points to it."""
        return self._loose.write(item.type_name, item.as_raw_string())

    def write_blob(self, content: bytes) -> bytes:
        """Store the content of a file and return its id."""
        oid = self._loose.write(b"blob", content)
        self._remember_blob(oid, len(content), read_pointer(content))
        return oid

    def sync(self, oids: Iterable[bytes]) -> None:
        """Force objects to the disk."""
        self._loose.sync(oids)

    def loose_path(self, oid: str) -> Path:
        """Return where an object lies if it isn't in a pack."""
        return self.path / "objects" / oid[:2] / oid[2:]

    def peel(self, oid: bytes) -> bytes:
        """Return the commit behind a tag object, or the id itself."""
        if oid.decode() in self._commits:
            return oid
        item = self.read(oid)
        while isinstance(item, Tag):
            item = self.read(item.object[1])
        if isinstance(item, Commit):
            self._remember_commit(item)
        return item.id

    def commit(self, sha: str) -> Commit:
        """Return the commit object `sha`."""
        item = self._commits.get(sha)
        if item is None:
            found = self.read(sha.encode())
            if not isinstance(found, Commit):
                raise revision_not_found(sha)
            item = self._remember_commit(found)
        return item

    def _remember_commit(self, commit: Commit) -> Commit:
        if len(self._commits) >= _MAX_COMMITS:
            self._commits.clear()
        self._commits[commit.id.decode()] = commit
        return commit

    # Trees

    def walk_tree(self, tree: bytes, prefix: str = "") -> Iterator[Entry]:
        """Yield every entry of a tree, in git's order, without recursion so that depth is no limit.

        Parameters
        ----------
        tree
            Its object id.
        prefix
            Where it lies, with a slash at the end; nothing for the root.
        """
        stack: list[tuple[str, Iterator[tuple[bytes, int, bytes]]]] = [(prefix, self._items(tree))]
        while stack:
            prefix, items = stack[-1]
            item = next(items, None)
            if item is None:
                stack.pop()
                continue
            name, mode, oid = item
            path = prefix + name.decode("utf-8", "replace")
            found = self._entry(path, mode, oid)
            if found is not None:
                yield found
            if S_ISDIR(mode):
                stack.append((f"{path}/", self._items(oid)))

    def _entry(self, path: str, mode: int, oid: bytes) -> Entry | None:
        if S_ISDIR(mode):
            return Entry(path, oid.decode(), DIRECTORY_MODE)
        if mode == SUBMODULE_MODE:
            return None
        size, pointer, pointer_size = self.blob_facts(oid)
        return Entry(path, oid.decode(), mode, size, pointer, pointer_size)

    def changes(self, old: bytes, new: bytes) -> tuple[list[str], list[Entry]]:
        """Return what makes one tree of another: paths that go, entries that come or differ."""
        gone: list[str] = []
        put: list[Entry] = []
        stack = [("", old, new)]
        while stack:
            prefix, old, new = stack.pop()
            before, after = self.tree_items(old), self.tree_items(new)
            for name in before.keys() | after.keys():
                was, now = before.get(name), after.get(name)
                if was == now:
                    continue
                path = prefix + name.decode("utf-8", "replace")
                was_folder, is_folder = was is not None and S_ISDIR(was[0]), now is not None and S_ISDIR(now[0])
                if was is not None and was_folder and not is_folder:
                    gone += [entry.path for entry in self.walk_tree(was[1], f"{path}/")]
                entry = self._entry(path, *now) if now is not None else None
                if entry is None:
                    gone.append(path)
                else:
                    put.append(entry)
                if now is not None and is_folder:
                    if was is not None and was_folder:
                        stack.append((f"{path}/", was[1], now[1]))
                    else:
                        put += self.walk_tree(now[1], f"{path}/")
        return gone, put

    def tree_items(self, tree: bytes) -> dict[bytes, tuple[int, bytes]]:
        """Return name to mode and object id of one folder, from memory where possible."""
        items = self._tree_items.get(tree)
        if items is None:
            items = {name: (mode, oid) for name, mode, oid in self._items(tree)}
            if len(self._tree_items) >= _MAX_TREES:
                self._tree_items.clear()
            self._tree_items[tree] = items
        return items

    def _items(self, tree: bytes) -> Iterator[tuple[bytes, int, bytes]]:
        item = self.read(tree)
        if not isinstance(item, Tree):
            raise KeyError(tree)
        return iter([(entry.path, entry.mode, entry.sha) for entry in item.iteritems()])

    def blob_facts(self, oid: bytes) -> tuple[int, Pointer | None, int]:
        """Return real size, pointer and pointer size of a file, reading no more of it than needed."""
        facts = self._blob_facts.get(oid)
        if facts is None:
            size, start = self._blob_start(oid)
            facts = self._remember_blob(oid, size, read_pointer(start) if size < MAX_POINTER_BYTES else None)
        return facts

    def _remember_blob(self, oid: bytes, size: int, pointer: Pointer | None) -> tuple[int, Pointer | None, int]:
        facts = (pointer.size, pointer, size) if pointer else (size, None, 0)
        if len(self._blob_facts) >= _MAX_BLOB_FACTS:
            self._blob_facts.clear()
        self._blob_facts[oid] = facts
        return facts

    def _blob_start(self, oid: bytes) -> tuple[int, bytes]:
        found = self._loose.start(oid, MAX_POINTER_BYTES)
        if found is None:  # in a pack
            content = self.blob(oid.decode())
            found = len(content), content[:MAX_POINTER_BYTES]
        return found

    def diff(self, old: str, new: str) -> str:
        """Return what differs between two commits as unified text, cut where it gets too long to read."""
        out = io.BytesIO()
        trees = [ObjectID(self.commit(sha).tree) for sha in (old, new)]
        with self._reading:
            write_tree_diff(out, self._objects, trees[0], trees[1])
        return out.getvalue()[:_MAX_DIFF_BYTES].decode("utf-8", "replace")

    # Commits

    def write_commit(self, tree: bytes, parents: list[str], *, author: str, message: str) -> bytes:
        """Store a commit object and return its id; no ref moves."""
        commit = Commit()
        commit.tree = tree
        commit.parents = [ObjectID(parent.encode()) for parent in parents]
        name = re.sub(r"[<>\n\0]", "", author)
        commit.author = commit.committer = f"{name} <{name}@users.noreply.hub>".encode()
        commit.author_time = commit.commit_time = int(time.time())
        commit.author_timezone = commit.commit_timezone = 0
        commit.encoding = b"UTF-8"
        commit.message = message.encode("utf-8", "replace")
        return self.write(commit)

    def write_tag(self, name: str, commit: str, *, author: str, message: str) -> str:
        """Store an annotated tag and return its id; no ref moves."""
        tag = Tag()
        tag.object = (Commit, commit.encode())
        tag.name = name.encode()
        tag.tagger = f"{author} <{author}@users.noreply.hub>".encode()
        tag.tag_time, tag.tag_timezone = int(time.time()), 0
        tag.message = message.encode("utf-8", "replace") + b"\n"
        oid = self.write(tag)
        self.sync([oid])
        return oid.decode()
