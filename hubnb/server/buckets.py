"""Large files in the bucket of an object store: S3 and what speaks like it, Google Cloud Storage, Azure.

Uploads pass through the Hub, which counts and hashes them in its scratch folder and puts into the bucket only what is
right; the bucket checks the same bytes again. Downloads don't: the Hub answers with a signed address of the bucket, so
they cost it nothing, however many there are. Files lie at ``lfs/ab/cd/<sha-256>`` as they do in a data folder, so
moving from one to the other is a plain copy.
"""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from hubnb.server.largefiles import CHUNK_BYTES, LargeFiles, LargeStore, Stored, StoreFault, is_oid

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from hubnb.server.storage import Metadata

_SIGNED_FOR = timedelta(hours=1)
_PART_BYTES = 16 << 20
_PARTS_AT_ONCE = 4
_SIGNING = ("S3Store", "GCSStore", "AzureStore")
_SETTING = "blobs"
_RETRIES: Any = {"max_retries": 4, "retry_timeout": timedelta(seconds=20)}
"""A client that waits for an answer should hear of a bucket that is away, not of its own time limit."""


def open_store(folder: Path, database: Metadata, blobs: str | None = None, *, moved: bool = False) -> LargeStore:
    """Return the place where a Hub's large files lie.

    Parameters
    ----------
    folder
        The data folder.
    database
        Remembers the place, so that it is given once.
    blobs
        URL of a bucket, e.g. ``s3://models/hub``; None for the place this data folder has used so far.
    moved
        Whether the files were copied there from where they have been so far.

    Raises
    ------
    OSError
        If the folder's large files lie elsewhere, or the bucket can't be used.
    """
    known = database.setting(_SETTING)
    if blobs is None or blobs.rstrip("/") == (known or "").rstrip("/"):
        return LargeFiles(folder) if known is None else Bucket(folder, known)
    place = str(folder / "lfs") if known is None else _shown(known)
    rows = database.all("SELECT oid, MAX(size) AS size FROM objects GROUP BY oid")
    if rows and not moved:
        message = (
            f"The large files of this Hub are in {place}, not in {_shown(blobs)}. To move them, stop the Hub, copy"
            " them, and start it with --blobs-moved."
        )
        raise OSError(message)
    store = Bucket(folder, blobs)
    store.check_access()
    there = {found.oid: found.size for found in store.stored()} if rows else {}
    lacking = sum(there.get(row["oid"]) != row["size"] for row in rows)
    if lacking:
        message = f"{lacking} of {len(rows)} large files are not in {_shown(blobs)} yet. Copy them from {place} first."
        raise OSError(message)
    database.keep_setting(_SETTING, blobs)
    return store


def _shown(url: str) -> str:
    return url.partition("?")[0]


