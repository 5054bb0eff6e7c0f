"""Cards: what a repository says about itself, in the README's metadata and Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .card import DatasetCard, ModelCard, RepoCard, SpaceCard
from .data import CardData, DatasetCardData, ModelCardData, SpaceCardData
from .eval_files import EvalResultEntry, eval_result_entries_to_yaml, parse_eval_result_entries
from .eval_results import EvalResult, eval_results_to_model_index, model_index_to_eval_results
from .front_matter import FrontMatterError
from .lint import lint
from .metadata import metadata_eval_result, metadata_load, metadata_save, metadata_update
from .problems import Edit, Fix, Problem
from .sections import Section

if TYPE_CHECKING:
    from .markup import render_card

__all__ = [
    "CardData",
    "DatasetCard",
    "DatasetCardData",
    "Edit",
    "EvalResult",
    "EvalResultEntry",
    "Fix",
    "FrontMatterError",
    "ModelCard",
    "ModelCardData",
    "Problem",
    "RepoCard",
    "Section",
    "SpaceCard",
    "SpaceCardData",
    "eval_result_entries_to_yaml",
    "eval_results_to_model_index",
    "lint",
    "metadata_eval_result",
    "metadata_load",
    "metadata_save",
    "metadata_update",
    "model_index_to_eval_results",
    "parse_eval_result_entries",
    "render_card",
]


def __getattr__(name: str) -> Any:
    """Load the renderer when somebody renders: a program that writes cards has no use for it."""
    if name == "render_card":
        from .markup import render_card

        return render_card
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)
