"""Threads of the panels, and a governor for what they send.

One thread serves the messages of *all* widgets of a notebook, so a handler starts a worker and returns.
ipykernel finds the cell that an output belongs to through context variables, which a plain thread lacks;
every thread here starts in a copy of the context of whoever asked for it.
"""

from __future__ import annotations

import contextvars
import logging
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger(__name__)


def start_worker(work: Callable[[], object], name: str) -> threading.Thread:
    """Run `work` on a daemon thread in the caller's context."""
    context = contextvars.copy_context()
    thread = threading.Thread(target=context.run, args=(work,), name=f"hubnb-{name}", daemon=True)
    thread.start()
    return thread


class Coalescer:
    """Call `send` soon after `poke`, at most once every `interval_s`; the last poke is never lost.

    Above about a thousand messages a second a Jupyter server drops messages for good, the last state
    included; a person reads four changes a second. `send` reads the newest state itself.

    Parameters
    ----------
    interval_s
        Least time between two calls, in seconds.
    """

    def __init__(self, send: Callable[[], object], interval_s: float, name: str) -> None:
        self._send = send
        self._interval_s = interval_s
        self._name = name
        self._lock = threading.Lock()
        self._sending = threading.Lock()
        self._due = False
        self._running = False
        self._flushed = threading.Event()

    def poke(self) -> None:
        """Say that there is something new to send."""
        with self._lock:
            self._due = True
            if self._running:
                return
            self._running = True
            self._flushed.clear()
        start_worker(self._run, self._name)

    def flush(self) -> None:
        """Send what is due now, on this thread: when it returns, the newest state is on its way."""
        with self._lock:
            self._due = False
        self._send_once()

    def _run(self) -> None:
        while True:
            with self._lock:
                if not self._due:
                    self._running = False
                    return
                self._due = False
            self._send_once()
            self._flushed.wait(self._interval_s)

    def _send_once(self) -> None:
        with self._sending:
            try:
                self._send()
            except Exception:
                logger.exception("A panel could not be updated.")
