"""The transfers of one cell, as its progress panel and its record tell them.

A cell may start one transfer or a hundred, at once or one after the other; they share one panel. This module
collects their snapshots and says what is worth showing; it draws nothing and knows no widget.
"""

from __future__ import annotations

import time
from dataclasses import asdict
from datetime import datetime, timezone
from threading import Lock
from typing import TYPE_CHECKING, Any

from ..transfer.progress import TransferState
from .record import Link, Record
from .words import count_words, duration_words, part_words, size_words

if TYPE_CHECKING:
    from ..transfer.job import Transfer
    from ..transfer.progress import FileProgress, TransferSnapshot

QUIET_S = 1.0
"""A transfer that moves nothing and is over sooner than this is not worth a line."""
MAX_ROWS = 24
"""Rows of transfers, and of files of all transfers together, that travel to the browser."""
_MAX_FILES_OF_ONE = 12
_GO_ON = "Run the cell again: it goes on from there."
_FILE_KEYS = ("path", "size", "done", "state")
_JOB_KEYS = (
    "id", "kind", "repo_id", "revision", "files_total", "files_done", "bytes_total", "bytes_done",
    "bytes_moved", "bytes_skipped", "bytes_hashed", "speed_bytes_per_s", "eta_s", "error", "note",
    "commit_url",
)  # fmt: skip


