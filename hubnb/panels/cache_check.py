"""Hashing what is in the cache: the name of a blob is the hash of its content."""

from __future__ import annotations

import hashlib
import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path
    from threading import Event

    from ..cache.inventory import CachedRepoInfo

_BLOCK_BYTES = 1 << 20
_SHA256 = re.compile(r"[0-9a-f]{64}")
_GIT_BLOB = re.compile(r"[0-9a-f]{40}")


@dataclass
class Damage:
    """A file whose content is not what its name says."""

    key: str
    repo_id: str
    repo_type: str
    commit: str
    path: str
    blob: Path
    size: int


@dataclass
class Check:
    """Where a check stands; bytes and files."""

    files_total: int = 0
    files_done: int = 0
    bytes_total: int = 0
    bytes_done: int = 0
    unknown: int = 0
    """Files whose names say nothing of their content (caches without links)."""
    started_at: float = field(default_factory=time.monotonic)
    damages: list[Damage] = field(default_factory=list)

    def view(self) -> dict[str, Any]:
        """Give what the panel shows of it."""
        took = max(time.monotonic() - self.started_at, 1e-3)
        return {
            "files_total": self.files_total,
            "files_done": self.files_done,
            "bytes_total": self.bytes_total,
            "bytes_done": self.bytes_done,
            "speed_bytes_per_s": round(self.bytes_done / took),
        }


def check(repos: Iterable[CachedRepoInfo], stop: Event, tell: Callable[[Check], object]) -> Check:
    """Hash every blob of `repos` once; `tell` hears how far it is. Ends early when `stop` is set."""
    found = _files_of(repos)
    state = Check(files_total=len(found), bytes_total=sum(one.size for one in found))
    for one in found:
        if stop.is_set():
            break
        digest = _expected(one.blob)
        if digest is None:
            state.unknown += 1
            state.bytes_done += one.size
        elif not _is_whole(one, digest, stop, state, tell) and not stop.is_set():
            state.damages.append(one)
        state.files_done += not stop.is_set()
        tell(state)
    return state


def _files_of(repos: Iterable[CachedRepoInfo]) -> list[Damage]:
    found: dict[Path, Damage] = {}
    for repo in repos:
        for revision in sorted(repo.revisions, key=lambda one: not one.refs):
            for file in revision.files:
                path = file.file_path.relative_to(revision.snapshot_path).as_posix()
                found.setdefault(
                    file.blob_path,
                    Damage(
                        repo.cache_id, repo.repo_id, repo.repo_type, revision.commit_hash, path, file.blob_path,
                        file.size_on_disk,
                    ),
                )  # fmt: skip
    return list(found.values())


def _expected(blob: Path) -> str | None:
    name = blob.name
    known = _SHA256.fullmatch(name) or _GIT_BLOB.fullmatch(name)
    return name if known and blob.parent.name != "snapshots" else None


def _is_whole(one: Damage, digest: str, stop: Event, state: Check, tell: Callable[[Check], object]) -> bool:
    hasher = (
        hashlib.sha256() if len(digest) == 64 else hashlib.sha1(f"blob {one.size}\0".encode(), usedforsecurity=False)
    )
    try:
        with one.blob.open("rb") as file:
            while block := file.read(_BLOCK_BYTES):
                if stop.is_set():
                    return True
                hasher.update(block)
                state.bytes_done += len(block)
                tell(state)
    except OSError:
        return False
    return hasher.hexdigest() == digest
