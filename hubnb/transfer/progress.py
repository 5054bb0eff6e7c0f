"""What a transfer reports, and to whom: the one seam between the engine and everything that draws.

The engine hands immutable snapshots to a `ProgressListener`; it never knows whether that is a tqdm bar, a
panel in a notebook or nothing. `hubnb/__init__.py` picks the factory that fits where it runs.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from .job import Transfer

logger = logging.getLogger(__name__)

MAX_UPDATES_PER_S = 10
MAX_FILES_IN_SNAPSHOT = 50


class TransferState(str, Enum):
    """Where a transfer stands; the last three are final."""

    QUEUED = "queued"
    PLANNING = "planning"
    RUNNING = "running"
    PAUSED = "paused"
    VERIFYING = "verifying"
    COMMITTING = "committing"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen."""
        return self in (TransferState.DONE, TransferState.FAILED, TransferState.CANCELLED)


@dataclass(frozen=True)
class FileProgress:
    """One file of a transfer; sizes in bytes."""

    path: str
    size: int
    done: int
    state: Literal["waiting", "hashing", "running", "done", "skipped", "failed"]
    sha256: str | None = None
    """Hash the Hub names for it, where it is known (large files only)."""


@dataclass(frozen=True)
class TransferSnapshot:
    """Everything a view shows of one transfer, at one moment; sizes in bytes, times in unix seconds."""

    id: str
    kind: Literal["pull", "push"]
    repo_id: str
    repo_type: str
    revision: str
    endpoint: str
    state: TransferState
    files_total: int = 0
    files_done: int = 0
    bytes_total: int = 0
    """Size of all files of the job, skipped ones included."""
    bytes_done: int = 0
    """Bytes that are where they should be: moved by this job, or skipped."""
    bytes_moved: int = 0
    """Bytes that crossed the network in this job."""
    bytes_skipped: int = 0
    """Bytes that did not need to travel: in the cache, kept from an earlier try, or already on the Hub."""
    bytes_hashed: int = 0
    speed_bytes_per_s: float = 0.0
    eta_s: float | None = None
    started_at: float = 0.0
    ended_at: float | None = None
    files: tuple[FileProgress, ...] = ()
    """At most `MAX_FILES_IN_SNAPSHOT`: those in motion first, then failed, waiting, done."""
    error: str | None = None
    """What happened, why, what next; safe to show."""
    note: str | None = None
    """One more fact for the reader, e.g. "resumed, 9.4 GB kept"."""
    commit_oid: str | None = None
    commit_url: str | None = None
    local_path: str | None = None

    @property
    def from_cache(self) -> bool:
        """Whether a finished pull moved nothing."""
        return self.state is TransferState.DONE and self.kind == "pull" and self.bytes_moved == 0


class ProgressListener(Protocol):
    """Receives snapshots on an engine thread, at most `MAX_UPDATES_PER_S` times a second.

    The final snapshot (`snapshot.state.finished`) is delivered exactly once, and last.
    An exception a listener raises is logged and ends its updates; the transfer goes on.
    """

    def update(self, snapshot: TransferSnapshot) -> None:
        """Show `snapshot`."""
        ...


_factory: Callable[[Transfer], ProgressListener | None] | None = None


def set_listener_factory(factory: Callable[[Transfer], ProgressListener | None] | None) -> None:
    """Choose who watches transfers that start from now on; None means the tqdm bar."""
    global _factory
    _factory = factory


def has_listener_factory() -> bool:
    """Whether somebody chose already."""
    return _factory is not None


_bar_class: ContextVar[Callable[..., Any] | None] = ContextVar("hubnb_bar_class", default=None)


@contextmanager
def bars_of(bar_class: Callable[..., Any] | None) -> Generator[None]:
    """Draw the progress of transfers made meanwhile with a caller's own class of tqdm's kind."""
    before = _bar_class.set(bar_class)
    try:
        yield
    finally:
        _bar_class.reset(before)


def new_listener(transfer: Transfer) -> ProgressListener | None:
    """Make the listener for `transfer`: of the caller's own class, the chosen factory's, else a tqdm bar."""
    bar_class = _bar_class.get()
    if bar_class is not None:
        from .bar import TqdmListener

        return TqdmListener(bar_class)
    if _factory is not None:
        try:
            listener = _factory(transfer)
        except Exception:
            logger.exception("No progress can be shown; the transfer goes on without it.")
            return None
        if listener is not None:
            return listener
    from .bar import TqdmListener  # only a terminal needs tqdm

    return TqdmListener.if_wanted()
