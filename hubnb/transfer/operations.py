"""What a commit may do, with upstream's names: add, delete, copy."""

from __future__ import annotations

import io
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, Literal

from ..client.errors import HFValidationError
from ..client.repo_id import validate_path_in_repo
from .content import Content, FileContent, content_of, read_all

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


_NEVER_PUSHED = "/.cache/huggingface/"


def _checked_path(path: str) -> str:
    """Give a path as the repository knows it; one slash at its beginning is taken for the root of the repository."""
    cleaned = validate_path_in_repo(path[1:] if path.startswith("/") else path)
    if ".git" in cleaned.split("/") or _NEVER_PUSHED in f"/{cleaned}/":
        msg = f"{path!r} belongs to git or to the cache of pulls, and is never pushed."
        raise HFValidationError(msg)
    return cleaned


@dataclass(slots=True)
class CommitOperationAdd:
    """Put a file at `path_in_repo`.

    Parameters
    ----------
    path_or_fileobj
        A path on disk, bytes, or a file opened in binary mode.

    Raises
    ------
    HFValidationError
        At once, if the path can't be in a repository or there is no such file.
    """

    path_in_repo: str
    path_or_fileobj: str | Path | bytes | BinaryIO
    content: Content = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self.path_in_repo = _checked_path(self.path_in_repo)
        if not self.path_in_repo.isprintable() and any(ord(character) < 32 for character in self.path_in_repo):
            msg = (
                f"{self.path_in_repo!r} has a control character in its name, which no Hub takes. Rename it, then push."
            )
            raise HFValidationError(msg)
        self.content = content_of(self.path_or_fileobj)

    def look_again(self) -> None:
        """Take in a file's size and time as they are now."""
        if isinstance(self.content, FileContent):
            self.content = content_of(self.path_or_fileobj)

    @contextmanager
    def as_file(self) -> Iterator[BinaryIO]:
        """Open the content for reading."""
        yield io.BytesIO(read_all(self.content))


@dataclass
class CommitOperationDelete:
    """Remove `path_in_repo`; a path that ends in ``/`` is a folder, which goes with all below it."""

    path_in_repo: str
    is_folder: bool | Literal["auto"] = "auto"

    def __post_init__(self) -> None:
        if self.is_folder == "auto":
            self.is_folder = self.path_in_repo.endswith("/")
        if not isinstance(self.is_folder, bool):  # pyright: ignore[reportUnnecessaryIsInstance] - "no" would be true
            msg = f"is_folder must be True, False or 'auto', not {self.is_folder!r}."
            raise HFValidationError(msg)
        self.path_in_repo = _checked_path(self.path_in_repo.rstrip("/"))


@dataclass
class CommitOperationCopy:
    """Put a copy of `src_path_in_repo` (at `src_revision`, default: the target branch) at `path_in_repo`."""

    src_path_in_repo: str
    path_in_repo: str
    src_revision: str | None = None

    def __post_init__(self) -> None:
        self.src_path_in_repo = validate_path_in_repo(self.src_path_in_repo)
        self.path_in_repo = validate_path_in_repo(self.path_in_repo)


CommitOperation = CommitOperationAdd | CommitOperationDelete | CommitOperationCopy


def check_operations(operations: Iterable[CommitOperation]) -> list[CommitOperation]:
    """Refuse what can't become one commit, before anything moves.

    Raises
    ------
    HFValidationError
        If two operations write the same path.
    """
    checked = list(operations)
    written: set[str] = set()
    for operation in checked:
        if isinstance(operation, CommitOperationDelete):
            continue
        if operation.path_in_repo in written:
            msg = f"Two operations write {operation.path_in_repo!r} in one commit. Keep the one you mean."
            raise HFValidationError(msg)
        written.add(operation.path_in_repo)
    return checked
