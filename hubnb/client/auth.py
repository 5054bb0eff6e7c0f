"""Who am I, and may I."""

from __future__ import annotations

from typing import Any

from .hub import HubClient
from .repo_id import RepoId
from .settings import Settings
from .status import read_json
from .tokens import save_token, set_session_token


def whoami(token: str | bool | None = None, *, endpoint: str | None = None) -> dict[str, Any]:
    """Ask the Hub whose token this is.

    Returns
    -------
    dict
        The Hub's answer: ``name``, ``fullname``, ``email``, ``orgs``, ``auth`` (token name and role).

    Raises
    ------
    LocalTokenNotFoundError
        If there is no token to ask about.
    HfHubHTTPError
        If the Hub does not accept it.
    """
    hub = HubClient.from_env(token if token is not None else True, endpoint)
    return read_json(hub.http.request("GET", "/api/whoami-v2"))


def sign_in(token: str, *, keep: bool = True, endpoint: str | None = None) -> dict[str, Any]:
    """Check `token` with the Hub, then remember it; a refused token changes nothing.

    Parameters
    ----------
    keep
        True stores it in the machine's token files (shared with `huggingface_hub`), False keeps it in
        this process only.

    Returns
    -------
    dict
        The Hub's answer to `whoami`.
    """
    user = whoami(token, endpoint=endpoint)
    token = token.strip()
    if keep:
        save_token(token, token_name(user), Settings.from_env())
        set_session_token(None)
    else:
        set_session_token(token)
    return user


def token_name(user: dict[str, Any]) -> str:
    """Name under which a token is stored: its own on the Hub, else ``oauth-{user}``."""
    access_token = (user.get("auth") or {}).get("accessToken") or {}
    name = str(access_token.get("displayName") or "").strip()
    return name if name and "]" not in name and "\n" not in name else f"oauth-{user.get('name', 'unknown')}"


def auth_check(
    repo_id: str,
    *,
    repo_type: str | None = None,
    token: str | bool | None = None,
    write: bool = False,
    endpoint: str | None = None,
) -> None:
    """Return if this token may read (or, with `write`, change) the repository; raise what the Hub says otherwise."""
    repo = RepoId.parse(repo_id, repo_type)
    hub = HubClient.from_env(token, endpoint)
    hub.http.request("GET", f"{repo.api}/auth-check{'/write' if write else ''}", repo=repo)
