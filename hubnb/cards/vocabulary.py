"""The words that metadata may use: licences, tasks, libraries, languages and keys, as the Hub knows them."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

RELATIONS = ("adapter", "finetune", "merge", "quantized")
SDKS = ("gradio", "docker", "static", "streamlit")
COLORS = ("red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray")
SIZE_CATEGORIES = (
    *("n<1K", "1K<n<10K", "10K<n<100K", "100K<n<1M", "1M<n<10M", "10M<n<100M", "100M<n<1B", "1B<n<10B"),
    *("10B<n<100B", "100B<n<1T", "n>1T"),
)
KEYS = {
    "model": (
        *("language", "license", "license_name", "license_link", "library_name", "pipeline_tag", "tags", "base_model"),
        *("base_model_relation", "datasets", "metrics", "model-index", "model_name", "inference", "widget"),
        *("co2_eq_emissions", "thumbnail", "new_version", "extra_gated_prompt", "extra_gated_fields"),
        *("extra_gated_heading", "extra_gated_description", "extra_gated_button_content", "buckets"),
    ),
    "dataset": (
        *("language", "license", "license_name", "license_link", "pretty_name", "tags", "task_categories", "task_ids"),
        *("size_categories", "annotations_creators", "language_creators", "multilinguality", "source_datasets"),
        *("paperswithcode_id", "configs", "config_names", "dataset_info", "train-eval-index", "viewer", "thumbnail"),
        *("extra_gated_prompt", "extra_gated_fields", "extra_gated_heading", "extra_gated_description"),
        "extra_gated_button_content",
    ),
    "space": (
        *("title", "emoji", "colorFrom", "colorTo", "sdk", "sdk_version", "python_version", "app_file", "app_port"),
        *("base_path", "fullWidth", "header", "short_description", "license", "models", "datasets", "tags", "pinned"),
        *("disable_embedding", "startup_duration_timeout", "custom_headers", "preload_from_hub", "thumbnail"),
        *("suggested_hardware", "suggested_storage", "duplicated_from", "hf_oauth", "hf_oauth_scopes"),
        *("hf_oauth_expiration_minutes", "hf_oauth_authorized_org"),
    ),
}
"""Keys that the Hub reads, by kind of repository."""

# Names that people write where a code belongs; the codes themselves are too many to list and follow a pattern.
_LANGUAGE_NAMES = """
    arabic:ar bengali:bn bulgarian:bg catalan:ca chinese:zh croatian:hr czech:cs danish:da dutch:nl english:en
    estonian:et
    finnish:fi french:fr german:de greek:el hebrew:he hindi:hi hungarian:hu indonesian:id italian:it japanese:ja
    korean:ko
    latin:la latvian:lv lithuanian:lt malay:ms mandarin:zh norwegian:no persian:fa polish:pl portuguese:pt romanian:ro
    russian:ru serbian:sr slovak:sk slovenian:sl spanish:es swahili:sw swedish:sv tamil:ta telugu:te thai:th turkish:tr
    ukrainian:uk urdu:ur vietnamese:vi
"""
_LANGUAGES: dict[str, str] = dict(re.findall(r"(\w+):(\w+)", _LANGUAGE_NAMES))
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_OTHER_LANGUAGES = {"code", "multilingual"}


@lru_cache(maxsize=1)
def _data() -> dict[str, list[dict[str, str]]]:
    return json.loads((Path(__file__).parent / "hub-vocabulary.json").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def licenses() -> dict[str, str]:
    """Licence identifiers and their names."""
    return {one["id"]: one["name"] for one in _data()["licenses"]}


@lru_cache(maxsize=1)
def tasks() -> dict[str, str]:
    """Task identifiers and their names."""
    return {one["id"]: one["name"] for one in _data()["tasks"]}


@lru_cache(maxsize=1)
def libraries() -> dict[str, str]:
    """Library identifiers and their names."""
    return {one["id"]: one["name"] for one in _data()["libraries"]}


def is_language(word: str) -> bool:
    """Whether this can be a language: two or three letters, perhaps with a script or a country."""
    return _LANGUAGE.fullmatch(word) is not None or word in _OTHER_LANGUAGES


@dataclass(frozen=True)
class Guess:
    """What somebody may have meant, the likeliest first."""

    words: tuple[str, ...] = ()
    sure: bool = False
    """There is one, and it differs from what was written in case, blanks and punctuation only."""


def guess_language(word: str) -> Guess:
    """Guess the code that a language's name stands for."""
    name = word.strip().lower().replace("_", "-")
    if name in _LANGUAGES:
        return Guess((_LANGUAGES[name],), sure=True)
    return Guess((name,), sure=True) if name != word and is_language(name) else Guess()


def guess_license(word: str) -> Guess:
    """Guess a licence."""
    return guess(word, licenses(), noise=("license", "licence", "version", "the", "gnu", "general", "public"))


def guess(word: str, known: Mapping[str, str] | Sequence[str], noise: Sequence[str] = ()) -> Guess:
    """Guess which of the known words is meant.

    Parameters
    ----------
    known
        Identifiers, or identifiers and their names.
    noise
        Words that say nothing.
    """
    names = known if isinstance(known, Mapping) else {one: one for one in known}
    bare = _bare(word, noise)
    same = [one for one, name in names.items() if bare in (_bare(one, noise), _bare(name, noise))]
    if bare and same:
        return Guess((same[0],), sure=True)
    begins = [one for one in names if bare and _bare(one, noise).startswith(bare)]
    alike = difflib.get_close_matches(word.lower(), names, n=3, cutoff=0.72)
    return Guess(tuple(dict.fromkeys([*begins[:3], *alike]))[:3])


def likeness(one: str, other: str) -> float:
    """Tell how alike two words are, from 0 to 1."""
    return difflib.SequenceMatcher(None, one, other).ratio()


def _bare(word: str, noise: Sequence[str]) -> str:
    """Leave letters and digits only: `Apache License 2.0`, `apache-2` and `apache2` are the same."""
    plain = re.sub(r"v(?=[\d.])", "", word.lower())
    pieces = re.findall(r"[a-z+]+|\d+(?:\.\d+)*", plain)
    return "".join(re.sub(r"\.0$", "", piece) for piece in pieces if piece not in noise)
