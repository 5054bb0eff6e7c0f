"""All transfers of this kernel, as the transfers panel tells them, and what a person can do about an ended one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..client.errors import HFValidationError
from ..transfer.manager import default_manager
from ..transfer.progress import TransferState
from ..transfer.pull import PullPlan
from ..transfer.push_plan import PushPlan
from ..transfer.upload import undo_push
from .board import _job
from .progress import shown_by

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..transfer.job import Transfer
    from ..transfer.progress import ProgressListener, TransferSnapshot

MAX_ENDED = 40
"""Rows of ended transfers that travel to the browser; the rest is a number."""
MAX_ACTIVE = 60
MAX_FILES = 60
"""Rows of files of one transfer that travel at once: those a person can see, and some more."""
_STATE_RANK = {"running": 0, "planning": 0, "verifying": 0, "committing": 0, "paused": 1, "queued": 2}
_ENDED_RANK = {"failed": 0, "cancelled": 1, "done": 2}


class Silence:
    """A listener that shows nothing: the panel looks for itself."""

    def update(self, snapshot: TransferSnapshot) -> None:
        """Take no notice."""


def visible_transfers(hidden: Iterable[str] = ()) -> list[Transfer[Any]]:
    """Give the pushes and pulls of this process, oldest first, without plans and those a person took off the list."""
    return [one for one in default_manager().transfers if one.id not in set(hidden) and not _is_plan(one)]


def find(transfer_id: str) -> Transfer[Any]:
    """Give a transfer of this process.

    Raises
    ------
    HFValidationError
        If it is none, or was forgotten.
    """
    for one in default_manager().transfers:
        if one.id == transfer_id:
            return one
    msg = "This transfer is not known any more. There is nothing left to do with it."
    raise HFValidationError(msg)


def retry(transfer_id: str, listener: ProgressListener | None = None) -> Transfer[Any]:
    """Run an ended transfer once more, going on where it was; `listener` is told of it."""
    with shown_by(listener or Silence()):
        return default_manager().retry(find(transfer_id))


def undo(transfer_id: str, listener: ProgressListener | None = None) -> Transfer[Any]:
    """Take a push back by one more commit; `listener` is told of it."""
    done = find(transfer_id)
    commit = _commit_of(done)
    if commit is None:
        msg = "Only a push that made a commit can be undone."
        raise HFValidationError(msg)
    head = done.snapshot()
    with shown_by(listener or Silence()):
        return undo_push(
            commit, revision=commit.pr_revision or head.revision, endpoint=head.endpoint, run_as_future=True
        )


def can_undo(transfer: Transfer[Any]) -> bool:
    """Whether `transfer` is a push that made a commit."""
    return _commit_of(transfer) is not None


def rows(transfers: list[Transfer[Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]], int]:
    """Give the rows of active transfers, those of ended ones (failed first, newest first), and how many more ended."""
    snapshots = [(one, one.snapshot()) for one in transfers]
    waiting = [shot.id for _, shot in snapshots if shot.state is TransferState.QUEUED]
    active: list[dict[str, Any]] = []
    ended: list[dict[str, Any]] = []
    for one, shot in snapshots:
        row = _row(one, shot)
        if shot.state.finished:
            ended.append(row)
        else:
            row["place"] = waiting.index(shot.id) + 1 if shot.id in waiting else 0
            active.append(row)
    active.sort(key=lambda row: _STATE_RANK[row["state"]])
    ended.reverse()
    ended.sort(key=lambda row: _ENDED_RANK[row["state"]])
    return active[:MAX_ACTIVE], ended[:MAX_ENDED], max(0, len(ended) - MAX_ENDED)


def totals(transfers: list[Transfer[Any]], active: list[dict[str, Any]]) -> dict[str, Any]:
    """Give the sums over what moves now, and over all that this kernel moved."""
    shots = [one.snapshot() for one in transfers]
    left = sum(row["bytes_total"] - row["bytes_done"] for row in active if row["state"] == "running")
    speed = sum(row["speed_bytes_per_s"] for row in active if row["state"] == "running")
    return {
        "bytes_total": sum(row["bytes_total"] for row in active),
        "bytes_done": sum(row["bytes_done"] for row in active),
        "speed_bytes_per_s": speed,
        "eta_s": round(left / speed, 1) if speed > 0 else None,
        "sent": sum(shot.bytes_moved for shot in shots if shot.kind == "push"),
        "fetched": sum(shot.bytes_moved for shot in shots if shot.kind == "pull"),
    }


def file_rows(transfer: Transfer[Any], start: int, count: int) -> dict[str, Any]:
    """Give `count` files of a transfer from `start` on, in the order they were announced."""
    start, count = max(0, start), max(0, min(count, MAX_FILES))
    files = transfer.counters.page(start, count)
    keys = ("path", "size", "done", "state")
    return {"start": start, "rows": [{key: getattr(file, key) for key in keys} for file in files]}


def _row(transfer: Transfer[Any], shot: TransferSnapshot) -> dict[str, Any]:
    row = _job(shot, 0)
    del row["files"]
    if shot.state.finished:
        row["speed_bytes_per_s"] = 0  # it goes on falling, and an ended row is not to be sent again for that
    else:
        row["elapsed_s"] = round(row["elapsed_s"])
    return row | {
        "repo_type": shot.repo_type,
        "ended_at": shot.ended_at,
        "place": 0,
        "undo": shot.state is TransferState.DONE and can_undo(transfer),
        "retry": shot.state in (TransferState.FAILED, TransferState.CANCELLED),
    }


def _result_of(transfer: Transfer[Any]) -> Any:
    if not transfer.done() or transfer.cancelled() or transfer.exception() is not None:
        return None
    return transfer.result(0) if transfer.wait(0) else None


def _is_plan(transfer: Transfer[Any]) -> bool:
    return isinstance(_result_of(transfer), (PushPlan, PullPlan))


def _commit_of(transfer: Transfer[Any]) -> Any:
    head = transfer.snapshot()
    result = _result_of(transfer) if head.kind == "push" else None
    # A push that found everything there answers with the commit that was there before; that is not ours to undo.
    return result if result is not None and hasattr(result, "repo_url") and head.commit_oid else None
