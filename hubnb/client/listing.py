"""The lists of models, datasets and spaces."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from .errors import HFValidationError
from .hub import HubClient
from .repo_facts import DatasetInfo, ModelInfo, SpaceInfo

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SORT_KEYS = {
    "created_at": "createdAt",
    "last_modified": "lastModified",
    "trending_score": "trendingScore",
    "createdAt": "createdAt",
    "lastModified": "lastModified",
    "trendingScore": "trendingScore",
    "downloads": "downloads",
    "likes": "likes",
}


def list_models(
    *,
    filter: str | Iterable[str] | None = None,  # noqa: A002 - upstream's name
    author: str | None = None,
    apps: str | list[str] | None = None,
    gated: bool | None = None,
    inference: str | None = None,
    inference_provider: str | list[str] | None = None,
    trained_dataset: str | list[str] | None = None,
    search: str | None = None,
    pipeline_tag: str | None = None,
    num_parameters: str | None = None,
    emissions_thresholds: tuple[float, float] | None = None,
    sort: str | None = None,
    limit: int | None = None,
    expand: list[str] | None = None,
    full: bool | None = None,
    cardData: bool = False,  # noqa: N803 - upstream's name
    fetch_config: bool = False,
    task: str | list[str] | None = None,
    library: str | list[str] | None = None,
    language: str | list[str] | None = None,
    tags: str | list[str] | None = None,
    model_name: str | None = None,
    direction: int | None = None,
    token: str | bool | None = None,
    endpoint: str | None = None,
) -> Iterator[ModelInfo]:
    """Yield the models that match.

    Parameters
    ----------
    filter
        A tag or several, all must match: ``"pytorch"``, ``"license:mit"``, ``"dataset:squad"``.
    author, search
        Namespace; part of the id.
    pipeline_tag, gated, apps, num_parameters
        What it is for, whether it is gated, apps that run it, its size (``"min:0,max:6B"``).
    inference, inference_provider
        ``"warm"`` for models that are served; by whom (``"all"``, or one or more names).
    trained_dataset, task, library, language, tags, model_name
        Older ways to say ``filter="dataset:…"``, ``filter`` and ``search``.
    emissions_thresholds
        Least and most grams of CO₂ that training emitted; needs `cardData`.
    sort, direction
        ``created_at``, ``last_modified``, ``downloads``, ``likes`` or ``trending_score``, the most first.
    limit
        Stop after so many.
    expand
        Only these properties, as the Hub names them; not together with the next three.
    full, cardData, fetch_config
        Add what the list leaves out, the card's front matter, the model's configuration.
    """
    if expand and (full or cardData or fetch_config):
        msg = "expand excludes full, cardData and fetch_config."
        raise HFValidationError(msg)
    if emissions_thresholds is not None and not cardData:
        msg = "emissions_thresholds reads the card's front matter: pass cardData=True."
        raise HFValidationError(msg)
    wanted = [*_words(filter), *_words(task), *_words(library), *_words(language), *_words(tags)]
    wanted += _tagged("dataset", trained_dataset)
    params: dict[str, Any] = {
        "filter": wanted, "search": _joined(search, model_name), "author": author, "apps": apps, "gated": gated,
        "inference": inference, "inference_provider": inference_provider, "pipeline_tag": pipeline_tag,
        "num_parameters": num_parameters, "expand": expand, "full": full or None, "cardData": cardData or None,
        "config": fetch_config or None,
    }  # fmt: skip
    found = _list_repos(ModelInfo, "model", params, sort, direction, limit, token, endpoint)
    if emissions_thresholds is None:
        return found
    least, most = emissions_thresholds
    return (info for info in found if (grams := _emissions(info)) is not None and least <= grams <= most)


def list_datasets(
    *,
    filter: str | Iterable[str] | None = None,  # noqa: A002 - upstream's name
    author: str | None = None,
    benchmark: bool | str | None = None,
    dataset_name: str | None = None,
    gated: bool | None = None,
    language_creators: str | list[str] | None = None,
    language: str | list[str] | None = None,
    multilinguality: str | list[str] | None = None,
    size_categories: str | list[str] | None = None,
    task_categories: str | list[str] | None = None,
    task_ids: str | list[str] | None = None,
    search: str | None = None,
    sort: str | None = None,
    limit: int | None = None,
    expand: list[str] | None = None,
    full: bool | None = None,
    tags: str | list[str] | None = None,
    direction: int | None = None,
    token: str | bool | None = None,
    endpoint: str | None = None,
) -> Iterator[DatasetInfo]:
    """Yield the datasets that match; parameters as `list_models`, and:

    Parameters
    ----------
    benchmark
        True or ``"official"`` for benchmarks.
    dataset_name
        Part of the name.
    language_creators, language, multilinguality, size_categories, task_categories, task_ids
        Values of the card's front matter, e.g. ``size_categories="n<1K"``.
    """  # noqa: D400 - the sentence goes on in the list
    if expand and full:
        msg = "expand excludes full."
        raise HFValidationError(msg)
    wanted = [*_words(filter), *_words(tags)]
    by_key = {
        "benchmark": "official" if benchmark is True else benchmark or None, "language_creators": language_creators,
        "language": language, "multilinguality": multilinguality, "size_categories": size_categories,
        "task_categories": task_categories, "task_ids": task_ids,
    }  # fmt: skip
    for key, values in by_key.items():
        wanted += _tagged(key, values)
    params: dict[str, Any] = {
        "filter": wanted, "search": [text for text in (dataset_name, search) if text], "author": author,
        "gated": gated, "expand": expand, "full": full or None,
    }  # fmt: skip
    return _list_repos(DatasetInfo, "dataset", params, sort, direction, limit, token, endpoint)


def list_spaces(
    *,
    filter: str | Iterable[str] | None = None,  # noqa: A002 - upstream's name
    author: str | None = None,
    search: str | None = None,
    datasets: str | Iterable[str] | None = None,
    models: str | Iterable[str] | None = None,
    linked: bool = False,
    sort: str | None = None,
    limit: int | None = None,
    expand: list[str] | None = None,
    full: bool | None = None,
    direction: int | None = None,
    token: str | bool | None = None,
    endpoint: str | None = None,
) -> Iterator[SpaceInfo]:
    """Yield the spaces that match; parameters as `list_models`, and:

    Parameters
    ----------
    datasets, models
        Ids of what it uses.
    linked
        Only spaces that use a model or dataset.
    """  # noqa: D400 - the sentence goes on in the list
    if expand and full:
        msg = "expand excludes full."
        raise HFValidationError(msg)
    params: dict[str, Any] = {
        "filter": _words(filter), "search": search, "author": author, "datasets": _words(datasets),
        "models": _words(models), "linked": linked or None, "expand": expand, "full": full or None,
    }  # fmt: skip
    return _list_repos(SpaceInfo, "space", params, sort, direction, limit, token, endpoint)


def _list_repos(
    info_class: Any,
    repo_type: str,
    params: dict[str, Any],
    sort: str | None,
    direction: int | None,
    limit: int | None,
    token: str | bool | None,
    endpoint: str | None,
) -> Iterator[Any]:
    if sort is not None:
        if sort not in _SORT_KEYS:
            msg = f"sort must be one of {', '.join(list(_SORT_KEYS)[:3])}, downloads, likes, not {sort!r}."
            raise HFValidationError(msg)
        params["sort"] = _SORT_KEYS[sort]
    params |= {"direction": direction, "limit": limit}
    asked = {key: _on_the_wire(value) for key, value in params.items() if value is not None and value != []}
    items = HubClient.from_env(token, endpoint).http.pages(f"/api/{repo_type}s", params=asked)
    return (info_class.from_json(item) for item in islice(items, limit))


def _on_the_wire(value: Any) -> Any:
    return ("true" if value else "false") if isinstance(value, bool) else value


def _words(value: str | Iterable[str] | None) -> list[str]:
    if value is None:
        return []
    return [value] if isinstance(value, str) else list(value)


def _tagged(key: str, value: str | Iterable[str] | None) -> list[str]:
    return [word if word.startswith(f"{key}:") else f"{key}:{word}" for word in _words(value)]


def _joined(*texts: str | None) -> str | None:
    return " ".join(text for text in texts if text) or None


def _emissions(info: ModelInfo) -> float | None:
    """Grams of CO₂ the card names, or None; people write them in several ways."""
    value: Any = info.card_data.get("co2_eq_emissions") if info.card_data else None
    if isinstance(value, dict):
        value = value.get("emissions")  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
    if isinstance(value, str):
        number = "".join(char for char in value if char.isdigit() or char == ".")
        value = float(number) if number.strip(".") else None
    return float(value) if isinstance(value, (int, float)) else None
