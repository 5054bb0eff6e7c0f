"""Puts the blocks of a distributed checkpoint together into whole tensors, with little of it in memory at a time."""

from __future__ import annotations

import json
import struct
from itertools import groupby
from typing import TYPE_CHECKING

import torch

from ..client.errors import HubError
from ..transfer.operations import CommitOperationAdd
from .buffered_file import HfFileSystemFile
from .remote_file import RemoteFile
from .stored_tensors import DTYPES, INDEX, SUFFIX, StoredChunk, chunks_below, is_in_rows, whole_shapes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .hf_filesystem import HfFileSystem

MAX_SHARD_BYTES = 5 * 10**9
_PIECE_BYTES = 32 << 20


def consolidate_checkpoint(
    fs: HfFileSystem,
    source: str,
    target: str,
    *,
    max_shard_bytes: int = MAX_SHARD_BYTES,
    commit_message: str = "Consolidate checkpoint with hubnb",
) -> None:
    """Write the checkpoint at `source` as whole tensors to `target`, in one commit.

    Gives ``model.safetensors``, or files of at most `max_shard_bytes` with an index.

    Raises
    ------
    HubError
        If blocks of a tensor are missing; nothing was committed.
    """
    chunks = sorted(chunks_below(fs, source), key=lambda chunk: (chunk.name, chunk.offsets))
    shapes = whole_shapes(chunks)
    tensors = {name: list(same) for name, same in groupby(chunks, key=lambda chunk: chunk.name)}
    for name, blocks in tensors.items():
        _check_complete(name, blocks, shapes[name])
    files = _files(tensors, max_shard_bytes)
    remotes = {chunk.path: RemoteFile(fs.hub(), fs.parse_path(chunk.path), chunk.etag) for chunk in chunks}
    top = target.rstrip("/")
    with fs.one_commit() as staging:
        for file_name, names in files.items():
            written = HfFileSystemFile(
                fs, f"{top}/{file_name}", mode="wb", autocommit=False, commit_message=commit_message
            )
            with written:
                written.write(_header({name: (tensors[name][0].dtype, shapes[name]) for name in names}))
                for name in names:
                    for piece in _pieces(tensors[name], shapes[name], remotes):
                        written.write(piece)
            written.stage(staging)
        if len(files) > 1:
            total = sum(block.bytes for blocks in tensors.values() for block in blocks)
            places = {name: file_name for file_name, names in files.items() for name in names}
            content = json.dumps({"metadata": {"total_size": total}, "weight_map": places}, indent=2).encode()
            index = fs.parse_path(f"{top}/{INDEX}")
            staging.add(index, CommitOperationAdd(index.path_in_repo, content), commit_message=commit_message)


def _check_complete(name: str, blocks: list[StoredChunk], shape: tuple[int, ...]) -> None:
    whole = DTYPES[blocks[0].dtype].itemsize
    for length in shape:
        whole *= length
    there = sum(block.bytes for block in blocks)
    if there != whole:
        msg = f"The checkpoint is not whole: {name} has {there:,} of its {whole:,} bytes. Nothing was written."
        raise HubError(msg)


def _files(tensors: dict[str, list[StoredChunk]], most: int) -> dict[str, list[str]]:
    """Spread tensors over files, in the order of their names."""
    groups: list[list[str]] = [[]]
    size = 0
    for name, blocks in tensors.items():
        count = sum(block.bytes for block in blocks)
        if groups[-1] and size + count > most:
            groups.append([])
            size = 0
        groups[-1].append(name)
        size += count
    if len(groups) == 1:
        return {f"model{SUFFIX}": groups[0]}
    return {f"model-{number:05}-of-{len(groups):05}{SUFFIX}": names for number, names in enumerate(groups, 1)}


def _header(tensors: dict[str, tuple[str, tuple[int, ...]]]) -> bytes:
    described: dict[str, object] = {"__metadata__": {"format": "pt"}}
    at = 0
    for name, (dtype, shape) in tensors.items():
        count = DTYPES[dtype].itemsize
        for length in shape:
            count *= length
        described[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [at, at + count]}
        at += count
    text = json.dumps(described, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)  # so that tensors begin on the boundaries that mapping them needs
    return struct.pack("<Q", len(text)) + text


def _pieces(blocks: list[StoredChunk], shape: tuple[int, ...], remotes: dict[str, RemoteFile]) -> Iterator[bytes]:
    """Give a tensor's bytes in order."""
    if is_in_rows(blocks, shape):
        for block in blocks:
            for at in range(block.start, block.start + block.bytes, _PIECE_BYTES):
                yield remotes[block.path].read_range(at, min(at + _PIECE_BYTES, block.start + block.bytes))
        return
    dtype = DTYPES[blocks[0].dtype]
    whole = torch.empty(shape, dtype=dtype)
    for block in blocks:
        data = bytearray(remotes[block.path].read_range(block.start, block.start + block.bytes))
        part = whole
        for dimension, (offset, length) in enumerate(zip(block.offsets, block.shape, strict=True)):
            part = part.narrow(dimension, offset, length)
        part.copy_(torch.frombuffer(data, dtype=dtype).reshape(block.shape))
    yield whole.reshape(-1).view(torch.uint8).numpy().tobytes()
