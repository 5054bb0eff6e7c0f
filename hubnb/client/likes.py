"""Who likes what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from .auth import whoami
from .hub import HubClient
from .people import User
from .repo_id import RepoId

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class UserLikes:
    """What a user likes: ids by type, and how many together."""

    user: str
    total: int
    datasets: list[str]
    models: list[str]
    spaces: list[str]
    kernels: list[str]


def like(
    repo_id: str,
    *,
    token: str | bool | None = None,
    repo_type: str | None = None,
    endpoint: str | None = None,
) -> None:
    """Like a repository. huggingface.co takes likes from its pages only; other hubs take them here too."""
    repo = RepoId.parse(repo_id, repo_type)
    HubClient.from_env(token, endpoint).http.request("POST", f"{repo.api}/like", repo=repo)


def unlike(
    repo_id: str,
    *,
    token: str | bool | None = None,
    repo_type: str | None = None,
    endpoint: str | None = None,
) -> None:
    """Like a repository no more."""
    repo = RepoId.parse(repo_id, repo_type)
    HubClient.from_env(token, endpoint).http.request("DELETE", f"{repo.api}/like", repo=repo)


def list_liked_repos(
    user: str | None = None, *, token: str | bool | None = None, endpoint: str | None = None
) -> UserLikes:
    """Give the public repositories a user likes (default: you)."""
    name = user if user is not None else whoami(token, endpoint=endpoint)["name"]
    hub = HubClient.from_env(token, endpoint)
    liked: dict[str, list[str]] = {}
    total = 0
    for item in hub.http.pages(f"/api/users/{quote(name, safe='')}/likes"):
        liked.setdefault(item["repo"]["type"], []).append(item["repo"]["name"])
        total += 1
    return UserLikes(
        user=name,
        total=total,
        datasets=liked.get("dataset", []),
        models=liked.get("model", []),
        spaces=liked.get("space", []),
        kernels=liked.get("kernel", []),
    )


def list_repo_likers(
    repo_id: str,
    *,
    repo_type: str | None = None,
    token: str | bool | None = None,
    endpoint: str | None = None,
) -> Iterator[User]:
    """Yield who likes a repository."""
    repo = RepoId.parse(repo_id, repo_type)
    items = HubClient.from_env(token, endpoint).http.pages(f"{repo.api}/likers", repo=repo)
    return (User.from_json(item) for item in items)
