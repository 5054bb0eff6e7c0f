"""``hubnb gc``: removes large files that nothing refers to any more, and uploads that were given up.

It may run beside the Hub that serves the folder; `hubnb.server.links` says how the two keep out of each other's way.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hubnb.server.links import MIN_GRACE_S
from hubnb.server.reach import Walk
from hubnb.server.xet import remove_old_stores

if TYPE_CHECKING:
    from hubnb.server.visit import Visit

DEFAULT_GRACE_S = 7 * 24 * 3600.0


@dataclass
class Garbage:
    """What was removed, or would be."""

    links: int = 0
    """Links of repositories to files that none of their commits has."""
    files: int = 0
    bytes: int = 0
    uploads: int = 0
    spared: list[str] = field(default_factory=list)
    """Repositories that are damaged, so that nothing of theirs was touched."""


def collect(visit: Visit, *, older_than_s: float = DEFAULT_GRACE_S, dry_run: bool = False) -> Garbage:
    """Remove what has not been referred to for a while.

    Parameters
    ----------
    visit
        The data folder.
    older_than_s
        What is younger stays: it may belong to a commit that is on its way.
    dry_run
        Whether only to say what would go.

    Raises
    ------
    ValueError
        If a Hub serves the folder and the time is too short to be safe.
    """
    if older_than_s < MIN_GRACE_S and not visit.alone:
        message = f"While a Hub serves {visit.folder}, at least {MIN_GRACE_S / 3600:.0f} h must be given to uploads."
        raise ValueError(message)
    found, before = Garbage(), time.time() - older_than_s
    dropped = _unused_links(visit, before, found, dry_run=dry_run)
    for stored in visit.large.stored():
        linked = visit.database.one("SELECT COUNT(*) AS links FROM objects WHERE oid = ?", stored.oid)
        links = (linked["links"] if linked else 0) - (dropped.get(stored.oid, 0) if dry_run else 0)
        old = stored.oid in dropped or stored.modified_at < before
        if links == 0 and old and (dry_run or visit.links.remove_unlinked([stored.oid])):
            found.files += 1
            found.bytes += stored.size
    if not dry_run:
        remove_old_stores(visit.folder / "xet")
    found.uploads = len(visit.parts.old(older_than_s) if dry_run else visit.parts.sweep(older_than_s))
    return found


def _unused_links(visit: Visit, before: float, found: Garbage, *, dry_run: bool) -> dict[str, int]:
    """Drop links that no commit uses; return how many were dropped by sha-256."""
    dropped: dict[str, int] = {}
    for repo in visit.repos():
        rows = visit.database.all("SELECT oid FROM objects WHERE repo_id = ? AND created_at < ?", repo["id"], before)
        unused = {row["oid"] for row in rows}
        if not unused:
            continue
        git = visit.git(repo["id"])
        if git is None:
            continue
        walk = Walk(git, check=False)
        for reached in walk.pointers():
            unused.discard(reached.pointer.oid)
            if not unused:
                break
        git.close()
        if walk.damages:
            found.spared.append(visit.name_of(repo))
            continue
        gone = sorted(unused) if dry_run else visit.links.drop(repo["id"], unused, before=before)
        found.links += len(gone)
        for oid in gone:
            dropped[oid] = dropped.get(oid, 0) + 1
    return dropped
