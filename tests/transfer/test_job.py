"""A transfer: states, buttons, and what its listener hears."""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import TYPE_CHECKING, Any

import pytest

from hubnb.client import RepoId
from hubnb.client.errors import HFValidationError, TransferCancelled
from hubnb.transfer import Transfer, TransferManager, TransferSnapshot, TransferState, set_listener_factory
from hubnb.transfer.bandwidth import Bandwidth
from hubnb.transfer.job import run_and_wait

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Ear:
    def __init__(self) -> None:
        self.heard: list[TransferSnapshot] = []

    def update(self, snapshot: TransferSnapshot) -> None:
        self.heard.append(snapshot)


@pytest.fixture
def ear() -> Iterator[Ear]:
    listener = Ear()
    set_listener_factory(lambda _: listener)
    yield listener
    set_listener_factory(None)


def start(work: Callable[[Transfer[Any]], Any], manager: TransferManager | None = None) -> Transfer[Any]:
    transfer = Transfer("pull", RepoId("me/x"), "main", "http://hub", work)
    return (manager or TransferManager()).submit(transfer)


def test_result_is_what_the_work_gives_and_the_last_word_is_heard_once_and_last(ear: Ear) -> None:
    transfer = start(lambda _: 42)
    assert transfer.result() == 42
    assert [snapshot.state.finished for snapshot in ear.heard].count(True) == 1
    assert ear.heard[-1].state is TransferState.DONE
    assert ear.heard[-1].ended_at is not None


def test_failure_is_raised_and_reported_without_secrets(ear: Ear) -> None:
    def work(_: Transfer[Any]) -> None:
        msg = "no way hf_canaryCANARY123"
        raise OSError(msg)

    transfer = start(work)
    with pytest.raises(OSError, match="no way"):
        transfer.result()
    assert ear.heard[-1].state is TransferState.FAILED
    assert ear.heard[-1].error == "OSError: no way ***"


def test_cancel_ends_waiting_work(ear: Ear) -> None:
    started = threading.Event()

    def work(job: Transfer[Any]) -> None:
        started.set()
        job.stop.wait()
        job.checkpoint()

    transfer = start(work)
    started.wait()
    assert transfer.cancel()
    with pytest.raises(TransferCancelled):
        transfer.result()
    assert transfer.cancelled()
    assert not transfer.cancel()
    assert ear.heard[-1].state is TransferState.CANCELLED


def test_blocking_call_fails_with_a_short_traceback_and_a_cancel_with_none() -> None:
    def fail(_: Transfer[Any]) -> None:
        msg = "no"
        raise HFValidationError(msg)

    with pytest.raises(HFValidationError) as caught:
        run_and_wait(start(fail))
    assert len(caught.traceback) == 2
    assert TransferCancelled()._render_traceback_() == [f"TransferCancelled: {TransferCancelled()}"]


def test_paused_work_waits_and_resumes() -> None:
    at_gate, passed = threading.Event(), threading.Event()

    def work(job: Transfer[Any]) -> None:
        at_gate.wait()
        job.checkpoint()
        passed.set()

    transfer = start(work)
    transfer.pause()
    at_gate.set()
    assert not passed.wait(0.2)
    assert transfer.snapshot().state is TransferState.PAUSED
    transfer.resume()
    transfer.result()
    assert passed.is_set()


def test_paused_work_can_be_cancelled() -> None:
    transfer = start(lambda job: (job.stop.wait(0.05), job.checkpoint()))
    transfer.pause()
    transfer.cancel()
    with pytest.raises(TransferCancelled):
        transfer.result(5)


def test_queue_runs_in_order_and_lets_go_of_cancelled_ones() -> None:
    manager = TransferManager(max_running=1)
    gate, ran = threading.Event(), list[str]()
    first = start(lambda _: gate.wait(), manager)
    second = start(lambda _: ran.append("second"), manager)
    third = start(lambda _: ran.append("third"), manager)
    assert second.snapshot().state is TransferState.QUEUED
    second.cancel()
    with pytest.raises(TransferCancelled):
        second.result(5)
    gate.set()
    third.result(5)
    first.result(5)
    assert ran == ["third"]
    assert manager.transfers == [first, second, third]


