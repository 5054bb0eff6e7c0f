"""The tags a Hub knows, by what they say."""

from __future__ import annotations

from typing import Any

from .hub import HubClient
from .status import read_json


def get_model_tags(*, token: str | bool | None = None, endpoint: str | None = None) -> dict[str, list[dict[str, Any]]]:
    """Give the tags of models, by type (``library``, ``license``, ``pipeline_tag``, …)."""
    return read_json(HubClient.from_env(token, endpoint).http.request("GET", "/api/models-tags-by-type"))


def get_dataset_tags(
    *, token: str | bool | None = None, endpoint: str | None = None
) -> dict[str, list[dict[str, Any]]]:
    """Give the tags of datasets, by type (``task_categories``, ``size_categories``, …)."""
    return read_json(HubClient.from_env(token, endpoint).http.request("GET", "/api/datasets-tags-by-type"))
