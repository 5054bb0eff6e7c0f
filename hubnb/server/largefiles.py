"""Large files on disk by their sha-256: written once, checked while they arrive, shared between repositories."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, TypeGuard

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

CHUNK_BYTES = 1 << 20
_OID = re.compile(r"^[0-9a-f]{64}\Z")


class WrongContent(ValueError):  # noqa: N818 - names what arrived, as the answer does
    """Bytes that are not the ones that were announced."""


def is_oid(text: object) -> TypeGuard[str]:
    """Say whether `text` is a sha-256 in lower-case hex, the only thing that ever becomes a path here."""
    return isinstance(text, str) and bool(_OID.match(text))


class LargeFiles:
    """The folder of large files.

    A file is written under ``tmp``, synced, then renamed to its hash, so whatever has a hash as its name is whole.
    """

    def __init__(self, folder: Path) -> None:
        self._objects = folder / "lfs"
        self._incoming = folder / "tmp"
        self._objects.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(self._incoming, ignore_errors=True)  # left over from a process that was killed
        self._incoming.mkdir(parents=True, exist_ok=True)

    def path(self, oid: str) -> Path:
        """Return where the file with this sha-256 lies or would lie."""
        if not is_oid(oid):
            message = f"{oid[:80]!r} is not a sha-256."
            raise ValueError(message)
        return self._objects / oid[:2] / oid[2:4] / oid

    def size(self, oid: str) -> int | None:
        """Return the size in bytes of a stored file, None if it is not there."""
        try:
            return self.path(oid).stat().st_size
        except FileNotFoundError:
            return None

    @contextmanager
    def incoming(self, oid: str, size: int) -> Iterator[Incoming]:
        """Receive one file; call `Incoming.check` and `Incoming.keep` at the end, otherwise nothing stays."""
        temporary = self._incoming / secrets.token_hex(16)
        with temporary.open("xb") as stream:
            incoming = Incoming(self, oid, size, temporary, stream)
            try:
                yield incoming
            finally:
                if not incoming.kept:
                    with suppress(FileNotFoundError):
                        temporary.unlink()

    def add(self, chunks: Iterable[bytes], oid: str, size: int) -> None:
        """Store a file whose bytes are at hand."""
        with self.incoming(oid, size) as incoming:
            for chunk in chunks:
                incoming.write(chunk)
            incoming.check()
            incoming.keep()

    @staticmethod
    def check(temporary: Path, oid: str, size: int) -> None:
        """Check and sync a file that was put together elsewhere on this disk; `place` may then move it in.

        Raises
        ------
        WrongContent
            If its size or hash differ.
        """
        found = temporary.stat().st_size
        if found != size:
            message = f"The file has {found} bytes, not {size}."
            raise WrongContent(message)
        digest = hashlib.sha256()
        with temporary.open("rb", buffering=0) as stream:
            while chunk := stream.read(CHUNK_BYTES):
                digest.update(chunk)
            if digest.hexdigest() != oid:
                message = f"The bytes have sha-256 {digest.hexdigest()}, not {oid}."
                raise WrongContent(message)
            os.fsync(stream.fileno())

    def place(self, temporary: Path, oid: str) -> None:
        """Give a checked and synced file its name."""
        target = self.path(oid)
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary.replace(target)
        sync_folder(target.parent)

    def remove(self, oid: str) -> None:
        """Delete a file that no repository links any more."""
        with suppress(FileNotFoundError):
            self.path(oid).unlink()


class Incoming:
    """One file on its way in: counts and hashes what is written."""

    def __init__(self, store: LargeFiles, oid: str, size: int, temporary: Path, stream: IO[bytes]) -> None:
        self.kept = False
        self._store, self._oid, self._size = store, oid, size
        self._temporary, self._stream = temporary, stream
        self._digest = hashlib.sha256()
        self._received = 0

    def write(self, chunk: bytes | bytearray | memoryview) -> None:
        """Append bytes.

        Raises
        ------
        WrongContent
            As soon as there are more bytes than announced.
        """
        self._received += len(chunk)
        if self._received > self._size:
            message = f"More than the announced {self._size} bytes arrived."
            raise WrongContent(message)
        self._digest.update(chunk)
        self._stream.write(chunk)

    def check(self) -> None:
        """Check size and hash, and sync.

        Raises
        ------
        WrongContent
            If bytes are missing or differ from the announced ones.
        """
        if self._received != self._size:
            message = f"{self._received} bytes arrived, {self._size} were announced."
            raise WrongContent(message)
        if self._digest.hexdigest() != self._oid:
            message = f"The bytes have sha-256 {self._digest.hexdigest()}, not {self._oid}."
            raise WrongContent(message)
        self._stream.flush()
        os.fsync(self._stream.fileno())

    def keep(self) -> None:
        """Move the checked file to its place."""
        self._store.place(self._temporary, self._oid)
        self.kept = True


def sync_folder(folder: Path) -> None:
    """Make a rename inside `folder` survive a power cut, where the system can."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
