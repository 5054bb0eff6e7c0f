"""The Hub, inside the notebook.

Public names are resolved on first use (PEP 562), so `import hubnb` costs a few milliseconds and loads no
notebook package, no HTTP client and no torch.
"""

from __future__ import annotations

import sys

from .lazy import joints, lazy_names

# Type checkers take this name for true. Importing `typing` for it would cost more than the rest of this file.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    # The same names as in `_HOMES` below, for type checkers and editors; a test keeps the two alike.
    from IPython.core.interactiveshell import InteractiveShell

    from .api import HfApi as HfApi
    from .cache import HFCacheInfo as HFCacheInfo
    from .cache import scan_cache_dir as scan_cache_dir
    from .cache import try_to_load_from_cache as try_to_load_from_cache
    from .cards import CardData as CardData
    from .cards import DatasetCard as DatasetCard
    from .cards import DatasetCardData as DatasetCardData
    from .cards import EvalResult as EvalResult
    from .cards import ModelCard as ModelCard
    from .cards import ModelCardData as ModelCardData
    from .cards import RepoCard as RepoCard
    from .cards import SpaceCard as SpaceCard
    from .cards import SpaceCardData as SpaceCardData
    from .cards import metadata_eval_result as metadata_eval_result
    from .cards import metadata_load as metadata_load
    from .cards import metadata_save as metadata_save
    from .cards import metadata_update as metadata_update
    from .client import HubClient as HubClient
    from .client import RepoUrl as RepoUrl
    from .client import Settings as Settings
    from .client import configure_http as configure_http
    from .client.auth import auth_check as auth_check
    from .client.auth import whoami as whoami
    from .client.discussion import Discussion as Discussion
    from .client.discussion import DiscussionComment as DiscussionComment
    from .client.discussion import DiscussionCommit as DiscussionCommit
    from .client.discussion import DiscussionEvent as DiscussionEvent
    from .client.discussion import DiscussionStatusChange as DiscussionStatusChange
    from .client.discussion import DiscussionTitleChange as DiscussionTitleChange
    from .client.discussion import DiscussionWithDetails as DiscussionWithDetails
    from .client.discussions import change_discussion_status as change_discussion_status
    from .client.discussions import comment_discussion as comment_discussion
    from .client.discussions import create_discussion as create_discussion
    from .client.discussions import create_pull_request as create_pull_request
    from .client.discussions import edit_discussion_comment as edit_discussion_comment
    from .client.discussions import get_discussion_details as get_discussion_details
    from .client.discussions import get_repo_discussions as get_repo_discussions
    from .client.discussions import hide_discussion_comment as hide_discussion_comment
    from .client.discussions import merge_pull_request as merge_pull_request
    from .client.discussions import rename_discussion as rename_discussion
    from .client.files import file_exists as file_exists
    from .client.files import get_hf_file_metadata as get_hf_file_metadata
    from .client.files import hf_hub_url as hf_hub_url
    from .client.info import dataset_info as dataset_info
    from .client.info import list_datasets as list_datasets
    from .client.info import list_models as list_models
    from .client.info import list_spaces as list_spaces
    from .client.info import model_info as model_info
    from .client.info import repo_exists as repo_exists
    from .client.info import repo_info as repo_info
    from .client.info import revision_exists as revision_exists
    from .client.info import space_info as space_info
    from .client.refs import create_branch as create_branch
    from .client.refs import create_tag as create_tag
    from .client.refs import delete_branch as delete_branch
    from .client.refs import delete_tag as delete_tag
    from .client.refs import list_repo_commits as list_repo_commits
    from .client.refs import list_repo_refs as list_repo_refs
    from .client.repos import create_repo as create_repo
    from .client.repos import delete_repo as delete_repo
    from .client.repos import move_repo as move_repo
    from .client.repos import update_repo_settings as update_repo_settings
    from .client.tokens import auth_list as auth_list
    from .client.tokens import auth_switch as auth_switch
    from .client.tokens import get_token as get_token
    from .client.tokens import logout as logout
    from .client.tree import get_paths_info as get_paths_info
    from .client.tree import list_repo_files as list_repo_files
    from .client.tree import list_repo_tree as list_repo_tree
    from .mixin import ModelHubMixin as ModelHubMixin
    from .mixin import PyTorchModelHubMixin as PyTorchModelHubMixin
    from .mixin.frameworks import from_pretrained as from_pretrained
    from .mixin.frameworks import from_pretrained_fastai as from_pretrained_fastai
    from .mixin.frameworks import push_to_hub as push_to_hub
    from .mixin.frameworks import push_to_hub_fastai as push_to_hub_fastai
    from .mixin.weights import get_torch_storage_id as get_torch_storage_id
    from .mixin.weights import get_torch_storage_size as get_torch_storage_size
    from .mixin.weights import load_state_dict_from_file as load_state_dict_from_file
    from .mixin.weights import load_torch_model as load_torch_model
    from .mixin.weights import save_torch_model as save_torch_model
    from .mixin.weights import save_torch_state_dict as save_torch_state_dict
    from .mixin.weights import split_state_dict_into_shards_factory as split_state_dict_into_shards_factory
    from .mixin.weights import split_torch_state_dict_into_shards as split_torch_state_dict_into_shards
    from .panels.language import set_language as set_language
    from .panels.verbs import interpreter_login as interpreter_login
    from .panels.verbs import login as login
    from .panels.verbs import notebook_login as notebook_login
    from .server import LocalHub as LocalHub
    from .transfer import CommitInfo as CommitInfo
    from .transfer import CommitOperationAdd as CommitOperationAdd
    from .transfer import CommitOperationCopy as CommitOperationCopy
    from .transfer import CommitOperationDelete as CommitOperationDelete
    from .transfer import PullPlan as PullPlan
    from .transfer import PushConflictError as PushConflictError
    from .transfer import PushPlan as PushPlan
    from .transfer import TensorChange as TensorChange
    from .transfer import Transfer as Transfer
    from .transfer import TransferManager as TransferManager
    from .transfer import create_commit as create_commit
    from .transfer import delete_file as delete_file
    from .transfer import delete_folder as delete_folder
    from .transfer import hf_hub_download as hf_hub_download
    from .transfer import snapshot_download as snapshot_download
    from .transfer import undo_push as undo_push
    from .transfer import unfinished_transfers as unfinished_transfers
    from .transfer import upload_file as upload_file
    from .transfer import upload_folder as upload_folder

