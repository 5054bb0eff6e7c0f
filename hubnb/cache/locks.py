"""Locks between processes that share a cache.

On POSIX the lock is `flock`, the call that `filelock` (and so `huggingface_hub`) makes, so each respects the
other's. It is made here because `filelock` brings asyncio and resolves links at every lock, which costs a pull
of many files as much as a request for each. Where there is no `flock`, `filelock` does it.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Protocol

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from pathlib import Path


class Lock(Protocol):
    """A lock that is held."""

    def release(self) -> None:
        """Let go of it."""
        ...


class _Flock:
    """A lock on an open file: the system lets go of it when the process ends, however it ends."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def release(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __del__(self) -> None:
        self.release()


def try_lock(path: Path) -> Lock | None:
    """Take the lock at `path` if nobody holds it; None if somebody does.

    One thread may take it and another give it back.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if sys.platform == "win32":
        return _try_other_lock(path)
    return _try_flock(path)


def _try_flock(path: Path) -> Lock | None:
    assert sys.platform != "win32"  # noqa: S101 - for type checkers
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        except OSError:
            os.close(descriptor)
            return _try_other_lock(path)
        if _is_still(path, descriptor):
            return _Flock(descriptor)
        os.close(descriptor)  # its owner deleted it while we waited at the door: lock the new one


def _is_still(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _try_other_lock(path: Path) -> Lock | None:
    """Do it through `filelock`; on network file systems that refuse `flock`, by the mere existence of a file."""
    from filelock import BaseFileLock, FileLock, SoftFileLock, Timeout

    if sys.platform == "win32":
        lock: BaseFileLock = FileLock(path, timeout=0, thread_local=False)
    else:
        lock = SoftFileLock(path.with_suffix(".soft-lock"), timeout=0, thread_local=False)
    try:
        lock.acquire()  # pyright: ignore[reportUnknownMemberType]
    except Timeout:
        return None
    return lock
