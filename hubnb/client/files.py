"""One file on the Hub: its address, what the Hub says about it, and its bytes as a stream."""

from __future__ import annotations

import http.client
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from .caller import asked_as
from .errors import (
    EntryNotFoundError,
    HfHubHTTPError,
    HubUnreachableError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from .hub import HubClient
from .repo_id import RepoId, quote_path, quote_revision, validate_path_in_repo
from .settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    import requests

_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")
_MOST_SMALL_FILE_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True)
class HfFileMetadata:
    """What the Hub says about a file at a revision; `size` in bytes."""

    commit_hash: str | None
    etag: str | None
    location: str
    size: int | None


def hf_hub_url(
    repo_id: str,
    filename: str,
    *,
    subfolder: str | None = None,
    repo_type: str | None = None,
    revision: str | None = None,
    endpoint: str | None = None,
) -> str:
    """Address of a file's bytes."""
    repo = RepoId.parse(repo_id, repo_type)
    path = validate_path_in_repo(f"{subfolder}/{filename}" if subfolder else filename)
    return (endpoint or Settings.from_env().endpoint).rstrip("/") + resolve_path(repo, revision or "main", path)


def resolve_path(repo: RepoId, revision: str, path: str) -> str:
    """Path of a file's bytes on the Hub."""
    return f"{repo.web}/resolve/{quote_revision(revision)}/{quote_path(path)}"


def get_hf_file_metadata(
    url: str,
    *,
    token: str | bool | None = None,
    timeout: float | None = None,
    library_name: str | None = None,
    library_version: str | None = None,
    user_agent: str | Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
    retry_on_errors: bool = True,  # noqa: ARG001 - upstream's name; what may pass is asked again in any case
    endpoint: str | None = None,
) -> HfFileMetadata:
    """Ask about the file at `url` (one HEAD, plus redirects within the Hub).

    Parameters
    ----------
    timeout
        Seconds to wait for the answer.
    library_name, library_version, user_agent, headers
        Who asks, for the User-Agent header, and headers for the Hub itself.
    retry_on_errors
        Has no effect.
    """
    with asked_as(library_name, library_version, user_agent, headers):
        hub = HubClient.from_env(token, endpoint)
    return fetch_file_metadata(hub, url, timeout_s=timeout)


def fetch_file_metadata(
    hub: HubClient,
    url: str,
    *,
    timeout_s: float | None = None,
    repo: RepoId | None = None,
    revision: str | None = None,
    entry: str | None = None,
) -> HfFileMetadata:
    """Do what `get_hf_file_metadata` does, with a client at hand.

    Redirects are followed as long as they stay on the Hub; the first that leaves it (to storage) is where the
    bytes are, and the Hub's own answer is what describes them.
    """
    url = hub.http.url(url)
    commit_hash = etag = None
    size: int | None = None
    while True:
        response = hub.http.request(
            "HEAD", url, headers={"Accept-Encoding": "identity"}, follow=False,
            timeout_s=timeout_s or hub.settings.etag_timeout_s, repo=repo, revision=revision, entry=entry,
        )  # fmt: skip
        headers = response.headers
        commit_hash = headers.get("X-Repo-Commit") or commit_hash
        redirected = 300 <= response.status_code < 400
        etag = headers.get("X-Linked-Etag") or etag or (None if redirected else headers.get("ETag"))
        length = headers.get("X-Linked-Size") or (None if redirected else headers.get("Content-Length"))
        size = int(length) if length and length.isdigit() else size
        location = headers.get("Location")
        if not redirected or location is None:
            return HfFileMetadata(commit_hash, normalize_etag(etag), response.url, size)
        target = urljoin(url, location)
        if not hub.http.is_home(target):
            return HfFileMetadata(commit_hash, normalize_etag(etag or headers.get("ETag")), target, size)
        url = target


def normalize_etag(etag: str | None) -> str | None:
    """Bare hash of an ETag header: no ``W/``, no quotes."""
    return etag.removeprefix("W/").strip('"') if etag else None


def file_exists(
    repo_id: str,
    filename: str,
    *,
    repo_type: str | None = None,
    revision: str | None = None,
    token: str | bool | None = None,
    endpoint: str | None = None,
) -> bool:
    """Whether the repository has that file; False also where there is no such repository or revision."""
    url = hf_hub_url(repo_id, filename, repo_type=repo_type, revision=revision, endpoint=endpoint)
    try:
        get_hf_file_metadata(url, token=token, endpoint=endpoint)
    except (EntryNotFoundError, RepositoryNotFoundError, RevisionNotFoundError):
        return False
    return True


