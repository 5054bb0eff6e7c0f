"""How named tensors are spread over files: which goes where, and what the files are called.

Nothing here knows torch: sizes and identities of tensors come from the caller.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TensorT = TypeVar("TensorT")

MAX_SHARD_SIZE = "5GB"
SAFETENSORS_PATTERN = "model{suffix}.safetensors"
PICKLE_PATTERN = "pytorch_model{suffix}.bin"
_UNITS = {"KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}


@dataclass
class StateDictSplit:
    """Which tensor goes into which file."""

    metadata: dict[str, Any]
    """What the index says besides: ``total_size``, in bytes."""
    filename_to_tensors: dict[str, list[str]]
    tensor_to_filename: dict[str, str]

    @property
    def is_sharded(self) -> bool:
        """Whether there is more than one file, so that an index is needed."""
        return len(self.filename_to_tensors) > 1


def split_state_dict_into_shards_factory(
    state_dict: Mapping[str, TensorT],
    *,
    get_storage_size: Callable[[TensorT], int],
    filename_pattern: str,
    get_storage_id: Callable[[TensorT], Any] = lambda tensor: None,  # noqa: ARG005 - upstream's parameter name
    max_shard_size: int | str = MAX_SHARD_SIZE,
) -> StateDictSplit:
    """Fill files with tensors in the order they come, none larger than `max_shard_size`.

    A tensor that is larger alone gets a file of its own. Tensors of one storage go into one file and count once;
    values that are text (as some quantisers keep them) are left out.

    Parameters
    ----------
    get_storage_size, get_storage_id
        Bytes of a tensor's storage; what tensors have in common that share one, or None.
    filename_pattern
        Name of the files, with ``{suffix}`` where the number goes.
    max_shard_size
        In bytes, or as text with a decimal unit: ``"5GB"``.
    """
    limit = parse_size(max_shard_size)
    shards: list[list[str]] = []
    current: list[str] = []
    filled = total = 0
    together: dict[Any, list[str]] = {}
    for name, tensor in state_dict.items():
        if isinstance(tensor, str):
            continue
        storage = get_storage_id(tensor)
        if storage is not None:
            together.setdefault(storage, []).append(name)
            if together[storage][0] != name:
                continue
        size = get_storage_size(tensor)
        total += size
        if size > limit:
            shards.append([name])
            continue
        if filled + size > limit:
            shards.append(current)
            current, filled = [], 0
        current.append(name)
        filled += size
    if current or not shards:
        shards.append(current)
    followers = {names[0]: names[1:] for names in together.values() if len(names) > 1}
    return _named(
        [[*shard, *(other for name in shard for other in followers.get(name, ()))] for shard in shards],
        filename_pattern,
        total,
    )


def _named(shards: list[list[str]], pattern: str, total: int) -> StateDictSplit:
    files: dict[str, list[str]] = {}
    for number, names in enumerate(shards, 1):
        suffix = f"-{number:05d}-of-{len(shards):05d}" if len(shards) > 1 else ""
        files[pattern.format(suffix=suffix)] = names
    return StateDictSplit(
        {"total_size": total}, files, {name: filename for filename, names in files.items() for name in names}
    )


def parse_size(size: int | str) -> int:
    """Give a size in bytes; as text it has a decimal unit, like ``"5GB"``.

    Raises
    ------
    ValueError
        It is no such text, or not positive.
    """
    if isinstance(size, str):
        text = size.strip()
        number, unit = text[:-2].strip(), text[-2:].upper()
        if unit not in _UNITS:
            msg = f"Unit '{unit}' not supported in {size!r}: write KB, MB, GB or TB, as in '5GB'."
            raise ValueError(msg)
        try:
            size = int(float(number) * _UNITS[unit])
        except (ValueError, OverflowError):
            msg = f"Could not parse the size value of {size!r}: write a number and a unit, as in '5GB'."
            raise ValueError(msg) from None
    if size <= 0:
        msg = f"max_shard_size must be more than nothing, not {size}."
        raise ValueError(msg)
    return size


def index_name(pattern: str) -> str:
    """Name of the index of files called by a pattern."""
    return pattern.format(suffix="") + ".index.json"


def belongs_to(pattern: str, name: str) -> bool:
    """Whether a file is a shard, the whole, or the index of a checkpoint whose files are called by a pattern."""
    before, _, after = pattern.partition("{suffix}")
    found = re.escape(before) + r"(-\d{5}-of-\d{5})?" + re.escape(after) + r"(\.index\.json)?"
    return re.fullmatch(found, name) is not None
