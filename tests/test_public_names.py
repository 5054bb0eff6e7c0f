"""The names people import, and that they are what they were."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import pytest

import hubnb

NAMES = [
    "AccessRequest",
    "CardData",
    "Collection",
    "CollectionItem",
    "CommitInfo",
    "CommitOperationAdd",
    "CommitOperationCopy",
    "CommitOperationDelete",
    "DatasetCard",
    "DatasetCardData",
    "DatasetInfo",
    "Discussion",
    "DiscussionComment",
    "DiscussionCommit",
    "DiscussionEvent",
    "DiscussionStatusChange",
    "DiscussionTitleChange",
    "DiscussionWithDetails",
    "EvalResult",
    "GitCommitInfo",
    "GitRefInfo",
    "GitRefs",
    "HFCacheInfo",
    "HfApi",
    "HfFileMetadata",
    "HubClient",
    "LocalHub",
    "ModelCard",
    "ModelCardData",
    "ModelHubMixin",
    "ModelInfo",
    "Organization",
    "PullPlan",
    "PushConflictError",
    "PushPlan",
    "PyTorchModelHubMixin",
    "RepoCard",
    "RepoFile",
    "RepoFolder",
    "RepoStorageInfo",
    "RepoUrl",
    "Settings",
    "SpaceCard",
    "SpaceCardData",
    "SpaceHardware",
    "SpaceInfo",
    "SpaceRuntime",
    "SpaceSecret",
    "SpaceStage",
    "SpaceStorage",
    "SpaceVariable",
    "TensorChange",
    "Transfer",
    "TransferManager",
    "User",
    "UserLikes",
    "WebhookInfo",
    "WebhookWatchedItem",
    "__version__",
    "accept_access_request",
    "add_collection_item",
    "add_space_secret",
    "add_space_variable",
    "auth_check",
    "auth_list",
    "auth_switch",
    "cancel_access_request",
    "change_discussion_status",
    "comment_discussion",
    "configure_http",
    "create_branch",
    "create_collection",
    "create_commit",
    "create_discussion",
    "create_pull_request",
    "create_repo",
    "create_tag",
    "create_webhook",
    "dataset_info",
    "delete_branch",
    "delete_collection",
    "delete_collection_item",
    "delete_file",
    "delete_folder",
    "delete_repo",
    "delete_space_secret",
    "delete_space_variable",
    "delete_tag",
    "delete_webhook",
    "disable_space_dev_mode",
    "disable_webhook",
    "duplicate_repo",
    "duplicate_space",
    "edit_discussion_comment",
    "enable_space_dev_mode",
    "enable_webhook",
    "file_exists",
    "from_pretrained",
    "from_pretrained_fastai",
    "get_collection",
    "get_dataset_tags",
    "get_discussion_details",
    "get_full_repo_name",
    "get_hf_file_metadata",
    "get_model_tags",
    "get_organization_overview",
    "get_paths_info",
    "get_repo_discussions",
    "get_safetensors_metadata",
    "get_sharded_safetensors_metadata",
    "get_space_runtime",
    "get_space_secrets",
    "get_space_variables",
    "get_token",
    "get_token_permission",
    "get_torch_storage_id",
    "get_torch_storage_size",
    "get_user_overview",
    "get_webhook",
    "grant_access",
    "hf_hub_download",
    "hf_hub_url",
    "hide_discussion_comment",
    "interpreter_login",
    "like",
    "list_accepted_access_requests",
    "list_collections",
    "list_datasets",
    "list_lfs_files",
    "list_liked_repos",
    "list_models",
    "list_organization_followers",
    "list_organization_members",
    "list_pending_access_requests",
    "list_rejected_access_requests",
    "list_repo_commits",
    "list_repo_files",
    "list_repo_likers",
    "list_repo_refs",
    "list_repo_tree",
    "list_spaces",
    "list_user_followers",
    "list_user_following",
    "list_user_repos",
    "list_webhooks",
    "load_ipython_extension",
    "load_state_dict_from_file",
    "load_torch_model",
    "login",
    "logout",
    "merge_pull_request",
    "metadata_eval_result",
    "metadata_load",
    "metadata_save",
    "metadata_update",
    "model_info",
    "move_repo",
    "notebook_login",
    "parse_safetensors_file_metadata",
    "pause_space",
    "permanently_delete_lfs_files",
    "push_to_hub",
    "push_to_hub_fastai",
    "reject_access_request",
    "rename_discussion",
    "repo_exists",
    "repo_info",
    "request_space_hardware",
    "restart_space",
    "revision_exists",
    "save_torch_model",
    "save_torch_state_dict",
    "scan_cache_dir",
    "set_language",
    "set_space_sleep_time",
    "snapshot_download",
    "space_info",
    "split_state_dict_into_shards_factory",
    "split_torch_state_dict_into_shards",
    "super_squash_history",
    "try_to_load_from_cache",
    "undo_push",
    "unfinished_transfers",
    "unlike",
    "update_collection_item",
    "update_collection_metadata",
    "update_repo_settings",
    "update_repo_visibility",
    "update_webhook",
    "upload_file",
    "upload_folder",
    "wait_for_space",
    "whoami",
]


def test_all_names_are_exactly_these() -> None:
    assert sorted(hubnb.__all__) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_name_resolves_and_is_documented(name: str) -> None:
    value = getattr(hubnb, name)
    if name != "__version__":
        assert (inspect.getdoc(value) or "").strip()


def test_type_checkers_see_every_name() -> None:
    tree = ast.parse((Path(hubnb.__file__).parent / "__init__.py").read_text())
    typed = {
        alias.asname
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.asname == alias.name
    }
    assert typed == set(NAMES) - {"__version__", "load_ipython_extension"}


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        hubnb.nonsense  # noqa: B018


@pytest.mark.parametrize("name", sorted(name for name in NAMES if hasattr(hubnb.HfApi, name)))
def test_api_method_has_the_parameters_of_its_function(name: str) -> None:
    function, method = getattr(hubnb, name), getattr(hubnb.HfApi, name)
    assert inspect.signature(method) == inspect.signature(function)
