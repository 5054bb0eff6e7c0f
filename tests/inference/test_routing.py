"""Where a call goes, and which token goes with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from hubnb.client.settings import Settings
from hubnb.inference import InferenceClient
from hubnb.inference.mapping import ServedBy, forget_mappings
from hubnb.inference.routing import Router

if TYPE_CHECKING:
    from collections.abc import Callable

    from hubnb.server import LocalHub

AMBIENT = "hf_ambientambient"
ROUTER = "https://router.huggingface.co"


@pytest.fixture
def router(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Router]:
    """Make a router whose Hub says that together, groq and fal-ai serve every model."""
    forget_mappings()

    def served(model: str, hub: Any) -> list[ServedBy]:
        name = model.split("/")[1]
        return [
            ServedBy(one, f"{one}-{name}", "live", "conversational" if name == "chat" else name)
            for one in ("together", "groq", "fal-ai")
        ]

    monkeypatch.setattr("hubnb.inference.routing.providers_of", served)
    monkeypatch.setattr("hubnb.inference.routing.check_served_for", lambda *_: None)

    def make(provider: str | None = None, token: str | None = None, **environment: str) -> Router:
        monkeypatch.setenv("HF_TOKEN", AMBIENT)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return Router(Settings.from_env(), token, provider)

    return make


@pytest.mark.parametrize(
    ("provider", "task", "url"),
    [
        (None, "conversational", f"{ROUTER}/v1/chat/completions"),
        ("hf-inference", "conversational", f"{ROUTER}/hf-inference/models/me/chat/v1/chat/completions"),
        ("together", "conversational", f"{ROUTER}/together/v1/chat/completions"),
        ("groq", "conversational", f"{ROUTER}/groq/openai/v1/chat/completions"),
        ("hf-inference", "text-classification", f"{ROUTER}/hf-inference/models/me/text-classification"),
        (
            "hf-inference",
            "feature-extraction",
            f"{ROUTER}/hf-inference/models/me/feature-extraction/pipeline/feature-extraction",
        ),
        (None, "text-to-image", f"{ROUTER}/together/v1/images/generations"),
        ("fal-ai", "text-to-image", f"{ROUTER}/fal-ai/fal-ai-text-to-image"),
    ],
)
def test_a_call_goes_to_the_router(router: Any, provider: str | None, task: str, url: str) -> None:
    found = router(provider).find(task, "me/chat" if task == "conversational" else f"me/{task}")
    assert (found.url, found.token) == (url, AMBIENT)


def test_a_providers_own_key_goes_to_the_provider(router: Any) -> None:
    found = router("groq", "gsk_1").find("conversational", "me/chat")
    assert (found.url, found.token) == ("https://api.groq.com/openai/v1/chat/completions", "gsk_1")


def test_another_hub_has_a_router_of_its_own(router: Any) -> None:
    found = router(None, HF_ENDPOINT="https://hub.acme.test").find("conversational", "me/chat")
    assert found.url == "https://hub.acme.test/api/inference/v1/chat/completions"


def test_the_classic_variable_names_the_service(router: Any) -> None:
    made = router("hf-inference", HF_INFERENCE_ENDPOINT="https://infer.acme.test/")
    assert made.find("fill-mask", "me/x").url == "https://infer.acme.test/models/me/x"


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("https://abc.endpoints.huggingface.cloud", True),
        ("https://me-space.hf.space/run", True),
        ("https://evil.test/model", False),
        ("https://huggingface.co.evil.test", False),
        ("http://abc.endpoints.huggingface.cloud", False),
        ("http://localhost:8080", False),
    ],
)
def test_the_ambient_token_goes_to_hosts_of_the_hub_only(router: Any, url: str, sent: bool) -> None:
    assert (router().find("fill-mask", url).token is not None) is sent
    assert router(None, "given").find("fill-mask", url).token == "given"


@pytest.mark.parametrize(
    ("provider", "task", "said"),
    [
        ("nobody", "conversational", "no provider 'nobody'"),
        ("groq", "text-to-image", "not possible with hubnb yet; providers for it: hf-inference, fal-ai"),
        ("cohere", "conversational", "not served by cohere; it is by together, groq, fal-ai"),
    ],
)
def test_what_is_not_served_is_said_before_anything_is_sent(router: Any, provider: str, task: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        router(provider).find(task, "me/chat" if task == "conversational" else f"me/{task}")


def test_a_model_of_another_task_is_refused_before_anything_is_sent(
    client: InferenceClient, here: LocalHub, models: Callable[[str], str]
) -> None:
    model = models("text-generation")
    with pytest.raises(ValueError, match=r"is for text-generation, not for fill-mask\. Nothing was sent"):
        InferenceClient(model, provider="hf-inference").fill_mask("[MASK]")
    assert not [one for one in here.requests if one.path.startswith("/api/inference")]


def test_the_mapping_is_asked_for_once(client: InferenceClient, here: LocalHub, models: Callable[[str], str]) -> None:
    model = models("text-classification")
    here.requests.clear()
    client.text_classification("a", model=model)
    asked = len(here.requests)
    client.text_classification("b", model=model)
    assert len(here.requests) == asked + 1


def test_names_that_mean_the_same_are_not_given_twice() -> None:
    with pytest.raises(ValueError, match="name the same thing"):
        InferenceClient("me/x", base_url="http://x")
    with pytest.raises(ValueError, match="name the same thing"):
        InferenceClient(token="a", api_key="b")
    with pytest.raises(TypeError, match="token must be"):
        InferenceClient(token=True)  # pyright: ignore[reportArgumentType]


def test_whom_to_bill_travels_as_a_header() -> None:
    assert InferenceClient(bill_to="acme").headers == {"X-HF-Bill-To": "acme"}
    with pytest.warns(UserWarning, match="replaces it"):
        assert InferenceClient(headers={"X-HF-Bill-To": "a"}, bill_to="b").headers == {"X-HF-Bill-To": "b"}
    with pytest.warns(UserWarning, match="does nothing"):
        InferenceClient(token="sk-1", bill_to="acme")
