"""The one database of pushes: hashes of files, parts that were sent, checksums of tensors."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from .hash_journal import HashJournal, hash_tables
from .journal import Journal
from .part_journal import part_tables
from .tensor_journal import TensorJournal, tensor_tables

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_SAMPLE_BYTES = 512


def open_journal(home_dir: Path) -> Journal:
    """Open the journal of this machine; nothing is read or written before it is asked."""
    return Journal(home_dir / "hubnb" / "hashes.db", [*hash_tables(), *part_tables(), *tensor_tables()])


def remember_written_file(
    path: Path, sha256: str, *, home_dir: Path, tensor_checksums: Mapping[str, int] | None = None
) -> None:
    """Tell the next push what a file hashed to while it was written, so that it is not read for that again.

    Parameters
    ----------
    path
        The closed file. The caller vouches that nobody else writes it.
    sha256
        Of all of its bytes, in hex.
    home_dir
        `Settings.home_dir`, where the journal lies.
    tensor_checksums
        CRC-32 of each tensor's bytes by its name, for a safetensors file; later plans compare them.
    """
    with path.open("rb") as file:
        sample = file.read(_SAMPLE_BYTES)
    with closing(open_journal(home_dir)) as journal:
        HashJournal(journal).remember_written(path, sha256, sample)
        TensorJournal(journal).remember(sha256, tensor_checksums or {})
