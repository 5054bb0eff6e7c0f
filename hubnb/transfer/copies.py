"""Copies within a repository: a large one is a second name for its object, another is read and sent again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..client.commits import LargeFile, RegularFile
from ..client.errors import EntryNotFoundError
from ..client.files import open_stream, resolve_path
from ..client.tree import RepoFile, fetch_paths_info
from .hashing import BLOCK_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..client.hub import HubClient
    from ..client.repo_id import RepoId
    from .operations import CommitOperationCopy


def copy_lines(
    hub: HubClient, repo: RepoId, revision: str, copies: list[CommitOperationCopy]
) -> dict[str, RegularFile | LargeFile]:
    """Give what a commit says for each copy, by its new path; one question for each revision copied from.

    Raises
    ------
    EntryNotFoundError
        Naming a source that does not exist.
    """
    lines: dict[str, RegularFile | LargeFile] = {}
    for source_revision in {copy.src_revision or revision for copy in copies}:
        chosen = [copy for copy in copies if (copy.src_revision or revision) == source_revision]
        paths = list({copy.src_path_in_repo for copy in chosen})
        sources = {entry.path: entry for entry in fetch_paths_info(hub, repo, source_revision, paths)}
        for copy in chosen:
            source = sources.get(copy.src_path_in_repo)
            if not isinstance(source, RepoFile):
                msg = f"{repo} has no file {copy.src_path_in_repo!r} at {source_revision!r} to copy."
                raise EntryNotFoundError(msg)
            if source.lfs is not None:
                lines[copy.path_in_repo] = LargeFile(copy.path_in_repo, source.lfs.sha256, source.size)
            else:
                read = _reader(hub, repo, source_revision, source.path)
                lines[copy.path_in_repo] = RegularFile(copy.path_in_repo, source.size, read)
    return lines


def _reader(hub: HubClient, repo: RepoId, revision: str, path: str) -> Callable[[], bytes]:
    def read() -> bytes:
        url = resolve_path(repo, revision, path)
        with open_stream(hub, url, repo=repo, revision=revision, entry=path) as stream:
            return b"".join(iter(lambda: stream.read(BLOCK_BYTES), b""))

    return read
