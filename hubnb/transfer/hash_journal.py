"""What files hashed to, so that a file nobody touched is not read again to be pushed again.

An entry counts only while size, times of modification and change, inode and device are the same, and only if
the file had been left alone for a moment before it was hashed: within one tick of the file system's clock a second
write leaves no trace. The time of change counts because tools set the other one: what `tar` unpacks or a
reproducible build writes has the same size, and the same time of modification, each time.

The journal is a convenience: where it can't be read or written, files are hashed.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

logger = logging.getLogger(__name__)

_QUIET_BEFORE_HASH_NS = 100_000_000
_FORGET_AFTER_NS = 90 * 86_400 * 10**9
_SCHEMA = """
CREATE TABLE IF NOT EXISTS hashes (
    path TEXT PRIMARY KEY, device INTEGER, inode INTEGER, size INTEGER, mtime_ns INTEGER, ctime_ns INTEGER,
    hashed_at_ns INTEGER, algorithm TEXT, digest TEXT, sample BLOB
)"""


@dataclass(frozen=True)
class KnownHash:
    """What is known of a file's content without reading it."""

    algorithm: str
    """``sha256`` or ``git``."""
    digest: str
    sample: bytes
    """Its first bytes, which the Hub looks at to tell text from binary."""


class HashJournal:
    """One machine's memory of hashes; safe to use from several threads and processes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._database: sqlite3.Connection | None = None
        self._broken = False

    def find(self, path: Path, stat: os.stat_result) -> KnownHash | None:
        """Give what `path` hashed to, if it is still the same file."""
        query = (
            "SELECT algorithm, digest, sample FROM hashes WHERE path = ? AND device = ? AND inode = ? AND size = ?"
            " AND mtime_ns = ? AND ctime_ns = ? AND hashed_at_ns - MAX(mtime_ns, ctime_ns) > ?"
        )
        rows = self._run(query, (os.path.realpath(path), *_identity(stat), _QUIET_BEFORE_HASH_NS))
        return KnownHash(*rows[0]) if rows else None

    def remember(self, path: Path, stat: os.stat_result, known: KnownHash, hashed_at_ns: int) -> None:
        """Note what the file, as it was at `stat`, hashed to; `hashed_at_ns` is when the reading began."""
        row = (
            os.path.realpath(path), *_identity(stat), hashed_at_ns, known.algorithm, known.digest, known.sample,
        )  # fmt: skip
        self._run("INSERT OR REPLACE INTO hashes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)

    def save(self) -> None:
        """Make what was noted last."""
        with self._lock:
            try:
                if self._database is not None:
                    self._database.commit()
            except sqlite3.Error as error:
                self._give_up(error)

    def close(self) -> None:
        """Save, and let go of the file."""
        self.save()
        with self._lock:
            if self._database is not None:
                self._database.close()
                self._database = None

    def _run(self, statement: str, values: tuple[object, ...]) -> list[tuple[str, str, bytes]]:
        with self._lock:
            if self._broken:
                return []
            try:
                return self._open().execute(statement, values).fetchall()
            except (sqlite3.Error, OSError) as error:
                self._give_up(error)
                return []

    def _open(self) -> sqlite3.Connection:
        if self._database is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # Another process that writes holds it for milliseconds; waiting longer than hashing takes is no help.
            self._database = sqlite3.connect(self._path, timeout=2.0, check_same_thread=False)
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = NORMAL")
            self._database.execute(_SCHEMA)
            self._database.execute("DELETE FROM hashes WHERE hashed_at_ns < ?", (time.time_ns() - _FORGET_AFTER_NS,))
        return self._database

    def _give_up(self, error: Exception) -> None:
        logger.debug("The journal of hashes %s is of no use (%s); files are hashed anew.", self._path, error)
        self._broken = True


def _identity(stat: os.stat_result) -> tuple[int, int, int, int, int]:
    # On Windows st_ctime is the time of creation, which changes nothing.
    return stat.st_dev, _signed(stat.st_ino), stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns


def _signed(inode: int) -> int:
    """SQLite's integers are signed; some file systems use all 64 bits of an inode."""
    return inode - (1 << 64) if inode >= 1 << 63 else inode
