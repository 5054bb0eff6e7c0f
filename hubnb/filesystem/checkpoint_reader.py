"""Loads `torch.distributed.checkpoint` state straight from `hf://`: each process fetches its own rows only."""

from __future__ import annotations

from concurrent.futures import wait
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

import torch
from torch.distributed.checkpoint.metadata import (
    ChunkStorageMetadata,
    Metadata,
    MetadataIndex,
    StorageMeta,
    TensorProperties,
    TensorStorageMetadata,
)
from torch.distributed.checkpoint.storage import StorageReader
from torch.futures import Future

from .hf_filesystem import HfFileSystem
from .pool import shared_pool
from .remote_file import RemoteFile
from .stored_tensors import DTYPES, StoredChunk, chunks_below, whole_shapes

if TYPE_CHECKING:
    import os

    from torch.distributed.checkpoint.planner import LoadPlan, LoadPlanner, ReadItem

_GAP_BYTES = 256 << 10
"""Bytes between two wanted parts that cost less than a request of their own."""
_SPAN_BYTES = 32 << 20
_SPANS_AT_ONCE = 8


@dataclass(frozen=True)
class _Part:
    """What one read item needs: the rows `first` to before `last` of a block."""

    item: ReadItem
    chunk: StoredChunk
    first: int
    last: int

    @property
    def start(self) -> int:
        return self.chunk.start + self.first * self.chunk.row_bytes

    @property
    def end(self) -> int:
        return self.chunk.start + self.last * self.chunk.row_bytes


class HubCheckpointReader(StorageReader):
    """Read a checkpoint for ``torch.distributed.checkpoint.load`` from a folder of safetensors files on the Hub.

    It may have been written by `HubCheckpointWriter`, by PyTorch's own writer, or by anybody who saves
    whole tensors in safetensors, sharded by an index or not; the number of processes need not be the same.

    Parameters
    ----------
    path
        ``hf://ns/name[@revision][/folder]``. Name a tag or commit if others may push while processes load.
    token, endpoint
        As in `HfFileSystem`.

    Examples
    --------
    >>> dcp.load(state, storage_reader=HubCheckpointReader("hf://me/llm@step-2000"))
    """

    def __init__(
        self, path: str | os.PathLike[str], *, token: str | bool | None = None, endpoint: str | None = None
    ) -> None:
        self.path = str(path)
        self.fs = HfFileSystem(token=token, endpoint=endpoint)
        self.load_id = ""

    def reset(self, checkpoint_id: str | os.PathLike[str] | None = None) -> None:
        """Turn to another checkpoint."""
        self.path = str(checkpoint_id or self.path)

    def read_metadata(self, *_: Any, **__: Any) -> Metadata:
        """Say which tensors there are, and where."""
        chunks = chunks_below(self.fs, self.path)
        shapes = whole_shapes(chunks)
        tensors: dict[str, Any] = {}
        for chunk in chunks:
            described = tensors.setdefault(
                chunk.name,
                TensorStorageMetadata(TensorProperties(DTYPES[chunk.dtype]), torch.Size(shapes[chunk.name]), []),
            )
            described.chunks.append(ChunkStorageMetadata(torch.Size(chunk.offsets), torch.Size(chunk.shape)))
        places = {MetadataIndex(chunk.name, torch.Size(chunk.offsets)): chunk for chunk in chunks}
        return Metadata(tensors, storage_data=places, storage_meta=StorageMeta(load_id=self.load_id))

    def set_up_storage_reader(
        self,
        metadata: Metadata,
        is_coordinator: bool,  # noqa: ARG002 - PyTorch's name
        *_: Any,
        **__: Any,
    ) -> None:
        """Remember where tensors are."""
        self._places: dict[MetadataIndex, StoredChunk] = metadata.storage_data

    def prepare_local_plan(self, plan: LoadPlan) -> LoadPlan:
        """Change nothing."""
        return plan

    def prepare_global_plan(self, plans: list[LoadPlan]) -> list[LoadPlan]:
        """Change nothing."""
        return plans

    def read_data(self, plan: LoadPlan, planner: LoadPlanner) -> Future[None]:
        """Fetch what the plan names, and nothing else, into its tensors."""
        parts = [self._part(item) for item in plan.items]
        parts.sort(key=lambda part: (part.chunk.path, part.start))
        remotes = {
            path: RemoteFile(self.fs.hub(), self.fs.parse_path(path), next(same).chunk.etag)
            for path, same in groupby(parts, key=lambda part: part.chunk.path)
        }
        spans = _spans(parts)
        for first in range(0, len(spans), _SPANS_AT_ONCE):
            some = spans[first : first + _SPANS_AT_ONCE]
            tasks = [
                shared_pool().submit(remotes[span[0].chunk.path].read_range, span[0].start, max(p.end for p in span))
                for span in some
            ]
            wait(tasks)
            for span, task in zip(some, tasks, strict=True):
                data = task.result()
                for part in span:
                    _place(part, data, part.start - span[0].start, planner)
        done: Future[None] = Future()
        done.set_result(None)
        return done

    def _part(self, item: ReadItem) -> _Part:
        chunk = self._places[item.storage_index]
        if not chunk.shape:
            return _Part(item, chunk, 0, 1)
        first = item.storage_offsets[0]
        return _Part(item, chunk, first, first + item.lengths[0])

    @classmethod
    def validate_checkpoint_id(cls, checkpoint_id: str | os.PathLike[str]) -> bool:
        """Whether it is an address on the Hub."""
        return str(checkpoint_id).startswith("hf://")


def _spans(parts: list[_Part]) -> list[list[_Part]]:
    """Join parts that lie close together into one request each."""
    spans: list[list[_Part]] = []
    end = 0
    for part in parts:
        span = spans[-1] if spans else None
        near = span is not None and span[0].chunk.path == part.chunk.path and part.start - end <= _GAP_BYTES
        if span is not None and near and part.end - span[0].start <= _SPAN_BYTES:
            span.append(part)
            end = max(end, part.end)
        else:
            spans.append([part])
            end = part.end
    return spans


def _place(part: _Part, data: bytes, at: int, planner: LoadPlanner) -> None:
    """Copy a part's block into the tensor that waits for it."""
    item, chunk = part.item, part.chunk
    rows = (part.last - part.first, *chunk.shape[1:]) if chunk.shape else ()
    target = planner.resolve_tensor(item).detach()
    if part.end > part.start:
        flat = torch.frombuffer(bytearray(data[at : at + part.end - part.start]), dtype=DTYPES[chunk.dtype])
        block = flat.reshape(rows)
        for dimension in range(1, len(rows)):
            block = block.narrow(dimension, item.storage_offsets[dimension], item.lengths[dimension])
        target.copy_(block)
    planner.commit_tensor(item, target)
