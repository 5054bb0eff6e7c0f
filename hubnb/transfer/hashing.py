"""Hashes that name content: git blob ids for regular files, sha-256 for large ones."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

BLOCK_BYTES = 1 << 20
_SHA1 = re.compile(r"[0-9a-f]{40}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Digest(Protocol):
    """The part of `hashlib` objects used here."""

    def update(self, data: bytes | memoryview, /) -> None:
        """Take in more content."""
        ...

    def hexdigest(self) -> str:
        """Give the hash of what came in."""
        ...


def digest_for(etag: str, size: int) -> Digest | None:
    """Start the hash that `etag` was made with, or None where it is no hash we know.

    40 hex digits are a git blob id, which also covers the size; 64 are a sha-256.
    """
    if _SHA256.fullmatch(etag):
        return hashlib.sha256()
    if _SHA1.fullmatch(etag):
        return git_blob_digest(size)
    return None


def git_blob_digest(size: int) -> Digest:
    """Start the hash git names a blob of `size` bytes with."""
    return hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False)


def hash_stream(file: BinaryIO, digest: Digest, on_block: Callable[[int], object] | None = None) -> str:
    """Hash a file from where it stands to its end, a block at a time.

    Parameters
    ----------
    on_block
        Called with the size of each block in bytes; may raise to stop.
    """
    while block := file.read(BLOCK_BYTES):
        digest.update(block)
        if on_block is not None:
            on_block(len(block))
    return digest.hexdigest()
