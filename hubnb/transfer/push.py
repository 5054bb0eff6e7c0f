"""One push: see what changed, send what the Hub lacks, make one commit or none.

The commit is guarded by the head it was planned on. If the branch moved meanwhile, the plan is made anew;
only if somebody changed a path this push writes is that a conflict, which is reported and never overwritten.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..client.commits import (
    SAMPLE_BYTES,
    CommitInfo,
    DeletedFile,
    LargeFile,
    PreuploadFile,
    RegularFile,
    UploadMode,
    request_upload_modes,
    send_commit,
)
from ..client.errors import HfHubHTTPError, HubUnreachableError
from ..client.info import fetch_repo_info
from ..client.lfs import OBJECTS_PER_BATCH, LfsObject, UploadAction, request_uploads
from ..client.refs import list_commits
from ..client.repo_id import RepoUrl
from .content import read_all
from .content_hash import ContentHasher
from .copies import copy_lines
from .hash_journal import HashJournal
from .operations import CommitOperation, CommitOperationAdd, CommitOperationCopy, CommitOperationDelete
from .progress import TransferState
from .push_plan import PlannedFile, PushPlan
from .send_object import send_object
from .workers import Workers

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..client.hub import HubClient
    from ..client.repo_id import RepoId
    from .job import Transfer

HASH_THREADS = 2
SEND_CONNECTIONS = 6
_TRIES_WHEN_MOVED = 5
_GROUP_BYTES = 64 << 20


@dataclass(frozen=True)
class PushRequest:
    """What the caller wants pushed."""

    repo: RepoId
    revision: str
    operations: list[CommitOperation]
    message: str
    description: str = ""
    parent_commit: str | None = None
    create_pr: bool = False
    connections: int = SEND_CONNECTIONS


@dataclass
class _Added:
    """One file to add, and what became known of it."""

    operation: CommitOperationAdd
    mode: UploadMode
    oid: str = ""

    @property
    def path(self) -> str:
        return self.operation.path_in_repo

    @property
    def unchanged(self) -> bool:
        return self.mode.remote_oid is not None and self.mode.remote_oid == self.oid


@dataclass
class _Plan:
    head: str | None
    added: dict[str, _Added] = field(default_factory=dict[str, _Added])
    ignored: list[str] = field(default_factory=list[str])


class Push:
    """Carries out one `PushRequest` for one `Transfer`."""

    def __init__(self, request: PushRequest, hub: HubClient, transfer: Transfer[CommitInfo]) -> None:
        self._request = request
        self._hub = hub.with_stop(transfer.stop)
        self._transfer = transfer
        self._counters = transfer.counters
        journal = HashJournal(hub.settings.home_dir / "hubnb" / "hashes.db")
        self._hasher = ContentHasher(journal, transfer.checkpoint, self._counters.hashed)

    def run(self) -> CommitInfo:
        """Push; gives the commit that is there afterwards.

        Raises
        ------
        HfHubHTTPError
            409 or 412 if somebody changed what this push writes; nothing was committed.
        TransferCancelled
            If it was cancelled; nothing was committed.
        """
        with closing(self._hasher):
            return self._run()

    def preview(self) -> PushPlan:
        """Say what `run` would do; hashes files and asks the Hub, but sends no content and commits nothing."""
        with closing(self._hasher):
            self._announce()
            plan = self._plan()
            for added in plan.added.values():
                self._hash(added)
            large = [added for added in plan.added.values() if added.mode.mode == "lfs" and not added.unchanged]
            needed = {action.target.oid for batch in self._batches(large) for action in self._ask(batch)}
        files = [self._planned(operation, plan, needed) for operation in self._request.operations]
        return PushPlan(self._request.repo, self._request.revision, plan.head, tuple(files))

    def _planned(self, operation: CommitOperation, plan: _Plan, needed: set[str]) -> PlannedFile:
        path = operation.path_in_repo
        if isinstance(operation, CommitOperationDelete):
            return PlannedFile(path, "removed", 0, 0)
        if isinstance(operation, CommitOperationCopy):
            return PlannedFile(path, "changed", 0, 0)
        size = operation.content.size
        added = plan.added.get(path)
        if added is None:
            return PlannedFile(path, "ignored", size, 0)
        if added.unchanged:
            return PlannedFile(path, "same", size, 0)
        travels = size if added.mode.mode == "regular" or added.oid in needed else 0
        needed.discard(added.oid)  # the same content under another name travels once
        return PlannedFile(path, "added" if added.mode.remote_oid is None else "changed", size, travels)

    def _announce(self) -> None:
        for operation in self._request.operations:
            if isinstance(operation, CommitOperationAdd):
                operation.look_again()  # a retry may come long after the call
                self._counters.add(operation.path_in_repo, operation.content.size)

    def _run(self) -> CommitInfo:
        request, transfer = self._request, self._transfer
        self._announce()
        plan = self._plan()
        transfer.enter(TransferState.RUNNING)
        self._hash_and_send(plan)
        for _ in range(_TRIES_WHEN_MOVED):
            transfer.enter(TransferState.COMMITTING)
            try:
                commit = self._commit(plan)
            except HfHubHTTPError as error:
                if error.status_code not in (409, 412) or request.parent_commit is not None:
                    raise
                plan = self._replan(plan, error)
                continue
            transfer.learn(commit_oid=commit.oid, commit_url=commit.commit_url)
            return commit
        times = f"{_TRIES_WHEN_MOVED} times"
        msg = f"{request.repo} changed {times} while this was pushed; nothing was committed. Push again."
        raise HfHubHTTPError(msg)

    # Plan

    def _plan(self) -> _Plan:
        request = self._request
        adds = [operation for operation in request.operations if isinstance(operation, CommitOperationAdd)]
        files = [
            PreuploadFile(add.path_in_repo, add.content.size, self._hasher.sample(add.content, SAMPLE_BYTES))
            for add in adds
        ]
        modes: dict[str, UploadMode] = {}
        head: str | None = None
        if files:
            modes, head = request_upload_modes(
                self._hub, request.repo, request.revision, files, create_pr=request.create_pr
            )
        plan = _Plan(head or fetch_repo_info(self._hub, request.repo, request.revision).sha)
        for add in adds:
            mode = modes[add.path_in_repo]
            if mode.ignored:
                plan.ignored.append(mode.path)
                self._counters.end(mode.path, "skipped")
            else:
                if add.content.size == 0:
                    mode = UploadMode(mode.path, "regular", ignored=False, remote_oid=mode.remote_oid)
                plan.added[mode.path] = _Added(add, mode)
        if plan.ignored:
            self._transfer.learn(note=f"{len(plan.ignored)} left out by the repository's .gitignore")
        return plan

    def _replan(self, old: _Plan, moved: HfHubHTTPError) -> _Plan:
        """Look at the moved branch: go on if it moved elsewhere, stop if it moved where we write."""
        new = self._plan()
        if new.head == old.head:
            raise moved  # the Hub refuses for another reason
        changed_there: list[str] = []
        for path, added in new.added.items():
            before = old.added[path]
            added.oid = before.oid
            if added.mode.remote_oid != before.mode.remote_oid and not added.unchanged:
                changed_there.append(path)
            if added.mode.mode != before.mode.mode:
                changed_there.append(".gitattributes")
        if changed_there:
            request = self._request
            shown = ", ".join(repr(path) for path in changed_there[:5])
            more = f" and {len(changed_there) - 5} more" if len(changed_there) > 5 else ""
            msg = (
                f"Somebody else changed {shown}{more} of {request.repo} on {request.revision!r} meanwhile, so "
                f"nothing was committed (it is at {(new.head or '')[:7]} now). Look at their change, then push again."
            )
            raise HfHubHTTPError(msg, response=moved.response) from None
        return new

    # Hash and send: the next group is hashed while the one before travels

    def _hash_and_send(self, plan: _Plan) -> None:
        with (
            Workers(self._transfer, HASH_THREADS, "hash") as hashers,
            Workers(self._transfer, self._request.connections, "send") as senders,
        ):
            for group in _groups(list(plan.added.values())):
                for added in group:
                    hashers.submit(_later(self._hash, added))
                hashers.drain()
                self._hasher.save()
                self._send_group(
                    [added for added in group if added.mode.mode == "lfs" and not added.unchanged], senders
                )
            hashers.drain()
            senders.drain()

    def _hash(self, added: _Added) -> None:
        path = added.path
        self._counters.begin(path, "hashing")
        is_large = added.mode.mode == "lfs"
        added.oid = self._hasher.digest(added.operation.content, "sha256" if is_large else "git")
        if is_large:
            self._counters.name_hash(path, added.oid)
        if added.unchanged:
            self._counters.end(path, "skipped")
        else:
            self._counters.begin(path, "waiting")

    def _send_group(self, large: list[_Added], senders: Workers) -> None:
        by_oid = {added.oid: added for added in large}
        for batch in self._batches(large):
            actions = self._ask(batch)
            for action in actions:
                added = by_oid[action.target.oid]
                send_object(self._hub, self._transfer, senders, action, added.operation.content, added.path)
            needed = {action.target.oid for action in actions}
            for item in batch:
                if item.oid not in needed:  # the Hub has it already
                    self._counters.end(by_oid[item.oid].path, "skipped")
        for added in large:
            if by_oid[added.oid] is not added:  # the same content under another name travels once
                self._counters.end(added.path, "skipped")

    def _batches(self, large: list[_Added]) -> list[list[LfsObject]]:
        sizes = {added.oid: added.operation.content.size for added in large}
        objects = [LfsObject(oid, size) for oid, size in sizes.items()]
        return [objects[start : start + OBJECTS_PER_BATCH] for start in range(0, len(objects), OBJECTS_PER_BATCH)]

    def _ask(self, batch: list[LfsObject]) -> list[UploadAction]:
        """Ask which of these objects the Hub lacks, and where they go."""
        revision = None if self._request.create_pr else self._request.revision
        return request_uploads(self._hub, self._request.repo, batch, revision=revision)

    # Commit

    def _commit(self, plan: _Plan) -> CommitInfo:
        request = self._request
        wanted = [operation for operation in request.operations if isinstance(operation, CommitOperationCopy)]
        copies = copy_lines(self._hub, request.repo, request.revision, wanted)
        lines = [line for operation in request.operations for line in self._lines(operation, plan, copies)]
        if not lines:
            return self._nothing_to_commit(plan)
        try:
            commit = send_commit(
                self._hub, request.repo, request.revision, lines,
                message=request.message, description=request.description,
                parent_commit=request.parent_commit or plan.head, create_pr=request.create_pr,
            )  # fmt: skip
        except HubUnreachableError as error:
            commit = self._made_after_all(plan, error)
        for added in plan.added.values():
            if added.mode.mode == "regular" and not added.unchanged:
                self._counters.moved(added.path, added.operation.content.size)
                self._counters.end(added.path, "done")
        return commit

    def _made_after_all(self, plan: _Plan, error: HubUnreachableError) -> CommitInfo:
        """Find out whether a commit was made whose answer got lost; if not, nothing was and the error stands."""
        request = self._request
        if request.create_pr:
            raise error
        head = fetch_repo_info(self._hub, request.repo, request.revision).sha or ""
        newest = list_commits(self._hub, request.repo, head, limit=2)
        parents = [commit.commit_id for commit in newest[1:]]
        if head == plan.head or newest[0].title != request.message.split("\n")[0] or parents != [plan.head]:
            raise error
        return self._commit_info(head)

    def _commit_info(self, oid: str) -> CommitInfo:
        request = self._request
        repo_url = f"{self._hub.endpoint}{request.repo.web}"
        return CommitInfo(
            commit_url=f"{repo_url}/commit/{oid}", commit_message=request.message,
            commit_description=request.description, oid=oid, repo_url=RepoUrl(repo_url, self._hub.endpoint),
        )  # fmt: skip

    def _lines(
        self, operation: CommitOperation, plan: _Plan, copies: dict[str, RegularFile | LargeFile]
    ) -> list[RegularFile | LargeFile | DeletedFile]:
        if isinstance(operation, CommitOperationDelete):
            return [DeletedFile(operation.path_in_repo, is_folder=bool(operation.is_folder))]
        if isinstance(operation, CommitOperationCopy):
            return [copies[operation.path_in_repo]]
        added = plan.added.get(operation.path_in_repo)
        if added is None or added.unchanged:
            return []
        content = operation.content
        if added.mode.mode == "lfs":
            return [LargeFile(added.path, added.oid, content.size)]
        return [RegularFile(added.path, lambda: read_all(content))]

    def _nothing_to_commit(self, plan: _Plan) -> CommitInfo:
        """Everything is there already: give the commit that has it, as upstream does."""
        self._transfer.learn(note="nothing changed, no commit was needed")
        return self._commit_info(plan.head or "")


def _later(function: Callable[..., object], *args: Any) -> Callable[[], object]:
    return lambda: function(*args)


def _groups(files: list[_Added]) -> list[list[_Added]]:
    """Cut the files, in order, into groups of about `_GROUP_BYTES` or `OBJECTS_PER_BATCH` files."""
    groups: list[list[_Added]] = []
    size = 0
    for added in files:
        if not groups or size >= _GROUP_BYTES or len(groups[-1]) >= OBJECTS_PER_BATCH:
            groups.append([])
            size = 0
        groups[-1].append(added)
        size += added.operation.content.size
    return groups
