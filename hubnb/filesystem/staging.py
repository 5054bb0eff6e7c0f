"""What becomes one commit: gathered while a transaction, or a call that touches several files, is open."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from fsspec.transaction import Transaction

from ..transfer import create_commit
from ..transfer.operations import CommitOperation, CommitOperationAdd, CommitOperationCopy, CommitOperationDelete

if TYPE_CHECKING:
    from pathlib import Path

    from .hf_filesystem import HfFileSystem
    from .paths import HfFileSystemResolvedRepositoryPath

_NAMED_IN_MESSAGE = 3


class Staging:
    """Operations on files, by repository and revision; of two on one path the later one counts."""

    def __init__(self, fs: HfFileSystem) -> None:
        self._fs = fs
        self._targets: dict[str, HfFileSystemResolvedRepositoryPath] = {}
        self._operations: dict[str, dict[str, CommitOperation]] = {}
        self._messages: dict[str, dict[str, str | None]] = {}
        self._leftovers: list[Path] = []

    def add(
        self,
        path: HfFileSystemResolvedRepositoryPath,
        operation: CommitOperation,
        *,
        commit_message: str | None = None,
        commit_description: str | None = None,
    ) -> None:
        """Take in one operation on the repository and revision of `path`."""
        key = f"{path.repo_path}@{path.revision}"
        self._targets.setdefault(key, path)
        operations = self._operations.setdefault(key, {})
        operations.pop(operation.path_in_repo, None)  # a later one also comes later
        operations[operation.path_in_repo] = operation
        for name, text in (("commit_message", commit_message), ("commit_description", commit_description)):
            if text is not None:
                self._messages.setdefault(key, {}).setdefault(name, text)

    def remove_later(self, path: Path) -> None:
        """Remove a temporary file once this is over."""
        self._leftovers.append(path)

    def commit(self) -> None:
        """Make one commit for each repository and revision."""
        try:
            for key, target in self._targets.items():
                operations = list(self._operations[key].values())
                options: dict[str, Any] = {"commit_message": _message(operations), **self._messages.get(key, {})}
                try:
                    create_commit(
                        target.repo_id, operations, repo_type=target.repo_type, revision=target.revision,
                        token=self._fs.token, endpoint=self._fs.endpoint, **options,
                    )  # fmt: skip
                finally:
                    self._fs.forget(target)  # also where it failed: somebody else may have made it fail
        finally:
            self.discard()

    def discard(self) -> None:
        """Forget all of it."""
        self._targets.clear()
        self._operations.clear()
        self._messages.clear()
        while self._leftovers:
            with suppress(OSError):
                self._leftovers.pop().unlink()


def _message(operations: list[CommitOperation]) -> str:
    verbs = {CommitOperationAdd: "Upload", CommitOperationDelete: "Delete", CommitOperationCopy: "Copy"}
    kinds = {verbs[type(operation)] for operation in operations}
    copied = [operation for operation in operations if isinstance(operation, CommitOperationCopy)]
    removed = {operation.path_in_repo for operation in operations if isinstance(operation, CommitOperationDelete)}
    if copied and removed and all(copy.src_path_in_repo in removed for copy in copied):
        kinds = {"Move"}
        operations = list(copied)
    verb = kinds.pop() if len(kinds) == 1 else "Change"
    paths = [operation.path_in_repo for operation in operations]
    named = ", ".join(paths[:_NAMED_IN_MESSAGE]) if len(paths) <= _NAMED_IN_MESSAGE else f"{len(paths)} files"
    return f"{verb} {named} with hubnb"


class HubTransaction(Transaction):
    """``with fs.transaction:`` - everything written, removed, copied or moved inside becomes one commit.

    One for each repository and revision, to be exact: the Hub has no commit that spans repositories.
    """

    def __init__(self, fs: HfFileSystem, **_: Any) -> None:
        super().__init__(fs)
        self.staging = Staging(fs)

    def complete(self, commit: bool = True) -> None:
        """Commit what was gathered, or forget it."""
        fs, files = self.fs, list(self.files)
        try:
            if commit:
                for file in files:
                    file.stage(self.staging)
                self.staging.commit()
        finally:
            self.files.clear()
            for file in files:
                file.discard()
            self.staging.discard()
            if fs is not None:
                fs.end_of_transaction()
            self.fs = None
