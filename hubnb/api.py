"""`HfApi`: one object that remembers an endpoint and a token, and joins the rooms below."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from functools import wraps
from inspect import signature
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from .client import auth, discussions, files, info, refs, repos, tree
from .client.settings import Settings
from .transfer import download, upload

if TYPE_CHECKING:
    from collections.abc import Callable

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def _bound(function: Callable[Parameters, Result]) -> Callable[Concatenate[HfApi, Parameters], Result]:
    """Make a method of a function: the object's endpoint and token stand in where the caller gives none."""
    takes = signature(function).parameters
    takes_any = any(parameter.kind is parameter.VAR_KEYWORD for parameter in takes.values())

    @wraps(function)
    def method(self: HfApi, *args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        keywords: dict[str, Any] = dict(kwargs)
        if takes_any or "endpoint" in takes:
            keywords.setdefault("endpoint", self.endpoint)
        if (takes_any or "token" in takes) and keywords.get("token") is None:
            keywords["token"] = self.token
        return function(*args, **keywords)  # pyright: ignore[reportCallIssue]

    return method  # pyright: ignore[reportReturnType] - wraps keeps the signature


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
    """

    def __init__(self, endpoint: str | None = None, token: str | bool | None = None) -> None:
        self._endpoint = endpoint
        self.token = token

    @property
    def endpoint(self) -> str:
        """Base URL of the Hub that is asked now."""
        return Settings.from_env(endpoint=self._endpoint).endpoint

    def __repr__(self) -> str:
        return f"HfApi(endpoint={self.endpoint!r})"

    whoami = _bound(auth.whoami)
    auth_check = _bound(auth.auth_check)

    create_repo = _bound(repos.create_repo)
    delete_repo = _bound(repos.delete_repo)
    move_repo = _bound(repos.move_repo)
    update_repo_settings = _bound(repos.update_repo_settings)

    repo_info = _bound(info.repo_info)
    model_info = _bound(info.model_info)
    dataset_info = _bound(info.dataset_info)
    space_info = _bound(info.space_info)
    repo_exists = _bound(info.repo_exists)
    revision_exists = _bound(info.revision_exists)
    list_models = _bound(info.list_models)
    list_datasets = _bound(info.list_datasets)
    list_spaces = _bound(info.list_spaces)

    list_repo_tree = _bound(tree.list_repo_tree)
    list_repo_files = _bound(tree.list_repo_files)
    get_paths_info = _bound(tree.get_paths_info)

    list_repo_refs = _bound(refs.list_repo_refs)
    list_repo_commits = _bound(refs.list_repo_commits)
    create_branch = _bound(refs.create_branch)
    delete_branch = _bound(refs.delete_branch)
    create_tag = _bound(refs.create_tag)
    delete_tag = _bound(refs.delete_tag)

    file_exists = _bound(files.file_exists)
    get_hf_file_metadata = _bound(files.get_hf_file_metadata)
    hf_hub_url = _bound(files.hf_hub_url)

    get_repo_discussions = _bound(discussions.get_repo_discussions)
    get_discussion_details = _bound(discussions.get_discussion_details)
    create_discussion = _bound(discussions.create_discussion)
    create_pull_request = _bound(discussions.create_pull_request)
    comment_discussion = _bound(discussions.comment_discussion)
    edit_discussion_comment = _bound(discussions.edit_discussion_comment)
    hide_discussion_comment = _bound(discussions.hide_discussion_comment)
    change_discussion_status = _bound(discussions.change_discussion_status)
    rename_discussion = _bound(discussions.rename_discussion)
    merge_pull_request = _bound(discussions.merge_pull_request)

    def run_as_future(
        self, fn: Callable[Parameters, Result], *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> Future[Result]:
        """Call `fn` in the background, after what was given to this object before; gives its future at once.

        Python waits for such calls before it exits.
        """
        with _background_guard:
            if self not in _background:
                _background[self] = ThreadPoolExecutor(1, thread_name_prefix="hubnb-background")
            return _background[self].submit(fn, *args, **kwargs)

    hf_hub_download = _bound(download.hf_hub_download)
    snapshot_download = _bound(download.snapshot_download)

    create_commit = _bound(upload.create_commit)
    upload_file = _bound(upload.upload_file)
    upload_folder = _bound(upload.upload_folder)
    delete_file = _bound(upload.delete_file)
    delete_folder = _bound(upload.delete_folder)
    undo_push = _bound(upload.undo_push)
