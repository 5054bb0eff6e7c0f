"""sentence-transformers: a whole model repository is read, pushed and read again."""

from __future__ import annotations

import numpy as np
from huggingface_hub import HfApi
from sentence_transformers import SentenceTransformer

target = "alice/pushed-sentences"
HfApi().delete_repo(target, missing_ok=True)
words = ["a cat", "a dog", "a car"]
model = SentenceTransformer("alice/minilm")
vectors = model.encode(words)
assert vectors.shape == (3, 384)
assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]
model.push_to_hub(target)
assert np.allclose(SentenceTransformer(target).encode(words), vectors, atol=1e-5)
