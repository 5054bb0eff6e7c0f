"""Where the files of a model are: a folder, or one commit of a repository."""

from __future__ import annotations

import contextlib
import contextvars
import glob
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hubnb.client.errors import (
    EntryNotFoundError,
    HubUnreachableError,
    LocalEntryNotFoundError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from hubnb.client.repo_id import is_commit_hash

from . import config_file

if TYPE_CHECKING:
    from collections.abc import Iterator

_commit: contextvars.ContextVar[str | None] = contextvars.ContextVar("hubnb_model_commit", default=None)


@contextlib.contextmanager
def one_commit() -> Iterator[None]:
    """Let all files fetched here come from the commit of the first: a push meanwhile must not mix two models."""
    token = _commit.set(None)
    try:
        yield
    finally:
        _commit.reset(token)


def load_config(model_id: str, where: dict[str, Any]) -> dict[str, Any] | None:
    """Read ``config.json`` of a folder or a repository; None where there is none.

    Raises
    ------
    FileNotFoundError
        The name can only mean a folder, and there is none.
    ConfigError
        It is no JSON object.
    """
    if Path(model_id).exists():
        return config_file.read(Path(model_id) / config_file.NAME, model_id)
    config_file.refuse_missing_path(model_id)
    try:
        path = fetch(model_id, config_file.NAME, where)
    except (LocalEntryNotFoundError, RepositoryNotFoundError, RevisionNotFoundError):
        return None  # the class may need none; where the repository is missing, its weights are too
    return None if path is None else config_file.read(path, model_id)


def fetch(model_id: str, name: str, where: dict[str, Any]) -> Path | None:
    """Fetch a file of a repository; None where the repository doesn't have it."""
    from hubnb.transfer import hf_hub_download

    options: dict[str, Any] = {**where, "revision": _commit.get() or where["revision"]}
    try:
        path = Path(hf_hub_download(repo_id=model_id, filename=name, **options))
    except LocalEntryNotFoundError:
        raise
    except EntryNotFoundError:
        return None
    for parent in path.parents:  # snapshots/<commit>/<name>
        if parent.parent.name == "snapshots" and is_commit_hash(parent.name):
            _commit.set(parent.name)
            break
    return path


def fetch_all(model_id: str, names: list[str], where: dict[str, Any]) -> None:
    """Fetch several files in one pull, side by side; what can't be fetched is left to `fetch`, which says why."""
    from hubnb.transfer import snapshot_download

    if where["local_files_only"]:
        return
    options: dict[str, Any] = {**where, "revision": _commit.get() or where["revision"]}
    with contextlib.suppress(HubUnreachableError, OfflineModeIsEnabled, EntryNotFoundError):
        snapshot_download(repo_id=model_id, allow_patterns=[glob.escape(name) for name in names], **options)


def warn_if_config_is_unknown(model_class: type, model_id: str, where: dict[str, Any]) -> None:
    """Say so if the Hub could not be asked for a configuration."""
    from hubnb.cache import try_to_load_from_cache

    if Path(model_id).exists():
        return
    if try_to_load_from_cache(model_id, config_file.NAME, where["cache_dir"], where["revision"]) is None:
        msg = (
            f"{config_file.NAME} of {model_id} is not in the cache, and the Hub was not asked for it: "
            f"{model_class.__name__} has its default arguments, which may not be those it was saved with."
        )
        warnings.warn(msg, UserWarning, stacklevel=3)