__version__ = "0.1.0"

_HOMES: dict[str, tuple[str, ...]] = {
    "hubnb.api": ("HfApi",),
    "hubnb.client.auth": ("auth_check", "whoami"),
    "hubnb.client.files": ("file_exists", "get_hf_file_metadata", "hf_hub_url"),
    "hubnb.client.info": (
        "dataset_info", "list_datasets", "list_models", "list_spaces", "model_info", "repo_exists", "repo_info",
        "revision_exists", "space_info",
    ),
    "hubnb.client.refs": (
        "create_branch", "create_tag", "delete_branch", "delete_tag", "list_repo_commits", "list_repo_refs",
    ),
    "hubnb.client.repos": ("create_repo", "delete_repo", "move_repo", "update_repo_settings"),
    "hubnb.client.tree": ("get_paths_info", "list_repo_files", "list_repo_tree"),
    "hubnb.client.discussions": (
        "change_discussion_status", "comment_discussion", "create_discussion", "create_pull_request",
        "edit_discussion_comment", "get_discussion_details", "get_repo_discussions", "hide_discussion_comment",
        "merge_pull_request", "rename_discussion",
    ),
    "hubnb.client.discussion": (
        "Discussion", "DiscussionComment", "DiscussionCommit", "DiscussionEvent", "DiscussionStatusChange",
        "DiscussionTitleChange", "DiscussionWithDetails",
    ),
    "hubnb.client": ("HubClient", "RepoUrl", "Settings", "configure_http"),
    "hubnb.client.tokens": ("auth_list", "auth_switch", "get_token", "logout"),
    "hubnb.cache": ("HFCacheInfo", "scan_cache_dir", "try_to_load_from_cache"),
    "hubnb.transfer": (
        "CommitInfo", "CommitOperationAdd", "CommitOperationCopy", "CommitOperationDelete", "PullPlan",
        "PushConflictError", "PushPlan", "TensorChange", "Transfer", "TransferManager", "create_commit", "delete_file",
        "delete_folder", "hf_hub_download", "snapshot_download", "undo_push", "unfinished_transfers", "upload_file",
        "upload_folder",
    ),
    "hubnb.cards": (
        "CardData", "DatasetCard", "DatasetCardData", "EvalResult", "ModelCard", "ModelCardData", "RepoCard",
        "SpaceCard", "SpaceCardData", "metadata_eval_result", "metadata_load", "metadata_save", "metadata_update",
    ),
    "hubnb.mixin": ("ModelHubMixin", "PyTorchModelHubMixin"),
    "hubnb.mixin.frameworks": (
        "from_pretrained", "from_pretrained_fastai", "push_to_hub", "push_to_hub_fastai",
    ),
    "hubnb.mixin.weights": (
        "get_torch_storage_id", "get_torch_storage_size", "load_state_dict_from_file", "load_torch_model",
        "save_torch_model", "save_torch_state_dict", "split_state_dict_into_shards_factory",
        "split_torch_state_dict_into_shards",
    ),
    "hubnb.panels.language": ("set_language",),
    "hubnb.panels.verbs": ("interpreter_login", "login", "notebook_login"),
    "hubnb.server": ("LocalHub",),
}  # fmt: skip
_find = lazy_names(__name__, _HOMES)

__all__ = ["__version__", "load_ipython_extension", *sorted(name for names in _HOMES.values() for name in names)]


def __getattr__(name: str) -> Any:
    if name in __all__:
        _show_transfers_in_notebook()
    return _find(name)


def __dir__() -> list[str]:
    return __all__


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Register `%hub` and `%%hub` (what `%load_ext hubnb` calls)."""
    _show_transfers_in_notebook()
    from .magics import register

    register(shell)


def _card_data(repo_type: str, values: dict[str, Any]) -> Any:
    """Give a card's front matter as the object that knows its fields."""
    from .cards import DatasetCardData, ModelCardData, SpaceCardData

    card_class = {"dataset": DatasetCardData, "space": SpaceCardData}.get(repo_type, ModelCardData)
    return card_class.from_dict(values, ignore_metadata_errors=True)


joints["card_data"] = _card_data  # the client knows no cards, yet what it tells of a repository holds one


def _show_transfers_in_notebook() -> None:
    """Let transfers of a Jupyter kernel show their panel: the one place that joins engine and panels."""
    if "ipykernel.zmqshell" not in sys.modules:
        return
    from .transfer.progress import has_listener_factory, set_listener_factory

    if not has_listener_factory():
        set_listener_factory(_panel_listener)


def _panel_listener(transfer: Any) -> Any:
    from .panels.progress import listener_for

    return listener_for(transfer)
