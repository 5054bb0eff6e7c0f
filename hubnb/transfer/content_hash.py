"""Hashes what is pushed: once, and not again while the file stays as it is."""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING

from .content import BLOCK_BYTES, SAMPLE_BYTES, Content, FileContent, SentContent, became_shorter, read_all
from .hash_journal import Algorithm, HashJournal, KnownHashes
from .hashing import git_blob_digest, sha256_digest
from .tensors import TensorDigester

if TYPE_CHECKING:
    from collections.abc import Callable

    from .tensor_journal import TensorJournal

_SMALL_BYTES = 32 << 10


class ContentHasher:
    """Gives hashes and first bytes of contents, from the journal where it knows them.

    A small file is read once for both: the two hashes the Hub may ask for cost less than opening it again.

    Parameters
    ----------
    tensors
        Where the checksums of tensors go, which are taken on the way.
    checkpoint
        Called for every block read; raises to stop.
    on_bytes
        Called with the number of bytes whose hash became known.
    """

    def __init__(
        self,
        journal: HashJournal,
        tensors: TensorJournal,
        checkpoint: Callable[[], object],
        on_bytes: Callable[[int], object],
    ) -> None:
        self._journal = journal
        self._tensors = tensors
        self._checkpoint = checkpoint
        self._on_bytes = on_bytes

    def look(self, content: Content) -> KnownHashes:
        """Give the first bytes, and the hashes that cost nothing more."""
        self._checkpoint()
        if isinstance(content, SentContent):
            return KnownHashes(content.sha256, None, content.sample)
        is_file = isinstance(content, FileContent)
        known = self._journal.find(content.path, content.identity) if is_file else None
        if known is not None:
            return known
        if content.size > _SMALL_BYTES:
            return KnownHashes(None, None, read_all(content, SAMPLE_BYTES))
        began_ns = time.time_ns()
        data = read_all(content)
        sha256, git = sha256_digest(), git_blob_digest(len(data))
        sha256.update(data)
        git.update(data)
        known = KnownHashes(sha256.hexdigest(), git.hexdigest(), data[:SAMPLE_BYTES])
        if is_file:
            self._journal.remember(content.path, content.identity, known, began_ns)
        return known

    def digest(self, content: Content, algorithm: Algorithm, *, tensors: bool = False) -> str:
        """Read the content for the hash that names it on the Hub; with `tensors`, for the checksums of those too."""
        digest = sha256_digest() if algorithm == "sha256" else git_blob_digest(content.size)
        digester = TensorDigester(content.size) if tensors else None
        began_ns, sample = time.time_ns(), b""
        buffer = memoryview(bytearray(min(BLOCK_BYTES, max(content.size, 1))))
        with closing(content.open()) as reader:
            # A file that grows (a log) is pushed as it was when the push began; one that is rewritten is found out
            # by the Hub, which compares what is sent with this hash.
            left = content.size
            while left and (count := reader.readinto(buffer[: min(len(buffer), left)])):
                self._checkpoint()
                block = buffer[:count]
                sample = sample or bytes(block[:SAMPLE_BYTES])
                digest.update(block)
                if digester is not None:
                    digester.update(block)
                left -= count
                self._on_bytes(count)
        if left:
            raise became_shorter(content)
        found = digest.hexdigest()
        if digester is not None:
            self._tensors.remember(found, digester.digests())
        if isinstance(content, FileContent):
            known = KnownHashes(found, None, sample) if algorithm == "sha256" else KnownHashes(None, found, sample)
            self._journal.remember(content.path, content.identity, known, began_ns)
        return found

    def note_tensors(self, content: Content, sha256: str) -> None:
        """Take the checksums of a small file's tensors; those of a large one are taken while it is hashed."""
        if content.size <= _SMALL_BYTES and not isinstance(content, SentContent):
            digester = TensorDigester(content.size)
            digester.update(memoryview(read_all(content)))
            self._tensors.remember(sha256, digester.digests())

    def save(self) -> None:
        """Keep what was hashed so far, also if this process is killed next."""
        self._journal.save()
