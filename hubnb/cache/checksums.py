"""Comparing the files of a repository on this machine with what the Hub says they are."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ..client.errors import HFValidationError
from ..client.hub import HubClient
from ..client.repo_id import RepoId, is_commit_hash
from ..client.tree import RepoFile, fetch_tree
from .layout import RepoCache

if TYPE_CHECKING:
    from collections.abc import Mapping

_BLOCK_BYTES = 1 << 20
_OWN_NOTES = (".cache", "huggingface")


@dataclass(frozen=True)
class Mismatch:
    """A file whose content is not what the Hub names; `algorithm` is ``sha256`` or ``git-sha1``."""

    path: str
    expected: str
    actual: str
    algorithm: Literal["sha256", "git-sha1"]


@dataclass(frozen=True)
class FolderVerification:
    """What `verify_repo_checksums` found; all is well if `mismatches` is empty.

    Attributes
    ----------
    revision, verified_path
        What was compared: the commit (or what was asked for), and the folder.
    checked_count
        Files that are here and on the Hub.
    missing_paths, extra_paths
        Files that only the Hub has, and that only the folder has.
    """

    revision: str
    checked_count: int
    mismatches: list[Mismatch]
    missing_paths: list[str]
    extra_paths: list[str]
    verified_path: Path


def verify_repo_checksums(
    repo_id: str,
    *,
    repo_type: str | None = None,
    revision: str | None = None,
    local_dir: str | Path | None = None,
    cache_dir: str | Path | None = None,
    token: str | bool | None = None,
    endpoint: str | None = None,
) -> FolderVerification:
    """Hash every file of a repository that is on this machine, and compare with the Hub.

    Parameters
    ----------
    local_dir
        A folder the repository was pulled to; default: its snapshot in the cache.

    Raises
    ------
    HFValidationError
        For both `local_dir` and `cache_dir`, or where there is nothing to compare.
    """
    if local_dir is not None and cache_dir is not None:
        msg = "Pass local_dir or cache_dir, not both: which copy is meant?"
        raise HFValidationError(msg)
    repo = RepoId.parse(repo_id, repo_type)
    hub = HubClient.from_env(token, endpoint, cache_dir)
    root, at = _local_root(hub, repo, revision, local_dir)
    remote = {entry.path: entry for entry in fetch_tree(hub, repo, at) if isinstance(entry, RepoFile)}
    return compare(remote, local_files(root), at, root)


def _local_root(hub: HubClient, repo: RepoId, revision: str | None, local_dir: str | Path | None) -> tuple[Path, str]:
    """Find the folder, and the revision it is to be compared with."""
    if local_dir is not None:
        root = Path(local_dir).expanduser().resolve()
        if not root.is_dir():
            msg = f"{root} is not a folder."
            raise HFValidationError(msg)
        return root, revision or "main"
    cached = RepoCache(hub.settings.cache_dir, repo)
    if not cached.folder.is_dir():
        msg = f"{repo} is not in the cache ({hub.settings.cache_dir}). Pull it first, or name a local_dir."
        raise HFValidationError(msg)
    commit = cached.read_ref(revision or "main")
    if commit is None and revision is None:
        commit = _only_snapshot(cached)
    if commit is None or not cached.snapshot(commit).is_dir():
        msg = f"{repo} at {revision or 'main'!r} is not in the cache ({cached.folder}). Pull it, or name a revision."
        raise HFValidationError(msg)
    return cached.snapshot(commit), commit


def _only_snapshot(cached: RepoCache) -> str | None:
    folder = cached.folder / "snapshots"
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    return names[0] if len(names) == 1 and is_commit_hash(names[0]) else None


def local_files(root: Path) -> dict[str, Path]:
    """Give the files below `root` by their path in the repository, without the notes pulls leave there."""
    found: dict[str, Path] = {}
    for folder, names, files in os.walk(root):
        here = Path(folder)
        parts = here.relative_to(root).parts
        if parts == _OWN_NOTES[:1] and _OWN_NOTES[1] in names:
            names.remove(_OWN_NOTES[1])
        found |= {"/".join([*parts, name]): here / name for name in files}
    return found


def compare(remote: Mapping[str, RepoFile], local: Mapping[str, Path], revision: str, root: Path) -> FolderVerification:
    """Compare what is here with what the Hub says."""
    both = sorted(set(remote) & set(local))
    with ThreadPoolExecutor() as pool:
        results = pool.map(_mismatch, [remote[path] for path in both], [local[path] for path in both])
        mismatches = [found for found in results if found is not None]
    return FolderVerification(
        revision=revision,
        checked_count=len(both),
        mismatches=mismatches,
        missing_paths=sorted(set(remote) - set(local)),
        extra_paths=sorted(set(local) - set(remote)),
        verified_path=root,
    )


def _mismatch(entry: RepoFile, path: Path) -> Mismatch | None:
    algorithm: Literal["sha256", "git-sha1"] = "sha256" if entry.lfs else "git-sha1"
    actual = _hash(path, algorithm)
    return None if actual == entry.etag else Mismatch(entry.path, entry.etag, actual, algorithm)


def _hash(path: Path, algorithm: Literal["sha256", "git-sha1"]) -> str:
    with path.open("rb") as file:
        if algorithm == "sha256":
            digest = hashlib.sha256()
        else:
            digest = hashlib.sha1(b"blob %d\0" % os.fstat(file.fileno()).st_size, usedforsecurity=False)
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
        return digest.hexdigest()
