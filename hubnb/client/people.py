"""Users and organisations."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from .dates import needed_datetime
from .hub import HubClient
from .keyed import parts
from .status import read_json

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime


@dataclass
class Organization:
    """An organisation; facts the Hub did not send are None."""

    avatar_url: str
    name: str
    fullname: str
    details: str | None = None
    is_verified: bool | None = None
    is_following: bool | None = None
    num_users: int | None = None
    num_models: int | None = None
    num_spaces: int | None = None
    num_datasets: int | None = None
    num_followers: int | None = None
    num_papers: int | None = None
    plan: str | None = None

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> Organization:
        """Read the Hub's answer."""
        return cls(
            avatar_url=body.get("avatarUrl") or "",
            name=body.get("name") or "",
            fullname=body.get("fullname") or "",
            details=body.get("details"),
            is_verified=body.get("isVerified"),
            is_following=body.get("isFollowing"),
            num_users=body.get("numUsers"),
            num_models=body.get("numModels"),
            num_spaces=body.get("numSpaces"),
            num_datasets=body.get("numDatasets"),
            num_followers=body.get("numFollowers"),
            num_papers=body.get("numPapers"),
            plan=body.get("plan"),
        )


@dataclass
class User:
    """A person; facts the Hub did not send are None."""

    username: str
    fullname: str
    avatar_url: str
    details: str | None = None
    is_following: bool | None = None
    is_pro: bool | None = None
    num_models: int | None = None
    num_datasets: int | None = None
    num_spaces: int | None = None
    num_discussions: int | None = None
    num_papers: int | None = None
    num_upvotes: int | None = None
    num_likes: int | None = None
    num_following: int | None = None
    num_followers: int | None = None
    orgs: list[Organization] = field(default_factory=list[Organization])

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> User:
        """Read the Hub's answer."""
        return cls(
            username=body.get("user") or body.get("name") or "",
            fullname=body.get("fullname") or "",
            avatar_url=body.get("avatarUrl") or "",
            details=body.get("details"),
            is_following=body.get("isFollowing"),
            is_pro=body.get("isPro"),
            num_models=body.get("numModels"),
            num_datasets=body.get("numDatasets"),
            num_spaces=body.get("numSpaces"),
            num_discussions=body.get("numDiscussions"),
            num_papers=body.get("numPapers"),
            num_upvotes=body.get("numUpvotes"),
            num_likes=body.get("numLikes"),
            num_following=body.get("numFollowing"),
            num_followers=body.get("numFollowers"),
            orgs=[Organization.from_json(item) for item in parts(body, "orgs")],
        )


@dataclass
class RepoStorageInfo:
    """How much room a repository takes; `storage` in bytes, `storage_percent` of its owner's."""

    id: str
    type: str
    updated_at: datetime
    visibility: str
    storage: int
    storage_percent: float

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> RepoStorageInfo:
        """Read the Hub's answer."""
        return cls(
            body["id"], body["type"], needed_datetime(body["updatedAt"]), body["visibility"], body["storage"],
            body["storagePercent"],
        )  # fmt: skip


def get_user_overview(username: str, token: str | bool | None = None, *, endpoint: str | None = None) -> User:
    """Describe a user."""
    hub = HubClient.from_env(token, endpoint)
    return User.from_json(read_json(hub.http.request("GET", f"/api/users/{quote(username, safe='')}/overview")))


def get_organization_overview(
    organization: str, token: str | bool | None = None, *, endpoint: str | None = None
) -> Organization:
    """Describe an organisation."""
    hub = HubClient.from_env(token, endpoint)
    path = f"/api/organizations/{quote(organization, safe='')}/overview"
    return Organization.from_json(read_json(hub.http.request("GET", path)))


def list_organization_members(
    organization: str, token: str | bool | None = None, *, endpoint: str | None = None
) -> Iterator[User]:
    """Yield the members of an organisation."""
    return _people(f"/api/organizations/{quote(organization, safe='')}/members", token, endpoint)


def list_organization_followers(
    organization: str, token: str | bool | None = None, *, endpoint: str | None = None
) -> Iterator[User]:
    """Yield who follows an organisation."""
    return _people(f"/api/organizations/{quote(organization, safe='')}/followers", token, endpoint)


def list_user_followers(
    username: str, token: str | bool | None = None, *, endpoint: str | None = None
) -> Iterator[User]:
    """Yield who follows a user."""
    return _people(f"/api/users/{quote(username, safe='')}/followers", token, endpoint)


def list_user_following(
    username: str, token: str | bool | None = None, *, endpoint: str | None = None
) -> Iterator[User]:
    """Yield whom a user follows."""
    return _people(f"/api/users/{quote(username, safe='')}/following", token, endpoint)


def _people(path: str, token: str | bool | None, endpoint: str | None) -> Iterator[User]:
    items = HubClient.from_env(token, endpoint).http.pages(path)
    return (User.from_json(item) for item in items)


def list_user_repos(
    namespace: str | None = None, *, token: str | bool | None = None, endpoint: str | None = None
) -> Iterator[RepoStorageInfo]:
    """Yield the repositories of yours, or of an organisation you belong to, with the room each takes."""
    hub = HubClient.from_env(token, endpoint)
    path = "/api/settings/repositories"
    if namespace is not None and namespace != read_json(hub.http.request("GET", "/api/whoami-v2"))["name"]:
        path = f"/api/organizations/{quote(namespace, safe='')}/settings/repositories"
    return (RepoStorageInfo.from_json(item) for item in hub.http.pages(path))
