"""The cache panel: what takes the disk, by repository and revision, and what can be done about it.

Scans, checks and deletions run on workers. A deletion is planned first, and the plan's figure is what goes: files that
a staying revision shares are not counted.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event, RLock, Thread
from typing import TYPE_CHECKING, Any, ClassVar

import traitlets

from ..cache.inventory import HFCacheInfo
from ..cache.scan import CacheNotFound, scan_cache_dir
from ..client.errors import HFValidationError, HubError
from ..client.info import repo_exists
from ..client.settings import Settings
from ..transfer.download import snapshot_download
from . import cache_view
from .base import Panel, handler, problem_of, slow_handler
from .cache_check import Check, Damage, check
from .cache_pins import read_pins, write_pin
from .progress import shown_by
from .record import Record
from .transfers_jobs import Silence
from .words import count_words, size_words
from .worker import Coalescer, start_worker

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ..cache.delete import DeleteCacheStrategy
    from ..cache.inventory import CachedRepoInfo

CHECK_INTERVAL_S = 0.25
_MOST_ASKED = 20
_MOST_NAMED = 20


class CachePanel(Panel):
    """Show what is in the cache: pin, verify, make room, delete.

    Parameters
    ----------
    cache_dir
        Folder of the cache; by default the one in use.
    """

    kind: ClassVar[str] = "cache"

    repos = traitlets.List(traitlets.Dict(), read_only=True).tag(sync=True)
    """A row for each repository; see ``js/cache/model.ts``."""
    totals = traitlets.Dict(default_value=None, allow_none=True, read_only=True).tag(sync=True)
    """Sums, the folder, and what is free on its disk."""
    phase = traitlets.Enum(["scanning", "ready", "verifying", "deleting"], "scanning", read_only=True).tag(sync=True)
    """What the panel does."""
    checking = traitlets.Dict(default_value=None, allow_none=True, read_only=True).tag(sync=True)
    """How far a check is."""
    damaged = traitlets.List(traitlets.Dict(), read_only=True).tag(sync=True)
    """Files that a check found damaged."""
    result = traitlets.Dict(default_value=None, allow_none=True, read_only=True).tag(sync=True)
    """What the last action came to: ``kind`` and its numbers."""

    def __init__(self, cache_dir: str | Path | None = None, **kwargs: Any) -> None:
        self._cache_dir = Settings.from_env(cache_dir=cache_dir).cache_dir
        self._state_lock = RLock()
        self._stop = Event()
        self._info: HFCacheInfo = HFCacheInfo(0, frozenset(), frozenset(), [], self._cache_dir)
        self._damages: list[Damage] = []
        super().__init__(**kwargs)
        self._worker: Thread = start_worker(self._scan, "cache-scan")

    def settle(self, timeout_s: float) -> None:
        """Wait until the folder has been scanned, at most `timeout_s` seconds."""
        self._worker.join(timeout_s)

    def record(self) -> Record:
        """Say what the cache holds."""
        again = "Run `hubnb.cache()` for the live panel."
        if self.totals is None:
            return Record("Cache", [" was being looked at when this was saved"], again=again)
        if not self.repos:
            return Record("The cache is empty", again=again)
        rows = [(row["id"], size_words(row["size"]), row["type"]) for row in self.repos]
        facts = f"{size_words(self.totals['size'])} in {count_words(len(self.repos), 'repo', 'repos')}."
        return Record("Cache", [" on this machine"], facts, rows, again)

    @slow_handler
    def scan(self) -> None:
        """Look at the folder again."""
        self._scan()

    @handler
    def pin(self, key: str, pinned: bool) -> None:
        """Keep a repository when room is made, or no longer."""
        if key not in {row["key"] for row in self.repos}:
            msg = "This repo is not in the cache any more. Look at the cache again."
            raise HFValidationError(msg)
        try:
            write_pin(self._cache_dir, key, pinned=pinned)
        except OSError as error:
            msg = f"The pin could not be written to {self._cache_dir}: {error.strerror}."
            raise HFValidationError(msg) from error
        self._show()

    @slow_handler
    def plan(self, commits: list[str]) -> dict[str, Any]:
        """Say what deleting these commits would free, and which of them the Hub has no longer."""
        strategy = self._strategy(commits)
        wanted = set(commits)
        affected = [(repo, [one for one in repo.revisions if one.commit_hash in wanted]) for repo in self._repos()]
        affected = [(repo, leaving) for repo, leaving in affected if leaving]
        gone = self._gone([repo for repo, _ in affected])
        rows = []
        for repo, leaving in affected:
            freed = self._strategy([one.commit_hash for one in leaving]).expected_freed_size
            staying = repo.revisions - set(leaving)
            rows.append({
                "key": repo.cache_id, "id": repo.repo_id, "commits": [one.commit_hash for one in leaving],
                "names": [", ".join(sorted(one.refs)) or one.commit_hash[:7] for one in leaving],
                "stays": [", ".join(sorted(one.refs)) or one.commit_hash[:7] for one in staying],
                "frees": freed, "only_copy": repo.cache_id in gone,
            })  # fmt: skip
        shared = sum(one.size_on_disk for _, leaving in affected for one in leaving) - strategy.expected_freed_size
        return {"frees": strategy.expected_freed_size, "shared": max(0, shared), "rows": rows}

    @handler
    def make_room(self, size: int) -> dict[str, Any]:
        """Choose commits to delete until `size` bytes are free: used longest ago first, nothing pinned or in use."""
        chosen = cache_view.oldest_first(self.repos, int(size))
        return {"commits": chosen, "frees": self._strategy(chosen).expected_freed_size if chosen else 0}

    @slow_handler
    def delete(self, commits: list[str]) -> dict[str, Any]:
        """Delete these commits, and what only they need."""
        busy = {row["id"] for row in self.repos if row["in_use"]} & {
            repo.repo_id for repo in self._repos() for one in repo.revisions if one.commit_hash in commits
        }
        if busy:
            names = ", ".join(sorted(busy))
            msg = f"{names} is in use by this kernel. Restart it, or wait for its transfer; nothing was deleted."
            raise HFValidationError(msg)
        before = self._info.size_on_disk
        self._begin("deleting")
        try:
            self._strategy(commits).execute()
        finally:
            self._scan()
        freed = max(0, before - self._info.size_on_disk)
        self._tell({"kind": "freed", "size": freed, "left": self._info.size_on_disk})
        return {"freed": freed}

    @slow_handler
    def prune(self) -> None:
        """Remove the halves of files that interrupted pulls left, unless a pull of this kernel works on them."""
        busy = cache_view.in_use(self._info)
        freed = 0
        folders = {repo.repo_path.name: repo.cache_id for repo in self._repos()}
        self._begin("deleting")
        for folder, files in cache_view.unfinished_by_folder(self._cache_dir).items():
            if folders.get(folder) in busy:
                continue
            for path, size in files:
                try:
                    path.unlink()
                    freed += size
                except OSError:  # finished meanwhile, or somebody else's
                    continue
        self._scan()
        self._tell({"kind": "pruned", "size": freed, "left": self._info.size_on_disk})

    @handler
    def verify(self, keys: list[str] | None = None) -> None:
        """Hash the files of these repositories, or of all."""
        with self._state_lock:
            if self.phase == "verifying":
                return
            self._stop = Event()
            repos = [repo for repo in self._repos() if keys is None or repo.cache_id in keys]
            self._begin("verifying")
        self._worker = start_worker(lambda: self._verify(repos, self._stop), "cache-verify")

    @handler
    def stop(self) -> None:
        """Stop verifying."""
        self._stop.set()

    @slow_handler
    def fetch_again(self) -> None:
        """Take the damaged files away and pull them anew; the transfers panel shows it."""
        damages = list(self._damages)
        for one in damages:
            one.blob.unlink(missing_ok=True)
        by_commit: dict[tuple[str, str, str], list[str]] = {}
        for one in damages:
            by_commit.setdefault((one.repo_id, one.repo_type, one.commit), []).append(one.path)
        pulls = []
        with shown_by(Silence()):
            for (repo_id, repo_type, commit), paths in by_commit.items():
                pulls.append(
                    snapshot_download(
                        repo_id, repo_type=repo_type, revision=commit, allow_patterns=paths,
                        cache_dir=self._cache_dir, run_as_future=True,
                    )
                )  # fmt: skip
        for pull in pulls:
            pull.result()
        self._damages = []
        self._scan()
        self._tell({"kind": "fetched", "files": len(damages), "size": sum(one.size for one in damages)})

    def _scan(self) -> None:
        try:
            info = scan_cache_dir(self._cache_dir)
        except CacheNotFound:
            info = HFCacheInfo(0, frozenset(), frozenset(), [], self._cache_dir)
        except (HubError, OSError) as error:
            self._tell({"kind": "problem", **problem_of(error)})
            info = HFCacheInfo(0, frozenset(), frozenset(), [], self._cache_dir)
        self._info = info
        self._show()

    def _show(self) -> None:
        damaged: dict[str, int] = {}
        for one in self._damages:
            damaged[one.key] = damaged.get(one.key, 0) + 1
        rows = cache_view.repo_rows(self._info, read_pins(self._cache_dir), damaged)
        with self._changing():
            self.set_trait("repos", rows)
            self.set_trait("totals", cache_view.totals(self._info))
            self.set_trait("damaged", [_damage_row(one) for one in self._damages[:_MOST_NAMED]])
            self.set_trait("phase", "ready")
            self.set_trait("checking", None)
        self.update_record(final=True)

    def _verify(self, repos: list[CachedRepoInfo], stop: Event) -> None:
        newest = Check()

        def send() -> None:
            with self._changing():
                if self.phase == "verifying":
                    self.set_trait("checking", newest.view())

        coalescer = Coalescer(send, CHECK_INTERVAL_S, "cache-check", burst=1)

        def tell(state: Check) -> None:
            nonlocal newest
            newest = state
            coalescer.poke()

        try:
            done = check(repos, stop, tell)
        except Exception as error:  # a worker has nobody above it to tell
            self._tell({"kind": "problem", **problem_of(error)})
            self._show()
            return
        keys = {repo.cache_id for repo in repos}
        self._damages = [one for one in self._damages if one.key not in keys] + done.damages
        self._show()
        facts = {"files": done.files_done, "total": done.files_total, "damaged": len(done.damages)}
        self._tell({"kind": "stopped" if stop.is_set() else "verified", "size": done.bytes_done, **facts})

    def _begin(self, phase: str) -> None:
        with self._changing():
            self.set_trait("result", None)
            self.set_trait("phase", phase)

    def _tell(self, result: dict[str, Any]) -> None:
        with self._changing():
            self.set_trait("result", result)

    def _repos(self) -> list[CachedRepoInfo]:
        return list(self._info.repos)

    def _strategy(self, commits: list[str]) -> DeleteCacheStrategy:
        known = {one.commit_hash for repo in self._repos() for one in repo.revisions}
        if not set(commits) <= known or not commits:
            msg = "What was chosen is not in the cache any more. Look at the cache again; nothing was deleted."
            raise HFValidationError(msg)
        return self._info.delete_revisions(*commits)

    def _gone(self, repos: list[CachedRepoInfo]) -> set[str]:
        """Ask the Hub which of these it has no longer (or not for this token)."""
        if Settings.from_env().offline:
            return set()

        def exists(repo: CachedRepoInfo) -> bool:
            try:
                return repo_exists(repo.repo_id, repo_type=repo.repo_type)
            except Exception:  # it can't be asked, so nothing is said
                return True

        asked = repos[:_MOST_ASKED]
        with ThreadPoolExecutor(8) as pool:
            return {repo.cache_id for repo, there in zip(asked, pool.map(exists, asked), strict=True) if not there}

    @contextmanager
    def _changing(self) -> Iterator[None]:
        with self._state_lock, self.hold_sync():
            yield


def _damage_row(one: Damage) -> dict[str, Any]:
    return {"id": one.repo_id, "path": one.path, "size": one.size}
