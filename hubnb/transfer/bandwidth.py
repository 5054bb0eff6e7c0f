"""One limit for all bytes of this process, in both directions."""

from __future__ import annotations

import threading
import time

_BURST_S = 0.1


class Bandwidth:
    """Shares a limit among threads: each takes its bytes and waits until they are paid for.

    Attributes
    ----------
    limit_bytes_per_s
        None means as fast as it goes. May be changed at any time.
    """

    def __init__(self, limit_bytes_per_s: float | None = None) -> None:
        self.limit_bytes_per_s = limit_bytes_per_s
        self._lock = threading.Lock()
        self._paid_until = 0.0

    def take(self, count: int, stop: threading.Event) -> None:
        """Account for `count` bytes; returns when it is their turn, or at once when `stop` is set."""
        limit = self.limit_bytes_per_s
        if not limit:
            return
        with self._lock:
            now = time.monotonic()
            self._paid_until = max(self._paid_until, now) + count / limit
            wait_s = self._paid_until - now - _BURST_S
        if wait_s > 0:
            stop.wait(wait_s)
