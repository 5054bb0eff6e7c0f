"""The header of a safetensors file: names, types and shapes of its tensors, without their values."""

from __future__ import annotations

import json
import math
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..client.errors import HubError

if TYPE_CHECKING:
    from .source import FileSource

_FIRST_BYTES = 24 << 10
_MOST_HEADER_BYTES = 16 << 20


class UnreadableHeadError(HubError):
    """A file is not what its name says, or is damaged at its start."""


@dataclass(frozen=True)
class TensorHead:
    """One tensor, as its file's header names it."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    size_bytes: int

    @property
    def parameters(self) -> int:
        """How many numbers it holds."""
        return math.prod(self.shape)


@dataclass(frozen=True)
class TensorsHead:
    """What the header says."""

    tensors: tuple[TensorHead, ...]
    metadata: dict[str, str]


def read_safetensors_head(source: FileSource) -> TensorsHead:
    """Read the header: 24 kB at first, and the rest of a longer one.

    Raises
    ------
    UnreadableHeadError
        If there is no such header.
    """
    start = source.read(0, _FIRST_BYTES)
    if len(start) < 8:
        msg = "This file ends before a safetensors header could."
        raise UnreadableHeadError(msg)
    (length,) = struct.unpack("<Q", start[:8])
    if length > min(_MOST_HEADER_BYTES, source.size - 8):
        msg = f"This is no safetensors file: its header would be {length:,} bytes long."
        raise UnreadableHeadError(msg)
    header = start[8 : 8 + length]
    if len(header) < length:
        header += source.read(len(start), 8 + length)
    try:
        named = json.loads(header)
        metadata = named.pop("__metadata__", None) or {}
        tensors = tuple(_tensor(name, one) for name, one in named.items())
    except (ValueError, KeyError, TypeError, AttributeError):
        msg = "The header of this safetensors file can't be read: it is damaged, or another kind of file."
        raise UnreadableHeadError(msg) from None
    return TensorsHead(tensors, {str(key): str(value) for key, value in metadata.items()})


def _tensor(name: str, one: dict[str, Any]) -> TensorHead:
    begin, end = one["data_offsets"]
    return TensorHead(name, str(one["dtype"]), tuple(int(length) for length in one["shape"]), int(end) - int(begin))
