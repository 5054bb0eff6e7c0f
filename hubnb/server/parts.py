"""Uploads that arrive in parts: parts land at their offset in one file and may come in any order, or again."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from hubnb.server.assembly import Assembly

if TYPE_CHECKING:
    from pathlib import Path

_KEEP_S = 7 * 24 * 3600
_MOST_REMEMBERED = 256


class Parts:
    """The folder of unfinished uploads.

    An upload's identity follows from repository, hash and size, so a client that starts over finds the parts that
    already arrived. Unfinished uploads stay a week.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._assemblies: dict[str, Assembly] = {}

    def sweep(self, older_than_s: float = _KEEP_S) -> list[str]:
        """Remove uploads in which nothing happened for long; return their names."""
        removed: list[str] = []
        self._folder.mkdir(parents=True, exist_ok=True)
        for upload in self._folder.iterdir():
            with suppress(OSError):
                if upload.stat().st_mtime < time.time() - older_than_s:
                    shutil.rmtree(upload)
                    removed.append(upload.name)
        return removed

    def old(self, older_than_s: float) -> list[str]:
        """Return what `sweep` would remove."""
        before = time.time() - older_than_s
        return [path.name for path in _entries(self._folder) if path.stat().st_mtime < before]

    @staticmethod
    def upload_id(repo_id: str, oid: str, size: int, part_bytes: int) -> str:
        """Return the identity of an upload."""
        return hashlib.sha256(f"{repo_id} {oid} {size} {part_bytes}".encode()).hexdigest()[:40]

    def begin(self, upload_id: str) -> Path:
        """Return the file into which the parts go."""
        folder = self._folder / upload_id
        folder.mkdir(exist_ok=True)
        path = folder / "data"
        path.touch()
        return path

    def assembly(self, upload_id: str, size: int, part_bytes: int) -> Assembly:
        """Return where the parts of an upload come together; it begins if it has not."""
        with self._lock:
            path = self.begin(upload_id)
            found = self._assemblies.pop(upload_id, None)
            if found is None or found.inode != path.stat().st_ino:
                there = (int(record.stem) for record in path.parent.glob("*.json") if record.stem.isdecimal())
                found = Assembly(path, size, part_bytes, there)
            self._assemblies[upload_id] = found  # the last one used is the last one to be forgotten
            if len(self._assemblies) > _MOST_REMEMBERED:
                idle = [name for name, other in self._assemblies.items() if other.idle and other is not found]
                for name in idle[: _MOST_REMEMBERED // 2]:
                    del self._assemblies[name]
            return found

    def data(self, upload_id: str) -> Path | None:
        """Return the file of an upload that has begun."""
        path = self._folder / upload_id / "data"
        return path if path.exists() else None

    def finish_part(self, upload_id: str, number: int, etag: str) -> None:
        """Record that a part is complete."""
        record = self._folder / upload_id / f"{number}.json"
        temporary = record.with_suffix(f".{os.getpid()}.{time.monotonic_ns()}.tmp")
        temporary.write_text(json.dumps({"etag": etag}), encoding="utf-8")
        temporary.replace(record)

    def etag(self, upload_id: str, number: int) -> str | None:
        """Return the tag of a part that arrived, without quotes."""
        try:
            return json.loads((self._folder / upload_id / f"{number}.json").read_text(encoding="utf-8"))["etag"]
        except (OSError, ValueError, KeyError):
            return None

    def drop(self, upload_id: str) -> None:
        """Forget an upload."""
        with self._lock:
            self._assemblies.pop(upload_id, None)
        shutil.rmtree(self._folder / upload_id, ignore_errors=True)


def _entries(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []
