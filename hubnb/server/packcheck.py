"""A look at a push before it is taken: objects so large that they would fill the memory are refused unread.

dulwich holds each object of a pack whole, as git does. The pack is in a file here, so its objects can be measured one
piece after the other first.
"""

from __future__ import annotations

import zlib
from typing import IO, TYPE_CHECKING

from dulwich.protocol import SIDE_BAND_CHANNEL_DATA, pkt_line

from hubnb.server.wire import bad_request

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_OBJECT_BYTES = 32 << 20
_READ_BYTES = 1 << 16
_OFS_DELTA, _REF_DELTA = 6, 7
_MAX_COMMANDS = 20_000


class TooLarge(ValueError):  # noqa: N818 - says what is wrong with the push
    """A pack with an object that is too large for git; its message is for who pushes."""


class Pack:
    """The file in which a push arrived, read from where its pack begins."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self._buffer = b""

    def check(self) -> None:
        """Measure every object.

        Raises
        ------
        TooLarge
            If one is larger than `MAX_OBJECT_BYTES`, or unpacks to more than it announces.
        HubProblem
            400 if this is no pack.
        """
        head = self._take(12)
        if not head:  # a push that only deletes sends none
            return
        if len(head) < 12 or head[:4] != b"PACK":
            message = "This is not what git sends: no pack where one should begin."
            raise bad_request(message)
        try:
            for _ in range(int.from_bytes(head[8:], "big")):
                self._object()
        except (zlib.error, IndexError):
            message = "This is not what git sends: the pack is broken."
            raise bad_request(message) from None

    def _object(self) -> None:
        byte = self._byte()
        kind, size, shift = byte >> 4 & 7, byte & 15, 4
        while byte & 0x80:
            byte = self._byte()
            size |= (byte & 0x7F) << shift
            shift += 7
        _refuse(size)
        if kind == _OFS_DELTA:
            while self._byte() & 0x80:
                pass
        elif kind == _REF_DELTA:
            self._take(20)
        start = self._inflate(size)
        if kind in {_OFS_DELTA, _REF_DELTA}:
            _, position = _number(start, 0)
            result, _ = _number(start, position)
            _refuse(result)

    def _inflate(self, size: int) -> bytes:
        """Unpack an object and forget it; return how it begins."""
        inflater, start, total = zlib.decompressobj(), b"", 0
        data = self._buffer or self._source.read(_READ_BYTES)
        while not inflater.eof:
            if not data:
                raise IndexError
            piece = inflater.decompress(data, _READ_BYTES)
            start = start or piece[:20]
            total += len(piece)
            if total > size:
                message = "an object unpacks to more than it announces"
                raise TooLarge(message)
            data = inflater.unconsumed_tail or (b"" if inflater.eof else self._source.read(_READ_BYTES))
        self._buffer = inflater.unused_data
        return start

    def _byte(self) -> int:
        return self._take(1)[0]

    def _take(self, count: int) -> bytes:
        while len(self._buffer) < count:
            more = self._source.read(_READ_BYTES)
            if not more:
                break
            self._buffer += more
        taken, self._buffer = self._buffer[:count], self._buffer[count:]
        return taken


def _refuse(size: int) -> None:
    if size > MAX_OBJECT_BYTES:
        message = f"a file has {size} bytes; files this large must be in git LFS"
        raise TooLarge(message)


def _number(data: bytes, position: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = data[position]
        position += 1
        number |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            return number, position


def read_commands(source: IO[bytes]) -> tuple[list[bytes], set[bytes]]:
    """Read what a push asks for, up to its pack; return the refs and the capabilities."""
    refs: list[bytes] = []
    capabilities: set[bytes] = set()
    sections = 1
    while sections:
        head = source.read(4)
        try:
            length = int(head, 16) if len(head) == 4 else -1
        except ValueError:
            length = -1
        if not head and not refs:
            return refs, capabilities
        if length < 0 or 0 < length < 4 or len(refs) > _MAX_COMMANDS:
            message = "This is not what git sends: a broken line."
            raise bad_request(message)
        if length == 0:
            sections -= 1
            continue
        content = source.read(length - 4)
        if len(content) < length - 4:
            message = "This is not what git sends: it ends in the middle of a line."
            raise bad_request(message)
        line, _, named = content.rstrip(b"\n").partition(b"\0")
        if named:
            capabilities = set(named.split())
            sections += b"push-options" in capabilities
        parts = line.split(b" ", 2)
        if len(parts) == 3:
            refs.append(parts[2])
    return refs, capabilities


def refusal(refs: Sequence[bytes], capabilities: set[bytes], reason: str) -> bytes:
    """Return git's own way of saying that nothing of a push was taken."""
    lines = [pkt_line(b"unpack " + reason.encode() + b"\n")]
    lines += [pkt_line(b"ng " + ref + b" " + reason.encode() + b"\n") for ref in refs]
    report = b"".join(lines) + b"0000"
    if b"side-band-64k" not in capabilities:
        return report
    channel = bytes([SIDE_BAND_CHANNEL_DATA])
    pieces = [report[start : start + 60_000] for start in range(0, len(report), 60_000)]
    return b"".join(pkt_line(channel + piece) for piece in pieces) + b"0000"
