"""Hashes what is pushed: once, and not again while the file stays as it is."""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING, Literal

from .content import Content, FileContent, became_shorter, read_all
from .hash_journal import HashJournal, KnownHash
from .hashing import BLOCK_BYTES, git_blob_digest, sha256_digest

if TYPE_CHECKING:
    from collections.abc import Callable

_SAMPLE_BYTES = 512


class ContentHasher:
    """Gives hashes and first bytes of contents, from the journal where it knows them.

    Parameters
    ----------
    checkpoint
        Called for every block read; raises to stop.
    on_bytes
        Called with the number of bytes whose hash became known.
    """

    def __init__(
        self, journal: HashJournal, checkpoint: Callable[[], object], on_bytes: Callable[[int], object]
    ) -> None:
        self._journal = journal
        self._checkpoint = checkpoint
        self._on_bytes = on_bytes

    def sample(self, content: Content, size: int) -> bytes:
        """Give the first `size` bytes (at most 512)."""
        known = self._known(content)
        return known.sample[:size] if known is not None else read_all(content, size)

    def digest(self, content: Content, algorithm: Literal["sha256", "git"]) -> str:
        """Give the hash that names the content on the Hub."""
        known = self._known(content)
        if known is not None and known.algorithm == algorithm:
            self._on_bytes(content.size)
            return known.digest
        return self._read(content, algorithm)

    def save(self) -> None:
        """Keep what was hashed so far, also if this process is killed next."""
        self._journal.save()

    def close(self) -> None:
        """Save, and let go of the journal."""
        self._journal.close()

    def _known(self, content: Content) -> KnownHash | None:
        return self._journal.find(content.path, content.stat) if isinstance(content, FileContent) else None

    def _read(self, content: Content, algorithm: Literal["sha256", "git"]) -> str:
        digest = sha256_digest() if algorithm == "sha256" else git_blob_digest(content.size)
        began_ns, sample = time.time_ns(), b""
        with closing(content.open()) as reader:
            # A file that grows (a log) is pushed as it was when the push began; one that is rewritten is found out
            # by the Hub, which compares what is sent with this hash.
            left = content.size
            while left and (block := reader.read(min(BLOCK_BYTES, left))):
                self._checkpoint()
                sample = sample or block[:_SAMPLE_BYTES]
                digest.update(block)
                left -= len(block)
                self._on_bytes(len(block))
        if left:
            raise became_shorter(content)
        found = digest.hexdigest()
        if isinstance(content, FileContent):
            self._journal.remember(content.path, content.stat, KnownHash(algorithm, found, sample), began_ns)
        return found
