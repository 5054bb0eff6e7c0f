"""Where pulled files go: the shared cache, or a folder of the caller's own."""

from __future__ import annotations

import hashlib
import shutil
import time
from typing import TYPE_CHECKING, Protocol

from ..client.errors import HFValidationError
from ..client.repo_id import is_commit_hash, validate_path_in_repo

if TYPE_CHECKING:
    from pathlib import Path

    from .layout import RepoCache


class Destination(Protocol):
    """What the engine needs to know of a place for files."""

    folder: Path

    def has(self, commit: str, path: str, etag: str, size: int) -> bool:
        """Whether the content is there, under its name or another; changes nothing."""
        ...

    def settle(self, commit: str, path: str, etag: str) -> None:
        """Make content that `has` found visible as `path`."""
        ...

    def target(self, path: str, etag: str) -> Path:
        """Name the whole, verified content gets."""
        ...

    def partial_folder(self, path: str) -> Path | None:
        """Folder of the file while it arrives; None is the target's own."""
        ...

    def lock_path(self, path: str, etag: str) -> Path:
        """File that keeps two processes from writing the same content."""
        ...

    def publish(self, commit: str, paths: list[str], etag: str) -> None:
        """Make the content, now in place, visible as each of `paths`."""
        ...


class CacheDestination:
    """The shared cache: content under its hash, linked into the snapshot of a commit."""

    def __init__(self, cache: RepoCache) -> None:
        self._cache = cache
        self.folder = cache.folder

    def has(self, commit: str, path: str, etag: str, size: int) -> bool:  # noqa: ARG002
        """Whether the content is here."""
        return self._cache.pointer(commit, path).exists() or self._cache.blob(etag).exists()

    def settle(self, commit: str, path: str, etag: str) -> None:
        """Link the blob, where only the link lacks."""
        if not self._cache.pointer(commit, path).exists():
            self._cache.link(etag, commit, path)

    def target(self, path: str, etag: str) -> Path:  # noqa: ARG002
        """Give the blob's path."""
        self._cache.prepare()
        return self._cache.blob(etag)

    def partial_folder(self, path: str) -> Path | None:  # noqa: ARG002
        """Beside the blob."""
        return None

    def lock_path(self, path: str, etag: str) -> Path:  # noqa: ARG002
        """One lock a blob."""
        return self._cache.lock_path(etag)

    def publish(self, commit: str, paths: list[str], etag: str) -> None:
        """Link the blob into the snapshot; without symlinks it moves to the first name and is copied to the others."""
        first = self._cache.link(etag, commit, paths[0])
        for path in paths[1:]:
            if self._cache.blob(etag).exists():
                self._cache.link(etag, commit, path)
            else:
                _copy(first, self._cache.pointer(commit, path))


class LocalDirDestination:
    """A folder of the caller's: real files, with upstream's small metadata beside them.

    A file counts as there while its metadata names its hash and the file was not touched since.
    """

    def __init__(self, local_dir: Path, cache: RepoCache) -> None:
        self.folder = local_dir
        self._cache = cache
        self._bookkeeping = local_dir / ".cache" / "huggingface"

    def has(self, commit: str, path: str, etag: str, size: int) -> bool:  # noqa: ARG002
        """Whether the file is there and the right one, or a copy in the shared cache."""
        if self._is_right(path, etag, size):
            return True
        blob = self._cache.blob(etag)
        return blob.is_file() and blob.stat().st_size == size

    def settle(self, commit: str, path: str, etag: str) -> None:
        """Copy the file from the shared cache where it is only there, and note what it is."""
        target = self._file(path)
        blob = self._cache.blob(etag)
        if blob.is_file() and not self._is_right(path, etag, blob.stat().st_size):
            _copy(blob, target)
        self._write_metadata(path, commit, etag)

    def _is_right(self, path: str, etag: str, size: int) -> bool:
        target = self._file(path)
        if not target.is_file() or target.stat().st_size != size:
            return False
        known = self._read_metadata(path)
        return (known is not None and known[1] == etag) or (len(etag) == 64 and _sha256(target) == etag)

    def is_current(self, commit: str, path: str) -> bool:
        """Whether the file is there and known to be that of `commit`, which needs no question to the Hub."""
        known = self._read_metadata(path)
        return is_commit_hash(commit) and known is not None and known[0] == commit and self._file(path).is_file()

    def target(self, path: str, etag: str) -> Path:  # noqa: ARG002
        """Give the file itself."""
        target = self._file(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        self._prepare()
        return target

    def partial_folder(self, path: str) -> Path | None:
        """Among the bookkeeping, never beside the caller's files."""
        return (self._bookkeeping / "download" / validate_path_in_repo(path)).parent

    def lock_path(self, path: str, etag: str) -> Path:  # noqa: ARG002
        """One lock a file."""
        return self._bookkeeping / "download" / f"{validate_path_in_repo(path)}.lock"

    def publish(self, commit: str, paths: list[str], etag: str) -> None:
        """Note which commit and hash the file is."""
        for path in paths:
            self._write_metadata(path, commit, etag)

    def _file(self, path: str) -> Path:
        """Give the file's place, refusing one that a link would move outside the folder."""
        target = self.folder / validate_path_in_repo(path)
        root = self.folder.resolve()
        if not target.parent.resolve().is_relative_to(root):
            msg = f"{path!r} leads out of {self.folder} through a link; nothing was written."
            raise HFValidationError(msg)
        return target

    def _prepare(self) -> None:
        self._bookkeeping.mkdir(parents=True, exist_ok=True)
        ignore = self._bookkeeping / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*")

    def _metadata_path(self, path: str) -> Path:
        return self._bookkeeping / "download" / f"{validate_path_in_repo(path)}.metadata"

    def _read_metadata(self, path: str) -> tuple[str, str] | None:
        """Commit and hash of the file, unless it was changed after they were noted."""
        try:
            commit, etag, noted_at = self._metadata_path(path).read_text().splitlines()[:3]
            changed_at = self._file(path).stat().st_mtime
            return (commit, etag) if changed_at - 1 <= float(noted_at) else None
        except (OSError, ValueError):
            return None

    def _write_metadata(self, path: str, commit: str, etag: str) -> None:
        metadata = self._metadata_path(path)
        metadata.parent.mkdir(parents=True, exist_ok=True)
        self._prepare()
        metadata.write_text(f"{commit}\n{etag}\n{time.time()}\n")


def _copy(source: Path, target: Path) -> None:
    """Copy a file so that `target` is never half of it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.hubnb-copy")
    shutil.copyfile(source, temporary)
    temporary.replace(target)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
