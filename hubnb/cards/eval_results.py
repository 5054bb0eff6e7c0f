"""Measured results of a model, and the `model-index` block that carries them in a card.

The block is a tree: models, each with results, each result one task on one dataset with several metrics. An
`EvalResult` is one leaf with everything above it, which is what a person has in hand after an evaluation.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from .front_matter import FrontMatterError

if TYPE_CHECKING:
    from collections.abc import Sequence

_TASK = {"type": "task_type", "name": "task_name"}
_DATASET = {
    "name": "dataset_name",
    "type": "dataset_type",
    "config": "dataset_config",
    "split": "dataset_split",
    "revision": "dataset_revision",
    "args": "dataset_args",
}
_METRIC = {
    "type": "metric_type",
    "value": "metric_value",
    "name": "metric_name",
    "config": "metric_config",
    "args": "metric_args",
    "verified": "verified",
    "verifyToken": "verify_token",
}
_SOURCE = {"name": "source_name", "url": "source_url"}


@dataclass
class EvalResult:
    """One metric of one model, measured on one task with one dataset.

    Parameters
    ----------
    task_type, task_name
        Task identifier of the Hub (``image-classification``) and its readable name.
    dataset_type, dataset_name
        Dataset id on the Hub, or any short identifier, and its readable name.
    metric_type, metric_value, metric_name
        Metric identifier (``accuracy``), what was measured, and the metric's readable name.
    dataset_config, dataset_split, dataset_revision, dataset_args
        Which part and version of the dataset.
    metric_config, metric_args
        How the metric was computed.
    verified, verify_token
        Set by the Hub where it ran the evaluation itself.
    source_name, source_url
        Where the number comes from; a name needs a URL.

    Raises
    ------
    ValueError
        There is a `source_name` without a `source_url`.
    """

    task_type: str
    dataset_type: str
    dataset_name: str
    metric_type: str
    metric_value: Any
    task_name: str | None = None
    dataset_config: str | None = None
    dataset_split: str | None = None
    dataset_revision: str | None = None
    dataset_args: dict[str, Any] | None = None
    metric_name: str | None = None
    metric_config: str | None = None
    metric_args: dict[str, Any] | None = None
    verified: bool | None = None
    verify_token: str | None = None
    source_name: str | None = None
    source_url: str | None = None

    def __post_init__(self) -> None:
        if self.source_name is not None and self.source_url is None:
            msg = f"The source {self.source_name!r} of a result needs its address too: pass `source_url`."
            raise ValueError(msg)

    @property
    def unique_identifier(self) -> tuple[Any, ...]:
        """What results must share to stand in one group of a card."""
        return (
            self.task_type,
            self.dataset_type,
            self.dataset_config,
            self.dataset_split,
            self.dataset_revision,
        )

    def is_equal_except_value(self, other: EvalResult) -> bool:
        """Whether both measure the same thing, whatever they found."""
        ignored = {"metric_value", "verify_token"}
        return all(
            getattr(self, field.name) == getattr(other, field.name)
            for field in fields(self)
            if field.name not in ignored
        )


def eval_results_to_model_index(model_name: str, eval_results: Sequence[EvalResult]) -> list[dict[str, Any]]:
    """Arrange results as the `model-index` of one model; metrics of one task and dataset stand together."""
    groups: dict[str, dict[str, Any]] = {}
    for result in eval_results:
        group = {"task": _pick(result, _TASK), "dataset": _pick(result, _DATASET), "metrics": []}
        source = _pick(result, _SOURCE)
        key = json.dumps([group, source], sort_keys=True, default=repr)
        group = groups.setdefault(key, group)
        group["metrics"].append({"type": result.metric_type, "value": None} | _pick(result, _METRIC))
        if source:
            group["source"] = source
    return [{"name": model_name, "results": list(groups.values())}]


def model_index_to_eval_results(model_index: Any) -> tuple[str, list[EvalResult]]:
    """Read the results of a `model-index`, and the name of its model.

    Raises
    ------
    FrontMatterError
        Something is missing or of the wrong kind; the text says where.
    """
    name = ""
    results: list[EvalResult] = []
    for number, model in enumerate(_expect(model_index, list, "model-index")):
        place = f"model-index[{number}]"
        name = str(_expect(model, dict, place).get("name") or name)
        for index, result in enumerate(_expect(model.get("results"), list, f"{place}.results")):
            results += _read_result(result, f"{place}.results[{index}]")
    return name, results


def _read_result(result: Any, place: str) -> list[EvalResult]:
    _expect(result, dict, place)
    shared: dict[str, Any] = {}
    shared |= _read(result.get("task"), _TASK, f"{place}.task", required=("type",))
    shared |= _read(result.get("dataset"), _DATASET, f"{place}.dataset", required=("name", "type"))
    if result.get("source") is not None:
        shared |= _read(result["source"], _SOURCE, f"{place}.source", required=("url",))
    metrics = _expect(result.get("metrics"), list, f"{place}.metrics")
    return [
        EvalResult(**shared, **_read(metric, _METRIC, f"{place}.metrics[{index}]", required=("type", "value")))
        for index, metric in enumerate(metrics)
    ]


def _pick(result: EvalResult, names: dict[str, str]) -> dict[str, Any]:
    pairs = ((key, getattr(result, attribute)) for key, attribute in names.items())
    return {key: value for key, value in pairs if value is not None}


def _read(node: Any, names: dict[str, str], place: str, required: tuple[str, ...]) -> dict[str, Any]:
    _expect(node, dict, place)
    for key in required:
        if key not in node:
            msg = f"{place} has no `{key}`"
            raise FrontMatterError(msg)
    return {attribute: node[key] for key, attribute in names.items() if key in node}


def _expect(node: Any, kind: type, place: str) -> Any:
    if not isinstance(node, kind):
        msg = f"{place} must be a {'list' if kind is list else 'mapping'}"
        raise FrontMatterError(msg)
    return node
