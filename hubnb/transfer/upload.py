"""`upload_file`, `upload_folder`, `create_commit` and their small relatives, with upstream's parameters."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, overload

from ..client.errors import HFValidationError
from ..client.hub import HubClient
from ..client.repo_id import RepoId, validate_path_in_repo
from ..client.settings import Settings
from .folder_walk import files_below
from .job import Transfer, run_and_wait
from .manager import default_manager
from .operations import CommitOperation, CommitOperationAdd, CommitOperationDelete, check_operations
from .patterns import DEFAULT_IGNORE_PATTERNS, as_list, filter_paths
from .push import SEND_CONNECTIONS, Push, PushRequest
from .unfinished import Call

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from typing_extensions import Unpack  # of type checkers; typing has it from Python 3.11 on

    from ..client.commits import CommitInfo
    from .push_plan import PushPlan
    from .upload_options import CommitOptions, FolderOptions, MessageOptions

DEFAULT_REVISION = "main"


@overload
def create_commit(
    repo_id: str,
    operations: Iterable[CommitOperation],
    *,
    commit_message: str,
    dry_run: Literal[False] = False,
    run_as_future: Literal[False] = False,
    num_threads: int = ...,
    **options: Unpack[CommitOptions],
) -> CommitInfo: ...
@overload
def create_commit(
    repo_id: str,
    operations: Iterable[CommitOperation],
    *,
    commit_message: str,
    dry_run: Literal[True],
    run_as_future: Literal[False] = False,
    num_threads: int = ...,
    **options: Unpack[CommitOptions],
) -> PushPlan: ...
@overload
def create_commit(
    repo_id: str,
    operations: Iterable[CommitOperation],
    *,
    commit_message: str,
    dry_run: Literal[False] = False,
    run_as_future: Literal[True],
    num_threads: int = ...,
    **options: Unpack[CommitOptions],
) -> Transfer[CommitInfo]: ...
@overload
def create_commit(
    repo_id: str,
    operations: Iterable[CommitOperation],
    *,
    commit_message: str,
    dry_run: bool,
    run_as_future: bool,
    num_threads: int = ...,
    **options: Unpack[CommitOptions],
) -> CommitInfo | PushPlan | Transfer[CommitInfo] | Transfer[PushPlan]: ...
def create_commit(
    repo_id: str,
    operations: Iterable[CommitOperation],
    *,
    commit_message: str,
    commit_description: str | None = None,
    token: str | bool | None = None,
    repo_type: str | None = None,
    revision: str | None = None,
    create_pr: bool | None = None,
    num_threads: int = SEND_CONNECTIONS,
    parent_commit: str | None = None,
    endpoint: str | None = None,
    dry_run: bool = False,
    run_as_future: bool = False,
) -> CommitInfo | PushPlan | Transfer[CommitInfo] | Transfer[PushPlan]:
    """Make one commit of `operations`, or none.

    Parameters
    ----------
    parent_commit
        Commit only if the branch is still there; by default a branch that moved is fine as long as nobody
        touched the same paths.
    num_threads
        Connections that send large files, at most.
    dry_run
        True sends no content and commits nothing; it gives the `PushPlan` instead: print it.
    run_as_future
        True returns a `Transfer` at once.

    Returns
    -------
    CommitInfo, PushPlan or Transfer
        The commit; if nothing changed, the one that has everything already.

    Raises
    ------
    HFValidationError
        For operations that can't be one commit; nothing was sent.
    HfHubHTTPError
        401, 403 without the right to write, 409 or 412 on a conflict; nothing was committed.
    """
    repo = RepoId.parse(repo_id, repo_type)
    checked = check_operations(operations)
    if not commit_message.strip():
        msg = "commit_message is empty; say what the commit does."
        raise HFValidationError(msg)

    def plan(_: HubClient) -> list[CommitOperation]:
        return checked

    return _push(
        repo, revision, plan, commit_message, commit_description, token, endpoint,
        create_pr=bool(create_pr), parent_commit=parent_commit, connections=num_threads,
        dry_run=dry_run, run_as_future=run_as_future,
    )  # fmt: skip


@overload
def upload_file(
    *,
    path_or_fileobj: str | Path | bytes | BinaryIO,
    path_in_repo: str,
    repo_id: str,
    dry_run: Literal[False] = False,
    run_as_future: Literal[False] = False,
    **options: Unpack[MessageOptions],
) -> CommitInfo: ...
@overload
def upload_file(
    *,
    path_or_fileobj: str | Path | bytes | BinaryIO,
    path_in_repo: str,
    repo_id: str,
    dry_run: Literal[True],
    run_as_future: Literal[False] = False,
    **options: Unpack[MessageOptions],
) -> PushPlan: ...
@overload
def upload_file(
    *,
    path_or_fileobj: str | Path | bytes | BinaryIO,
    path_in_repo: str,
    repo_id: str,
    dry_run: Literal[False] = False,
    run_as_future: Literal[True],
    **options: Unpack[MessageOptions],
) -> Transfer[CommitInfo]: ...
@overload
def upload_file(
    *,
    path_or_fileobj: str | Path | bytes | BinaryIO,
    path_in_repo: str,
    repo_id: str,
    dry_run: bool,
    run_as_future: bool,
    **options: Unpack[MessageOptions],
) -> CommitInfo | PushPlan | Transfer[CommitInfo] | Transfer[PushPlan]: ...
def upload_file(
    *,
    path_or_fileobj: str | Path | bytes | BinaryIO,
    path_in_repo: str,
    repo_id: str,
    token: str | bool | None = None,
    repo_type: str | None = None,
    revision: str | None = None,
    commit_message: str | None = None,
    commit_description: str | None = None,
    create_pr: bool | None = None,
    parent_commit: str | None = None,
    endpoint: str | None = None,
    dry_run: bool = False,
    run_as_future: bool = False,
) -> CommitInfo | PushPlan | Transfer[CommitInfo] | Transfer[PushPlan]:
    """Push one file; parameters as `create_commit`.

    Returns
    -------
    CommitInfo, PushPlan or Transfer
        The commit; as a string it is the address of the commit's page.
    """
    repo = RepoId.parse(repo_id, repo_type)
    operation = CommitOperationAdd(path_in_repo, path_or_fileobj)

    call = None
    if isinstance(path_or_fileobj, (str, Path)):
        call = Call("upload_file", {
            "repo_id": repo.repo_id, "repo_type": repo.repo_type, "path_in_repo": operation.path_in_repo,
            "path_or_fileobj": str(Path(path_or_fileobj).expanduser().absolute()), "revision": revision,
            "commit_message": commit_message, "commit_description": commit_description, "create_pr": create_pr,
            "endpoint": endpoint or Settings.from_env().endpoint,
        })  # fmt: skip

    return _push(
        repo, revision, lambda _: [operation], commit_message or f"Upload {operation.path_in_repo} with hubnb",
        commit_description, token, endpoint,
        create_pr=bool(create_pr), parent_commit=parent_commit,
        dry_run=dry_run, run_as_future=run_as_future, call=call,
    )  # fmt: skip


@overload
def upload_folder(
    *,
    repo_id: str,
    folder_path: str | Path,
    dry_run: Literal[False] = False,
    run_as_future: Literal[False] = False,
    **options: Unpack[FolderOptions],
) -> CommitInfo: ...
@overload
def upload_folder(
    *,
    repo_id: str,
    folder_path: str | Path,
    dry_run: Literal[True],
    run_as_future: Literal[False] = False,
    **options: Unpack[FolderOptions],
) -> PushPlan: ...
@overload
def upload_folder(
    *,
    repo_id: str,
    folder_path: str | Path,
    dry_run: Literal[False] = False,
    run_as_future: Literal[True],
    **options: Unpack[FolderOptions],
) -> Transfer[CommitInfo]: ...
@overload
def upload_folder(
    *, repo_id: str, folder_path: str | Path, dry_run: bool, run_as_future: bool, **options: Unpack[FolderOptions]
) -> CommitInfo | PushPlan | Transfer[CommitInfo] | Transfer[PushPlan]: ...
def upload_folder(
    *,
    repo_id: str,
    folder_path: str | Path,
    path_in_repo: str | None = None,
    commit_message: str | None = None,
    commit_description: str | None = None,
    token: str | bool | None = None,
    repo_type: str | None = None,
    revision: str | None = None,
    create_pr: bool | None = None,
    parent_commit: str | None = None,
    allow_patterns: str | Iterable[str] | None = None,
    ignore_patterns: str | Iterable[str] | None = None,
    delete_patterns: str | Iterable[str] | None = None,
    endpoint: str | None = None,
    dry_run: bool = False,
    run_as_future: bool = False,
) -> CommitInfo | PushPlan | Transfer[CommitInfo] | Transfer[PushPlan]:
    """Push a folder as one commit; parameters as `create_commit`.

    What is in a folder, and what becomes of it:

    - empty files are pushed; empty folders are not, as git has none
    - names may hold anything but control characters and what is no text (both are errors before anything moves);
      two names that differ only in how Unicode writes an accent are both pushed, with a warning
    - a link to a file is pushed as that file, wherever it lies; a link to a folder or to nothing, a pipe, a socket
      and a device stay out, with a warning
    - a file that can't be read is an error before anything moves
    - a file that grows meanwhile (a log) is pushed as it was; one that is rewritten, cut off or removed ends the push
      with its name, and nothing is committed
    - ``.git`` and ``.cache/huggingface`` stay out at any depth, and what the repository's ``.gitignore`` excludes;
      which files are large is the repository's ``.gitattributes`` to say

    A push that ended early goes on where it was when it is made again.

    Parameters
    ----------
    path_in_repo
        Folder in the repository; default: its root.
    allow_patterns, ignore_patterns
        Globs that choose files, relative to `folder_path`.
    delete_patterns
        Globs, relative to `path_in_repo`: files there that match and are not pushed again are removed in the
        same commit.

    Returns
    -------
    CommitInfo, PushPlan or Transfer
        The commit; as a string it is the address of the commit's page.
    """
    repo = RepoId.parse(repo_id, repo_type)
    folder = Path(folder_path).expanduser()
    if not folder.is_dir():
        msg = f"{str(folder)!r} is not a folder. To push one file, use upload_file."
        raise HFValidationError(msg)
    allow_patterns, ignore_patterns = as_list(allow_patterns), as_list(ignore_patterns)
    delete_patterns = as_list(delete_patterns)
    call = Call("upload_folder", {
        "repo_id": repo.repo_id, "repo_type": repo.repo_type, "folder_path": str(folder.absolute()),
        "path_in_repo": path_in_repo, "revision": revision, "commit_message": commit_message,
        "commit_description": commit_description, "create_pr": create_pr, "allow_patterns": allow_patterns,
        "ignore_patterns": ignore_patterns, "delete_patterns": delete_patterns,
        "endpoint": endpoint or Settings.from_env().endpoint,
    })  # fmt: skip
    prefix = f"{validate_path_in_repo(path_in_repo.strip('/'))}/" if path_in_repo and path_in_repo.strip("/.") else ""
    ignore = [*DEFAULT_IGNORE_PATTERNS, *(ignore_patterns or ())]
    paths = filter_paths(files_below(folder), allow_patterns=allow_patterns, ignore_patterns=ignore)
    root = os.path.join(folder, "")  # noqa: PTH118 - a hundred thousand Paths are slow to make, and large
    additions: list[CommitOperation] = [CommitOperationAdd(prefix + path, root + path) for path in paths]

    def plan(hub: HubClient) -> list[CommitOperation]:
        if delete_patterns is None:
            return additions
        from ..client.tree import RepoFile, fetch_tree  # as `push` does

        kept = {operation.path_in_repo for operation in additions}
        there = (
            entry.path for entry in fetch_tree(hub, repo, revision or DEFAULT_REVISION) if isinstance(entry, RepoFile)
        )
        below = [path.removeprefix(prefix) for path in there if path.startswith(prefix)]
        stale = [prefix + path for path in filter_paths(below, allow_patterns=delete_patterns)]
        # The Hub keeps .gitattributes itself; a broad pattern must not take it away.
        return [
            *(
                CommitOperationDelete(path, is_folder=False)
                for path in stale
                if path not in kept and path != ".gitattributes"
            ),
            *additions,
        ]

    return _push(
        repo, revision, plan, commit_message or "Upload folder using hubnb", commit_description, token, endpoint,
        create_pr=bool(create_pr), parent_commit=parent_commit,
        dry_run=dry_run, run_as_future=run_as_future, call=call,
    )  # fmt: skip


def delete_file(
    path_in_repo: str, repo_id: str, *, commit_message: str | None = None, **options: Unpack[CommitOptions]
) -> CommitInfo:
    """Remove one file; parameters as `create_commit`."""
    operation = CommitOperationDelete(path_in_repo, is_folder=False)
    return create_commit(
        repo_id, [operation], commit_message=commit_message or f"Delete {path_in_repo} with hubnb", **options
    )


def delete_folder(
    path_in_repo: str, repo_id: str, *, commit_message: str | None = None, **options: Unpack[CommitOptions]
) -> CommitInfo:
    """Remove a folder with all below it; parameters as `create_commit`."""
    operation = CommitOperationDelete(path_in_repo, is_folder=True)
    message = commit_message or f"Delete folder {path_in_repo} with hubnb"
    return create_commit(repo_id, [operation], commit_message=message, **options)


@overload
def undo_push(
    commit: CommitInfo,
    *,
    revision: str | None = None,
    token: str | bool | None = None,
    endpoint: str | None = None,
    run_as_future: Literal[False] = False,
) -> CommitInfo: ...
@overload
def undo_push(
    commit: CommitInfo,
    *,
    revision: str | None = None,
    token: str | bool | None = None,
    endpoint: str | None = None,
    run_as_future: Literal[True],
) -> Transfer[CommitInfo]: ...
def undo_push(
    commit: CommitInfo,
    *,
    revision: str | None = None,
    token: str | bool | None = None,
    endpoint: str | None = None,
    run_as_future: bool = False,
) -> CommitInfo | PushPlan | Transfer[CommitInfo] | Transfer[PushPlan]:
    """Put a branch back to what it was before `commit`, by one more commit; nothing large travels.

    Parameters
    ----------
    commit
        What `upload_folder`, `upload_file` or `create_commit` returned.
    revision
        The branch it was made on (default: main).

    Returns
    -------
    CommitInfo or Transfer
        The commit that took it back.

    Raises
    ------
    HfHubHTTPError
        412 if somebody committed after it; nothing was changed.
    """
    repo = RepoId.parse(commit.repo_url.repo_id, commit.repo_url.repo_type)
    endpoint = endpoint or commit.repo_url.endpoint
    from .undo import parent_of, undoing_operations

    before = parent_of(repo, commit.oid, token=token, endpoint=endpoint)
    return _push(
        repo, revision, lambda hub: undoing_operations(hub, repo, before, commit.oid),
        f"Undo: {commit.commit_message}", None, token, endpoint,
        create_pr=False, parent_commit=commit.oid, dry_run=False, run_as_future=run_as_future,
    )  # fmt: skip


def _push(
    repo: RepoId,
    revision: str | None,
    plan: Callable[[HubClient], list[CommitOperation]],
    message: str,
    description: str | None,
    token: str | bool | None,
    endpoint: str | None,
    *,
    create_pr: bool,
    parent_commit: str | None,
    connections: int = SEND_CONNECTIONS,
    dry_run: bool,
    run_as_future: bool,
    call: Call | None = None,
) -> CommitInfo | Transfer[CommitInfo]:
    hub = HubClient.from_env(token, endpoint)
    target = revision or DEFAULT_REVISION

    def request(job: Transfer[Any]) -> PushRequest:
        return PushRequest(
            repo=repo, revision=target, operations=plan(hub.with_stop(job.stop)), message=message,
            description=description or "", parent_commit=parent_commit, create_pr=create_pr, connections=connections,
        )  # fmt: skip

    transfer: Transfer[Any]
    if dry_run:
        transfer = Transfer(
            "push", repo, target, hub.endpoint, lambda job: Push(request(job), hub, job).preview(), quiet=True
        )
    else:
        transfer = Transfer(
            "push", repo, target, hub.endpoint, lambda job: Push(request(job), hub, job).run(), call=call
        )
    default_manager().submit(transfer)
    return transfer if run_as_future else run_and_wait(transfer)
