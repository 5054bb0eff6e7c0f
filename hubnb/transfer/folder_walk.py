"""The files of a folder that is to be pushed, and what can't be: decided here, before anything moves.

Links to files count as files. Links to folders are not followed, so no cycle is endless and nothing outside the
folder comes along by the dozen: they are left out with a warning, as is a link to nothing, and what is no file at all
(a pipe, a socket, a device). A name that is no text is an error.
"""

from __future__ import annotations

import os
import unicodedata
import warnings
from typing import TYPE_CHECKING

from ..client.errors import HFValidationError

if TYPE_CHECKING:
    from pathlib import Path

_NAMES_SHOWN = 3


class LeftOutWarning(UserWarning):
    """Something in a folder is no file and was not pushed."""


class TwinNamesWarning(UserWarning):
    """Two files of a folder have names that some systems take for one."""


def files_below(folder: Path) -> list[str]:
    """Give the paths of all files below `folder`, relative, with ``/``, in a stable order.

    Raises
    ------
    HFValidationError
        For a folder that can't be read, or a name that is no text.
    """
    paths: list[str] = []
    left_out: list[str] = []
    _walk(os.fspath(folder), "", paths, left_out)
    if left_out:
        shown = ", ".join(map(repr, left_out[:_NAMES_SHOWN]))
        more = f" and {len(left_out) - _NAMES_SHOWN} more" if len(left_out) > _NAMES_SHOWN else ""
        msg = f"{shown}{more} in {folder} can't be pushed (no file, or a link to a folder or to nothing) and stay out."
        warnings.warn(msg, LeftOutWarning, stacklevel=4)
    for path in paths:
        try:
            path.encode()
        except UnicodeEncodeError:
            msg = f"The file name {path!r} in {folder} is not valid UTF-8. Rename it, then push again."
            raise HFValidationError(msg) from None
    _warn_of_twins(paths, folder)
    return paths


def _walk(folder: str, prefix: str, paths: list[str], left_out: list[str]) -> None:
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError as error:
        msg = f"The folder {folder!r} can't be read: {error.strerror}. Nothing was pushed."
        raise HFValidationError(msg) from None
    folders: list[os.DirEntry[str]] = []
    for entry in entries:
        if _is_file(entry):
            paths.append(prefix + entry.name)
        elif entry.is_dir(follow_symlinks=False):
            if entry.name != ".git":
                folders.append(entry)
        else:
            left_out.append(prefix + entry.name)
    for entry in folders:
        _walk(entry.path, f"{prefix}{entry.name}/", paths, left_out)


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # a link to itself
        return False


def _warn_of_twins(paths: list[str], folder: Path) -> None:
    """Say that two names look the same: composed and decomposed accents are one file on macOS, and one gets lost."""
    seen: dict[str, str] = {}
    for path in paths:
        if path.isascii():
            continue
        other = seen.setdefault(unicodedata.normalize("NFC", path), path)
        if other != path:
            msg = (
                f"{other!a} and {path!a} in {folder} are one name in two Unicode forms. Both are pushed, but macOS "
                "takes them for one file: better rename one of them."
            )
            warnings.warn(msg, TwinNamesWarning, stacklevel=5)
