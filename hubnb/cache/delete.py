"""Making room: which files of the cache go with a revision, known before the first one goes."""

from __future__ import annotations

import shutil
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .inventory import size_for_people

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from .inventory import CachedFileInfo, CachedRepoInfo, CachedRevisionInfo, HFCacheInfo


@dataclass(frozen=True)
class DeleteCacheStrategy:
    """What would go, and how much room that makes; `execute()` does it.

    Attributes
    ----------
    expected_freed_size
        Bytes.
    blobs, refs, snapshots
        Single files and folders of repositories that stay.
    repos
        Folders of repositories that go as a whole.
    files
        Single files of snapshots that stay.
    """

    expected_freed_size: int
    blobs: frozenset[Path]
    refs: frozenset[Path]
    repos: frozenset[Path]
    snapshots: frozenset[Path]
    files: frozenset[Path] = frozenset()

    @property
    def expected_freed_size_str(self) -> str:
        """Size for people, e.g. ``42.2K``."""
        return size_for_people(self.expected_freed_size)

    def execute(self) -> None:
        """Delete; there is no way back.

        Names go before what they name: a branch, then the snapshot, then the blobs, so what is left after an
        interrupt is unused bytes and never a file without its content. What can't be deleted only warns.
        """
        for path in self.refs:
            _remove(path)
        for path in self.files:
            _remove(path)
        for path in self.snapshots:
            _remove(path)
            for note in _notes_about(path):
                _remove(note)
        for path in self.repos:
            _remove_repo(path)
        for path in self.blobs:
            _remove(path)


def plan_deletion(info: HFCacheInfo, revisions: Iterable[str]) -> DeleteCacheStrategy:
    """Find what only these revisions need."""
    wanted = set(revisions)
    affected = [
        (repo, leaving)
        for repo in info.repos
        if (leaving := {revision for revision in repo.revisions if revision.commit_hash in wanted})
    ]
    unknown = wanted - {revision.commit_hash for _, leaving in affected for revision in leaving}
    if unknown:
        msg = f"Not in the cache, so not deleted: {', '.join(sorted(unknown))}. Commit hashes are needed in full."
        warnings.warn(msg, stacklevel=3)
    whole = frozenset(repo.repo_path for repo, leaving in affected if repo.revisions <= leaving)
    parts = [(repo, leaving) for repo, leaving in affected if repo.repo_path not in whole]
    freed: dict[Path, int] = {}
    for repo, leaving in affected:
        freed.update(_only_needed_by(repo, leaving))
    leaving_folders = [revision.snapshot_path for _, leaving in parts for revision in leaving]
    return DeleteCacheStrategy(
        expected_freed_size=sum(freed.values()),
        blobs=frozenset(
            blob
            for repo, leaving in parts
            for blob in _only_needed_by(repo, leaving)
            if blob.parent == repo.repo_path / "blobs"
        ),
        refs=frozenset(
            repo.repo_path / "refs" / ref for repo, leaving in parts for revision in leaving for ref in revision.refs
        ),
        repos=whole,
        snapshots=frozenset(leaving_folders),
    )


def plan_file_deletion(info: HFCacheInfo, files: Iterable[CachedFileInfo]) -> DeleteCacheStrategy:
    """Find the contents that only these files need; branches and snapshots stay, be they empty."""
    leaving = {file.file_path: file for file in files}
    kept = {
        file.blob_path
        for repo in info.repos
        for revision in repo.revisions
        for file in revision.files
        if file.file_path not in leaving
    }
    freed = {file.blob_path: file for file in leaving.values() if file.blob_path not in kept}
    return DeleteCacheStrategy(
        expected_freed_size=sum(file.size_on_disk for file in freed.values()),
        blobs=frozenset(blob for blob, file in freed.items() if _is_content_of_its_repo(blob, file)),
        refs=frozenset(),
        repos=frozenset(),
        snapshots=frozenset(),
        files=frozenset(leaving),
    )


def _is_content_of_its_repo(blob: Path, file: CachedFileInfo) -> bool:
    """Whether a link's target is a blob beside it; one that lies elsewhere is no content of the cache's."""
    return blob.parent.name == "blobs" and blob.parent.parent in file.file_path.parents


def _only_needed_by(repo: CachedRepoInfo, leaving: set[CachedRevisionInfo]) -> dict[Path, int]:
    """Contents that go with these revisions, with their sizes.

    A link that leads out of the repository's folder is no content of the cache's: it goes, what it names stays.
    """
    blobs = repo.repo_path / "blobs"
    staying = {file.blob_path for revision in repo.revisions - leaving for file in revision.files}
    return {
        file.blob_path: file.size_on_disk
        for revision in leaving
        for file in revision.files
        if file.blob_path not in staying
        and file.blob_path.parent in (blobs, file.file_path.parent)
        and not file.blob_path.is_symlink()
    }


def _notes_about(snapshot: Path) -> list[Path]:
    """Give what else the cache remembers of that commit."""
    repo = snapshot.parent.parent
    return [
        path for path in (repo / ".no_exist" / snapshot.name, repo / "trees" / f"{snapshot.name}.json") if path.exists()
    ]


def _remove_repo(folder: Path) -> None:
    for ref in (folder / "refs").rglob("*"):
        if not ref.is_dir():
            _remove(ref)
    _remove(folder / "snapshots")
    _remove(folder)


def _remove(path: Path) -> None:
    try:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        warnings.warn(f"{path} could not be deleted: {error}", stacklevel=3)
