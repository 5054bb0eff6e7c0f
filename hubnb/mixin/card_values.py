"""What a mixin knows for a model's card, and what it leaves alone."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from hubnb.cards import EvalResult, FrontMatterError, ModelCard, ModelCardData
from hubnb.client.errors import EntryNotFoundError, RevisionNotFoundError

_FIELDS = (
    "base_model",
    "datasets",
    "eval_results",
    "language",
    "library_name",
    "license",
    "license_name",
    "license_link",
    "metrics",
    "pipeline_tag",
    "tags",
)


def metadata(of_class: ModelCardData, said: dict[str, Any], name: str) -> ModelCardData:
    """Join the metadata of the class with the fields among what a caller said; tags are added."""
    data = copy.deepcopy(of_class)
    for field in _FIELDS:
        if said.get(field) is not None:
            data[field] = said[field]
    if said.get("tags"):
        data["tags"] = sorted({*(of_class.get("tags") or []), *said["tags"]})
    if isinstance(data.get("metrics"), Mapping):  # names and numbers: the metadata has room for the names
        data["metrics"] = list(data["metrics"])
    if isinstance(data.get("eval_results"), EvalResult):
        data["eval_results"] = [data["eval_results"]]
    if said.get("eval_results"):
        data["model_name"] = said.get("model_name") or name
    return data


def texts(said: dict[str, Any]) -> dict[str, Any]:
    """Pick what a caller said that goes into the card's text; numbers of metrics become its results."""
    values = {name: value for name, value in said.items() if name not in ("card_data", "eval_results")}
    if isinstance(said.get("metrics"), Mapping):
        values.setdefault("results", said["metrics"])
    return values


def loading_code(model_class: type, mixin: str, repo_id: str | None, bases: str = "") -> str:
    """Write the lines that load the model."""
    name, module = model_class.__name__, model_class.__module__
    place = f'"{repo_id}"' if repo_id else '"path/to/this/folder"'
    if module in ("__main__", "__mp_main__"):
        parents = ", ".join(filter(None, (bases, mixin)))
        lines = [
            *(["import torch"] if "torch" in bases else []),
            f"from hubnb import {mixin}",
            "",
            "",
            f"class {name}({parents}):",
            "    ...  # the class, as in the notebook or script that made the model",
            "",
            "",
        ]
    else:
        lines = [f"from {module} import {name}", ""]
    return "\n".join([*lines, f"model = {name}.from_pretrained({place})"])


def joined_with_card_of(
    repo_id: str, new_content: str, revision: str | None, token: str | None, endpoint: str | None
) -> str | None:
    """Give the card the repository has, with the metadata it lacks of a freshly written one.

    Returns
    -------
    The new card where there is none; None where the one that is there can't be read: it is not ours to repair,
    and not ours to replace.
    """
    try:
        there = ModelCard.load(repo_id, token=token, revision=revision, endpoint=endpoint, ignore_metadata_errors=True)
    except (EntryNotFoundError, RevisionNotFoundError):
        return new_content
    except FrontMatterError:
        return None
    new = ModelCard(new_content)
    for key in new.data:
        value = new.data[key]
        if key == "tags":
            tags = list(dict.fromkeys([*(there.data.get("tags") or []), *(value or [])]))
            if tags:
                there.data["tags"] = tags
        elif there.data.get(key) is None and value is not None:
            there.data[key] = value
    return there.content
