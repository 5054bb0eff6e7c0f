"""Tensors from files: safetensors mapped, pickles of tensors read, shards joined by their index."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import Any

from safetensors import SafetensorError, safe_open

from hubnb.client.errors import HubError

from ..pytorch import torch
from . import shards
from .safetensors_file import DTYPE_OF
from .shards import PICKLE_PATTERN, SAFETENSORS_PATTERN

SAFE_WEIGHTS_NAME = SAFETENSORS_PATTERN.format(suffix="")
PICKLED_WEIGHTS_NAME = PICKLE_PATTERN.format(suffix="")
_LARGEST_INDEX_BYTES = 100_000_000

Find = Callable[[str], "Path | None"]
"""Gives the path of a file of a checkpoint by its name, None where there is no such file."""


class WeightsFileError(HubError, ValueError):
    """A file of weights can't be read."""


@dataclass(frozen=True)
class Weights:
    """Tensors read from files."""

    tensors: dict[str, torch.Tensor]
    aliases: dict[str, str]
    """Further names of tensors: name to the name it is stored under."""
    source: str
    mapped: bool = False
    """Whether the tensors stand on mapped files: nothing was copied, and what is written to them stays here."""

    @property
    def size(self) -> int:
        """Bytes of all tensors."""
        return sum(tensor.nbytes for tensor in self.tensors.values())


def read_checkpoint(
    find: Find,
    source: str,
    *,
    mapped: bool = True,
    patterns: tuple[str, ...] = (),
    bring: Callable[[list[str]], object] = lambda _: None,
) -> Weights | None:
    """Read a checkpoint, whole or sharded; None where there is none.

    Parameters
    ----------
    find
        Where its files are.
    mapped
        False copies the values, so that they don't depend on the file any more.
    patterns
        Names to look for, in order; by default those of safetensors, then those of pickles.
    bring
        Told the names of all shards before the first is looked for: they may come side by side.
    """
    for pattern in patterns or (SAFETENSORS_PATTERN, PICKLE_PATTERN):
        whole = pattern.format(suffix="")
        path = find(whole)
        if path is not None:
            return read_file(path, f"{whole} of {source}", mapped=mapped)
        index = find(shards.index_name(pattern))
        if index is not None:
            return _read_shards(index, pattern, find, source, mapped=mapped, bring=bring)
    return None


def read_file(path: Path, source: str, *, mapped: bool = True) -> Weights:
    """Read one file, by its extension."""
    return read_safetensors(path, source, mapped=mapped) if is_safetensors(path) else read_pickle(path, source)


def is_safetensors(path: Path) -> bool:
    """Whether a file's name says so; anything else is read as a pickle."""
    return path.suffix.lower() == ".safetensors"


def read_safetensors(path: Path, source: str, *, mapped: bool = True) -> Weights:
    """Read a safetensors file.

    A mapped file may be replaced, as every careful writer does, but must not be written to or cut short while its
    tensors are in use.

    Raises
    ------
    WeightsFileError
        It is no whole safetensors file.
    """
    mapped = mapped and os.name == "posix"  # elsewhere a mapped file can't be replaced
    try:
        with safe_open(str(path), framework="pt", device="cpu") as file:  # it checks the whole header
            metadata = file.metadata() or {}
            tensors = _views(path)
            if tensors is None:
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a mapping
    except SafetensorError as error:
        msg = f"{source} is not a whole safetensors file ({error}). Fetch it again with force_download=True."
        raise WeightsFileError(msg) from None
    if not mapped:
        tensors = {name: tensor.clone() for name, tensor in tensors.items()}
    return Weights(tensors, _aliases(metadata, tensors), source, mapped=mapped)


def _views(path: Path) -> dict[str, torch.Tensor] | None:
    """Give the tensors of a checked file as views of one mapping; None where a kind or place of them is unusual.

    The safetensors package gives the same, three times as slowly.
    """
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header: dict[str, Any] = json.loads(file.read(length))
    header.pop("__metadata__", None)
    first = 8 + length
    storage = torch.UntypedStorage.from_file(str(path), shared=False, nbytes=path.stat().st_size)
    views: dict[str, torch.Tensor] = {}
    for name, place in header.items():
        dtype = DTYPE_OF.get(place["dtype"])
        start, end = (first + offset for offset in place["data_offsets"])
        if dtype is None or start % dtype.itemsize:
            return None
        # A piece of the mapping each, not a view into the whole: who copies or pickles one must not get all.
        piece: Any = storage[start:end]
        views[name] = _on(piece, dtype, place["shape"])
    return views


