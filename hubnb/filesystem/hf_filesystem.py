"""`HfFileSystem`: repositories of a Hub as an fsspec filesystem."""

# fsspec declares no types, so checkers take its defaults for them.
# pyright: reportIncompatibleMethodOverride=false, reportIncompatibleVariableOverride=false

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from ..client.errors import EntryNotFoundError
from ..client.files import resolve_path
from ..client.hub import HubClient
from ..client.info import fetch_repo_info
from ..client.refs import list_commits
from ..client.repo_id import quote_path, quote_revision
from ..client.settings import Settings
from ..client.tokens import resolve_token
from ..client.tree import LastCommitInfo
from .contents import Contents
from .listing import Info, Listings, etag_of, shared_listings
from .paths import HfFileSystemResolvedRepositoryPath, missing_as_file_not_found, parse_path, raise_not_found
from .pool import shared_pool
from .staging import HubTransaction

if TYPE_CHECKING:
    from datetime import datetime


class _Options(dict[str, Any]):
    """Storage options as they are, but for a token when somebody prints them."""

    def __repr__(self) -> str:
        return repr(
            {name: "…" if name == "token" and isinstance(value, str) else value for name, value in self.items()}
        )


class HfFileSystem(Contents):
    """Read and write files of models, datasets and spaces as ``hf://[datasets/|spaces/]ns/name[@revision]/path``.

    Parameters
    ----------
    endpoint
        Base URL of the Hub; None is what the environment names when a call is made.
    token
        A string, None (the ambient token), True (there must be one) or False (anonymous).
    block_size
        Largest single request of an open file, in bytes; 0 streams files from front to back without a cache.
    expand_info
        True adds the last commit to all entries; slower.
    max_workers
        Taken for compatibility: one pool of connections serves all files.

    Examples
    --------
    >>> fs = HfFileSystem()
    >>> fs.glob("datasets/me/digits/**.parquet")
    ['datasets/me/digits/data/train.parquet']
    >>> with fs.transaction:  # one commit for all of it, or none
    ...     fs.pipe("me/digits-cnn/classes.txt", b"0 1 2 3")
    ...     fs.rm("me/digits-cnn/old.txt")
    """

    root_marker = ""
    protocol = "hf"
    transaction_type = HubTransaction

    def __init__(
        self,
        *args: Any,
        endpoint: str | None = None,
        token: bool | str | None = None,
        block_size: int | None = None,
        expand_info: bool | None = None,
        max_workers: int = 16,
        **storage_options: Any,
    ) -> None:
        super().__init__(*args, **storage_options)
        self._endpoint = endpoint
        self.token = token
        self.block_size = block_size
        self.expand_info = bool(expand_info)
        self.max_workers = max_workers
        self._connection: tuple[tuple[Settings, str | None], HubClient, Listings] | None = None
        self._open_staging = threading.local()

    # Who asks, and where

    @property
    def endpoint(self) -> str:
        """Base URL of the Hub."""
        return (self._endpoint or Settings.from_env().endpoint).rstrip("/")

    def hub(self) -> HubClient:
        """Give the client of this moment: the environment and the ambient token may change."""
        return self._connected()[0]

    def _connected(self) -> tuple[HubClient, Listings]:
        settings = Settings.from_env(endpoint=self._endpoint)
        token = resolve_token(None if self.token is None else self.token, settings)
        connection = self._connection
        if connection is None or connection[0] != (settings, token):
            hub = HubClient(settings, token if token is not None else False)
            connection = ((settings, token), hub, shared_listings(settings.endpoint, token))
            self._connection = connection
        return connection[1], connection[2]

    @property
    def dircache(self) -> dict[str, list[Info]]:
        """What is known of folders, by name."""
        return self._connected()[1].folders

    @dircache.setter
    def dircache(self, value: Any) -> None:
        """Ignore fsspec's own: listings are shared by all who see this Hub as the same person."""

    @property
    def storage_options(self) -> dict[str, Any]:
        """What it was made with."""
        return self._storage_options

    @storage_options.setter
    def storage_options(self, options: dict[str, Any]) -> None:
        self._storage_options = _Options(options)

    def __repr__(self) -> str:
        return f"HfFileSystem({self.endpoint!r})"

    def to_dict(self, *, include_password: bool = True) -> dict[str, Any]:
        """Describe this filesystem for `from_dict`; the token goes along only if it is a secret you mean to keep."""
        described = super().to_dict(include_password=include_password)
        if not include_password:
            described.pop("token", None)
        return described

    # Paths

    def parse_path(self, path: str, revision: str | None = None) -> HfFileSystemResolvedRepositoryPath:
        """Read a path; asks nobody."""
        return parse_path(str(self._strip_protocol(path)), revision)

    def resolve_path(self, path: str, revision: str | None = None) -> HfFileSystemResolvedRepositoryPath:
        """Say which repository, revision and file a path means.

        Raises
        ------
        FileNotFoundError
            If there is no such repository or revision.
        ValueError
            If path and `revision` contradict each other.
        """
        resolved = self.parse_path(path, revision)
        self.check_revision(resolved)
        return resolved

    def check_revision(self, path: HfFileSystemResolvedRepositoryPath) -> None:
        """Raise FileNotFoundError unless repository and revision exist; asked once."""
        hub, listings = self._connected()
        listings.check_revision(hub, path)

    def invalidate_cache(self, path: str | None = None) -> None:
        """Forget what is known of the repository of `path`, or everything."""
        if path:
            self.forget(self.parse_path(path))
        else:
            self._connected()[1].forget()

    def forget(self, path: HfFileSystemResolvedRepositoryPath) -> None:
        """Forget what is known of a repository, at all its revisions."""
        self._connected()[1].forget(path.repo_path)

    # Look

    def ls(
        self, path: str, detail: bool = True, refresh: bool = False, revision: str | None = None, **kwargs: Any
    ) -> list[Any]:
        """List a folder; a file gives itself.

        Parameters
        ----------
        detail
            True gives dicts of facts, False names.
        refresh
            True asks the Hub again.
        """
        resolved = self.parse_path(path, revision)
        found = self._list(resolved, refresh=refresh, expand=kwargs.get("expand_info"))
        if found is None:
            found = [self.info(resolved.unresolve(), refresh=refresh, **kwargs)]
        return [dict(info) for info in found] if detail else [info["name"] for info in found]

    def _list(
        self,
        path: HfFileSystemResolvedRepositoryPath,
        *,
        recursive: bool = False,
        refresh: bool = False,
        expand: bool | None = None,
    ) -> list[Info] | None:
        """Give what is in a folder; None if the path is no folder."""
        hub, listings = self._connected()
        with missing_as_file_not_found(path.unresolve()):
            try:
                return listings.list_folder(
                    hub, path, recursive=recursive, refresh=refresh,
                    expand=self.expand_info if expand is None else expand,
                )  # fmt: skip
            except EntryNotFoundError:
                if not path.path_in_repo:
                    raise
                return None

    def find(
        self,
        path: str,
        maxdepth: int | None = None,
        withdirs: bool = False,
        detail: bool = False,
        refresh: bool = False,
        revision: str | None = None,
        **kwargs: Any,
    ) -> Any:
        """List all files below a folder, with one request for each thousand."""
        if maxdepth is not None and maxdepth < 1:
            msg = "maxdepth must be at least 1"
            raise ValueError(msg)
        top = self.parse_path(path, revision)
        try:
            found = self._below(top, maxdepth, refresh=refresh, expand=kwargs.get("expand_info"))
        except FileNotFoundError:
            found = []
        if withdirs:
            if found and found[0]["name"] != top.unresolve():
                found.insert(0, self.info(top.unresolve()))
        else:
            found = [info for info in found if info["type"] != "directory"]
        infos = {info["name"]: dict(info) for info in sorted(found, key=lambda info: info["name"])}
        return infos if detail else list(infos)

    def _below(
        self,
        top: HfFileSystemResolvedRepositoryPath,
        maxdepth: int | None,
        *,
        refresh: bool,
        expand: bool | None,
    ) -> list[Info]:
        """Give everything below, down to `maxdepth`; a file gives itself."""
        found = self._list(top, recursive=maxdepth is None, refresh=refresh, expand=expand)
        if found is None:
            expand = self.expand_info if expand is None else expand
            return [self.info(top.unresolve(), refresh=refresh, expand_info=expand)]
        found = list(found)
        level = found if maxdepth is not None else []
        for _ in range((maxdepth or 1) - 1):
            folders = [self.parse_path(info["name"]) for info in level if info["type"] == "directory"]
            tasks = [shared_pool().submit(self._list, folder, refresh=refresh, expand=expand) for folder in folders]
            level = [info for task in tasks for info in task.result() or ()]
            found += level
        return found

    def walk(self, path: str, maxdepth: int | None = None, *args: Any, **kwargs: Any) -> Any:
        """Go through folders as `os.walk` does."""
        top = self.parse_path(path, kwargs.pop("revision", None))
        if maxdepth is None:  # all of it is wanted: one listing instead of one for each folder
            self._below(top, None, refresh=kwargs.pop("refresh", False), expand=kwargs.get("expand_info"))
        yield from super().walk(top.unresolve(), maxdepth, *args, **kwargs)

    def glob(self, path: str, maxdepth: int | None = None, **kwargs: Any) -> Any:
        """Find files by a pattern: ``*``, ``?``, ``[…]`` and ``**``."""
        top = self.parse_path(path, kwargs.pop("revision", None))
        return super().glob(top.unresolve(), maxdepth=maxdepth, **kwargs)

    def info(self, path: str, refresh: bool = False, revision: str | None = None, **kwargs: Any) -> Info:
        """Give name, size (bytes), type, hashes and, with `expand_info=True`, the last commit.

        Raises
        ------
        FileNotFoundError
            Saying whether it is the repository, the revision or the file that is missing.
        """
        resolved = self.parse_path(path, revision)
        name, (hub, listings) = resolved.unresolve(), self._connected()
        expand = bool(kwargs.get("expand_info", self.expand_info))
        if not resolved.path_in_repo:
            listings.check_revision(hub, resolved, refresh=refresh)
            last_commit = self._newest_commit(resolved) if expand else None
            return {"name": name, "size": 0, "type": "directory", "tree_id": None, "last_commit": last_commit}
        with missing_as_file_not_found(name):
            info = listings.info(hub, resolved, expand=expand, refresh=refresh)
        if info is None:
            raise_not_found(name)
        return dict(info)

    def _newest_commit(self, path: HfFileSystemResolvedRepositoryPath) -> LastCommitInfo:
        newest = list_commits(self.hub(), path.repo, path.revision, limit=1)[0]
        return LastCommitInfo(newest.commit_id, newest.title, newest.created_at)

    def exists(self, path: str, **kwargs: Any) -> bool:
        """Whether there is such a file or folder; a Hub that does not answer is an error, not a no."""
        try:
            self.info(path, **kwargs)
        except FileNotFoundError:
            return False
        return True

    def isdir(self, path: str) -> bool:
        """Whether it is a folder."""
        return self._type(path) == "directory"

    def isfile(self, path: str) -> bool:
        """Whether it is a file."""
        return self._type(path) == "file"

    def _type(self, path: str) -> str | None:
        try:
            return self.info(path)["type"]
        except FileNotFoundError:
            return None

    def modified(self, path: str, **kwargs: Any) -> datetime:
        """Give when a file, folder or repository was last changed by a commit."""
        return self.info(path, **{**kwargs, "expand_info": True})["last_commit"].date

    def created(self, path: str) -> datetime:
        """Give when a repository was made; of files the Hub keeps no such date.

        Raises
        ------
        NotImplementedError
            For a file.
        """
        resolved = self.parse_path(path)
        with missing_as_file_not_found(path):
            created = None if resolved.path_in_repo else fetch_repo_info(self.hub(), resolved.repo).created_at
        if created is None:
            msg = f"The Hub does not say when {path} was made; modified() says when it was last changed."
            raise NotImplementedError(msg)
        return created

    def checksum(self, path: str) -> int:
        """Give `ukey` as a number."""
        return int(self.ukey(path), 16)

    def ukey(self, path: str) -> str:
        """Give the hash that names a file's content: the same bytes have the same key everywhere."""
        info = self.info(path)
        return etag_of(info) or str(info.get("tree_id") or "0")

    def url(self, path: str) -> str:
        """Give the web address: of a file's bytes, or of a folder's page."""
        resolved = self.parse_path(path)
        if not self.isdir(path):
            return self.endpoint + resolve_path(resolved.repo, resolved.revision, resolved.path_in_repo)
        below = f"/{quote_path(resolved.path_in_repo)}" if resolved.path_in_repo else ""
        return f"{self.endpoint}{resolved.repo.web}/tree/{quote_revision(resolved.revision)}{below}"


def __getattr__(name: str) -> Any:
    if name == "hffs":  # made when somebody asks for it
        return HfFileSystem()
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)
