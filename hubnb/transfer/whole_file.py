"""Puts a small file in place in one step, with nothing to clean up if the process dies in between.

Linux can write a file that has no name yet and name it when it is whole: no lock, no partial, no rename. Other
systems, and file systems that lack it, take the way of the large files.
"""

from __future__ import annotations

import os
import uuid
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def place(data: bytes, target: Path) -> bool:
    """Make `target` with that content, durably; False if there is something by that name.

    Use it only where `can_place` says so.
    """
    descriptor = os.open(target.parent, os.O_TMPFILE | os.O_WRONLY, 0o666)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]
        os.fsync(descriptor)
        try:
            # Python follows the link in /proc only if a folder is given too; absolute paths make nothing of it.
            os.link(f"/proc/self/fd/{descriptor}", target, src_dir_fd=descriptor, follow_symlinks=True)
        except FileExistsError:
            return False
        return True
    finally:
        os.close(descriptor)


@lru_cache(maxsize=256)
def can_place(folder: Path) -> bool:
    """Whether `place` works in that folder, which has to exist."""
    if not hasattr(os, "O_TMPFILE"):
        return False
    probe = folder / f".{uuid.uuid4().hex[:8]}.hubnb-probe"
    try:
        place(b"", probe)
    except OSError:
        return False
    with suppress(OSError):
        probe.unlink()
    return True
