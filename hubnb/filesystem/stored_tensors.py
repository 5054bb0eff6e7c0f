"""Where tensors lie in the safetensors files of a folder on the Hub, and the bytes of any part of them."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import torch

from ..client.errors import HubError
from .listing import etag_of
from .pool import shared_pool
from .remote_file import RemoteFile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .hf_filesystem import HfFileSystem

SUFFIX = ".safetensors"
INDEX = "model.safetensors.index.json"
SHARDING_KEY = "DCP_SHARDING_INFO"
OFFSETS_KEY = "saved_offsets"
_HEADER_GUESS_BYTES = 64 << 10
_MOST_HEADER_BYTES = 100 << 20
DTYPES = {
    "BOOL": torch.bool, "U8": torch.uint8, "I8": torch.int8, "I16": torch.int16, "I32": torch.int32,
    "I64": torch.int64, "F16": torch.float16, "BF16": torch.bfloat16, "F32": torch.float32, "F64": torch.float64,
    "F8_E4M3": torch.float8_e4m3fn, "F8_E5M2": torch.float8_e5m2, "C64": torch.complex64,
}  # fmt: skip
NAMES = {dtype: name for name, dtype in DTYPES.items()}


@dataclass(frozen=True)
class StoredChunk:
    """A tensor, or a block of one, in a file.

    `offsets` is where the block lies in the whole tensor, `start` where its bytes begin in the file.
    """

    name: str
    path: str
    etag: str | None
    dtype: str
    shape: tuple[int, ...]
    offsets: tuple[int, ...]
    start: int

    @property
    def row_bytes(self) -> int:
        """Bytes of one step along the first dimension."""
        count = DTYPES[self.dtype].itemsize
        for length in self.shape[1:]:
            count *= length
        return count

    @property
    def bytes(self) -> int:
        """Bytes of the block."""
        return self.row_bytes * (self.shape[0] if self.shape else 1)


def chunks_below(fs: HfFileSystem, folder: str) -> list[StoredChunk]:
    """Read the headers of all safetensors files of a folder, side by side; only those of the index, if it has one.

    Raises
    ------
    FileNotFoundError
        If there is none.
    """
    infos = {info["name"]: info for info in fs.ls(folder, refresh=True)}
    found = sorted(name for name in infos if name.endswith(SUFFIX))
    index = f"{next(iter(infos.values()))['name'].rpartition('/')[0]}/{INDEX}" if infos else ""
    if index in infos:
        listed = set(json.loads(fs.cat_file(index))["weight_map"].values())
        found = [name for name in found if name.rpartition("/")[2] in listed]
    if not found:
        msg = f"{folder} has no {SUFFIX} file to load."
        raise FileNotFoundError(msg)
    tasks = [shared_pool().submit(_chunks_of, fs, name, etag_of(infos[name])) for name in found]
    return [chunk for task in tasks for chunk in task.result()]


def _chunks_of(fs: HfFileSystem, path: str, etag: str | None) -> list[StoredChunk]:
    remote = RemoteFile(fs.hub(), fs.parse_path(path), etag)
    head = remote.read_all(0, _HEADER_GUESS_BYTES)
    (length,) = struct.unpack("<Q", head[:8]) if len(head) >= 8 else (0,)
    if not 2 <= length <= _MOST_HEADER_BYTES:
        msg = f"{path} is no safetensors file: its header would have {length:,} bytes."
        raise HubError(msg)
    if len(head) < 8 + length:
        head += remote.read_all(len(head), 8 + length)
    header: dict[str, Any] = json.loads(head[8 : 8 + length])
    places = json.loads((header.pop("__metadata__", None) or {}).get(SHARDING_KEY, "{}"))
    return [
        StoredChunk(
            name=name, path=path, etag=etag, dtype=entry["dtype"], shape=tuple(entry["shape"]),
            offsets=tuple(places[name][OFFSETS_KEY]) if name in places else (0,) * len(entry["shape"]),
            start=8 + length + entry["data_offsets"][0],
        )
        for name, entry in header.items()
    ]  # fmt: skip


def whole_shapes(chunks: Sequence[StoredChunk]) -> dict[str, tuple[int, ...]]:
    """Give the shape of each tensor, put together from its blocks."""
    shapes: dict[str, tuple[int, ...]] = {}
    for chunk in chunks:
        end = tuple(offset + length for offset, length in zip(chunk.offsets, chunk.shape, strict=True))
        known = shapes.get(chunk.name, end)
        shapes[chunk.name] = tuple(map(max, known, end))
    return shapes


def is_in_rows(chunks: Sequence[StoredChunk], shape: tuple[int, ...]) -> bool:
    """Whether the blocks, in this order, are the tensor's bytes one after the other."""
    if any(chunk.shape[1:] != shape[1:] for chunk in chunks):
        return False
    ends = [chunk.offsets[:1] for chunk in chunks]
    follows = all(
        before.offsets[0] + before.shape[0] == after.offsets[0] for before, after in pairwise(chunks) if shape
    )
    return follows and (not shape or (ends[0] == (0,) and chunks[-1].offsets[0] + chunks[-1].shape[0] == shape[0]))