def _on(piece: Any, dtype: torch.dtype, shape: list[int]) -> torch.Tensor:
    empty: Any = torch.empty(0, dtype=dtype)  # untyped: the stubs know no such call
    return empty.set_(piece, 0, shape)


def read_pickle(path: Path, source: str) -> Weights:
    """Read a `torch.save` file, tensors only: nothing in it can run code.

    Raises
    ------
    WeightsFileError
        It holds more than tensors, or isn't such a file.
    """
    import pickle

    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError, ValueError) as error:
        reason = str(error).partition("\n")[0]
        msg = f"{source} can't be read safely ({reason}). Ask its owner for a {SAFE_WEIGHTS_NAME}."
        raise WeightsFileError(msg) from None
    if not isinstance(state, Mapping) or not all(isinstance(one, torch.Tensor) for one in state.values()):
        msg = f"{source} holds {type(state).__name__}, not named tensors."
        raise WeightsFileError(msg)
    return Weights(dict(state), {}, source)


def _aliases(metadata: Mapping[str, Any], tensors: Mapping[str, Any]) -> dict[str, str]:
    return {name: kept for name, kept in metadata.items() if kept in tensors and name not in tensors}


# --- shards ---


def _read_shards(
    index: Path, pattern: str, find: Find, source: str, *, mapped: bool, bring: Callable[[list[str]], object]
) -> Weights:
    """Join the files an index names; every tensor it names must be where it says."""
    name = shards.index_name(pattern)
    weight_map, metadata = read_index(index, f"{name} of {source}", Path(pattern.format(suffix="")).suffix)
    tensors: dict[str, torch.Tensor] = {}
    aliases: dict[str, str] = {}
    filenames = list(dict.fromkeys(weight_map.values()))
    bring(filenames)
    for filename in filenames:
        path = find(filename)
        if path is None:
            msg = f"{source} lacks {filename}, which {name} names. Fetch or save it again as a whole."
            raise WeightsFileError(msg)
        shard = read_file(path, f"{filename} of {source}", mapped=mapped)
        tensors |= shard.tensors
        aliases |= shard.aliases
    missing = sorted(weight_map.keys() - tensors.keys() - aliases.keys())
    if missing:
        msg = f"{name} of {source} names {len(missing)} tensors that its files don't hold, e.g. {missing[0]!r}."
        raise WeightsFileError(msg)
    aliases |= _aliases(metadata, tensors)
    return Weights(tensors, aliases, source, mapped=mapped and pattern != PICKLE_PATTERN)


def read_index(path: Path, source: str, extension: str) -> tuple[dict[str, str], dict[str, Any]]:
    """Read an index: which tensor is in which file, and what it says besides.

    Raises
    ------
    WeightsFileError
        It is no index, or a name in it leads out of the checkpoint or to a file of another kind.
    """
    if path.stat().st_size > _LARGEST_INDEX_BYTES:
        msg = f"{source} is larger than any index ({path.stat().st_size:,} bytes)."
        raise WeightsFileError(msg)
    try:
        index = json.loads(path.read_text(encoding="utf-8"))
        weight_map = index["weight_map"]
        names = {name: str(filename) for name, filename in weight_map.items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        msg = f"{source} is no index: it needs a `weight_map` of tensors and their files."
        raise WeightsFileError(msg) from None
    for filename in set(names.values()):
        _refuse_outside(filename, source, extension)
    metadata = index.get("metadata")
    return names, metadata if isinstance(metadata, dict) else {}


def _refuse_outside(filename: str, source: str, extension: str) -> None:
    as_windows = PureWindowsPath(filename)  # sees both kinds of slashes, drives and shares
    if as_windows.drive or as_windows.root or ".." in as_windows.parts:
        msg = f"Invalid shard filename {filename!r} in {source}: it must stay below it, without '..' components."
        raise WeightsFileError(msg)
    if not filename.endswith(extension):
        msg = f"Invalid shard filename {filename!r} in {source}. Expected '{extension}' extension, as the index has."
        raise WeightsFileError(msg)
