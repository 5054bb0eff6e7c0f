"""Finds files of a repository that are one file to a file system that doesn't tell capitals apart.

The Hub tells `A.txt` from `a.txt`; macOS and Windows mostly don't, and the second would silently replace the first.
"""

from __future__ import annotations

import unicodedata
import uuid
from contextlib import suppress
from typing import TYPE_CHECKING

from ..client.errors import HFValidationError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def check_names(paths: Iterable[str], folder: Path) -> None:
    """Refuse paths that can't all be in `folder`.

    Raises
    ------
    HFValidationError
        If two of them would be the same file there; nothing was written.
    """
    clash = _first_clash(paths)
    if clash is None or not _ignores_case(folder):
        return
    msg = (
        f"{clash[0]!r} and {clash[1]!r} are one name in {folder}: its file system does not tell them apart, so one "
        "would replace the other. Leave one out (ignore_patterns=), or pull to a disk that does."
    )
    raise HFValidationError(msg)


def _first_clash(paths: Iterable[str]) -> tuple[str, str] | None:
    seen: dict[str, str] = {}
    for path in paths:
        other = seen.setdefault(unicodedata.normalize("NFC", path).casefold(), path)
        if other != path:
            return other, path
    for path in seen.values():
        parts = path.split("/")
        for count in range(1, len(parts)):
            parent = "/".join(parts[:count])
            other = seen.get(unicodedata.normalize("NFC", parent).casefold())
            if other is not None:
                return other, path
    return None


def _ignores_case(folder: Path) -> bool:
    """Ask the file system itself, with a file that is gone again at once."""
    existing = next(parent for parent in (folder, *folder.parents) if parent.is_dir())
    probe = existing / f".hubnb-Case-{uuid.uuid4().hex[:8]}"
    try:
        probe.touch()
    except OSError:
        return False  # what can't be written to is said by whoever writes
    try:
        return probe.with_name(probe.name.lower()).exists()
    finally:
        with suppress(OSError):
            probe.unlink()
