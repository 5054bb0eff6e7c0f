"""Which repository holds which large file, and the removal of files that none holds.

Several processes may do this at once: the Hub, and `hubnb gc` beside it. They meet in the database only. Who is about
to remove a file writes its hash into the table ``doomed`` first, in one transaction with the look at who holds it;
nobody can link a doomed file. Who links a file looks at the file after the row is written; so either the remover sees
the row, or the linker sees that the file is gone.
"""

from __future__ import annotations

import sqlite3
import time
from typing import TYPE_CHECKING

from hubnb.server.wire import repo_not_found

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from hubnb.server.largefiles import LargeStore
    from hubnb.server.storage import Metadata

_BATCH = 500
_REMOVAL_S = 600.0
"""A removal that takes longer than this gives up what it has not removed yet."""
FRESH_S = 600.0
"""A link that is about to be used is made at most this old; see `Links.hold`."""
MIN_GRACE_S = 3600.0
"""What is younger than this may be part of a commit that is on its way."""


class Links:
    """The table of links between repositories and large files.

    Parameters
    ----------
    database, large
        Where links and files are.
    """

    def __init__(self, database: Metadata, large: LargeStore) -> None:
        self._database, self._large = database, large

    def add(self, repo_id: str, oid: str, size: int) -> bool:
        """Record that a repository holds a large file; return False if the file is not there, or going away.

        Raises
        ------
        HubProblem
            404 if the repository was deleted meanwhile.
        """
        now = time.time()
        try:
            with self._database.transaction() as transaction:
                transaction.execute("DELETE FROM doomed WHERE oid = ? AND until < ?", (oid, now))
                if transaction.execute("SELECT 1 FROM doomed WHERE oid = ?", (oid,)).fetchone():
                    return False
                transaction.execute("INSERT OR IGNORE INTO objects VALUES (?, ?, ?, ?)", (repo_id, oid, size, now))
        except sqlite3.IntegrityError:
            raise repo_not_found() from None
        if self._large.size(oid) == size:
            return True
        self._database.write("DELETE FROM objects WHERE repo_id = ? AND oid = ?", repo_id, oid)
        return False

    def has(self, repo_id: str, oid: str) -> bool:
        """Say whether a repository holds a large file; knowing a hash is not enough to read it."""
        ask = "SELECT size FROM objects WHERE repo_id = ? AND oid = ?"
        row = self._database.remember(("object", repo_id, oid), lambda: self._database.one(ask, repo_id, oid))
        return row is not None and self._large.seems_there(oid, row["size"])

    def is_remembered(self, repo_id: str, oid: str) -> bool:
        """Say whether `has` would answer without asking the database."""
        return self._database.remembers(("object", repo_id, oid))

    def hold(self, repo_id: str, oids: Collection[str]) -> list[str]:
        """Keep the links that a commit is about to use from being collected; return those that are not there."""
        now, missing = time.time(), []
        for batch in _batches(sorted(oids)):
            marks = ",".join("?" * len(batch))
            with self._database.transaction() as transaction:
                found = transaction.execute(
                    f"SELECT oid, created_at FROM objects WHERE repo_id = ? AND oid IN ({marks})",  # noqa: S608
                    (repo_id, *batch),
                ).fetchall()
                stale = [(now, repo_id, row["oid"]) for row in found if not now - FRESH_S < row["created_at"] <= now]
                transaction.executemany("UPDATE objects SET created_at = ? WHERE repo_id = ? AND oid = ?", stale)
            held = {row["oid"] for row in found}
            missing += [oid for oid in batch if oid not in held]
        return missing

    def drop(self, repo_id: str, oids: Iterable[str], *, before: float) -> list[str]:
        """Remove links of a repository that were not used since `before` (epoch, s); return which."""
        dropped: list[str] = []
        for batch in _batches(sorted(oids)):
            with self._database.transaction() as transaction:
                for oid in batch:
                    done = transaction.execute(
                        "DELETE FROM objects WHERE repo_id = ? AND oid = ? AND created_at < ?", (repo_id, oid, before)
                    )
                    dropped += [oid] if done.rowcount else []
        return dropped

    def remove_unlinked(self, oids: Iterable[str]) -> list[str]:
        """Delete those of the given files that no repository holds; return which."""
        removed: list[str] = []
        for batch in _batches(sorted(set(oids))):
            until = time.time() + _REMOVAL_S
            marks = ",".join("?" * len(batch))
            with self._database.transaction() as transaction:
                linked = transaction.execute(f"SELECT oid FROM objects WHERE oid IN ({marks})", batch)  # noqa: S608
                kept = {row["oid"] for row in linked}
                doomed = [oid for oid in batch if oid not in kept]
                transaction.executemany("INSERT OR REPLACE INTO doomed VALUES (?, ?)", [(oid, until) for oid in doomed])
            try:
                if time.time() < until:
                    self._large.remove(doomed)
            finally:
                with self._database.transaction() as transaction:
                    transaction.executemany("DELETE FROM doomed WHERE oid = ?", [(oid,) for oid in doomed])
            removed += doomed
        return removed


def _batches(oids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(oids), _BATCH):
        yield oids[start : start + _BATCH]
