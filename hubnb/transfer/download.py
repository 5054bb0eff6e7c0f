"""`hf_hub_download` and `snapshot_download`: look in the cache, ask the Hub, fetch what is missing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

from ..cache.destination import CacheDestination, Destination, LocalDirDestination
from ..cache.layout import RepoCache, repo_folder_name
from ..client.caller import asked_as
from ..client.errors import (
    EntryNotFoundError,
    GatedRepoError,
    HfHubHTTPError,
    HubUnreachableError,
    LocalEntryNotFoundError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from ..client.files import fetch_file_metadata, resolve_path
from ..client.hub import HubClient
from ..client.repo_id import RepoId, is_commit_hash, validate_path_in_repo
from ..client.settings import hub_cache_dir
from ..client.tree import RepoFile, fetch_tree
from .job import Transfer, run_and_wait
from .manager import default_manager
from .patterns import as_list, filter_paths
from .progress import bars_of
from .pull import PullPlan, RemoteFile, plan_pull, pull
from .unfinished import Call

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from typing_extensions import Unpack  # of type checkers; typing has it from Python 3.11 on

    from ..client.files import HfFileMetadata
    from .download_options import FileOptions, SnapshotOptions

DEFAULT_REVISION = "main"


@overload
def hf_hub_download(
    repo_id: str, filename: str, *, dry_run: Literal[False] = False, **options: Unpack[FileOptions]
) -> str: ...
@overload
def hf_hub_download(
    repo_id: str, filename: str, *, dry_run: Literal[True], **options: Unpack[FileOptions]
) -> PullPlan: ...
@overload
def hf_hub_download(
    repo_id: str, filename: str, *, dry_run: bool, **options: Unpack[FileOptions]
) -> str | PullPlan: ...
def hf_hub_download(
    repo_id: str,
    filename: str,
    *,
    subfolder: str | None = None,
    repo_type: str | None = None,
    revision: str | None = None,
    cache_dir: str | Path | None = None,
    local_dir: str | Path | None = None,
    force_download: bool = False,
    etag_timeout: float | None = None,
    token: str | bool | None = None,
    local_files_only: bool = False,
    endpoint: str | None = None,
    library_name: str | None = None,
    library_version: str | None = None,
    user_agent: str | Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
    tqdm_class: Callable[..., Any] | None = None,
    dry_run: bool = False,
) -> str | PullPlan:
    """Give the path of a file of a repository, fetching it if it is not here.

    Parameters
    ----------
    revision
        Branch, tag or commit; a full commit that is in the cache needs no network at all.
    local_dir
        Put the file there, as a real file, instead of into the shared cache.
    force_download
        Fetch it even if it is here.
    etag_timeout
        Seconds to wait for the Hub's answer about the file.
    local_files_only
        Never ask the Hub.
    library_name, library_version, user_agent, headers
        Who asks, for the User-Agent header, and headers for the Hub itself.
    tqdm_class
        A class of tqdm's kind to draw the progress with.
    dry_run
        True fetches nothing and gives the `PullPlan` instead.

    Returns
    -------
    str or PullPlan
        Path of the file.

    Raises
    ------
    EntryNotFoundError, RevisionNotFoundError, RepositoryNotFoundError, GatedRepoError
        What the Hub says.
    LocalEntryNotFoundError
        If it is not here and the Hub can't or mustn't be asked.
    IntegrityError
        If the Hub sends wrong bytes twice.
    DiskFullError
        If there is no room for it.
    """
    repo = RepoId.parse(repo_id, repo_type)
    path = validate_path_in_repo(f"{subfolder}/{filename}" if subfolder else filename)
    revision = revision or DEFAULT_REVISION
    if local_dir is None and not (force_download or dry_run) and is_commit_hash(revision):
        # A commit never changes, so a file of it that is here needs no settings, no token and no Hub.
        name = repo_folder_name(repo.repo_id, repo.repo_type)
        pointer = f"{hub_cache_dir(cache_dir)}{os.sep}{name}{os.sep}snapshots{os.sep}{revision}{os.sep}{path}"
        if os.path.exists(pointer):  # noqa: PTH110 - a Path costs more than the rest of the look-up
            return pointer
    with asked_as(library_name, library_version, user_agent, headers):
        hub = HubClient.from_env(token, endpoint, cache_dir)
    place = _Place(hub, repo, local_dir)
    if not (force_download or dry_run) and (found := place.certain(revision, path)):
        return found
    if local_files_only or hub.settings.offline:
        return place.local_or_raise(revision, path, _why_local(hub))
    try:
        metadata = fetch_file_metadata(
            hub,
            resolve_path(repo, revision, path),
            timeout_s=etag_timeout,
            repo=repo,
            revision=revision,
            entry=path,
        )
    except EntryNotFoundError as error:
        commit = error.response.headers.get("X-Repo-Commit") if error.response is not None else None
        if commit and is_commit_hash(commit):
            place.cache.mark_missing(commit, path)
            place.cache.write_ref(revision, commit)
        raise
    except (HubUnreachableError, HfHubHTTPError) as error:
        if force_download or not _may_fall_back(error):
            raise
        return place.local_or_raise(revision, path, str(error), cause=error)
    plan = _plan_file(hub, repo, revision, path, metadata, place, force=force_download)
    if dry_run:
        return plan
    with bars_of(tqdm_class):
        return _pull_file(plan, hub, place)


def _plan_file(
    hub: HubClient, repo: RepoId, revision: str, path: str, metadata: HfFileMetadata, place: _Place, *, force: bool
) -> PullPlan:
    if not (metadata.commit_hash and metadata.etag and metadata.size is not None):
        msg = (
            f"{hub.endpoint} did not say which commit, hash and size {path!r} of {repo} has. "
            "Is it a Hub, or does a proxy in between drop its headers (X-Repo-Commit, ETag)?"
        )
        raise HfHubHTTPError(msg)
    file = RemoteFile(path, metadata.size, metadata.etag)
    return plan_pull(repo, revision, metadata.commit_hash, [file], place.destination, force=force)


def _pull_file(plan: PullPlan, hub: HubClient, place: _Place) -> str:
    (file,) = plan.files
    if plan.missing:
        work: Callable[[Transfer[None]], None] = lambda job: pull(plan, hub, job, place.destination)  # noqa: E731
        run_and_wait(default_manager().submit(Transfer("pull", plan.repo, plan.revision, hub.endpoint, work)))
    else:
        place.destination.settle(plan.commit, file.path, file.etag)
    if place.local_dir is None:
        place.cache.write_ref(plan.revision, plan.commit)
    return str(place.path(plan.commit, file.path))


@overload
def snapshot_download(
    repo_id: str,
    *,
    dry_run: Literal[False] = False,
    run_as_future: Literal[False] = False,
    **options: Unpack[SnapshotOptions],
) -> str: ...
@overload
def snapshot_download(
    repo_id: str, *, dry_run: Literal[True], run_as_future: bool = False, **options: Unpack[SnapshotOptions]
) -> PullPlan: ...
@overload
def snapshot_download(
    repo_id: str,
    *,
    dry_run: Literal[False] = False,
    run_as_future: Literal[True],
    **options: Unpack[SnapshotOptions],
) -> Transfer[str]: ...
@overload
def snapshot_download(
    repo_id: str, *, dry_run: bool, run_as_future: bool, **options: Unpack[SnapshotOptions]
) -> str | PullPlan | Transfer[str]: ...
def snapshot_download(
    repo_id: str,
    *,
    repo_type: str | None = None,
    revision: str | None = None,
    cache_dir: str | Path | None = None,
    local_dir: str | Path | None = None,
    etag_timeout: float | None = None,
    force_download: bool = False,
    token: str | bool | None = None,
    local_files_only: bool = False,
    allow_patterns: str | Iterable[str] | None = None,
    ignore_patterns: str | Iterable[str] | None = None,
    max_workers: int = 8,
    endpoint: str | None = None,
    library_name: str | None = None,
    library_version: str | None = None,
    user_agent: str | Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
    tqdm_class: Callable[..., Any] | None = None,
    dry_run: bool = False,
    run_as_future: bool = False,
) -> str | PullPlan | Transfer[str]:
    """Give the folder of a repository at a revision, fetching the files that are not here.

    Parameters
    ----------
    allow_patterns, ignore_patterns
        Globs that choose files, e.g. ``"*.safetensors"``.
    max_workers
        Connections at most.
    library_name, library_version, user_agent, headers
        Who asks, for the User-Agent header, and headers for the Hub itself.
    tqdm_class
        A class of tqdm's kind to draw the progress with.
    dry_run
        True fetches nothing and gives the `PullPlan` instead: print it.
    run_as_future
        True returns a `Transfer` at once; `Transfer.result()` gives the folder.

    Returns
    -------
    str, PullPlan or Transfer
        Path of the folder.

    Raises
    ------
    RevisionNotFoundError, RepositoryNotFoundError, GatedRepoError
        What the Hub says.
    LocalEntryNotFoundError
        If nothing is here and the Hub can't or mustn't be asked.
    """
    repo = RepoId.parse(repo_id, repo_type)
    revision = revision or DEFAULT_REVISION
    with asked_as(library_name, library_version, user_agent, headers):
        hub = HubClient.from_env(token, endpoint, cache_dir)
    place = _Place(hub, repo, local_dir)
    patterns = {"allow_patterns": as_list(allow_patterns), "ignore_patterns": as_list(ignore_patterns)}

    if dry_run:
        return _plan_snapshot(hub, repo, revision, place, patterns, etag_timeout, force=force_download)

    def work(job: Transfer[str]) -> str:
        stoppable = hub.with_stop(job.stop)
        if local_files_only or hub.settings.offline:
            return place.local_folder_or_raise(revision, _why_local(hub))
        try:
            plan = _plan_snapshot(stoppable, repo, revision, place, patterns, etag_timeout, force=force_download)
        except (HubUnreachableError, HfHubHTTPError) as error:
            if force_download or not _may_fall_back(error):
                raise
            return place.local_folder_or_raise(revision, str(error), cause=error)
        job.learn(local_path=str(place.root(plan.commit)), commit_oid=plan.commit)
        pull(plan, stoppable, job, place.destination, connections=max_workers)
        if place.local_dir is None:
            # Only now: until then, offline, the revision is the snapshot that is whole.
            place.cache.write_ref(revision, plan.commit)
        root = place.root(plan.commit)
        root.mkdir(parents=True, exist_ok=True)
        return str(root)

    call = Call("snapshot_download", {
        "repo_id": repo.repo_id, "repo_type": repo.repo_type, "revision": revision, "endpoint": hub.endpoint,
        "cache_dir": str(hub.settings.cache_dir.absolute()),
        "local_dir": None if place.local_dir is None else str(place.local_dir.absolute()), **patterns,
    })  # fmt: skip
    with bars_of(tqdm_class):
        transfer: Transfer[str] = Transfer("pull", repo, revision, hub.endpoint, work, call=call)
    default_manager().submit(transfer)
    return transfer if run_as_future else run_and_wait(transfer)


def _plan_snapshot(
    hub: HubClient,
    repo: RepoId,
    revision: str,
    place: _Place,
    patterns: dict[str, Any],
    timeout_s: float | None,
    *,
    force: bool,
) -> PullPlan:
    commit = revision
    if not is_commit_hash(revision):
        from ..client.info import fetch_repo_info  # a single file needs none of its classes

        commit = fetch_repo_info(hub, repo, revision, timeout_s=timeout_s).sha or ""
        if not is_commit_hash(commit):
            msg = f"{hub.endpoint} did not say which commit {revision!r} of {repo} is, so nothing can be pinned to it."
            raise HfHubHTTPError(msg)
    entries = {entry.path: entry for entry in fetch_tree(hub, repo, commit) if isinstance(entry, RepoFile)}
    chosen = filter_paths(entries, **patterns)
    files = [RemoteFile(validate_path_in_repo(path), entries[path].size, entries[path].etag) for path in chosen]
    return plan_pull(repo, revision, commit, files, place.destination, force=force)


class _Place:
    """Where the files of one call go: the cache, or `local_dir`."""

    def __init__(self, hub: HubClient, repo: RepoId, local_dir: str | Path | None) -> None:
        settings = hub.settings
        self.repo = repo
        self.local_dir = None if local_dir is None else Path(local_dir).expanduser()
        self.cache = RepoCache(settings.cache_dir, repo, symlinks=not settings.disable_symlinks)
        self.destination: Destination = (
            CacheDestination(self.cache) if self.local_dir is None else LocalDirDestination(self.local_dir, self.cache)
        )

    def root(self, commit: str) -> Path:
        return self.cache.snapshot(commit) if self.local_dir is None else self.local_dir

    def path(self, commit: str, path: str) -> Path:
        return self.root(commit) / path

    def certain(self, revision: str, path: str) -> str | None:
        """Path of a file that can't have changed: a commit's."""
        if not is_commit_hash(revision):
            return None
        if isinstance(self.destination, LocalDirDestination):
            return str(self.path(revision, path)) if self.destination.is_current(revision, path) else None
        pointer = self.cache.pointer(revision, path)
        return str(pointer) if pointer.exists() else None

    def local_or_raise(self, revision: str, path: str, why: str, *, cause: Exception | None = None) -> str:
        commit = self.cache.read_ref(revision)
        here = self.local_dir / path if self.local_dir else self.cache.pointer(commit, path) if commit else None
        if here is not None and here.exists():
            return str(here)
        msg = f"{path!r} of {self.repo} at {revision!r} is not in {self.local_dir or self.cache.cache_dir}. {why}"
        raise LocalEntryNotFoundError(msg) from cause

    def local_folder_or_raise(self, revision: str, why: str, *, cause: Exception | None = None) -> str:
        commit = self.cache.read_ref(revision)
        here = self.local_dir or (self.cache.snapshot(commit) if commit else None)
        if here is not None and here.is_dir() and any(here.iterdir()):
            return str(here)
        msg = f"No files of {self.repo} at {revision!r} are in {self.local_dir or self.cache.cache_dir}. {why}"
        raise LocalEntryNotFoundError(msg) from cause


def _may_fall_back(error: Exception) -> bool:
    """Whether a file in the cache may stand in: the Hub is not there or not well, it did not say no."""
    if isinstance(error, (EntryNotFoundError, RevisionNotFoundError, GatedRepoError, RepositoryNotFoundError)):
        return False
    if isinstance(error, HfHubHTTPError):
        return error.status_code is None or error.status_code == 429 or error.status_code >= 500
    return isinstance(error, (HubUnreachableError, OfflineModeIsEnabled))


def _why_local(hub: HubClient) -> str:
    if hub.settings.offline:
        return f"Offline mode is on (HF_HUB_OFFLINE), so {hub.endpoint} was not asked. Unset it to fetch the file."
    return "local_files_only=True forbids asking the Hub. Leave it out to fetch the file."
