"""What is inside a safetensors file: its tensors' names, forms and places, and a checksum of each.

Only the header is read to know the names and forms; the checksums are taken while a file is hashed anyway. They tell
one content from another that came in its place, not from one made to deceive: for that there is the file's sha-256.

References
----------
huggingface.co/docs/safetensors, "Format": eight bytes with the header's length, the header as JSON, the tensors.
"""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast
from zlib import crc32

from .content import BLOCK_BYTES, Content, read_all

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SUFFIX = ".safetensors"
LENGTH_BYTES = 8
_MOST_HEADER_BYTES = 100_000_000

Change = Literal["added", "removed", "form", "contents", "same", "unknown"]


@dataclass(frozen=True)
class Tensor:
    """One tensor of a file; `begin` and `end` are its bytes' places in the file."""

    dtype: str
    shape: tuple[int, ...]
    begin: int
    end: int

    @property
    def form(self) -> str:
        """Kind of numbers and shape, e.g. ``F32 [10, 4]``."""
        return f"{self.dtype} {list(self.shape)}"


@dataclass(frozen=True)
class TensorChange:
    """What becomes of one tensor of a safetensors file."""

    name: str
    change: Change
    """``form``: other dtype or shape. ``contents``: other numbers. ``unknown``: same form, contents not compared."""
    before: str | None
    """Form on the Hub, e.g. ``F32 [10, 4]``; None if it is not there."""
    after: str | None
    size: int
    """Of what would be pushed, in bytes; of what would go, where it is removed."""


def parse_header(text: bytes, file_size: int) -> dict[str, Tensor] | None:
    """Give the tensors a header names, by name; None where it is no header of a file of that size."""
    try:
        header: Any = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(header, dict):
        return None
    tensors: dict[str, Tensor] = {}
    start = LENGTH_BYTES + len(text)
    for name, fields in cast("dict[str, Any]", header).items():
        if name == "__metadata__":
            continue
        try:
            begin, end = (start + int(offset) for offset in fields["data_offsets"])
            tensors[name] = Tensor(str(fields["dtype"]), tuple(map(int, fields["shape"])), begin, end)
        except (KeyError, TypeError, ValueError):
            return None
        if not start <= begin <= end <= file_size:
            return None
    return tensors


def header_length(first: bytes | bytearray | memoryview, file_size: int) -> int | None:
    """Give the header's length from a file's first eight bytes; None where that can't be."""
    length = int.from_bytes(first[:LENGTH_BYTES], "little")
    return length if len(first) >= LENGTH_BYTES and length <= min(_MOST_HEADER_BYTES, file_size) else None


def read_header(content: Content) -> dict[str, Tensor] | None:
    """Give the tensors of a content, by name; None where it is no safetensors file."""
    length = header_length(read_all(content, LENGTH_BYTES), content.size)
    if length is None:
        return None
    return parse_header(read_all(content, LENGTH_BYTES + length)[LENGTH_BYTES:], content.size)


class TensorDigester:
    """Takes a file's bytes in order, as they are hashed, and gives a checksum of each tensor."""

    def __init__(self, file_size: int) -> None:
        self._size = file_size
        self._head: bytearray | None = bytearray()
        self._spans: list[tuple[int, int, str]] = []
        self._next = 0
        self._at = 0
        self._found: dict[str, int] = {}

    def update(self, block: memoryview) -> None:
        """Take the next bytes."""
        if self._head is not None:
            self._head += block
            length = header_length(self._head, self._size) if len(self._head) >= LENGTH_BYTES else 0
            if length is None:
                self._head = None  # no safetensors file: there is nothing to tell apart
            elif len(self._head) >= LENGTH_BYTES + length:
                self._begin(bytes(self._head[LENGTH_BYTES : LENGTH_BYTES + length]))
                rest = memoryview(self._head)[LENGTH_BYTES + length :]
                self._head, self._at = None, LENGTH_BYTES + length
                self._take(rest)
            return
        self._take(block)

    def digests(self) -> dict[str, int]:
        """Give what was found, by the tensor's name; nothing where it was no safetensors file."""
        return self._found

    def _begin(self, text: bytes) -> None:
        tensors = parse_header(text, self._size) or {}
        self._spans = sorted((tensor.begin, tensor.end, name) for name, tensor in tensors.items())
        self._found = dict.fromkeys(tensors, 0)

    def _take(self, block: memoryview) -> None:
        while len(block) and self._next < len(self._spans):
            begin, end, name = self._spans[self._next]
            if self._at < begin:
                skipped = min(begin - self._at, len(block))
                block, self._at = block[skipped:], self._at + skipped
                continue
            taken = block[: max(0, end - self._at)]
            self._found[name] = crc32(taken, self._found[name])
            block, self._at = block[len(taken) :], self._at + len(taken)
            if self._at >= end:
                self._next += 1


def compare(
    before: Mapping[str, Tensor], after: Mapping[str, Tensor], is_same: Callable[[str], bool | None]
) -> tuple[TensorChange, ...]:
    """Say what becomes of each tensor, those of the new file first, in its order.

    Parameters
    ----------
    is_same
        Whether a tensor of that name and the same form in both has the same contents; None where nobody knows.
    """
    said: dict[bool | None, Change] = {True: "same", False: "contents", None: "unknown"}
    changes: list[TensorChange] = []
    for name, tensor in after.items():
        old = before.get(name)
        if old is None:
            change: Change = "added"
        elif old.form != tensor.form:
            change = "form"
        else:
            change = said[is_same(name)]
        old_form = None if old is None else old.form
        changes.append(TensorChange(name, change, old_form, tensor.form, tensor.end - tensor.begin))
    changes += [
        TensorChange(name, "removed", old.form, None, old.end - old.begin)
        for name, old in before.items()
        if name not in after
    ]
    return tuple(changes)


def same_bytes(one: Content, at: Tensor, other: Content, there: Tensor) -> bool:
    """Compare two tensors, block by block."""
    left = at.end - at.begin
    if left != there.end - there.begin:
        return False
    buffers = [memoryview(bytearray(min(BLOCK_BYTES, max(left, 1)))) for _ in range(2)]
    with closing(one.open(at.begin)) as first, closing(other.open(there.begin)) as second:
        while left:
            count = first.readinto(buffers[0][: min(left, len(buffers[0]))])
            got = 0
            while got < count and (more := second.readinto(buffers[1][got:count])):
                got += more
            if not count or got < count or buffers[0][:count] != buffers[1][:count]:
                return False
            left -= count
    return True
