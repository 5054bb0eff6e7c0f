"""A folder of one's own beside the Hub cache, for what libraries derive from files."""

from __future__ import annotations

import re
from pathlib import Path

from ..client.errors import HFValidationError
from ..client.settings import Settings

_NOT_IN_A_NAME = re.compile(r"[\s/\\]")


def cached_assets_path(
    library_name: str,
    namespace: str = "default",
    subfolder: str = "default",
    *,
    assets_dir: str | Path | None = None,
) -> Path:
    """Give a folder where `library_name` may keep what it likes; it is made if it can be.

    Parameters
    ----------
    namespace, subfolder
        Two levels below it; blanks and slashes in the names become ``--``.
    assets_dir
        Folder of all libraries (default: `HF_ASSETS_CACHE`).

    Raises
    ------
    HFValidationError
        If a part of the path would climb, or a file is in its way.
    """
    root = Path(assets_dir if assets_dir is not None else Settings.from_env().assets_dir).expanduser().resolve()
    if root.is_file():
        msg = f"{root} is a file, not a folder for assets. Name another with assets_dir or HF_ASSETS_CACHE."
        raise HFValidationError(msg)
    parts = [_NOT_IN_A_NAME.sub("--", part) for part in (library_name, namespace, subfolder)]
    if any(part in ("", ".", "..") for part in parts):
        msg = f"{'/'.join(parts)!r} names no folder of a library's own."
        raise HFValidationError(msg)
    path = root.joinpath(*parts)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        msg = f"{path} can't be a folder: it, or one above it, is a file."
        raise HFValidationError(msg) from None
    except OSError:  # a cache that may only be read: whoever writes there will be told
        return path
    return path