def test_paused_transfer_makes_room_and_a_waiting_one_can_go_first() -> None:
    manager = TransferManager(max_running=1)
    gate = threading.Event()
    first = start(lambda _: gate.wait(), manager)
    second = start(lambda _: "second", manager)
    assert second.snapshot().state is TransferState.QUEUED
    first.pause()
    assert second.result(5) == "second"
    first.resume()
    third, fourth = start(lambda _: "third", manager), start(lambda _: "fourth", manager)
    manager.start_now(fourth)
    assert fourth.result(5) == "fourth"
    assert third.snapshot().state is TransferState.QUEUED
    gate.set()
    assert third.result(5) == "third"


def test_failed_transfer_can_be_tried_again() -> None:
    manager, outcomes = TransferManager(), [OSError("no"), None]

    def work(_: Transfer[Any]) -> str:
        error = outcomes.pop(0)
        if error:
            raise error
        return "done"

    failed = start(work, manager)
    with pytest.raises(OSError, match="no"):
        failed.result(5)
    again = manager.retry(failed)
    assert again.result(5) == "done"
    with pytest.raises(HFValidationError, match="done"):
        manager.retry(again)


def test_bandwidth_limit_is_shared_and_ends_with_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits add up to bytes / limit, whoever takes them; the clock stands still here."""
    waits: list[float] = []

    class Stop(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            waits.append(timeout or 0.0)
            return False

    monkeypatch.setattr("hubnb.transfer.bandwidth.time.monotonic", lambda: 1000.0)
    bandwidth = Bandwidth(1_000_000)
    for _ in range(5):
        bandwidth.take(1_000_000, Stop())
    assert waits == pytest.approx([0.9, 1.9, 2.9, 3.9, 4.9])
    bandwidth.limit_bytes_per_s = None
    bandwidth.take(10**12, Stop())
    assert len(waits) == 5
    with pytest.raises(HFValidationError):
        TransferManager().limit_bytes_per_s = 0


def test_awaiting_gives_the_result() -> None:
    async def main() -> int:
        return await start(lambda _: 7)

    assert asyncio.run(main()) == 7


def test_broken_listener_does_not_break_the_transfer(caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        def update(self, snapshot: TransferSnapshot) -> None:
            raise RuntimeError

    set_listener_factory(lambda _: Broken())
    try:
        with caplog.at_level(logging.ERROR):
            assert start(lambda _: 1).result() == 1
    finally:
        set_listener_factory(None)
    assert "listener failed" in caplog.text


def test_snapshot_of_many_files_is_short_and_sums_are_right() -> None:
    transfer = Transfer("pull", RepoId("me/x"), "main", "http://hub", lambda _: None)
    counters = transfer.counters
    for number in range(1000):
        counters.add(f"f{number}", 10)
    for number in range(500):
        counters.begin(f"f{number}")
        counters.moved(f"f{number}", 10)
        counters.end(f"f{number}", "done")
    counters.end("f600", "skipped")
    counters.begin("f999")
    counters.moved("f999", 4)
    snapshot = transfer.snapshot()
    assert (snapshot.files_total, snapshot.files_done) == (1000, 501)
    assert (snapshot.bytes_total, snapshot.bytes_done, snapshot.bytes_moved, snapshot.bytes_skipped) == (
        10000,
        5014,
        5004,
        10,
    )
    assert len(snapshot.files) == 50
    assert snapshot.files[0].path == "f999"


def test_timeout_leaves_it_running() -> None:
    gate = threading.Event()
    transfer = start(lambda _: gate.wait())
    with pytest.raises(TimeoutError, match="goes on"):
        transfer.result(0.05)
    gate.set()
    assert transfer.result(5)


def test_higher_priority_goes_first() -> None:
    manager = TransferManager(max_running=1)
    order: list[str] = []
    gate = threading.Event()
    first = start(lambda _: gate.wait(10), manager)
    usual = start(lambda _: order.append("usual"), manager)
    urgent = start(lambda _: order.append("urgent"), manager)
    urgent.priority = 5
    gate.set()
    for transfer in (first, usual, urgent):
        transfer.result(10)
    assert order == ["urgent", "usual"]
