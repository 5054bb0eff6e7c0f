"""Models of every task on the embedded Hub, and a client that finds them by the environment alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import hubnb
from hubnb.inference import InferenceClient
from hubnb.inference.mapping import forget_mappings

if TYPE_CHECKING:
    from collections.abc import Callable

    from hubnb.server import LocalHub


@pytest.fixture(scope="session")
def models(shared_hub: LocalHub) -> Callable[[str], str]:
    """Give a model for a task; made on first use."""
    api = hubnb.HfApi(endpoint=shared_hub.endpoint, token=shared_hub.token)
    made: dict[str, str] = {}

    def model_for(task: str) -> str:
        if task not in made:
            repo_id = str(api.create_repo(f"me/for-{task}").repo_id)
            # as sentence models have it: the Hub's own service asks for both tags
            tags = "tags: [feature-extraction, sentence-similarity]\n"
            card = f"---\npipeline_tag: {task}\nlibrary_name: transformers\n{tags}---\n"
            api.upload_file(path_or_fileobj=card.encode(), path_in_repo="README.md", repo_id=repo_id)
            made[task] = repo_id
        return made[task]

    return model_for


@pytest.fixture
def here(hub: LocalHub, monkeypatch: pytest.MonkeyPatch) -> LocalHub:
    """The Hub, as the environment names it."""
    monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
    monkeypatch.setenv("HF_TOKEN", hub.token)
    forget_mappings()
    return hub


@pytest.fixture
def client(here: LocalHub) -> InferenceClient:
    return InferenceClient(timeout=20)