class Board:
    """Snapshots of the transfers of one cell, newest of each. All methods may be called from any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._snapshots: dict[str, TransferSnapshot] = {}
        self._transfers: dict[str, Transfer[Any]] = {}

    def update(self, transfer: Transfer[Any], snapshot: TransferSnapshot) -> None:
        """Take in the newest snapshot of `transfer`; one that turns out to be nothing to show is dropped."""
        with self._lock:
            if _is_nothing(snapshot):
                self._snapshots.pop(snapshot.id, None)
                self._transfers.pop(snapshot.id, None)
                return
            self._snapshots[snapshot.id] = snapshot
            if snapshot.state.finished:
                self._transfers.pop(snapshot.id, None)
            else:
                self._transfers[snapshot.id] = transfer

    def transfer(self, transfer_id: str) -> Transfer[Any] | None:
        """Give the transfer of this id if it still runs."""
        with self._lock:
            return self._transfers.get(transfer_id)

    def drop(self, transfer_id: str) -> None:
        """Forget a transfer: another one goes on with it."""
        with self._lock:
            self._snapshots.pop(transfer_id, None)
            self._transfers.pop(transfer_id, None)

    def running(self) -> list[Transfer[Any]]:
        """Give the transfers that still run."""
        with self._lock:
            return list(self._transfers.values())

    def worth_showing(self) -> bool:
        """Whether anything moves, or takes long enough that a person wonders."""
        return any(_moves(one) or _elapsed_s(one) >= QUIET_S for one in self.snapshots())

    def finished(self) -> bool:
        """Whether all that was started here has ended."""
        return all(one.state.finished for one in self.snapshots())

    def snapshots(self) -> list[TransferSnapshot]:
        """Give the newest snapshot of each transfer, in the order they were started."""
        with self._lock:
            return list(self._snapshots.values())

    def jobs(self) -> list[dict[str, Any]]:
        """Give the rows for the browser: failed and running transfers first, then the latest others."""
        ranked = sorted(enumerate(self.snapshots()), key=_rank)[:MAX_ROWS]
        rows = [one for _, one in sorted(ranked)]
        files_each = max(2, min(_MAX_FILES_OF_ONE, MAX_ROWS // max(1, len(rows))))
        return [_job(one, files_each) for one in rows]

    def totals(self) -> dict[str, Any]:
        """Give the sums over all transfers of the cell."""
        snapshots = self.snapshots()
        active = [one for one in snapshots if not one.state.finished]
        speed = sum(one.speed_bytes_per_s for one in active)
        left = sum(one.bytes_total - one.bytes_done for one in active)
        return {
            "jobs": len(snapshots),
            "pulls": sum(one.kind == "pull" for one in snapshots),
            "active": len(active),
            "failed": sum(one.state is TransferState.FAILED for one in snapshots),
            "cancelled": sum(one.state is TransferState.CANCELLED for one in snapshots),
            "bytes_total": sum(one.bytes_total for one in snapshots),
            "bytes_done": sum(one.bytes_done for one in snapshots),
            "speed_bytes_per_s": round(speed),
            "eta_s": round(left / speed, 1) if speed > 0 else None,
        }

    def record(self) -> Record:
        """Say what happened to the transfers of this cell."""
        snapshots = self.snapshots()
        if len(snapshots) == 1:
            return _record_of_one(snapshots[0])
        return _record_of_many(snapshots)


def _is_nothing(one: TransferSnapshot) -> bool:
    """Whether it ended at once without moving a byte: from the cache, or its answer is an exception."""
    return one.state.finished and one.kind == "pull" and not _moves(one) and _elapsed_s(one) < QUIET_S


def _moves(one: TransferSnapshot) -> bool:
    return one.bytes_moved > 0 or (one.kind == "push" and one.state is not TransferState.QUEUED)


def _elapsed_s(one: TransferSnapshot) -> float:
    if not one.started_at:
        return 0.0
    return max(0.0, (one.ended_at or time.time()) - one.started_at)


def _rank(indexed: tuple[int, TransferSnapshot]) -> tuple[int, int]:
    index, one = indexed
    if one.state is TransferState.FAILED:
        return 0, -index
    return (1 if not one.state.finished else 2), -index


def _verified(one: TransferSnapshot) -> bool:
    """Whether hashes that the Hub names were compared with the bytes that moved."""
    return one.state is TransferState.DONE and any(file.sha256 and file.state == "done" for file in one.files)


def _job(one: TransferSnapshot, max_files: int) -> dict[str, Any]:
    job = {key: getattr(one, key) for key in _JOB_KEYS}
    job["state"] = one.state.value
    job["speed_bytes_per_s"] = round(one.speed_bytes_per_s)
    job["eta_s"] = None if one.eta_s is None else round(one.eta_s, 1)
    job["elapsed_s"] = round(_elapsed_s(one), 1)
    job["commit"] = one.commit_oid[:12] if one.commit_oid else None
    job["verified"] = _verified(one)
    job["files"] = [{key: asdict(file)[key] for key in _FILE_KEYS} for file in one.files[:max_files]]
    return job


def _record_of_one(one: TransferSnapshot) -> Record:
    outcome, rest = _outcome(one)
    again = "" if one.state is TransferState.DONE else _GO_ON
    return Record(outcome, rest, _facts(one), _rows(one), again, _moment(one))


def _outcome(one: TransferSnapshot) -> tuple[str, list[str | Link]]:
    repo = _repo_link(one)
    push = one.kind == "push"
    if _is_empty_push(one):
        return "✓ Nothing to push", [" to ", repo, f", {one.revision}"]
    if one.state is TransferState.DONE:
        files = count_words(one.files_total, "file", "files")
        where: list[str | Link] = [f" {files} {'to' if push else 'from'} ", repo, f", {one.revision}"]
        if one.commit_oid:
            where += [", as " if push else ", at ", Link(one.commit_oid[:7], one.commit_url, code=True)]
        return ("✓ Pushed" if push else "✓ Pulled"), where
    percent = f" at {100 * one.bytes_done // one.bytes_total} %" if one.bytes_total and one.bytes_done else ""
    rest: list[str | Link] = [": push to " if push else ": pull of ", repo, percent]
    if one.state is TransferState.FAILED:
        return "✕ Stopped", rest
    if one.state is TransferState.CANCELLED:
        return "✕ Cancelled", rest
    return "… Running when saved", rest[:2]


def _facts(one: TransferSnapshot) -> str:
    if _is_empty_push(one):
        return f"{size_words(one.bytes_total)} already on the Hub{_note(one)}."
    if one.state is TransferState.DONE:
        if one.kind == "pull" and one.bytes_moved == 0:
            return f"{size_words(one.bytes_total)} from the cache, nothing fetched."
        said = [f"{size_words(one.bytes_moved)} in {duration_words(_elapsed_s(one))}"]
        if _verified(one):
            said.append("sha-256 verified")
        if one.bytes_skipped:
            where = "already on the Hub" if one.kind == "push" else "already here"
            said.append(f"{size_words(one.bytes_skipped)} skipped ({where})")
        return ", ".join(said) + f"{_note(one)}."
    if one.state is TransferState.FAILED:
        return _shorten(one.error or "It stopped without saying why.", 300)
    if one.state is TransferState.CANCELLED:
        kept = "What had arrived is kept." if one.kind == "pull" else "Nothing was committed."
        return f"{size_words(one.bytes_moved)} had moved. {kept}"
    if not one.bytes_total:
        return "The result is not in this file."
    return f"{part_words(one.bytes_done, one.bytes_total)}. The result is not in this file."


def _is_empty_push(one: TransferSnapshot) -> bool:
    """Whether a push found everything on the Hub already, so that there is no commit."""
    return one.state is TransferState.DONE and one.kind == "push" and not one.commit_oid


def _note(one: TransferSnapshot) -> str:
    return f"; {one.note}" if one.note else ""


def _rows(one: TransferSnapshot) -> list[tuple[str, ...]]:
    if one.state is not TransferState.DONE:
        return []
    largest = sorted(one.files, key=_size, reverse=True)
    return [(file.path, size_words(file.size), _short_hash(file)) for file in largest]


def _size(file: FileProgress) -> int:
    return file.size


def _short_hash(file: FileProgress) -> str:
    return f"sha256:{file.sha256[:4]}…{file.sha256[-4:]}" if file.sha256 else ""


def _record_of_many(snapshots: list[TransferSnapshot]) -> Record:
    total = len(snapshots)
    done = sum(one.state is TransferState.DONE for one in snapshots)
    active = sum(not one.state.finished for one in snapshots)
    noun = ("pull", "pulls") if all(one.kind == "pull" for one in snapshots) else ("transfer", "transfers")
    if all(one.kind == "push" for one in snapshots):
        noun = ("push", "pushes")
    size = sum(one.bytes_total for one in snapshots)
    rows = [(one.repo_id, size_words(one.bytes_total), _state_word(one)) for one in snapshots]
    if active:
        moved = part_words(sum(one.bytes_done for one in snapshots), size)
        facts = f"{moved}. The result is not in this file."
        return Record("… Running when saved", [f": {active} of {count_words(total, *noun)}"], facts, rows)
    moved = sum(one.bytes_moved for one in snapshots)
    facts = f"{size_words(moved)} moved." if moved == size else f"{size_words(moved)} of {size_words(size)} moved."
    moment = max(_moment(one) for one in snapshots)
    if done == total:
        return Record("✓ Finished", [f" {count_words(total, *noun)}"], facts, rows, moment=moment)
    rest = [f": {total - done} of {count_words(total, *noun)}"]
    return Record("✕ Stopped", rest, facts, rows, _GO_ON, moment)


def _state_word(one: TransferSnapshot) -> str:
    words = {"done": "done", "failed": "stopped", "cancelled": "cancelled"}
    return words.get(one.state.value, "running")


def _repo_link(one: TransferSnapshot) -> Link:
    prefix = {"dataset": "datasets/", "space": "spaces/"}.get(one.repo_type, "")
    return Link(one.repo_id, f"{one.endpoint}/{prefix}{one.repo_id}")


def _moment(one: TransferSnapshot) -> datetime:
    return datetime.fromtimestamp(one.ended_at or time.time(), timezone.utc)


def _shorten(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
