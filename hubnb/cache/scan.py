"""Finding out what is in the cache: one walk, one `stat` a blob.

A cache of 100,000 entries is a hundred thousand links to read; everything else in the inner loop is kept to a
dictionary look-up and a tuple. Hence plain strings here instead of `pathlib`, which costs more than the walk.
"""

# ruff: noqa: PTH100, PTH112, PTH113, PTH115, PTH116, PTH118, PTH120, PTH123, PTH208

from __future__ import annotations

import os
import re
import stat
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ..client.errors import HFValidationError, HubError
from ..client.settings import Settings
from .inventory import (
    Blob,
    CachedFileInfo,
    CachedIncompleteFileInfo,
    CachedRepoInfo,
    CachedRevisionInfo,
    CorruptedCacheException,
    HFCacheInfo,
    Row,
)

if TYPE_CHECKING:
    from collections.abc import Generator

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
_CAN_OPEN_FOLDERS = {os.readlink, os.stat} <= os.supports_dir_fd and os.scandir in os.supports_fd
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
    scans: list[_RepoScan] = []
    problems: list[CorruptedCacheException] = []
    for name in names:
        if name in _NOT_REPOS or (name == "blobs" and stored is not None):
            continue
        scan = _RepoScan(root / name)
        try:
            repos.append(scan.run())
            scans.append(scan)
        except CorruptedCacheException as problem:
            problems.append(problem)
        except (OSError, UnicodeDecodeError) as error:
            problems.append(CorruptedCacheException(f"{root / name} could not be read: {error}"))
    return HFCacheInfo(
        size_on_disk=_size_of_all(scans, stored),
        repos=frozenset(repos),
        incomplete_files=frozenset(_incomplete_files(root, names)),
        warnings=problems,
        cache_dir=root,
    )


class _RepoScan:
    """One repository's folder, and the blobs its snapshots lead to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.blobs: dict[str, Blob] = {}
        """By name where they are in the blobs folder, by whole path elsewhere."""
        self._prefix = f"{folder}{os.sep}blobs{os.sep}"

    def run(self) -> CachedRepoInfo:
        """Look at everything; a problem is a `CorruptedCacheException`."""
        kind, repo_id = self._identity()
        snapshots = f"{self.folder}{os.sep}snapshots"
        if not os.path.isdir(snapshots):
            msg = f"{self.folder} has no snapshots folder."
            raise CorruptedCacheException(msg)
        refs = self._refs()
        with os.scandir(snapshots) as entries:
            found = [entry for entry in entries if entry.name not in _OS_LITTER]
        revisions = frozenset(self._revision(entry, refs) for entry in found)
        if refs:
            msg = f"{self.folder} has refs to commits that are not here: {refs}"
            raise CorruptedCacheException(msg)
        blobs = self.blobs.values()
        here = None if blobs else self.folder.stat()
        return CachedRepoInfo(
            repo_id=repo_id,
            repo_type=kind,
            repo_path=self.folder,
            size_on_disk=sum([blob[1] for blob in blobs]),
            nb_files=len(blobs),
            revisions=revisions,
            last_accessed=here.st_atime if here else max([blob[2] for blob in blobs]),
            last_modified=here.st_mtime if here else max([blob[3] for blob in blobs]),
        )

    @property
    def leads_outside(self) -> bool:
        """Whether some of the blobs are not in the repository's folder."""
        own = f"{self.folder}{os.sep}"
        return any(os.sep in key and not key.startswith(own) for key in self.blobs)

    def _identity(self) -> tuple[str, str]:
        prefix, dashes, rest = self.folder.name.partition("--")
        if not dashes or not self.folder.is_dir():
            msg = f"{self.folder} is not a repository's folder."
            raise CorruptedCacheException(msg)
        if prefix not in _TYPES:
            msg = f"{self.folder} is of no known type: {prefix!r} is none of {', '.join(sorted(_TYPES))}."
            raise CorruptedCacheException(msg)
        return _TYPES[prefix], rest.replace("--", "/")

    def _refs(self) -> dict[str, set[str]]:
        """Names by the commit they point at."""
        root = f"{self.folder}{os.sep}refs"
        if os.path.isfile(root):
            msg = f"{root} is a file, not a folder."
            raise CorruptedCacheException(msg)
        found: dict[str, set[str]] = {}
        pending = [(root, "")] if os.path.isdir(root) else []
        while pending:
            folder, prefix = pending.pop()
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        pending.append((entry.path, f"{prefix}{entry.name}/"))
                    elif entry.name not in _OS_LITTER and not entry.is_dir():
                        with open(entry.path, "rb") as file:
                            found.setdefault(file.read().decode(), set()).add(prefix + entry.name)
        return found

    def _revision(self, entry: os.DirEntry[str], refs: dict[str, set[str]]) -> CachedRevisionInfo:
        if not entry.is_dir():
            msg = f"{entry.path} is among the snapshots and is no folder."
            raise CorruptedCacheException(msg)
        rows = self._rows(entry.path)
        sizes = {blob[0]: blob[1] for _, blob in rows}
        return CachedRevisionInfo.from_rows(
            rows,
            commit_hash=entry.name,
            snapshot_path=Path(entry.path),
            size_on_disk=sum(sizes.values()),
            refs=frozenset(refs.pop(entry.name, ())),
            last_modified=max([blob[3] for _, blob in rows]) if rows else entry.stat().st_mtime,
        )

    def _rows(self, snapshot: str) -> list[Row]:
        """Every file below `snapshot`."""
        rows: list[Row] = []
        pending = [(f"{snapshot}{os.sep}", "../../blobs/")]
        with _opened(self._prefix) as blobs_descriptor:
            while pending:
                folder, to_blobs = pending.pop()
                with _opened(folder) as descriptor:
                    inner = self._read_folder(folder, descriptor, to_blobs, blobs_descriptor, rows)
                pending += [(f"{folder}{name}{os.sep}", f"../{to_blobs}") for name in inner]
        return rows

    def _read_folder(
        self, folder: str, descriptor: int | None, to_blobs: str, blobs_descriptor: int | None, rows: list[Row]
    ) -> list[str]:
        """Add the files of one folder to `rows`; gives the folders in it. A scan's time goes into this loop."""
        inner: list[str] = []
        blobs, skip = self.blobs, len(to_blobs)
        from_here = folder if descriptor is None else ""
        with os.scandir(folder if descriptor is None else descriptor) as entries:
            for entry in entries:
                name = entry.name
                if entry.is_symlink():
                    target = os.readlink(from_here + name, dir_fd=descriptor)
                    key = target[skip:]
                    # Nearly every link has this shape; others are resolved with care.
                    if not target.startswith(to_blobs) or "/" in key:
                        key = self._key_of(os.path.abspath(os.path.join(folder, target)))
                elif entry.is_dir(follow_symlinks=False):
                    inner.append(name)
                    continue
                else:
                    key = folder + name
                blob = blobs.get(key) or self._look_at(key, folder + name, blobs_descriptor)
                if blob is not None:
                    rows.append((folder + name, blob))
        return inner

    def _key_of(self, path: str) -> str:
        name = path.removeprefix(self._prefix)
        return path if os.sep in name else name

    def _look_at(self, key: str, path: str, blobs_descriptor: int | None) -> Blob | None:
        """Size and times of a blob; None for a link to a folder, which is no file."""
        named = os.sep not in key
        blob_path = self._prefix + key if named else key
        try:
            if named and blobs_descriptor is not None:
                found = os.stat(key, dir_fd=blobs_descriptor)
            else:
                found = os.stat(blob_path)
        except OSError as error:
            if os.path.isdir(path):
                return None
            msg = f"{path} leads to {blob_path}, which is not there."
            raise CorruptedCacheException(msg) from error
        if stat.S_ISDIR(found.st_mode):
            return None
        blob = self.blobs[key] = (blob_path, found.st_size, found.st_atime, found.st_mtime)
        return blob


