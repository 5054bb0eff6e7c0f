"""Settings that a program assigned (`hubnb.constants.HF_HUB_OFFLINE = True`): they win over the environment."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

assigned: dict[str, Any] = {}
"""By the name of the constant; filled by `hubnb.constants`."""


def _path(value: Any) -> Path:
    return Path(value).expanduser()


def _address(value: Any) -> str:
    return str(value).rstrip("/")


FIELD_OF: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "ENDPOINT": ("endpoint", _address),
    "HF_HOME": ("home_dir", _path),
    "HUGGINGFACE_HUB_CACHE": ("cache_dir", _path),
    "HF_HUB_CACHE": ("cache_dir", _path),
    "HUGGINGFACE_ASSETS_CACHE": ("assets_dir", _path),
    "HF_ASSETS_CACHE": ("assets_dir", _path),
    "HF_TOKEN_PATH": ("token_path", _path),
    "HF_HUB_OFFLINE": ("offline", bool),
    "HF_HUB_ETAG_TIMEOUT": ("etag_timeout_s", float),
    "HF_HUB_DOWNLOAD_TIMEOUT": ("download_timeout_s", float),
    "HF_HUB_DISABLE_IMPLICIT_TOKEN": ("disable_implicit_token", bool),
    "HF_HUB_DISABLE_SYMLINKS": ("disable_symlinks", bool),
    "HF_HUB_DISABLE_TELEMETRY": ("disable_telemetry", bool),
    "HF_HUB_DISABLE_PROGRESS_BARS": ("disable_progress_bars", lambda value: value),
    "HF_HUB_USER_AGENT_ORIGIN": ("user_agent_origin", lambda value: value),
    "INFERENCE_ENDPOINT": ("inference_endpoint", lambda value: value),
}
"""For each constant, the field of `Settings` it stands for, and how its value is read; the later of two wins."""


def assigned_fields() -> dict[str, Any]:
    """Give the fields of `Settings` that were assigned."""
    return {field: read(assigned[name]) for name, (field, read) in FIELD_OF.items() if name in assigned}
