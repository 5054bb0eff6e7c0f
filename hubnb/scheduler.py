"""Pushing a folder again and again while something writes to it: logs, metrics, answers of users."""

from __future__ import annotations

import logging
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from .api import HfApi
from .client.errors import HFValidationError
from .transfer.operations import CommitOperationAdd
from .transfer.patterns import DEFAULT_IGNORE_PATTERNS, as_list, filter_paths

if TYPE_CHECKING:
    from concurrent.futures import Future
    from types import TracebackType

    from typing_extensions import Self  # of type checkers; typing has it from Python 3.11 on

    from .client.commits import CommitInfo

logger = logging.getLogger(__name__)
_SECONDS_PER_MINUTE = 60
_COMMIT_MESSAGE = "Scheduled commit with hubnb"


class CommitScheduler:
    """Pushes what is new in a folder every few minutes, in the background.

    Files are expected to be added or appended to; a file that is removed here stays on the Hub. Write to files under
    `scheduler.lock`, so that no push sees half a line. Use it as a context manager, or call `stop()`; what is there
    when Python exits is pushed then.

    Parameters
    ----------
    repo_id, repo_type, revision, private, token
        Where to push; the repository is made if it is not there.
    folder_path
        The folder; it is made if it is not there.
    every
        Minutes between two pushes.
    path_in_repo
        Folder in the repository; default: its root.
    allow_patterns, ignore_patterns
        Globs that choose files, relative to `folder_path`.
    squash_history
        True keeps one commit only: each push replaces those before it.
    hf_api
        An `HfApi` to push through, instead of `token`.

    Examples
    --------
    >>> with CommitScheduler(repo_id="me/logs", repo_type="dataset", folder_path="logs", every=10) as scheduler:
    ...     with scheduler.lock, open("logs/today.jsonl", "a") as file:
    ...         print(json.dumps({"loss": 0.1}), file=file)
    """

    def __init__(
        self,
        *,
        repo_id: str,
        folder_path: str | Path,
        every: float = 5,
        path_in_repo: str | None = None,
        repo_type: str | None = None,
        revision: str | None = None,
        private: bool | None = None,
        token: str | bool | None = None,
        allow_patterns: list[str] | str | None = None,
        ignore_patterns: list[str] | str | None = None,
        squash_history: bool = False,
        hf_api: HfApi | None = None,
    ) -> None:
        if every <= 0:
            msg = f"every is a number of minutes above 0, not {every!r}."
            raise HFValidationError(msg)
        self.folder_path = Path(folder_path).expanduser().resolve()
        if self.folder_path.is_file():
            msg = f"{self.folder_path} is a file; a CommitScheduler watches a folder."
            raise HFValidationError(msg)
        self.folder_path.mkdir(parents=True, exist_ok=True)
        self.api = hf_api or HfApi(token=token)
        url = self.api.create_repo(repo_id, private=private, repo_type=repo_type, exist_ok=True)
        self.repo_id = url.repo_id
        self.repo_type = repo_type
        self.revision = revision
        self.path_in_repo = (path_in_repo or "").strip("/")
        self.allow_patterns = as_list(allow_patterns)
        self.ignore_patterns = [*DEFAULT_IGNORE_PATTERNS, *(as_list(ignore_patterns) or ())]
        self.squash_history = squash_history
        self.every = every
        self.lock = threading.Lock()
        """Hold it while writing to the folder."""
        self._pushed: dict[str, tuple[int, int]] = {}
        self._stopping = threading.Event()
        self.last_future: Future[CommitInfo | None] = self.trigger()
        """The push that was begun last."""
        threading.Thread(target=self._run, name="hubnb-scheduler", daemon=True).start()
        threading.Thread(target=self._push_last, name="hubnb-scheduler-last", daemon=False).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Push what is there, and stop."""
        self.stop()
        self.trigger().result()

    def stop(self) -> None:
        """Push no more; a push that is under way is not interrupted."""
        self._stopping.set()

    def trigger(self) -> Future[CommitInfo | None]:
        """Push now, after a push that is under way; gives the future of its commit, None where nothing was new."""
        self.last_future = self.api.run_as_future(self._push_and_log)
        return self.last_future

    def push_to_hub(self) -> CommitInfo | None:
        """Push what is new; override it to push something else (zip the files, make a table of them).

        Returns
        -------
        CommitInfo or None
            None where nothing was new.
        """
        with self.lock:
            changed = self._changed()
            prefix = f"{self.path_in_repo}/" if self.path_in_repo else ""
            # Made while the lock is held: each knows the size that its file has now, and reads no further.
            additions = [CommitOperationAdd(prefix + path, self.folder_path / path) for path in changed]
        if not additions:
            return None
        commit = self.api.create_commit(
            self.repo_id, additions, commit_message=_COMMIT_MESSAGE, repo_type=self.repo_type, revision=self.revision
        )
        self._pushed |= changed
        return commit

    def _changed(self) -> dict[str, tuple[int, int]]:
        """Give time and size of files that are not as they were pushed, by their path below the folder."""
        found: dict[str, tuple[int, int]] = {}
        for folder, _, names in os.walk(self.folder_path):
            for name in names:
                path = Path(folder, name)
                if path.is_file():
                    stat = path.stat()
                    found[path.relative_to(self.folder_path).as_posix()] = (stat.st_mtime_ns, stat.st_size)
        chosen = filter_paths(found, allow_patterns=self.allow_patterns, ignore_patterns=self.ignore_patterns)
        return {path: found[path] for path in sorted(chosen) if self._pushed.get(path) != found[path]}

    def _push_and_log(self) -> CommitInfo | None:
        """Do one push; an error is told and left to the next push, which has the same files to do."""
        try:
            commit = self.push_to_hub()
            if commit is not None and self.squash_history:
                self.api.super_squash_history(self.repo_id, branch=self.revision, repo_type=self.repo_type)
        except Exception:
            logger.exception("The scheduled push to %s failed; the next one tries again.", self.repo_id)
            raise
        else:
            return commit

    def _run(self) -> None:
        while not self._stopping.wait(self.every * _SECONDS_PER_MINUTE):
            self.trigger()

    def _push_last(self) -> None:
        """Wait for the program's end, and push what is there then.

        A thread that is no daemon is waited for; a function of `atexit` comes when threads can't be started any more.
        """
        threading.main_thread().join()
        if self._stopping.is_set():
            return
        self.stop()
        try:
            self.push_to_hub()
        except Exception:
            logger.exception("What was new in %s could not be pushed to %s.", self.folder_path, self.repo_id)
