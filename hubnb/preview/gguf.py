"""The header of a GGUF file: its key-value pairs and the list of its tensors.

Long lists (a tokenizer's 100,000 words) are passed over; those of words have to be read to be passed, so a look
has a limit, and says where it stopped.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .tensors import TensorHead, UnreadableHeadError

if TYPE_CHECKING:
    from .source import FileSource

_MAGIC = b"GGUF"
_BLOCK_BYTES = 64 << 10
_LARGEST_BLOCK_BYTES = 1 << 20
LIMIT_BYTES = 12 << 20
_SHOWN_ITEMS = 8
_MOST_TEXT_BYTES = 4 << 20
_MOST_ENTRIES = 1_000_000
_NUMBERS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
_TEXT, _LIST = 8, 9
# Type of a tensor: name, values in a block, bytes of a block.
_TYPES = {
    0: ("F32", 1, 4), 1: ("F16", 1, 2), 2: ("Q4_0", 32, 18), 3: ("Q4_1", 32, 20), 6: ("Q5_0", 32, 22),
    7: ("Q5_1", 32, 24), 8: ("Q8_0", 32, 34), 9: ("Q8_1", 32, 36), 10: ("Q2_K", 256, 84), 11: ("Q3_K", 256, 110),
    12: ("Q4_K", 256, 144), 13: ("Q5_K", 256, 176), 14: ("Q6_K", 256, 210), 15: ("Q8_K", 256, 292),
    16: ("IQ2_XXS", 256, 66), 17: ("IQ2_XS", 256, 74), 18: ("IQ3_XXS", 256, 98), 19: ("IQ1_S", 256, 50),
    20: ("IQ4_NL", 32, 18), 21: ("IQ3_S", 256, 110), 22: ("IQ2_S", 256, 82), 23: ("IQ4_XS", 256, 136),
    24: ("I8", 1, 1), 25: ("I16", 1, 2), 26: ("I32", 1, 4), 27: ("I64", 1, 8), 28: ("F64", 1, 8),
    29: ("IQ1_M", 256, 56), 30: ("BF16", 1, 2), 34: ("TQ1_0", 256, 54), 35: ("TQ2_0", 256, 66), 39: ("MXFP4", 32, 17),
}  # fmt: skip


@dataclass
class GgufHead:
    """What the header says; `complete` is False where the look ended before all tensors were named."""

    version: int
    tensor_count: int
    metadata: dict[str, Any] = field(default_factory=dict)
    tensors: list[TensorHead] = field(default_factory=list)
    complete: bool = True


class _EndOfLook(Exception):  # noqa: N818 - no error: what was read is shown
    """The limit of a look was reached."""


def read_gguf_head(source: FileSource) -> GgufHead:
    """Read the header of a GGUF file (version 2 or 3).

    Raises
    ------
    UnreadableHeadError
        If there is no such header.
    """
    reader = _Reader(source)
    if reader.take(4) != _MAGIC:
        msg = "This is no GGUF file: it does not start with the letters GGUF."
        raise UnreadableHeadError(msg)
    version = reader.number("<I")
    if version not in (2, 3):
        msg = f"GGUF version {version} is not known here; 2 and 3 are."
        raise UnreadableHeadError(msg)
    tensor_count, pair_count = reader.number("<Q"), reader.number("<Q")
    if max(tensor_count, pair_count) > _MOST_ENTRIES:
        msg = "The header of this GGUF file can't be read: it is damaged."
        raise UnreadableHeadError(msg)
    head = GgufHead(version, tensor_count)
    try:
        for _ in range(pair_count):
            key = reader.text()
            head.metadata[key] = reader.value(reader.number("<I"))
        for _ in range(tensor_count):
            head.tensors.append(_tensor(reader))
    except _EndOfLook:
        head.complete = False
    return head


def _tensor(reader: _Reader) -> TensorHead:
    name, dimensions = reader.text(), reader.number("<I")
    if dimensions > 8:
        msg = f"The header of this GGUF file can't be read: a tensor of {dimensions} dimensions."
        raise UnreadableHeadError(msg)
    # GGUF names the fastest dimension first, everybody else last.
    shape = tuple(reversed([reader.number("<Q") for _ in range(dimensions)]))
    kind = reader.number("<I")
    reader.take(8)  # where its values are
    label, per_block, block_bytes = _TYPES.get(kind, (f"type {kind}", 1, 0))
    return TensorHead(name, label, shape, math.ceil(math.prod(shape) / per_block) * block_bytes)


class _Reader:
    """Reads on and on, fetching larger blocks the longer it goes."""

    def __init__(self, source: FileSource) -> None:
        self._source, self._held, self._start, self._position = source, b"", 0, 0
        self._block_bytes = _BLOCK_BYTES

    def take(self, count: int) -> bytes:
        begin = self._position - self._start
        if begin < 0 or begin + count > len(self._held):
            self._fetch(count)
            begin = 0
        self._position += count
        return self._held[begin : begin + count]

    def skip(self, count: int) -> None:
        self._position += count

    def number(self, layout: str) -> Any:
        return struct.unpack(layout, self.take(struct.calcsize(layout)))[0]

    def text(self) -> str:
        length = self.number("<Q")
        if length > _MOST_TEXT_BYTES:
            msg = "The header of this GGUF file can't be read: a text of more than 4 MB."
            raise UnreadableHeadError(msg)
        return self.take(length).decode("utf-8", "replace")

    def value(self, kind: int) -> Any:
        if kind == _TEXT:
            return self.text()
        if kind == _LIST:
            return self._list()
        if kind not in _NUMBERS:
            msg = f"The header of this GGUF file can't be read: a value of type {kind}."
            raise UnreadableHeadError(msg)
        return self.number(_NUMBERS[kind])

    def _list(self) -> dict[str, Any]:
        kind, count = self.number("<I"), self.number("<Q")
        shown = min(count, _SHOWN_ITEMS)
        items = [self.value(kind) for _ in range(shown)]
        if kind in _NUMBERS:
            self.skip((count - shown) * struct.calcsize(_NUMBERS[kind]))
        else:
            for _ in range(count - shown):
                self.value(kind)
        return {"count": count, "first": items}

    def _fetch(self, count: int) -> None:
        if self._position + count > self._source.size:
            msg = "The header of this GGUF file can't be read: it goes on behind the end of the file."
            raise UnreadableHeadError(msg)
        if self._source.bytes_read + count > LIMIT_BYTES:
            raise _EndOfLook
        self._held = self._source.read(self._position, self._position + max(count, self._block_bytes))
        self._start = self._position
        self._block_bytes = min(2 * self._block_bytes, _LARGEST_BLOCK_BYTES)
        if len(self._held) < count:
            msg = "This GGUF file ended early: it is damaged, or the connection broke off."
            raise UnreadableHeadError(msg)
