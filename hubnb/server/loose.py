"""Git objects on disk, one file each, as git itself keeps them ("loose").

They are written under a unique name and then renamed, so that two writers of the same content never meet and a
killed process leaves no lock behind. `LooseObjects.sync` forces them to the disk before a ref may point to them.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import IO, TYPE_CHECKING

from hubnb.server.largefiles import sync_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_SYNC_THREADS = 16
_FEW = 8
_READ_BYTES = 1 << 18
_PIECE_BYTES = 1 << 20
_SAMPLE_BYTES = 4096
_O_BINARY = getattr(os, "O_BINARY", 0)


class LooseObjects:
    """The ``objects`` folder of a bare repository; safe from any thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._prefix = f"{folder}{os.sep}"

    def path(self, oid: bytes) -> str:
        """Return where an object lies or would lie."""
        name = oid.decode()
        return f"{self._prefix}{name[:2]}{os.sep}{name[2:]}"

    def read(self, oid: bytes) -> tuple[bytes, bytes] | None:
        """Return kind (``blob``, ``tree`` ...) and content, None if it is not here but perhaps in a pack."""
        try:
            with open(self.path(oid), "rb", buffering=0) as stream:  # noqa: PTH123 - asked for most of all
                packed = stream.read()
        except FileNotFoundError:
            return None
        header, _, content = zlib.decompress(packed).partition(b"\0")
        return header.partition(b" ")[0], content

    def chunks(self, oid: bytes, start: int, end: int) -> Iterator[bytes] | None:
        """Return the bytes from `start` to `end` in pieces, None if the object is not here."""
        try:
            stream = open(self.path(oid), "rb", buffering=0)  # noqa: PTH123, SIM115 - closed by the generator
        except FileNotFoundError:
            return None
        return _unpacked(stream, start, end)

    def start(self, oid: bytes, count: int) -> tuple[int, bytes] | None:
        """Return the size and the first `count` bytes of an object, reading no more of it than needed."""
        try:
            with open(self.path(oid), "rb", buffering=0) as stream:  # noqa: PTH123
                unpacked = zlib.decompressobj().decompress(stream.read(2 * count), 2 * count)
        except FileNotFoundError:
            return None
        header, _, content = unpacked.partition(b"\0")
        return int(header.split(b" ")[1]), content[:count]

    def write(self, kind: bytes, content: bytes) -> bytes:
        """Store an object and return its id."""
        header = b"%b %d\0" % (kind, len(content))
        digest = hashlib.sha1(header, usedforsecurity=False)
        digest.update(content)
        oid = digest.hexdigest().encode()
        target = self.path(oid)
        if _has_content(target):
            return oid
        temporary = f"{self._prefix}tmp_obj_{secrets.token_hex(8)}"
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _O_BINARY, 0o644)
        try:
            with os.fdopen(handle, "wb", buffering=0) as stream:
                _write_all(stream, _packed(header, content))
            try:
                os.replace(temporary, target)  # noqa: PTH105
            except FileNotFoundError:
                with suppress(FileExistsError):
                    os.mkdir(os.path.dirname(target))  # noqa: PTH102, PTH120
                os.replace(temporary, target)  # noqa: PTH105
        except BaseException:
            with suppress(FileNotFoundError):
                os.unlink(temporary)  # noqa: PTH108
            raise
        return oid

    def sync(self, oids: Iterable[bytes]) -> None:
        """Force objects to the disk, many at once: a journal takes a thousand of them nearly as fast as one."""
        paths = [self.path(oid) for oid in set(oids)]
        folders = {os.path.dirname(path) for path in paths}  # noqa: PTH120
        if len(paths) <= _FEW:  # threads would cost more than they save
            for path in paths:
                _sync_file(path)
            for folder in (*folders, self._folder):
                sync_folder(folder)
            return
        with ThreadPoolExecutor(_SYNC_THREADS) as threads:
            list(threads.map(_sync_file, paths))
            list(threads.map(sync_folder, [*folders, self._folder]))


def _unpacked(stream: IO[bytes], start: int, end: int) -> Iterator[bytes]:
    with stream:
        inflater, position = zlib.decompressobj(), None
        data = stream.read(_READ_BYTES)
        while data and (position is None or position < end):
            piece = inflater.decompress(data, _PIECE_BYTES)
            data = inflater.unconsumed_tail or stream.read(_READ_BYTES)
            if position is None:  # the header is short enough to be in the first piece
                piece, position = piece.partition(b"\0")[2], 0
            wanted = piece[max(0, start - position) : max(0, end - position)]
            position += len(piece)
            if wanted:
                yield wanted


def _has_content(path: str) -> bool:
    """Say whether an object is there; an empty one is what a power cut leaves of one that was not synced yet."""
    try:
        return os.stat(path).st_size > 0  # noqa: PTH116 - asked for each of many thousands
    except FileNotFoundError:
        return False


def _packed(header: bytes, content: bytes) -> bytes:
    """Compress an object, unless its middle shows that it is compressed already: that would cost much for nothing."""
    middle = len(content) // 2
    sample = content[middle : middle + _SAMPLE_BYTES]
    dense = len(sample) == _SAMPLE_BYTES and len(zlib.compress(sample, 1)) > 0.97 * _SAMPLE_BYTES
    packer = zlib.compressobj(0 if dense else 1)
    return b"".join((packer.compress(header), packer.compress(content), packer.flush()))


def _write_all(stream: object, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[stream.write(view) :]  # type: ignore[attr-defined]


def _sync_file(path: str) -> None:
    with suppress(FileNotFoundError):  # it lies in a pack
        handle = os.open(path, os.O_RDWR)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
