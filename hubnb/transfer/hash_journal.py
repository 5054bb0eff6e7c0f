"""What files hashed to, so that a file nobody touched is not read again to be pushed again.

An entry counts only while size, times of modification and change, inode and device are the same, and only if
the file had been left alone for a moment before it was hashed: within one tick of the file system's clock a second
write leaves no trace. The time of change counts because tools set the other one: what `tar` unpacks or a
reproducible build writes has the same size, and the same time of modification, each time.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from .journal import Journal

_QUIET_BEFORE_HASH_NS = 100_000_000
_FORGET_AFTER_NS = 90 * 86_400 * 10**9
_TABLE = """
CREATE TABLE IF NOT EXISTS hashes (
    path TEXT PRIMARY KEY, device INTEGER, inode INTEGER, size INTEGER, mtime_ns INTEGER, ctime_ns INTEGER,
    hashed_at_ns INTEGER, algorithm TEXT, digest TEXT, sample BLOB
)"""


def hash_tables() -> list[tuple[str, tuple[object, ...]]]:
    """Give the statements that prepare a journal for hashes."""
    return [(_TABLE, ()), ("DELETE FROM hashes WHERE hashed_at_ns < ?", (time.time_ns() - _FORGET_AFTER_NS,))]


@dataclass(frozen=True)
class KnownHash:
    """What is known of a file's content without reading it."""

    algorithm: str
    """``sha256`` or ``git``."""
    digest: str
    sample: bytes
    """Its first bytes, which the Hub looks at to tell text from binary."""


class HashJournal:
    """One machine's memory of hashes."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def find(self, path: Path, stat: os.stat_result) -> KnownHash | None:
        """Give what `path` hashed to, if it is still the same file."""
        query = (
            "SELECT algorithm, digest, sample FROM hashes WHERE path = ? AND device = ? AND inode = ? AND size = ?"
            " AND mtime_ns = ? AND ctime_ns = ? AND hashed_at_ns - MAX(mtime_ns, ctime_ns) > ?"
        )
        values = (os.path.realpath(path), *_identity(stat), _QUIET_BEFORE_HASH_NS)
        rows = self._journal.run(query, values)
        return KnownHash(*rows[0]) if rows else None

    def remember(self, path: Path, stat: os.stat_result, known: KnownHash, hashed_at_ns: int) -> None:
        """Note what the file, as it was at `stat`, hashed to; `hashed_at_ns` is when the reading began."""
        row = (
            os.path.realpath(path), *_identity(stat), hashed_at_ns, known.algorithm, known.digest, known.sample,
        )  # fmt: skip
        self._journal.run("INSERT OR REPLACE INTO hashes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)

    def save(self) -> None:
        """Keep what was noted, also if this process is killed next."""
        self._journal.save()

    def remember_written(self, path: Path, sha256: str, sample: bytes) -> None:
        """Note what a file hashed to while the caller wrote it, and vouches that nobody else writes it."""
        stat = path.stat()
        quiet_ns = max(stat.st_mtime_ns, stat.st_ctime_ns) + _QUIET_BEFORE_HASH_NS + 1
        self.remember(path, stat, KnownHash("sha256", sha256, sample), quiet_ns)


def _identity(stat: os.stat_result) -> tuple[int, int, int, int, int]:
    # On Windows st_ctime is the time of creation, which changes nothing.
    return stat.st_dev, _signed(stat.st_ino), stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns


def _signed(inode: int) -> int:
    """SQLite's integers are signed; some file systems use all 64 bits of an inode."""
    return inode - (1 << 64) if inode >= 1 << 63 else inode
