"""What the Hub knows about one repository."""

from __future__ import annotations

from typing import Any

from .errors import HFValidationError, RepositoryNotFoundError, RevisionNotFoundError
from .hub import HubClient
from .listing import list_datasets as list_datasets
from .listing import list_models as list_models
from .listing import list_spaces as list_spaces
from .repo_facts import INFO_CLASS, AnyInfo
from .repo_facts import BlobLfsInfo as BlobLfsInfo
from .repo_facts import DatasetInfo as DatasetInfo
from .repo_facts import ModelInfo as ModelInfo
from .repo_facts import RepoInfo as RepoInfo
from .repo_facts import RepoSibling as RepoSibling
from .repo_facts import SpaceInfo as SpaceInfo
from .repo_id import RepoId, quote_revision
from .status import read_json


def repo_info(
    repo_id: str,
    *,
    revision: str | None = None,
    repo_type: str | None = None,
    timeout: float | None = None,
    files_metadata: bool = False,
    expand: str | list[str] | None = None,
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
    security_status: bool = False,
    expand: str | list[str] | None = None,
) -> ModelInfo | DatasetInfo | SpaceInfo:
    """Do what `repo_info` does, with a client at hand."""
    if expand and (files_metadata or security_status):
        msg = "expand excludes files_metadata and securityStatus; add 'siblings' to expand instead."
        raise HFValidationError(msg)
    path = repo.api if revision is None else f"{repo.api}/revision/{quote_revision(revision)}"
    params: dict[str, Any] = {"blobs": "true"} if files_metadata else {}
    if security_status:
        params["securityStatus"] = "true"
    if expand:
        params["expand"] = expand
    response = hub.http.request("GET", path, params=params, timeout_s=timeout_s, repo=repo, revision=revision)
    return INFO_CLASS[repo.repo_type].from_json(read_json(response))


def model_info(
    repo_id: str,
    *,
    revision: str | None = None,
    timeout: float | None = None,
    securityStatus: bool | None = None,  # noqa: N803 - upstream's name
    files_metadata: bool = False,
    expand: list[str] | None = None,
    token: str | bool | None = None,
    endpoint: str | None = None,
) -> ModelInfo:
    """Facts about a model; parameters as `repo_info`.

    Parameters
    ----------
    securityStatus
        True adds what the Hub's scanners say.
    """
    found = fetch_repo_info(
        HubClient.from_env(token, endpoint), RepoId.parse(repo_id, "model"), revision, timeout_s=timeout,
        files_metadata=files_metadata, security_status=bool(securityStatus), expand=expand,
    )  # fmt: skip
    return _typed(ModelInfo, found)


def dataset_info(
    repo_id: str,
    *,
    revision: str | None = None,
    timeout: float | None = None,
    files_metadata: bool = False,
    expand: list[str] | None = None,
    token: str | bool | None = None,
    endpoint: str | None = None,
) -> DatasetInfo:
    """Facts about a dataset; parameters as `repo_info`."""
    found = repo_info(
        repo_id, revision=revision, repo_type="dataset", timeout=timeout, files_metadata=files_metadata,
        expand=expand, token=token, endpoint=endpoint,
    )  # fmt: skip
    return _typed(DatasetInfo, found)


def space_info(
    repo_id: str,
    *,
    revision: str | None = None,
    timeout: float | None = None,
    files_metadata: bool = False,
    expand: list[str] | None = None,
    token: str | bool | None = None,
    endpoint: str | None = None,
) -> SpaceInfo:
    """Facts about a space; parameters as `repo_info`."""
    found = repo_info(
        repo_id, revision=revision, repo_type="space", timeout=timeout, files_metadata=files_metadata,
        expand=expand, token=token, endpoint=endpoint,
    )  # fmt: skip
    return _typed(SpaceInfo, found)


def _typed(info_class: type[AnyInfo], info: RepoInfo) -> AnyInfo:
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
