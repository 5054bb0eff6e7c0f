"""Repositories: create, delete, move, settings."""

from __future__ import annotations

from typing import Any, Literal

from .errors import HfHubHTTPError, HFValidationError, RepositoryNotFoundError
from .hub import HubClient
from .repo_id import RepoId, RepoUrl
from .status import read_json


def create_repo(
    repo_id: str,
    *,
    token: str | bool | None = None,
    private: bool | None = None,
    repo_type: str | None = None,
    exist_ok: bool = False,
    space_sdk: str | None = None,
    endpoint: str | None = None,
) -> RepoUrl:
    """Create an empty repository.

    Parameters
    ----------
    repo_id
        ``namespace/name``, or ``name`` for your own namespace.
    private
        None leaves it to the namespace's default.
    exist_ok
        True returns the address of a repository that is already there.
    space_sdk
        For spaces: ``gradio``, ``docker`` or ``static``.

    Raises
    ------
    HfHubHTTPError
        409 if it exists and `exist_ok` is False, 401 or 403 without the right to create it there.
    """
    repo = RepoId.parse(repo_id, repo_type)
    if repo.repo_type == "space" and space_sdk is None:
        msg = "A space needs space_sdk: 'gradio', 'docker' or 'static'."
        raise HFValidationError(msg)
    namespace, _, name = repo.repo_id.rpartition("/")
    body: dict[str, Any] = {"name": name, "organization": namespace or None, "type": repo.repo_type}
    if private is not None:
        body["private"] = private
    if space_sdk is not None:
        body["sdk"] = space_sdk
    hub = HubClient.from_env(token, endpoint)
    response = hub.http.request("POST", "/api/repos/create", json=body, repo=repo, check=False)
    if response.status_code == 409 and exist_ok:
        url = read_json(response).get("url")
        return RepoUrl(url or f"{hub.endpoint}{repo.web}", hub.endpoint)
    if response.status_code in (401, 403) and exist_ok and namespace and _exists(hub, repo):
        return RepoUrl(f"{hub.endpoint}{repo.web}", hub.endpoint)
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
    return RepoUrl(read_json(response)["url"], hub.endpoint)


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
            msg = f"{repo.repo_id!r} needs its namespace to be moved: 'namespace/name'."
            raise HFValidationError(msg)
    hub = HubClient.from_env(token, endpoint)
    body = {"fromRepo": old.repo_id, "toRepo": new.repo_id, "type": old.repo_type}
    hub.http.request("POST", "/api/repos/move", json=body, repo=old)


def update_repo_settings(
    repo_id: str,
    *,
    gated: Literal["auto", "manual", False] | None = None,
    private: bool | None = None,
    token: str | bool | None = None,
    repo_type: str | None = None,
    endpoint: str | None = None,
) -> None:
    """Change who may see (`private`) or download (`gated`) a repository; None leaves a setting as it is."""
    repo = RepoId.parse(repo_id, repo_type)
    body: dict[str, Any] = {}
    if gated is not None:
        body["gated"] = gated
    if private is not None:
        body["private"] = private
    if not body:
        msg = "Nothing to change: pass gated= or private=."
        raise HFValidationError(msg)
    HubClient.from_env(token, endpoint).http.request("PUT", f"{repo.api}/settings", json=body, repo=repo)