@contextmanager
def _opened(folder: str) -> Generator[int | None]:
    """Open a folder, so that the kernel need not find it again for each name in it; None where that can't be done."""
    descriptor = None
    if _CAN_OPEN_FOLDERS:
        with suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY)
    try:
        yield descriptor
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _incomplete_files(root: Path, names: list[str]) -> list[CachedIncompleteFileInfo]:
    found: list[CachedIncompleteFileInfo] = []
    for name in names:
        folder = f"{root}/{name}/blobs"
        try:
            inside = os.listdir(folder)
        except OSError:
            continue
        for blob in [blob for blob in inside if blob.endswith(".incomplete")]:
            with suppress(OSError):  # finished, or swept away, meanwhile
                found.append(CachedIncompleteFileInfo(Path(folder, blob), Path(folder, blob).stat().st_size))
    return found


def _shared_store(root: Path) -> Path | None:
    """Give the folder of blobs that repositories share (newer `huggingface_hub` with Xet), if there is one."""
    store = root / "blobs"
    try:
        return store if (store / ".huggingface-shared-blobs").read_text() == "1\n" else None
    except (OSError, UnicodeDecodeError):
        return None


def _size_of_all(scans: list[_RepoScan], store: Path | None) -> int:
    """Bytes of all blobs, each once: also those two repositories link to, or that nothing links to in the store."""
    if store is None and not any(scan.leads_outside for scan in scans):
        return sum(blob[1] for scan in scans for blob in scan.blobs.values())
    shared = {} if store is None else {str(path): path.stat().st_size for path in _stored_files(store)}
    sizes = {blob[0]: blob[1] for scan in scans for blob in scan.blobs.values()}
    own = sum(size for path, size in sizes.items() if not shared or _first_hop(path) not in shared)
    return own + sum(shared.values())


def _stored_files(store: Path) -> list[Path]:
    return [path for path in store.glob("??/*") if _is_stored(path, store)]


def _is_stored(path: Path, store: Path) -> bool:
    name = path.relative_to(store).as_posix()
    return _STORED_NAME.fullmatch(name) is not None and not path.is_symlink() and path.is_file()


def _first_hop(path: str) -> str:
    """Where a link points, or the path itself."""
    try:
        return os.path.abspath(os.path.join(os.path.dirname(path), os.readlink(path)))
    except OSError:
        return path
