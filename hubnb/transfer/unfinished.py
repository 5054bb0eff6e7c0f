"""Transfers that an earlier process began and never ended, so that a new kernel can offer to go on.

While a transfer runs, a small file says which call it was (never with a token) and a lock beside it is held. A
file whose lock is free belongs to a process that died: nothing else frees it without removing the file.
"""

from __future__ import annotations

import json
import logging
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..cache.locks import try_lock
from ..client.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .job import Transfer

logger = logging.getLogger(__name__)

_FORMAT = 1
RESUMABLE = ("snapshot_download", "upload_folder", "upload_file")


@dataclass(frozen=True)
class Call:
    """A call that can be made again: its name and arguments, plain enough for JSON and free of secrets."""

    name: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class UnfinishedTransfer:
    """A push or pull whose process died."""

    kind: str
    repo_id: str
    started_at: float
    """Unix seconds."""
    call: Call
    _path: Path

    def resume(self, *, token: str | bool | None = None) -> Transfer[Any]:
        """Go on in the background; what had arrived, or had been sent, is used."""
        from . import download, upload  # they write what is read here

        function = {
            "snapshot_download": download.snapshot_download,
            "upload_folder": upload.upload_folder,
            "upload_file": upload.upload_file,
        }[self.call.name]
        transfer = function(**self.call.arguments, token=token, run_as_future=True)
        self.forget()
        return transfer

    def forget(self) -> None:
        """Take it off the list; partial files stay for whoever pulls again."""
        self._path.unlink(missing_ok=True)
        self._path.with_suffix(".lock").unlink(missing_ok=True)

    def __str__(self) -> str:
        when = time.strftime("%d %b %H:%M", time.localtime(self.started_at))
        return f"{self.kind} {self.repo_id}, begun {when}"


def unfinished_transfers() -> list[UnfinishedTransfer]:
    """List the transfers of earlier processes that never ended, oldest first; `resume()` goes on with one."""
    found: list[UnfinishedTransfer] = []
    for path in sorted(_folder().glob("*.json")):
        lock = None
        try:
            lock = try_lock(path.with_suffix(".lock"))
            if lock is None:
                continue  # its process lives
            found.append(_read(path))
        except (OSError, ValueError, KeyError, TypeError) as error:
            logger.debug("%s says nothing of a transfer: %s", path, error)
        finally:
            if lock is not None:
                lock.release()
    return sorted(found, key=lambda unfinished: unfinished.started_at)


@contextmanager
def recorded(transfer: Transfer[Any], call: Call | None) -> Iterator[None]:
    """Keep a record of `transfer` while this block runs; without a home to write to, do without."""
    if call is None:
        yield
        return
    path = _folder() / f"{transfer.id}.json"
    lock = None
    try:
        lock = try_lock(path.with_suffix(".lock"))
        snapshot = transfer.snapshot()
        facts = {"kind": snapshot.kind, "repo_id": snapshot.repo_id, "started_at": time.time()}
        text = json.dumps({"format": _FORMAT, **facts, "call": call.name, "arguments": call.arguments})
        path.write_text(text)
    except (OSError, TypeError, ValueError) as error:
        logger.debug("No record of %s is kept: %s", transfer, error)
    try:
        yield
    finally:
        with suppress(OSError):
            path.unlink(missing_ok=True)
            if lock is not None:
                lock.release()
                path.with_suffix(".lock").unlink(missing_ok=True)


def _read(path: Path) -> UnfinishedTransfer:
    facts = json.loads(path.read_text())
    if facts["format"] != _FORMAT or facts["call"] not in RESUMABLE:
        msg = "it is of another version"
        raise ValueError(msg)
    call = Call(facts["call"], facts["arguments"])
    return UnfinishedTransfer(facts["kind"], facts["repo_id"], facts["started_at"], call, path)


def _folder() -> Path:
    return Settings.from_env().home_dir / "hubnb" / "unfinished"
