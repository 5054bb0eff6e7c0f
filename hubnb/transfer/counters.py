"""The numbers of one transfer: bytes and files, counted by many threads."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from .progress import MAX_FILES_IN_SNAPSHOT, FileProgress

FileState = Literal["waiting", "hashing", "running", "done", "skipped", "failed"]
_ORDER: dict[FileState, int] = {
    "running": 0,
    "hashing": 1,
    "failed": 2,
    "waiting": 3,
    "done": 4,
    "skipped": 5,
}


@dataclass(slots=True)
class FileCounter:
    """One file's numbers; change them through `Counters` only."""

    path: str
    size: int
    sha256: str | None = None
    done: int = 0
    kept: int = 0
    state: FileState = "waiting"


class Counters:
    """All files of one transfer.

    A count per megabyte keeps the lock cold; totals are kept as running sums, so a snapshot of 100,000
    files costs as much as one of ten.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._files: dict[str, FileCounter] = {}
        self._active: dict[str, FileCounter] = {}
        self._bytes_total = self._bytes_done = self._bytes_moved = self._bytes_skipped = self._bytes_hashed = 0
        self._files_done = 0

    def add(self, path: str, size: int, sha256: str | None = None) -> None:
        """Announce a file of `size` bytes."""
        with self._lock:
            self._files[path] = FileCounter(path, size, sha256)
            self._bytes_total += size

    def begin(self, path: str, state: FileState = "running") -> None:
        """Say what happens to a file now."""
        with self._lock:
            file = self._files[path]
            file.state = state
            self._active[path] = file

    def name_hash(self, path: str, sha256: str) -> None:
        """Remember a file's sha-256 for views."""
        with self._lock:
            self._files[path].sha256 = sha256

    def hashed(self, count: int) -> None:
        """Count bytes read for hashing."""
        with self._lock:
            self._bytes_hashed += count

    def moved(self, path: str, count: int) -> None:
        """Count bytes that crossed the network and are in place."""
        with self._lock:
            self._files[path].done += count
            self._bytes_done += count
            self._bytes_moved += count

    def kept(self, path: str, count: int) -> None:
        """Count bytes that need not travel."""
        with self._lock:
            file = self._files[path]
            file.done += count
            file.kept += count
            self._bytes_done += count
            self._bytes_skipped += count

    def lost(self, path: str, count: int) -> None:
        """Take back bytes that have to travel again; they still crossed the network once."""
        with self._lock:
            self._files[path].done -= count
            self._bytes_done -= count

    def end(self, path: str, state: Literal["done", "skipped", "failed"]) -> None:
        """Say how a file ended; a skipped one counts as there, whole."""
        with self._lock:
            file = self._files[path]
            if file.state in ("done", "skipped"):
                return
            file.state = state
            self._active.pop(path, None)
            rest = file.size - file.done
            if state != "failed":
                self._files_done += 1
                file.done = file.size
                self._bytes_done += rest
                self._bytes_skipped += rest

    def totals(self) -> dict[str, int]:
        """Give the sums, under the names `TransferSnapshot` gives them."""
        with self._lock:
            return {
                "files_total": len(self._files),
                "files_done": self._files_done,
                "bytes_total": self._bytes_total,
                "bytes_done": self._bytes_done,
                "bytes_moved": self._bytes_moved,
                "bytes_skipped": self._bytes_skipped,
                "bytes_hashed": self._bytes_hashed,
            }

    def page(self, start: int, count: int) -> list[FileProgress]:
        """Give `count` files from `start` on, in the order they were announced."""
        with self._lock:
            files = islice(self._files.values(), start, start + count)
            return [FileProgress(f.path, f.size, f.done, f.state, f.sha256) for f in files]

    def rows(self) -> tuple[FileProgress, ...]:
        """Give the files a view shows first; at most `MAX_FILES_IN_SNAPSHOT`."""
        with self._lock:
            chosen = dict(self._active)
            for path, file in self._files.items():
                if len(chosen) >= MAX_FILES_IN_SNAPSHOT:
                    break
                chosen.setdefault(path, file)
            files = sorted(chosen.values(), key=lambda file: _ORDER[file.state])[:MAX_FILES_IN_SNAPSHOT]
            return tuple(FileProgress(f.path, f.size, f.done, f.state, f.sha256) for f in files)
