"""Sending large files before the commit they will be part of: one by one, as they are made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..client.hub import HubClient
from ..client.repo_id import RepoId
from .content import SentContent
from .job import Transfer, run_and_wait
from .manager import default_manager
from .operations import CommitOperationAdd, check_operations
from .push import SEND_CONNECTIONS, Push, PushRequest

if TYPE_CHECKING:
    from collections.abc import Iterable


def preupload_lfs_files(
    repo_id: str,
    additions: Iterable[CommitOperationAdd],
    *,
    token: str | bool | None = None,
    repo_type: str | None = None,
    revision: str | None = None,
    create_pr: bool | None = None,
    num_threads: int = SEND_CONNECTIONS,
    free_memory: bool = True,
    gitignore_content: str | None = None,  # noqa: ARG001 - upstream's name; the Hub knows its own
    endpoint: str | None = None,
) -> None:
    """Send large files now, and commit them later with `create_commit`, which then sends only their names.

    Files that travel inside the commit are left as they are.

    Parameters
    ----------
    additions
        They learn that they were sent: give the same objects to `create_commit`.
    free_memory
        True lets go of a sent file's bytes: its `path_or_fileobj` is empty from then on.
    num_threads
        Connections that send, at most.
    gitignore_content
        Has no effect.
    """
    repo, hub = RepoId.parse(repo_id, repo_type), HubClient.from_env(token, endpoint)
    target = revision or "main"
    adds = [operation for operation in check_operations(additions) if isinstance(operation, CommitOperationAdd)]
    request = PushRequest(
        repo=repo, revision=target, operations=list(adds), message="", create_pr=bool(create_pr),
        connections=num_threads,
    )  # fmt: skip

    def send(job: Transfer[Any]) -> None:
        for added in Push(request, hub, job).send_objects():
            content = added.operation.content
            if free_memory and not isinstance(content, SentContent):
                added.operation.content = SentContent(added.oid, content)
                added.operation.path_or_fileobj = b""

    transfer: Transfer[Any] = Transfer("push", repo, target, hub.endpoint, send)
    default_manager().submit(transfer)
    run_and_wait(transfer)
