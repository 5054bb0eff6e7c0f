"""The containers in which Xet clients send large files: xorbs hold chunks, shards say how files are made of them.

Only what is needed to get plain files out of them: the Hub stores and serves whole files.

References
----------
huggingface.co/docs/xet, "Xorb format" and "Shard format"; lz4 frame format 1.6.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHUNK_HEADER = struct.Struct("<8B")
_SHARD_HEADER_BYTES = 48
_RECORD = struct.Struct("<32sIIII")
_HAS_VERIFICATION, _HAS_SHA256 = 1 << 31, 1 << 30
_END = b"\xff" * 32
_LZ4_MAGIC = b"\x04\x22\x4d\x18"
_RAW, _LZ4, _GROUPED_LZ4 = range(3)
_MAX_PLAIN_BYTES = 160 << 20
"""Of all chunks of a xorb; clients stay below half of it."""


class BadXet(ValueError):  # noqa: N818 - names what arrived, as the answer does
    """Bytes that are no xorb or no shard."""


@dataclass(frozen=True)
class Term:
    """A run of chunks of one xorb."""

    xorb: str
    length: int
    """Bytes it stands for."""
    first_chunk: int
    end_chunk: int


@dataclass(frozen=True)
class XetFile:
    """How one file is made of chunks."""

    sha256: str
    terms: tuple[Term, ...]

    @property
    def size(self) -> int:
        """Bytes of the whole file."""
        return sum(term.length for term in self.terms)


def hash_text(raw: bytes) -> str:
    """Return a hash as addresses write it: four little-endian numbers in hex."""
    return "".join(f"{number:016x}" for number in struct.unpack("<4Q", raw))


def read_shard(data: bytes) -> list[XetFile]:
    """Return the files that a shard describes.

    Raises
    ------
    BadXet
        If it can't be read, or says nothing of a file's sha-256.
    """
    try:
        return list(_shard_files(data))
    except struct.error:
        message = "The shard ends too early."
        raise BadXet(message) from None


def _shard_files(data: bytes) -> Iterator[XetFile]:
    position = _SHARD_HEADER_BYTES
    while True:
        raw, flags, count, _, _ = _RECORD.unpack_from(data, position)
        position += _RECORD.size
        if raw == _END:
            return
        terms = []
        for _ in range(count):
            xorb, _, length, first, end = _RECORD.unpack_from(data, position)
            terms.append(Term(hash_text(xorb), length, first, end))
            position += _RECORD.size
        if flags & _HAS_VERIFICATION:
            position += count * _RECORD.size
        if not flags & _HAS_SHA256:
            message = "The shard does not say the sha-256 of a file."
            raise BadXet(message)
        sha256, _, _, _, _ = _RECORD.unpack_from(data, position)
        position += _RECORD.size
        yield XetFile(hash_text(sha256), tuple(terms))


def unpack_xorb(packed: IO[bytes], plain: IO[bytes]) -> list[int]:
    """Write the chunks of a xorb one after the other; return where each ends, in bytes.

    Raises
    ------
    BadXet
        If it can't be read.
    """
    ends: list[int] = []
    position = 0
    while True:
        header = packed.read(_CHUNK_HEADER.size)
        if len(header) < _CHUNK_HEADER.size or header[0] != 0:  # the end, or the footer that may follow the chunks
            return ends
        packed_bytes, plain_bytes = int.from_bytes(header[1:4], "little"), int.from_bytes(header[5:8], "little")
        payload = packed.read(packed_bytes)
        if len(payload) != packed_bytes:
            message = "The xorb ends in the middle of a chunk."
            raise BadXet(message)
        if position + plain_bytes > _MAX_PLAIN_BYTES:
            message = f"The xorb holds more than {_MAX_PLAIN_BYTES} bytes."
            raise BadXet(message)
        chunk = _unpack_chunk(payload, header[4], plain_bytes)
        if len(chunk) != plain_bytes:
            message = f"A chunk has {len(chunk)} bytes, not {plain_bytes}."
            raise BadXet(message)
        plain.write(chunk)
        position += plain_bytes
        ends.append(position)


def _unpack_chunk(payload: bytes, scheme: int, plain_bytes: int) -> bytes | bytearray:
    if scheme == _RAW:
        return payload
    if scheme not in {_LZ4, _GROUPED_LZ4}:
        message = f"Chunks are compressed in an unknown way ({scheme})."
        raise BadXet(message)
    try:
        chunk = lz4_frame(payload, plain_bytes)
    except (IndexError, struct.error):
        message = "A chunk is not a whole lz4 frame."
        raise BadXet(message) from None
    return _ungroup(chunk) if scheme == _GROUPED_LZ4 else chunk


def _ungroup(grouped: bytearray) -> bytearray:
    """Undo the grouping of every fourth byte."""
    plain = bytearray(len(grouped))
    position = 0
    for lane in range(4):
        length = len(range(lane, len(grouped), 4))
        plain[lane::4] = grouped[position : position + length]
        position += length
    return plain


def lz4_frame(data: bytes, limit: int) -> bytearray:
    """Unpack an lz4 frame.

    Raises
    ------
    BadXet
        If it is none, or holds more than `limit` bytes.
    """
    if data[:4] != _LZ4_MAGIC:
        message = "A chunk is not an lz4 frame."
        raise BadXet(message)
    flags = data[4]
    position = 7 + (8 if flags & 0x08 else 0) + (4 if flags & 0x01 else 0)
    trailer = 4 if flags & 0x10 else 0
    plain = bytearray()
    while True:
        (length,) = struct.unpack_from("<I", data, position)
        position += 4
        if length == 0:
            return plain
        stored, length = length >> 31, length & 0x7FFFFFFF
        block = data[position : position + length]
        position += length + trailer
        if stored:
            plain += block
        else:
            _lz4_block(block, plain, limit)
        if len(plain) > limit:
            message = "A chunk holds more than it announced."
            raise BadXet(message)


def _lz4_block(block: bytes, plain: bytearray, limit: int) -> None:
    position, end = 0, len(block)
    while position < end:
        token = block[position]
        literals, position = _length(block, position + 1, token >> 4)
        plain += block[position : position + literals]
        position += literals
        if position >= end:
            return
        distance = block[position] | block[position + 1] << 8
        length, position = _length(block, position + 2, token & 15)
        length += 4
        start = len(plain) - distance
        if distance == 0 or start < 0 or start + length > limit:
            message = "A chunk refers to bytes that are not there."
            raise BadXet(message)
        if distance >= length:
            plain += plain[start : start + length]
        else:
            plain += (plain[start:] * (length // distance + 1))[:length]


def _length(block: bytes, position: int, length: int) -> tuple[int, int]:
    if length == 15:
        while True:
            more = block[position]
            position += 1
            length += more
            if more != 255:
                break
    return length, position
