"""Threads keep their context; a flood of news becomes a trickle that ends with the truth."""

from __future__ import annotations

import contextvars
import logging
import threading

from hubnb.panels.worker import Coalescer, start_worker

CELL = contextvars.ContextVar("cell")


def test_worker_knows_the_cell_it_was_started_from() -> None:
    CELL.set("cell 7")
    seen: list[str] = []
    start_worker(lambda: seen.append(CELL.get()), "probe").join()
    assert seen == ["cell 7"]


def test_many_pokes_become_few_messages_and_the_last_state_is_sent() -> None:
    state, sent, last = [0], [], threading.Event()

    def send() -> None:
        sent.append(state[0])
        if state[0] == 10_000:
            last.set()

    coalescer = Coalescer(send, 0.02, "probe")
    for state[0] in range(1, 10_001):
        coalescer.poke()
    assert last.wait(10)
    assert len(sent) < 1000
    assert sent == sorted(sent)


def test_pokes_of_many_threads_end_with_the_last_state() -> None:
    lock, state, sent, last = threading.Lock(), [0], [], threading.Event()

    def send() -> None:
        sent.append(state[0])
        if state[0] == 4000:
            last.set()

    coalescer = Coalescer(send, 0.001, "probe")

    def count() -> None:
        for _ in range(1000):
            with lock:
                state[0] += 1
            coalescer.poke()

    for thread in [start_worker(count, "count") for _ in range(4)]:
        thread.join()
    assert last.wait(10)


def test_flush_sends_before_it_returns() -> None:
    sent: list[int] = []
    Coalescer(lambda: sent.append(1), 60, "probe").flush()
    assert sent == [1]


def test_failed_send_is_logged_and_the_next_one_goes_out(caplog) -> None:
    outcomes = iter([ValueError("no"), None])
    sent: list[None] = []

    def send() -> None:
        outcome = next(outcomes)
        if outcome:
            raise outcome
        sent.append(outcome)

    coalescer = Coalescer(send, 60, "probe")
    with caplog.at_level(logging.ERROR):
        coalescer.flush()
        coalescer.flush()
    assert sent == [None]
    assert "could not be updated" in caplog.text


def test_flushes_in_a_row_become_few_messages_that_end_with_the_last_state() -> None:
    state, sent, last = [0], [], threading.Event()

    def send() -> None:
        sent.append(state[0])
        if state[0] == 1000:
            last.set()

    coalescer = Coalescer(send, 0.05, "probe", burst=5)
    for state[0] in range(1, 1001):
        coalescer.flush()
    assert last.wait(10)
    assert len(sent) < 100
    assert sent[0] == 1
