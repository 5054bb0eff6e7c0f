"""Folders for a while, and locks."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator

    from filelock import BaseFileLock


@contextmanager
def SoftTemporaryDirectory(  # noqa: N802 - upstream's name
    suffix: str | None = None,
    prefix: str | None = None,
    dir: str | Path | None = None,  # noqa: A002 - tempfile's name
) -> Generator[str]:
    """Give a folder that is gone afterwards; files that can't be removed are left without an error."""
    with TemporaryDirectory(suffix=suffix, prefix=prefix, dir=dir, ignore_cleanup_errors=True) as folder:
        yield folder


@contextmanager
def WeakFileLock(lock_file: str | Path, *, timeout: float | None = None) -> Generator[BaseFileLock]:  # noqa: N802
    """Hold a lock between processes; the file stays.

    Parameters
    ----------
    timeout
        Seconds to wait for it (None: as long as it takes); `filelock.Timeout` after that.
    """
    from filelock import FileLock

    Path(lock_file).parent.mkdir(parents=True, exist_ok=True)
    with FileLock(lock_file, timeout=-1 if timeout is None else timeout) as lock:
        yield lock
