"""The Hub's names and this machine's settings, as constants.

Settings (`HF_HOME`, `HF_HUB_CACHE`, `HF_HUB_OFFLINE`, …) are read when they are asked for, so they are what the
environment says now. Assigning one (`constants.HF_HUB_OFFLINE = True`) sets it for this process, whatever the
environment says; `del` ends that.
"""

from __future__ import annotations

import os
import re
import sys
import types
from typing import Any

from .client.overrides import FIELD_OF, assigned
from .client.settings import DEFAULT_TIMEOUT_S, Settings

CONFIG_NAME = "config.json"
PYTORCH_WEIGHTS_NAME = "pytorch_model.bin"
TF2_WEIGHTS_NAME = "tf_model.h5"
TF_WEIGHTS_NAME = "model.ckpt"
FLAX_WEIGHTS_NAME = "flax_model.msgpack"
REPOCARD_NAME = "README.md"
SAFETENSORS_SINGLE_FILE = "model.safetensors"
SAFETENSORS_INDEX_FILE = "model.safetensors.index.json"
SAFETENSORS_MAX_HEADER_LENGTH = 25_000_000
PYTORCH_WEIGHTS_FILE_PATTERN = "pytorch_model{suffix}.bin"
SAFETENSORS_WEIGHTS_FILE_PATTERN = "model{suffix}.safetensors"
TF2_WEIGHTS_FILE_PATTERN = "tf_model{suffix}.h5"

DEFAULT_REVISION = "main"
REGEX_COMMIT_OID = re.compile(r"[A-Fa-f0-9]{5,40}")
REPO_ID_SEPARATOR = "--"
REPO_TYPE_MODEL = "model"
REPO_TYPE_DATASET = "dataset"
REPO_TYPE_SPACE = "space"
REPO_TYPES: list[str | None] = [None, REPO_TYPE_MODEL, REPO_TYPE_DATASET, REPO_TYPE_SPACE]
REPO_TYPES_MAPPING = {"models": REPO_TYPE_MODEL, "datasets": REPO_TYPE_DATASET, "spaces": REPO_TYPE_SPACE}
REPO_TYPES_URL_PREFIXES = {REPO_TYPE_DATASET: "datasets/", REPO_TYPE_SPACE: "spaces/"}
SPACES_SDK_TYPES = ["gradio", "streamlit", "docker", "static"]
DISCUSSION_TYPES = ("all", "discussion", "pull_request")
DISCUSSION_STATUS = ("all", "open", "closed")

HUGGINGFACE_HEADER_X_REPO_COMMIT = "X-Repo-Commit"
HUGGINGFACE_HEADER_X_LINKED_ETAG = "X-Linked-Etag"
HUGGINGFACE_HEADER_X_LINKED_SIZE = "X-Linked-Size"
HUGGINGFACE_HEADER_X_BILL_TO = "X-HF-Bill-To"

DEFAULT_ETAG_TIMEOUT = DEFAULT_DOWNLOAD_TIMEOUT = DEFAULT_REQUEST_TIMEOUT = DEFAULT_TIMEOUT_S
ENV_VARS_TRUE_VALUES = {"1", "ON", "YES", "TRUE"}
_FLAGS = ("HF_HUB_DISABLE_EXPERIMENTAL_WARNING", "HF_HUB_DISABLE_SYMLINKS_WARNING", "HF_HUB_DISABLE_XET", "HF_DEBUG")
_OLD_NAMES = {"default_cache_path": "HF_HUB_CACHE", "hf_cache_home": "HF_HOME"}


def __getattr__(name: str) -> Any:
    name = _OLD_NAMES.get(name, name)
    if name in FIELD_OF:
        value = getattr(Settings.from_env(), FIELD_OF[name][0])
        return os.fspath(value) if isinstance(value, os.PathLike) else value
    if name == "HF_STORED_TOKENS_PATH":
        return os.fspath(Settings.from_env().stored_tokens_path)
    if name == "HUGGINGFACE_CO_URL_HOME":
        return Settings.from_env().endpoint + "/"
    if name == "HUGGINGFACE_CO_URL_TEMPLATE":
        return Settings.from_env().endpoint + "/{repo_id}/resolve/{revision}/{filename}"
    if name in _FLAGS:
        return os.environ.get(name, "").upper() in ENV_VARS_TRUE_VALUES
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)


class _Constants(types.ModuleType):
    """Notices what is assigned to the module."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name in FIELD_OF:
            assigned[name] = value
        else:
            super().__setattr__(name, value)

    def __delattr__(self, name: str) -> None:
        if name in FIELD_OF:
            assigned.pop(name, None)
        else:
            super().__delattr__(name)


sys.modules[__name__].__class__ = _Constants
