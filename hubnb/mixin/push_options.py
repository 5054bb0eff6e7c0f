"""The keywords that functions share which push a model, for whoever reads types: nothing here is needed to run."""

from __future__ import annotations

from typing import Any, TypedDict


class PushOptions(TypedDict, total=False):
    """Those of `ModelHubMixin.push_to_hub` that make sense for a model of any framework."""

    config: dict[str, Any] | None
    commit_message: str
    private: bool | None
    token: str | None
    branch: str | None
    create_pr: bool | None
    allow_patterns: list[str] | str | None
    ignore_patterns: list[str] | str | None
    delete_patterns: list[str] | str | None
    model_card_kwargs: dict[str, Any] | None
    api_endpoint: str | None
    run_as_future: bool
    preview: bool
