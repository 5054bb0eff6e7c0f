"""The files of one commit, as the view gets them: a hundred thousand in one message, and a choice of them in bits.

Paths travel as one compressed text, sizes as 64-bit floats, facts as one byte each; a file is then known by its
index, and a selection is one bit a file, in both directions.
"""

from __future__ import annotations

import array
import base64
import os
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..client.errors import HFValidationError
from ..transfer.pull import RemoteFile
from .browse_answers import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ..cache.layout import RepoCache
    from ..client.tree import RepoFile

LFS, CACHED = 1, 2


@dataclass
class Files:
    """The files of one commit, in the order the Hub lists them."""

    commit: str
    files: list[RemoteFile] = field(default_factory=list[RemoteFile])
    facts: bytearray = field(default_factory=bytearray)
    index_of: dict[str, int] = field(default_factory=dict[str, int])

    def add(self, path: str, size: int, etag: str, facts: int) -> None:
        """Add one file."""
        self.index_of[path] = len(self.files)
        self.files.append(RemoteFile(path, size, etag))
        self.facts.append(facts)

    @property
    def total_bytes(self) -> int:
        """Size of all."""
        return sum(file.size for file in self.files)

    def message(self, *, whole: bool = True) -> Answer:
        """Put them into a message: ``[paths, sizes, facts]`` beside the counts."""
        # a path can hold anything but a zero byte
        paths = zlib.compress("\0".join(file.path for file in self.files).encode("utf-8", "surrogatepass"), 1)
        sizes = array.array("d", [file.size for file in self.files]).tobytes()
        return Answer(
            {"commit": self.commit, "count": len(self.files), "whole": whole}, [paths, sizes, bytes(self.facts)]
        )

    def bits_of(self, paths: Iterable[str]) -> str:
        """Say which files are chosen; paths that are not here are left out."""
        bits = bytearray((len(self.files) + 7) // 8)
        for path in paths:
            index = self.index_of.get(path)
            if index is not None:
                bits[index >> 3] |= 1 << (index & 7)
        return base64.b64encode(bytes(bits)).decode()

    def paths_of(self, bits: str) -> tuple[str, ...]:
        """Give the paths that are chosen."""
        chosen = base64.b64decode(bits)
        if len(chosen) != (len(self.files) + 7) // 8:
            msg = "This selection belongs to another list of files. Choose again."
            raise HFValidationError(msg)
        return tuple(file.path for index, file in enumerate(self.files) if chosen[index >> 3] >> (index & 7) & 1)


def files_of_hub(
    commit: str, entries: Iterable[Any], cache: RepoCache, tell: Callable[[Files], object], first: int = 1000
) -> Files:
    """Read the Hub's list; `tell` gets the first files of a long one while the rest is on its way."""
    found = Files(commit)
    blobs, here = _blobs(cache), cached_paths(cache, commit)
    for entry in entries:
        if not hasattr(entry, "size"):
            continue  # a folder: the paths say it
        file: RepoFile = entry
        is_here = file.path in here or file.etag in blobs
        found.add(file.path, file.size, file.etag, (LFS if file.lfs else 0) | (CACHED if is_here else 0))
        if len(found.files) == first:
            tell(found)
    return found


def files_of_cache(commit: str, cache: RepoCache) -> Files:
    """List what the cache has of a commit."""
    found = Files(commit)
    root = cache.snapshot(commit)
    for path in sorted(cached_paths(cache, commit)):
        target = root / path
        try:
            size = target.stat().st_size
        except OSError:
            continue  # a link to nowhere
        etag = target.resolve().name
        found.add(path, size, etag, (LFS if len(etag) == 64 else 0) | CACHED)
    return found


def cached_paths(cache: RepoCache, commit: str) -> set[str]:
    """Paths of the files that the cache has of a commit."""
    root = str(cache.snapshot(commit))
    found: set[str] = set()
    for folder, _, names in os.walk(root):
        inside = folder[len(root) + 1 :].replace(os.sep, "/")
        found.update(f"{inside}/{name}" if inside else name for name in names)
    return found


def patterns_of(chosen: Sequence[str], most: int) -> list[str] | None:
    """Give globs that match exactly the chosen files, or None if that takes more than `most`."""
    if len(chosen) > most:
        return None
    return ["".join(f"[{letter}]" if letter in "*?[" else letter for letter in path) for path in chosen]


def _blobs(cache: RepoCache) -> set[str]:
    try:
        return {name for name in os.listdir(cache.blobs) if not name.endswith(".incomplete")}  # noqa: PTH208 - names only
    except OSError:
        return set()
