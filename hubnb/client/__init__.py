"""Asks the Hub: one noun a file; the only room that uses `requests`."""

from .hub import HubClient
from .repo_id import RepoId, RepoUrl
from .session import configure_http
from .settings import Settings

__all__ = ["HubClient", "RepoId", "RepoUrl", "Settings", "configure_http"]
