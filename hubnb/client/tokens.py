"""Where a token comes from, and where it is kept: the same places and formats as `huggingface_hub`.

Order: typed in this session, environment (`HF_TOKEN`), the token file, a Colab or Kaggle secret, `.netrc`. A token
typed with "keep me signed in" off lives in this process's memory only, and wins because typing it was the latest
thing the person did. Nothing here ever returns a token inside an object with a `repr` that shows it.
"""

from __future__ import annotations

import importlib
import os
import sys
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from .errors import HFValidationError, LocalTokenNotFoundError
from .settings import Settings, clean_token

if TYPE_CHECKING:
    from collections.abc import Mapping

    from filelock import BaseFileLock

SourceName = Literal["session", "environment", "file", "colab", "kaggle", "netrc"]

_session_token: str | None = None
_session_label = "Typed in this notebook"


@dataclass(frozen=True)
class TokenSource:
    """One place a token can come from, safe to show: it says whether there is one, never which."""

    name: SourceName
    label: str
    found: bool
    in_use: bool
    note: str
    _token: str | None = field(default=None, repr=False, compare=False)


def get_token() -> str | None:
    """Give the token that wins now, or None."""
    return find_token(Settings.from_env())


def find_token(settings: Settings) -> str | None:
    """Give the token that wins under `settings`, or None."""
    return next((token for _, _, token, _ in _places(settings) if token), None)


def resolve_token(token: str | bool | None, settings: Settings) -> str | None:
    """Apply the meaning of a `token` argument.

    A string is used as it is, None means the ambient one (unless `HF_HUB_DISABLE_IMPLICIT_TOKEN`), True
    means there must be one, False means anonymous.

    Raises
    ------
    LocalTokenNotFoundError
        For True where no token is found.
    HFValidationError
        For a token that can't be sent in a header.
    """
    if isinstance(token, str):
        cleaned = clean_token(token)
        if cleaned is None or not cleaned.isascii() or any(ch.isspace() for ch in cleaned):
            msg = "The token is empty or holds characters no token has. Copy it again, whole."
            raise HFValidationError(msg)
        return cleaned
    if token is False or (token is None and settings.disable_implicit_token):
        return None
    found = find_token(settings)
    if token is True and found is None:
        msg = f"token=True needs a token, and none is stored ({settings.token_path}). Run hubnb.login() first."
        raise LocalTokenNotFoundError(msg)
    return found


def token_sources(settings: Settings | None = None) -> list[TokenSource]:
    """List every place in the order they are asked; exactly one found source is `in_use`."""
    sources: list[TokenSource] = []
    winner_seen = False
    for name, label, token, absent in _places(settings or Settings.from_env()):
        in_use = token is not None and not winner_seen
        note = absent if token is None else "in use" if in_use else "passed over, one above wins"
        winner_seen = winner_seen or in_use
        sources.append(TokenSource(name, label, token is not None, in_use, note, token))
    return sources


def _places(settings: Settings) -> list[tuple[SourceName, str, str | None, str]]:
    variable = "HF_TOKEN" if clean_token(os.environ.get("HF_TOKEN")) else "HUGGING_FACE_HUB_TOKEN"
    shown = variable if settings.env_token else "HF_TOKEN"
    kept_for_git = _netrc_password(settings.endpoint)
    netrc: list[tuple[SourceName, str, str | None, str]] = []
    if kept_for_git is not None:
        netrc.append(("netrc", "Password in .netrc", kept_for_git, ""))
    return [
        ("session", _session_label, _session_token, "kept for this kernel only"),
        ("environment", f"Environment variable {shown}", settings.env_token, "not set"),
        ("file", "Token file on this machine", _read_token_file(settings.token_path), "no token stored"),
        ("colab", "Colab secret", _colab_secret(), "not running in Colab"),
        ("kaggle", "Kaggle secret", _kaggle_secret(), "not running on Kaggle"),
        *netrc,
    ]


def set_session_token(token: str | None, *, label: str = "Typed in this notebook") -> None:
    """Use `token` for this process only; None forgets it. `label` says where it came from."""
    global _session_token, _session_label
    _session_token = clean_token(token)
    _session_label = label


def save_token(token: str, name: str, settings: Settings | None = None) -> None:
    """Store `token` under `name` and make it the active one, readable by this user only."""
    settings = settings or Settings.from_env()
    if "]" in name or "\n" in name or not name.strip():
        msg = f"{name!r} can't name a stored token: it must be one line without ']'."
        raise HFValidationError(msg)
    settings.token_path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _stored_tokens_lock(settings):
        stored = _read_stored_tokens(settings)
        stored[name] = {"hf_token": token}
        _write_stored_tokens(settings, stored)
        _write_private(settings.token_path, token)


def auth_list() -> list[str]:
    """Names of the tokens stored on this machine."""
    return sorted(_read_stored_tokens(Settings.from_env()))


