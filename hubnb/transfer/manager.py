"""The queue of this process: which transfers run, which wait."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, TypeVar

from ..client.errors import HFValidationError
from .bandwidth import Bandwidth
from .progress import TransferState

if TYPE_CHECKING:
    from .job import Transfer

Result = TypeVar("Result")
MAX_RUNNING = 8
_REMEMBERED = 200


class TransferManager:
    """Runs transfers a few at a time: those of higher `Transfer.priority` first, else in the order they came.

    Parameters
    ----------
    max_running
        How many move bytes at once; the others wait as ``queued``. Paused ones don't count.
    """

    def __init__(self, max_running: int = MAX_RUNNING) -> None:
        self._lock = threading.Lock()
        self._max_running = max_running
        self._running: list[Transfer[Any]] = []
        self._waiting: list[Transfer[Any]] = []
        self._all: list[Transfer[Any]] = []
        self._bandwidth = Bandwidth()

    @property
    def transfers(self) -> list[Transfer[Any]]:
        """Every transfer of this process, oldest first; the oldest finished ones are forgotten in the end."""
        with self._lock:
            return list(self._all)

    @property
    def limit_bytes_per_s(self) -> float | None:
        """What all transfers together may move in a second, in bytes; None is no limit. May be set at any time."""
        return self._bandwidth.limit_bytes_per_s

    @limit_bytes_per_s.setter
    def limit_bytes_per_s(self, limit: float | None) -> None:
        if limit is not None and limit <= 0:
            msg = f"A bandwidth limit is a positive number of bytes a second, or None for no limit, not {limit!r}."
            raise HFValidationError(msg)
        self._bandwidth.limit_bytes_per_s = limit

    def submit(self, transfer: Transfer[Result]) -> Transfer[Result]:
        """Start `transfer` as soon as there is room; returns it at once."""
        with self._lock:
            self._forget_old()
            self._all.append(transfer)
            self._waiting.append(transfer)
        transfer.bandwidth = self._bandwidth
        transfer.when_touched = self._start_due
        self._start_due()
        return transfer

    def start_now(self, transfer: Transfer[Any]) -> None:
        """Start a waiting transfer before all others, whether there is room or not."""
        with self._lock:
            if transfer not in self._waiting:
                return
            self._waiting.remove(transfer)
            self._running.append(transfer)
        self._start(transfer)

    def retry(self, transfer: Transfer[Result]) -> Transfer[Result]:
        """Run a transfer that failed or was cancelled once more, going on where it was.

        Raises
        ------
        HFValidationError
            If it has not ended, or ended well.
        """
        state = transfer.snapshot().state
        if state not in (TransferState.FAILED, TransferState.CANCELLED):
            msg = f"This {transfer.kind} is {state.value}; only one that failed or was cancelled can be tried again."
            raise HFValidationError(msg)
        return self.submit(transfer.again())

    def _start_due(self) -> None:
        """Start what there is room for; a cancelled one needs no room, it ends at once."""
        due: list[Transfer[Any]] = []
        with self._lock:
            for transfer in sorted(self._waiting, key=lambda waiting: -waiting.priority):
                busy = sum(not running.paused for running in self._running)
                if transfer.stop.is_set() or (busy < self._max_running and not transfer.paused):
                    self._waiting.remove(transfer)
                    self._running.append(transfer)
                    due.append(transfer)
        for transfer in due:
            self._start(transfer)

    def _start(self, transfer: Transfer[Any]) -> None:
        def work() -> None:
            try:
                transfer.run()
            finally:
                with self._lock:
                    self._running.remove(transfer)
                self._start_due()

        transfer.spawn(work, "transfer")

    def _forget_old(self) -> None:
        finished = [transfer for transfer in self._all if transfer.done()]
        for transfer in finished[: max(0, len(self._all) - _REMEMBERED)]:
            self._all.remove(transfer)


_default = TransferManager()


def default_manager() -> TransferManager:
    """Give the manager that the public functions use."""
    return _default
