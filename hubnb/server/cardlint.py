"""The card linter: what the Hub refuses in the metadata of a README, and what it only remarks on."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from hubnb.server.frontmatter import BadFrontMatter, front_matter_text, read_front_matter
from hubnb.server.vocabulary import LICENSES, TASKS
from hubnb.server.wire import words

_LANGUAGE = re.compile(r"^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$")
_LANGUAGES_OF_OTHER_KINDS = {"code", "multilingual"}
_LICENSE_NAME = re.compile(r"^[a-z0-9-.]+$")
_REPO_ID = re.compile(r"^[A-Za-z0-9_.\-]+(?:/[A-Za-z0-9_.\-]+)?$")
_COLORS = words("red yellow green blue indigo purple pink gray")
_SDKS = words("gradio streamlit docker static")
_RELATIONS = words("adapter finetune merge quantized")
_MAX_SHORT_DESCRIPTION_CHARS = 60


@dataclass
class Findings:
    """What is wrong with a card."""

    errors: list[str] = field(default_factory=list)
    """Each of them stops a commit."""
    warnings: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return the findings as clients read them; both lists are always there."""
        return {
            "errors": [{"message": text} for text in self.errors],
            "warnings": [{"message": text} for text in self.warnings],
        }

    def as_text(self) -> str:
        """Return the findings for people."""
        lines = [f"- Error: {text}" for text in self.errors] + [f"- Warning: {text}" for text in self.warnings]
        return "\n".join(lines)


def lint(readme: str, repo_type: str) -> Findings:
    """Check the metadata of a README."""
    found = Findings()
    try:
        data = read_front_matter(readme)
    except BadFrontMatter as error:
        found.errors.append(str(error))
        return found
    if front_matter_text(readme) is None or not data:
        found.warnings.append("empty or missing yaml metadata in repo card")
        return found
    card = _Card(data, found)
    card.check_common()
    if repo_type == "model":
        card.check_model()
    elif repo_type == "dataset":
        card.check_dataset()
    elif repo_type == "space":
        card.check_space()
    return found


class _Card:
    """One card under inspection."""

    def __init__(self, data: dict[str, Any], found: Findings) -> None:
        self._data, self._found = data, found

    def _error(self, text: str) -> None:
        self._found.errors.append(text)

    def check_common(self) -> None:
        self._texts("tags")
        for key in ("pretty_name", "license_link", "thumbnail"):
            self._text(key)
        for licence in self._texts("license"):
            if licence not in LICENSES:
                self._error(f'"license" must be one of [{", ".join(LICENSES)}]')
        name = self._text("license_name")
        if name is not None and not _LICENSE_NAME.match(name):
            self._error('"license_name" must hold only lower-case letters, digits, "-" and "."')
        for language in self._texts("language"):
            if not _LANGUAGE.match(language) and language not in _LANGUAGES_OF_OTHER_KINDS:
                self._error(
                    f'"language" with value "{language[:40]}" is not valid. It must be an ISO 639-1, 639-2 or 639-3'
                    ' code (two or three letters), or a special value like "code" or "multilingual".'
                )

    def check_model(self) -> None:
        for key in ("datasets", "base_model"):
            for name in self._texts(key):
                if not _REPO_ID.match(name):
                    self._found.warnings.append(f'"{key}" with value "{name[:96]}" is not the id of a repository.')
        self._texts("metrics")
        self._text("library_name")
        task = self._text("pipeline_tag")
        if task is not None and task not in TASKS:
            self._found.warnings.append(f'The pipeline tag "{task[:60]}" is not in the official list.')
        self._choice("base_model_relation", _RELATIONS)
        self._check_index()

    def _check_index(self) -> None:
        index = self._data.get("model-index")
        if index is None:
            return
        if not isinstance(index, list):
            self._error('"model-index" must be an array')
            return
        for number, model in enumerate(index):
            place = f"model-index[{number}]"
            if not isinstance(model, dict):
                self._error(f'"{place}" must be of type object')
                continue
            if not isinstance(model.get("name"), str):
                self._error(f'"{place}.name" is required')
            results = model.get("results")
            if not isinstance(results, list):
                self._error(f'"{place}.results" must be an array')
                continue
            for position, result in enumerate(results):
                self._check_result(result, f"{place}.results[{position}]")

    def _check_result(self, result: Any, place: str) -> None:
        if not isinstance(result, dict):
            self._error(f'"{place}" must be of type object')
            return
        for key, required in (("task", ("type",)), ("dataset", ("type", "name"))):
            part = result.get(key)
            if part is None and key == "dataset":
                continue
            if not isinstance(part, dict):
                self._error(f'"{place}.{key}" is required')
                continue
            for name in required:
                if not isinstance(part.get(name), str):
                    self._error(f'"{place}.{key}.{name}" is required')
        if result.get("metrics") is not None:
            self._check_metrics(result["metrics"], place)

    def _check_metrics(self, metrics: Any, place: str) -> None:
        if not isinstance(metrics, list):
            self._error(f'"{place}.metrics" must be an array')
            return
        for number, metric in enumerate(metrics):
            if not isinstance(metric, dict) or not isinstance(metric.get("type"), str):
                self._error(f'"{place}.metrics[{number}].type" is required')
            elif "value" not in metric:
                self._error(f'"{place}.metrics[{number}].value" is required')

    def check_dataset(self) -> None:
        for key in ("task_categories", "task_ids", "size_categories", "multilinguality", "annotations_creators"):
            self._texts(key)
        configs = self._data.get("configs")
        if configs is None:
            return
        if not isinstance(configs, list):
            self._error('"configs" must be an array')
            return
        for number, config in enumerate(configs):
            if not isinstance(config, dict) or not isinstance(config.get("config_name"), str):
                self._error(f'"configs[{number}].config_name" is required')

    def check_space(self) -> None:
        for key in ("title", "emoji", "app_file"):
            self._text(key)
        for key in ("colorFrom", "colorTo"):
            self._choice(key, _COLORS)
        self._choice("sdk", _SDKS)
        text = self._text("short_description")
        if text is not None and len(text) > _MAX_SHORT_DESCRIPTION_CHARS:
            limit = _MAX_SHORT_DESCRIPTION_CHARS
            self._error(f'"short_description" length must be less than or equal to {limit} characters long')

    def _choice(self, key: str, known: list[str]) -> None:
        value = self._data.get(key)
        if value is not None and value not in known:
            self._error(f'"{key}" must be one of [{", ".join(known)}]')

    def _text(self, key: str) -> str | None:
        value = self._data.get(key)
        if value is None or isinstance(value, str):
            return value
        if isinstance(value, (list, dict)):
            self._error(f'"{key}" must be a string')
        return None

    def _texts(self, key: str) -> list[str]:
        """Return a text, or a list of texts, as a list."""
        value = self._data.get(key)
        if value is None:
            return []
        if isinstance(value, str):
            return [value]
        if not isinstance(value, list):
            self._error(f'"{key}" must be a string or an array of strings')
            return []
        wrong = [number for number, item in enumerate(value) if not isinstance(item, str)]
        for number in wrong[:10]:
            self._error(f'"{key}[{number}]" must be a string')
        return [item for item in value if isinstance(item, str)]
