"""Repositories: create, delete, move, settings."""

from __future__ import annotations

from typing import Any, Literal

from .errors import HfHubHTTPError, HFValidationError, RepositoryNotFoundError
from .hub import HubClient
from .repo_id import RepoId, RepoUrl
from .status import read_json

Visibility = Literal["public", "private", "protected"]


def create_repo(
    repo_id: str,
    *,
    token: str | bool | None = None,
    private: bool | None = None,
    visibility: Visibility | None = None,
    repo_type: str | None = None,
    exist_ok: bool = False,
    resource_group_id: str | None = None,
    region: Literal["us", "eu"] | None = None,
    space_sdk: str | None = None,
    space_hardware: str | None = None,
    space_storage: str | None = None,
    space_sleep_time: int | None = None,
    space_secrets: list[dict[str, str]] | None = None,
    space_variables: list[dict[str, str]] | None = None,
    space_volumes: list[dict[str, Any]] | None = None,
    space_template: str | None = None,
    endpoint: str | None = None,
) -> RepoUrl:
    """Create an empty repository.

    Parameters
    ----------
    repo_id
        ``namespace/name``, or ``name`` for your own namespace.
    private, visibility
        Who may see it: True or False, or ``public``, ``private``, ``protected`` (spaces only); one of them. Neither
        leaves it to the namespace's default.
    exist_ok
        True returns the address of a repository that is already there.
    resource_group_id, region
        For organisations: the group it belongs to, where it is stored.
    space_sdk
        For spaces: ``gradio``, ``docker`` or ``static``.
    space_hardware, space_storage, space_sleep_time, space_secrets, space_variables, space_volumes, space_template
        For spaces: what it runs on, seconds without a visitor after which it sleeps, its settings
        (``[{"key": ..., "value": ...}]``), what it starts from.

    Raises
    ------
    HfHubHTTPError
        409 if it exists and `exist_ok` is False, 401 or 403 without the right to create it there.
    """
    repo = RepoId.parse(repo_id, repo_type)
    if repo.repo_type == "space" and space_sdk is None and space_template is None:
        msg = "A space needs space_sdk: 'gradio', 'docker' or 'static'."
        raise HFValidationError(msg)
    sdk = space_sdk if repo.repo_type == "space" else None  # said of others it is harmless, so no error
    for_spaces = settings_of_space(
        repo, sdk=sdk, hardware=space_hardware, storage=space_storage, sleepTimeSeconds=space_sleep_time,
        secrets=space_secrets, variables=space_variables, volumes=space_volumes, template=space_template,
    )  # fmt: skip
    namespace, _, name = repo.repo_id.rpartition("/")
    body: dict[str, Any] = {"name": name, "organization": namespace or None, "type": repo.repo_type}
    body |= {**seen_by(private, visibility), **for_spaces}
    body |= {key: value for key, value in (("resourceGroupId", resource_group_id), ("region", region)) if value}
    hub = HubClient.from_env(token, endpoint)
    response = hub.http.request("POST", "/api/repos/create", json=body, repo=repo, check=False)
    if response.status_code == 409 and exist_ok:
        url = read_json(response).get("url")
        return RepoUrl(url or f"{hub.endpoint}{repo.web}", hub.endpoint)
    if response.status_code in (401, 403) and exist_ok and namespace and _exists(hub, repo):
        return RepoUrl(f"{hub.endpoint}{repo.web}", hub.endpoint)
    _explain_refusal(hub, repo, response)
    return RepoUrl(read_json(response)["url"], hub.endpoint)


def settings_of_space(repo: RepoId, **settings: Any) -> dict[str, Any]:
    """Give those settings of a space that were given; enums as the words they stand for."""
    given = {key: value for key, value in settings.items() if value is not None}
    if given and repo.repo_type != "space":
        msg = f"space_… says how a space runs, and {repo} is none."
        raise HFValidationError(msg)
    return {key: str(value) if isinstance(value, str) else value for key, value in given.items()}


def seen_by(private: bool | None, visibility: str | None) -> dict[str, Any]:
    """Say who may see a repository; `private` in the older words, which every hub understands."""
    if private is not None and visibility is not None:
        msg = "private and visibility say the same thing: pass one of them."
        raise HFValidationError(msg)
    if visibility is not None:
        if visibility not in ("public", "private", "protected"):
            msg = f"visibility must be public, private or protected, not {visibility!r}."
            raise HFValidationError(msg)
        return {"visibility": visibility}
    return {} if private is None else {"private": private}


