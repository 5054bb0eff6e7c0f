"""Copies of whole repositories, made by the Hub: nothing travels."""

from __future__ import annotations

from typing import Any

from .auth import whoami
from .errors import HfHubHTTPError
from .hub import HubClient
from .repo_id import RepoId, RepoUrl
from .repos import Visibility, seen_by, settings_of_space
from .status import read_json


def duplicate_repo(
    from_id: str,
    to_id: str | None = None,
    *,
    repo_type: str | None = None,
    private: bool | None = None,
    visibility: Visibility | None = None,
    token: str | bool | None = None,
    exist_ok: bool = False,
    resource_group_id: str | None = None,
    space_hardware: str | None = None,
    space_storage: str | None = None,
    space_sleep_time: int | None = None,
    space_secrets: list[dict[str, str]] | None = None,
    space_variables: list[dict[str, str]] | None = None,
    space_volumes: list[dict[str, Any]] | None = None,
    endpoint: str | None = None,
) -> RepoUrl:
    """Copy a repository, history and large files included.

    Parameters
    ----------
    to_id
        Default: the same name in your namespace.
    exist_ok
        True returns the address of a repository that is already there, whatever it holds.

    The others are those of `create_repo`.
    """
    source = RepoId.parse(from_id, repo_type)
    name = to_id or source.repo_id.rpartition("/")[2]
    if "/" not in name:
        name = f"{whoami(token, endpoint=endpoint)['name']}/{name}"
    target = RepoId.parse(name, repo_type)
    body: dict[str, Any] = {"repository": target.repo_id, **seen_by(private, visibility)}
    body |= settings_of_space(
        target, hardware=space_hardware, storage=space_storage, sleepTimeSeconds=space_sleep_time,
        secrets=space_secrets, variables=space_variables, volumes=space_volumes,
    )  # fmt: skip
    if resource_group_id is not None:
        body["resourceGroupId"] = resource_group_id
    hub = HubClient.from_env(token, endpoint)
    response = hub.http.request("POST", f"{source.api}/duplicate", json=body, repo=source, check=False)
    if response.status_code == 409:
        if exist_ok:
            return RepoUrl(f"{hub.endpoint}{target.web}", hub.endpoint)
        msg = f"{hub.endpoint} already has the {target.repo_type} {target.repo_id!r}. Choose another to_id."
        raise HfHubHTTPError(msg, response=response)
    hub.http.check(response, repo=source)
    return RepoUrl(read_json(response)["url"], hub.endpoint)


def duplicate_space(
    from_id: str,
    to_id: str | None = None,
    *,
    private: bool | None = None,
    token: str | bool | None = None,
    exist_ok: bool = False,
    hardware: str | None = None,
    storage: str | None = None,
    sleep_time: int | None = None,
    secrets: list[dict[str, str]] | None = None,
    variables: list[dict[str, str]] | None = None,
    endpoint: str | None = None,
) -> RepoUrl:
    """Copy a space; see `duplicate_repo`. The copy is private unless `private` is False."""
    return duplicate_repo(
        from_id, to_id, repo_type="space", private=True if private is None else private, token=token,
        exist_ok=exist_ok, space_hardware=hardware, space_storage=storage, space_sleep_time=sleep_time,
        space_secrets=secrets, space_variables=variables, endpoint=endpoint,
    )  # fmt: skip
