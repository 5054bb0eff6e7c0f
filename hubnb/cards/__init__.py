"""Cards: what a repository says about itself, in the README's metadata and Markdown."""

from .card import DatasetCard, ModelCard, RepoCard, SpaceCard
from .data import CardData, DatasetCardData, ModelCardData, SpaceCardData
from .eval_results import EvalResult, eval_results_to_model_index, model_index_to_eval_results
from .front_matter import FrontMatterError
from .markup import render_card
from .metadata import metadata_eval_result, metadata_load, metadata_save, metadata_update

__all__ = [
    "CardData",
    "DatasetCard",
    "DatasetCardData",
    "EvalResult",
    "FrontMatterError",
    "ModelCard",
    "ModelCardData",
    "RepoCard",
    "SpaceCard",
    "SpaceCardData",
    "eval_results_to_model_index",
    "metadata_eval_result",
    "metadata_load",
    "metadata_save",
    "metadata_update",
    "model_index_to_eval_results",
    "render_card",
]
