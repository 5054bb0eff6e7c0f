"""The metadata of a README without the rest: read it, write it, change it on the Hub."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import front_matter, yaml_text
from .card import DatasetCard, ModelCard, RepoCard, SpaceCard, decode
from .data import ModelCardData
from .eval_results import EvalResult, eval_results_to_model_index
from .front_matter import FrontMatterError

if TYPE_CHECKING:
    from hubnb.client.commits import CommitInfo

_CARDS: dict[str, type[RepoCard]] = {"model": ModelCard, "dataset": DatasetCard, "space": SpaceCard}


def metadata_load(local_path: str | Path) -> dict[str, Any] | None:
    """Read the metadata block of a README as plain values; None where there is none, or nothing in it.

    Raises
    ------
    FrontMatterError
        The block is not a YAML mapping.
    """
    path = Path(local_path)
    pieces = front_matter.split(decode(path.read_bytes(), str(path)))
    if not pieces.has_block:
        return None
    try:
        return yaml_text.parse(pieces.yaml) or None
    except FrontMatterError as error:
        raise error.moved(pieces.lines_before_yaml) from None


def metadata_save(local_path: str | Path, data: dict[str, Any]) -> None:
    """Make the metadata block of a README say `data`; lines that already say so stay, other keys go.

    A file that does not exist is made.
    """
    path = Path(local_path)
    card = RepoCard(decode(path.read_bytes(), str(path)) if path.exists() else "")
    card.data = card.card_data_class.from_dict(data)
    card.save(path)


def metadata_eval_result(
    *,
    model_pretty_name: str,
    task_pretty_name: str,
    task_id: str,
    metrics_pretty_name: str,
    metrics_id: str,
    metrics_value: Any,
    dataset_pretty_name: str,
    dataset_id: str,
    metrics_config: str | None = None,
    metrics_verified: bool = False,
    dataset_config: str | None = None,
    dataset_split: str | None = None,
    dataset_revision: str | None = None,
    metrics_verification_token: str | None = None,
) -> dict[str, Any]:
    """Make the metadata of one measured result, ready for `metadata_update`."""
    result = EvalResult(
        task_type=task_id,
        task_name=task_pretty_name,
        dataset_type=dataset_id,
        dataset_name=dataset_pretty_name,
        dataset_config=dataset_config,
        dataset_split=dataset_split,
        dataset_revision=dataset_revision,
        metric_type=metrics_id,
        metric_name=metrics_pretty_name,
        metric_value=metrics_value,
        metric_config=metrics_config,
        verified=metrics_verified,
        verify_token=metrics_verification_token,
    )
    return {"model-index": eval_results_to_model_index(model_pretty_name, [result])}


def metadata_update(
    repo_id: str,
    metadata: dict[str, Any],
    *,
    repo_type: str | None = None,
    overwrite: bool = False,
    token: str | None = None,
    commit_message: str | None = None,
    commit_description: str | None = None,
    revision: str | None = None,
    create_pr: bool = False,
    parent_commit: str | None = None,
    endpoint: str | None = None,
) -> CommitInfo:
    """Change the metadata of a repository's README on the Hub; gives the commit, an address as a string.

    Results are added to those that are there. A value that differs from the present one needs `overwrite`.

    Raises
    ------
    ValueError
        A value is already there and differs, and `overwrite` is False. Nothing was committed.
        Or a Space has no README. (A model or dataset without one gets one.)
    """
    from hubnb.client.errors import EntryNotFoundError

    repo_type = repo_type or "model"
    card_class = _CARDS[repo_type]
    try:
        card = card_class.load(repo_id, repo_type, token, revision=revision, endpoint=endpoint)
    except EntryNotFoundError:
        if repo_type == "space":
            msg = f"Space {repo_id!r} has no README.md, and only its README makes it a Space. Upload one first."
            raise ValueError(msg) from None
        card = card_class.from_template(card_class.card_data_class(), model_id=repo_id, repo_id=repo_id)
    merge_metadata(card, _named(metadata, card.data.get("model_name") or repo_id), overwrite=overwrite)
    return card.push_to_hub(
        repo_id,
        token=token,
        repo_type=repo_type,
        commit_message=commit_message or "Update metadata of README.md",
        commit_description=commit_description,
        revision=revision,
        create_pr=create_pr,
        parent_commit=parent_commit,
        endpoint=endpoint,
    )


def _named(metadata: dict[str, Any], name: str) -> dict[str, Any]:
    """Let results that stand under no name stand under this one."""
    index = metadata.get("model-index")
    if not isinstance(index, list) or not all(isinstance(model, dict) for model in index):
        return metadata
    return {**metadata, "model-index": [{"name": name, **model} for model in index]}


def merge_metadata(card: RepoCard, metadata: dict[str, Any], *, overwrite: bool = False) -> None:
    """Add `metadata` to a card's; see `metadata_update` for what is joined and what is a contradiction."""
    for key, value in metadata.items():
        if key == "model-index":
            _merge_results(card, value, overwrite=overwrite)
        else:
            card.data[key] = _merge_value(key, card.data.get(key), value, overwrite=overwrite)


def _merge_value(key: str, old: Any, new: Any, *, overwrite: bool) -> Any:
    if old is None or overwrite or old == new:
        return new
    msg = f"The card already says `{key}: {old}`, not `{new}`. Pass overwrite=True to change it."
    raise ValueError(msg)


def _merge_results(card: RepoCard, model_index: Any, *, overwrite: bool) -> None:
    new = ModelCardData.from_dict({"model-index": model_index})
    if not card.data.get("model_name"):
        card.data["model_name"] = new.model_name
    elif new.model_name != card.data["model_name"]:
        msg = f"The card's results belong to {card.data['model_name']!r}, not to {new.model_name!r}."
        if not overwrite:
            raise ValueError(msg + " Pass overwrite=True to rename it.")
        card.data["model_name"] = new.model_name
    results: list[EvalResult] = list(card.data.get("eval_results") or [])
    for result in new.eval_results:
        twin = next((old for old in results if old.is_equal_except_value(result)), None)
        if twin is None:
            results.append(result)
        elif overwrite:
            results[results.index(twin)] = result
        elif twin.metric_value != result.metric_value:
            msg = (
                f"The card already has {result.metric_type} = {twin.metric_value} for {result.dataset_name}, "
                f"not {result.metric_value}. Pass overwrite=True to change it."
            )
            raise ValueError(msg)
    card.data["eval_results"] = results
