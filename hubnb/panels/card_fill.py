"""Cards filled from what is in the notebook: a model, or the numbers of a run.

Only what is missing is added: nothing that a person wrote is replaced, but a number of the same metric.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from ..cards import EvalResult, ModelCard, ModelCardData
from ..cards.metadata import merge_metadata
from ..client.errors import HubError

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST_METRICS = 30
_MOST_CANDIDATES = 20


def candidates() -> list[dict[str, str]]:
    """Name the models and measured numbers among the notebook's variables, the latest first."""
    found = []
    for name, value in reversed(list(_variables().items())):
        kind = _kind(value)
        if kind and not name.startswith("_"):
            found.append({"name": name, "kind": kind, "words": _words(value, kind)})
    return found[:_MOST_CANDIDATES]


def filled(text: str, name: str, repo_id: str) -> str:
    """Give the card filled from the variable `name`.

    Raises
    ------
    HubError
        There is no such variable, or a card can't be filled from it.
    """
    value = _variables().get(name)
    kind = _kind(value)
    if kind == "model":
        return _with_model(text, value, repo_id)
    if kind == "metrics":
        return _with_metrics(text, _metrics(value), name, repo_id)
    msg = f"{name} is no model and no mapping of numbers any more. The card stays as it is."
    raise HubError(msg)


def card_of(model: Any, repo_id: str | None = None) -> ModelCard:
    """Write a card from what a model object knows of itself."""
    if hasattr(model, "generate_model_card"):
        return model.generate_model_card()
    name = (repo_id or type(model).__name__).rpartition("/")[2]
    library = _library(model)
    facts = _facts(model)
    data = ModelCardData(library_name=library, pipeline_tag=_task(model))
    values: dict[str, Any] = {"model_name": name, "facts": facts} if facts else {"model_name": name}
    return ModelCard.from_template(data, model_summary=f"A `{type(model).__name__}`.", **values)


def _variables() -> Mapping[str, Any]:
    """Give the notebook's own variables."""
    if "IPython" not in sys.modules:
        return {}
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if shell is None:
        return {}
    hidden = getattr(shell, "user_ns_hidden", {})
    return {name: value for name, value in shell.user_ns.items() if name not in hidden}


def _kind(value: Any) -> str | None:
    if isinstance(value, type):
        return None
    if hasattr(value, "generate_model_card") or _is_a(value, "torch.nn", "Module"):
        return "model"
    if _is_a(value, "sklearn.base", "BaseEstimator") or _is_a(value, "keras", "Model"):
        return "model"
    return "metrics" if _metrics(value) else None


def _is_a(value: Any, module: str, name: str) -> bool:
    """Whether `value` is of a class of a library that is loaded already; none is loaded for this."""
    found = getattr(sys.modules.get(module), name, None)
    return isinstance(found, type) and isinstance(value, found)


def _metrics(value: Any) -> dict[str, Any]:
    """Give the numbers of a run: a mapping of names to numbers, or what a Trainer logged last."""
    history = getattr(getattr(value, "state", None), "log_history", None)
    if isinstance(history, list) and history:
        evaluated = [one for one in history if any(key.startswith("eval_") for key in one)]
        value = {key.removeprefix("eval_"): one for key, one in (evaluated or history)[-1].items()}
        value = {key: one for key, one in value.items() if key not in ("epoch", "step") and "_per_second" not in key}
    if not isinstance(value, dict) or not 0 < len(value) <= _MOST_METRICS:
        return {}
    numbers = {key: one for key, one in value.items() if isinstance(key, str) and isinstance(one, (int, float))}
    only_numbers = len(numbers) == len(value) and not any(isinstance(one, bool) for one in numbers.values())
    return numbers if only_numbers else {}


def _words(value: Any, kind: str) -> str:
    if kind == "model":
        return type(value).__name__
    return ", ".join(f"{key} {one:.4g}" for key, one in list(_metrics(value).items())[:3])


def _with_model(text: str, model: Any, repo_id: str) -> str:
    """Add what the model knows and the card does not say."""
    card, source = ModelCard(text), card_of(model, repo_id)
    for key, value in source.data.to_dict().items():
        if key not in card.data.to_dict():
            card.data[key] = value
    if not card.text.strip():
        card.text = source.text
        return card.content
    for title in source.sections[1:]:
        section = card.section(title)
        if not section.exists:
            section.set(source.section(title).text)
    return card.content


def _with_metrics(text: str, metrics: dict[str, float], name: str, repo_id: str) -> str:
    """Put numbers into `model-index` and into a table."""
    card = ModelCard(text, ignore_metadata_errors=True)
    present = {result.metric_type: result for result in card.data.eval_results or []}
    for key, value in metrics.items():
        if key in present:
            present[key].metric_value = value
    new = [key for key in metrics if key not in present]
    if new:
        task = card.data.get("pipeline_tag") or "other"
        model_name = card.data.get("model_name") or repo_id.rpartition("/")[2] or name
        results = [
            EvalResult(
                task_type=task,
                dataset_type="unknown",
                dataset_name=_first(card.data.get("datasets")) or "unknown",
                metric_type=key,
                metric_value=metrics[key],
            )
            for key in new
        ]
        index = ModelCardData(model_name=model_name, eval_results=results).to_dict()["model-index"]
        merge_metadata(card, {"model-index": index})
    card.section("Evaluation").table(metrics, header=["Metric", "Value"])
    return card.content


def _first(value: Any) -> str | None:
    return value[0] if isinstance(value, list) and value else value if isinstance(value, str) else None


def _library(model: Any) -> str | None:
    module = type(model).__module__.partition(".")[0]
    known = {"transformers": "transformers", "sklearn": "sklearn", "keras": "keras", "diffusers": "diffusers"}
    return known.get(module) or ("pytorch" if _is_a(model, "torch.nn", "Module") else None)


def _task(model: Any) -> str | None:
    if _is_a(model, "sklearn.base", "ClassifierMixin"):
        return "tabular-classification"
    return "tabular-regression" if _is_a(model, "sklearn.base", "RegressorMixin") else None


def _facts(model: Any) -> dict[str, Any]:
    if _is_a(model, "torch.nn", "Module"):
        count = sum(one.numel() for one in model.parameters())
        return {"Parameters": f"{count:,}", "Class": type(model).__name__}
    if _is_a(model, "sklearn.base", "BaseEstimator"):
        return {str(key): value for key, value in list(model.get_params(deep=False).items())[:20]}
    return {}
