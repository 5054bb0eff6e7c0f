"""Who and what there is: accounts, tokens, repositories and their links to large files, in SQLite.

Git refs on disk, not this file, say where a branch stands; a row that describes the head of a branch carries the
commit it was computed from, so it heals by itself after a crash between the two.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from hubnb.server.wire import read_only

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator
    from pathlib import Path

SCHEMA_VERSION = 5
_MAX_REMEMBERED = 20_000
_T = TypeVar("_T")

_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE accounts (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL COLLATE NOCASE UNIQUE,
    fullname TEXT NOT NULL, email TEXT, private_by_default INTEGER NOT NULL DEFAULT 0, created_at REAL NOT NULL);
CREATE TABLE members (
    organization_id TEXT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
    user_id TEXT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
    role TEXT NOT NULL, PRIMARY KEY (organization_id, user_id));
CREATE TABLE tokens (
    hash TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
    name TEXT NOT NULL, role TEXT NOT NULL, created_at REAL NOT NULL, expires_at REAL);
CREATE TABLE refresh_tokens (
    hash TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE);
CREATE TABLE repos (
    id TEXT PRIMARY KEY, type TEXT NOT NULL, namespace TEXT NOT NULL COLLATE NOCASE,
    name TEXT NOT NULL COLLATE NOCASE, private INTEGER NOT NULL, gated TEXT, sdk TEXT, created_by TEXT,
    created_at REAL NOT NULL, modified_at REAL NOT NULL, downloads INTEGER NOT NULL DEFAULT 0,
    likes INTEGER NOT NULL DEFAULT 0, settings TEXT NOT NULL DEFAULT '{}',
    described_sha TEXT, description TEXT, UNIQUE (type, namespace, name));
CREATE TABLE repo_tags (
    repo_id TEXT NOT NULL REFERENCES repos(id) ON DELETE CASCADE, tag TEXT NOT NULL COLLATE NOCASE,
    PRIMARY KEY (repo_id, tag)) WITHOUT ROWID;
CREATE INDEX repo_tags_by_tag ON repo_tags(tag, repo_id);
CREATE TABLE renames (
    type TEXT NOT NULL, namespace TEXT NOT NULL COLLATE NOCASE, name TEXT NOT NULL COLLATE NOCASE,
    repo_id TEXT NOT NULL REFERENCES repos(id) ON DELETE CASCADE, PRIMARY KEY (type, namespace, name));
CREATE TABLE objects (
    repo_id TEXT NOT NULL REFERENCES repos(id) ON DELETE CASCADE, oid TEXT NOT NULL, size INTEGER NOT NULL,
    created_at REAL NOT NULL, PRIMARY KEY (repo_id, oid)) WITHOUT ROWID;
CREATE INDEX objects_by_oid ON objects(oid);
CREATE TABLE doomed (oid TEXT PRIMARY KEY, until REAL NOT NULL);
CREATE TABLE access_requests (
    id TEXT PRIMARY KEY, repo_id TEXT NOT NULL REFERENCES repos(id) ON DELETE CASCADE,
    user_id TEXT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE, status TEXT NOT NULL,
    fields TEXT NOT NULL DEFAULT '{}', created_at REAL NOT NULL, UNIQUE (repo_id, user_id));
CREATE TABLE likes (
    repo_id TEXT NOT NULL REFERENCES repos(id) ON DELETE CASCADE,
    user_id TEXT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE, created_at REAL NOT NULL,
    PRIMARY KEY (repo_id, user_id));
CREATE TABLE discussions (
    repo_id TEXT NOT NULL REFERENCES repos(id) ON DELETE CASCADE, num INTEGER NOT NULL, title TEXT NOT NULL,
    status TEXT NOT NULL, is_pull_request INTEGER NOT NULL, author_id TEXT, base TEXT, merge_commit TEXT,
    created_at REAL NOT NULL, PRIMARY KEY (repo_id, num));
CREATE TABLE events (
    id TEXT PRIMARY KEY, repo_id TEXT NOT NULL, num INTEGER NOT NULL, position INTEGER NOT NULL,
    type TEXT NOT NULL, author_id TEXT, data TEXT NOT NULL, created_at REAL NOT NULL,
    FOREIGN KEY (repo_id, num) REFERENCES discussions(repo_id, num) ON DELETE CASCADE);
CREATE INDEX events_by_discussion ON events(repo_id, num, position);
"""

