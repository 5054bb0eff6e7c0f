"""Where the Hub is and where its files go, read from the environment at call time.

Upstream reads the environment once, at import. In a notebook people set `os.environ` after the import
cell, so every call of ours builds its own frozen `Settings`; this module is the only reader of Hub variables.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from .caller import NOBODY, Caller, current_caller
from .overrides import assigned, assigned_fields
from .progress_bars import disabled_by_program, forced_by_environment

DEFAULT_ENDPOINT = "https://huggingface.co"
STAGING_ENDPOINT = "https://hub-ci.huggingface.co"
DEFAULT_TIMEOUT_S = 10.0

_TRUE_WORDS = {"1", "ON", "YES", "TRUE"}


@dataclass(frozen=True)
class Settings:
    """One consistent view of the environment.

    `token` here is only what the environment names (`HF_TOKEN`) or the caller passed; files and the
    session are `hubnb.client.tokens`' business. It is kept out of `repr`.
    """

    endpoint: str
    home_dir: Path
    cache_dir: Path
    assets_dir: Path
    token_path: Path
    env_token: str | None = field(default=None, repr=False)
    offline: bool = False
    etag_timeout_s: float = DEFAULT_TIMEOUT_S
    download_timeout_s: float = DEFAULT_TIMEOUT_S
    disable_implicit_token: bool = False
    disable_symlinks: bool = False
    disable_progress_bars: bool | None = None
    disable_telemetry: bool = False
    user_agent_origin: str | None = None
    caller: Caller = NOBODY
    inference_endpoint: str | None = None
    """Where models are asked, if not at the Hub's own router."""

    @property
    def stored_tokens_path(self) -> Path:
        """All tokens this machine keeps, by name (INI)."""
        return self.token_path.parent / "stored_tokens"

    @classmethod
    def from_env(cls, *, endpoint: str | None = None, cache_dir: str | Path | None = None) -> Settings:
        """Read the environment now; arguments win over it.

        Parameters
        ----------
        endpoint
            Base URL of the Hub, e.g. ``http://127.0.0.1:7860``; a trailing slash is dropped.
        cache_dir
            Folder of the Hub cache (the one that holds ``models--…``).
        """
        home_dir = _path("HF_HOME", default=_cache_home() / "huggingface")
        cache_default = _path("HUGGINGFACE_HUB_CACHE", default=home_dir / "hub")
        assets_default = _path("HUGGINGFACE_ASSETS_CACHE", default=home_dir / "assets")
        said: dict[str, Any] = {
            "endpoint": _endpoint().rstrip("/"),
            "home_dir": home_dir,
            "cache_dir": _path("HF_HUB_CACHE", default=cache_default),
            "assets_dir": _path("HF_ASSETS_CACHE", default=assets_default),
            "token_path": _path("HF_TOKEN_PATH", default=home_dir / "token"),
            "env_token": clean_token(os.environ.get("HF_TOKEN"))
            or clean_token(os.environ.get("HUGGING_FACE_HUB_TOKEN")),
            "offline": _is_true("HF_HUB_OFFLINE") or _is_true("TRANSFORMERS_OFFLINE"),
            "etag_timeout_s": _seconds("HF_HUB_ETAG_TIMEOUT"),
            "download_timeout_s": _seconds("HF_HUB_DOWNLOAD_TIMEOUT"),
            "disable_implicit_token": _is_true("HF_HUB_DISABLE_IMPLICIT_TOKEN"),
            "disable_symlinks": _is_true("HF_HUB_DISABLE_SYMLINKS"),
            "disable_progress_bars": disabled_by_program() if (forced := forced_by_environment()) is None else forced,
            "disable_telemetry": any(
                _is_true(name) for name in ("HF_HUB_DISABLE_TELEMETRY", "DISABLE_TELEMETRY", "DO_NOT_TRACK")
            ),
            "user_agent_origin": os.environ.get("HF_HUB_USER_AGENT_ORIGIN"),
            "caller": current_caller(),
            "inference_endpoint": os.environ.get("HF_INFERENCE_ENDPOINT") or None,
        }
        if assigned:
            said |= assigned_fields()
        if endpoint:
            said["endpoint"] = endpoint.rstrip("/")
        if cache_dir is not None:
            said["cache_dir"] = Path(cache_dir).expanduser()
        return cls(**said)


_CACHE_VARIABLES = ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME", "HOME")


def hub_cache_dir(cache_dir: str | Path | None = None) -> str:
    """Give `Settings.cache_dir` as it is now, without reading everything else: for look-ups in a loop."""
    given = None if cache_dir is None else os.fspath(cache_dir)
    said = assigned.get("HF_HUB_CACHE", assigned.get("HUGGINGFACE_HUB_CACHE"))
    if given is None and said is not None:
        return os.fspath(Path(said).expanduser())
    return _cache_dir_under(given, *map(os.environ.get, _CACHE_VARIABLES))


@lru_cache(maxsize=64)
def _cache_dir_under(cache_dir: str | None, *_: str | None) -> str:
    return str(Settings.from_env(cache_dir=cache_dir).cache_dir)


def clean_token(text: str | None) -> str | None:
    """Strip line breaks and blanks that copying a token drags along; empty means none."""
    if text is None:
        return None
    return text.replace("\r", "").replace("\n", "").strip() or None


def _endpoint() -> str:
    if _is_true("HUGGINGFACE_CO_STAGING"):
        return STAGING_ENDPOINT
    return os.environ.get("HF_ENDPOINT") or DEFAULT_ENDPOINT


def _cache_home() -> Path:
    return _path("XDG_CACHE_HOME", default=Path("~/.cache").expanduser())


def _path(variable: str, *, default: Path) -> Path:
    value = os.environ.get(variable)
    return Path(os.path.expandvars(value)).expanduser() if value else default


def _is_true(variable: str) -> bool:
    return os.environ.get(variable, "").upper() in _TRUE_WORDS


def _seconds(variable: str) -> float:
    try:
        return float(os.environ.get(variable, "") or DEFAULT_TIMEOUT_S)
    except ValueError:
        return DEFAULT_TIMEOUT_S


def is_offline_mode() -> bool:
    """Whether nothing may be sent now (`HF_HUB_OFFLINE`)."""
    return Settings.from_env().offline
