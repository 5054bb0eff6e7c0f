"""Branches, tags and commits."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from .dates import parse_datetime
from .errors import HfHubHTTPError
from .hub import HubClient
from .keyed import part
from .repo_id import RepoId, quote_revision
from .status import read_json

if TYPE_CHECKING:
    from datetime import datetime


@dataclass
class GitRefInfo:
    """A name that points at a commit."""

    name: str
    ref: str
    target_commit: str


@dataclass
class GitRefs:
    """All names of a repository's commits."""

    branches: list[GitRefInfo]
    converts: list[GitRefInfo]
    tags: list[GitRefInfo]
    pull_requests: list[GitRefInfo] | None = None


@dataclass
class GitCommitInfo:
    """One commit."""

    commit_id: str
    title: str
    message: str
    created_at: datetime | None
    authors: list[str] = field(default_factory=list[str])
    formatted_title: str | None = None
    formatted_message: str | None = None


def list_repo_refs(
    repo_id: str,
    *,
    repo_type: str | None = None,
    include_pull_requests: bool = False,
    token: str | bool | None = None,
    endpoint: str | None = None,
) -> GitRefs:
    """Branches, tags and (on request) pull requests of a repository."""
    repo = RepoId.parse(repo_id, repo_type)
    params = {"include_prs": 1} if include_pull_requests else None
    hub = HubClient.from_env(token, endpoint)
    body = read_json(hub.http.request("GET", f"{repo.api}/refs", params=params, repo=repo))

    def read(key: str) -> list[GitRefInfo]:
        return [GitRefInfo(item["name"], item["ref"], item["targetCommit"]) for item in body.get(key, [])]

    pulls = read("pullRequests") if include_pull_requests else None
    return GitRefs(read("branches"), read("converts"), read("tags"), pulls)


def list_repo_commits(
    repo_id: str,
    *,
    repo_type: str | None = None,
    revision: str | None = None,
    formatted: bool = False,
    token: str | bool | None = None,
    endpoint: str | None = None,
) -> list[GitCommitInfo]:
    """List the commits that lead to `revision`, newest first.

    Parameters
    ----------
    formatted
        True adds title and message as HTML: strangers', so clean them before showing them.
    """
    repo = RepoId.parse(repo_id, repo_type)
    return list_commits(HubClient.from_env(token, endpoint), repo, revision or "main", formatted=formatted)


def list_commits(
    hub: HubClient, repo: RepoId, revision: str, *, limit: int | None = None, formatted: bool = False
) -> list[GitCommitInfo]:
    """Do what `list_repo_commits` does, with a client at hand; `limit` stops after so many."""
    path = f"{repo.api}/commits/{quote_revision(revision)}"
    params: dict[str, Any] = {"limit": limit} if limit else {}
    if formatted:
        params["expand[]"] = "formatted"
    items = hub.http.pages(path, params=params, repo=repo, revision=revision)
    return [
        GitCommitInfo(
            commit_id=item["id"],
            title=item["title"],
            message=item["message"],
            created_at=parse_datetime(item["date"]),
            authors=[author["user"] for author in item.get("authors", [])],
            formatted_title=part(item, "formatted").get("title"),
            formatted_message=part(item, "formatted").get("message"),
        )
        for item in islice(items, limit)
    ]


def create_branch(
    repo_id: str,
    *,
    branch: str,
    revision: str | None = None,
    token: str | bool | None = None,
    repo_type: str | None = None,
    exist_ok: bool = False,
    endpoint: str | None = None,
) -> None:
    """Create a branch at `revision` (default: the head of main)."""
    body = {"startingPoint": revision} if revision is not None else {}
    _change_ref(
        "POST",
        repo_id,
        f"branch/{quote_revision(branch)}",
        body,
        repo_type,
        token,
        endpoint,
        exist_ok,
        branch,
    )


def delete_branch(
    repo_id: str,
    *,
    branch: str,
    token: str | bool | None = None,
    repo_type: str | None = None,
    endpoint: str | None = None,
) -> None:
    """Delete a branch."""
    _change_ref("DELETE", repo_id, f"branch/{quote_revision(branch)}", None, repo_type, token, endpoint, False, branch)


def create_tag(
    repo_id: str,
    *,
    tag: str,
    tag_message: str | None = None,
    revision: str | None = None,
    token: str | bool | None = None,
    repo_type: str | None = None,
    exist_ok: bool = False,
    endpoint: str | None = None,
) -> None:
    """Tag the commit at `revision` (default: the head of main)."""
    body = {"tag": tag, **({"message": tag_message} if tag_message else {})}
    at = quote_revision(revision or "main")
    _change_ref("POST", repo_id, f"tag/{at}", body, repo_type, token, endpoint, exist_ok, revision or "main")


def delete_tag(
    repo_id: str,
    *,
    tag: str,
    token: str | bool | None = None,
    repo_type: str | None = None,
    endpoint: str | None = None,
) -> None:
    """Delete a tag."""
    _change_ref("DELETE", repo_id, f"tag/{quote_revision(tag)}", None, repo_type, token, endpoint, False, tag)


def super_squash_history(
    repo_id: str,
    *,
    branch: str | None = None,
    commit_message: str | None = None,
    repo_type: str | None = None,
    token: str | bool | None = None,
    endpoint: str | None = None,
) -> None:
    """Make one commit of all commits of a branch (default: main); this can't be undone."""
    name = branch or "main"
    message = commit_message or f"Super-squash branch '{name}' using hubnb"
    body = {"message": message}
    tail = f"super-squash/{quote_revision(name)}"
    _change_ref("POST", repo_id, tail, body, repo_type, token, endpoint, False, name)


def _change_ref(
    method: str,
    repo_id: str,
    tail: str,
    body: dict[str, Any] | None,
    repo_type: str | None,
    token: str | bool | None,
    endpoint: str | None,
    exist_ok: bool,
    revision: str,
) -> None:
    repo = RepoId.parse(repo_id, repo_type)
    hub = HubClient.from_env(token, endpoint)
    try:
        hub.http.request(method, f"{repo.api}/{tail}", json=body, repo=repo, revision=revision)
    except HfHubHTTPError as error:
        there = error.status_code == 409 or (error.status_code == 403 and _has_branch(hub, repo, revision))
        if not (exist_ok and there):
            raise


def _has_branch(hub: HubClient, repo: RepoId, branch: str) -> bool:
    body = read_json(hub.http.request("GET", f"{repo.api}/refs", repo=repo))
    return any(item["name"] == branch for item in body["branches"])
