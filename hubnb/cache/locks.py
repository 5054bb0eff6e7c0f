"""Locks between processes that share a cache."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from filelock import BaseFileLock


def try_lock(path: Path) -> BaseFileLock | None:
    """Take the lock at `path` if nobody holds it; None if somebody does.

    Some network file systems refuse `flock`; there a lock file by its mere existence has to do.
    """
    from filelock import FileLock, SoftFileLock, Timeout  # brings asyncio, which a cached file needs not wait for

    path.parent.mkdir(parents=True, exist_ok=True)
    # One thread may take the lock and another give it back, hence not thread-local.
    lock: BaseFileLock = FileLock(path, timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        return None
    except (NotImplementedError, OSError) as error:
        if isinstance(error, (FileNotFoundError, PermissionError)):
            raise
        lock = SoftFileLock(path.with_suffix(".soft-lock"), timeout=0, thread_local=False)
        try:
            lock.acquire()
        except Timeout:
            return None
    return lock
