"""What the Hub says about a revision: card data, tags, library, task and weights, derived from its files."""

from __future__ import annotations

import json
import re
import struct
from typing import TYPE_CHECKING, Any

from hubnb.server.frontmatter import BadFrontMatter, read_front_matter

if TYPE_CHECKING:
    from hubnb.server.gitrepo import GitRepo
    from hubnb.server.largefiles import LargeStore
    from hubnb.server.snapshot import Entry, Snapshot

_MAX_README_BYTES = 4 << 20
_MAX_HEADER_BYTES = 25 << 20
_ARXIV = re.compile(r"arxiv\.org/(?:abs|pdf)/(\d{4}\.\d{4,5})", re.IGNORECASE)
_CONFIG_KEYS = ("architectures", "model_type", "auto_map", "quantization_config")
_TASK_BY_ARCHITECTURE = {
    "ForSequenceClassification": "text-classification",
    "ForTokenClassification": "token-classification",
    "ForQuestionAnswering": "question-answering",
    "ForCausalLM": "text-generation",
    "LMHeadModel": "text-generation",
    "ForMaskedLM": "fill-mask",
    "ForImageClassification": "image-classification",
    "ForObjectDetection": "object-detection",
    "ForAudioClassification": "audio-classification",
    "ForCTC": "automatic-speech-recognition",
    "ForSpeechSeq2Seq": "automatic-speech-recognition",
}
_LIBRARY_BY_ENDING = {
    ".safetensors": "safetensors",
    ".gguf": "gguf",
    ".onnx": "onnx",
    ".keras": "keras",
    ".pt": "pytorch",
    ".pth": "pytorch",
    "pytorch_model.bin": "pytorch",
    ".joblib": "joblib",
    ".h5": "tf",
    ".msgpack": "jax",
}
_DATASET_TAGS = (
    "task_categories",
    "task_ids",
    "size_categories",
    "annotations_creators",
    "language_creators",
    "multilinguality",
    "source_datasets",
)


