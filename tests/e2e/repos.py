"""Repositories for these tests: real commits on the embedded Hub."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from hubnb.client.repos import create_repo
from hubnb.transfer import CommitOperationAdd, create_commit

if TYPE_CHECKING:
    import hubnb

WEIGHTS = "model.safetensors"


def seed(hub: hubnb.LocalHub, repo_id: str, weights_bytes: int) -> None:
    """Commit weights of this size and two small files."""
    files = {
        WEIGHTS: hashlib.sha256(repo_id.encode()).digest() * (weights_bytes // 32),
        "config.json": b'{"hidden_size": 384}',
        "README.md": b"# Demo\n",
    }
    create_repo(repo_id, token=hub.token, endpoint=hub.endpoint, exist_ok=True)
    create_commit(
        repo_id,
        [CommitOperationAdd(path_in_repo=path, path_or_fileobj=content) for path, content in files.items()],
        commit_message="Add a model",
        token=hub.token,
        endpoint=hub.endpoint,
    )
