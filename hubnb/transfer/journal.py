"""A small database of what earlier transfers found out, shared by all processes of this machine.

It is a convenience: where it can't be read or written, everything works as if nothing were known.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

logger = logging.getLogger(__name__)

# Another process that writes holds it for milliseconds; waiting longer than finding out anew takes is no help.
_PATIENCE_S = 2.0


class Journal:
    """One SQLite file; safe to use from several threads and processes.

    Parameters
    ----------
    schema
        Statements that make the tables, and throw out what is too old to be of use.
    """

    def __init__(self, path: Path, schema: Iterable[tuple[str, tuple[object, ...]]]) -> None:
        self._path = path
        self._schema = list(schema)
        self._lock = threading.Lock()
        self._database: sqlite3.Connection | None = None
        self._broken = False

    def run(self, statement: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        """Run one statement; gives its rows, or none where the file is of no use."""
        with self._lock:
            if self._broken:
                return []
            try:
                return self._open().execute(statement, values).fetchall()
            except (sqlite3.Error, OSError) as error:
                self._give_up(error)
                return []

    def save(self) -> None:
        """Make what was written last, also if this process is killed next."""
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

    def _open(self) -> sqlite3.Connection:
        if self._database is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(self._path, timeout=_PATIENCE_S, check_same_thread=False)
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = NORMAL")
            for statement, values in self._schema:
                self._database.execute(statement, values)
            self._database.commit()
        return self._database

    def _give_up(self, error: Exception) -> None:
        logger.debug("The journal %s is of no use (%s); what it may know is found out anew.", self._path, error)
        self._broken = True
