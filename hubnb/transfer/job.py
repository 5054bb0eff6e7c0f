"""One push or pull: its state, its numbers, and the buttons that stop it.

A `Transfer` is shared by three kinds of threads: those that move bytes count into it, one reporter reads
snapshots out of it for the listener, and anybody may pause, resume, cancel or wait. One lock guards the
numbers; stopping is an event plus the list of open streams to shut, so nobody has to wait for a socket.
"""

from __future__ import annotations

import contextvars
import logging
import os
import threading
import time
from collections import deque
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Generic, Literal, Protocol, TypeVar

from ..client.errors import HubError, TransferCancelled
from ..client.redact import redact
from ..client.repo_id import RepoId
from .bandwidth import Bandwidth
from .counters import Counters
from .progress import MAX_UPDATES_PER_S, ProgressListener, TransferSnapshot, TransferState, new_listener
from .unfinished import Call, recorded

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

logger = logging.getLogger(__name__)

Result = TypeVar("Result")
_STOP_GRACE_S = 0.3
_LAST_WORD_GRACE_S = 2.0


class Abortable(Protocol):
    """Something that another thread can end, e.g. an open `ByteStream`."""

    def abort(self) -> None:
        """End it now."""
        ...


class Transfer(Generic[Result]):
    """A push or pull that runs in the background.

    Give it to `TransferManager.submit`, or get it from ``upload_folder(..., run_as_future=True)``. Wait for
    it with `result()`, or ``await`` it.
    """

    def __init__(
        self,
        kind: Literal["pull", "push"],
        repo: RepoId,
        revision: str,
        endpoint: str,
        work: Callable[[Transfer[Result]], Result],
        *,
        quiet: bool = False,
        call: Call | None = None,
    ) -> None:
        self.id = os.urandom(6).hex()
        self.kind: Literal["pull", "push"] = kind
        self.stop = threading.Event()
        """Set once the transfer is to end; everything that waits looks at it."""
        self.counters = Counters()
        self._work = work
        self._call = call
        self._lock = threading.Lock()
        self._go_on = threading.Event()
        self._go_on.set()
        self._state = TransferState.QUEUED
        self._head = TransferSnapshot(
            id=self.id, kind=kind, repo_id=repo.repo_id, repo_type=repo.repo_type, revision=revision,
            endpoint=endpoint, state=TransferState.QUEUED,
        )  # fmt: skip
        self._facts: dict[str, Any] = {}
        self._open: set[Abortable] = set()
        self._future: Future[Result] = Future()
        self._turn = threading.Event()  # the work ended, or somebody cancelled
        self._ended = threading.Event()
        self._reported = threading.Event()
        self.bandwidth = Bandwidth()
        """The limit this transfer shares; the queue puts its own here."""
        self.when_touched: Callable[[], object] | None = None
        """Called by `pause`, `resume` and `cancel`: the queue decides anew what runs."""
        self._priority = 0
        self._speed = _Speed()
        # The listener is made where the transfer was asked for, so that a notebook knows which cell that is.
        self._listener: ProgressListener | None = None if quiet else new_listener(self)
        self._context = contextvars.copy_context()

    # What views and callers use

    def snapshot(self) -> TransferSnapshot:
        """Everything a view shows, at this moment."""
        with self._lock:
            state, facts = self._state, dict(self._facts)
        counted = self.counters.totals()
        speed, eta_s = self._speed.estimate(counted["bytes_moved"], counted["bytes_total"] - counted["bytes_done"])
        if state.finished:
            speed, eta_s = self._speed.overall(counted["bytes_moved"]), None
        shown = TransferState.PAUSED if not self._go_on.is_set() and not state.finished else state
        return replace(
            self._head,
            state=shown,
            speed_bytes_per_s=speed,
            eta_s=eta_s,
            files=self.counters.rows(),
            **counted,
            **facts,
        )

    def pause(self) -> None:
        """Stop moving bytes until `resume`; returns at once."""
        self._go_on.clear()
        self._touched()

    def resume(self) -> None:
        """Go on after `pause`."""
        self._go_on.set()
        self._touched()

    def cancel(self) -> bool:
        """End the transfer now, keeping what had arrived; False if it had already ended."""
        if self._future.done():
            return False
        self.halt()
        self._turn.set()
        self._touched()
        return True

    @property
    def priority(self) -> int:
        """Where it stands in the queue: higher goes first, 0 is usual. May be set while it waits."""
        return self._priority

    @priority.setter
    def priority(self, priority: int) -> None:
        self._priority = priority
        self._touched()

    def again(self) -> Transfer[Result]:
        """Make the same transfer anew, to be submitted: what an earlier try left is used."""
        head = self._head
        repo = RepoId(head.repo_id, head.repo_type)
        return Transfer(self.kind, repo, head.revision, head.endpoint, self._work, call=self._call)

    def _touched(self) -> None:
        if self.when_touched is not None:
            self.when_touched()

    def done(self) -> bool:
        """Whether it has ended, however it ended."""
        return self._future.done()

    def cancelled(self) -> bool:
        """Whether it ended because somebody cancelled it."""
        return self._state is TransferState.CANCELLED

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it has ended and its listener has heard so; False if `timeout` seconds were not enough."""
        return self._reported.wait(timeout)

    def result(self, timeout: float | None = None) -> Result:
        """Wait for the outcome; `timeout` (seconds) is named as in `concurrent.futures.Future`.

        Raises
        ------
        TransferCancelled
            If it was cancelled.
        TimeoutError
            If it still runs after `timeout` seconds; it goes on.
        HubError
            Whatever made it fail.
        """
        if not self.wait(timeout):
            msg = f"The {self.kind} still runs after {timeout} s; it goes on in the background."
            raise TimeoutError(msg)
        return self._future.result(0)

    def exception(self, timeout: float | None = None) -> BaseException | None:
        """Wait for the end; give what made it fail, or None."""
        return self._future.exception(timeout)

    def add_done_callback(self, callback: Callable[[Future[Result]], object]) -> None:
        """Call `callback` with the finished future, on an engine thread."""
        self._future.add_done_callback(callback)

    def __await__(self) -> Generator[Any, None, Result]:
        import asyncio  # who awaits has it already

        return asyncio.wrap_future(self._future).__await__()

    def __repr__(self) -> str:
        return f"<Transfer {self.id}: {self.kind} {self._head.repo_id}, {self.snapshot().state.value}>"

    # What the engine uses

    def checkpoint(self) -> None:
        """Return when work may go on: raise if cancelled, wait while paused."""
        if self.stop.is_set():
            raise TransferCancelled
        if not self._go_on.is_set():
            self._go_on.wait()
            self.checkpoint()

    @property
    def paused(self) -> bool:
        """Whether somebody pressed Pause."""
        return not self._go_on.is_set()

    def halt(self) -> None:
        """Make everything that works for this transfer end now: waits, reads, writes."""
        self.stop.set()
        self._go_on.set()
        with self._lock:
            streams = list(self._open)
        for stream in streams:
            stream.abort()

    def enter(self, state: TransferState) -> None:
        """Change the phase."""
        self.checkpoint()
        with self._lock:
            self._state = state

    def learn(self, **facts: Any) -> None:
        """Add facts to the snapshot, e.g. ``commit_oid``."""
        with self._lock:
            self._facts.update(facts)

    @contextmanager
    def abortable(self, stream: Abortable) -> Iterator[None]:
        """Let `cancel` end `stream` while this block runs."""
        with self._lock:
            self._open.add(stream)
        try:
            self.checkpoint()
            yield
        finally:
            with self._lock:
                self._open.discard(stream)

    def spawn(self, function: Callable[[], object], name: str) -> threading.Thread:
        """Start a daemon thread in the context of whoever started the transfer.

        ipykernel finds the cell an output belongs to through context variables; a plain thread has none.
        """
        context = self._context.copy()
        thread = threading.Thread(target=context.run, args=(function,), name=f"hubnb-{name}-{self.id}", daemon=True)
        thread.start()
        return thread

    def run(self) -> None:
        """Do the work (the manager calls this once, on a thread of its own)."""
        # Whoever waits may end the process as soon as it is told, so the record goes first.
        with recorded(self, self._call):
            worked, error = self._run_to_the_end()
        if error is None:
            self._future.set_result(worked.result())
        else:
            self._future.set_exception(error)
        self._reported.set()

    def _run_to_the_end(self) -> tuple[Future[Result], BaseException | None]:
        reporter_done = threading.Event()
        self.learn(started_at=time.time())
        if self._listener is not None:
            self.spawn(lambda: self._report(reporter_done), "report")
        worked: Future[Result] = Future()
        self.spawn(lambda: self._do_work(worked), "work")
        worked.add_done_callback(lambda _: self._turn.set())
        self._turn.wait()
        try:
            # After a cancel nobody waits for a thread that hangs on a dead server: whatever it does later finds
            # `stop` set. Only a commit that was on its way may still be made.
            error = worked.exception(_STOP_GRACE_S)
        except FutureTimeoutError:  # its own class before Python 3.11
            committing = self._state is TransferState.COMMITTING
            error = TransferCancelled()
            if committing:
                may = "The Hub may still make the commit that was on its way: look before you push again."
                error = TransferCancelled(f"The transfer was cancelled. {may}")
        self._finish(error)
        if self._listener is not None:
            reporter_done.wait(_LAST_WORD_GRACE_S)
        return worked, error

    def _do_work(self, worked: Future[Result]) -> None:
        try:
            self.enter(TransferState.PLANNING)
            worked.set_result(self._work(self))
        except BaseException as caught:
            worked.set_exception(caught)

    def _finish(self, error: BaseException | None) -> None:
        if error is None:
            state = TransferState.DONE
        elif isinstance(error, TransferCancelled):
            state = TransferState.CANCELLED
            self.learn(note=str(error))
        else:
            state = TransferState.FAILED
            text = str(error) if isinstance(error, HubError) else f"{type(error).__name__}: {error}"
            self.learn(error=redact(text))
        with self._lock:
            self._facts["ended_at"] = time.time()
            self._state = state
        self.stop.set()
        self._ended.set()

    def _report(self, done: threading.Event) -> None:
        listener = self._listener
        try:
            while listener is not None:
                snapshot = self.snapshot()
                listener.update(snapshot)
                if snapshot.state.finished:
                    break
                self._ended.wait(1 / MAX_UPDATES_PER_S)
        except Exception:
            logger.exception("A progress listener failed; the transfer goes on without it.")
        finally:
            done.set()


class _Speed:
    """Bytes a second over the last seconds."""

    _WINDOW_S = 5.0

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._start = time.monotonic()
        self._samples: deque[tuple[float, int]] = deque([(self._start, 0)])

    def estimate(self, moved: int, left: int) -> tuple[float, float | None]:
        now = time.monotonic()
        with self._lock:
            self._samples.append((now, moved))
            while len(self._samples) > 2 and now - self._samples[0][0] > self._WINDOW_S:
                self._samples.popleft()
            since, before = self._samples[0]
        speed = (moved - before) / (now - since) if now > since else 0.0
        # An estimate after less than 3 s is a guess.
        eta_s = left / speed if speed > 0 and now - self._start >= 3 else None
        return max(speed, 0.0), eta_s

    def overall(self, moved: int) -> float:
        return moved / max(time.monotonic() - self._start, 1e-9)


def run_and_wait(transfer: Transfer[Result]) -> Result:
    """Wait for a transfer as a blocking call does: an interrupt cancels it and comes back at once."""
    try:
        return transfer.result()
    except HubError as error:
        # Its message says what happened and what to do; the engine's frames would bury it.
        raise error.with_traceback(None)  # noqa: B904 - it is the same error
    except KeyboardInterrupt:
        transfer.cancel()
        transfer.wait(_STOP_GRACE_S)
        raise
