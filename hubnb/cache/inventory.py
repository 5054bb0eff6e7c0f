"""What is in the cache, as frozen records with the names `huggingface_hub` users know.

A scan of a large cache finds a hundred thousand files, and making as many objects and paths takes longer than
finding them. So a scan hands over what it saw as plain rows; the records of files, and their paths, are made
when somebody looks at them. They tell what was true when the cache was scanned.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .delete import DeleteCacheStrategy

Blob = tuple[str, int, float, float]
"""Path and size of a blob, and the times of its last access and its last change."""

Row = tuple[str, Blob]
"""Path of a file in a snapshot, and the blob that is its content."""

_AGES = (
    ("second", 1, 59),
    ("minute", 60, 59),
    ("hour", 3600, 23),
    ("day", 86_400, 6),
    ("week", 7 * 86_400, 6),
    ("month", 30 * 86_400, 11),
)
_YEAR_S = 365 * 86_400


class CorruptedCacheException(Exception):  # noqa: N818 - upstream's name
    """A repository in the cache is not as it should be; collected in `HFCacheInfo.warnings`, never raised."""


@dataclass(frozen=True)
class CachedFileInfo:
    """One file of one revision.

    Attributes
    ----------
    file_name
        Its last name, e.g. ``config.json``.
    file_path
        Where it is read, in the snapshot.
    blob_path
        Where its content is; the file itself where the cache has no links.
    size_on_disk
        Bytes of the content.
    blob_last_accessed, blob_last_modified
        Seconds since the epoch.
    """

    file_name: str
    file_path: Path
    blob_path: Path
    size_on_disk: int
    blob_last_accessed: float
    blob_last_modified: float

    @classmethod
    def from_row(cls, row: Row) -> CachedFileInfo:
        """Make the record of a file that a scan saw."""
        path, (blob, size, accessed, modified) = row
        info = cls.__new__(cls)
        info.__dict__.update(
            file_name=path.rpartition(os.sep)[2],
            size_on_disk=size,
            blob_last_accessed=accessed,
            blob_last_modified=modified,
            _file_path=path,
            _blob_path=blob,
        )
        return info

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            text = self.__dict__.get(f"_{name}") if name in ("file_path", "blob_path") else None
            if text is None:
                msg = f"{type(self).__name__} has no attribute {name!r}"
                raise AttributeError(msg)
            path = self.__dict__[name] = Path(text)
            return path

    def __hash__(self) -> int:
        return hash(self.__dict__.get("_file_path") or str(self.file_path))

    @property
    def size_on_disk_str(self) -> str:
        """Size for people, e.g. ``42.2K``."""
        return size_for_people(self.size_on_disk)

    @property
    def blob_last_accessed_str(self) -> str:
        """Last access for people, e.g. ``2 weeks ago``."""
        return age_for_people(self.blob_last_accessed)

    @property
    def blob_last_modified_str(self) -> str:
        """Last change for people, e.g. ``2 weeks ago``."""
        return age_for_people(self.blob_last_modified)


@dataclass(frozen=True)
class CachedRevisionInfo:
    """One commit of a repository, as far as it is here.

    Attributes
    ----------
    commit_hash
        The commit.
    snapshot_path
        Folder of its files.
    size_on_disk
        Bytes of its blobs, each counted once.
    files
        Its files.
    refs
        Branches and tags that point at it; none if it is detached.
    last_modified
        Seconds since the epoch: its youngest blob, or the folder if it is empty.
    """

    commit_hash: str
    snapshot_path: Path
    size_on_disk: int
    files: frozenset[CachedFileInfo]
    refs: frozenset[str]
    last_modified: float

    @classmethod
    def from_rows(cls, rows: list[Row], **values: Any) -> CachedRevisionInfo:
        """Make the record of a revision; those of its files come when they are asked for."""
        info = cls.__new__(cls)
        info.__dict__.update(values, _rows=rows)
        return info

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            rows = self.__dict__.get("_rows")
            if name != "files" or rows is None:
                msg = f"{type(self).__name__} has no attribute {name!r}"
                raise AttributeError(msg)
            files = self.__dict__["files"] = frozenset(map(CachedFileInfo.from_row, rows))
            return files

    def __hash__(self) -> int:
        return hash((self.commit_hash, self.snapshot_path))

    @property
    def nb_files(self) -> int:
        """Number of files."""
        rows = self.__dict__.get("_rows")
        return len(self.files if rows is None else rows)

    @property
    def size_on_disk_str(self) -> str:
        """Size for people, e.g. ``42.2K``."""
        return size_for_people(self.size_on_disk)

    @property
    def last_modified_str(self) -> str:
        """Last change for people, e.g. ``2 weeks ago``."""
        return age_for_people(self.last_modified)


@dataclass(frozen=True)
class CachedRepoInfo:
    """One repository, as far as it is here.

    Attributes
    ----------
    repo_id, repo_type
        Which it is.
    repo_path
        Its folder in the cache.
    size_on_disk
        Bytes of its blobs, each counted once, however many revisions share it.
    nb_files
        Number of these blobs.
    revisions
        Its commits.
    last_accessed, last_modified
        Seconds since the epoch, over all its blobs.
    """

    repo_id: str
    repo_type: str
    repo_path: Path
    size_on_disk: int
    nb_files: int
    revisions: frozenset[CachedRevisionInfo]
    last_accessed: float
    last_modified: float

    @property
    def cache_id(self) -> str:
        """Type and id in one, e.g. ``model/me/digits``."""
        return f"{self.repo_type}/{self.repo_id}"

    @property
    def refs(self) -> dict[str, CachedRevisionInfo]:
        """Revisions by the branches and tags that point at them."""
        return {ref: revision for revision in self.revisions for ref in revision.refs}

    @property
    def size_on_disk_str(self) -> str:
        """Size for people, e.g. ``42.2K``."""
        return size_for_people(self.size_on_disk)

    @property
    def last_accessed_str(self) -> str:
        """Last access for people, e.g. ``2 weeks ago``."""
        return age_for_people(self.last_accessed)

    @property
    def last_modified_str(self) -> str:
        """Last change for people, e.g. ``2 weeks ago``."""
        return age_for_people(self.last_modified)


@dataclass(frozen=True)
class CachedIncompleteFileInfo:
    """A part of a file that a download of `huggingface_hub` left behind (ours are taken up again by the next pull)."""

    file_path: Path
    size_on_disk: int


@dataclass(frozen=True)
class HFCacheInfo:
    """Everything in the cache.

    Attributes
    ----------
    size_on_disk
        Bytes of all blobs, each counted once.
    repos
        The repositories that are in order.
    incomplete_files
        Halves of files that interrupted downloads of `huggingface_hub` left.
    warnings
        One for each entry that is not in order and was left out.
    cache_dir
        The folder that was scanned.
    """

    size_on_disk: int
    repos: frozenset[CachedRepoInfo]
    incomplete_files: frozenset[CachedIncompleteFileInfo]
    warnings: list[CorruptedCacheException]
    cache_dir: Path | None = None

    @property
    def size_on_disk_str(self) -> str:
        """Size for people, e.g. ``42.2K``."""
        return size_for_people(self.size_on_disk)

    @property
    def incomplete_size_on_disk(self) -> int:
        """Bytes of the halves."""
        return sum(file.size_on_disk for file in self.incomplete_files)

    def delete_revisions(self, *revisions: str) -> DeleteCacheStrategy:
        """Plan to delete commits, wherever they are in the cache; nothing happens until `execute()`.

        A repository that loses its last revision goes as a whole. A hash that is not here only warns.

        Parameters
        ----------
        *revisions
            Commit hashes, in full.

        Returns
        -------
        DeleteCacheStrategy
            What would go, with `expected_freed_size`; `execute()` does it.
        """
        from .delete import plan_deletion

        return plan_deletion(self, revisions)

    def delete_files(self, *files: CachedFileInfo) -> DeleteCacheStrategy:
        """Plan to delete single files of snapshots; nothing happens until `execute()`.

        What another revision still needs stays, and so do branches and snapshots, be they empty.

        Parameters
        ----------
        *files
            Some of what this report lists.
        """
        from .delete import plan_file_deletion

        return plan_file_deletion(self, files)

    def export_as_table(self, *, verbosity: int = 0) -> str:
        """Show it as text: a line for each repository, or with ``verbosity=1`` for each revision."""
        if verbosity == 0:
            heads = "REPO ID,REPO TYPE,SIZE ON DISK,NB FILES,LAST_ACCESSED,LAST_MODIFIED,REFS,LOCAL PATH"
            lines = [_repo_line(repo) for repo in _in_order(self.repos)]
        else:
            heads = "REPO ID,REPO TYPE,REVISION,SIZE ON DISK,NB FILES,LAST_MODIFIED,REFS,LOCAL PATH"
            lines = [
                _revision_line(repo, revision)
                for repo in _in_order(self.repos)
                for revision in sorted(repo.revisions, key=lambda revision: revision.commit_hash)
            ]
        return _table([heads.split(","), *lines])


def _in_order(repos: Iterable[CachedRepoInfo]) -> list[CachedRepoInfo]:
    return sorted(repos, key=lambda repo: repo.repo_path)


def _repo_line(repo: CachedRepoInfo) -> list[str]:
    return [
        repo.repo_id,
        repo.repo_type,
        f"{repo.size_on_disk_str:>12}",
        str(repo.nb_files),
        repo.last_accessed_str,
        repo.last_modified_str,
        ", ".join(sorted(repo.refs)),
        str(repo.repo_path),
    ]


def _revision_line(repo: CachedRepoInfo, revision: CachedRevisionInfo) -> list[str]:
    return [
        repo.repo_id,
        repo.repo_type,
        revision.commit_hash,
        f"{revision.size_on_disk_str:>12}",
        str(revision.nb_files),
        revision.last_modified_str,
        ", ".join(sorted(revision.refs)),
        str(revision.snapshot_path),
    ]


def _table(lines: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    ruled = [lines[0], ["-" * width for width in widths], *lines[1:]]
    return "\n".join(" ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in ruled)


def size_for_people(size: float) -> str:
    """Write a number of bytes in powers of 1000, e.g. ``42.2K``."""
    for unit in ("", "K", "M", "G", "T", "P", "E", "Z"):
        if abs(size) < 1000:
            return f"{size:.1f}{unit}"
        size /= 1000
    return f"{size:.1f}Y"


def age_for_people(timestamp: float) -> str:
    """Write how long ago that was, e.g. ``2 weeks ago``."""
    age_s = time.time() - timestamp
    if age_s < 20:
        return "a few seconds ago"
    unit, count = "year", round(age_s / _YEAR_S)
    for name, unit_s, most in _AGES:
        if round(age_s / unit_s) <= most:
            unit, count = name, round(age_s / unit_s)
            break
    return f"{count} {unit}{'s' if count > 1 else ''} ago"
