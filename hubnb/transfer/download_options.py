"""The keywords that pulling functions share, for whoever reads types: nothing here is needed to run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path


class DownloadOptions(TypedDict, total=False):
    """Keywords of every function that pulls."""

    repo_type: str | None
    revision: str | None
    cache_dir: str | Path | None
    local_dir: str | Path | None
    force_download: bool
    etag_timeout: float | None
    token: str | bool | None
    local_files_only: bool
    endpoint: str | None
    library_name: str | None
    library_version: str | None
    user_agent: str | Mapping[str, object] | None
    headers: Mapping[str, str] | None
    tqdm_class: Callable[..., Any] | None


class FileOptions(DownloadOptions, total=False):
    """Those of `hf_hub_download`."""

    subfolder: str | None


class SnapshotOptions(DownloadOptions, total=False):
    """Those of `snapshot_download`."""

    allow_patterns: str | Iterable[str] | None
    ignore_patterns: str | Iterable[str] | None
    max_workers: int
