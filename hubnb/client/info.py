"""What the Hub knows about a repository, and the lists of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from .dates import parse_datetime
from .errors import HFValidationError, RepositoryNotFoundError, RevisionNotFoundError
from .hub import HubClient
from .repo_id import RepoId, quote_revision
from .status import read_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

_SORT_KEYS = {
    "created_at": "createdAt",
    "last_modified": "lastModified",
    "trending_score": "trendingScore",
    "createdAt": "createdAt",
    "lastModified": "lastModified",
    "trendingScore": "trendingScore",
    "downloads": "downloads",
    "likes": "likes",
}


@dataclass
class BlobLfsInfo:
    """What the Hub keeps of a large file; `size` and `pointer_size` in bytes."""

    size: int
    sha256: str
    pointer_size: int


@dataclass
class RepoSibling:
    """One file of a repository."""

    rfilename: str
    size: int | None = None
    blob_id: str | None = None
    lfs: BlobLfsInfo | None = None


@dataclass
class RepoInfo:
    """Facts about a repository; those the Hub did not send are None.

    `raw` holds the whole answer, for keys that have no attribute.
    """

    id: str
    author: str | None = None
    sha: str | None = None
    created_at: datetime | None = None
    last_modified: datetime | None = None
    private: bool | None = None
    disabled: bool | None = None
    gated: str | bool | None = None
    downloads: int | None = None
    likes: int | None = None
    trending_score: int | None = None
    tags: list[str] | None = None
    card_data: dict[str, Any] | None = None
    siblings: list[RepoSibling] | None = None
    used_storage: int | None = None
    raw: dict[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def _fields_from(cls, body: dict[str, Any]) -> dict[str, Any]:
        siblings = body.get("siblings")
        return {
            "id": body["id"],
            "author": body.get("author"),
            "sha": body.get("sha"),
            "created_at": parse_datetime(body.get("createdAt")),
            "last_modified": parse_datetime(body.get("lastModified")),
            "private": body.get("private"),
            "disabled": body.get("disabled"),
            "gated": body.get("gated"),
            "downloads": body.get("downloads"),
            "likes": body.get("likes"),
            "trending_score": body.get("trendingScore"),
            "tags": body.get("tags"),
            "card_data": body.get("cardData"),
            "siblings": None if siblings is None else [_sibling(item) for item in siblings],
            "used_storage": body.get("usedStorage"),
            "raw": body,
        }

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> Any:
        """Read the Hub's answer."""
        return cls(**cls._fields_from(body))


@dataclass
class ModelInfo(RepoInfo):
    """Facts about a model repository."""

    pipeline_tag: str | None = None
    library_name: str | None = None
    config: dict[str, Any] | None = None
    safetensors: dict[str, Any] | None = None
    gguf: dict[str, Any] | None = None

    @classmethod
    def _fields_from(cls, body: dict[str, Any]) -> dict[str, Any]:
        return {
            **super()._fields_from(body),
            **{key: body.get(key) for key in ("pipeline_tag", "library_name", "config", "safetensors", "gguf")},
        }


@dataclass
class DatasetInfo(RepoInfo):
    """Facts about a dataset repository."""

    description: str | None = None
    citation: str | None = None

    @classmethod
    def _fields_from(cls, body: dict[str, Any]) -> dict[str, Any]:
        own = {"description": body.get("description"), "citation": body.get("citation")}
        return {**super()._fields_from(body), **own}


@dataclass
class SpaceInfo(RepoInfo):
    """Facts about a space."""

    sdk: str | None = None
    host: str | None = None
    runtime: dict[str, Any] | None = None

    @classmethod
    def _fields_from(cls, body: dict[str, Any]) -> dict[str, Any]:
        return {**super()._fields_from(body), **{key: body.get(key) for key in ("sdk", "host", "runtime")}}


_CLASS = {"model": ModelInfo, "dataset": DatasetInfo, "space": SpaceInfo}
_Info = TypeVar("_Info", bound=RepoInfo)


def _sibling(item: dict[str, Any]) -> RepoSibling:
    lfs = item.get("lfs")
    return RepoSibling(
        rfilename=item["rfilename"],
        size=item.get("size"),
        blob_id=item.get("blobId"),
        lfs=BlobLfsInfo(lfs["size"], lfs.get("sha256") or lfs.get("oid"), lfs.get("pointerSize", 0)) if lfs else None,
    )


def repo_info(
    repo_id: str,
    *,
    revision: str | None = None,
    repo_type: str | None = None,
    timeout: float | None = None,
    files_metadata: bool = False,
    expand: list[str] | None = None,
    token: str | bool | None = None,
    endpoint: str | None = None,
) -> ModelInfo | DatasetInfo | SpaceInfo:
    """Ask for the facts about a repository at `revision` (default: its main branch).

    Parameters
    ----------
    timeout
        Seconds to wait for the answer.
    files_metadata
        True adds size and hash of every file.
    expand
        Only these properties, as the Hub names them.
    """
    repo = RepoId.parse(repo_id, repo_type)
    hub = HubClient.from_env(token, endpoint)
    return fetch_repo_info(hub, repo, revision, timeout_s=timeout, files_metadata=files_metadata, expand=expand)


