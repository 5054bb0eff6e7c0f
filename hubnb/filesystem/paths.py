"""Addresses: ``hf://[datasets/|spaces/]namespace/name[@revision]/path``, with or without the ``hf://``."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import quote, unquote

from ..client.errors import (
    EntryNotFoundError,
    GatedRepoError,
    HFValidationError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from ..client.repo_id import RepoId

if TYPE_CHECKING:
    from collections.abc import Iterator

DEFAULT_REVISION = "main"
_TYPES = {"models": "model", "datasets": "dataset", "spaces": "space"}
_WEB_PREFIX = {"model": "", "dataset": "datasets/", "space": "spaces/"}
_ELSEWHERE = ("buckets", "kernels")
# Revisions that hold slashes as they stand; any other slash in a revision is written %2F.
_SPECIAL_REVISION = re.compile(r"refs/(?:convert/[\w.-]+|pr/\d+)(?=/|$)")


@dataclass
class HfFileSystemResolvedPath:
    """Where a path leads: `root` names the repository at a revision, `path` what lies below."""

    root: str
    path: str

    def unresolve(self) -> str:
        """Give the path as a string again, as `ls` and `info` name it."""
        return f"{self.root}/{self.path}".rstrip("/")


@dataclass
class HfFileSystemResolvedRepositoryPath(HfFileSystemResolvedPath):
    """A path in a repository.

    `_raw_revision` is the revision as the caller wrote it after ``@``, quoted or not; names are given back that way.
    """

    repo_type: str
    repo_id: str
    revision: str
    path_in_repo: str
    root: str = field(init=False)
    path: str = field(init=False)
    _raw_revision: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self.root = self.repo_path
        if self._raw_revision:
            self.root += f"@{self._raw_revision}"
        elif self.revision != DEFAULT_REVISION:
            self.root += f"@{quoted_revision(self.revision)}"
        self.path = self.path_in_repo

    @property
    def repo_path(self) -> str:
        """The repository alone, e.g. ``datasets/me/digits``."""
        return _WEB_PREFIX[self.repo_type] + self.repo_id

    @property
    def repo(self) -> RepoId:
        """The repository, as the client names it."""
        return RepoId(self.repo_id, self.repo_type)

    def sibling(self, path_in_repo: str) -> HfFileSystemResolvedRepositoryPath:
        """Give another path of the same repository and revision."""
        return HfFileSystemResolvedRepositoryPath(
            self.repo_type, self.repo_id, self.revision, path_in_repo, _raw_revision=self._raw_revision
        )


def quoted_revision(revision: str) -> str:
    """Write a revision so that a path can hold it: ``refs/pr/1`` as it is, ``feature/x`` as ``feature%2Fx``."""
    return revision if _SPECIAL_REVISION.fullmatch(revision) else quote(revision, safe="")


def parse_path(path: str, revision: str | None = None) -> HfFileSystemResolvedRepositoryPath:
    """Read a path without its protocol; asks nobody whether it exists.

    Raises
    ------
    FileNotFoundError
        If no repository can have that name.
    NotImplementedError
        For the list of all repositories, and for storage that is no repository.
    ValueError
        For a name without namespace, and if the path names another revision than `revision`.
    """
    if not path:
        msg = "Lists of repositories are not files: name one, e.g. 'hf://datasets/me/digits', or use list_datasets()."
        raise NotImplementedError(msg)
    head, _, rest = path.partition("/")
    repo_type, below = (_TYPES[head], rest) if head in _TYPES else ("model", path)
    if head in _ELSEWHERE:
        msg = f"{path!r} is no repository; hf:// paths here lead to models, datasets and spaces."
        raise NotImplementedError(msg)
    before, at, after = below.partition("@")
    if at and before.count("/") == 1:
        repo_id = before
        raw, path_in_repo = _split_revision(after, revision)
    else:
        parts = below.split("/", 2)
        repo_id, raw, path_in_repo = "/".join(parts[:2]), None, parts[2] if len(parts) > 2 else ""
    if "/" not in repo_id:
        msg = f"{path!r} lacks a namespace: a path starts with 'namespace/name', e.g. 'openai-community/gpt2'."
        raise ValueError(msg)
    _check_repo(path, repo_id, repo_type)
    return HfFileSystemResolvedRepositoryPath(
        repo_type, repo_id, _revision(raw, revision), path_in_repo.strip("/"), _raw_revision=raw
    )


def _check_repo(path: str, repo_id: str, repo_type: str) -> None:
    try:
        RepoId.parse(repo_id, repo_type)
    except HFValidationError as error:
        raise_not_found(path, error)


def _split_revision(after: str, wanted: str | None) -> tuple[str, str]:
    """Split what follows the ``@`` into the revision, as written, and the path."""
    # Who has a branch `refs` with a folder `pr` says so by `revision=`.
    if wanted and wanted != DEFAULT_REVISION and (after == wanted or after.startswith(f"{wanted}/")):
        return wanted, after[len(wanted) + 1 :]
    special = _SPECIAL_REVISION.match(after)
    if special and (wanted is None or wanted == special[0]):
        return special[0], after[special.end() + 1 :]
    raw, _, path = after.partition("/")
    return raw, path


def _revision(raw: str | None, wanted: str | None) -> str:
    if raw is None:
        return wanted or DEFAULT_REVISION
    written = unquote(raw)
    if wanted is not None and wanted not in (written, raw):
        msg = f"The path names revision {written!r} and revision= names {wanted!r}. Keep one of them."
        raise ValueError(msg)
    if not written:
        msg = "The path has nothing after '@'; name a branch, tag or commit there, or leave the '@' out."
        raise ValueError(msg)
    return written


def raise_not_found(path: str, error: Exception | None = None) -> NoReturn:
    """Say that there is no such file, and why."""
    reason = ""
    if isinstance(error, RepositoryNotFoundError):
        reason = (
            " (repository not found). If it is private, sign in with a token that may read it: hubnb.login(), or token="
        )
    elif isinstance(error, RevisionNotFoundError):
        reason = " (revision not found)"
    elif isinstance(error, HFValidationError):
        reason = f" (invalid repository id). {error}"
    msg = f"{path}{reason}"
    raise FileNotFoundError(msg) from error


@contextmanager
def missing_as_file_not_found(path: str) -> Iterator[None]:
    """Raise what file users catch, with what the Hub said as its cause."""
    try:
        yield
    except (FileNotFoundError, GatedRepoError):
        raise  # a gated repository is there; the error says where to ask for access
    except (RepositoryNotFoundError, RevisionNotFoundError, EntryNotFoundError) as error:
        raise_not_found(path, error)
