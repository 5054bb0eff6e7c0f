"""`HfApi`, its functions and the objects they give, for programs that import them from here."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from .api import HfApi as HfApi

_OBJECTS = (
    "access_requests", "collection", "commits", "files", "lfs_inventory", "likes", "people", "refs", "repo_facts",
    "repo_id", "safetensors", "tree", "webhooks",
)  # fmt: skip
api = HfApi()


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    import hubnb

    if name in hubnb.__all__:
        return getattr(hubnb, name)
    for room in _OBJECTS:
        found = vars(import_module(f".client.{room}", __package__)).get(name)
        if found is not None:
            return found
    return getattr(api, name)
