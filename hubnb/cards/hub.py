"""The three things a card asks of the Hub: its README, an opinion, and one commit.

A README is a small regular file, so the commit is one request without uploads; it does not need the transfer
room, which stands beside this one.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hubnb.client.commits import RegularFile, send_commit
from hubnb.client.errors import HubUnreachableError, OfflineModeIsEnabled
from hubnb.client.files import read_file
from hubnb.client.hub import HubClient
from hubnb.client.repo_id import RepoId, quote_revision

if TYPE_CHECKING:
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
) -> CommitInfo:
    """Commit a README; as a string, the commit is the address of the file's page."""
    branch = revision or "main"
    data = content.encode()
    commit = send_commit(
        HubClient.from_env(token, endpoint),
        RepoId.parse(repo_id, repo_type),
        branch,
        [RegularFile(README, len(data), lambda: data)],
        message=commit_message,
        description=commit_description or "",
        parent_commit=parent_commit,
        create_pr=bool(create_pr),
    )
    return commit.at(f"{commit.repo_url}/blob/{quote_revision(commit.pr_revision or branch)}/{README}")
