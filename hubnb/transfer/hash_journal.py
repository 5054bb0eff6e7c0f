"""What files hashed to, so that a file nobody touched is not read again to be pushed again.

An entry counts only while size, times of modification and change, inode and device are the same, and only if
the file had been left alone for a moment before it was hashed: within one tick of the file system's clock a second
write leaves no trace. The time of change counts because tools set the other one: what `tar` unpacks or a
reproducible build writes has the same size, and the same time of modification, each time.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Literal, NamedTuple

from .content import FileIdentity

if TYPE_CHECKING:
    from pathlib import Path

    from .journal import Journal

_QUIET_BEFORE_HASH_NS = 100_000_000
_FORGET_AFTER_NS = 90 * 86_400 * 10**9
_TABLE = """
CREATE TABLE IF NOT EXISTS file_hashes (
    path TEXT PRIMARY KEY, device INTEGER, inode INTEGER, size INTEGER, modified_ns INTEGER, changed_ns INTEGER,
    hashed_at_ns INTEGER, sha256 TEXT, git TEXT, sample BLOB
)"""
Algorithm = Literal["sha256", "git"]


def hash_tables() -> list[tuple[str, tuple[object, ...]]]:
    """Give the statements that prepare a journal for hashes."""
    return [(_TABLE, ()), ("DELETE FROM file_hashes WHERE hashed_at_ns < ?", (time.time_ns() - _FORGET_AFTER_NS,))]


class KnownHashes(NamedTuple):
    """What is known of a file's content without reading it."""

    sha256: str | None
    git: str | None
    sample: bytes
    """Its first bytes, which the Hub looks at to tell text from binary."""

    def digest(self, algorithm: Algorithm) -> str | None:
        """Give one of the hashes, None if it is not known."""
        return self.sha256 if algorithm == "sha256" else self.git


class HashJournal:
    """One machine's memory of hashes."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def find(self, path: str | Path, identity: FileIdentity) -> KnownHashes | None:
        """Give what `path` hashed to, if it is still the same file."""
        query = (
            "SELECT sha256, git, sample FROM file_hashes WHERE path = ? AND device = ? AND inode = ? AND size = ?"
            " AND modified_ns = ? AND changed_ns = ? AND hashed_at_ns - MAX(modified_ns, changed_ns) > ?"
        )
        rows = self._journal.run(query, (_name(path), *_signed(identity), _QUIET_BEFORE_HASH_NS))
        return KnownHashes(*rows[0]) if rows else None

    def remember(self, path: str | Path, identity: FileIdentity, known: KnownHashes, hashed_at_ns: int) -> None:
        """Note what the file, as it was at `identity`, hashed to; `hashed_at_ns` is when the reading began."""
        row = (_name(path), *_signed(identity), hashed_at_ns, *known)
        self._journal.run("INSERT OR REPLACE INTO file_hashes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)

    def remember_written(self, path: Path, sha256: str, sample: bytes) -> None:
        """Note what a file hashed to while the caller wrote it, and vouches that nobody else writes it."""
        identity = FileIdentity.of(path.stat())
        quiet_ns = max(identity.modified_ns, identity.changed_ns) + _QUIET_BEFORE_HASH_NS + 1
        self.remember(path, identity, KnownHashes(sha256, None, sample), quiet_ns)

    def save(self) -> None:
        """Keep what was noted, also if this process is killed next."""
        self._journal.save()


def _name(path: str | Path) -> str:
    """Give the path that a file is remembered by; a link's own, so that what it points at is not looked up twice."""
    return os.path.abspath(path)  # noqa: PTH100 - a Path costs more than the file


def _signed(identity: FileIdentity) -> FileIdentity:
    """SQLite's integers are signed; some file systems use all 64 bits of an inode."""
    return identity if identity.inode < 1 << 63 else identity._replace(inode=identity.inode - (1 << 64))
