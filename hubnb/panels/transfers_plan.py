"""A push that waits for a person's word: what it would change, and the call that makes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..client.errors import HFValidationError
from ..client.repo_id import RepoId
from ..transfer.upload import DEFAULT_REVISION, upload_folder
from .base import problem_of

if TYPE_CHECKING:
    from pathlib import Path

    from ..transfer.job import Transfer
    from ..transfer.push_plan import PlannedFile, PushPlan

MAX_FILES = 200
_MAX_TENSORS = 8


class Planned:
    """A folder's push: planned in the background, made when a person says so.

    Parameters
    ----------
    folder_path, repo_id, options
        What `upload_folder` takes.
    """

    def __init__(self, folder_path: str | Path, repo_id: str, options: dict[str, Any]) -> None:
        self._repo = RepoId.parse(repo_id, options.get("repo_type"))
        self._folder, self._options = folder_path, options
        self._planning: Transfer[PushPlan]
        self.start()

    def start(self) -> None:
        """Compare the folder with the Hub."""
        self._planning = upload_folder(
            repo_id=self._repo.repo_id, folder_path=self._folder, dry_run=True, run_as_future=True, **self._options
        )  # pyright: ignore[reportAttributeAccessIssue, reportCallIssue] - of a dry run, whatever the options

    def cancel(self) -> None:
        """Stop planning."""
        self._planning.cancel()

    def wait(self, timeout_s: float) -> None:
        """Wait for the plan."""
        self._planning.wait(timeout_s)

    def plan(self) -> PushPlan | None:
        """Give the plan if it is made."""
        ready = self._planning.done() and not self._planning.cancelled() and self._planning.exception() is None
        return self._planning.result(0) if ready and self._planning.wait(0) else None

    def push(self, message: str, *, as_pr: bool) -> Transfer[Any]:
        """Make the push, on the commit the plan was made on."""
        plan = self.plan()
        if plan is None:
            msg = "The plan is not ready, so nothing is pushed."
            raise HFValidationError(msg)
        options = self._options | {"commit_message": message.strip() or None, "create_pr": as_pr}
        options.setdefault("parent_commit", plan.head)
        return upload_folder(repo_id=self._repo.repo_id, folder_path=self._folder, run_as_future=True, **options)  # pyright: ignore[reportReturnType, reportCallIssue]

    def view(self) -> dict[str, Any]:
        """Give what the panel shows (``js/transfers/model.ts``, `Plan`)."""
        head = {
            "repo_id": self._repo.repo_id,
            "revision": self._options.get("revision") or DEFAULT_REVISION,
            "message": self._options.get("commit_message") or "",
            "as_pr": bool(self._options.get("create_pr")),
            "phase": "planning", "head": None, "travels": 0, "bytes": 0, "counts": {}, "files": [], "hidden": 0,
            "same_bytes": 0, "problem": None,
        }  # fmt: skip
        plan = self.plan()
        if plan is not None:
            return head | _plan_view(plan)
        if self._planning.done():
            error = None if self._planning.cancelled() else self._planning.exception()
            problem = (
                problem_of(error) if isinstance(error, Exception) else {"title": "Planning was cancelled", "text": ""}
            )
            return head | {"phase": "failed", "problem": problem}
        return head


def _plan_view(plan: PushPlan) -> dict[str, Any]:
    changes = [file for file in plan.files if file.change != "same"]
    same = plan.of("same")
    return {
        "phase": "ready",
        "head": plan.head[:7] if plan.head else None,
        "travels": plan.bytes_to_send,
        "bytes": sum(file.size for file in plan.files if file.change != "removed"),
        "counts": {change: len(plan.of(change)) for change in ("added", "changed", "removed", "same", "ignored")},
        "same_bytes": sum(file.size for file in same),
        "files": [_file_view(file) for file in changes[:MAX_FILES]],
        "hidden": max(0, len(changes) - MAX_FILES),
    }


def _file_view(file: PlannedFile) -> dict[str, Any]:
    changed = [tensor for tensor in file.tensors if tensor.change not in ("same", "unknown")]
    return {
        "path": file.path,
        "change": file.change,
        "size": file.size,
        "travels": file.travels,
        "tensors": len(file.tensors),
        "tensors_changed": len(changed),
        "tensor_names": [tensor.name for tensor in changed[:_MAX_TENSORS]],
    }