_ADDED_BY_4 = """
CREATE TABLE collections (
    id TEXT PRIMARY KEY, owner_id TEXT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE, title TEXT NOT NULL,
    description TEXT, private INTEGER NOT NULL, theme TEXT NOT NULL, created_at REAL NOT NULL,
    updated_at REAL NOT NULL);
CREATE TABLE collection_items (
    id TEXT PRIMARY KEY, collection_id TEXT NOT NULL REFERENCES collections(id) ON DELETE CASCADE,
    type TEXT NOT NULL, target_id TEXT NOT NULL, note TEXT, position INTEGER NOT NULL,
    UNIQUE (collection_id, type, target_id));
CREATE TABLE webhooks (
    id TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE, url TEXT NOT NULL,
    watched TEXT NOT NULL, domains TEXT NOT NULL, secret TEXT, disabled INTEGER NOT NULL, created_at REAL NOT NULL);
CREATE TABLE locks (
    id TEXT PRIMARY KEY, repo_id TEXT NOT NULL REFERENCES repos(id) ON DELETE CASCADE, path TEXT NOT NULL,
    ref TEXT NOT NULL, owner_id TEXT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE, locked_at REAL NOT NULL,
    UNIQUE (repo_id, path));
CREATE TABLE space_values (
    repo_id TEXT NOT NULL REFERENCES repos(id) ON DELETE CASCADE, kind TEXT NOT NULL, key TEXT NOT NULL,
    value TEXT NOT NULL, description TEXT, updated_at REAL NOT NULL, PRIMARY KEY (repo_id, kind, key));
ALTER TABLE tokens ADD COLUMN scopes TEXT;
"""

_ADDED_BY_5 = "ALTER TABLE discussions ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;"

_UPGRADES = {
    1: "ALTER TABLE tokens ADD COLUMN expires_at REAL; CREATE TABLE refresh_tokens (hash TEXT PRIMARY KEY,"
    " user_id TEXT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE);",
    2: "CREATE TABLE doomed (oid TEXT PRIMARY KEY, until REAL NOT NULL);",
    3: _ADDED_BY_4,
    4: _ADDED_BY_5,
}
"""From a version to the next one."""


