"""Brings a file to a path on disk: in parallel, checked against its hash, and named only once it is whole."""

from __future__ import annotations

import mmap
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..client.errors import IntegrityError
from ..transfer.hashing import digest_for

if TYPE_CHECKING:
    from .remote_file import RemoteFile


def fetch_to_path(remote: RemoteFile, size: int, target: Path, callback: Any) -> None:
    """Fetch `size` bytes to `target`, replacing what is there.

    Raises
    ------
    IntegrityError
        If the bytes don't have the hash the Hub names; `target` stays as it was.
    """
    handle, name = tempfile.mkstemp(prefix=f".{target.name[:60]}.", suffix=".part", dir=target.parent)
    partial = Path(name)
    try:
        with os.fdopen(handle, "w+b") as file:
            if size:
                file.truncate(size)
                _fill(remote, size, file.fileno(), callback)
            umask = os.umask(0)
            os.umask(umask)
            partial.chmod(0o666 & ~umask)
        partial.replace(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def _fill(remote: RemoteFile, size: int, descriptor: int, callback: Any) -> None:
    """Write the file through memory that is its own, and hash what is there while the rest comes."""
    digest = digest_for(remote.etag or "", size)
    hashed = 0
    with mmap.mmap(descriptor, size) as mapped, memoryview(mapped) as view:

        def on_piece(end: int) -> None:
            nonlocal hashed
            if digest is not None:
                digest.update(view[hashed:end])
            callback.relative_update(end - hashed)
            hashed = end

        remote.read_parallel(0, view, on_piece=on_piece)
    if digest is not None and digest.hexdigest() != remote.etag:
        msg = f"The Hub sent bytes with another hash than {remote.etag}; nothing was kept. Try again."
        raise IntegrityError(msg)
