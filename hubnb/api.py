"""`HfApi`: one object that remembers an endpoint and a token, and joins the rooms below.

Each method is a function of a room below, loaded when it is first used: whoever only pulls a file waits for nothing
else.
"""

# ruff: noqa: TC004 - type checkers see the rooms imported; at run time `_Room` stands for each
from __future__ import annotations

import threading
from functools import update_wrapper
from importlib import import_module
from inspect import signature
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, cast
from weakref import WeakKeyDictionary

from .client.caller import Caller, asked_by
from .client.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Future, ThreadPoolExecutor

    from .cache import checksums
    from .client import (
        access_requests,
        auth,
        collections,
        discussions,
        duplicates,
        files,
        info,
        lfs_inventory,
        likes,
        listing,
        people,
        refs,
        repos,
        safetensors,
        spaces,
        tags,
        tree,
        webhooks,
    )
    from .transfer import download, preupload, upload, upload_more

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class _Room:
    """A module that is imported when something of it is needed."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(self._name, __package__), name)


if not TYPE_CHECKING:
    for _name in (
        "access_requests", "auth", "collections", "discussions", "duplicates", "files", "info", "lfs_inventory",
        "likes", "listing", "people", "refs", "repos", "safetensors", "spaces", "tags", "tree", "webhooks",
    ):  # fmt: skip
        globals()[_name] = _Room(f".client.{_name}")
    checksums = _Room(".cache.checksums")
    for _name in ("download", "preupload", "upload", "upload_more"):
        globals()[_name] = _Room(f".transfer.{_name}")


def _bound(find: Callable[[], Callable[Parameters, Result]]) -> Callable[Concatenate[HfApi, Parameters], Result]:
    """Make a method of the function that `find` gives."""
    return cast("Any", _Method(find))


class _Method:
    """A method that is made when it is first looked up, and put in place of this."""

    def __init__(self, find: Callable[[], Callable[..., Any]]) -> None:
        self._find = find

    def __set_name__(self, owner: type, name: str) -> None:
        self._owner, self._name = owner, name

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        method = _method_of(self._find())
        if self._owner.__dict__.get(self._name) is self:  # nobody put something else there meanwhile
            setattr(self._owner, self._name, method)
        return method.__get__(instance, owner)


def _method_of(function: Callable[..., Any]) -> Any:
    """Let the object's endpoint and token stand in where the caller gives none."""
    takes = signature(function).parameters
    takes_any = any(parameter.kind is parameter.VAR_KEYWORD for parameter in takes.values())

    def method(self: HfApi, *args: Any, **kwargs: Any) -> Any:
        if takes_any or "endpoint" in takes:
            kwargs.setdefault("endpoint", self.endpoint)
        if (takes_any or "token" in takes) and kwargs.get("token") is None and _is_unset(takes, "token", args):
            kwargs["token"] = self.token
        with asked_by(self._caller):  # pyright: ignore[reportPrivateUsage] - its own method
            return function(*args, **kwargs)

    return update_wrapper(method, function)


def _is_unset(takes: Mapping[str, Any], name: str, args: tuple[Any, ...]) -> bool:
    """Whether a parameter was not among those given by place (`whoami("hf_…")`)."""
    return name not in takes or list(takes).index(name) >= len(args)


# Beside the objects, not in them: they are copied and pickled, threads are not.
_background: WeakKeyDictionary[HfApi, ThreadPoolExecutor] = WeakKeyDictionary()
_background_guard = threading.Lock()


