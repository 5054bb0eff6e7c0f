"""One bare git repository on disk: its refs, and by `hubnb.server.gitobjects` what they lead to."""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING, Any

from dulwich.objects import Commit
from dulwich.repo import Repo

from hubnb.server.gitobjects import Objects
from hubnb.server.largefiles import sync_folder
from hubnb.server.names import is_ref_name
from hubnb.server.wire import revision_not_found

if TYPE_CHECKING:
    from pathlib import Path

_SHA = re.compile(r"^[0-9a-fA-F]{5,40}\Z")
_MAX_HEADS = 50_000

SWEPT = ("*.lock", "refs/**/*.lock", "objects/tmp_obj_*", "objects/tmp_pack_*", "objects/pack/tmp_*")
"""What a killed process leaves in a repository: locks and half objects."""


def sweep_locks(path: Path) -> None:
    """Remove what a killed process left in a repository; call it before anybody writes."""
    for found in [found for pattern in SWEPT for found in path.glob(pattern)]:
        found.unlink(missing_ok=True)


class GitRepo(Objects):
    """A bare repository; reading is safe from any thread, writing happens under `writing`.

    Parameters
    ----------
    path
        Its folder. Only one of these may have it open for writing.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.writing = threading.RLock()
        """Held while refs change."""
        self._refs: Any = self._repo.refs
        self._heads: dict[str, str | None] = {}
        self._names: dict[str, list[str]] = {}
        self._advertised: dict[bytes, bytes] | None = None
        self.histories: dict[str, list[str]] = {}
        """Commit to all commits behind it; a memory of `history.history`."""

    @classmethod
    def create(cls, path: Path) -> GitRepo:
        """Make an empty bare repository whose default branch is ``main``."""
        Repo.init_bare(str(path), mkdir=True, default_branch=b"main").close()
        return cls(path)

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
