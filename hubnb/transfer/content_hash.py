"""Hashes what is pushed: once, and not again while the file stays as it is."""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING, Literal

from .content import BLOCK_BYTES, Content, FileContent, became_shorter, read_all
from .hash_journal import HashJournal, KnownHash
from .hashing import git_blob_digest, sha256_digest

if TYPE_CHECKING:
    from collections.abc import Callable

Algorithm = Literal["sha256", "git"]
_SAMPLE_BYTES = 512
_SMALL_BYTES = 32 << 10


class ContentHasher:
    """Gives hashes and first bytes of contents, from the journal where it knows them.

    A small file is read once for both: the two hashes the Hub may ask for cost less than opening it again.

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
        self._found: dict[int, tuple[dict[str, KnownHash], int]] = {}

    def sample(self, content: Content, size: int) -> bytes:
        """Give the first `size` bytes (at most 512)."""
        self._checkpoint()
        known = self._known(content)
        if known is not None:
            self._found[id(content)] = ({known.algorithm: known}, 0)
            return known.sample[:size]
        if content.size > _SMALL_BYTES:
            return read_all(content, size)
        began_ns = time.time_ns()
        data = read_all(content)
        sample = data[:_SAMPLE_BYTES]
        both = {
            algorithm: KnownHash(algorithm, self._digest_of(data, algorithm), sample) for algorithm in ("sha256", "git")
        }
        self._found[id(content)] = (both, began_ns)
        return sample[:size]

    def knows(self, content: Content, algorithm: Algorithm) -> bool:
        """Say whether `digest` needs to read nothing."""
        found = self._found.get(id(content))
        return found is not None and algorithm in found[0]

    def digest(self, content: Content, algorithm: Algorithm) -> str:
        """Give the hash that names the content on the Hub."""
        found, began_ns = self._found.get(id(content), ({}, 0))
        known = found.get(algorithm)
        if known is None:
            return self._read(content, algorithm)
        if began_ns and isinstance(content, FileContent):
            self._journal.remember(content.path, content.stat, known, began_ns)
        self._on_bytes(content.size)
        return known.digest

    def save(self) -> None:
        """Keep what was hashed so far, also if this process is killed next."""
        self._journal.save()

    def _known(self, content: Content) -> KnownHash | None:
        return self._journal.find(content.path, content.stat) if isinstance(content, FileContent) else None

    @staticmethod
    def _digest_of(data: bytes, algorithm: Algorithm) -> str:
        digest = sha256_digest() if algorithm == "sha256" else git_blob_digest(len(data))
        digest.update(data)
        return digest.hexdigest()

    def _read(self, content: Content, algorithm: Algorithm) -> str:
        digest = sha256_digest() if algorithm == "sha256" else git_blob_digest(content.size)
        began_ns, sample = time.time_ns(), b""
        buffer = memoryview(bytearray(min(BLOCK_BYTES, max(content.size, 1))))
        with closing(content.open()) as reader:
            # A file that grows (a log) is pushed as it was when the push began; one that is rewritten is found out
            # by the Hub, which compares what is sent with this hash.
            left = content.size
            while left and (count := reader.readinto(buffer[: min(len(buffer), left)])):
                self._checkpoint()
                block = buffer[:count]
                sample = sample or bytes(block[:_SAMPLE_BYTES])
                digest.update(block)
                left -= count
                self._on_bytes(count)
        if left:
            raise became_shorter(content)
        found = digest.hexdigest()
        if isinstance(content, FileContent):
            self._journal.remember(content.path, content.stat, KnownHash(algorithm, found, sample), began_ns)
        return found
