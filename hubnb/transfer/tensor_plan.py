"""Which tensors of a safetensors file a push would change, found out without downloading weights.

Names and forms come from both headers; the Hub's is read by its range. Contents are compared with the old file where
the cache has it, else with the checksums an earlier push left; where there is neither, that is what the plan says.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..cache.layout import RepoCache
from ..client.errors import HubError
from ..client.files import open_stream, resolve_path
from .content import BLOCK_BYTES, Content, FileContent
from .tensors import (
    LENGTH_BYTES,
    Tensor,
    TensorChange,
    TensorDigester,
    compare,
    header_length,
    parse_header,
    same_bytes,
)
from .tensors import read_header as read_local_header

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..client.hub import HubClient
    from ..client.repo_id import RepoId
    from .tensor_journal import TensorJournal

_FIRST_READ_BYTES = 64 << 10


@dataclass(frozen=True)
class TensorPlanner:
    """Compares files on this machine with those at one commit of a repository."""

    hub: HubClient
    repo: RepoId
    head: str
    journal: TensorJournal
    checkpoint: Callable[[], object]

    def changes(self, path: str, content: Content, oid: str, remote_oid: str | None) -> tuple[TensorChange, ...]:
        """Say what becomes of each tensor; nothing where either file is no safetensors file.

        Parameters
        ----------
        oid, remote_oid
            What names the new content, and the one at `path` now (None if there is none).
        """
        after = read_local_header(content)
        if after is None:
            return ()
        if remote_oid is None:
            return compare({}, after, lambda _: None)
        old = self._cached(remote_oid)
        before = self._remote_header(path) if old is None else read_local_header(old)
        if before is None:
            return ()
        if old is not None:
            return compare(before, after, lambda name: same_bytes(content, after[name], old, before[name]))
        there = self.journal.find(remote_oid)
        if there is None:
            return compare(before, after, lambda _: None)
        here = self.journal.find(oid) or self._digested(content, oid)
        return compare(before, after, lambda name: _equal(here.get(name), there.get(name)))

    def _cached(self, oid: str) -> FileContent | None:
        try:
            return FileContent(RepoCache(self.hub.settings.cache_dir, self.repo).blob(oid))
        except (OSError, HubError):
            return None

    def _digested(self, content: Content, oid: str) -> dict[str, int]:
        digester = TensorDigester(content.size)
        buffer = memoryview(bytearray(BLOCK_BYTES))
        with closing(content.open()) as reader:
            while count := reader.readinto(buffer):
                self.checkpoint()
                digester.update(buffer[:count])
        self.journal.remember(oid, digester.digests())
        return digester.digests()

    def _remote_header(self, path: str) -> dict[str, Tensor] | None:
        first, size = self._read(path, 0, _FIRST_READ_BYTES)
        length = header_length(first, size)
        if length is None:
            return None
        end = LENGTH_BYTES + length
        if end > len(first):
            first += self._read(path, len(first), end)[0]
        return parse_header(first[LENGTH_BYTES:end], size) if len(first) >= end else None

    def _read(self, path: str, start: int, end: int) -> tuple[bytes, int]:
        """Give the bytes of the Hub's file from `start` to `end`, and the whole file's size."""
        url = resolve_path(self.repo, self.head, path)
        stream = open_stream(self.hub, url, start=start, end=end, repo=self.repo, revision=self.head, entry=path)
        with stream:
            data = bytearray()
            skip = start - max(stream.start, 0)  # a Hub may ignore the range
            while len(data) < skip + end - start and (block := stream.read(_FIRST_READ_BYTES)):
                data += block
            return bytes(data[skip : skip + end - start]), stream.total or 0


def _equal(here: int | None, there: int | None) -> bool | None:
    return None if here is None or there is None else here == there