def auth_switch(token_name: str, add_to_git_credential: bool = False) -> None:  # noqa: ARG001 - upstream's name
    """Make the stored token `token_name` the active one.

    Parameters
    ----------
    add_to_git_credential
        Has no effect: hubnb puts no tokens into git's credential helper; `Repository` hands them over itself.

    Raises
    ------
    LocalTokenNotFoundError
        Naming what is stored instead.
    """
    settings = Settings.from_env()
    stored = _read_stored_tokens(settings)
    if token_name not in stored:
        msg = f"No token is stored under {token_name!r}; stored are: {', '.join(sorted(stored)) or 'none'}."
        raise LocalTokenNotFoundError(msg)
    _write_private(settings.token_path, stored[token_name]["hf_token"])


def logout(token_name: str | None = None) -> None:
    """Forget the session's token and the stored ones (or only `token_name`).

    An environment variable or a Colab secret stays: a process can't unset what others gave it; see
    `token_sources()` for what is left.
    """
    settings = Settings.from_env()
    if token_name is None:
        set_session_token(None)
        settings.token_path.unlink(missing_ok=True)
        settings.stored_tokens_path.unlink(missing_ok=True)
        return
    with _stored_tokens_lock(settings):
        stored = _read_stored_tokens(settings)
        if token_name not in stored:
            msg = f"No token is stored under {token_name!r}; stored are: {', '.join(sorted(stored)) or 'none'}."
            raise LocalTokenNotFoundError(msg)
        removed = stored.pop(token_name)["hf_token"]
        _write_stored_tokens(settings, stored)
        if _read_token_file(settings.token_path) == removed:
            settings.token_path.unlink(missing_ok=True)


def active_token_name(settings: Settings | None = None) -> str | None:
    """Name under which the token in use is stored, or None."""
    settings = settings or Settings.from_env()
    token = find_token(settings)
    stored = _read_stored_tokens(settings)
    return next((name for name, entry in stored.items() if token and entry.get("hf_token") == token), None)


def _read_token_file(path: Path) -> str | None:
    try:
        return clean_token(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return None


def _read_stored_tokens(settings: Settings) -> dict[str, dict[str, str]]:
    import configparser  # only who has several tokens needs it

    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(settings.stored_tokens_path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, configparser.Error):
        return {}
    return {name: dict(parser[name]) for name in parser.sections() if parser[name].get("hf_token")}


def _write_stored_tokens(settings: Settings, stored: Mapping[str, Mapping[str, str]]) -> None:
    lines: list[str] = []
    for name in sorted(stored):
        lines.append(f"[{name}]")
        lines.extend(f"{key} = {value}" for key, value in stored[name].items())
        lines.append("")
    _write_private(settings.stored_tokens_path, "\n".join(lines))


def _stored_tokens_lock(settings: Settings) -> BaseFileLock:
    from filelock import FileLock  # brings asyncio with it, which reading a token needs not wait for

    settings.token_path.parent.mkdir(parents=True, exist_ok=True)
    return FileLock(settings.token_path.parent / "stored_tokens.lock", timeout=10)


def _write_private(path: Path, text: str) -> None:
    """Replace `path` by a file only this user can read: never half-written, never briefly open to others."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    temporary.replace(path)


def _netrc_password(endpoint: str) -> str | None:
    """Give what `.netrc` holds for this very Hub; its ``default`` entry is for nobody in particular, so not for us."""
    named = os.environ.get("NETRC")
    places = [Path(named)] if named else [Path("~/.netrc").expanduser(), Path("~/_netrc").expanduser()]
    path = next((place for place in places if place.is_file()), None)
    host = urlsplit(endpoint).hostname
    if path is None or host is None:
        return None
    import netrc  # few people have such a file

    try:
        entry = netrc.netrc(path).hosts.get(host)
    except (OSError, UnicodeDecodeError, netrc.NetrcParseError):
        return None
    return clean_token(entry[2]) if entry else None


@lru_cache(maxsize=1)
def _colab_secret() -> str | None:
    """Ask Colab once a process: each question may open a dialog."""
    if "google.colab" not in sys.modules or os.environ.get("VERTEX_PRODUCT") == "COLAB_ENTERPRISE":
        return None
    try:
        userdata: Any = importlib.import_module("google.colab.userdata")  # exists in Colab only
        return clean_token(userdata.get("HF_TOKEN"))
    except Exception:
        return None


@lru_cache(maxsize=1)
def _kaggle_secret() -> str | None:
    if "KAGGLE_KERNEL_RUN_TYPE" not in os.environ:
        return None
    try:
        kaggle: Any = importlib.import_module("kaggle_secrets")  # exists on Kaggle only
        return clean_token(kaggle.UserSecretsClient().get_secret("HF_TOKEN"))
    except Exception:
        return None
