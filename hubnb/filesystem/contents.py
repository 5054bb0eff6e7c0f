"""The half of `HfFileSystem` that moves bytes: opening, reading, writing, copying, removing."""

# fsspec declares no types, so checkers take its defaults for them.
# pyright: reportIncompatibleMethodOverride=false, reportIncompatibleVariableOverride=false

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from fsspec import AbstractFileSystem
from fsspec.callbacks import DEFAULT_CALLBACK
from fsspec.utils import isfilelike

from ..client.errors import HFValidationError
from ..client.repo_id import validate_path_in_repo
from ..transfer.operations import (
    CommitOperation,
    CommitOperationAdd,
    CommitOperationCopy,
    CommitOperationDelete,
)
from .buffered_file import HfFileSystemFile
from .listing import etag_of
from .local_copy import fetch_to_path
from .paths import HfFileSystemResolvedRepositoryPath, missing_as_file_not_found
from .pool import shared_pool
from .remote_file import RemoteFile
from .staging import Staging
from .stream_file import HfFileSystemStreamFile

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator

    from ..client.hub import HubClient

_COPY_BYTES = 4 << 20


class Contents(AbstractFileSystem):
    """What `HfFileSystem` does with bytes."""

    block_size: int | None
    _open_staging: threading.local

    if TYPE_CHECKING:  # the other half

        def hub(self) -> HubClient: ...  # noqa: D102
        def parse_path(  # noqa: D102
            self, path: str, revision: str | None = None
        ) -> HfFileSystemResolvedRepositoryPath: ...
        def check_revision(self, path: HfFileSystemResolvedRepositoryPath) -> None: ...  # noqa: D102

    # One commit

    @contextmanager
    def one_commit(self) -> Iterator[Staging]:
        """Gather what happens inside, in this thread, into one commit; within a transaction, into its commit."""
        outer: Staging | None = getattr(self._open_staging, "staging", None)
        if self._intrans:
            transaction: Any = self.transaction
            yield transaction.staging
        elif outer is not None:
            yield outer
        else:
            staging = self._open_staging.staging = Staging(self)  # pyright: ignore[reportArgumentType] - the other half
            try:
                yield staging
                staging.commit()
            finally:
                self._open_staging.staging = None
                staging.discard()

    def end_of_transaction(self) -> None:
        """Write files one by one again."""
        self._intrans = False
        self._transaction = None

    def _stage(self, path: HfFileSystemResolvedRepositoryPath, operation: CommitOperation, **messages: Any) -> None:
        known = {name: messages.get(name) for name in ("commit_message", "commit_description")}
        with self.one_commit() as staging:
            staging.add(path, operation, **known)

    # Read

    def _open(
        self,
        path: str,
        mode: str = "rb",
        block_size: int | None = None,
        autocommit: bool = True,
        cache_options: dict[str, Any] | None = None,
        revision: str | None = None,
        **kwargs: Any,
    ) -> HfFileSystemFile | HfFileSystemStreamFile:
        if "a" in mode:
            msg = f"A file on the Hub can't be appended to: read {path}, and write it anew with what is to be added."
            raise NotImplementedError(msg)
        block_size = self.block_size if block_size is None else block_size
        if block_size == 0 and mode == "rb":
            return HfFileSystemStreamFile(self, path, mode=mode, revision=revision, **kwargs)  # pyright: ignore[reportArgumentType]
        return HfFileSystemFile(
            self, path, mode=mode, revision=revision, block_size=block_size or None,  # pyright: ignore[reportArgumentType]
            autocommit=autocommit, cache_options=cache_options, **kwargs,
        )  # fmt: skip

    def cat_file(
        self,
        path: str,
        start: int | None = None,
        end: int | None = None,
        revision: str | None = None,
        **kwargs: Any,  # noqa: ARG002 - fsspec hands in what `open` takes
    ) -> bytes:
        """Give a file's bytes, or a slice of them; one request, and more only for a large file."""
        resolved = self.parse_path(path, revision)
        if (start or 0) < 0 or (end or 0) < 0:
            size = int(self.info(resolved.unresolve())["size"])
            start = max(0, size + start) if start and start < 0 else start
            end = size + end if end and end < 0 else end
        with missing_as_file_not_found(resolved.unresolve()):
            return RemoteFile(self.hub(), resolved).read_all(start or 0, end)

    def cat_ranges(
        self,
        paths: list[str],
        starts: Any,
        ends: Any,
        max_gap: int | None = None,  # noqa: ARG002 - each range is a request of its own
        on_error: str = "return",
        **kwargs: Any,
    ) -> list[Any]:
        """Give slices of files, brought side by side."""
        starts = starts if isinstance(starts, list) else [starts] * len(paths)
        ends = ends if isinstance(ends, list) else [ends] * len(paths)
        tasks = [
            shared_pool().submit(self.cat_file, path, start, end, **kwargs)
            for path, start, end in zip(paths, starts, ends, strict=True)
        ]
        return [_result(task, on_error) for task in tasks]

    def cat(self, path: Any, recursive: bool = False, on_error: str = "raise", **kwargs: Any) -> Any:
        """Give the bytes of a file, or of several by their name, brought side by side."""
        paths = self.expand_path(path, recursive=recursive)
        if len(paths) == 1 and isinstance(path, str) and paths[0] == self._strip_protocol(path):
            return self.cat_file(paths[0], **kwargs)
        files = [name for name in paths if not self.isdir(name)]
        tasks = {name: shared_pool().submit(self.cat_file, name, **kwargs) for name in files}
        found = {name: _result(task, on_error) for name, task in tasks.items()}
        return {name: data for name, data in found.items() if not (on_error == "omit" and isinstance(data, Exception))}

    def get_file(
        self, rpath: str, lpath: Any = None, callback: Any = DEFAULT_CALLBACK, outfile: Any = None, **kwargs: Any
    ) -> None:
        """Bring a file to disk, checked against its hash; what was at `lpath` stays until the new file is whole."""
        resolved = self.parse_path(rpath, kwargs.get("revision"))
        info = self.info(resolved.unresolve())
        output: Any = cast("Any", lpath) if isfilelike(lpath) else outfile
        target = Path(str(lpath)) if output is None else None
        if info["type"] == "directory":
            if target is not None:
                target.mkdir(parents=True, exist_ok=True)
            return
        _refuse_climbing(resolved.path_in_repo)
        callback.set_size(info["size"])
        remote = RemoteFile(self.hub(), resolved, etag_of(info))
        if target is not None:
            target.parent.mkdir(parents=True, exist_ok=True)
            fetch_to_path(remote, info["size"], target, callback)
        else:
            for start in range(0, info["size"], _COPY_BYTES):
                data = remote.read_range(start, min(start + _COPY_BYTES, info["size"]))
                output.write(data)  # pyright: ignore[reportOptionalMemberAccess] - None only without a target
                callback.relative_update(len(data))

    # Write

    def pipe(self, path: Any, value: bytes | None = None, **kwargs: Any) -> None:
        """Write bytes to a file, or those of a dict by name; one commit."""
        with self.one_commit():
            super().pipe(path, value, **kwargs)

    def pipe_file(self, path: str, value: bytes, mode: str = "overwrite", **kwargs: Any) -> None:
        """Write bytes to a file."""
        with self.one_commit() as staging:
            opened = "xb" if mode == "create" else "wb"
            file = HfFileSystemFile(self, path, mode=opened, autocommit=False, **kwargs)  # pyright: ignore[reportArgumentType]
            with file:
                file.write(value)
            file.stage(staging)

    def put(self, lpath: Any, rpath: Any, recursive: bool = False, **kwargs: Any) -> None:
        """Copy files from disk; one commit."""
        with self.one_commit():
            super().put(lpath, rpath, recursive=recursive, **kwargs)

    def put_file(
        self, lpath: Any, rpath: str, callback: Any = DEFAULT_CALLBACK, mode: str = "overwrite", **kwargs: Any
    ) -> None:
        """Copy one file from disk, without reading it where the Hub has its content already."""
        local = Path(lpath)
        if local.is_dir():
            return  # a folder is there once a file is in it
        target = self.parse_path(rpath, kwargs.get("revision"))
        self.check_revision(target)
        if mode == "create" and self.exists(target.unresolve()):
            msg = f"{target.unresolve()} exists already."
            raise FileExistsError(msg)
        callback.set_size(local.stat().st_size)
        self._stage(target, CommitOperationAdd(target.path_in_repo, local), **kwargs)
        callback.absolute_update(local.stat().st_size)

    def copy(self, path1: Any, path2: Any, recursive: bool = False, **kwargs: Any) -> None:
        """Copy files; one commit."""
        with self.one_commit():
            super().copy(path1, path2, recursive=recursive, **kwargs)

    def cp_file(self, path1: str, path2: str, revision: str | None = None, **kwargs: Any) -> None:
        """Copy one file; within a repository, a large one travels not at all."""
        source = self.parse_path(path1, revision)
        target = self.parse_path(path2)
        info = self.info(source.unresolve())
        if info["type"] == "directory":
            return
        if source.repo == target.repo:
            operation = CommitOperationCopy(source.path_in_repo, target.path_in_repo, src_revision=source.revision)
            self._stage(target, operation, **kwargs)
            return
        with self.one_commit() as staging, HfFileSystemFile(
            self, target.unresolve(), mode="wb", autocommit=False, **kwargs  # pyright: ignore[reportArgumentType]
        ) as written:  # fmt: skip
            remote = RemoteFile(self.hub(), source, etag_of(info))
            for start in range(0, info["size"], _COPY_BYTES):
                written.write(remote.read_range(start, min(start + _COPY_BYTES, info["size"])))
            written.close()
            written.stage(staging)

    def mv(self, path1: Any, path2: Any, recursive: bool = False, maxdepth: int | None = None, **kwargs: Any) -> None:
        """Move or rename files; one commit."""
        with self.one_commit():
            super().mv(path1, path2, recursive=recursive, maxdepth=maxdepth, **kwargs)

    def rm(
        self,
        path: Any,
        recursive: bool = False,
        maxdepth: int | None = None,
        revision: str | None = None,
        **kwargs: Any,
    ) -> None:
        """Remove files, or with `recursive` folders; one commit.

        Raises
        ------
        FileNotFoundError
            If there is nothing by that name.
        IsADirectoryError
            For a folder without `recursive`; nothing was removed.
        """
        given = [path] if isinstance(path, (str, os.PathLike)) else list(path)
        names = [self.parse_path(os.fspath(name), revision).unresolve() for name in given]
        with self.one_commit():
            for name in self.expand_path(names, recursive=recursive, maxdepth=maxdepth):
                if self.info(name)["type"] == "file":
                    target = self.parse_path(name)
                    self._stage(target, CommitOperationDelete(target.path_in_repo, is_folder=False), **kwargs)
                elif not recursive:
                    msg = f"{name} is a folder; rm(…, recursive=True) removes it with all that is in it."
                    raise IsADirectoryError(msg)

    def rm_file(self, path: str, **kwargs: Any) -> None:
        """Remove one file."""
        self.rm(path, **kwargs)

    _rm = rm_file


def _result(task: Any, on_error: str) -> Any:
    try:
        return task.result()
    except Exception as error:
        if on_error == "raise":
            raise
        return error


def _refuse_climbing(path_in_repo: str) -> None:
    """Keep a hostile Hub from naming a file that would land outside the folder."""
    try:
        validate_path_in_repo(path_in_repo)
    except HFValidationError as error:
        raise FileNotFoundError(str(error)) from error
