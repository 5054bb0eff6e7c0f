"""Who am I, and may I."""

from __future__ import annotations

from copy import deepcopy
from hashlib import sha256
from typing import Any, Literal

from .errors import HfHubHTTPError, HFValidationError, LocalTokenNotFoundError
from .hub import HubClient
from .keyed import part
from .repo_id import RepoId
from .settings import Settings
from .status import read_json
from .tokens import resolve_token, save_token, set_session_token

_answers: dict[tuple[str, str], dict[str, Any]] = {}


def whoami(token: str | bool | None = None, *, cache: bool = False, endpoint: str | None = None) -> dict[str, Any]:
    """Ask the Hub whose token this is.

    Parameters
    ----------
    cache
        True takes the answer this process got before for the same token, if any: the Hub allows few such
        questions.

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
    if token is False:
        msg = "whoami asks whose a token is, so token=False makes no sense."
        raise HFValidationError(msg)
    settings = Settings.from_env(endpoint=endpoint)
    # Known by its hash, so that no dump of the process holds the token because of this.
    secret = resolve_token(token or True, settings) or ""
    key = (settings.endpoint, sha256(secret.encode()).hexdigest())
    if cache and key in _answers:
        return deepcopy(_answers[key])
    answer = read_json(HubClient(settings, secret).http.request("GET", "/api/whoami-v2"))
    _answers[key] = deepcopy(answer)
    return answer


def get_token_permission(
    token: str | bool | None = None, *, endpoint: str | None = None
) -> Literal["read", "write", "fineGrained"] | None:
    """Say what the token may do; None for no token, one the Hub does not take, or one that is no access token."""
    try:
        user = whoami(token, endpoint=endpoint)
    except (LocalTokenNotFoundError, HfHubHTTPError):
        return None
    return part(part(user, "auth"), "accessToken").get("role")


def get_full_repo_name(
    model_id: str,
    *,
    organization: str | None = None,
    token: str | bool | None = None,
    endpoint: str | None = None,
) -> str:
    """Give ``namespace/name`` for a name: in `organization`, or in your own namespace."""
    namespace = organization if organization is not None else whoami(token, endpoint=endpoint)["name"]
    return f"{namespace}/{model_id}"


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
    access_token = part(part(user, "auth"), "accessToken")
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
