"""A Hub to browse: a model with files of every kind, a pull request, a hostile one, a large one."""

from __future__ import annotations

import json
import struct
import zlib
from typing import TYPE_CHECKING, Any

from hubnb.client.refs import create_tag
from hubnb.client.repos import create_repo, update_repo_settings
from hubnb.transfer import CommitOperationAdd, create_commit

if TYPE_CHECKING:
    import hubnb

ROUTER = "me/ticket-router"
HOSTILE = "me/hostile"
GATED = "me/helpdesk-intent-large"
HOSTILE_NAMES = [
    "<img src=x onerror=window.pwned=1>.txt",
    '"><svg onload=window.pwned=1>.json',
    "invoice\u202egnp.exe",
    "مرحبا.txt",
    "'; alert(1) #.py",
]
_HOSTILE_CARD = """---
license: mit
---
# Hostile

<img src=x onerror="parent.pwned=1"><script>parent.pwned=1; top.pwned=1</script>
<svg onload="parent.pwned=1"><a href="javascript:parent.pwned=1">x</a></svg>
<iframe srcdoc="<script>top.pwned=1</script>"></iframe> [click](javascript:parent.pwned=1)
![away](https://evil.example/track.png) <style>*{display:none}</style>
<form action="https://evil.example"><input name=q></form><base href="https://evil.example/">
<meta http-equiv="refresh" content="0;url=https://evil.example/">
"""
CARD = """---
license: apache-2.0
library_name: transformers
pipeline_tag: text-classification
language: en
---
# Ticket router

Sorts support tickets into **8 queues**. Fine-tuned from [MiniLM](https://huggingface.co/lumen/minilm).

![confusion](figures/confusion.png)

| Split | F1 | Accuracy |
|---|---|---|
| test | 0.912 | 0.921 |
"""


def safetensors(layers: int, width: int) -> bytes:
    """Weights of a small encoder, all zeros."""
    shapes: dict[str, list[int]] = {
        "embeddings.word_embeddings.weight": [16 * width, width],
        "embeddings.position_embeddings.weight": [width, width],
        "embeddings.LayerNorm.weight": [width],
        "embeddings.LayerNorm.bias": [width],
    }
    for layer in range(layers):
        for part in ("query", "key", "value", "output.dense"):
            shapes[f"encoder.layer.{layer}.attention.{part}.weight"] = [width, width]
            shapes[f"encoder.layer.{layer}.attention.{part}.bias"] = [width]
    shapes |= {"classifier.weight": [8, width], "classifier.bias": [8]}
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    offset = 0
    for name, shape in shapes.items():
        size = 4
        for length in shape:
            size *= length
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [offset, offset + size]}
        offset += size
    body = json.dumps(header).encode()
    return struct.pack("<Q", len(body)) + body + bytes(offset)


def png(side: int = 64) -> bytes:
    """A picture."""
    rows = b"".join(b"\0" + bytes([x * 4 % 256 for x in range(side) for _ in range(3)]) for _ in range(side))

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def put(hub: hubnb.LocalHub, repo_id: str, files: dict[str, bytes], message: str, **options: Any) -> None:
    """Commit files, in a repository that is made if it isn't there."""
    create_repo(repo_id, token=hub.token, endpoint=hub.endpoint, exist_ok=True)
    operations = [CommitOperationAdd(path_in_repo=path, path_or_fileobj=body) for path, body in files.items()]
    create_commit(repo_id, operations, commit_message=message, token=hub.token, endpoint=hub.endpoint, **options)


def seed_browsable(hub: hubnb.LocalHub) -> None:
    """Fill a Hub."""
    config = {"architectures": ["BertForSequenceClassification"], "hidden_size": 384, "id2label": {"0": "billing"}}
    files = {
        "README.md": CARD.encode(),
        "config.json": json.dumps(config).encode(),
        "eval.csv": b"queue,n,precision,f1\nbilling,1204,0.941,0.934\ndelivery,987,0.918,0.902\n",
        "figures/confusion.png": png(),
        "model.safetensors": safetensors(6, 128),
        "onnx/model.onnx": b"\0\1" * 50_000,
        "onnx/model_quint8_avx2.onnx": b"\0\2" * 30_000,
        "training/optimizer.pt": b"\x80\x04" + bytes(5000),
        "vocab.txt": "\n".join(f"word{number}" for number in range(3000)).encode(),
    }
    put(hub, ROUTER, files, "Upload model")
    create_tag(ROUTER, tag="v1.0", token=hub.token, endpoint=hub.endpoint)
    put(hub, ROUTER, {"README.md": CARD.replace("0.912", "0.915").encode()}, "Fix eval table")
    put(hub, ROUTER, {"config.json": b'{"hidden_size": 512}'}, "Widen the model", create_pr=True)
    for name, task in (("route-bert-sv", "text-classification"), ("ticket-writer", "text-generation")):
        card = f"---\nlicense: mit\npipeline_tag: {task}\nlibrary_name: transformers\n---\n# {name}\n"
        put(hub, f"me/{name}", {"README.md": card.encode(), "model.safetensors": safetensors(1, 16)}, "Add it")
    put(hub, GATED, {"README.md": b"---\nlicense: mit\n---\n# Gated\n", "model.safetensors": safetensors(1, 16)}, "Add")
    update_repo_settings(GATED, gated="manual", token=hub.token, endpoint=hub.endpoint)
    put(hub, HOSTILE, {"README.md": _HOSTILE_CARD.encode(), **dict.fromkeys(HOSTILE_NAMES, b"x")}, "<b>bold</b>")
