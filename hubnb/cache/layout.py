"""The cache on disk: the same folders, names and links as `huggingface_hub`, so both read each other's files.

A blob appears under its hash in one atomic rename, whole and verified, or not at all; a snapshot is a
folder of links to blobs. Names that come from a Hub (hashes, paths) are checked here before they become
file names.
"""

from __future__ import annotations

import os
import re
import uuid
from functools import lru_cache
from pathlib import Path

from ..client.errors import HFValidationError
from ..client.repo_id import RepoId, is_commit_hash, validate_path_in_repo
from ..client.settings import Settings

_SAFE_ETAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,180}")
_CACHEDIR_TAG = (
    "Signature: 8a477f597d28d172789f06886806bc55\n# This folder is a cache; backup programs may leave it out.\n"
)


class _CachedNoExist:
    """The Hub said, and we remember, that this file does not exist at that commit."""

    def __repr__(self) -> str:
        return "_CACHED_NO_EXIST"


_CACHED_NO_EXIST = _CachedNoExist()


def repo_folder_name(repo_id: str, repo_type: str) -> str:
    """Name of a repository's folder in the cache: ``models--ns--name``."""
    return "--".join([f"{repo_type}s", *repo_id.split("/")])


class RepoCache:
    """One repository's folder in the cache."""

    def __init__(self, cache_dir: Path, repo: RepoId, *, symlinks: bool = True) -> None:
        self.cache_dir = cache_dir
        self.repo = repo
        self.folder = cache_dir / repo_folder_name(repo.repo_id, repo.repo_type)
        self.blobs = self.folder / "blobs"
        self._symlinks = symlinks
        self._prepared = False

    def blob(self, etag: str) -> Path:
        """Where the content with that hash lives.

        Raises
        ------
        HFValidationError
            If the Hub's ETag can't be a file name.
        """
        if not _SAFE_ETAG.fullmatch(etag) or ".." in etag:
            msg = f"The Hub names a file's content {etag!r}, which is no hash; nothing was stored."
            raise HFValidationError(msg)
        return self.blobs / etag

    def snapshot(self, commit: str) -> Path:
        """Folder of the files at `commit`."""
        return self.folder / "snapshots" / commit

    def pointer(self, commit: str, path: str) -> Path:
        """Where the file `path` of `commit` is read."""
        return self.snapshot(commit) / validate_path_in_repo(path)

    def lock_path(self, etag: str) -> Path:
        """File that guards the writing of one blob across processes."""
        return self.cache_dir / ".locks" / self.folder.name / f"{etag}.lock"

    def read_ref(self, revision: str) -> str | None:
        """Commit that `revision` pointed at when the Hub was last asked, or None."""
        if is_commit_hash(revision):
            return revision
        try:
            return self._ref_path(revision).read_text().strip() or None
        except (OSError, UnicodeDecodeError):
            return None

    def write_ref(self, revision: str, commit: str) -> None:
        """Remember where `revision` points."""
        if revision == commit or self.read_ref(revision) == commit:
            return
        self.prepare()
        _write_atomically(self._ref_path(revision), commit)

    def _ref_path(self, revision: str) -> Path:
        refs = self.folder / "refs"
        path = refs / revision
        if ".." in Path(revision).parts or not path.is_relative_to(refs):
            msg = f"{revision!r} is not a revision."
            raise HFValidationError(msg)
        return path

    def is_known_missing(self, commit: str, path: str) -> bool:
        """Whether the Hub once said that `path` does not exist at `commit`."""
        return (self.folder / ".no_exist" / commit / validate_path_in_repo(path)).exists()

    def mark_missing(self, commit: str, path: str) -> None:
        """Remember that `path` does not exist at `commit`."""
        marker = self.folder / ".no_exist" / commit / validate_path_in_repo(path)
        marker.parent.mkdir(parents=True, exist_ok=True)
        marker.touch()

    def prepare(self) -> None:
        """Make the folders, tagged so that backups leave them out."""
        if self._prepared:
            return
        self._prepared = True
        self.blobs.mkdir(parents=True, exist_ok=True)
        tag = self.cache_dir / "CACHEDIR.TAG"
        if not tag.exists():
            tag.write_text(_CACHEDIR_TAG)

    def link(self, etag: str, commit: str, path: str) -> Path:
        """Show the blob as `path` of `commit`; returns the pointer.

        Without symlinks the blob itself moves there, as upstream does it.
        """
        pointer, blob = self.pointer(commit, path), self.blob(etag)
        with_symlink = self._symlinks and supports_symlinks(self.cache_dir)
        to_blob = f"{'../' * (2 + path.count('/'))}blobs/{etag}"
        if with_symlink and _make_symlink(to_blob, pointer):
            return pointer
        if _points_at(pointer, blob):
            return pointer
        pointer.parent.mkdir(parents=True, exist_ok=True)
        temporary = pointer.with_name(f".{uuid.uuid4().hex[:8]}.tmp")
        if with_symlink:
            temporary.symlink_to(to_blob)
        else:
            blob.replace(temporary)
        temporary.replace(pointer)
        return pointer


def _make_symlink(content: str, pointer: Path) -> bool:
    """Make a link where there is nothing yet, in one step; False if there is something."""
    for last in (False, True):
        try:
            os.symlink(content, pointer)  # noqa: PTH211 - a Path for each file of 100,000 costs more than the link
        except FileExistsError:
            return False
        except FileNotFoundError:
            if last:
                raise
            pointer.parent.mkdir(parents=True, exist_ok=True)
        else:
            return True
    return False


def _points_at(pointer: Path, blob: Path) -> bool:
    try:
        return pointer.samefile(blob)
    except OSError:
        return False


@lru_cache(maxsize=32)
def supports_symlinks(folder: Path) -> bool:
    """Whether symlinks work in `folder` (not on Windows without developer mode, nor on some network shares)."""
    folder.mkdir(parents=True, exist_ok=True)
    probe = folder / f".symlink-{uuid.uuid4().hex[:8]}"
    try:
        probe.symlink_to("nowhere")
    except (OSError, NotImplementedError):
        return False
    probe.unlink()
    return True


def _write_atomically(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{uuid.uuid4().hex[:8]}.tmp")
    temporary.write_text(text)
    temporary.replace(path)


def try_to_load_from_cache(
    repo_id: str,
    filename: str,
    cache_dir: str | Path | None = None,
    revision: str | None = None,
    repo_type: str | None = None,
) -> str | _CachedNoExist | None:
    """Look a file up without asking anybody.

    Returns
    -------
    str
        Its path, if it is in the cache.
    _CACHED_NO_EXIST
        If the Hub once said that it does not exist at that commit.
    None
        If nothing is known.
    """
    settings = Settings.from_env(cache_dir=cache_dir)
    cache = RepoCache(settings.cache_dir, RepoId.parse(repo_id, repo_type))
    commit = cache.read_ref(revision or "main")
    if commit is None:
        return None
    pointer = cache.pointer(commit, filename)
    if pointer.is_file():
        return str(pointer)
    return _CACHED_NO_EXIST if cache.is_known_missing(commit, filename) else None
