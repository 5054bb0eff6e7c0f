"""Hashes that name content: git blob ids for regular files, sha-256 for large ones."""

from __future__ import annotations

import hashlib
import re
from typing import Protocol

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
        return sha256_digest()
    if _SHA1.fullmatch(etag):
        return git_blob_digest(size)
    return None


def sha256_digest() -> Digest:
    """Start the hash a large file is named with."""
    return hashlib.sha256()


def git_blob_digest(size: int) -> Digest:
    """Start the hash git names a blob of `size` bytes with."""
    return hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False)
