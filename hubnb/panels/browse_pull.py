"""Pulls that a person starts in the browser: files chosen by hand, at the commit that was looked at."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from ..cache.destination import CacheDestination
from ..client.repo_id import is_commit_hash
from ..transfer.job import Transfer
from ..transfer.manager import default_manager
from ..transfer.progress import TransferSnapshot, TransferState
from ..transfer.pull import plan_pull, pull
from ..transfer.unfinished import Call
from .browse_tree import patterns_of
from .worker import start_worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..transfer.pull import RemoteFile
    from .browse_repo import OpenRepo

_MOST_PATTERNS = 200
_SEEN_EVERY_S = 0.2
_KEPT = 3


def start_pull(opened: OpenRepo, commit: str, files: list[RemoteFile], *, everything: bool) -> Transfer[str]:
    """Pull `files` of `commit` in the background."""
    cache, hub, revision = opened.cache, opened.hub, opened.revision
    destination = CacheDestination(cache)

    def work(job: Transfer[str]) -> str:
        plan = plan_pull(opened.repo, revision, commit, files, destination, force=False)
        job.learn(local_path=str(cache.snapshot(commit)), commit_oid=commit)
        pull(plan, hub.with_stop(job.stop), job, destination)
        cache.write_ref(revision, commit)  # as a pull of the whole does: offline, the revision is this snapshot
        cache.snapshot(commit).mkdir(parents=True, exist_ok=True)
        return str(cache.snapshot(commit))

    patterns = None if everything else patterns_of([file.path for file in files], _MOST_PATTERNS)
    call = None
    if everything or patterns:  # what a later kernel would go on with; a longer list would pull too much
        call = Call("snapshot_download", {
            "repo_id": opened.repo.repo_id, "repo_type": opened.repo.repo_type, "revision": commit,
            "endpoint": hub.endpoint, "cache_dir": str(hub.settings.cache_dir.absolute()), "local_dir": None,
            "allow_patterns": patterns, "ignore_patterns": None,
        })  # fmt: skip
    # quiet: this panel shows it; a bar below the cell of a click would belong to no cell
    transfer: Transfer[str] = Transfer("pull", opened.repo, revision, hub.endpoint, work, quiet=True, call=call)
    return default_manager().submit(transfer)


class Pulls:
    """The pulls of one panel, and what it shows of them.

    Parameters
    ----------
    show
        Called some times a second while there is something new, and once more at the end.
    """

    def __init__(self, show: Callable[[], object]) -> None:
        self._show = show
        self._lock = threading.Lock()
        self._all: list[Transfer[Any]] = []
        self._watching = False

    def watch(self, transfer: Transfer[Any]) -> None:
        """Show a transfer from now on."""
        with self._lock:
            ended = [one for one in self._all if one.done()]
            self._all = [one for one in self._all if one not in ended[: max(0, len(ended) - _KEPT + 1)]]
            self._all.append(transfer)
            watching, self._watching = self._watching, True
        if not watching:
            start_worker(self._watch, "browse-pulls")

    def get(self, transfer_id: str) -> Transfer[Any] | None:
        """Give one of them."""
        with self._lock:
            return next((one for one in self._all if one.id == transfer_id), None)

    def forget(self, transfer_id: str) -> None:
        """Take one that has ended off the list."""
        with self._lock:
            self._all = [one for one in self._all if one.id != transfer_id or not one.done()]
        self._show()

    def rows(self) -> list[dict[str, Any]]:
        """Give what the view shows (``js/browse/model.ts``, `Pull`), the newest first."""
        with self._lock:
            transfers = list(reversed(self._all))
        return [_row(one.snapshot()) for one in transfers]

    def _watch(self) -> None:
        while True:
            with self._lock:
                active = [one for one in self._all if not one.done()]
                if not active:
                    self._watching = False
            self._show()
            if not active:
                return
            active[0].wait(_SEEN_EVERY_S)


def _row(one: TransferSnapshot) -> dict[str, Any]:
    return {
        "id": one.id,
        "repo_id": one.repo_id,
        "revision": one.revision,
        "commit": one.commit_oid if is_commit_hash(one.commit_oid) else None,
        "state": one.state.value,
        "finished": one.state.finished,
        "files_total": one.files_total,
        "files_done": one.files_done,
        "bytes_total": one.bytes_total,
        "bytes_done": one.bytes_done,
        "bytes_skipped": one.bytes_skipped,
        "speed": round(one.speed_bytes_per_s),
        "eta_s": None if one.eta_s is None else round(one.eta_s, 1),
        "error": one.error if one.state is TransferState.FAILED else None,
        "from_cache": one.from_cache,
        "path": one.local_path,
    }
