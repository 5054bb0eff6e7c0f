"""Finding out what is in the cache: one walk, one `stat` a blob.

A cache of 100,000 entries is a hundred thousand links to read; everything else in the inner loop is kept to a
dictionary look-up and a tuple. Hence plain strings here instead of `pathlib`, which costs more than the walk.
"""

# ruff: noqa: PTH100, PTH112, PTH113, PTH115, PTH116, PTH118, PTH120, PTH123, PTH208

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from ..client.errors import HFValidationError, HubError
from ..client.settings import Settings
from .inventory import (
    CachedFileInfo,
    CachedIncompleteFileInfo,
    CachedRepoInfo,
    CachedRevisionInfo,
    CorruptedCacheException,
    HFCacheInfo,
    Row,
    Stat,
)

__all__ = [
    "CacheNotFound",
    "CachedFileInfo",
    "CachedIncompleteFileInfo",
    "CachedRepoInfo",
    "CachedRevisionInfo",
    "CorruptedCacheException",
    "HFCacheInfo",
    "scan_cache_dir",
]

_TYPES = {"models": "model", "datasets": "dataset", "spaces": "space", "kernels": "kernel"}
_OS_LITTER = {".DS_Store", "Thumbs.db", "desktop.ini"}
_NOT_REPOS = {".locks", "CACHEDIR.TAG", *_OS_LITTER}
_STORED_NAME = re.compile(r"([0-9a-f]{2})/\1[0-9a-f]{62}")


class CacheNotFound(HubError):  # noqa: N818 - upstream's name
    """There is no cache folder at that place."""

    def __init__(self, message: str, cache_dir: str | Path) -> None:
        super().__init__(message)
        self.cache_dir = cache_dir


def scan_cache_dir(cache_dir: str | Path | None = None) -> HFCacheInfo:
    """See what the cache holds: repositories, their revisions, files and sizes.

    Entries that are not in order (a link to nowhere, a branch without its files, a stray file) are left out
    and told in `warnings`; they never make the scan fail.

    Parameters
    ----------
    cache_dir
        Folder of the Hub cache; by default the one in use.

    Raises
    ------
    CacheNotFound
        If the folder does not exist.
    HFValidationError
        If it is a file.
    """
    root = Settings.from_env(cache_dir=cache_dir).cache_dir.resolve()
    if not root.exists():
        msg = f"There is no cache at {root}. Pull something first, or name the folder with `cache_dir` or HF_HUB_CACHE."
        raise CacheNotFound(msg, root)
    if not root.is_dir():
        msg = f"{root} is a file, not a cache folder. Name the folder with `cache_dir` or HF_HUB_CACHE."
        raise HFValidationError(msg)
    with os.scandir(root) as entries:
        names = [entry.name for entry in entries]
    stored = _shared_store(root)
    repos: list[CachedRepoInfo] = []
    problems: list[CorruptedCacheException] = []
    blobs: dict[str, int] = {}
    for name in names:
        if name in _NOT_REPOS or (name == "blobs" and stored is not None):
            continue
        scan = _RepoScan(root / name)
        try:
            repos.append(scan.run())
        except CorruptedCacheException as problem:
            problems.append(problem)
        except (OSError, UnicodeDecodeError) as error:
            problems.append(CorruptedCacheException(f"{root / name} could not be read: {error}"))
        else:
            blobs.update((blob, known[0]) for blob, known in scan.blobs.items())
    return HFCacheInfo(
        size_on_disk=sum(blobs.values()) if stored is None else _size_with_store(blobs, stored),
        repos=frozenset(repos),
        incomplete_files=frozenset(_incomplete_files(root, names)),
        warnings=problems,
        cache_dir=root,
    )


