"""What happens to the files of a push between plan and commit: hashed, asked for and sent, all at the same time.

Small files go first, so that the line is busy while the large ones are hashed.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..client.lfs import OBJECTS_PER_BATCH, LfsObject, UploadAction, request_uploads
from .send_object import ObjectSender
from .tensors import SUFFIX
from .workers import Workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ..client.hub import HubClient
    from ..client.repo_id import RepoId
    from .content_hash import ContentHasher
    from .hash_journal import Algorithm
    from .job import Transfer
    from .operations import CommitOperationAdd
    from .part_journal import PartJournal

HASH_THREADS = max(2, min(4, os.cpu_count() or 2))
_FIRST_CONNECTIONS = 8
_GATHER_S = 0.02  # what is hashed within this time shares a question to the Hub


@dataclass(slots=True)
class AddedFile:
    """One file to add, and what became known of it."""

    operation: CommitOperationAdd
    is_large: bool
    """Whether it travels as an object rather than in the commit."""
    remote_oid: str | None
    """Hash of what is at that path now: git blob id, or sha-256 of a large file."""
    oid: str = ""
    """Its own hash; empty while it is not known."""

    @property
    def path(self) -> str:
        """Where it goes in the repository."""
        return self.operation.path_in_repo

    @property
    def size(self) -> int:
        """In bytes."""
        return self.operation.content.size

    @property
    def algorithm(self) -> Algorithm:
        """What names it on the Hub."""
        return "sha256" if self.is_large else "git"

    @property
    def has_tensors(self) -> bool:
        """Whether a later plan will want to know its tensors."""
        return self.is_large and self.path.endswith(SUFFIX)

    @property
    def unchanged(self) -> bool:
        """Whether the Hub has this content at this path."""
        return self.remote_oid is not None and self.remote_oid == self.oid


@dataclass(frozen=True)
class Pipeline:
    """Brings the large files of one push to the Hub.

    Parameters
    ----------
    revision
        Branch the objects are for; None for a pull request that is not open yet.
    connections
        How many send, at most.
    """

    hub: HubClient
    transfer: Transfer[Any]
    repo: RepoId
    revision: str | None
    hasher: ContentHasher
    parts: PartJournal
    connections: int

    def hash_all(self, files: Iterable[AddedFile]) -> None:
        """Hash the files, and send nothing."""
        with Workers(self.transfer, HASH_THREADS, "hash") as hashers:
            for added in self._in_order(files):
                if not added.oid:
                    hashers.submit(_later(self._hash, added))

    def run(self, files: Iterable[AddedFile]) -> None:
        """Hash the files, and send the large ones that the Hub lacks."""
        in_order = self._in_order(files)
        ready = _Ready(len(in_order))
        with (
            Workers(self.transfer, HASH_THREADS, "hash") as hashers,
            Workers(self.transfer, min(_FIRST_CONNECTIONS, self.connections), "send") as senders,
        ):
            sender = ObjectSender(self.hub, self.transfer, senders, self.parts, self.ask_again, self.connections)
            for added in in_order:
                if added.oid:
                    if added.has_tensors and not added.unchanged:
                        self.hasher.note_tensors(added.operation.content, added.oid)
                    self._hashed(added)
                    ready.put(added)
                else:
                    hashers.submit(_later(self._hash, added, ready.put))
            asked: dict[str, AddedFile] = {}
            while batch := ready.take(OBJECTS_PER_BATCH, hashers.raise_failure):
                self.hasher.save()
                self._send(batch, asked, sender)

    def needed(self, files: Iterable[AddedFile]) -> set[str]:
        """Ask which objects the Hub lacks."""
        by_oid = {added.oid: added for added in files}
        objects = [LfsObject(oid, added.size) for oid, added in by_oid.items()]
        batches = [objects[start : start + OBJECTS_PER_BATCH] for start in range(0, len(objects), OBJECTS_PER_BATCH)]
        return {action.target.oid for batch in batches for action in self._ask(batch)}

    def ask_again(self, target: LfsObject) -> UploadAction | None:
        """Ask anew where one object goes; None if the Hub has it by now."""
        return next(iter(self._ask([target])), None)

    def _in_order(self, files: Iterable[AddedFile]) -> list[AddedFile]:
        return sorted(files, key=lambda added: added.size)

    def _hash(self, added: AddedFile, then: Callable[[AddedFile], object] = lambda _: None) -> None:
        self.transfer.counters.begin(added.path, "hashing")
        added.oid = self.hasher.digest(added.operation.content, added.algorithm, tensors=added.has_tensors)
        self._hashed(added)
        then(added)

    def _hashed(self, added: AddedFile) -> None:
        counters = self.transfer.counters
        if added.unchanged:
            counters.end(added.path, "skipped")
        elif added.is_large:
            counters.name_hash(added.path, added.oid)
            counters.begin(added.path, "waiting")

    def _send(self, batch: list[AddedFile], asked: dict[str, AddedFile], sender: ObjectSender) -> None:
        """Ask where these go, and have them sent; the same content under another name travels once."""
        new: dict[str, AddedFile] = {}
        for added in batch:
            if not added.is_large or added.unchanged:
                continue
            if added.oid in asked:
                self.transfer.counters.end(added.path, "skipped")
            else:
                new[added.oid] = asked[added.oid] = added
        if not new:
            return
        needed: set[str] = set()
        for action in self._ask([LfsObject(oid, added.size) for oid, added in new.items()]):
            added = new[action.target.oid]
            needed.add(added.oid)
            sender.send(action, added.operation.content, added.path)
        for oid, added in new.items():
            if oid not in needed:
                self.transfer.counters.end(added.path, "skipped")

    def _ask(self, batch: list[LfsObject]) -> list[UploadAction]:
        return request_uploads(self.hub, self.repo, batch, revision=self.revision)


class _Ready:
    """Files whose hash is known, until somebody asks the Hub about them."""

    def __init__(self, total: int) -> None:
        self._state = threading.Condition()
        self._files: deque[AddedFile] = deque()
        self._to_come = total

    def put(self, added: AddedFile) -> None:
        with self._state:
            self._files.append(added)
            self._to_come -= 1
            self._state.notify()

    def take(self, most: int, check: Callable[[], object]) -> list[AddedFile]:
        """Give what is ready, at most `most`; waits for some, and gives none when all were taken.

        Parameters
        ----------
        check
            Called while this waits; raises if nothing more will come.
        """
        with self._state:
            while not self._files and self._to_come:
                self._state.wait(0.1)
                check()
            self._state.wait_for(lambda: len(self._files) >= most or not self._to_come, _GATHER_S)
            return [self._files.popleft() for _ in range(min(most, len(self._files)))]


def _later(function: Callable[..., object], *args: Any) -> Callable[[], object]:
    return lambda: function(*args)
