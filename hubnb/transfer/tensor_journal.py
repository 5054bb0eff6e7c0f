"""Checksums of the tensors of files that were pushed, so that a later plan can say which of them changed.

Kept by the file's sha-256: what the Hub has under that hash has these tensors.
"""

from __future__ import annotations

import json
import time
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .journal import Journal

_FORGET_AFTER_S = 180 * 86_400
_TABLE = "CREATE TABLE IF NOT EXISTS tensors (sha256 TEXT PRIMARY KEY, checksums BLOB, noted_at_s INTEGER)"


def tensor_tables() -> list[tuple[str, tuple[object, ...]]]:
    """Give the statements that prepare a journal for tensors."""
    return [(_TABLE, ()), ("DELETE FROM tensors WHERE noted_at_s < ?", (int(time.time()) - _FORGET_AFTER_S,))]


class TensorJournal:
    """One machine's memory of tensors."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def find(self, sha256: str) -> dict[str, int] | None:
        """Give the checksums of a file's tensors, by name."""
        rows = self._journal.run("SELECT checksums FROM tensors WHERE sha256 = ?", (sha256,))
        try:
            return json.loads(zlib.decompress(rows[0][0])) if rows else None
        except (ValueError, TypeError, zlib.error):
            return None

    def remember(self, sha256: str, checksums: Mapping[str, int]) -> None:
        """Note the checksums of a file's tensors."""
        if checksums:
            packed = zlib.compress(json.dumps(dict(checksums)).encode())
            values = (sha256, packed, int(time.time()))
            self._journal.run("INSERT OR REPLACE INTO tensors VALUES (?, ?, ?)", values)
