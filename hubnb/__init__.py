"""The Hub, inside the notebook.

Public names are resolved on first use (PEP 562), so `import hubnb` costs a few milliseconds and loads no
notebook package, no HTTP client and no torch.
"""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

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
    "hubnb.client": ("HubClient", "RepoUrl", "Settings", "configure_http"),
    "hubnb.client.tokens": ("auth_list", "auth_switch", "get_token", "logout"),
    "hubnb.cache": ("try_to_load_from_cache",),
    "hubnb.transfer": (
        "CommitInfo", "CommitOperationAdd", "CommitOperationCopy", "CommitOperationDelete", "Transfer",
        "TransferManager", "create_commit", "delete_file", "delete_folder", "hf_hub_download", "snapshot_download",
        "upload_file", "upload_folder",
    ),
    "hubnb.cards": (
        "CardData", "DatasetCard", "DatasetCardData", "EvalResult", "ModelCard", "ModelCardData", "RepoCard",
        "SpaceCard", "SpaceCardData", "metadata_load", "metadata_save",
    ),
    "hubnb.mixin": ("ModelHubMixin", "PyTorchModelHubMixin"),
    "hubnb.panels.verbs": ("interpreter_login", "login", "notebook_login"),
    "hubnb.server": ("LocalHub",),
}  # fmt: skip
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = ["__version__", "load_ipython_extension", *sorted(_HOME_OF)]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        msg = f"module 'hubnb' has no attribute {name!r}"
        raise AttributeError(msg)
    _show_transfers_in_notebook()
    value = getattr(importlib.import_module(_HOME_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Register `%hub` and `%%hub` (what `%load_ext hubnb` calls)."""
    _show_transfers_in_notebook()
    from .magics import register

    register(shell)


def _show_transfers_in_notebook() -> None:
    """Let transfers of a Jupyter kernel show their panel; this is the one place that joins engine and panels."""
    if "ipykernel.zmqshell" not in sys.modules:
        return
    from .transfer.progress import has_listener_factory, set_listener_factory

    if not has_listener_factory():
        set_listener_factory(_panel_listener)


def _panel_listener(transfer: Any) -> Any:
    from .panels.progress import listener_for

    return listener_for(transfer)
