"""The flat view of a tree that the Hub serves."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from stat import S_ISDIR
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hubnb.server.pointers import Pointer

DIRECTORY_MODE = 0o040000


@dataclass(frozen=True)
class Entry:
    """A file or folder of a revision."""

    path: str
    """From the root of the repository."""
    oid: str
    """sha-1 of the git object: of the pointer, for a large file."""
    mode: int
    size: int = 0
    """Real size in bytes; 0 for a folder."""
    pointer: Pointer | None = None
    pointer_size: int = 0

    @property
    def is_folder(self) -> bool:
        """Say whether this is a folder."""
        return S_ISDIR(self.mode)


class Snapshot:
    """All entries of one tree.

    Parameters
    ----------
    entries
        What the tree holds, in git's order: folders before what they hold.
    """

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._entries = {entry.path: entry for entry in entries}
        self._is_ordered = True
        self._endings = Counter(_ending(entry.path) for entry in self._entries.values() if not entry.is_folder)

    def changed(self, gone: Iterable[str], new: Iterable[Entry]) -> Snapshot:
        """Return the snapshot of a tree that differs in a few places; what they have in common is shared.

        Parameters
        ----------
        gone
            Paths that are there no longer.
        new
            Entries that are new or differ.
        """
        found = Snapshot()
        found._entries, found._endings = dict(self._entries), Counter(self._endings)
        found._is_ordered = self._is_ordered
        for path in gone:
            found._put(path, None)
        for entry in new:
            found._put(entry.path, entry)
        return found

    def _put(self, path: str, entry: Entry | None) -> None:
        old = self._entries.get(path)
        if old is not None and not old.is_folder:
            self._endings[_ending(path)] -= 1
        if entry is None:
            self._entries.pop(path, None)
            return
        self._is_ordered = self._is_ordered and old is not None and old.is_folder == entry.is_folder
        self._entries[path] = entry
        if not entry.is_folder:
            self._endings[_ending(path)] += 1

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def endings(self) -> set[str]:
        """What files' names have after their last dot."""
        return {ending for ending, count in self._endings.items() if count > 0}

    def get(self, path: str) -> Entry | None:
        """Return the file or folder at `path`."""
        return self._entries.get(path)

    @cached_property
    def entries(self) -> list[Entry]:
        """All entries in git's order, folders before what they hold."""
        found = list(self._entries.values())
        if not self._is_ordered:
            found.sort(key=_git_order)  # nearly in order, which makes it cheap
        return found

    @cached_property
    def files(self) -> list[Entry]:
        """Only the files."""
        return [entry for entry in self.entries if not entry.is_folder]

    @cached_property
    def _children(self) -> dict[str, list[Entry]]:
        children: dict[str, list[Entry]] = {}
        for entry in self.entries:
            children.setdefault(entry.path.rpartition("/")[0], []).append(entry)
        return children

    def file(self, path: str) -> Entry | None:
        """Return the file at `path`, None if there is none or it is a folder."""
        entry = self._entries.get(path)
        return entry if entry is not None and not entry.is_folder else None

    def folder(self, path: str) -> Entry | None:
        """Return the folder at `path`."""
        entry = self._entries.get(path)
        return entry if entry is not None and entry.is_folder else None

    def under(self, path: str, *, recursive: bool) -> list[Entry]:
        """Return what lies in the folder `path` (``""`` is the root)."""
        if not recursive:
            return self._children.get(path, [])
        if not path:
            return self.entries
        return [entry for entry in self.entries if entry.path.startswith(f"{path}/")]


def _ending(path: str) -> str:
    _, dot, ending = path.rpartition("/")[2].rpartition(".")
    return ending if dot else ""


def _git_order(entry: Entry) -> bytes:
    """Return what git sorts by: a folder as if its name ended in a slash."""
    return (f"{entry.path}/" if entry.is_folder else entry.path).encode("utf-8", "replace")
