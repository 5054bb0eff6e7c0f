"""A quota of requests in a fixed window of time, and the headers that tell a client how much of it is left."""

from __future__ import annotations

import math
import threading
import time


class RateLimit:
    """Counts requests; safe to use from any thread.

    Parameters
    ----------
    requests
        How many pass in one window.
    window_s
        Seconds until the count starts anew.
    bucket
        What the headers call the quota: ``api``, ``resolvers`` or ``pages`` on the real Hub.
    """

    def __init__(self, requests: int, window_s: float, bucket: str) -> None:
        self._quota, self._window_s, self._bucket = requests, window_s, bucket
        self._lock = threading.Lock()
        self._used, self._ends_s = 0, 0.0

    def use(self) -> tuple[bool, dict[str, str]]:
        """Count one request; say whether it may pass, and what to tell the client."""
        with self._lock:
            now_s = time.monotonic()
            if now_s >= self._ends_s:
                self._used, self._ends_s = 0, now_s + self._window_s
            allowed = self._used < self._quota
            self._used += allowed
            left, wait_s = self._quota - self._used, math.ceil(self._ends_s - now_s)
        headers = {
            "RateLimit": f'"{self._bucket}";r={left};t={wait_s}',
            "RateLimit-Policy": f'"fixed window";"{self._bucket}";q={self._quota};w={math.ceil(self._window_s)}',
        }
        return allowed, headers if allowed else {**headers, "Retry-After": str(wait_s)}
