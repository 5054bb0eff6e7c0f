"""The Hub's sample answers, who may ask, and what it says where it can't run a model."""

from __future__ import annotations

import importlib.util
import json
from typing import TYPE_CHECKING, Any

import pytest
import requests

from hubnb.server import LocalHub
from hubnb.server.inference import TASKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    import hubnb


@pytest.fixture(scope="module")
def hub() -> Iterator[LocalHub]:
    with LocalHub() as hub:
        yield hub


@pytest.fixture
def model(api: hubnb.HfApi, repo_id: str) -> str:
    card = b"---\npipeline_tag: text-classification\n---\n"
    config = {"id2label": {"0": "delivery", "1": "refund", "2": "billing"}}
    files: dict[str, bytes] = {"README.md": card, "config.json": json.dumps(config).encode()}
    for path, content in files.items():
        api.upload_file(path_or_fileobj=content, path_in_repo=path, repo_id=repo_id)
    return repo_id


def ask(hub: LocalHub, path: str, body: Any, **headers: str) -> requests.Response:
    return requests.post(f"{hub.endpoint}/api/inference/{path}", json=body, headers=headers, timeout=20)


def test_the_same_question_gets_the_same_answer_and_it_says_it_is_a_sample(hub: LocalHub, model: str) -> None:
    first, second = (ask(hub, f"hf-inference/models/{model}", {"inputs": "late parcel"}) for _ in range(2))
    assert first.json() == second.json()
    assert first.headers["X-Compute-Type"] == "sample"
    assert {row["label"] for row in first.json()[0]} == {"delivery", "refund", "billing"}
    assert sum(row["score"] for row in first.json()[0]) == pytest.approx(1, abs=1e-4)


def test_older_addresses_lead_to_the_same_answer(hub: LocalHub, model: str) -> None:
    body = {"inputs": "late parcel"}
    wanted = ask(hub, f"hf-inference/models/{model}", body).json()
    assert ask(hub, f"models/{model}", body).json() == wanted
    assert ask(hub, f"pipeline/text-classification/{model}", body).json() == wanted


def test_a_question_that_does_not_fit_is_refused_in_words(hub: LocalHub, model: str) -> None:
    for body in ({"inputs": ""}, {"inputs": 3}, {"parameters": []}, []):
        answer = ask(hub, f"models/{model}", body)
        assert answer.status_code == 422, body
        assert answer.json()["error"]
    assert ask(hub, f"models/{model}/pipeline/nonsense", {"inputs": "x"}).status_code == 404


def test_a_model_of_another_is_not_there_to_ask(api: hubnb.HfApi, hub: LocalHub, model: str) -> None:
    api.update_repo_settings(model, private=True)
    assert ask(hub, f"models/{model}", {"inputs": "x"}).status_code == 404
    mine = ask(hub, f"models/{model}", {"inputs": "x"}, Authorization=f"Bearer {hub.token}")
    assert mine.status_code == 200


def test_the_hub_says_who_serves_a_model_and_what_to_take_for_a_task(hub: LocalHub, model: str) -> None:
    address = f"{hub.endpoint}/api/models/{model}?expand=inferenceProviderMapping"
    found = requests.request("GET", address, timeout=20).json()
    entry = {"status": "live", "providerId": model, "task": "text-classification"}
    assert found["inferenceProviderMapping"] == {"hf-inference": entry}
    tasks = requests.request("GET", f"{hub.endpoint}/api/tasks", timeout=20).json()
    assert tasks["text-classification"]["widgetModels"] == [model]
    assert set(TASKS) <= set(tasks)


def test_where_transformers_is_missing_the_hub_says_what_to_install(hub: LocalHub, model: str) -> None:
    answer = ask(hub, f"local/models/{model}", {"inputs": "x"})
    assert answer.status_code == 501
    missing = importlib.util.find_spec("transformers") is None
    assert ("pip install transformers" in answer.json()["error"]) is missing


def test_a_fine_grained_token_needs_the_box_for_inference(hub: LocalHub, model: str) -> None:
    from hubnb.server.accounts import account, add_token
    from hubnb.server.scopes import Scopes

    assert hub._hub is not None
    row = account(hub._hub.database, hub.user)
    assert row is not None
    for place, everywhere in enumerate((frozenset[str](), frozenset({"inference.serverless.write"}))):
        token = f"hf_fine{place}fine{place}"
        scopes = Scopes(True, everywhere, ())
        add_token(hub._hub.database, row["id"], token, name=f"fine{place}", role="fineGrained", scopes=scopes)
        answer = ask(hub, f"models/{model}", {"inputs": "x"}, Authorization=f"Bearer {token}")
        assert answer.status_code == (200 if place else 403), answer.text
