"""What a pull would fetch, and the fetching of it into the cache or a folder."""

from __future__ import annotations

import errno
import shutil
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..cache.locks import try_lock
from ..client.errors import DiskFullError, FolderError, HubError
from ..client.files import resolve_path
from .fetch import MOST_CONNECTIONS, FetchPool
from .fetch_file import PIECE_BYTES, WantedFile
from .name_clash import check_names
from .partial import Partial
from .progress import TransferState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ..cache.destination import Destination
    from ..client.hub import HubClient
    from ..client.repo_id import RepoId
    from .job import Transfer

_SPARE_BYTES = 16 << 20


@dataclass(frozen=True)
class RemoteFile:
    """A file as the Hub lists it; `size` in bytes, `etag` its hash."""

    path: str
    size: int
    etag: str


@dataclass(frozen=True)
class PullPlan:
    """What a pull would do, before it does anything; printable."""

    repo: RepoId
    revision: str
    commit: str
    files: tuple[RemoteFile, ...]
    missing: tuple[RemoteFile, ...]
    replace: bool = False
    """Whether files that are here are fetched all the same; they stay until the new ones are whole."""

    @property
    def bytes_total(self) -> int:
        """Size of all files."""
        return sum(file.size for file in self.files)

    @property
    def bytes_to_fetch(self) -> int:
        """Size of the files that are not here yet."""
        return sum(file.size for file in self.missing)

    def __str__(self) -> str:
        head = f"Pull {self.repo} at {self.revision} ({self.commit[:7]}): "
        rows = [f"  {file.size:>14,}  {file.path}" for file in self.missing]
        return "\n".join(
            [f"{head}{len(self.missing)} of {len(self.files)} files, {self.bytes_to_fetch:,} bytes", *rows]
        )


def plan_pull(
    repo: RepoId,
    revision: str,
    commit: str,
    files: list[RemoteFile],
    destination: Destination,
    *,
    force: bool,
) -> PullPlan:
    """Compare what the Hub has with what is here; changes nothing."""
    missing = tuple(file for file in files if force or not destination.has(commit, file.path, file.etag, file.size))
    return PullPlan(repo, revision, commit, tuple(files), missing, replace=force)


def pull(
    plan: PullPlan,
    hub: HubClient,
    transfer: Transfer[Any],
    destination: Destination,
    *,
    connections: int = MOST_CONNECTIONS,
) -> None:
    """Fetch what `plan` misses.

    Raises
    ------
    DiskFullError
        If there is no room for it; nothing was fetched.
    FolderError
        If the folder can't be written to.
    HFValidationError
        If two files have one name there; nothing was fetched.
    IntegrityError
        If the Hub sent wrong bytes twice.
    TransferCancelled
        If somebody cancelled; what had arrived is kept.
    """
    for file in plan.files:
        transfer.counters.add(file.path, file.size, file.etag if len(file.etag) == 64 else None)
    check_names((file.path for file in plan.files), destination.folder)
    with _folder_errors_explained(destination.folder):
        _settle(plan, transfer, destination)
        if plan.missing:
            _fetch(plan, hub, transfer, destination, connections)


@contextmanager
def _folder_errors_explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if isinstance(error, HubError):
            raise
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            msg = f"The disk of {folder} is full. What had arrived is kept: free some space and run it again to go on."
            raise DiskFullError(error.errno, msg) from error
        msg = (
            f"Can't write to {error.filename or folder}: {error.strerror or error}. "
            "Choose another folder (cache_dir=, local_dir=, HF_HOME), or make this one writable."
        )
        raise FolderError(error.errno, msg) from error


def _settle(plan: PullPlan, transfer: Transfer[Any], destination: Destination) -> None:
    """See to the files that are here already."""
    missing = set(plan.missing)
    for file in plan.files:
        if file not in missing:
            destination.settle(plan.commit, file.path, file.etag)
            transfer.counters.end(file.path, "skipped")
            if file.size > PIECE_BYTES:
                with suppress(OSError):  # who may only read here leaves it to others
                    _forget_journal(file, destination)


def _forget_journal(file: RemoteFile, destination: Destination) -> None:
    """Remove what a process left that was killed right after it had named the file."""
    folder = destination.partial_folder(file.path)
    left = Partial(destination.target(file.path, file.etag), file.etag, file.size, folder=folder)
    if not left.journal_path.exists() or left.partial_path.exists():
        return
    lock = try_lock(destination.lock_path(file.path, file.etag))
    if lock is not None:  # else somebody fetches it anew this moment
        left.discard()
        lock.release()


def _fetch(plan: PullPlan, hub: HubClient, transfer: Transfer[Any], destination: Destination, connections: int) -> None:
    wanted: dict[str, WantedFile] = {}
    paths_of: dict[str, list[RemoteFile]] = {}
    for file in plan.missing:
        target = destination.target(file.path, file.etag)
        paths_of.setdefault(str(target), []).append(file)
        wanted.setdefault(str(target), _wanted(plan, file, destination, target))
    _check_room(list(wanted.values()), destination.folder)

    def on_file(done: WantedFile) -> None:
        files = paths_of[str(done.target)]
        destination.publish(plan.commit, [file.path for file in files], done.etag)
        for file in files:
            if file.path != done.path:
                transfer.counters.end(file.path, "skipped")  # the same content under another name

    transfer.enter(TransferState.RUNNING)
    FetchPool(hub.with_stop(transfer.stop), transfer, on_file, most_connections=connections).run(list(wanted.values()))


def _wanted(plan: PullPlan, file: RemoteFile, destination: Destination, target: Path) -> WantedFile:
    return WantedFile(
        path=file.path,
        url=resolve_path(plan.repo, plan.commit, file.path),
        etag=file.etag,
        size=file.size,
        target=target,
        lock_path=destination.lock_path(file.path, file.etag),
        repo=plan.repo,
        revision=plan.revision,
        partial_folder=destination.partial_folder(file.path),
        is_there=lambda: not plan.replace and destination.has(plan.commit, file.path, file.etag, file.size),
    )


def _check_room(wanted: list[WantedFile], folder: Path) -> None:
    needed = sum(file.size - _allocated_bytes(file) for file in wanted)
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(existing).free
    if needed + _SPARE_BYTES > free:
        msg = (
            f"This pull needs {needed:,} bytes in {folder}, and {free:,} are free. "
            "Free some space, or pull to another disk (cache_dir=, local_dir=)."
        )
        raise DiskFullError(msg)


def _allocated_bytes(file: WantedFile) -> int:
    """How much room an earlier try of a large file already holds."""
    if file.size <= PIECE_BYTES:
        return 0
    return Partial(file.target, file.etag, file.size, folder=file.partial_folder).allocated_bytes()
