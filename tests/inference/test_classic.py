"""What older programs call: `InferenceApi`, `post`, and questions about deployments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hubnb.inference import InferenceApi, InferenceClient

if TYPE_CHECKING:
    from collections.abc import Callable

    from hubnb.server import LocalHub


def test_the_classic_api_asks_for_the_models_own_task(here: LocalHub, models: Callable[[str], str]) -> None:
    ask = InferenceApi(models("fill-mask"))
    assert ask.task == "fill-mask"
    assert ask("A [MASK] day.")[0]["sequence"]
    image = InferenceApi(models("text-to-image"))("hills")
    assert image.size == (64, 64)
    raw = InferenceApi(models("image-classification"))(data=b"\x89PNG", raw_response=True)
    assert raw.json()[0]["label"]


def test_the_classic_api_says_what_is_wrong_with_a_task(
    here: LocalHub, models: Callable[[str], str], repo_id: str
) -> None:
    with pytest.raises(ValueError, match="no task 'nonsense'"):
        InferenceApi(models("fill-mask"), task="nonsense")
    with pytest.raises(ValueError, match="does not say what task"):
        InferenceApi(repo_id)


def test_post_sends_what_it_is_given(client: InferenceClient, here: LocalHub, models: Callable[[str], str]) -> None:
    assert client.post(json={"inputs": "hello"}, model=models("text-classification")).startswith(b"[[{")
    assert client.post(data=b"\x89PNG", model=models("image-classification")).startswith(b"[{")
    body = {"inputs": "Once", "parameters": {"max_new_tokens": 2}, "stream": True}
    lines = list(client.post(json=body, model=models("text-generation"), stream=True))
    assert len([line for line in lines if line.startswith(b"data:")]) == 2
    with pytest.raises(ValueError, match="can't be sent together"):
        client.post(json={}, data=b"x", model="me/x")
    with pytest.raises(ValueError, match="Name a model or a task"):
        client.post(json={})


def test_a_deployment_says_what_it_is(client: InferenceClient, here: LocalHub, models: Callable[[str], str]) -> None:
    model = models("text-generation")
    address = f"{here.endpoint}/api/inference/hf-inference/models/{model}"
    assert client.get_endpoint_info(model=model)["model_id"] == model
    assert InferenceClient(address).get_endpoint_info()["model_id"] == model
    assert client.health_check(address)
    assert not client.health_check(f"{address}x")
    with pytest.raises(ValueError, match="a model's id"):
        client.health_check(model)
    with pytest.raises(ValueError, match="pass model="):
        client.get_endpoint_info()


def test_what_is_deployed_is_listed_by_task(client: InferenceClient, models: Callable[[str], str]) -> None:
    model = models("fill-mask")
    assert model in client.list_deployed_models()["fill-mask"]
    assert client.list_deployed_models("sklearn") == {}
    status = client.get_model_status(model)
    assert (status.loaded, status.state, status.framework) == (True, "Loaded", "transformers")