class _RepoScan:
    """One repository's folder, and the blobs its snapshots lead to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.blobs: dict[str, Stat] = {}
        self._blob_prefix = f"{folder}/blobs/"

    def run(self) -> CachedRepoInfo:
        """Look at everything; a problem is a `CorruptedCacheException`."""
        kind, repo_id = self._identity()
        snapshots = self.folder / "snapshots"
        if not snapshots.is_dir():
            msg = f"{self.folder} has no snapshots folder."
            raise CorruptedCacheException(msg)
        refs = self._refs()
        with os.scandir(snapshots) as entries:
            found = [entry for entry in entries if entry.name not in _OS_LITTER]
        revisions = frozenset(self._revision(entry, refs) for entry in found)
        if refs:
            msg = f"{self.folder} has refs to commits that are not here: {refs}"
            raise CorruptedCacheException(msg)
        size, accessed, modified = self._totals()
        return CachedRepoInfo(
            repo_id=repo_id,
            repo_type=kind,
            repo_path=self.folder,
            size_on_disk=size,
            nb_files=len(self.blobs),
            revisions=revisions,
            last_accessed=accessed,
            last_modified=modified,
        )

    def _identity(self) -> tuple[str, str]:
        prefix, dashes, rest = self.folder.name.partition("--")
        if not self.folder.is_dir() or not dashes:
            msg = f"{self.folder} is not a repository's folder."
            raise CorruptedCacheException(msg)
        if prefix not in _TYPES:
            msg = f"{self.folder} is of no known type: {prefix!r} is none of {', '.join(sorted(_TYPES))}."
            raise CorruptedCacheException(msg)
        return _TYPES[prefix], rest.replace("--", "/")

    def _refs(self) -> dict[str, set[str]]:
        """Names by the commit they point at."""
        root = f"{self.folder}/refs"
        if os.path.isfile(root):
            msg = f"{root} is a file, not a folder."
            raise CorruptedCacheException(msg)
        found: dict[str, set[str]] = {}
        for folder, _, names in os.walk(root):
            for name in names:
                if name not in _OS_LITTER:
                    path = os.path.join(folder, name)
                    with open(path, encoding="utf-8") as file:
                        found.setdefault(file.read(), set()).add(os.path.relpath(path, root).replace(os.sep, "/"))
        return found

    def _revision(self, entry: os.DirEntry[str], refs: dict[str, set[str]]) -> CachedRevisionInfo:
        if not entry.is_dir():
            msg = f"{entry.path} is among the snapshots and is no folder."
            raise CorruptedCacheException(msg)
        rows = self._rows(entry.path)
        sizes = {blob: known[0] for _, blob, known in rows}
        return CachedRevisionInfo.from_rows(
            rows,
            commit_hash=entry.name,
            snapshot_path=Path(entry.path),
            size_on_disk=sum(sizes.values()),
            refs=frozenset(refs.pop(entry.name, ())),
            last_modified=max([known[2] for _, _, known in rows]) if rows else entry.stat().st_mtime,
        )

    def _rows(self, snapshot: str) -> list[Row]:
        """Every file below `snapshot`; the loop that a scan's time goes into."""
        rows: list[Row] = []
        blobs, readlink = self.blobs, os.readlink
        pending = [(snapshot, "../../blobs/")]
        while pending:
            folder, to_blobs = pending.pop()
            with os.scandir(folder) as entries:
                for entry in entries:
                    path = blob = entry.path
                    if entry.is_symlink():
                        target = readlink(path)
                        name = target[len(to_blobs) :]
                        # Nearly every link has this shape; others are resolved with care.
                        if target.startswith(to_blobs) and "/" not in name:
                            blob = self._blob_prefix + name
                        else:
                            blob = os.path.abspath(os.path.join(folder, target))
                    elif entry.is_dir(follow_symlinks=False):
                        pending.append((path, f"../{to_blobs}"))
                        continue
                    known = blobs.get(blob) or self._look_at(blob, path)
                    if known is not None:
                        rows.append((path, blob, known))
        return rows

    def _look_at(self, blob: str, path: str) -> Stat | None:
        """Size and times of a blob; None for a link to a folder, which is no file."""
        try:
            found = os.stat(blob)
        except OSError as error:
            if os.path.isdir(path):
                return None
            msg = f"{path} leads to {blob}, which is not there."
            raise CorruptedCacheException(msg) from error
        if stat.S_ISDIR(found.st_mode):
            return None
        known = self.blobs[blob] = (found.st_size, found.st_atime, found.st_mtime)
        return known

    def _totals(self) -> Stat:
        if not self.blobs:
            found = self.folder.stat()
            return 0, found.st_atime, found.st_mtime
        sizes, accessed, modified = zip(*self.blobs.values(), strict=True)
        return sum(sizes), max(accessed), max(modified)


def _incomplete_files(root: Path, names: list[str]) -> list[CachedIncompleteFileInfo]:
    found: list[CachedIncompleteFileInfo] = []
    for name in names:
        folder = f"{root}/{name}/blobs"
        try:
            inside = os.listdir(folder)
        except OSError:
            continue
        for blob in inside:
            if blob.endswith(".incomplete"):
                try:
                    size = os.stat(f"{folder}/{blob}").st_size
                except OSError:
                    continue
                found.append(CachedIncompleteFileInfo(Path(folder, blob), size))
    return found


def _shared_store(root: Path) -> Path | None:
    """Give the folder of blobs that repositories share (newer `huggingface_hub` with Xet), if there is one."""
    store = root / "blobs"
    try:
        return store if (store / ".huggingface-shared-blobs").read_text() == "1\n" else None
    except (OSError, UnicodeDecodeError):
        return None


def _size_with_store(blobs: dict[str, int], store: Path) -> int:
    """Bytes of all blobs, each of the shared ones once, also those that nothing links to."""
    shared = {str(path): path.stat().st_size for path in store.glob("??/*") if _is_stored(path, store)}
    own = sum(size for blob, size in blobs.items() if _first_hop(blob) not in shared)
    return own + sum(shared.values())


def _is_stored(path: Path, store: Path) -> bool:
    name = path.relative_to(store).as_posix()
    return _STORED_NAME.fullmatch(name) is not None and not path.is_symlink() and path.is_file()


def _first_hop(path: str) -> str:
    """Where a link points, or the path itself."""
    try:
        return os.path.abspath(os.path.join(os.path.dirname(path), os.readlink(path)))
    except OSError:
        return path
