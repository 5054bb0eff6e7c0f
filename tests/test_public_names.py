"""The names people import, and that they are what they were."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import pytest

import hubnb

NAMES = [
    "CardData",
    "CommitInfo",
    "CommitOperationAdd",
    "CommitOperationCopy",
    "CommitOperationDelete",
    "DatasetCard",
    "DatasetCardData",
    "Discussion",
    "DiscussionComment",
    "DiscussionCommit",
    "DiscussionEvent",
    "DiscussionStatusChange",
    "DiscussionTitleChange",
    "DiscussionWithDetails",
    "EvalResult",
    "HFCacheInfo",
    "HfApi",
    "HubClient",
    "LocalHub",
    "ModelCard",
    "ModelCardData",
    "ModelHubMixin",
    "PullPlan",
    "PushConflictError",
    "PushPlan",
    "PyTorchModelHubMixin",
    "RepoCard",
    "RepoUrl",
    "Settings",
    "SpaceCard",
    "SpaceCardData",
    "TensorChange",
    "Transfer",
    "TransferManager",
    "__version__",
    "auth_check",
    "auth_list",
    "auth_switch",
    "change_discussion_status",
    "comment_discussion",
    "configure_http",
    "create_branch",
    "create_commit",
    "create_discussion",
    "create_pull_request",
    "create_repo",
    "create_tag",
    "dataset_info",
    "delete_branch",
    "delete_file",
    "delete_folder",
    "delete_repo",
    "delete_tag",
    "edit_discussion_comment",
    "file_exists",
    "from_pretrained",
    "from_pretrained_fastai",
    "get_discussion_details",
    "get_hf_file_metadata",
    "get_paths_info",
    "get_repo_discussions",
    "get_token",
    "get_torch_storage_id",
    "get_torch_storage_size",
    "hf_hub_download",
    "hf_hub_url",
    "hide_discussion_comment",
    "interpreter_login",
    "list_datasets",
    "list_models",
    "list_repo_commits",
    "list_repo_files",
    "list_repo_refs",
    "list_repo_tree",
    "list_spaces",
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
    "push_to_hub",
    "push_to_hub_fastai",
    "rename_discussion",
    "repo_exists",
    "repo_info",
    "revision_exists",
    "save_torch_model",
    "save_torch_state_dict",
    "scan_cache_dir",
    "set_language",
    "snapshot_download",
    "space_info",
    "split_state_dict_into_shards_factory",
    "split_torch_state_dict_into_shards",
    "try_to_load_from_cache",
    "undo_push",
    "unfinished_transfers",
    "update_repo_settings",
    "upload_file",
    "upload_folder",
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
