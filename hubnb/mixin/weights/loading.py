"""`load_torch_model` and `load_state_dict_from_file`, with upstream's parameters."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from .fitting import Fit
from .reading import is_safetensors, read_checkpoint, read_file
from .shards import PICKLE_PATTERN, SAFETENSORS_PATTERN

if TYPE_CHECKING:
    import os

    from ..pytorch import torch
    from .reading import Weights


class CheckpointNotFoundError(FileNotFoundError, ValueError):
    """There is no checkpoint where one was said to be; upstream raised either of its parents at one time."""


class IncompatibleKeys(NamedTuple):
    """What `load_torch_model` left out; both empty where everything fitted."""

    missing_keys: list[str]
    """Tensors of the model that the checkpoint lacks."""
    unexpected_keys: list[str]
    """Tensors of the checkpoint that the model lacks."""


def load_torch_model(
    model: torch.nn.Module,
    checkpoint_path: str | os.PathLike[str],
    *,
    strict: bool = True,
    safe: bool = True,
    weights_only: bool = True,
    map_location: str | torch.device | None = None,
    mmap: bool = True,
    filename_pattern: str | None = None,
) -> IncompatibleKeys:
    """Load a checkpoint, whole or sharded, into a torch module.

    Parameters
    ----------
    checkpoint_path
        A file, or a folder with ``model.safetensors`` or shards and their index.
    strict
        True (not so upstream) raises if something doesn't fit; False loads what fits and says what it left out.
    safe
        False reads pickles of tensors too, where there is no safetensors file.
    weights_only
        Only True is possible: a pickle that holds more than tensors could run code.
    map_location
        Device the module is moved to; by default it stays where it is.
    mmap
        False copies the values instead of letting the module stand on the mapped file.
    filename_pattern
        Names of the files, ``{suffix}`` standing for the number of a shard.

    Raises
    ------
    CheckpointNotFoundError
        There is no checkpoint.
    WeightsFileError
        Its index leads elsewhere, or it can't be read.
    WeightsMismatchError
        The weights don't fit, and `strict` is True.
    """
    _refuse_code(weights_only=weights_only)
    weights = _read(Path(checkpoint_path), safe=safe, mmap=mmap, filename_pattern=filename_pattern)
    mismatch = Fit(model, weights, any_kind=True).load(strict=strict)
    if map_location is not None:
        model.to(map_location)
    return IncompatibleKeys(mismatch.missing, mismatch.unexpected)


def _read(path: Path, *, safe: bool, mmap: bool, filename_pattern: str | None) -> Weights:
    if not path.exists():
        msg = f"Checkpoint path {path} does not exist."
        raise CheckpointNotFoundError(msg)
    if path.is_file():
        if safe and not is_safetensors(path):
            msg = f"{path} is no safetensors file. To read tensors from a pickle, pass safe=False."
            raise ValueError(msg)
        return read_file(path, str(path), mapped=mmap)
    patterns = (SAFETENSORS_PATTERN,) if safe else (SAFETENSORS_PATTERN, PICKLE_PATTERN)
    if filename_pattern is not None:
        patterns = (filename_pattern,)
        if safe and not is_safetensors(Path(filename_pattern)):
            msg = f"Files called {filename_pattern!r} are no safetensors files. To read pickles, pass safe=False."
            raise ValueError(msg)

    def find(name: str) -> Path | None:
        return path / name if (path / name).is_file() else None

    weights = read_checkpoint(find, str(path), mapped=mmap, patterns=patterns)
    if weights is None:
        only = [one for one in path.glob("*.safetensors") if one.is_file()]
        if len(only) == 1 and filename_pattern is None:
            return read_file(only[0], str(only[0]), mapped=mmap)
        names = " or ".join(pattern.format(suffix="") for pattern in patterns)
        msg = f"Directory {path} does not contain a valid checkpoint. Neither {names} nor an index of shards is there."
        raise CheckpointNotFoundError(msg)
    return weights


def load_state_dict_from_file(
    checkpoint_file: str | os.PathLike[str],
    map_location: str | torch.device | None = None,
    weights_only: bool = True,  # noqa: FBT001, FBT002, RUF100 - upstream's position
    mmap: bool = False,  # noqa: FBT001, FBT002, RUF100 - the same
    *,
    safe: bool = True,  # noqa: ARG001 - upstream's; here pickles are read safely or not at all
) -> dict[str, Any]:
    """Read the tensors of one file,.

    Parameters
    ----------
    map_location
        Device they shall be on.
    weights_only
        Only True is possible: a pickle that holds more than tensors could run code.
    mmap
        True gives views of the mapped file, which must not be written to while they are in use.

    Raises
    ------
    FileNotFoundError
        There is no such file.
    WeightsFileError
        It is no whole file of tensors.
    """
    path = Path(checkpoint_file)
    if not path.is_file():
        msg = f"No checkpoint file found at {path}."
        raise FileNotFoundError(msg)
    _refuse_code(weights_only=weights_only)
    tensors = read_file(path, str(path), mapped=mmap).tensors
    if map_location is None:
        return tensors
    return {name: tensor.to(map_location) for name, tensor in tensors.items()}


def _refuse_code(*, weights_only: bool) -> None:
    if not weights_only:
        msg = (
            "weights_only=False would run whatever code a pickle holds, so hubnb doesn't offer it. "
            "For a file you made yourself there is torch.load(path, weights_only=False)."
        )
        raise ValueError(msg)