class Database:
    """One SQLite file behind one connection; safe to use from any thread.

    Parameters
    ----------
    path
        The file; made when it is missing, unless it is only read or shared.
    access
        ``"own"`` for the process that serves, ``"share"`` for one that works beside it, ``"read"`` to change nothing.

    Raises
    ------
    OSError
        If the file is no database of this program, or one that a newer version wrote.
    """

    def __init__(self, path: Path, access: Literal["own", "share", "read"] = "own") -> None:
        self._lock = threading.RLock()
        self._writes = 0
        self._remembered: dict[Hashable, tuple[int, Any]] = {}
        self._access = access
        address = path if access == "own" else _address(path, access)
        self._connection = sqlite3.connect(
            address, check_same_thread=False, isolation_level=None, timeout=10, uri=access != "own"
        )
        self._connection.row_factory = sqlite3.Row
        try:
            self._prepare(path)
        except (sqlite3.Error, OSError) as error:
            self._connection.close()
            if isinstance(error, OSError):
                raise
            message = f"{path} is not a database of this Hub ({error})."
            raise OSError(message) from error

    def _prepare(self, path: Path) -> None:
        run = self._connection.execute
        if self._access != "read":
            run("PRAGMA journal_mode=WAL")
            # FULL: a transaction is on the disk before the answer leaves, power cut included.
            run("PRAGMA synchronous=FULL")
        run("PRAGMA foreign_keys=ON")
        (version,) = run("PRAGMA user_version").fetchone()
        if self._access == "own" and version == 0:
            self._connection.executescript(
                f"BEGIN; {_SCHEMA} {_ADDED_BY_4} {_ADDED_BY_5} PRAGMA user_version={SCHEMA_VERSION}; COMMIT;"
            )
        elif self._access == "own" and version in _UPGRADES:
            steps = " ".join(_UPGRADES[step] for step in range(version, SCHEMA_VERSION))
            self._connection.executescript(f"BEGIN; {steps} PRAGMA user_version={SCHEMA_VERSION}; COMMIT;")
        elif version != SCHEMA_VERSION:
            message = (
                f"{path} was written by another version of this Hub (format {version}, not {SCHEMA_VERSION})."
                f"{' Serve it once with this version.' if version in _UPGRADES else ''}"
            )
            raise OSError(message)

    def all(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """Return every row of a query."""
        with self._lock:
            return self._connection.execute(sql, values).fetchall()

    def one(self, sql: str, *values: Any) -> sqlite3.Row | None:
        """Return the first row of a query, or None."""
        with self._lock:
            return self._connection.execute(sql, values).fetchone()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Write all or nothing; other threads wait.

        Raises
        ------
        HubProblem
            403 if the Hub only reads.
        """
        if self._access == "read":
            raise read_only()
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")
            self._writes += 1  # before anybody is told of the change

    def remember(self, key: Hashable, ask: Callable[[], _T]) -> _T:
        """Return what `ask` finds, from memory while nothing has been written since it was asked last.

        For what every request asks: who is it, which repository is meant.
        """
        found = self._remembered.get(key)
        writes = self._writes
        if found is not None and found[0] == writes:
            return found[1]
        value = ask()
        if len(self._remembered) >= _MAX_REMEMBERED:
            self._remembered.clear()
        self._remembered[key] = (writes, value)
        return value

    def remembers(self, key: Hashable) -> bool:
        """Say whether `remember` would answer at once."""
        found = self._remembered.get(key)
        return found is not None and found[0] == self._writes

    def write(self, sql: str, *values: Any) -> int:
        """Run one statement in a transaction of its own; return the number of rows it changed."""
        with self.transaction() as transaction:
            return transaction.execute(sql, values).rowcount

    def setting(self, key: str) -> str | None:
        """Return a value kept for the Hub itself."""
        row = self.one("SELECT value FROM meta WHERE key = ?", key)
        return row["value"] if row else None

    def signing_key(self) -> bytes:
        """Return the secret that signs upload addresses, made once for a data folder."""
        key = self.setting("signing_key")
        if key is None:
            self.write("INSERT OR IGNORE INTO meta VALUES ('signing_key', ?)", secrets.token_hex(32))
            key = self.setting("signing_key")
        return bytes.fromhex(key or "")

    def keep_setting(self, key: str, value: str) -> None:
        """Keep a value for the Hub itself."""
        self.write("INSERT OR REPLACE INTO meta VALUES (?, ?)", key, value)

    def close(self) -> None:
        """Close the file; later calls fail."""
        with self._lock:
            self._connection.close()


def _address(path: Path, access: str) -> str:
    """Return the URI under which SQLite opens a file that must be there.

    On a disk that can't be written SQLite has no place for its locks, and may take the file as unchangeable; but then
    it would not look at a journal that a killed Hub left.
    """
    if access == "share":
        return f"{path.absolute().as_uri()}?mode=rw"
    if os.access(path.parent, os.W_OK) and os.access(path, os.W_OK):
        return f"{path.absolute().as_uri()}?mode=rw"  # "ro" could not take over what a killed process left
    journal = path.with_name(f"{path.name}-wal")
    if journal.exists() and journal.stat().st_size:
        message = f"{journal} holds changes that {path.name} lacks. Serve the folder once where it can be written."
        raise OSError(message)
    return f"{path.absolute().as_uri()}?mode=ro&immutable=1"


def new_id() -> str:
    """Return a fresh 24-hex identity, the shape the Hub's own ids have."""
    return secrets.token_hex(12)
