"""A safetensors file made of tensors in memory: its bytes are there to be read before any file is.

A push reads them as often as it needs to (to hash, to send) and no copy touches the disk; a save writes and
hashes them in one pass. The bytes are those the safetensors package writes, so a model that did not change has
the same hash whoever saved it.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import json
import os
import queue
import struct
import threading
from bisect import bisect_right
from typing import TYPE_CHECKING, Any

from ..pytorch import torch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_BLOCK_BYTES = 16 << 20
# In the order the format puts tensors: those of the first kind come first.
_KINDS = (
    ("uint64", "U64"), ("int64", "I64"), ("float64", "F64"), ("complex64", "C64"), ("float32", "F32"),
    ("uint32", "U32"), ("int32", "I32"), ("bfloat16", "BF16"), ("float16", "F16"), ("uint16", "U16"),
    ("int16", "I16"), ("float8_e5m2fnuz", "F8_E5M2FNUZ"), ("float8_e4m3fnuz", "F8_E4M3FNUZ"),
    ("float8_e8m0fnu", "F8_E8M0"), ("float8_e4m3fn", "F8_E4M3"), ("float8_e5m2", "F8_E5M2"), ("int8", "I8"),
    ("uint8", "U8"), ("bool", "BOOL"),
)  # fmt: skip
_KIND_OF = {getattr(torch, name): kind for name, kind in _KINDS if hasattr(torch, name)}
DTYPE_OF = {kind: dtype for dtype, kind in _KIND_OF.items()}
"""What a file calls a kind of numbers, and what torch calls it."""
_ORDER = {dtype: place for place, dtype in enumerate(_KIND_OF)}


class SafetensorsContent:
    """The bytes of a safetensors file; several threads may read them side by side.

    Parameters
    ----------
    tensors
        Any device and layout in memory; each is made contiguous on the CPU when its turn comes. They must not
        change while somebody reads.
    metadata
        Text by name, for the file's header.

    Raises
    ------
    ValueError
        The format has no such kind of numbers.
    """

    def __init__(self, tensors: Mapping[str, torch.Tensor], metadata: Mapping[str, str] | None = None) -> None:
        for name, tensor in tensors.items():
            if tensor.dtype not in _KIND_OF:
                msg = f"`{name}` holds {tensor.dtype}, which a safetensors file can't hold; convert it first."
                raise ValueError(msg)
        names = sorted(tensors, key=lambda name: (_ORDER[tensors[name].dtype], name))
        self._tensors = [tensors[name] for name in names]
        header: dict[str, object] = {"__metadata__": dict(metadata)} if metadata else {}
        self._starts: list[int] = []
        at = 0
        for name in names:
            tensor = tensors[name]
            end = at + tensor.numel() * tensor.element_size()
            shape = list(tensor.shape)
            header[name] = {"dtype": _KIND_OF[tensor.dtype], "shape": shape, "data_offsets": [at, end]}
            self._starts.append(at)
            at = end
        text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
        text += b" " * (-len(text) % 8)
        self._head = struct.pack("<Q", len(text)) + text
        self._starts = [start + len(self._head) for start in self._starts]
        self.size = len(self._head) + at
        """In bytes."""

    def open(self, start: int = 0) -> SafetensorsReader:
        """Make a reader that begins at byte `start`."""
        return SafetensorsReader(self, start)

    def piece(self, at: int) -> tuple[int, memoryview]:
        """Give the header or the one tensor that holds byte `at`, and where it begins; nothing past the end."""
        if at < len(self._head):
            return 0, memoryview(self._head)
        if at >= self.size:
            return at, memoryview(b"")
        place = bisect_right(self._starts, at) - 1  # of several that begin here, all but the last are empty
        return self._starts[place], _view(self._tensors[place])

    def blocks(self) -> Iterator[memoryview]:
        """Give all bytes in order; every tensor is brought to the CPU once."""
        yield memoryview(self._head)
        for tensor in self._tensors:
            view = _view(tensor)
            for start in range(0, len(view), _BLOCK_BYTES):
                yield view[start : start + _BLOCK_BYTES]

    def sha256(self) -> str:
        """Give the hash of all bytes."""
        digest = hashlib.sha256()
        for block in self.blocks():
            digest.update(block)
        return digest.hexdigest()


class SafetensorsReader:
    """Reads a `SafetensorsContent` from one place on."""

    def __init__(self, content: SafetensorsContent, start: int) -> None:
        self._content = content
        self._at = start
        self._start, self._view = 0, memoryview(b"")  # the piece read last, where it begins

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill up to all of `buffer`; 0 at the end."""
        if not self._start <= self._at < self._start + len(self._view):
            self._start, self._view = self._content.piece(self._at)
        offset = self._at - self._start
        block = self._view[offset : offset + len(buffer)]
        buffer[: len(block)] = block
        self._at += len(block)
        return len(block)

    def close(self) -> None:
        """Let go of the memory."""
        self._view = memoryview(b"")


def _view(tensor: torch.Tensor) -> memoryview:
    """Give a tensor's bytes, which live as long as the view."""
    ready = tensor.detach().to("cpu").contiguous().resolve_conj().resolve_neg()
    size = ready.numel() * ready.element_size()
    if size == 0:
        return memoryview(b"")
    array: Any = (ctypes.c_char * size).from_address(ready.data_ptr())
    array.tensor = ready  # an attribute of our own: it keeps the memory
    return memoryview(array).cast("B")


def write(content: SafetensorsContent, path: Path, *, hashed: bool = False) -> str | None:
    """Write a file; a failure leaves an old one as it was.

    Parameters
    ----------
    hashed
        Give the sha-256 too; a second thread computes it while the first writes.

    Raises
    ------
    OSError
        The disk is full or the folder can't be written; no half of a file stays.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    hashing = _Hashing() if hashed else None
    try:
        with unfinished.open("wb", buffering=0) as file, hashing or contextlib.nullcontext():
            for block in content.blocks():
                if hashing is not None:
                    hashing.update(block)
                _write_all(file.fileno(), block)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return None if hashing is None else hashing.hexdigest


def _write_all(descriptor: int, block: memoryview) -> None:
    while block:
        block = block[os.write(descriptor, block) :]


class _Hashing:
    """A sha-256 computed on a thread of its own."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self._blocks: queue.Queue[memoryview | None] = queue.Queue(maxsize=4)
        self._thread = threading.Thread(target=self._run, name="hubnb-hash", daemon=True)

    @property
    def hexdigest(self) -> str:
        return self._digest.hexdigest()

    def update(self, block: memoryview) -> None:
        self._blocks.put(block)

    def _run(self) -> None:
        while (block := self._blocks.get()) is not None:
            self._digest.update(block)

    def __enter__(self) -> _Hashing:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._blocks.put(None)
        self._thread.join()
