"""Tensors to files: one file, or shards with an index."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..pytorch import torch
from . import shards
from .safetensors_file import SafetensorsContent, write
from .shards import MAX_SHARD_SIZE, PICKLE_PATTERN, SAFETENSORS_PATTERN, StateDictSplit
from .tensors import distinct_tensors, get_torch_storage_id, get_torch_storage_size

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Checkpoint:
    """The files of a checkpoint, before there are any."""

    files: dict[str, SafetensorsContent]
    """Content by file name."""
    index: bytes | None
    """Content of the index, where there are several files."""
    pattern: str

    @classmethod
    def of(
        cls,
        state: Mapping[str, Any],
        *,
        max_shard_size: int | str = MAX_SHARD_SIZE,
        pattern: str = SAFETENSORS_PATTERN,
        metadata: Mapping[str, str] | None = None,
        discard: Collection[str] = (),
        named_format: bool = True,
    ) -> Checkpoint:
        """Lay a state out in files; nothing is copied.

        A tensor that has several names is stored once. The other names stand in the metadata, of the file or of
        the index, in the words upstream uses.

        Parameters
        ----------
        named_format
            Whether a file that is alone says that torch wrote it, as those of upstream's helpers do and those of
            its mixin don't: the same model shall be the same bytes, or an unchanged one would be pushed again.

        Raises
        ------
        ValueError
            A tensor has no values or is of a kind the format doesn't know.
        """
        tensors, aliases = distinct_tensors(state, discard)
        split = shards.split_state_dict_into_shards_factory(
            tensors, get_storage_size=_bytes_of, filename_pattern=pattern, max_shard_size=max_shard_size
        )
        said = {**aliases, **(metadata or {})}
        header = {"format": "pt"} if split.is_sharded or named_format else {}
        header |= {} if split.is_sharded else said
        files = {
            name: SafetensorsContent({key: tensors[key] for key in keys}, header)
            for name, keys in split.filename_to_tensors.items()
        }
        return cls(files, _index(split, said) if split.is_sharded else None, pattern)

    @property
    def index_name(self) -> str:
        """Name of the index file."""
        return shards.index_name(self.pattern)

    def names(self) -> list[str]:
        """Names of all files."""
        return [*self.files, *([self.index_name] if self.index is not None else [])]

    def write_to(self, folder: Path, *, clean: bool = True) -> None:
        """Write the files; with `clean`, those of an earlier checkpoint go once the new ones are there."""
        for name, content in self.files.items():
            write(content, folder / name)
        if self.index is not None:
            (folder / self.index_name).write_bytes(self.index)
        if clean:
            _remove_others(folder, self.pattern, self.names())


def _bytes_of(tensor: torch.Tensor) -> int:
    return tensor.numel() * tensor.element_size()


def _index(split: StateDictSplit, said: Mapping[str, str]) -> bytes:
    index = {"metadata": {**split.metadata, **said}, "weight_map": split.tensor_to_filename}
    return json.dumps(index, indent=2).encode()


def _remove_others(folder: Path, pattern: str, kept: Collection[str]) -> None:
    for path in sorted(folder.iterdir()):
        if path.name not in kept and shards.belongs_to(pattern, path.name):
            path.unlink()


def save_torch_model(
    model: torch.nn.Module,
    save_directory: str | Path,
    *,
    filename_pattern: str | None = None,
    force_contiguous: bool = True,
    max_shard_size: int | str = MAX_SHARD_SIZE,
    metadata: dict[str, str] | None = None,
    safe_serialization: bool = True,
    is_main_process: bool = True,
    shared_tensors_to_discard: list[str] | None = None,
) -> None:
    """Save a torch module's weights in a folder; parameters as `save_torch_state_dict`.

    Examples
    --------
    >>> save_torch_model(model, "checkpoint", max_shard_size="2GB")
    >>> load_torch_model(model, "checkpoint")
    """
    save_torch_state_dict(
        state_dict=model.state_dict(),
        save_directory=save_directory,
        filename_pattern=filename_pattern,
        force_contiguous=force_contiguous,
        max_shard_size=max_shard_size,
        metadata=metadata,
        safe_serialization=safe_serialization,
        is_main_process=is_main_process,
        shared_tensors_to_discard=shared_tensors_to_discard,
    )


def save_torch_state_dict(
    state_dict: dict[str, torch.Tensor],
    save_directory: str | Path,
    *,
    filename_pattern: str | None = None,
    force_contiguous: bool = True,  # noqa: ARG001 - upstream's; the format knows no other order
    max_shard_size: int | str = MAX_SHARD_SIZE,
    metadata: dict[str, str] | None = None,
    safe_serialization: bool = True,
    is_main_process: bool = True,
    shared_tensors_to_discard: list[str] | None = None,
) -> None:
    """Save named tensors in a folder: one file, or shards with an index.

    Files of an earlier checkpoint with the same name pattern are removed, once the new ones are there.

    Parameters
    ----------
    filename_pattern
        Names of the files, ``{suffix}`` standing for the number of a shard; by default
        ``model{suffix}.safetensors``, or ``pytorch_model{suffix}.bin`` for pickles.
    force_contiguous
        Accepted for upstream's sake: a safetensors file holds contiguous tensors only.
    max_shard_size
        In bytes, or as text with a decimal unit.
    metadata
        Text for the header of the file, or for the index where there are several files.
    safe_serialization
        False writes pickles, which nobody should load from a stranger; a warning is logged.
    is_main_process
        Whether this process may remove old files; False for all but one of those that save at once.
    shared_tensors_to_discard
        Names under which a tensor with several names shall not be stored.

    Raises
    ------
    ValueError
        A tensor has no values (meta device), or its kind doesn't fit the format.
    """
    folder = Path(save_directory)
    folder.mkdir(parents=True, exist_ok=True)
    if safe_serialization:
        checkpoint = Checkpoint.of(
            {name: tensor for name, tensor in state_dict.items() if not isinstance(tensor, str)},
            max_shard_size=max_shard_size,
            pattern=filename_pattern or SAFETENSORS_PATTERN,
            metadata=metadata,
            discard=shared_tensors_to_discard or (),
        )
        checkpoint.write_to(folder, clean=is_main_process)
        return
    logger.warning("Pickles can run code when they are loaded; we strongly recommend using safe serialization.")
    pattern = filename_pattern or PICKLE_PATTERN
    split = split_torch_state_dict_into_shards(state_dict, filename_pattern=pattern, max_shard_size=max_shard_size)
    for name, keys in split.filename_to_tensors.items():
        torch.save({key: state_dict[key] for key in keys}, folder / name)
    kept = list(split.filename_to_tensors)
    if split.is_sharded:
        kept.append(shards.index_name(pattern))
        (folder / kept[-1]).write_bytes(_index(split, metadata or {}))
    if is_main_process:
        _remove_others(folder, pattern, kept)


def split_torch_state_dict_into_shards(
    state_dict: dict[str, torch.Tensor],
    *,
    filename_pattern: str = SAFETENSORS_PATTERN,
    max_shard_size: int | str = MAX_SHARD_SIZE,
) -> StateDictSplit:
    """Fill files with tensors in the order they come, none larger than `max_shard_size`.

    Tensors of one storage go into one file and count once; a tensor that is too large alone gets its own file.
    """
    return shards.split_state_dict_into_shards_factory(
        state_dict,
        get_storage_size=get_torch_storage_size,
        get_storage_id=get_torch_storage_id,
        filename_pattern=filename_pattern,
        max_shard_size=max_shard_size,
    )
