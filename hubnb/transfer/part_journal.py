"""Which parts of which objects a storage has, so that a push that was killed does not send them again.

A part is known by the address it went to, without what changes each time the Hub is asked: signature and date.
Storages that begin anew each time (S3 names the upload in the address) are asked for addresses not seen before,
so nothing is taken for sent that is not.
"""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .journal import Journal

_FORGET_AFTER_S = 7 * 86_400
_TABLE = "CREATE TABLE IF NOT EXISTS parts (key TEXT PRIMARY KEY, etag TEXT, sent_at_s INTEGER)"
_PASSING = ("expires", "signature", "sig", "se", "st", "googleaccessid", "awsaccesskeyid", "key-pair-id", "policy")
_PASSING_PREFIXES = ("x-amz-", "x-goog-")


def part_tables() -> list[tuple[str, tuple[object, ...]]]:
    """Give the statements that prepare a journal for parts."""
    return [(_TABLE, ()), ("DELETE FROM parts WHERE sent_at_s < ?", (int(time.time()) - _FORGET_AFTER_S,))]


def part_key(url: str) -> str:
    """Give what stays of an upload address when it is asked for again, hashed: an address may hold a permission."""
    split = urlsplit(url)
    lasting = [
        (name, value)
        for name, value in parse_qsl(split.query, keep_blank_values=True)
        if name.lower() not in _PASSING and not name.lower().startswith(_PASSING_PREFIXES)
    ]
    host = split.netloc.rpartition("@")[2]
    return hashlib.sha256(f"{split.scheme}://{host}{split.path}?{urlencode(sorted(lasting))}".encode()).hexdigest()


class PartJournal:
    """One machine's memory of parts that were sent, of objects that are not whole yet."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def etag(self, key: str) -> str | None:
        """Give what the storage called the part with this key, None if it was not sent."""
        rows = self._journal.run("SELECT etag FROM parts WHERE key = ?", (key,))
        return rows[0][0] if rows else None

    def remember(self, key: str, etag: str) -> None:
        """Note that a part arrived, for good: the next thing may be a kill."""
        self._journal.run("INSERT OR REPLACE INTO parts VALUES (?, ?, ?)", (key, etag, int(time.time())))
        self._journal.save()

    def forget(self, keys: Iterable[str]) -> None:
        """Forget parts: their object is whole now, or the storage has lost them."""
        for key in keys:
            self._journal.run("DELETE FROM parts WHERE key = ?", (key,))
        self._journal.save()
