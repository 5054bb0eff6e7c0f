"""One push: see what changed, send what the Hub lacks, make one commit or none.

The commit is guarded by the head it was planned on. If the branch moved meanwhile, the plan is made anew;
only if somebody changed a path this push writes is that a conflict, which is reported and never overwritten.

What only some pushes need is imported by those: a push that finds nothing changed is over before it would be loaded.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..client.commits import (
    FILES_PER_PREUPLOAD,
    CommitInfo,
    DeletedFile,
    LargeFile,
    PreuploadFile,
    RegularFile,
    request_upload_modes,
    send_commit,
)
from ..client.errors import GatedRepoError, HfHubHTTPError, HubError, HubUnreachableError, RepositoryNotFoundError
from ..client.repo_id import RepoUrl
from .content import read_all
from .content_hash import ContentHasher
from .hash_journal import HashJournal
from .operations import CommitOperation, CommitOperationAdd, CommitOperationCopy, CommitOperationDelete
from .part_journal import PartJournal
from .pipeline import AddedFile, Pipeline
from .progress import TransferState
from .push_journal import open_journal
from .tensor_journal import TensorJournal
from .tensors import SUFFIX
from .workers import Workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..client.hub import HubClient
    from ..client.repo_id import RepoId
    from .job import Transfer
    from .push_plan import PlannedFile, PushPlan
    from .tensor_plan import TensorPlanner
    from .tensors import TensorChange

SEND_CONNECTIONS = 16
_ASK_CONNECTIONS = 4
_TRIES_WHEN_MOVED = 5


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
class _Plan:
    head: str = ""
    added: dict[str, AddedFile] = field(default_factory=dict[str, AddedFile])
    removed: list[CommitOperationDelete] = field(default_factory=list[CommitOperationDelete])
    left_out: list[str] = field(default_factory=list[str])


class Push:
    """Carries out one `PushRequest` for one `Transfer`."""

    def __init__(self, request: PushRequest, hub: HubClient, transfer: Transfer[CommitInfo]) -> None:
        self._request = request
        self._hub = hub.with_stop(transfer.stop)
        self._transfer = transfer
        self._counters = transfer.counters
        self._journal = open_journal(hub.settings.home_dir)
        self._tensors = TensorJournal(self._journal)
        self._hasher = ContentHasher(
            HashJournal(self._journal), self._tensors, transfer.checkpoint, self._counters.hashed
        )
        self._pipeline = Pipeline(
            self._hub, transfer, request.repo, None if request.create_pr else request.revision,
            self._hasher, PartJournal(self._journal), request.connections,
        )  # fmt: skip

    def run(self) -> CommitInfo:
        """Push; gives the commit that is there afterwards.

        Raises
        ------
        PushConflictError
            Somebody changed what this push writes; nothing was committed.
        TransferCancelled
            If it was cancelled; nothing was committed.
        """
        with closing(self._journal):
            return self._run()

    def send_objects(self) -> list[AddedFile]:
        """Bring the large files to the Hub, and commit nothing; gives those it has now."""
        with closing(self._journal):
            self._announce()
            plan = self._plan()
            large = [added for added in plan.added.values() if added.is_large]
            self._transfer.enter(TransferState.RUNNING)
            self._pipeline.run(large)
            return large

    def preview(self) -> PushPlan:
        """Say what `run` would do; hashes files and asks the Hub, but sends no content and commits nothing."""
        from .push_plan import PushPlan
        from .tensor_plan import TensorPlanner

        with closing(self._journal):
            self._announce()
            try:
                plan = self._plan()
            except RepositoryNotFoundError as error:
                if isinstance(error, GatedRepoError) or self._request.parent_commit is not None:
                    raise
                return self._first_push()
            self._pipeline.hash_all(plan.added.values())
            large = [added for added in plan.added.values() if added.is_large and not added.unchanged]
            needed = self._pipeline.needed(large)
            planner = TensorPlanner(self._hub, self._request.repo, plan.head, self._tensors, self._transfer.checkpoint)
            files = [self._planned(operation, plan, needed, planner) for operation in self._request.operations]
        return PushPlan(self._request.repo, self._request.revision, plan.head, tuple(files))

    def _first_push(self) -> PushPlan:
        """Plan for a repository that is not there yet: everything would be new."""
        from .push_plan import PlannedFile, PushPlan

        adds = [operation for operation in self._request.operations if isinstance(operation, CommitOperationAdd)]
        files = [PlannedFile(add.path_in_repo, "added", add.content.size, add.content.size) for add in adds]
        return PushPlan(self._request.repo, self._request.revision, None, tuple(files))

    def _planned(
        self, operation: CommitOperation, plan: _Plan, needed: set[str], planner: TensorPlanner
    ) -> PlannedFile:
        from .push_plan import PlannedFile

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
        travels = size if not added.is_large or added.oid in needed else 0
        needed.discard(added.oid)  # the same content under another name travels once
        tensors: tuple[TensorChange, ...] = ()
        if path.endswith(SUFFIX):
            tensors = planner.changes(path, operation.content, added.oid, added.remote_oid)
        change = "added" if added.remote_oid is None else "changed"
        return PlannedFile(path, change, size, travels, tensors)

    def _announce(self) -> None:
        for operation in self._request.operations:
            if isinstance(operation, CommitOperationAdd):
                operation.look_again()  # a retry may come long after the call
                self._counters.add(operation.path_in_repo, operation.content.size)

    def _run(self) -> CommitInfo:
        transfer = self._transfer
        self._announce()
        plan = self._plan()
        transfer.enter(TransferState.RUNNING)
        self._pipeline.run(plan.added.values())
        for _ in range(_TRIES_WHEN_MOVED):
            transfer.enter(TransferState.COMMITTING)
            try:
                commit = self._commit(plan)
            except HfHubHTTPError as error:
                if error.status_code not in (409, 412):
                    raise
                made = self._made_after_all(plan)
                if made is None:
                    plan = self._replan(plan, error)
                    continue
                commit = made
            for added in plan.added.values():
                if not added.is_large and not added.unchanged:
                    self._counters.moved(added.path, added.size)
                    self._counters.end(added.path, "done")
            transfer.learn(commit_oid=commit.oid, commit_url=commit.commit_url)
            return commit
        raise self._moves_too_often()

    def _moves_too_often(self) -> HfHubHTTPError:
        times = f"{_TRIES_WHEN_MOVED} times"
        msg = f"{self._request.repo} changed {times} while this was pushed; nothing was committed. Push again."
        return HfHubHTTPError(msg)

    @property
    def operations(self) -> list[CommitOperation]:
        """What the caller wants done."""
        return self._request.operations

    # Plan

    def _plan(self) -> _Plan:
        """Ask how each file should travel, and what is there now."""
        request = self._request
        adds = [operation for operation in request.operations if isinstance(operation, CommitOperationAdd)]
        plan, heads = self._asked(adds)
        for _ in range(_TRIES_WHEN_MOVED):
            if len(heads) > 1:  # the branch moved between two answers
                plan, heads = self._asked(adds)
        if len(heads) > 1:
            raise self._moves_too_often()
        plan.head = heads.pop() if heads else self._head()
        plan.removed = [operation for operation in request.operations if isinstance(operation, CommitOperationDelete)]
        if plan.left_out:
            self._transfer.learn(note=f"{len(plan.left_out)} left out by the repository's .gitignore")
        return plan

    def _head(self) -> str:
        """Ask which commit the branch is at."""
        from ..client.info import fetch_repo_info

        return fetch_repo_info(self._hub, self._request.repo, self._request.revision).sha or ""

    def _asked(self, adds: list[CommitOperationAdd]) -> tuple[_Plan, set[str]]:
        """Ask about all files, in batches; gives what came out, and the commits that the answers were about."""
        plan, heads = _Plan(), set[str]()
        ignore = next((read_all(add.content) for add in adds if add.path_in_repo == ".gitignore"), None)

        def ask(batch: list[CommitOperationAdd]) -> None:
            known = [self._hasher.look(add.content) for add in batch]
            files = [
                PreuploadFile(add.path_in_repo, add.content.size, found.sample)
                for add, found in zip(batch, known, strict=True)
            ]
            modes, head = request_upload_modes(
                self._hub, self._request.repo, self._request.revision, files, create_pr=self._request.create_pr,
                git_ignore=None if ignore is None else ignore.decode(errors="replace"),
            )  # fmt: skip
            if head:
                heads.add(head)
            for add, found in zip(batch, known, strict=True):
                mode = modes[add.path_in_repo]
                if mode.ignored:
                    plan.left_out.append(mode.path)
                    self._counters.end(mode.path, "skipped")
                    continue
                # An empty object could be no upload: nothing travels.
                is_large = mode.mode == "lfs" and add.content.size > 0
                added = AddedFile(add, is_large, mode.remote_oid)
                added.oid = found.digest(added.algorithm) or ""
                if added.unchanged:
                    added.oid = mode.remote_oid or ""  # one string for both, of a hundred thousand
                plan.added[add.path_in_repo] = added

        batches = [adds[start : start + FILES_PER_PREUPLOAD] for start in range(0, len(adds), FILES_PER_PREUPLOAD)]
        if len(batches) == 1:
            ask(batches[0])
        else:
            with Workers(self._transfer, _ASK_CONNECTIONS, "plan") as workers:
                for batch in batches:
                    workers.submit(lambda batch=batch: ask(batch))
        self._hasher.save()
        return plan, heads

    def _replan(self, old: _Plan, moved: HfHubHTTPError) -> _Plan:
        """Look at the moved branch: go on if it moved elsewhere, stop if it moved where we write."""
        from .conflict import changed_paths, conflict

        request = self._request
        binding = request.parent_commit
        if binding is not None:
            head = self._head()
            try:
                paths = changed_paths(self._hub, request.repo, binding, head)
            except HubError:
                raise moved from None  # it is no commit of this repository
            raise conflict(self._hub, request.repo, request.revision, paths, head, moved) from None
        new = self._plan()
        if new.head == old.head:
            raise moved  # the Hub refuses for another reason
        theirs = changed_paths(self._hub, request.repo, old.head, new.head)
        in_the_way: set[str] = set()
        for path, added in new.added.items():
            before = old.added[path]
            added.oid = before.oid
            if path in theirs and not added.unchanged:
                in_the_way.add(path)
            if added.is_large != before.is_large:
                in_the_way.add(".gitattributes")
        there = _touched_by(old.removed, theirs)
        copied = [operation for operation in request.operations if isinstance(operation, CommitOperationCopy)]
        there |= theirs & {path for copy in copied for path in (copy.path_in_repo, copy.src_path_in_repo)}
        if in_the_way | there:
            raise conflict(self._hub, request.repo, request.revision, in_the_way | there, new.head, moved) from None
        return new

    # Commit

    def _commit(self, plan: _Plan) -> CommitInfo:
        request = self._request
        wanted = [operation for operation in request.operations if isinstance(operation, CommitOperationCopy)]
        copies: dict[str, RegularFile | LargeFile] = {}
        if wanted:
            from .copies import copy_lines

            copies = copy_lines(self._hub, request.repo, request.revision, wanted)
        lines = _Lines(self, plan, copies)
        if not any(True for _ in lines):
            return self._nothing_to_commit(plan)
        try:
            commit = send_commit(
                self._hub, request.repo, request.revision, lines,
                message=request.message, description=request.description,
                parent_commit=request.parent_commit or plan.head, create_pr=request.create_pr,
            )  # fmt: skip
        except HubUnreachableError:
            made = None if request.create_pr else self._made_after_all(plan)
            if made is None:
                raise
            commit = made
        return commit

    def _made_after_all(self, plan: _Plan) -> CommitInfo | None:
        """Find out whether a commit was made whose answer got lost: it follows the plan's, and has what we push."""
        request = self._request
        if request.create_pr:
            return None
        head = self._head()
        if head == plan.head:
            return None
        from ..client.refs import list_commits

        newest = list_commits(self._hub, request.repo, head, limit=2)
        parents = [commit.commit_id for commit in newest[1:]]
        if newest[0].title != request.message.strip().split("\n")[0] or parents != [plan.head]:
            return None
        now = self._plan()
        for path, added in now.added.items():
            added.oid = plan.added[path].oid
        made = now.head == head and all(added.unchanged for added in now.added.values())
        return self._commit_info(head) if made else None

    def _commit_info(self, oid: str) -> CommitInfo:
        request = self._request
        repo_url = f"{self._hub.endpoint}{request.repo.web}"
        return CommitInfo(
            commit_url=f"{repo_url}/commit/{oid}", commit_message=request.message,
            commit_description=request.description, oid=oid, repo_url=RepoUrl(repo_url, self._hub.endpoint),
        )  # fmt: skip

    def lines(
        self, operation: CommitOperation, plan: _Plan, copies: dict[str, RegularFile | LargeFile]
    ) -> list[RegularFile | LargeFile | DeletedFile]:
        """Give what the commit says for one operation; nothing where the Hub has it already."""
        if isinstance(operation, CommitOperationDelete):
            return [DeletedFile(operation.path_in_repo, is_folder=bool(operation.is_folder))]
        if isinstance(operation, CommitOperationCopy):
            return [copies[operation.path_in_repo]]
        added = plan.added.get(operation.path_in_repo)
        if added is None or added.unchanged:
            return []
        if added.is_large:
            return [LargeFile(added.path, added.oid, added.size)]
        return [RegularFile(added.path, added.size, self._reader(added))]

    def _reader(self, added: AddedFile) -> Callable[[], bytes]:
        """Give what reads a file into the commit, as it is sent."""

        def read() -> bytes:
            self._transfer.checkpoint()
            self._transfer.bandwidth.take(added.size, self._transfer.stop)
            return read_all(added.operation.content)

        return read

    def _nothing_to_commit(self, plan: _Plan) -> CommitInfo:
        """Everything is there already: give the commit that has it, as upstream does."""
        self._transfer.learn(note="nothing changed, no commit was needed")
        return self._commit_info(plan.head)


class _Lines:
    """What a commit says, made anew each time it is gone through: all of it at once may be too much for memory."""

    def __init__(self, push: Push, plan: _Plan, copies: dict[str, RegularFile | LargeFile]) -> None:
        self._push, self._plan, self._copies = push, plan, copies

    def __iter__(self) -> Iterator[RegularFile | LargeFile | DeletedFile]:
        for operation in self._push.operations:
            yield from self._push.lines(operation, self._plan, self._copies)


def _touched_by(removals: list[CommitOperationDelete], paths: set[str]) -> set[str]:
    """Give those of `paths` that would be removed."""
    folders = tuple(f"{operation.path_in_repo}/" for operation in removals if operation.is_folder)
    named = {operation.path_in_repo for operation in removals}
    return {path for path in paths if path in named or path.startswith(folders)}
