"""What Xet clients upload, kept just long enough to make plain files of it.

A client remembers, by the address of the store, which chunks it has sent before. So the address here changes every
day and with the user and the data folder: nothing is taken for sent that this store doesn't hold, and what is older
than two days can go. Should a store lack chunks all the same, say after a power cut, it gives way to a new one, or its
user could not upload until the next day.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import shutil
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from hubnb.server.largefiles import CHUNK_BYTES, WrongContent
from hubnb.server.wire import HubProblem, collected
from hubnb.server.xorbs import BadXet, Term, XetFile, read_shard, unpack_xorb

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hubnb.server.hub import Hub

VALID_S = 12 * 3600
_DAY_S = 24 * 3600
_SPOILED = "spoiled"
_MAX_STORES = 100
_KEEP_S = 2 * _DAY_S


class MissingChunks(BadXet):
    """A client believes it has sent what isn't here."""


class XetStore:
    """Xorbs of one user and day."""

    def __init__(self, hub: Hub, name: str) -> None:
        self._hub = hub
        self._folder = hub.folder / "xet" / name

    def take_xorb(self, name: str, packed: Path) -> None:
        """Unpack a xorb that arrived.

        Raises
        ------
        HubProblem
            400 if it is none.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        temporary = self._folder / f"{secrets.token_hex(8)}.tmp"
        try:
            with packed.open("rb") as source, temporary.open("xb") as plain:
                ends = unpack_xorb(source, plain)
            index = temporary.with_suffix(".json")
            index.write_text(json.dumps(ends), encoding="utf-8")
            temporary.replace(self._folder / name)
            index.replace(self._folder / f"{name}.json")  # last: an index says that the xorb is whole
        except BadXet as error:
            raise HubProblem(400, str(error)) from None
        finally:
            temporary.unlink(missing_ok=True)

    def take_shard(self, data: bytes, repo_id: str) -> None:
        """Make plain large files of what a shard describes, and link them to a repository.

        Raises
        ------
        HubProblem
            400 if chunks are missing or don't give the announced file.
        """
        try:
            for file in read_shard(data):
                self._make(file, repo_id)
        except MissingChunks as error:
            self._folder.mkdir(parents=True, exist_ok=True)
            (self._folder / _SPOILED).touch()
            raise HubProblem(400, f"{error} Send the files again.") from None
        except (BadXet, WrongContent, ValueError) as error:
            raise HubProblem(400, f"{error} Send the files again.") from None

    def _make(self, file: XetFile, repo_id: str) -> None:
        hub = self._hub
        if not hub.links.has(repo_id, file.sha256):
            with hub.large.incoming(file.sha256, file.size) as incoming:
                for term in file.terms:
                    for chunk in self._bytes_of(term):
                        incoming.write(chunk)
                incoming.check()
                incoming.keep()
            if not hub.links.add(repo_id, file.sha256, file.size):
                raise collected()

    def _bytes_of(self, term: Term) -> Iterator[bytes]:
        try:
            ends = json.loads((self._folder / f"{term.xorb}.json").read_text(encoding="utf-8"))
        except OSError:
            message = f"The chunks {term.xorb} are not here."
            raise MissingChunks(message) from None
        if not 0 <= term.first_chunk < term.end_chunk <= len(ends):
            message = f"{term.xorb} has no chunks {term.first_chunk} to {term.end_chunk}."
            raise BadXet(message)
        start = ends[term.first_chunk - 1] if term.first_chunk else 0
        left = ends[term.end_chunk - 1] - start
        with (self._folder / term.xorb).open("rb", buffering=0) as stream:
            stream.seek(start)
            while left > 0 and (chunk := stream.read(min(left, CHUNK_BYTES))):
                left -= len(chunk)
                yield chunk


def store_name(hub: Hub, user_id: str) -> str:
    """Return today's store of a user, and drop stores that are too old to be asked for."""
    folder = hub.folder / "xet"
    remove_old_stores(folder)
    name = ""
    for number in range(_MAX_STORES):
        text = f"xet {user_id} {int(time.time()) // _DAY_S} {number}"
        name = hmac.new(hub.signing_key, text.encode(), hashlib.sha256).hexdigest()[:24]
        if not (folder / name / _SPOILED).exists():
            break
    return name


def remove_old_stores(folder: Path) -> None:
    """Delete the stores in a folder that no client can be using any more."""
    for old in folder.iterdir() if folder.is_dir() else ():
        with suppress(OSError):
            if old.stat().st_mtime < time.time() - _KEEP_S:
                shutil.rmtree(old)


def make_token(hub: Hub, repo_id: str, store: str) -> tuple[str, int]:
    """Return a token that lets its holder upload to one repository, and when it ends."""
    expires = int(time.time()) + VALID_S
    return f"xet_{repo_id}_{expires}_{_signature(hub, repo_id, store, expires)}", expires


def read_token(hub: Hub, store: str, authorization: str | None) -> str:
    """Return the repository that a token is for.

    Raises
    ------
    HubProblem
        401 for any other token.
    """
    parts = (authorization or "").removeprefix("Bearer ").split("_")
    if len(parts) == 4 and parts[2].isdecimal() and parts[2].isascii():
        expected = _signature(hub, parts[1], store, int(parts[2]))
        known = hmac.compare_digest(parts[3].encode(), expected.encode()) and int(parts[2]) > time.time()
        if known and hub.database.one("SELECT 1 FROM repos WHERE id = ?", parts[1]) is not None:
            return parts[1]
    raise HubProblem(401, "This upload token is not known or has expired. Ask for a new one.")


def _signature(hub: Hub, repo_id: str, store: str, expires: int) -> str:
    return hmac.new(hub.signing_key, f"xet {repo_id} {store} {expires}".encode(), hashlib.sha256).hexdigest()
