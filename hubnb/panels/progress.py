"""The compact progress panel: one line under the cell that pulls or pushes.

The engine's thread hands in snapshots; one thread per panel sends the newest state to the browser, some times
a second, and the last state always. Buttons answer while the cell that started the transfer still runs.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock
from typing import TYPE_CHECKING, Any

import traitlets

from ..client.errors import HFValidationError
from ..client.settings import Settings
from .base import Panel, handler, slow_handler
from .board import Board
from .frontend import FrontEnd, cell_id, front_end
from .record import Record, RecordOutput
from .worker import Coalescer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..transfer.job import Transfer
    from ..transfer.progress import ProgressListener, TransferSnapshot

logger = logging.getLogger(__name__)

STATE_INTERVAL_S = 0.2
"""Time between two state messages of one panel, in seconds."""
_CELLS_KEPT = 50
_cells: OrderedDict[str, CellProgress] = OrderedDict()
_cells_lock = Lock()


class ProgressPanel(Panel):
    """Show the transfers of one cell; pause, resume and cancel them."""

    kind = "progress"

    jobs = traitlets.List(traitlets.Dict(), read_only=True).tag(sync=True)
    """Rows to show, one a transfer; see ``js/progress/model.ts``."""
    totals = traitlets.Dict(read_only=True).tag(sync=True)
    """Sums over all transfers of the cell."""

    def __init__(self, board: Board, cell: CellProgress | None = None, **kwargs: Any) -> None:
        self._board = board
        self._cell = cell
        self.set_trait("jobs", board.jobs())
        self.set_trait("totals", board.totals())
        super().__init__(**kwargs)

    def record(self) -> Record:
        """Say what happened to the transfers."""
        return self._board.record()

    def refresh(self) -> None:
        """Send the newest state, in one message, and bring the record up to date."""
        with self.hold_sync():
            self.set_trait("jobs", self._board.jobs())
            self.set_trait("totals", self._board.totals())
        self.update_record(final=self._board.finished())

    @handler
    def pause(self, transfer_id: str) -> None:
        """Stop moving bytes of this transfer until `resume`."""
        self._running(transfer_id).pause()

    @handler
    def resume(self, transfer_id: str) -> None:
        """Go on after `pause`."""
        self._running(transfer_id).resume()

    @handler
    def cancel(self, transfer_id: str) -> None:
        """End this transfer; what arrived is kept for the next try."""
        transfer = self._board.transfer(transfer_id)
        if transfer is not None:  # one that just ended needs no cancelling
            transfer.cancel()

    @handler
    def cancel_all(self) -> None:
        """End all transfers of the cell."""
        for transfer in self._board.running():
            transfer.cancel()

    @handler
    def retry(self, transfer_id: str) -> None:
        """Run a transfer that failed or was cancelled once more, going on where it was."""
        from .transfers_jobs import retry

        retry(transfer_id, CellNews(self._cell) if self._cell else None)
        self._board.drop(transfer_id)

    @slow_handler
    def undo(self, transfer_id: str) -> None:
        """Take a push back by one more commit."""
        from .transfers_jobs import undo

        undo(transfer_id, CellNews(self._cell) if self._cell else None)

    def _running(self, transfer_id: str) -> Transfer[Any]:
        transfer = self._board.transfer(transfer_id)
        if transfer is None:
            msg = "This transfer has ended. There is nothing left to pause or resume."
            raise HFValidationError(msg)
        return transfer


class CellProgress:
    """Watches the transfers of one cell, and shows them once they are worth it.

    Where no person looks on (`FrontEnd.BATCH`) only the record is shown.
    """

    def __init__(self, *, live: bool) -> None:
        self.board = Board()
        self.panel: ProgressPanel | None = None
        self._live = live
        self._record: RecordOutput | None = None
        self._lock = Lock()
        self._coalescer = Coalescer(self._refresh, STATE_INTERVAL_S, "progress", burst=self._burst())

    def update(self, transfer: Transfer[Any], snapshot: TransferSnapshot) -> None:
        """Take in news of a transfer (called on its engine thread)."""
        self.board.update(transfer, snapshot)
        with self._lock:
            shown = self._shown() or (self.board.worth_showing() and self._show())
        if not shown:
            return
        if snapshot.state.finished:
            # The cell may end, and the kernel with it, as soon as this returns: say the last word now.
            self._coalescer.flush()
        else:
            self._coalescer.poke()

    def close(self) -> None:
        """Take the live view off the page; the record stays."""
        if self.panel is not None:
            self.panel.close()

    def _shown(self) -> bool:
        return self.panel is not None or self._record is not None

    def _show(self) -> bool:
        if self._live:
            try:
                self.panel = ProgressPanel(self.board, self)
            except FileNotFoundError as error:  # a source checkout whose JavaScript was not built
                logger.warning("%s", error)
                self._live = False
        if self.panel is not None:
            self.panel._ipython_display_()
        else:
            self._record = RecordOutput(self._record_id(), self.board.record, burst=self._burst())
        return True

    def _burst(self) -> float:
        # A program may end the kernel with the last cell, and no browser has to keep up with it.
        return 5 if self._live else float("inf")

    def _record_id(self) -> str:
        return f"hubnb-{id(self):x}"

    def _refresh(self) -> None:
        if self.panel is not None:
            self.panel.refresh()
        elif self._record is not None:
            self._record.update(final=self.board.finished())


class CellNews:
    """A listener made before its transfer is: it finds the transfer by the id of its news."""

    def __init__(self, cell: CellProgress) -> None:
        self._cell = cell

    def update(self, snapshot: TransferSnapshot) -> None:
        """Show `snapshot`."""
        from .transfers_jobs import find

        self._cell.update(find(snapshot.id), snapshot)


class CellListener:
    """The `ProgressListener` of one transfer: passes its news on to the cell's panel."""

    def __init__(self, cell: CellProgress, transfer: Transfer[Any]) -> None:
        self._cell = cell
        self._transfer = transfer

    def update(self, snapshot: TransferSnapshot) -> None:
        """Show `snapshot`."""
        self._cell.update(self._transfer, snapshot)


_chosen: ContextVar[ProgressListener | None] = ContextVar("hubnb-listener", default=None)


@contextmanager
def shown_by(listener: ProgressListener) -> Iterator[None]:
    """Tell `listener` of the transfers that this block starts: a click in a panel belongs to no cell."""
    token = _chosen.set(listener)
    try:
        yield
    finally:
        _chosen.reset(token)


def listener_for(transfer: Transfer[Any]) -> ProgressListener | None:
    """Give the listener that shows `transfer` under the running cell, or None where there is no notebook.

    Called on the thread that asked for the transfer, so the cell is known.
    """
    chosen = _chosen.get()
    if chosen is not None:
        return chosen
    seen_by = front_end()
    cell = cell_id()
    if seen_by is FrontEnd.NONE or cell is None or Settings.from_env().disable_progress_bars:
        return None
    return CellListener(_progress_of(cell, live=seen_by is FrontEnd.LIVE), transfer)


def _progress_of(cell: str, *, live: bool) -> CellProgress:
    """Give the one progress of this run of a cell; of old ones that have ended the live view is given up."""
    with _cells_lock:
        progress = _cells.get(cell)
        if progress is None:
            progress = _cells[cell] = CellProgress(live=live)
        ended = [key for key, one in _cells.items() if key != cell and one.board.finished()]
        for key in ended[: max(0, len(_cells) - _CELLS_KEPT)]:
            _cells.pop(key).close()
        return progress