class Describer:
    """Reads the files of one revision that say something about it."""

    def __init__(self, repo: GitRepo, large: LargeStore, snapshot: Snapshot) -> None:
        self._repo, self._large, self._snapshot = repo, large, snapshot

    def describe(self, repo_type: str) -> dict[str, Any]:
        """Return the derived part of an info answer, keys as the Hub writes them."""
        readme = self._text("README.md")
        try:
            card = read_front_matter(readme) if readme is not None else None
        except BadFrontMatter:  # pushed past the check, e.g. seeded; the rest is still worth showing
            card = {}
        found: dict[str, Any] = {"cardData": card} if card is not None else {}
        card = card or {}
        if repo_type == "model":
            found.update(self._model(card))
        elif repo_type == "space":
            found["sdk"] = _text_of(card.get("sdk"))
        found["tags"] = sorted_tags([*self._card_tags(card, repo_type, readme or ""), *_library_tags(found)])
        return {key: value for key, value in found.items() if value is not None}

    def _model(self, card: dict[str, Any]) -> dict[str, Any]:
        config = self._json("config.json")
        shown = {key: config[key] for key in _CONFIG_KEYS if key in config}
        libraries = self._libraries(config)
        library = _text_of(card.get("library_name")) or next(iter(libraries), None)
        return {
            "library_name": library,
            "pipeline_tag": _text_of(card.get("pipeline_tag")) or _task_of(config),
            "mask_token": "[MASK]" if _task_of(config) == "fill-mask" else None,
            "model-index": card.get("model-index"),
            "config": shown or None,
            "widgetData": card.get("widget"),
            "safetensors": self._safetensors(),
            "libraries": libraries,
            "model_type": _text_of(config.get("model_type")),
        }

    def _libraries(self, config: dict[str, Any]) -> list[str]:
        found = ["sentence-transformers"] if self._snapshot.file("modules.json") else []
        if "transformers_version" in config or "model_type" in config:
            found.append("transformers")
        endings = self._snapshot.endings
        for ending, library in _LIBRARY_BY_ENDING.items():
            name, _, last = ending.rpartition(".")
            if last in endings and (not name or self._has_file_ending_in(ending)):
                found.append(library)
        return found

    def _has_file_ending_in(self, ending: str) -> bool:
        return any(entry.path.endswith(ending) for entry in self._snapshot.files)

    def _card_tags(self, card: dict[str, Any], repo_type: str, readme: str) -> list[str]:
        tags = _texts(card.get("tags"))
        prefix = "language:" if repo_type == "dataset" else ""
        tags += [prefix + language for language in _texts(card.get("language"))]
        tags += [f"license:{licence}" for licence in _texts(card.get("license"))]
        tags += [f"dataset:{dataset}" for dataset in _texts(card.get("datasets"))]
        relation = _text_of(card.get("base_model_relation"))
        for base in _texts(card.get("base_model")):
            tags.append(f"base_model:{base}")
            tags += [f"base_model:{relation}:{base}"] if relation else []
        if repo_type == "dataset":
            tags += [f"{key}:{value}" for key in _DATASET_TAGS for value in _texts(card.get(key))]
        return [*tags, *(f"arxiv:{number}" for number in _ARXIV.findall(readme))]

    def _safetensors(self) -> dict[str, Any] | None:
        totals: dict[str, int] = {}
        for entry in self._snapshot.files if "safetensors" in self._snapshot.endings else ():
            if entry.path.endswith(".safetensors") and "/" not in entry.path:
                for dtype, count in self._tensor_counts(entry).items():
                    totals[dtype] = totals.get(dtype, 0) + count
        return {"parameters": totals, "total": sum(totals.values())} if totals else None

    def _tensor_counts(self, entry: Entry) -> dict[str, int]:
        counts: dict[str, int] = {}
        try:
            for name, tensor in json.loads(self._safetensors_header(entry)).items():
                if name != "__metadata__":
                    size = 1
                    for side in tensor["shape"]:
                        size *= int(side)
                    counts[str(tensor["dtype"])] = counts.get(str(tensor["dtype"]), 0) + size
        except (ValueError, TypeError, KeyError, AttributeError, OSError, struct.error, RecursionError):
            return {}  # not a safetensors file, whatever its name says
        return counts

    def _safetensors_header(self, entry: Entry) -> bytes:
        if entry.pointer is None:
            content = self._repo.blob(entry.oid)
            (length,) = struct.unpack("<Q", content[:8])
            return content[8 : 8 + length]
        (length,) = struct.unpack("<Q", b"".join(self._large.chunks(entry.pointer.oid, 0, 8)))
        if length > _MAX_HEADER_BYTES:
            message = "The header is too long."
            raise ValueError(message)
        return b"".join(self._large.chunks(entry.pointer.oid, 8, min(8 + length, entry.size)))

    def _text(self, path: str) -> str | None:
        entry = self._snapshot.file(path)
        if entry is None or entry.size > _MAX_README_BYTES:
            return None
        content = (
            b"".join(self._large.chunks(entry.pointer.oid)) if entry.pointer is not None else self._repo.blob(entry.oid)
        )
        return content.decode("utf-8-sig", "replace")

    def _json(self, path: str) -> dict[str, Any]:
        try:
            data = json.loads(self._text(path) or "{}", parse_constant=str)
        except (ValueError, RecursionError):
            return {}
        return data if isinstance(data, dict) else {}


def sorted_tags(tags: list[str]) -> list[str]:
    """Return `tags` without repeats, in the order they came."""
    return list(dict.fromkeys(tag for tag in tags if tag and len(tag) <= 200))[:1000]


def _library_tags(found: dict[str, Any]) -> list[str]:
    libraries = found.pop("libraries", None) or []
    kind = found.pop("model_type", None)
    head = [found["library_name"]] if found.get("library_name") else []
    task = [found["pipeline_tag"]] if found.get("pipeline_tag") else []
    return [*head, *libraries, *([kind] if kind else []), *task]


def _task_of(config: dict[str, Any]) -> str | None:
    architectures = config.get("architectures")
    first = str(architectures[0]) if isinstance(architectures, list) and architectures else ""
    return next((task for ending, task in _TASK_BY_ARCHITECTURE.items() if first.endswith(ending)), None)


def _text_of(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [item for item in values if isinstance(item, str)]
