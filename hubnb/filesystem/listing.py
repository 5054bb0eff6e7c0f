"""What is known of the folders of a Hub; shared by all filesystems of a process that see it as the same person."""

from __future__ import annotations

import threading
import weakref
from collections import Counter
from typing import TYPE_CHECKING, Any

from ..client.info import fetch_repo_info
from ..client.tree import RepoFolder, fetch_paths_info, fetch_tree
from .paths import missing_as_file_not_found

if TYPE_CHECKING:
    from ..client.hub import HubClient
    from ..client.tree import RepoEntry
    from .paths import HfFileSystemResolvedRepositoryPath

Info = dict[str, Any]
_SINGLE_LOOKUPS = 2
"""So many files of a folder are asked for one by one; after that, the folder is listed."""


class Listings:
    """Folders by name, each a list of what is in it."""

    def __init__(self) -> None:
        self.folders: dict[str, list[Info]] = {}
        self._there: set[tuple[str, str]] = set()
        self._lookups: Counter[str] = Counter()

    # Questions to the Hub

    def check_revision(
        self, hub: HubClient, path: HfFileSystemResolvedRepositoryPath, *, refresh: bool = False
    ) -> None:
        """Ask, once or with `refresh` again, whether repository and revision exist.

        Raises
        ------
        FileNotFoundError
            Naming which of them doesn't.
        """
        key = (path.repo_path, path.revision)
        if refresh or key not in self._there:
            self._there.discard(key)
            with missing_as_file_not_found(path.unresolve()):
                fetch_repo_info(hub, path.repo, path.revision, timeout_s=hub.settings.etag_timeout_s)
            self._there.add(key)

    def list_folder(
        self,
        hub: HubClient,
        path: HfFileSystemResolvedRepositoryPath,
        *,
        recursive: bool = False,
        expand: bool = False,
        refresh: bool = False,
    ) -> list[Info]:
        """Give what is in a folder, or all below it; from memory where it is known.

        Raises
        ------
        EntryNotFoundError
            If it is no folder.
        """
        folder = path.unresolve()
        if not refresh:
            known = self._known_below(folder, expand=expand) if recursive else self._known(folder, expand=expand)
            if known is not None:
                return known
        tree = fetch_tree(hub, path.repo, path.revision, path.path_in_repo, recursive=recursive, expand=expand)
        found: dict[str, list[Info]] = {folder: []}
        infos = [info_of(entry, path.root) for entry in tree]
        for info in infos:
            found.setdefault(info["name"].rpartition("/")[0], []).append(info)
        self.folders.update(found)
        self._there.add((path.repo_path, path.revision))
        return infos

    def info(
        self,
        hub: HubClient,
        path: HfFileSystemResolvedRepositoryPath,
        *,
        expand: bool = False,
        refresh: bool = False,
    ) -> Info | None:
        """Give one entry; None if there is no such thing."""
        name = path.unresolve()
        folder = name.rpartition("/")[0]
        if not refresh:
            known = self._known(folder, expand=expand)
            entry = next((info for info in known or () if info["name"] == name), None)
            if entry is not None:
                return entry
            # What is missing from a list may have come since; what is not listed yet is listed if more are asked for.
            if known is None and not expand and self._lookups[folder] >= _SINGLE_LOOKUPS:
                self.list_folder(hub, path.sibling(path.path_in_repo.rpartition("/")[0]))
                return self.info(hub, path)
            self._lookups[folder] += 1
        entries = fetch_paths_info(hub, path.repo, path.revision, [path.path_in_repo], expand=expand)
        return info_of(entries[0], path.root) if entries else None

    # Memory

    def _known(self, folder: str, *, expand: bool) -> list[Info] | None:
        known = self.folders.get(folder)
        if known is None or (expand and any(info["last_commit"] is None for info in known)):
            return None
        return known

    def _known_below(self, folder: str, *, expand: bool) -> list[Info] | None:
        found: list[Info] = []
        waiting = [folder]
        while waiting:
            known = self._known(waiting.pop(), expand=expand)
            if known is None:
                return None
            found += known
            waiting += [info["name"] for info in known if info["type"] == "directory"]
        return found

    def forget(self, repo_path: str | None = None) -> None:
        """Forget a repository at all revisions, or everything."""
        if repo_path is None:
            self.folders.clear()
            self._there.clear()
            self._lookups.clear()
            return
        ends = ("", "/", "@")
        for names in (self.folders, self._lookups):
            for name in [name for name in names if name[len(repo_path) :][:1] in ends and name.startswith(repo_path)]:
                names.pop(name, None)
        self._there = {key for key in self._there if key[0] != repo_path}


def info_of(entry: RepoEntry, root: str) -> Info:
    """Describe an entry the way fsspec does, with upstream's keys."""
    info: Info = {"name": f"{root}/{entry.path}", "size": 0, "type": "directory", "last_commit": entry.last_commit}
    if isinstance(entry, RepoFolder):
        info["tree_id"] = entry.tree_id
    else:
        info.update(
            size=entry.size, type="file", blob_id=entry.blob_id, lfs=entry.lfs,
            xet_hash=getattr(entry, "xet_hash", None), security=getattr(entry, "security", None),
        )  # fmt: skip
    return info


def etag_of(info: Info) -> str | None:
    """Hash that names a file's content."""
    lfs = info.get("lfs")
    return lfs.sha256 if lfs is not None else info.get("blob_id")


_shared: weakref.WeakValueDictionary[tuple[str, str | None], Listings] = weakref.WeakValueDictionary()
_shared_lock = threading.Lock()


def shared_listings(endpoint: str, token: str | None) -> Listings:
    """Give the listings of one Hub as one person sees it."""
    with _shared_lock:
        listings = _shared.get((endpoint, token))
        if listings is None:
            listings = _shared[endpoint, token] = Listings()
        return listings
