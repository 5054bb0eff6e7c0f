"""The threads that bring ranges side by side; one pool a process, made anew after a fork."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor

CONNECTIONS = 8
_lock = threading.Lock()
_pool: ThreadPoolExecutor | None = None
_pid = -1
_here = threading.local()


def shared_pool() -> ThreadPoolExecutor:
    """Give the pool. What runs in it must not wait for other work in it: see `in_pool`."""
    global _pool, _pid
    with _lock:
        if _pool is None or _pid != os.getpid():
            _pid = os.getpid()
            _pool = ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="hubnb-hf", initializer=_mark)
        return _pool


def in_pool() -> bool:
    """Whether this thread is one of the pool's."""
    return getattr(_here, "in_pool", False)


def _mark() -> None:
    _here.in_pool = True