def fetch_repo_info(
    hub: HubClient,
    repo: RepoId,
    revision: str | None = None,
    *,
    timeout_s: float | None = None,
    files_metadata: bool = False,
    expand: list[str] | None = None,
) -> ModelInfo | DatasetInfo | SpaceInfo:
    """Do what `repo_info` does, with a client at hand."""
    if expand and files_metadata:
        msg = "expand and files_metadata exclude each other; add 'siblings' to expand instead."
        raise HFValidationError(msg)
    path = repo.api if revision is None else f"{repo.api}/revision/{quote_revision(revision)}"
    params: dict[str, Any] = {"blobs": "true"} if files_metadata else {}
    if expand:
        params["expand"] = expand
    response = hub.http.request("GET", path, params=params, timeout_s=timeout_s, repo=repo, revision=revision)
    return _CLASS[repo.repo_type].from_json(read_json(response))


def model_info(
    repo_id: str, *, token: str | bool | None = None, endpoint: str | None = None, **kwargs: Any
) -> ModelInfo:
    """Facts about a model; parameters as `repo_info`."""
    return _typed(ModelInfo, repo_info(repo_id, repo_type="model", token=token, endpoint=endpoint, **kwargs))


def dataset_info(
    repo_id: str, *, token: str | bool | None = None, endpoint: str | None = None, **kwargs: Any
) -> DatasetInfo:
    """Facts about a dataset; parameters as `repo_info`."""
    return _typed(DatasetInfo, repo_info(repo_id, repo_type="dataset", token=token, endpoint=endpoint, **kwargs))


def space_info(
    repo_id: str, *, token: str | bool | None = None, endpoint: str | None = None, **kwargs: Any
) -> SpaceInfo:
    """Facts about a space; parameters as `repo_info`."""
    return _typed(SpaceInfo, repo_info(repo_id, repo_type="space", token=token, endpoint=endpoint, **kwargs))


def _typed(info_class: type[_Info], info: RepoInfo) -> _Info:
    assert isinstance(info, info_class)  # noqa: S101 - chosen by the repo_type a line above
    return info


def repo_exists(
    repo_id: str,
    *,
    repo_type: str | None = None,
    token: str | bool | None = None,
    endpoint: str | None = None,
) -> bool:
    """Whether the repository is there and this token may see it (a gated one counts)."""
    try:
        repo_info(repo_id, repo_type=repo_type, token=token, endpoint=endpoint)
    except RepositoryNotFoundError:
        return False
    return True


def revision_exists(
    repo_id: str,
    revision: str,
    *,
    repo_type: str | None = None,
    token: str | bool | None = None,
    endpoint: str | None = None,
) -> bool:
    """Whether the repository has that branch, tag or commit; False also where there is no such repository."""
    try:
        repo_info(repo_id, revision=revision, repo_type=repo_type, token=token, endpoint=endpoint)
    except (RepositoryNotFoundError, RevisionNotFoundError):
        return False
    return True


def _list_repos(
    repo_type: str,
    *,
    filter: str | Iterable[str] | None = None,  # noqa: A002 - upstream's name
    author: str | None = None,
    search: str | None = None,
    gated: bool | None = None,
    sort: str | None = None,
    limit: int | None = None,
    full: bool | None = None,
    expand: list[str] | None = None,
    token: str | bool | None = None,
    endpoint: str | None = None,
    **more: Any,
) -> Iterator[Any]:
    params: dict[str, Any] = {key: value for key, value in more.items() if value is not None}
    if sort is not None:
        if sort not in _SORT_KEYS:
            msg = f"sort must be one of {', '.join(list(_SORT_KEYS)[:3])}, downloads, likes, not {sort!r}."
            raise HFValidationError(msg)
        params["sort"] = _SORT_KEYS[sort]
    if filter is not None:
        params["filter"] = [filter] if isinstance(filter, str) else list(filter)
    for key, value in {"author": author, "search": search, "limit": limit, "expand": expand}.items():
        if value is not None:
            params[key] = value
    for key, flag in {"full": full, "gated": gated}.items():
        if flag is not None:
            params[key] = "true" if flag else "false"
    hub = HubClient.from_env(token, endpoint)
    items = hub.http.pages(f"/api/{repo_type}s", params=params)
    return (_CLASS[repo_type].from_json(item) for item in islice(items, limit))


def list_models(**kwargs: Any) -> Iterator[ModelInfo]:
    """Yield the models that match.

    Parameters
    ----------
    **kwargs
        ``filter`` (a tag or several, all must match), ``author``, ``search``, ``sort`` (created_at,
        last_modified, downloads, likes, trending_score), ``limit``, ``full``, ``gated``, ``expand``,
        ``pipeline_tag``, ``token``, ``endpoint``.
    """
    return _list_repos("model", **kwargs)


def list_datasets(**kwargs: Any) -> Iterator[DatasetInfo]:
    """Yield the datasets that match; parameters as `list_models`."""
    return _list_repos("dataset", **kwargs)


def list_spaces(**kwargs: Any) -> Iterator[SpaceInfo]:
    """Yield the spaces that match; parameters as `list_models`."""
    return _list_repos("space", **kwargs)