class Bucket(LargeStore):
    """Large files in a bucket.

    Parameters
    ----------
    folder
        The data folder, for the scratch folder in it.
    url
        The bucket, and perhaps a prefix in it. How to reach it and with which rights is read from the environment, as
        the tools of each provider do (``AWS_ACCESS_KEY_ID``, ``AWS_ENDPOINT_URL``, ``AWS_REGION`` ...).

    Raises
    ------
    OSError
        If the URL is wrong, or the package that speaks to buckets is missing.
    """

    def __init__(self, folder: Path, url: str) -> None:
        super().__init__(folder)
        if "@" in url or "?" in url:
            message = "The URL of a bucket carries no keys: give them in the environment, as for the provider's tools."
            raise OSError(message)
        try:
            import obstore
            from obstore.store import from_url
        except ImportError:
            message = f"Large files in {_shown(url)} need the package obstore: pip install 'hubnb[buckets]'"
            raise OSError(message) from None
        self._obstore: Any = obstore
        self._url = url
        try:
            self._store: Any = from_url(url, retry_config=_RETRIES, **_options(url))
        except (ValueError, obstore.exceptions.BaseError) as error:
            message = f"{_shown(url)} is no bucket that can be used: {_first_line(error)}"
            raise OSError(message) from None
        self._signs = type(self._store).__name__ in _SIGNING

    def check_access(self) -> None:
        """Try out whether files can be written, read and deleted.

        Raises
        ------
        OSError
            If not; the message says what the bucket answered.
        """
        probe = "lfs/hubnb-probe"
        try:
            self._obstore.put(self._store, probe, b"probe")
            self._obstore.get(self._store, probe).bytes()
            self._obstore.delete(self._store, probe)
        except (OSError, ValueError, self._obstore.exceptions.BaseError) as error:
            message = f"{_shown(self._url)} can't be used: {_first_line(error)}"
            raise OSError(message) from None

    @staticmethod
    def _key(oid: str) -> str:
        if not is_oid(oid):
            message = f"{oid[:80]!r} is not a sha-256."
            raise ValueError(message)
        return f"lfs/{oid[:2]}/{oid[2:4]}/{oid}"

    def size(self, oid: str) -> int | None:
        """Ask the bucket for the size of a file."""
        try:
            return self._obstore.head(self._store, self._key(oid))["size"]
        except FileNotFoundError:
            return None
        except self._obstore.exceptions.BaseError as error:
            raise self._fault(error) from None

    def seems_there(self, oid: str, size: int) -> bool:  # noqa: ARG002
        """Trust the link: it is made only after a look, and a look takes a round trip."""
        return True

    def local_path(self, oid: str) -> None:  # noqa: ARG002
        """Return None: nothing lies here."""
        return

    def signed_url(self, oid: str) -> str | None:
        """Return an address that is good for an hour."""
        if not self._signs:
            return None
        return self._obstore.sign(self._store, "GET", self._key(oid), _SIGNED_FOR)

    def chunks(self, oid: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Fetch a file in pieces."""
        try:
            last: int = self._obstore.head(self._store, self._key(oid))["size"] if end is None else end
            for position in range(start, last, 8 * CHUNK_BYTES):
                length = min(8 * CHUNK_BYTES, last - position)
                yield bytes(self._obstore.get_range(self._store, self._key(oid), start=position, length=length))
        except (FileNotFoundError, self._obstore.exceptions.BaseError) as error:
            raise self._fault(error) from None

    def place(self, temporary: Path, oid: str) -> None:
        """Put a checked file into the bucket, and make sure that all of it arrived."""
        size = temporary.stat().st_size
        try:
            self._obstore.put(
                self._store, self._key(oid), temporary, chunk_size=_PART_BYTES, max_concurrency=_PARTS_AT_ONCE
            )
            arrived = self.size(oid)
        except self._obstore.exceptions.BaseError as error:
            raise self._fault(error) from None
        if arrived != size:
            message = f"{_shown(self._url)} kept {arrived} of {size} bytes of {oid}."
            raise StoreFault(message)
        temporary.unlink()

    def remove(self, oids: Sequence[str]) -> None:
        """Delete files."""
        if oids:
            try:
                self._obstore.delete(self._store, [self._key(oid) for oid in oids])
            except FileNotFoundError:  # some stores mind that one of them is gone already
                for oid in oids:
                    with suppress(FileNotFoundError):
                        self._obstore.delete(self._store, self._key(oid))
            except self._obstore.exceptions.BaseError as error:
                raise self._fault(error) from None

    def stored(self) -> Iterator[Stored]:
        """List the bucket."""
        try:
            for page in self._obstore.list(self._store, "lfs"):
                for found in page:
                    name = found["path"].rpartition("/")[2]
                    if is_oid(name):
                        yield Stored(name, found["size"], found["last_modified"].timestamp())
        except self._obstore.exceptions.BaseError as error:
            raise self._fault(error) from None

    def set_aside(self, oid: str) -> str:
        """Move a damaged file to ``damaged/`` in the bucket."""
        target = f"damaged/{oid}"
        self._obstore.rename(self._store, self._key(oid), target)
        return f"{_shown(self._url)}/{target}"

    def _fault(self, error: Exception) -> StoreFault:
        return StoreFault(f"{_shown(self._url)}: {_first_line(error)}")


def _options(url: str) -> dict[str, Any]:
    """Return what a store needs beside the environment."""
    if not url.startswith(("s3://", "s3a://")):
        return {}
    options: dict[str, Any] = {"config": {"checksum_algorithm": "sha256"}}
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or ""
    if endpoint:
        options["config"]["endpoint"] = endpoint
        if endpoint.startswith("http://"):
            options["client_options"] = {"allow_http": True}
    return options


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:300]
