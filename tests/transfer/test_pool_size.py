"""The pool of connections finds the size that helps."""

from __future__ import annotations

from hubnb.transfer.fetch import FIRST_CONNECTIONS, PoolSize


def run(speed_of: object, most: int = 16) -> int:
    """Let a pool live for some seconds where N connections move `speed_of(N)` bytes a second."""
    size, moved, now = PoolSize(most), 1.0, 0.0
    for _ in range(100):
        now += 0.1
        moved += speed_of(size.allowed) * 0.1
        size.adapt(int(moved), now)
    return size.allowed


def test_grows_while_each_connection_adds() -> None:
    assert run(lambda n: 20_000_000 * n) == 16


def test_goes_back_when_more_do_not_help() -> None:
    assert run(lambda n: 900_000_000) == FIRST_CONNECTIONS
    assert run(lambda n: 20_000_000 * min(n, 6)) == 6


def test_never_passes_what_the_caller_allows() -> None:
    assert run(lambda n: 20_000_000 * n, most=2) == 2
    assert run(lambda n: 20_000_000 * n, most=1) == 1
