"""The queue of this process: which transfers run, which wait."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from .job import Transfer

Result = TypeVar("Result")
MAX_RUNNING = 8
_REMEMBERED = 200


class TransferManager:
    """Runs transfers in the order they came, a few at a time.

    Parameters
    ----------
    max_running
        How many move bytes at once; the others wait as ``queued``.
    """

    def __init__(self, max_running: int = MAX_RUNNING) -> None:
        self._lock = threading.Lock()
        self._max_running = max_running
        self._running = 0
        self._waiting: list[Transfer[Any]] = []
        self._all: list[Transfer[Any]] = []

    @property
    def transfers(self) -> list[Transfer[Any]]:
        """Every transfer of this process, oldest first; the oldest finished ones are forgotten in the end."""
        with self._lock:
            return list(self._all)

    def submit(self, transfer: Transfer[Result]) -> Transfer[Result]:
        """Start `transfer` as soon as there is room; returns it at once."""
        with self._lock:
            self._forget_old()
            self._all.append(transfer)
            self._waiting.append(transfer)
        transfer.when_cancelled = lambda: self._let_go(transfer)
        self._start_next()
        return transfer

    def _start_next(self) -> None:
        with self._lock:
            if not self._waiting or self._running >= self._max_running:
                return
            transfer = self._waiting.pop(0)
            self._running += 1

        def work() -> None:
            try:
                transfer.run()
            finally:
                with self._lock:
                    self._running -= 1
                self._start_next()

        transfer.spawn(work, "transfer")

    def _let_go(self, transfer: Transfer[Any]) -> None:
        """End a cancelled transfer that still waits: running it finds the cancel at once."""
        with self._lock:
            if transfer not in self._waiting:
                return
            self._waiting.remove(transfer)
        transfer.spawn(transfer.run, "transfer")

    def _forget_old(self) -> None:
        finished = [transfer for transfer in self._all if transfer.done()]
        for transfer in finished[: max(0, len(self._all) - _REMEMBERED)]:
            self._all.remove(transfer)


_default = TransferManager()


def default_manager() -> TransferManager:
    """Give the manager that the public functions use."""
    return _default
