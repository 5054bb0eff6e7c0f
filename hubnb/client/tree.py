"""Files and folders of a repository at a revision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from .dates import parse_datetime
from .hub import HubClient
from .repo_facts import BlobLfsInfo, lfs_facts
from .repo_id import RepoId, quote_revision
from .status import read_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

_PATHS_PER_REQUEST = 500


@dataclass
class LastCommitInfo:
    """The commit that last touched an entry."""

    oid: str
    title: str
    date: datetime | None


@dataclass
class RepoFile:
    """A file; `size` in bytes is the real one, also of large files."""

    path: str
    size: int
    blob_id: str
    lfs: BlobLfsInfo | None = None
    last_commit: LastCommitInfo | None = None

    @property
    def etag(self) -> str:
        """Hash that names the content: sha-256 of a large file, git blob id of another."""
        return self.lfs.sha256 if self.lfs else self.blob_id


@dataclass
class RepoFolder:
    """A folder."""

    path: str
    tree_id: str
    last_commit: LastCommitInfo | None = None


RepoEntry = RepoFile | RepoFolder


def list_repo_tree(
    repo_id: str,
    path_in_repo: str | None = None,
    *,
    recursive: bool = False,
    expand: bool = False,
    revision: str | None = None,
    repo_type: str | None = None,
    token: str | bool | None = None,
    endpoint: str | None = None,
) -> Iterator[RepoEntry]:
    """Yield the entries of a folder (default: the root), all below it with `recursive`.

    Parameters
    ----------
    expand
        True adds the last commit of each entry; slower.
    """
    repo = RepoId.parse(repo_id, repo_type)
    hub = HubClient.from_env(token, endpoint)
    return fetch_tree(hub, repo, revision or "main", path_in_repo, recursive=recursive, expand=expand)


def fetch_tree(
    hub: HubClient,
    repo: RepoId,
    revision: str,
    path_in_repo: str | None = None,
    *,
    recursive: bool = True,
    expand: bool = False,
) -> Iterator[RepoEntry]:
    """Do what `list_repo_tree` does, with a client at hand."""
    path = f"{repo.api}/tree/{quote_revision(revision)}"
    if path_in_repo and path_in_repo.strip("/"):
        path += "/" + quote(path_in_repo.strip("/"), safe="")
    params = {"recursive": "true" if recursive else "false", "expand": "true" if expand else "false"}
    for item in hub.http.pages(path, params=params, repo=repo, revision=revision, entry=path_in_repo):
        yield _entry(item)


def list_repo_files(
    repo_id: str,
    *,
    revision: str | None = None,
    repo_type: str | None = None,
    token: str | bool | None = None,
    endpoint: str | None = None,
) -> list[str]:
    """Paths of all files of a repository."""
    entries = list_repo_tree(
        repo_id, recursive=True, revision=revision, repo_type=repo_type, token=token, endpoint=endpoint
    )
    return [entry.path for entry in entries if isinstance(entry, RepoFile)]


def get_paths_info(
    repo_id: str,
    paths: str | Iterable[str],
    *,
    expand: bool = False,
    revision: str | None = None,
    repo_type: str | None = None,
    token: str | bool | None = None,
    endpoint: str | None = None,
) -> list[RepoEntry]:
    """Entries at `paths`; those that don't exist are left out."""
    repo = RepoId.parse(repo_id, repo_type)
    hub = HubClient.from_env(token, endpoint)
    wanted = [paths] if isinstance(paths, str) else list(paths)
    return fetch_paths_info(hub, repo, revision or "main", wanted, expand=expand)


def fetch_paths_info(
    hub: HubClient, repo: RepoId, revision: str, paths: list[str], *, expand: bool = False
) -> list[RepoEntry]:
    """Do what `get_paths_info` does, with a client at hand."""
    found: list[RepoEntry] = []
    for start in range(0, len(paths), _PATHS_PER_REQUEST):
        batch = paths[start : start + _PATHS_PER_REQUEST]
        response = hub.http.request(
            "POST", f"{repo.api}/paths-info/{quote_revision(revision)}",
            data={"paths": batch, "expand": "true" if expand else "false"},
            repo=repo, revision=revision, repeatable=True,
        )  # fmt: skip
        found.extend(_entry(item) for item in read_json(response))
    return found


def _entry(item: dict[str, Any]) -> RepoEntry:
    last = item.get("lastCommit")
    last_commit = LastCommitInfo(last["id"], last["title"], parse_datetime(last["date"])) if last else None
    if item["type"] != "file":
        return RepoFolder(item["path"], item["oid"], last_commit)
    return RepoFile(
        path=item["path"],
        size=item["size"],
        blob_id=item["oid"],
        lfs=lfs_facts(item.get("lfs")),
        last_commit=last_commit,
    )
