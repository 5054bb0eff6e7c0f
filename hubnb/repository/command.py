"""A push that is under way: it follows git-lfs's progress and tells it to our listeners."""

from __future__ import annotations

import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..transfer.job import Transfer
from ..transfer.manager import default_manager

if TYPE_CHECKING:
    import subprocess

    from ..client.repo_id import RepoId
    from .git import Git

_LOOK_EVERY_S = 0.2


class CommandInProgress:
    """A git command in the background.

    Attributes
    ----------
    title
        What it does.
    transfer
        The same command as a transfer: its progress, `cancel()`, `wait()`.
    """

    def __init__(self, title: str, git: Git, repo: RepoId, revision: str, arguments: list[str]) -> None:
        self.title = title
        self._git = git
        self._arguments = arguments
        self._status: int | None = None
        self._stderr = ""
        self.transfer: Transfer[None] = Transfer("push", repo, revision, git.credentials.endpoint, self._run)
        default_manager().submit(self.transfer)

    @property
    def is_done(self) -> bool:
        """Whether it has ended."""
        return self.transfer.done()

    @property
    def status(self) -> int:
        """Exit status of the command: 0 if it ended well, -1 while it runs or if it was never started."""
        return -1 if self._status is None else self._status

    @property
    def failed(self) -> bool:
        """Whether it ended, and not well."""
        return self.is_done and self.status != 0

    @property
    def stderr(self) -> str:
        """What it said."""
        return self._stderr

    def wait(self) -> None:
        """Wait for its end; an error is that of the command."""
        self.transfer.result()

    def __repr__(self) -> str:
        how = ("failed" if self.failed else "done") if self.is_done else "in progress"
        return f"CommandInProgress({self.title!r}, {how})"

    def _run(self, job: Transfer[Any]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            notes = Path(folder) / "progress"
            process = self._git.start(*self._arguments, environment={"GIT_LFS_PROGRESS": str(notes)})
            with job.abortable(_Ending(process)):
                reading = threading.Thread(target=self._read, args=(process,), name="hubnb-git", daemon=True)
                reading.start()
                progress = _LfsProgress(job, notes)
                while reading.is_alive():
                    reading.join(_LOOK_EVERY_S)
                    progress.look()
                self._status = process.wait()
        job.checkpoint()
        if self._status != 0:
            raise self._git.failure(self._arguments, self._stderr)

    def _read(self, process: subprocess.Popen[str]) -> None:
        if process.stderr is not None:
            with process.stderr:
                self._stderr = process.stderr.read()


class _Ending:
    """Ends the command when its transfer is cancelled."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def abort(self) -> None:
        with suppress(OSError):
            self._process.terminate()


class _LfsProgress:
    """Reads what git-lfs notes of its progress: ``upload 1/3 1024/2048 name`` a line."""

    def __init__(self, job: Transfer[Any], notes: Path) -> None:
        self._job = job
        self._notes = notes
        self._read_to = 0
        self._moved: dict[str, int] = {}

    def look(self) -> None:
        """Take in what was noted since."""
        try:
            with self._notes.open(encoding="utf-8", errors="replace") as file:
                file.seek(self._read_to)
                text = file.read()
                whole = text.rfind("\n") + 1
                self._read_to += len(text[:whole].encode())
        except OSError:  # not there yet
            return
        for line in text[:whole].splitlines():
            self._take(line)

    def _take(self, line: str) -> None:
        words = line.split(" ", 3)
        if len(words) != 4:
            return
        moved, _, total = words[2].partition("/")
        if not (moved.isdigit() and total.isdigit()):
            return
        name, counters = words[3], self._job.counters
        if name not in self._moved:
            counters.add(name, int(total))
            counters.begin(name)
            self._moved[name] = 0
        if int(moved) > self._moved[name]:
            counters.moved(name, int(moved) - self._moved[name])
            self._moved[name] = int(moved)
            if moved == total:
                counters.end(name, "done")
