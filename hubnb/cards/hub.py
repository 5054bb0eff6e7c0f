"""The three things a card asks of the Hub: its README, an opinion, and one commit.

A README is a small regular file, so the commit is one request without uploads; it does not need the transfer
room, which stands beside this one. The pictures that a card may bring are small, too; where the Hub wants one as
a large file, it goes up in one piece.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from hubnb.client import lfs
from hubnb.client.commits import (
    SAMPLE_BYTES,
    LargeFile,
    PreuploadFile,
    RegularFile,
    request_upload_modes,
    send_commit,
)
from hubnb.client.errors import HubUnreachableError, OfflineModeIsEnabled
from hubnb.client.files import read_file
from hubnb.client.hub import HubClient
from hubnb.client.repo_id import RepoId, quote_revision

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hubnb.client.commits import CommitInfo

README = "README.md"


def read_readme(
    repo_id: str,
    *,
    repo_type: str,
    revision: str | None,
    token: str | bool | None,
    endpoint: str | None,
) -> bytes:
    """Bytes of a repository's README; the cached copy where the Hub can't be asked."""
    try:
        return read_file(repo_id, README, revision=revision, repo_type=repo_type, token=token, endpoint=endpoint)
    except (OfflineModeIsEnabled, HubUnreachableError):
        from hubnb.cache import try_to_load_from_cache

        cached = try_to_load_from_cache(repo_id, README, revision=revision, repo_type=repo_type)
        if not isinstance(cached, str):
            raise
        return Path(cached).read_bytes()


def ask_about(content: str, *, repo_type: str, endpoint: str | None) -> list[str]:
    """Ask the Hub what is wrong with a README; an empty list means nothing."""
    hub = HubClient.from_env(False, endpoint)
    body = {"content": content, "repoType": repo_type}
    response = hub.http.request("POST", "/api/validate-yaml", json=body, repeatable=True, check=False)
    if response.status_code != 400:
        hub.http.check(response)
        return []
    try:
        return [str(error.get("message", error)) for error in response.json()["errors"]]
    except (ValueError, KeyError, TypeError, AttributeError):
        return [response.text]


def commit_readme(
    repo_id: str,
    content: str,
    *,
    repo_type: str,
    token: str | bool | None,
    commit_message: str,
    commit_description: str | None,
    revision: str | None,
    create_pr: bool | None,
    parent_commit: str | None,
    endpoint: str | None,
    attachments: Mapping[str, bytes] | None = None,
) -> CommitInfo:
    """Commit a README, with the pictures it brings; as a string, the commit is the address of the file's page."""
    branch = revision or "main"
    hub, repo = HubClient.from_env(token, endpoint), RepoId.parse(repo_id, repo_type)
    data = content.encode()
    files = _sent(hub, repo, branch, attachments, create_pr=bool(create_pr)) if attachments else []
    commit = send_commit(
        hub,
        repo,
        branch,
        [RegularFile(README, len(data), lambda: data), *files],
        message=commit_message,
        description=commit_description or "",
        parent_commit=parent_commit,
        create_pr=bool(create_pr),
    )
    return commit.at(f"{commit.repo_url}/blob/{quote_revision(commit.pr_revision or branch)}/{README}")


def _sent(
    hub: HubClient,
    repo: RepoId,
    branch: str,
    attachments: Mapping[str, bytes],
    *,
    create_pr: bool,
) -> list[RegularFile | LargeFile]:
    """Send what the Hub wants as large files; give the lines of the commit."""
    asked = [PreuploadFile(path, len(data), data[:SAMPLE_BYTES]) for path, data in attachments.items()]
    modes, _ = request_upload_modes(hub, repo, branch, asked, create_pr=create_pr)
    lines: list[RegularFile | LargeFile] = []
    large: dict[str, bytes] = {}
    for path, data in attachments.items():
        if modes[path].mode == "regular":
            lines.append(RegularFile(path, len(data), lambda data=data: data))
        else:
            oid = hashlib.sha256(data).hexdigest()
            large[oid] = data
            lines.append(LargeFile(path, oid, len(data)))
    wanted = [lfs.LfsObject(oid, len(data)) for oid, data in large.items()]
    for action in lfs.request_uploads(hub, repo, wanted, revision=branch) if wanted else ():
        _send_large(hub, action, large[action.target.oid])
    return lines


def _send_large(hub: HubClient, action: lfs.UploadAction, data: bytes) -> None:
    if action.part_urls:
        size = action.part_bytes
        pieces = [data[start : start + size] for start in range(0, len(data), size)]
        pairs = zip(action.part_urls, pieces, strict=True)
        lfs.complete_parts(hub, action, [lfs.put_body(hub, url, lambda piece=piece: piece) for url, piece in pairs])
    else:
        lfs.put_body(hub, action.href, lambda: data)
    lfs.verify_upload(hub, action)
