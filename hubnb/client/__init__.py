"""Asks the Hub: one noun a file; the only room that uses `requests`."""

from typing import TYPE_CHECKING

from ..lazy import lazy_names

if TYPE_CHECKING:
    from .hub import HubClient as HubClient
    from .repo_id import RepoId as RepoId
    from .repo_id import RepoUrl as RepoUrl
    from .session import configure_http as configure_http
    from .settings import Settings as Settings

__getattr__ = lazy_names(__name__, {
    "hubnb.client.hub": ("HubClient",),
    "hubnb.client.repo_id": ("RepoId", "RepoUrl"),
    "hubnb.client.session": ("configure_http",),
    "hubnb.client.settings": ("Settings",),
})  # fmt: skip
