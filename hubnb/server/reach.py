"""What the refs of a repository lead to: every commit, folder and file, each visited once."""

from __future__ import annotations

import hashlib
import zlib
from stat import S_ISDIR
from typing import TYPE_CHECKING, NamedTuple

from dulwich.errors import ObjectFormatException
from dulwich.objects import Commit, Tag, Tree

from hubnb.server.gitobjects import SUBMODULE_MODE
from hubnb.server.pointers import MAX_POINTER_BYTES, Pointer, read_pointer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dulwich.objects import ShaFile

    from hubnb.server.gitrepo import GitRepo


class Damage(NamedTuple):
    """An object that is missing, or not what its name says."""

    ref: str
    """A ref that leads to it."""
    oid: str
    what: str


class Found(NamedTuple):
    """A pointer to a large file."""

    ref: str
    pointer: Pointer
    at_tip: bool
    """Whether the newest commit of a ref has it, not only the history."""


class Walk:
    """A walk over all that refs lead to.

    Parameters
    ----------
    git
        The repository.
    check
        Whether to compute the hash of every object.
    """

    def __init__(self, git: GitRepo, *, check: bool) -> None:
        self._git, self._check = git, check
        self._seen: set[bytes] = set()
        self.damages: list[Damage] = []
        self.objects = 0

    def pointers(self) -> Iterator[Found]:
        """Yield every pointer to a large file once, those in the newest commit of a ref first; note damages."""
        parents: list[tuple[str, bytes]] = []
        for ref, oid in sorted(self._git.raw_refs().items()):
            commit = self._peeled(ref, oid)
            if commit is not None:
                parents += [(ref, parent) for parent in commit.parents]
                for pointer in self._tree(ref, commit.tree):
                    yield Found(ref, pointer, at_tip=True)
        while parents:
            ref, oid = parents.pop()
            if oid not in self._seen:
                commit = self._peeled(ref, oid)
                if commit is not None:
                    parents += [(ref, parent) for parent in commit.parents]
                    for pointer in self._tree(ref, commit.tree):
                        yield Found(ref, pointer, at_tip=False)

    def _peeled(self, ref: str, oid: bytes) -> Commit | None:
        self._seen.add(oid)
        item = self._read(ref, oid)
        while isinstance(item, Tag):
            self._seen.add(item.object[1])
            item = self._read(ref, item.object[1])
        if isinstance(item, Commit):
            return item
        if item is not None:
            self.damages.append(Damage(ref, oid.decode(), "is no commit"))
        return None

    def _tree(self, ref: str, tree: bytes) -> Iterator[Pointer]:
        waiting = [tree]
        while waiting:
            oid = waiting.pop()
            if oid in self._seen:
                continue
            self._seen.add(oid)
            item = self._read(ref, oid)
            if not isinstance(item, Tree):
                if item is not None:
                    self.damages.append(Damage(ref, oid.decode(), "is no folder"))
                continue
            for _, mode, child in item.iteritems():
                if S_ISDIR(mode):
                    waiting.append(child)
                elif mode != SUBMODULE_MODE and child not in self._seen:
                    self._seen.add(child)
                    pointer = self._file(ref, child)
                    if pointer is not None:
                        yield pointer

    def _file(self, ref: str, oid: bytes) -> Pointer | None:
        self.objects += 1
        try:
            if not self._check:
                return self._git.blob_facts(oid)[1]
            content = self._git.blob(oid.decode())
        except KeyError:
            self.damages.append(Damage(ref, oid.decode(), "is missing"))
        except (OSError, ValueError, IndexError, zlib.error) as error:
            self.damages.append(Damage(ref, oid.decode(), f"can't be read ({error})"))
        else:
            if _hash(b"blob", content) != oid:
                self.damages.append(Damage(ref, oid.decode(), "has changed on the disk"))
            return read_pointer(content) if len(content) < MAX_POINTER_BYTES else None
        return None

    def _read(self, ref: str, oid: bytes) -> ShaFile | None:
        self.objects += 1
        try:
            item = self._git.read(oid)
            if self._check and _hash(item.type_name, item.as_raw_string()) != oid:
                self.damages.append(Damage(ref, oid.decode(), "has changed on the disk"))
                return None
        except KeyError:
            self.damages.append(Damage(ref, oid.decode(), "is missing"))
        except (OSError, ValueError, IndexError, AssertionError, zlib.error, ObjectFormatException) as error:
            self.damages.append(Damage(ref, oid.decode(), f"can't be read ({error or type(error).__name__})"))
        else:
            return item
        return None


def _hash(kind: bytes, content: bytes) -> bytes:
    digest = hashlib.sha1(b"%b %d\0" % (kind, len(content)), usedforsecurity=False)
    digest.update(content)
    return digest.hexdigest().encode()