def read_file(
    repo_id: str,
    path_in_repo: str,
    *,
    revision: str | None = None,
    repo_type: str | None = None,
    token: str | bool | None = None,
    endpoint: str | None = None,
) -> bytes:
    """Bytes of a small file (at most 10 MiB), straight from the Hub, past the cache."""
    repo = RepoId.parse(repo_id, repo_type)
    hub = HubClient.from_env(token, endpoint)
    return fetch_small_file(hub, repo, revision or "main", validate_path_in_repo(path_in_repo))


def fetch_small_file(hub: HubClient, repo: RepoId, revision: str, path: str) -> bytes:
    """Do what `read_file` does, with a client at hand."""
    stream = open_stream(hub, resolve_path(repo, revision, path), repo=repo, revision=revision, entry=path)
    with stream:
        body = bytearray()
        while block := stream.read(1 << 16):
            body += block
            if len(body) > _MOST_SMALL_FILE_BYTES:
                msg = f"{path!r} of {repo} is larger than 10 MiB; use hf_hub_download for it."
                raise HfHubHTTPError(msg)
        return bytes(body)


class ByteStream:
    """The body of one answer: read it piece by piece, stop it from any thread.

    `start` is the offset of its first byte in the file (-1 for a part that doesn't say which), `total` the size of
    the whole file (None if unsaid).
    """

    def __init__(self, response: requests.Response) -> None:
        self._response = response
        self.status = response.status_code
        self.etag = normalize_etag(response.headers.get("X-Linked-Etag") or response.headers.get("ETag"))
        self.commit_hash = response.headers.get("X-Repo-Commit")
        content_range = _CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", ""))
        length = response.headers.get("Content-Length", "")
        self.length: int | None = int(length) if length.isdigit() else None
        if content_range:
            self.start = int(content_range[1])
            self.total = None if content_range[3] == "*" else int(content_range[3])
        elif self.status == 206:
            self.start, self.total = -1, None
        else:
            self.start, self.total = 0, self.length

    def read(self, size: int) -> bytes:
        """Give up to `size` bytes, b"" at the end.

        Raises
        ------
        HubUnreachableError
            The connection broke off before the announced end.
        """
        import urllib3

        try:
            return self._response.raw.read(size, decode_content=False)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            msg = f"The connection to {self.host} broke off in the middle of a file ({type(error).__name__})."
            raise HubUnreachableError(msg) from None

    def read_into(self, buffer: memoryview) -> int:
        """Fill `buffer` with the next bytes without copying them through Python; 0 at the end, or if it broke off.

        Raises
        ------
        HubUnreachableError
            The connection broke off.
        """
        # `requests` itself relies on this attribute of urllib3's answers; others may lack it.
        original = getattr(self._response.raw, "_original_response", None)
        if original is None:
            block = self.read(len(buffer))
            buffer[: len(block)] = block
            return len(block)
        try:
            count = original.readinto(buffer)
        except (OSError, http.client.HTTPException) as error:
            msg = f"The connection to {self.host} broke off in the middle of a file ({type(error).__name__})."
            raise HubUnreachableError(msg) from None
        if original.isclosed():  # read to its end: the connection can serve the next request
            self._response.raw.release_conn()
        return count

    @property
    def url(self) -> str:
        """Where the bytes come from, after redirects; may be a signed address, so never show it."""
        return self._response.url

    @property
    def host(self) -> str:
        """Who sends."""
        return self._response.url.split("/")[2].rpartition("@")[2]

    def abort(self) -> None:
        """Make a read in another thread end now."""
        # These mean that it was read to its end, or closed, already.
        with suppress(RuntimeError, OSError, ValueError, AttributeError):
            self._response.raw.shutdown()

    def close(self) -> None:
        """Give the connection back, or drop it if there are bytes left."""
        self._response.close()

    def __enter__(self) -> ByteStream:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_stream(
    hub: HubClient,
    url: str,
    *,
    start: int = 0,
    end: int | None = None,
    signed: bool = True,
    timeout_s: float | None = None,
    repo: RepoId | None = None,
    revision: str | None = None,
    entry: str | None = None,
) -> ByteStream:
    """Open the bytes at `url`.

    Parameters
    ----------
    start, end
        First byte and the one after the last; None is the end of the file. The answer may ignore them:
        look at `ByteStream.start`.
    signed
        False for an address that carries its own signature.
    """
    headers = {"Accept-Encoding": "identity"}
    if start or end is not None:
        headers["Range"] = f"bytes={start}-{'' if end is None else end - 1}"
    response = hub.http.request(
        "GET", url, headers=headers, stream=True, signed=signed, timeout_s=timeout_s,
        repo=repo, revision=revision, entry=entry,
    )  # fmt: skip
    return ByteStream(response)
