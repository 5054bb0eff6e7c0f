"""What a safetensors file on the Hub holds, read from its head alone."""

from __future__ import annotations

import json
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from math import prod
from pathlib import Path
from typing import Any

from .errors import EntryNotFoundError, HubError
from .files import fetch_small_file, open_stream, resolve_path
from .hub import HubClient
from .repo_id import RepoId, validate_path_in_repo

SINGLE_FILE = "model.safetensors"
INDEX_FILE = "model.safetensors.index.json"
_FIRST_BYTES = 100_000  # nearly every head is within, so one request does
_MOST_HEAD_BYTES = 25_000_000
_PARALLEL_HEADS = 8


class SafetensorsParsingError(HubError):
    """A file that calls itself safetensors is none."""


class NotASafetensorsRepoError(HubError):
    """A repository has no safetensors weights under the usual names."""


@dataclass
class TensorInfo:
    """One tensor: type, shape and where its bytes lie behind the head."""

    dtype: str
    shape: list[int]
    data_offsets: tuple[int, int]
    parameter_count: int = field(init=False)

    def __post_init__(self) -> None:
        self.parameter_count = prod(self.shape)


@dataclass
class SafetensorsFileMetadata:
    """The head of a file: its own notes, its tensors, and its parameters counted by type."""

    metadata: dict[str, str]
    tensors: dict[str, TensorInfo]
    parameter_count: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.parameter_count = _sum((info.dtype, info.parameter_count) for info in self.tensors.values())


@dataclass
class SafetensorsRepoMetadata:
    """The heads of all weights of a repository; `weight_map` tells the file of each tensor."""

    metadata: dict[str, Any] | None
    sharded: bool
    weight_map: dict[str, str]
    files_metadata: dict[str, SafetensorsFileMetadata]
    parameter_count: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        counts = [counted for file in self.files_metadata.values() for counted in file.parameter_count.items()]
        self.parameter_count = _sum(counts)


def _sum(counts: Any) -> dict[str, int]:
    total: defaultdict[str, int] = defaultdict(int)
    for dtype, count in counts:
        total[dtype] += count
    return dict(total)


def get_safetensors_metadata(
    repo_id: str,
    *,
    repo_type: str | None = None,
    revision: str | None = None,
    token: str | bool | None = None,
    timeout: float | None = None,
    endpoint: str | None = None,
) -> SafetensorsRepoMetadata:
    """Tell which tensors a repository holds, without pulling them: ``model.safetensors``, or the shards of its index.

    Parameters
    ----------
    timeout
        Seconds to wait for each answer.

    Raises
    ------
    NotASafetensorsRepoError
        It has neither file.
    SafetensorsParsingError
        A file is not what its name says.
    """
    repo, hub = RepoId.parse(repo_id, repo_type), HubClient.from_env(token, endpoint)
    at = revision or "main"
    try:
        head = _read_head(hub, repo, at, timeout, SINGLE_FILE)
    except EntryNotFoundError:
        return _sharded(hub, repo, at, timeout)
    weight_map = dict.fromkeys(head.tensors, SINGLE_FILE)
    return SafetensorsRepoMetadata(
        metadata=None, sharded=False, weight_map=weight_map, files_metadata={SINGLE_FILE: head}
    )


def get_sharded_safetensors_metadata(
    repo_id: str,
    *,
    filename: str = INDEX_FILE,
    repo_type: str | None = None,
    revision: str | None = None,
    token: str | bool | None = None,
    timeout: float | None = None,
    endpoint: str | None = None,
) -> SafetensorsRepoMetadata:
    """Do what `get_safetensors_metadata` does for the shards of the index `filename`."""
    repo, hub = RepoId.parse(repo_id, repo_type), HubClient.from_env(token, endpoint)
    return _sharded(hub, repo, revision or "main", timeout, filename)


def _sharded(
    hub: HubClient, repo: RepoId, revision: str, timeout: float | None, filename: str = INDEX_FILE
) -> SafetensorsRepoMetadata:
    try:
        text = fetch_small_file(hub, repo, revision, validate_path_in_repo(filename))
    except EntryNotFoundError:
        msg = f"{repo} at {revision!r} has neither {SINGLE_FILE!r} nor {filename!r}: no safetensors weights."
        raise NotASafetensorsRepoError(msg) from None
    try:
        index = json.loads(text)
        weight_map: dict[str, str] = index["weight_map"]
        folder = filename.rpartition("/")[0]
        paths = sorted({validate_path_in_repo(f"{folder}/{name}".lstrip("/")) for name in weight_map.values()})
    except (ValueError, KeyError, TypeError, AttributeError):
        msg = f"{filename!r} of {repo} is not an index of safetensors shards."
        raise SafetensorsParsingError(msg) from None
    with ThreadPoolExecutor(_PARALLEL_HEADS) as pool:
        heads = list(pool.map(partial(_read_head, hub, repo, revision, timeout), paths))
    return SafetensorsRepoMetadata(index.get("metadata"), True, weight_map, dict(zip(paths, heads, strict=True)))


