"""The large files a repository keeps, also those no branch shows any more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .dates import needed_datetime
from .hub import HubClient
from .repo_id import RepoId

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

_FILES_PER_REQUEST = 1000


@dataclass
class LFSFileInfo:
    """One large file: `file_oid` names it here, `oid` is its sha-256, `size` in bytes."""

    file_oid: str
    filename: str
    oid: str
    pushed_at: datetime
    ref: str | None
    size: int

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> LFSFileInfo:
        """Read the Hub's answer."""
        return cls(
            body["fileOid"], body["filename"], body["oid"], needed_datetime(body["pushedAt"]), body.get("ref"),
            body["size"],
        )  # fmt: skip


def list_lfs_files(
    repo_id: str,
    *,
    repo_type: str | None = None,
    token: str | bool | None = None,
    endpoint: str | None = None,
) -> Iterator[LFSFileInfo]:
    """Yield every large file a repository keeps, in any revision."""
    repo = RepoId.parse(repo_id, repo_type)
    items = HubClient.from_env(token, endpoint).http.pages(f"{repo.api}/lfs-files", repo=repo)
    return (LFSFileInfo.from_json(item) for item in items)


def permanently_delete_lfs_files(
    repo_id: str,
    lfs_files: Iterable[LFSFileInfo],
    *,
    rewrite_history: bool = True,
    repo_type: str | None = None,
    token: str | bool | None = None,
    endpoint: str | None = None,
) -> None:
    """Delete large files for good; this can't be undone.

    Parameters
    ----------
    lfs_files
        Some of what `list_lfs_files` gave.
    rewrite_history
        True also takes them out of all commits; False leaves pointers to nothing there.
    """
    repo = RepoId.parse(repo_id, repo_type)
    hub = HubClient.from_env(token, endpoint)
    names = [file.file_oid for file in lfs_files]
    for start in range(0, len(names), _FILES_PER_REQUEST):
        batch = names[start : start + _FILES_PER_REQUEST]
        body = {"deletions": {"sha": batch, "rewriteHistory": rewrite_history}}
        hub.http.request("POST", f"{repo.api}/lfs-files/batch", json=body, repo=repo)
