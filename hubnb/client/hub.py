"""A Hub, as one caller sees it: its settings, the caller's token, and the sender that joins them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .http import Http
from .settings import Settings
from .tokens import resolve_token

if TYPE_CHECKING:
    import threading
    from pathlib import Path


class HubClient:
    """What every function of this room works through.

    Parameters
    ----------
    settings
        One reading of the environment.
    token
        A string, None (the ambient token), True (there must be one) or False (anonymous).
    """

    def __init__(self, settings: Settings, token: str | bool | None = None) -> None:
        self.settings = settings
        self.http = Http(settings, resolve_token(token, settings))

    @classmethod
    def from_env(
        cls,
        token: str | bool | None = None,
        endpoint: str | None = None,
        cache_dir: str | Path | None = None,
    ) -> HubClient:
        """Read the environment now; arguments win over it."""
        return cls(Settings.from_env(endpoint=endpoint, cache_dir=cache_dir), token)

    @property
    def endpoint(self) -> str:
        """Base URL of the Hub."""
        return self.settings.endpoint

    def with_stop(self, stop: threading.Event) -> HubClient:
        """Give the same client, whose waits end when `stop` is set."""
        copy = object.__new__(HubClient)
        copy.settings = self.settings
        copy.http = self.http.with_stop(stop)
        return copy

    def __repr__(self) -> str:
        return f"HubClient({self.endpoint!r}, {'signed in' if self.http.has_token else 'anonymous'})"
