"""Threads of the panels, and a governor for what they send.

One thread serves the messages of *all* widgets of a notebook, so a handler starts a worker and returns.
ipykernel finds the cell that an output belongs to through context variables, which a plain thread lacks;
every thread here starts in a copy of the context of whoever asked for it.
"""

from __future__ import annotations

import contextvars
import logging
import threading
import time
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
    burst
        How many calls of `flush` in a row are served at once before they have to wait like pokes.
    """

    def __init__(self, send: Callable[[], object], interval_s: float, name: str, *, burst: float = 3) -> None:
        self._send = send
        self._interval_s = interval_s
        self._name = name
        self._burst = burst
        self._lock = threading.Lock()
        self._sending = threading.Lock()
        self._due = False
        self._running = False
        self._credit = burst
        self._credited_at = time.monotonic()

    def poke(self) -> None:
        """Say that there is something new to send."""
        with self._lock:
            self._due = True
            if self._running:
                return
            self._running = True
        start_worker(self._run, self._name)

    def flush(self) -> None:
        """Send now, on this thread, unless this was done too often lately; then as soon as it is allowed."""
        with self._lock:
            allowed = self._take_credit()
            if allowed:
                self._due = False
        if allowed:
            self._send_once()
        else:
            self.poke()

    def _take_credit(self) -> bool:
        now = time.monotonic()
        if self._interval_s > 0:
            self._credit += (now - self._credited_at) / self._interval_s
        self._credit = min(self._burst, self._credit)
        self._credited_at = now
        if self._credit < 1:
            return False
        self._credit -= 1
        return True

    def _run(self) -> None:
        while True:
            with self._lock:
                if not self._due:
                    self._running = False
                    return
                self._due = False
            self._send_once()
            time.sleep(self._interval_s)

    def _send_once(self) -> None:
        with self._sending:
            try:
                self._send()
            except Exception:
                logger.exception("A panel could not be updated.")