def parse_safetensors_file_metadata(
    repo_id: str,
    filename: str,
    *,
    repo_type: str | None = None,
    revision: str | None = None,
    token: str | bool | None = None,
    timeout: float | None = None,
    endpoint: str | None = None,
) -> SafetensorsFileMetadata:
    """Tell which tensors one file holds; parameters and errors as `get_safetensors_metadata`."""
    repo, hub = RepoId.parse(repo_id, repo_type), HubClient.from_env(token, endpoint)
    return _read_head(hub, repo, revision or "main", timeout, validate_path_in_repo(filename))


def _read_head(
    hub: HubClient, repo: RepoId, revision: str, timeout: float | None, path: str
) -> SafetensorsFileMetadata:
    name = f"{path!r} of {repo} at {revision!r}"

    def read(start: int, end: int) -> bytes:
        url = resolve_path(repo, revision, path)
        stream = open_stream(
            hub, url, start=start, end=end, timeout_s=timeout, repo=repo, revision=revision, entry=path
        )
        with stream:
            body = bytearray()
            skip = start - stream.start if stream.start >= 0 else 0  # a Hub may send the file from its beginning
            while len(body) < skip + end - start and (block := stream.read(1 << 16)):
                body += block
            return bytes(body[skip : skip + end - start])

    first = read(0, _FIRST_BYTES)
    size = int.from_bytes(first[:8], "little")
    if len(first) < 8 or not 2 <= size <= _MOST_HEAD_BYTES:
        msg = f"{name} is not a safetensors file: its head would be {size:,} bytes long."
        raise SafetensorsParsingError(msg)
    head = first[8 : 8 + size]
    if len(head) < size:
        head = head + read(8 + len(head), 8 + size)
    try:
        return parse_head(head)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        msg = f"{name} is not a safetensors file: its head can't be read ({type(error).__name__})."
        raise SafetensorsParsingError(msg) from None


def parse_head(head: bytes) -> SafetensorsFileMetadata:
    """Read the JSON at the beginning of a file."""
    body: dict[str, Any] = json.loads(head)
    notes: dict[str, str] = body.pop("__metadata__", None) or {}
    tensors = {
        name: TensorInfo(info["dtype"], list(info["shape"]), (info["data_offsets"][0], info["data_offsets"][1]))
        for name, info in body.items()
    }
    return SafetensorsFileMetadata(notes, tensors)


def parse_local_safetensors_file_metadata(path: str | Path) -> SafetensorsFileMetadata:
    """Tell which tensors a file on this machine holds; errors as `get_safetensors_metadata`."""
    with Path(path).open("rb") as file:
        size = int.from_bytes(file.read(8), "little")
        if not 2 <= size <= _MOST_HEAD_BYTES:
            msg = f"{path} is not a safetensors file: its head would be {size:,} bytes long."
            raise SafetensorsParsingError(msg)
        try:
            return parse_head(file.read(size))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            msg = f"{path} is not a safetensors file: its head can't be read ({type(error).__name__})."
            raise SafetensorsParsingError(msg) from None


def get_local_safetensors_metadata(path: str | Path) -> SafetensorsRepoMetadata:
    """Tell which tensors a folder on this machine (or one file) holds; errors as `get_safetensors_metadata`."""
    place = Path(path)
    single = place if place.is_file() and place.name != INDEX_FILE else place / SINGLE_FILE
    if single.is_file():
        head = parse_local_safetensors_file_metadata(single)
        return SafetensorsRepoMetadata(None, False, dict.fromkeys(head.tensors, single.name), {single.name: head})
    index_path = place if place.is_file() else place / INDEX_FILE
    if not index_path.is_file():
        msg = f"{path} has neither {SINGLE_FILE!r} nor {INDEX_FILE!r}: no safetensors weights."
        raise NotASafetensorsRepoError(msg)
    index = json.loads(index_path.read_bytes())
    weight_map: dict[str, str] = index["weight_map"]
    names = sorted({validate_path_in_repo(name) for name in weight_map.values()})
    heads = {name: parse_local_safetensors_file_metadata(index_path.parent / name) for name in names}
    return SafetensorsRepoMetadata(index.get("metadata"), True, weight_map, heads)
