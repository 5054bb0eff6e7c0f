"""Large files by their sha-256: written once, checked while they arrive, shared between repositories.

`LargeStore` says what the Hub asks of the place where they lie. `LargeFiles` is the data folder; buckets of an object
store are in `hubnb.server.buckets`.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
import stat
from abc import ABC, abstractmethod
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple, TypeGuard

from hubnb.server.directfile import DIRECT_FROM_BYTES, DirectFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

CHUNK_BYTES = 1 << 20
_OID = re.compile(r"^[0-9a-f]{64}\Z")


class WrongContent(ValueError):  # noqa: N818 - names what arrived, as the answer does
    """Bytes that are not the ones that were announced."""


class StoreFault(OSError):  # noqa: N818 - a fault of something else
    """The place for large files doesn't do what it should; it may do so later."""


def is_oid(text: object) -> TypeGuard[str]:
    """Say whether `text` is a sha-256 in lower-case hex, the only thing that ever becomes a path here."""
    return isinstance(text, str) and bool(_OID.match(text))


class Stored(NamedTuple):
    """A large file as the store lists it."""

    oid: str
    size: int
    modified_at: float
    """Seconds since 1970."""


class LargeStore(ABC):
    """A place for large files.

    Bytes arrive in a scratch folder on this machine, are counted and hashed there, and get their name (`place`) only
    if they are the announced ones. So whatever has a hash as its name is whole, wherever it lies.

    Parameters
    ----------
    folder
        The data folder.
    """

    def __init__(self, folder: Path) -> None:
        self._incoming = folder / "tmp"

    def sweep(self) -> None:
        """Empty the scratch folder of what a killed process left; for the one process that serves."""
        shutil.rmtree(self._incoming, ignore_errors=True)
        self._incoming.mkdir(parents=True, exist_ok=True)

    @abstractmethod
    def size(self, oid: str) -> int | None:
        """Return the size in bytes of a stored file, None if it is not there."""

    @abstractmethod
    def seems_there(self, oid: str, size: int) -> bool:
        """Say whether a file that a repository links can be read: by a look at it where a look costs nothing."""

    @abstractmethod
    def local_path(self, oid: str) -> Path | None:
        """Return where a file lies on this machine, None if it has to be fetched from `signed_url`."""

    @abstractmethod
    def signed_url(self, oid: str) -> str | None:
        """Return an address from which whoever has it may fetch a file for a while, None if there is none."""

    @abstractmethod
    def chunks(self, oid: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the bytes of a file, or of a slice of it.

        Raises
        ------
        OSError
            If it can't be read.
        """

    @abstractmethod
    def place(self, temporary: Path, oid: str) -> None:
        """Give a checked and synced file its name; it is durable when this returns."""

    @abstractmethod
    def remove(self, oids: Sequence[str]) -> None:
        """Delete files that no repository links any more."""

    @abstractmethod
    def stored(self) -> Iterator[Stored]:
        """Yield every file that is there."""

    def set_aside(self, oid: str) -> str:
        """Move a damaged file out of the way, so that it can be uploaded again; return where to."""
        raise NotImplementedError

    @contextmanager
    def incoming(self, oid: str, size: int) -> Iterator[Incoming]:
        """Receive one file; call `Incoming.check` and `Incoming.keep` at the end, otherwise nothing stays."""
        if not is_oid(oid):
            message = f"{oid[:80]!r} is not a sha-256."
            raise ValueError(message)
        temporary = self._incoming / secrets.token_hex(16)
        temporary.touch(exist_ok=False)
        with DirectFile(temporary, direct=size >= DIRECT_FROM_BYTES) as file:
            incoming = Incoming(self, oid, size, temporary, file)
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


class LargeFiles(LargeStore):
    """Large files in the data folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._objects = folder / "lfs"
        self._aside = folder / "damaged"

    def path(self, oid: str) -> Path:
        """Return where the file with this sha-256 lies or would lie."""
        if not is_oid(oid):
            message = f"{oid[:80]!r} is not a sha-256."
            raise ValueError(message)
        return self._objects / oid[:2] / oid[2:4] / oid

    def size(self, oid: str) -> int | None:
        """Return the size in bytes of a stored file, None if it is not there."""
        try:
            found = self.path(oid).lstat()
        except FileNotFoundError:
            return None
        return found.st_size if stat.S_ISREG(found.st_mode) else None

    def seems_there(self, oid: str, size: int) -> bool:
        """Say whether a file is there."""
        return self.size(oid) == size

    def local_path(self, oid: str) -> Path:
        """Return where a file lies."""
        return self.path(oid)

    def signed_url(self, oid: str) -> None:  # noqa: ARG002
        """Return None: the Hub sends these files itself."""
        return

    def chunks(self, oid: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the bytes of a file."""
        with self.path(oid).open("rb", buffering=0) as stream:
            left = (stream.seek(0, os.SEEK_END) if end is None else end) - start
            stream.seek(start)
            while left > 0 and (chunk := stream.read(min(left, CHUNK_BYTES))):
                left -= len(chunk)
                yield chunk

    def place(self, temporary: Path, oid: str) -> None:
        """Rename a file to its hash."""
        target = self.path(oid)
        for folder in (target.parent.parent, target.parent):
            try:
                folder.mkdir(parents=True)
            except FileExistsError:
                continue
            sync_folder(folder.parent)
        os.utime(temporary)  # its age counts from now, however long it took to arrive
        temporary.replace(target)
        sync_folder(target.parent)

    def remove(self, oids: Sequence[str]) -> None:
        """Delete files."""
        for oid in oids:
            with suppress(FileNotFoundError):
                self.path(oid).unlink()

    def stored(self) -> Iterator[Stored]:
        """Yield every file that is there."""
        for folder in sorted(self._objects.glob("??/??")):
            for path in folder.iterdir():
                with suppress(FileNotFoundError):
                    found = path.lstat()
                    if is_oid(path.name) and stat.S_ISREG(found.st_mode):
                        yield Stored(path.name, found.st_size, found.st_mtime)

    def set_aside(self, oid: str) -> str:
        """Move a damaged file to the folder ``damaged``."""
        self._aside.mkdir(exist_ok=True)
        target = self._aside / oid
        self.path(oid).replace(target)
        return str(target)


class Incoming:
    """One file on its way in: counts and hashes what is written."""

    def __init__(self, store: LargeStore, oid: str, size: int, temporary: Path, file: DirectFile) -> None:
        self.kept = False
        self._store, self._oid, self._size = store, oid, size
        self._temporary, self._file = temporary, file
        self._digest = hashlib.sha256()
        self._received = 0

    def write(self, chunk: bytes | memoryview) -> None:
        """Append bytes, and hash them.

        Raises
        ------
        WrongContent
            As soon as there are more bytes than announced.
        """
        self.append(memoryview(chunk))
        self.hash(chunk)

    def append(self, chunk: memoryview) -> None:
        """Append bytes; somebody else gives the same ones to `hash`, in the same order."""
        if self._received + len(chunk) > self._size:
            message = f"More than the announced {self._size} bytes arrived."
            raise WrongContent(message)
        self._file.write(chunk, self._received)
        self._received += len(chunk)

    def hash(self, chunk: bytes | memoryview) -> None:
        """Hash bytes."""
        self._digest.update(chunk)

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
        self._file.sync()

    def keep(self) -> None:
        """Move the checked file to its place."""
        self._store.place(self._temporary, self._oid)
        self.kept = True


def sync_folder(folder: str | Path) -> None:
    """Make a rename inside `folder` survive a power cut, where the system can."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
