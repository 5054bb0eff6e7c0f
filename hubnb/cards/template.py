"""Text of a new card: from a person's template, or from what is known.

The built-in card holds only what somebody said or measured. A section nobody filled is left out, because a
placeholder looks like an answer to a machine and like neglect to a person.

A template of one's own may be Jinja. Jinja is not a dependency: templates that only fill in names
(``{{ model_id }}``) work without it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .data import CardData
    from .eval_results import EvalResult

_Section = tuple[str, tuple[tuple[str, str], ...]]
"""A heading, and its parts: a label (or nothing, for running text) and the name that holds the value."""

_MODEL_SECTIONS: tuple[_Section, ...] = (
    (
        "Model details",
        (
            ("", "model_description"),
            ("Developed by", "developers"),
            ("Funded by", "funded_by"),
            ("Shared by", "shared_by"),
            ("Model type", "model_type"),
            ("Repository", "repo"),
            ("Paper", "paper"),
            ("Demo", "demo"),
            ("Code", "repo_url"),
            ("Paper", "paper_url"),
            ("Documentation", "docs_url"),
        ),
    ),
    ("How to use it", (("", "get_started_code"),)),
    ("Facts", (("", "facts"),)),
    (
        "Uses",
        (
            ("", "direct_use"),
            ("Downstream use", "downstream_use"),
            ("Out of scope", "out_of_scope_use"),
        ),
    ),
    ("Limits and risks", (("", "bias_risks_limitations"), ("Recommendations", "bias_recommendations"))),
    (
        "Training",
        (
            ("Data", "training_data"),
            ("Preprocessing", "preprocessing"),
            ("Regime", "training_regime"),
            ("Speed, size, time", "speeds_sizes_times"),
            ("", "hyperparameters"),
        ),
    ),
    (
        "Evaluation",
        (
            ("Data", "testing_data"),
            ("Factors", "testing_factors"),
            ("Metrics", "testing_metrics"),
            ("", "eval_results"),
            ("", "results"),
            ("", "results_summary"),
        ),
    ),
    ("Examination", (("", "model_examination"),)),
    (
        "Environmental impact",
        (
            ("Hardware", "hardware"),
            ("Hardware type", "hardware_type"),
            ("Hours used", "hours_used"),
            ("Cloud provider", "cloud_provider"),
            ("Region", "cloud_region"),
            ("Carbon emitted", "co2_emitted"),
        ),
    ),
    (
        "Technical specification",
        (
            ("", "model_specs"),
            ("Compute", "compute_infrastructure"),
            ("Hardware", "hardware_requirements"),
            ("Software", "software"),
        ),
    ),
    ("Citation", (("", "citation_bibtex"), ("", "citation_apa"))),
    ("Glossary", (("", "glossary"),)),
    ("More information", (("", "more_information"),)),
    ("Authors", (("", "model_card_authors"), ("Contact", "model_card_contact"))),
)

_DATASET_SECTIONS: tuple[_Section, ...] = (
    (
        "Dataset details",
        (
            ("", "dataset_description"),
            ("Curated by", "curators"),
            ("Funded by", "funded_by"),
            ("Shared by", "shared_by"),
            ("Repository", "repo"),
            ("Paper", "paper"),
            ("Demo", "demo"),
        ),
    ),
    ("Uses", (("", "direct_use"), ("Out of scope", "out_of_scope_use"))),
    ("Structure", (("", "dataset_structure"),)),
    (
        "Creation",
        (
            ("Why", "curation_rationale"),
            ("Collection and processing", "data_collection_and_processing"),
            ("Source", "source_data_producers"),
            ("Annotation", "annotation_process"),
            ("Annotators", "who_are_annotators"),
            ("Personal and sensitive information", "personal_and_sensitive_information"),
        ),
    ),
    ("Limits and risks", (("", "bias_risks_limitations"), ("Recommendations", "bias_recommendations"))),
    ("Citation", (("", "citation_bibtex"), ("", "citation_apa"))),
    ("Glossary", (("", "glossary"),)),
    ("More information", (("", "more_information"),)),
    ("Authors", (("", "dataset_card_authors"), ("Contact", "dataset_card_contact"))),
)

_NAME = re.compile(
    r"""\{\{-?\s*(?P<name>[A-Za-z_]\w*)\s*
        (?:\|\s*default\(\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)')\s*(?:,\s*[Tt]rue\s*)?\)\s*)?
        -?\}\}""",
    re.VERBOSE,
)
_CODE_NAMES = {"get_started_code": "python", "citation_bibtex": "bibtex"}


def default_model_card(card_data: CardData, **values: Any) -> str:
    """Write the body and block of a model card from what is known.

    Parameters
    ----------
    card_data
        The metadata; its results become a table.
    **values
        Any of the names in the section tables above, besides `model_id`, `model_name` and `model_summary`.
        Mappings are written as tables.
    """
    values = {"eval_results": card_data.get("eval_results")} | values
    title = values.get("model_name") or card_data.get("model_name") or values.get("model_id") or "Model card"
    return _card(card_data, str(title).rpartition("/")[2], values.get("model_summary"), _MODEL_SECTIONS, values)


def default_dataset_card(card_data: CardData, **values: Any) -> str:
    """Write the body and block of a dataset card from what is known."""
    title = card_data.get("pretty_name") or values.get("dataset_name") or values.get("repo_id") or "Dataset card"
    return _card(card_data, str(title), values.get("dataset_summary"), _DATASET_SECTIONS, values)


def render(template: str, card_data: CardData, **values: Any) -> str:
    """Fill in a person's template; `card_data` stands for the metadata as YAML.

    Raises
    ------
    ImportError
        The template does more than fill in names, and Jinja is not installed.
    """
    names = {**values, "card_data": card_data.to_yaml()}
    try:
        from jinja2.sandbox import SandboxedEnvironment
    except ImportError:
        return _render_names(template, names)
    environment = SandboxedEnvironment(autoescape=False)  # Markdown, not HTML
    return environment.from_string(template).render(**names)


def _render_names(template: str, names: Mapping[str, Any]) -> str:
    def value(match: re.Match[str]) -> str:
        default = next((text for text in (match["double"], match["single"]) if text is not None), "")
        found = names.get(match["name"])
        return str(found) if found else default

    text = _NAME.sub(value, template)
    left = re.search(r"\{\{|\{%|\{#", _NAME.sub("", template))
    if left is not None:
        msg = (
            "This card template uses Jinja for more than filling in names, and Jinja is not installed. "
            "Run `pip install jinja2`, or use only `{{ name }}` in the template."
        )
        raise ImportError(msg)
    return text


# --- the built-in card


def _card(
    card_data: CardData,
    title: str,
    summary: Any,
    sections: Sequence[_Section],
    values: Mapping[str, Any],
) -> str:
    block = card_data.to_yaml()
    parts = [f"# {_one_line(title)}"]
    if summary:
        parts.append(str(summary).strip())
    for heading, fields in sections:
        parts += _section(heading, fields, values)
    front = f"---\n{block}\n---\n\n" if block else ""
    return front + "\n\n".join(parts) + "\n"


def _section(heading: str, fields: Sequence[tuple[str, str]], values: Mapping[str, Any]) -> list[str]:
    """Heading and parts of one section; nothing where nobody filled it."""
    parts: list[str] = []
    bullets: list[str] = []
    for label, name in fields:
        value = values.get(name)
        if value is None or value == "" or value == [] or value == {}:
            continue
        if label and not isinstance(value, Mapping) and "\n" not in str(value).strip():
            bullets.append(f"- **{label}:** {_inline(value)}")
        else:
            parts += [f"### {label}"] * bool(label) + [_block(name, value)]
    if bullets:
        parts.insert(0, "\n".join(bullets))
    return [f"## {heading}", *parts] if parts else []


def _block(name: str, value: Any) -> str:
    if name == "eval_results" and not isinstance(value, (str, Mapping)):
        return results_table(value)
    if isinstance(value, Mapping):
        return table(["", ""], [(key, _inline(item)) for key, item in value.items()])
    text = _inline(value) if not isinstance(value, str) else value.strip()
    if name in _CODE_NAMES and "```" not in text:
        return f"```{_CODE_NAMES[name]}\n{text}\n```"
    return text


def results_table(results: Sequence[EvalResult]) -> str:
    """Lay out measured results as a Markdown table."""
    rows = [
        (
            result.task_name or result.task_type,
            " ".join(filter(None, (result.dataset_name, result.dataset_config, _split_words(result)))),
            result.metric_name or result.metric_type,
            _inline(result.metric_value),
        )
        for result in results
    ]
    return table(["Task", "Dataset", "Metric", "Value"], rows)


def table(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Lay out rows as a Markdown table; what would break the table is escaped."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(_one_line(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)


def _split_words(result: EvalResult) -> str | None:
    return f"({result.dataset_split})" if result.dataset_split else None


def _inline(value: Any) -> str:
    if isinstance(value, (list, tuple, set)):
        return ", ".join(str(item) for item in value)
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:  # a scalar of numpy or torch
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, float):
        return str(value)
    return f"{value:.6g}"


def _one_line(value: Any) -> str:
    return " ".join(str(value).split())
