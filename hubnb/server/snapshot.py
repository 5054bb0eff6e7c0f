"""The flat view of a tree that the Hub serves."""

from __future__ import annotations

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
    """All entries of one tree, in git's order, folders before what they hold."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = {entry.path: entry for entry in entries}

    @cached_property
    def files(self) -> list[Entry]:
        """Only the files."""
        return [entry for entry in self.entries.values() if not entry.is_folder]

    @cached_property
    def _children(self) -> dict[str, list[Entry]]:
        children: dict[str, list[Entry]] = {}
        for entry in self.entries.values():
            children.setdefault(entry.path.rpartition("/")[0], []).append(entry)
        return children

    def file(self, path: str) -> Entry | None:
        """Return the file at `path`, None if there is none or it is a folder."""
        entry = self.entries.get(path)
        return entry if entry is not None and not entry.is_folder else None

    def folder(self, path: str) -> Entry | None:
        """Return the folder at `path`."""
        entry = self.entries.get(path)
        return entry if entry is not None and entry.is_folder else None

    def under(self, path: str, *, recursive: bool) -> list[Entry]:
        """Return what lies in the folder `path` (``""`` is the root)."""
        if not recursive:
            return self._children.get(path, [])
        if not path:
            return list(self.entries.values())
        return [entry for name, entry in self.entries.items() if name.startswith(f"{path}/")]
