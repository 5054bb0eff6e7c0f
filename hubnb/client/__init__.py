"""Asks the Hub: one noun a file; the only room that uses `requests`."""

from .http import configure_http
from .hub import HubClient
from .repo_id import RepoId, RepoUrl
from .settings import Settings

__all__ = ["HubClient", "RepoId", "RepoUrl", "Settings", "configure_http"]
