"""Run many small tasks of one transfer on a few threads."""

from __future__ import annotations

import threading
from collections import Counter, deque
from typing import TYPE_CHECKING, Any

from ..client.errors import TransferCancelled

if TYPE_CHECKING:
    from collections.abc import Callable

    from .job import Transfer


class Workers:
    """Threads that take tasks in order until the first failure, which ends the transfer's work.

    Tasks may be of several kinds, which share the threads evenly: many small files wait for answers while a few
    large ones fill the line.

    Use as a context manager: leaving the block waits for every task and raises the first failure.
    """

    def __init__(self, transfer: Transfer[Any], threads: int, name: str) -> None:
        self._transfer = transfer
        self._limit = threads
        self._name = name
        self._state = threading.Condition()
        self._tasks: dict[str, deque[Callable[[], object]]] = {}
        self._running: Counter[str] = Counter()
        self._threads = 0
        self._busy = 0
        self._closed = False
        self._error: BaseException | None = None

    def submit(self, task: Callable[[], object], kind: str = "") -> None:
        """Run `task` on one of the threads."""
        with self._state:
            self._tasks.setdefault(kind, deque()).append(task)
            self._spawn_if_due()
            self._state.notify()

    def allow(self, threads: int) -> None:
        """Let there be up to `threads` from now on."""
        with self._state:
            self._limit = max(self._limit, threads)
            while self._spawn_if_due():
                pass

    def _spawn_if_due(self) -> bool:
        waiting = sum(map(len, self._tasks.values()))
        due = self._threads < self._limit and self._threads - self._busy < waiting
        if due:
            self._threads += 1
            self._transfer.spawn(self._work, self._name)
        return due

    def raise_failure(self) -> None:
        """Raise the first failure, or that the transfer was stopped."""
        with self._state:
            if self._error is not None:
                raise self._error
        self._transfer.checkpoint()

    def drain(self) -> None:
        """Wait until every task so far is done; raise the first failure."""
        with self._state:
            while (self._waits() or self._busy) and self._error is None and not self._transfer.stop.is_set():
                self._state.wait(0.1)
        self.raise_failure()

    def _waits(self) -> bool:
        return any(self._tasks.values())

    def _work(self) -> None:
        while True:
            with self._state:
                while not self._waits() and not self._closed and not self._transfer.stop.is_set():
                    self._state.wait(0.1)
                if not self._waits() or self._transfer.stop.is_set():
                    self._threads -= 1
                    return
                kind = min((kind for kind, tasks in self._tasks.items() if tasks), key=self._running.__getitem__)
                task = self._tasks[kind].popleft()
                self._running[kind] += 1
                self._busy += 1
            try:
                task()
            except BaseException as error:
                with self._state:
                    if self._error is None and not self._transfer.stop.is_set():
                        self._error = error
                self._transfer.halt()
            finally:
                with self._state:
                    self._running[kind] -= 1
                    self._busy -= 1
                    self._state.notify_all()

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self.drain()
            elif issubclass(kind, TransferCancelled) and self._error is not None:
                # A failure here stopped the transfer; whoever noticed that elsewhere took it for a cancel.
                raise self._error from None
        finally:
            with self._state:
                self._closed = True
                self._tasks.clear()
                self._state.notify_all()
