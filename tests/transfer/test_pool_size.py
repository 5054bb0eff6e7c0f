"""The pool of connections finds the size that helps."""

from __future__ import annotations

from statistics import mode

from hubnb.transfer.fetch import FIRST_CONNECTIONS, PoolSize


def run(speed_of: object, most: int = 16, slow_until_s: float = 0.0) -> int:
    """Let a pool live for a while where N connections move `speed_of(N)` bytes a second; the size it mostly has."""
    size, moved, now = PoolSize(most), 1.0, 0.0
    seen: list[int] = []
    for _ in range(300):
        now += 0.1
        moved += (1_000_000 if now < slow_until_s else speed_of(size.allowed)) * 0.1
        size.adapt(int(moved), now)
        seen.append(size.allowed)
    return mode(seen[-100:])


def test_grows_while_each_connection_adds() -> None:
    assert run(lambda n: 20_000_000 * n) == 16


def test_goes_back_when_more_do_not_help() -> None:
    assert run(lambda n: 900_000_000) == FIRST_CONNECTIONS
    assert run(lambda n: 20_000_000 * min(n, 6)) == 6


def test_a_bad_moment_does_not_decide_for_good() -> None:
    assert run(lambda n: 20_000_000 * n, slow_until_s=2.0) == 16


def test_never_passes_what_the_caller_allows() -> None:
    assert run(lambda n: 20_000_000 * n, most=2) == 2
    assert run(lambda n: 20_000_000 * n, most=1) == 1