class HfApi:
    """Everything hubnb asks of a Hub, for one endpoint and one token.

    Parameters
    ----------
    endpoint
        Base URL of the Hub; None means `HF_ENDPOINT`, read anew at every call.
    token
        A string, None (the ambient token), True (there must be one) or False (anonymous).
    library_name, library_version, user_agent
        Who asks, for the User-Agent header; `user_agent` is a text or a mapping.
    headers
        Sent along with every request to the Hub itself.
    """

    def __init__(
        self,
        endpoint: str | None = None,
        token: str | bool | None = None,
        library_name: str | None = None,
        library_version: str | None = None,
        user_agent: str | Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self._endpoint = endpoint
        self.token = token
        self.library_name = library_name
        self.library_version = library_version
        self.user_agent = user_agent
        self.headers = headers

    @property
    def endpoint(self) -> str:
        """Base URL of the Hub that is asked now."""
        return Settings.from_env(endpoint=self._endpoint).endpoint

    @endpoint.setter
    def endpoint(self, endpoint: str | None) -> None:
        self._endpoint = endpoint

    @property
    def _caller(self) -> Caller:
        return Caller.of(self.library_name, self.library_version, self.user_agent, self.headers)

    def _build_hf_headers(
        self,
        token: str | bool | None = None,
        library_name: str | None = None,
        library_version: str | None = None,
        user_agent: str | Mapping[str, object] | None = None,
    ) -> dict[str, str]:
        """Give the headers of this object's requests, for libraries that make some themselves."""
        from .client.requests_tools import build_hf_headers

        return build_hf_headers(
            token=self.token if token is None else token,
            library_name=library_name or self.library_name,
            library_version=library_version or self.library_version,
            user_agent=user_agent or self.user_agent,
            headers=self.headers,
        )

    def __repr__(self) -> str:
        return f"HfApi(endpoint={self.endpoint!r})"

    def run_as_future(
        self, fn: Callable[Parameters, Result], *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> Future[Result]:
        """Call `fn` in the background, after what was given to this object before; gives its future at once.

        Python waits for such calls before it exits.
        """
        from concurrent.futures import ThreadPoolExecutor

        with _background_guard:
            if self not in _background:
                _background[self] = ThreadPoolExecutor(1, thread_name_prefix="hubnb-background")
            return _background[self].submit(fn, *args, **kwargs)

    whoami = _bound(lambda: auth.whoami)
    auth_check = _bound(lambda: auth.auth_check)
    get_token_permission = _bound(lambda: auth.get_token_permission)
    get_full_repo_name = _bound(lambda: auth.get_full_repo_name)

    create_repo = _bound(lambda: repos.create_repo)
    delete_repo = _bound(lambda: repos.delete_repo)
    move_repo = _bound(lambda: repos.move_repo)
    update_repo_settings = _bound(lambda: repos.update_repo_settings)
    update_repo_visibility = _bound(lambda: repos.update_repo_visibility)

    duplicate_repo = _bound(lambda: duplicates.duplicate_repo)
    duplicate_space = _bound(lambda: duplicates.duplicate_space)

    repo_info = _bound(lambda: info.repo_info)
    model_info = _bound(lambda: info.model_info)
    dataset_info = _bound(lambda: info.dataset_info)
    space_info = _bound(lambda: info.space_info)
    repo_exists = _bound(lambda: info.repo_exists)
    revision_exists = _bound(lambda: info.revision_exists)

    list_models = _bound(lambda: listing.list_models)
    list_datasets = _bound(lambda: listing.list_datasets)
    list_spaces = _bound(lambda: listing.list_spaces)

    get_model_tags = _bound(lambda: tags.get_model_tags)
    get_dataset_tags = _bound(lambda: tags.get_dataset_tags)

    list_repo_tree = _bound(lambda: tree.list_repo_tree)
    list_repo_files = _bound(lambda: tree.list_repo_files)
    get_paths_info = _bound(lambda: tree.get_paths_info)

    list_repo_refs = _bound(lambda: refs.list_repo_refs)
    list_repo_commits = _bound(lambda: refs.list_repo_commits)
    create_branch = _bound(lambda: refs.create_branch)
    delete_branch = _bound(lambda: refs.delete_branch)
    create_tag = _bound(lambda: refs.create_tag)
    delete_tag = _bound(lambda: refs.delete_tag)
    super_squash_history = _bound(lambda: refs.super_squash_history)

    file_exists = _bound(lambda: files.file_exists)
    get_hf_file_metadata = _bound(lambda: files.get_hf_file_metadata)
    hf_hub_url = _bound(lambda: files.hf_hub_url)

    get_safetensors_metadata = _bound(lambda: safetensors.get_safetensors_metadata)
    get_sharded_safetensors_metadata = _bound(lambda: safetensors.get_sharded_safetensors_metadata)
    parse_safetensors_file_metadata = _bound(lambda: safetensors.parse_safetensors_file_metadata)

    list_lfs_files = _bound(lambda: lfs_inventory.list_lfs_files)
    permanently_delete_lfs_files = _bound(lambda: lfs_inventory.permanently_delete_lfs_files)

    get_repo_discussions = _bound(lambda: discussions.get_repo_discussions)
    get_discussion_details = _bound(lambda: discussions.get_discussion_details)
    create_discussion = _bound(lambda: discussions.create_discussion)
    create_pull_request = _bound(lambda: discussions.create_pull_request)
    comment_discussion = _bound(lambda: discussions.comment_discussion)
    edit_discussion_comment = _bound(lambda: discussions.edit_discussion_comment)
    hide_discussion_comment = _bound(lambda: discussions.hide_discussion_comment)
    change_discussion_status = _bound(lambda: discussions.change_discussion_status)
    rename_discussion = _bound(lambda: discussions.rename_discussion)
    merge_pull_request = _bound(lambda: discussions.merge_pull_request)

    like = _bound(lambda: likes.like)
    unlike = _bound(lambda: likes.unlike)
    list_liked_repos = _bound(lambda: likes.list_liked_repos)
    list_repo_likers = _bound(lambda: likes.list_repo_likers)

    list_pending_access_requests = _bound(lambda: access_requests.list_pending_access_requests)
    list_accepted_access_requests = _bound(lambda: access_requests.list_accepted_access_requests)
    list_rejected_access_requests = _bound(lambda: access_requests.list_rejected_access_requests)
    accept_access_request = _bound(lambda: access_requests.accept_access_request)
    cancel_access_request = _bound(lambda: access_requests.cancel_access_request)
    reject_access_request = _bound(lambda: access_requests.reject_access_request)
    grant_access = _bound(lambda: access_requests.grant_access)

    get_user_overview = _bound(lambda: people.get_user_overview)
    get_organization_overview = _bound(lambda: people.get_organization_overview)
    list_organization_members = _bound(lambda: people.list_organization_members)
    list_organization_followers = _bound(lambda: people.list_organization_followers)
    list_user_followers = _bound(lambda: people.list_user_followers)
    list_user_following = _bound(lambda: people.list_user_following)
    list_user_repos = _bound(lambda: people.list_user_repos)

    get_space_runtime = _bound(lambda: spaces.get_space_runtime)
    request_space_hardware = _bound(lambda: spaces.request_space_hardware)
    set_space_sleep_time = _bound(lambda: spaces.set_space_sleep_time)
    pause_space = _bound(lambda: spaces.pause_space)
    restart_space = _bound(lambda: spaces.restart_space)
    wait_for_space = _bound(lambda: spaces.wait_for_space)
    enable_space_dev_mode = _bound(lambda: spaces.enable_space_dev_mode)
    disable_space_dev_mode = _bound(lambda: spaces.disable_space_dev_mode)
    get_space_variables = _bound(lambda: spaces.get_space_variables)
    add_space_variable = _bound(lambda: spaces.add_space_variable)
    delete_space_variable = _bound(lambda: spaces.delete_space_variable)
    get_space_secrets = _bound(lambda: spaces.get_space_secrets)
    add_space_secret = _bound(lambda: spaces.add_space_secret)
    delete_space_secret = _bound(lambda: spaces.delete_space_secret)

    list_collections = _bound(lambda: collections.list_collections)
    get_collection = _bound(lambda: collections.get_collection)
    create_collection = _bound(lambda: collections.create_collection)
    update_collection_metadata = _bound(lambda: collections.update_collection_metadata)
    delete_collection = _bound(lambda: collections.delete_collection)
    add_collection_item = _bound(lambda: collections.add_collection_item)
    update_collection_item = _bound(lambda: collections.update_collection_item)
    delete_collection_item = _bound(lambda: collections.delete_collection_item)

    list_webhooks = _bound(lambda: webhooks.list_webhooks)
    get_webhook = _bound(lambda: webhooks.get_webhook)
    create_webhook = _bound(lambda: webhooks.create_webhook)
    update_webhook = _bound(lambda: webhooks.update_webhook)
    enable_webhook = _bound(lambda: webhooks.enable_webhook)
    disable_webhook = _bound(lambda: webhooks.disable_webhook)
    delete_webhook = _bound(lambda: webhooks.delete_webhook)

    hf_hub_download = _bound(lambda: download.hf_hub_download)
    snapshot_download = _bound(lambda: download.snapshot_download)

    create_commit = _bound(lambda: upload.create_commit)
    upload_file = _bound(lambda: upload.upload_file)
    upload_folder = _bound(lambda: upload.upload_folder)
    delete_file = _bound(lambda: upload.delete_file)
    delete_folder = _bound(lambda: upload.delete_folder)
    undo_push = _bound(lambda: upload.undo_push)
    preupload_lfs_files = _bound(lambda: preupload.preupload_lfs_files)
    delete_files = _bound(lambda: upload_more.delete_files)
    upload_large_folder = _bound(lambda: upload_more.upload_large_folder)
    verify_repo_checksums = _bound(lambda: checksums.verify_repo_checksums)


_shared = HfApi()


def run_as_future(
    fn: Callable[Parameters, Result], *args: Parameters.args, **kwargs: Parameters.kwargs
) -> Future[Result]:
    """Call `fn` in the background, after what was given to this function before; see `HfApi.run_as_future`."""
    return _shared.run_as_future(fn, *args, **kwargs)
