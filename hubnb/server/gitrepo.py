"""One bare git repository on disk: objects, refs and the flat view of a tree that the Hub serves.

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

from hubnb.server.largefiles import sync_folder
from hubnb.server.loose import LooseObjects
from hubnb.server.names import is_ref_name
from hubnb.server.pointers import MAX_POINTER_BYTES, Pointer, read_pointer
from hubnb.server.snapshot import DIRECTORY_MODE, Entry
from hubnb.server.wire import revision_not_found

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from hubnb.server.storage import GitObjects

FILE_MODE = 0o100644
SUBMODULE_MODE = 0o160000
_SHA = re.compile(r"^[0-9a-fA-F]{5,40}\Z")
_MAX_BLOB_FACTS = 500_000
_MAX_TREES = 2_000
_MAX_COMMITS = 5_000
_MAX_HEADS = 50_000
_TYPE_NUMBERS = {b"commit": 1, b"tree": 2, b"blob": 3, b"tag": 4}
_MAX_DIFF_BYTES = 2 << 20


SWEPT = ("*.lock", "refs/**/*.lock", "objects/tmp_obj_*", "objects/tmp_pack_*", "objects/pack/tmp_*")
"""What a killed process leaves in a repository: locks and half objects."""


def sweep_locks(path: Path) -> None:
    """Remove what a killed process left in a repository; call it before anybody writes."""
    for found in [found for pattern in SWEPT for found in path.glob(pattern)]:
        found.unlink(missing_ok=True)


class GitRepo:
    """A bare repository; reading is safe from any thread, writing happens under `writing`.

    Parameters
    ----------
    path
        Its folder. Only one of these may have it open for writing.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.writing = threading.RLock()
        """Held while refs change."""
        self._reading = threading.RLock()
        self._blob_facts: dict[bytes, tuple[int, Pointer | None, int]] = {}
        self._tree_items: dict[bytes, dict[bytes, tuple[int, bytes]]] = {}
        self._commits: dict[str, Commit] = {}
        self._heads: dict[str, str | None] = {}
        self._names: dict[str, list[str]] = {}
        self._advertised: dict[bytes, bytes] | None = None
        self.histories: dict[str, list[str]] = {}
        """Commit to all commits behind it; a memory of `history.history`."""
        self._loose: GitObjects = LooseObjects(path / "objects")
        self._repo = Repo(str(path))
        # dulwich tells ids and refs from other bytes by types of its own; here they are bytes.
        self._objects: Any = self._repo.object_store
        self._refs: Any = self._repo.refs

    @classmethod
    def create(cls, path: Path) -> GitRepo:
        """Make an empty bare repository whose default branch is ``main``."""
        Repo.init_bare(str(path), mkdir=True, default_branch=b"main").close()
        return cls(path)

    def close(self) -> None:
        """Let go of open files."""
        self._repo.close()

    # Objects

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

    # Revisions

    def head(self, ref: str) -> str | None:
        """Return the commit that a full ref such as ``refs/heads/main`` points to, None if there is no such ref."""
        if not is_ref_name(ref):
            return None
        with self._reading:
            if ref not in self._heads:
                if len(self._heads) >= _MAX_HEADS:
                    self._heads.clear()
                self._heads[ref] = self._read_head(ref)
            return self._heads[ref]

    def _read_head(self, ref: str) -> str | None:
        try:
            return self.peel(self._refs[ref.encode()]).decode()
        except (KeyError, ValueError, OSError):  # not there, or a name that git or the disk doesn't take
            return None

    def ref_of(self, revision: str) -> str | None:
        """Return the full ref that `revision` names (branch before tag), None for a commit or nothing."""
        if revision == "HEAD":  # what the JavaScript client asks for when it means the default branch
            return "refs/heads/main" if self.head("refs/heads/main") else None
        candidates = [revision] if revision.startswith("refs/") else [f"refs/heads/{revision}", f"refs/tags/{revision}"]
        return next((ref for ref in candidates if self.head(ref)), None)

    def resolve(self, revision: str) -> str:
        """Return the commit a client means: branch, tag, full ref, or a commit id of 5 to 40 characters.

        Raises
        ------
        HubProblem
            404 ``RevisionNotFound``.
        """
        if "\0" not in revision:
            ref = self.ref_of(revision)
            found = self.head(ref) if ref else self._commit_of(revision)
            if found:
                return found
        raise revision_not_found(revision)

    def _commit_of(self, text: str) -> str | None:
        if not _SHA.match(text):
            return None
        if text in self._commits:
            return text
        prefix = text.lower().encode()
        with self._reading:
            matches = [prefix] if len(prefix) == 40 else list(self._objects.iter_prefix(prefix))
            commits = [oid for oid in matches if self._is_commit(oid)]
        return commits[0].decode() if len(commits) == 1 else None

    def _is_commit(self, oid: bytes) -> bool:
        try:
            return isinstance(self.read(oid), Commit)
        except KeyError:
            return False

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

    def at_hand(self, revision: str) -> Commit | None:
        """Return the commit that `resolve` would find, if all it needs is in memory."""
        head = revision
        for ref in (f"refs/heads/{revision}", f"refs/tags/{revision}"):
            found = self._heads.get(ref, "")
            if found == "":
                return None  # never asked for
            if found is not None:
                head = found
                break
        return self._commits.get(head)

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

    def refs(self, prefix: str) -> dict[str, str]:
        """Return name to commit of every ref below `prefix`, e.g. ``refs/heads/``, sorted by name."""
        with self._reading:
            names = self._names.get(prefix)
            if names is None:
                listed = self._refs.keys(base=prefix.rstrip("/").encode())
                names = self._names[prefix] = [name.decode() for name in sorted(listed)]
            found = {name: self.head(prefix + name) for name in names}
        return {name: sha for name, sha in found.items() if sha}

    def raw_ref(self, ref: str) -> bytes | None:
        """Return what a ref points to, a tag object included; None if there is no such ref."""
        try:
            with self._reading:
                return self._refs[ref.encode()]
        except (KeyError, ValueError, OSError):
            return None

    def advertised_refs(self) -> dict[bytes, bytes]:
        """Return full name to object of every ref that can be read, ``HEAD`` too, from memory where possible."""
        with self._reading:
            if self._advertised is None:
                found = {ref.encode(): oid for ref, oid in self.raw_refs().items() if oid}
                main = found.get(b"refs/heads/main")
                self._advertised = {b"HEAD": main, **found} if main else found
            return self._advertised

    def raw_refs(self) -> dict[str, bytes]:
        """Return full name to object of every ref, read anew; one that can't be read has no bytes."""
        with self._reading:
            names = [name for name in self._refs.allkeys() if name.startswith(b"refs/")]
            found = {name.decode("utf-8", "replace"): self.raw_ref(name.decode("utf-8", "replace")) for name in names}
        return {name: oid or b"" for name, oid in found.items()}

    def forget_refs(self) -> None:
        """Read refs anew; somebody else has written them."""
        with self._reading:
            self._heads.clear()
            self._names.clear()
            self._advertised = None

    def set_ref(self, ref: str, sha: str) -> None:
        """Point a ref to a commit; the change is on the disk when this returns."""
        with self.writing, self._reading:
            if self.head(ref) is None:
                self._names.clear()
            self._heads.pop(ref, None)
            self._advertised = None
            self._refs.set_if_equals(ref.encode(), None, sha.encode())
        sync_folder((self.path / ref).parent)

    def remove_ref(self, ref: str) -> None:
        """Delete a ref."""
        with self.writing, self._reading:
            self._heads.pop(ref, None)
            self._names.clear()
            self._advertised = None
            self._refs.remove_if_equals(ref.encode(), None)

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
