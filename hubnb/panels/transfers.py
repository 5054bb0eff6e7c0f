"""The transfers panel: every push and pull of this kernel, the ones an earlier kernel left, and a push's plan.

It looks at the queue some times a second and sends what has changed; of the files only the rows that a person has
unfolded and can see.
"""

from __future__ import annotations

from contextlib import contextmanager
from threading import Event, RLock
from typing import TYPE_CHECKING, Any, ClassVar

import traitlets

from ..client.errors import HFValidationError
from ..client.settings import Settings
from ..transfer.manager import default_manager
from ..transfer.unfinished import UnfinishedTransfer, unfinished_transfers
from . import transfers_jobs as jobs
from .base import MuteComm, Panel, handler, slow_handler
from .login import _endpoint_view
from .progress import shown_by
from .record import Record
from .words import count_words, size_words
from .worker import start_worker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .transfers_plan import Planned

LOOK_INTERVAL_S = 0.34
IDLE_INTERVAL_S = 0.5
_RECORD_EVERY_LOOKS = 15
_MOST_UNFINISHED = 20


class TransfersPanel(Panel):
    """Show the transfers of this kernel: pause, resume, cancel, retry, undo; and a push's plan before it starts."""

    kind: ClassVar[str] = "transfers"

    active = traitlets.List(traitlets.Dict(), read_only=True).tag(sync=True)
    """Transfers that have not ended; see ``js/transfers/model.ts``."""
    ended = traitlets.List(traitlets.Dict(), read_only=True).tag(sync=True)
    """Transfers that have, failed ones first."""
    more = traitlets.Int(read_only=True).tag(sync=True)
    """How many ended transfers have no row."""
    totals = traitlets.Dict(read_only=True).tag(sync=True)
    """Sums over what moves, and what this kernel moved in all."""
    files = traitlets.Dict(read_only=True).tag(sync=True)
    """For each unfolded transfer the rows of its files that can be seen."""
    unfinished = traitlets.List(traitlets.Dict(), read_only=True).tag(sync=True)
    """Transfers of kernels that died."""
    limit = traitlets.Float(None, allow_none=True, read_only=True).tag(sync=True)
    """What all transfers together may move, in bytes a second; None is no limit."""
    plan = traitlets.Dict(default_value=None, allow_none=True, read_only=True).tag(sync=True)
    """What a push would change, if one is planned."""
    endpoint = traitlets.Dict(read_only=True).tag(sync=True)
    """The hub: ``host``, ``local``, ``offline``."""

    def __init__(self, planned: Planned | None = None, **kwargs: Any) -> None:
        self._planned = planned
        self._hidden: set[str] = set()
        self._windows: dict[str, tuple[int, int]] = {}
        self._state_lock = RLock()
        self._news = Event()
        self._left: dict[str, UnfinishedTransfer] = {}
        self.set_trait("endpoint", _endpoint_view(Settings.from_env()))
        self._find_left()
        self.look()
        super().__init__(**kwargs)
        if not isinstance(self.comm, MuteComm):
            start_worker(self._watch, "transfers")

    def look(self) -> None:
        """Bring the traits up to date; what has not changed is not sent."""
        with self._changing():
            transfers = jobs.visible_transfers(self._hidden)
            active, ended, more = jobs.rows(transfers)
            unfolded = {one.id: one for one in transfers if one.id in self._windows}
            self.set_trait("active", active)
            self.set_trait("ended", ended)
            self.set_trait("more", more)
            self.set_trait("totals", jobs.totals(transfers, active))
            self.set_trait("files", {key: jobs.file_rows(one, *self._windows[key]) for key, one in unfolded.items()})
            self.set_trait("limit", default_manager().limit_bytes_per_s)
            self.set_trait("plan", self._planned.view() if self._planned is not None else None)

    def record(self) -> Record:
        """Say what the transfers of this kernel have come to."""
        again = "Run `hubnb.transfers()` for the live panel."
        done = sum(row["state"] == "done" for row in self.ended)
        bad = len(self.ended) - done
        if self.plan is not None and self.plan["phase"] == "ready":
            facts = f"{size_words(self.plan['travels'])} would travel. Nothing was pushed from here."
            return Record("Push plan", [f" for {self.plan['repo_id']}, {self.plan['revision']}"], facts, again=again)
        if not self.active and not self.ended:
            return Record("No transfers", [" in this kernel"], again=again)
        said = [f"{count} {word}" for count, word in ((len(self.active), "running"), (bad, "stopped")) if count]
        facts = f"{size_words(self.totals['sent'])} sent, {size_words(self.totals['fetched'])} fetched."
        words = count_words(done + self.more, "transfer", "transfers")
        rows = [(row["repo_id"], size_words(row["bytes_total"]), row["state"]) for row in [*self.active, *self.ended]]
        return Record("✓ Finished", [f" {words}", *(f", {one}" for one in said)], facts, rows, again)

    @handler
    def pause(self, transfer_id: str) -> None:
        """Stop moving bytes of this transfer until `resume`."""
        jobs.find(transfer_id).pause()
        self._news.set()

    @handler
    def resume(self, transfer_id: str) -> None:
        """Go on after `pause`."""
        jobs.find(transfer_id).resume()
        self._news.set()

    @handler
    def cancel(self, transfer_id: str) -> None:
        """End this transfer; what arrived is kept for the next try."""
        jobs.find(transfer_id).cancel()
        self._news.set()

    @handler
    def start_now(self, transfer_id: str) -> None:
        """Start a waiting transfer before the others."""
        default_manager().start_now(jobs.find(transfer_id))
        self._news.set()

    @handler
    def retry(self, transfer_id: str) -> None:
        """Run a transfer that failed or was cancelled once more; its new row takes the place of the old one."""
        jobs.retry(transfer_id)
        self._hidden.add(transfer_id)
        self._news.set()

    @slow_handler
    def undo(self, transfer_id: str) -> None:
        """Take a push back by one more commit."""
        jobs.undo(transfer_id)
        self._news.set()

    @handler
    def pause_all(self) -> None:
        """Pause everything that moves."""
        for one in default_manager().transfers:
            if not one.done():
                one.pause()
        self._news.set()

    @handler
    def resume_all(self) -> None:
        """Go on with everything that was paused."""
        for one in default_manager().transfers:
            if one.paused and not one.done():
                one.resume()
        self._news.set()

    @handler
    def set_limit(self, bytes_per_s: object) -> None:
        """Let all transfers together move at most so much a second; None is no limit."""
        if bytes_per_s is not None and (isinstance(bytes_per_s, bool) or not isinstance(bytes_per_s, (int, float))):
            msg = "A limit is a number of bytes a second, or nothing for none."
            raise HFValidationError(msg)
        default_manager().limit_bytes_per_s = bytes_per_s
        self.look()

    @handler
    def clear(self, transfer_id: str | None = None) -> None:
        """Take an ended transfer off this panel's list, or all of them."""
        for one in default_manager().transfers:
            if one.done() and transfer_id in (None, one.id):
                self._hidden.add(one.id)
        self.look()

    @handler
    def show_files(self, transfer_id: str, start: int, count: int) -> None:
        """Send these rows of a transfer's files from now on; none for a `count` of 0."""
        with self._state_lock:
            if count > 0:
                self._windows[transfer_id] = (int(start), int(count))
            else:
                self._windows.pop(transfer_id, None)
        self.look()

    @slow_handler
    def go_on(self, left_id: str) -> None:
        """Go on with a transfer that an earlier kernel left."""
        with shown_by(jobs.Silence()):
            self._left_one(left_id).resume()
        self._find_left()
        self._news.set()

    @handler
    def forget(self, left_id: str) -> None:
        """Take a transfer that an earlier kernel left off the list; partial files stay."""
        self._left_one(left_id).forget()
        self._find_left()

    @handler
    def push(self, message: str, as_pr: bool) -> None:
        """Push what was planned."""
        if self._planned is None:
            msg = "There is no plan in this panel. Make one with `hubnb.plan_push(...)`."
            raise HFValidationError(msg)
        with shown_by(jobs.Silence()):
            self._planned.push(message, as_pr=as_pr)
        self._planned = None
        self._news.set()

    @handler
    def plan_again(self) -> None:
        """Compare with the Hub once more."""
        if self._planned is not None:
            self._planned.start()
        self._news.set()

    @handler
    def drop_plan(self) -> None:
        """Push nothing."""
        if self._planned is not None:
            self._planned.cancel()
        self._planned = None
        self.look()

    def close(self) -> None:
        """Take the panel off the page; its transfers go on."""
        super().close()
        self._news.set()

    def settle(self, timeout_s: float) -> None:
        """Wait until the plan is there, at most `timeout_s` seconds."""
        if self._planned is not None:
            self._planned.wait(timeout_s)
        self.look()

    def _watch(self) -> None:
        """Look at the queue as long as the panel is open."""
        looks, was_busy = 0, False
        while self.comm is not None:
            self.look()
            busy = bool(self.active) or (self.plan is not None and self.plan["phase"] == "planning")
            looks += 1
            if was_busy and not busy:
                self.update_record(final=True)
            elif busy and looks % _RECORD_EVERY_LOOKS == 0:
                self.update_record()
            was_busy = busy
            self._news.wait(LOOK_INTERVAL_S if busy else IDLE_INTERVAL_S)
            self._news.clear()

    def _find_left(self) -> None:
        found = {str(index): one for index, one in enumerate(unfinished_transfers()[-_MOST_UNFINISHED:])}
        self._left = {f"{one.started_at}-{key}": one for key, one in found.items()}
        rows = [
            {"id": key, "kind": one.kind, "repo_id": one.repo_id, "started_at": one.started_at}
            for key, one in self._left.items()
        ]
        self.set_trait("unfinished", rows)

    def _left_one(self, left_id: str) -> UnfinishedTransfer:
        found = self._left.get(left_id)
        if found is None:
            msg = "This transfer is not on the list any more. Another kernel may have gone on with it."
            raise HFValidationError(msg)
        return found

    @contextmanager
    def _changing(self) -> Iterator[None]:
        with self._state_lock, self.hold_sync():
            yield
