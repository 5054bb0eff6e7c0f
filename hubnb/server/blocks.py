"""Blocks of memory that bodies are received into: aligned to pages, as direct writes want it, and used again."""

from __future__ import annotations

import mmap
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

BLOCK_BYTES = 1 << 20
_MOST_KEPT = 16

_kept: deque[mmap.mmap] = deque(maxlen=_MOST_KEPT)


@contextmanager
def borrowed(count: int) -> Iterator[list[memoryview]]:
    """Lend `count` blocks of `BLOCK_BYTES`; nobody may hold on to them afterwards."""
    blocks = [_take() for _ in range(count)]
    views = [memoryview(block) for block in blocks]
    try:
        yield views
    finally:
        for view in views:
            view.release()
        _kept.extend(blocks)


def _take() -> mmap.mmap:
    try:
        return _kept.pop()
    except IndexError:
        return mmap.mmap(-1, BLOCK_BYTES)