def _explain_refusal(hub: HubClient, repo: RepoId, response: Any) -> None:
    namespace = repo.repo_id.rpartition("/")[0]
    if response.status_code == 409:
        there = f"{hub.endpoint} already has the {repo.repo_type} {repo.repo_id!r}"
        msg = f"{there}. Choose another name, or pass exist_ok=True."
        raise HfHubHTTPError(msg, response=response)
    if response.status_code == 403:
        where = repr(namespace) if namespace else "your namespace"
        msg = f"This token may not create {repo.repo_type}s in {where}. It needs write access there."
        raise HfHubHTTPError(msg, response=response)
    if response.status_code == 401:
        _explain_unauthorized(hub, response)
    hub.http.check(response, repo=repo)


def _explain_unauthorized(hub: HubClient, response: Any) -> None:
    if hub.http.has_token:
        return
    msg = f"{hub.endpoint} creates repositories only for people it knows. Sign in with hubnb.login()."
    raise HfHubHTTPError(msg, response=response)


def _exists(hub: HubClient, repo: RepoId) -> bool:
    return hub.http.request("GET", repo.api, repo=repo, check=False).status_code == 200


def delete_repo(
    repo_id: str,
    *,
    token: str | bool | None = None,
    repo_type: str | None = None,
    missing_ok: bool = False,
    endpoint: str | None = None,
) -> None:
    """Delete a repository, with everything in it; this can't be undone."""
    repo = RepoId.parse(repo_id, repo_type)
    namespace, _, name = repo.repo_id.rpartition("/")
    hub = HubClient.from_env(token, endpoint)
    body = {"name": name, "organization": namespace or None, "type": repo.repo_type}
    try:
        hub.http.request("DELETE", "/api/repos/delete", json=body, repo=repo)
    except RepositoryNotFoundError:
        if not missing_ok:
            raise


def move_repo(
    from_id: str,
    to_id: str,
    *,
    repo_type: str | None = None,
    token: str | bool | None = None,
    endpoint: str | None = None,
) -> None:
    """Rename a repository; its old address leads to the new one from then on."""
    old, new = RepoId.parse(from_id, repo_type), RepoId.parse(to_id, repo_type)
    for repo in (old, new):
        if "/" not in repo.repo_id:
            msg = f"Invalid repo_id {repo.repo_id!r}: to be moved it needs its namespace, 'namespace/name'."
            raise HFValidationError(msg)
    hub = HubClient.from_env(token, endpoint)
    body = {"fromRepo": old.repo_id, "toRepo": new.repo_id, "type": old.repo_type}
    hub.http.request("POST", "/api/repos/move", json=body, repo=old)


def update_repo_settings(
    repo_id: str,
    *,
    gated: Literal["auto", "manual", False] | None = None,
    private: bool | None = None,
    visibility: Visibility | None = None,
    token: str | bool | None = None,
    repo_type: str | None = None,
    endpoint: str | None = None,
) -> None:
    """Change who may see (`private` or `visibility`) or download (`gated`) a repository; None changes nothing."""
    repo = RepoId.parse(repo_id, repo_type)
    if gated not in (None, False, "auto", "manual"):
        msg = f"gated must be 'auto', 'manual' or False, not {gated!r}."
        raise HFValidationError(msg)
    body = {**({"gated": gated} if gated is not None else {}), **seen_by(private, visibility)}
    if not body:
        msg = "Nothing to change: pass gated=, private= or visibility=."
        raise HFValidationError(msg)
    HubClient.from_env(token, endpoint).http.request("PUT", f"{repo.api}/settings", json=body, repo=repo)


def update_repo_visibility(
    repo_id: str,
    private: bool = False,
    *,
    token: str | bool | None = None,
    repo_type: str | None = None,
    endpoint: str | None = None,
) -> dict[str, bool]:
    """Make a repository private or public; an older name for `update_repo_settings(private=...)`."""
    update_repo_settings(repo_id, private=private, token=token, repo_type=repo_type, endpoint=endpoint)
    return {"private": private}
