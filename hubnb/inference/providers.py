"""Who serves models, where, and how they want to be spoken to.

Most providers speak the schema of OpenAI's API below one path of their own; `hf-inference` speaks the classic one,
for all tasks. A token of the Hub goes to its router, which passes the request on; a provider's own key goes to the
provider.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PROVIDER_T = Literal[
    "baseten", "cerebras", "cohere", "deepinfra", "fal-ai", "featherless-ai", "fireworks-ai", "groq", "hf-inference",
    "local", "novita", "nscale", "openai", "ovhcloud", "publicai", "replicate", "scaleway", "together", "wavespeed",
    "zai-org",
]  # fmt: skip
PROVIDER_OR_POLICY_T = Literal[
    "auto", "baseten", "cerebras", "cohere", "deepinfra", "fal-ai", "featherless-ai", "fireworks-ai", "groq",
    "hf-inference", "local", "novita", "nscale", "openai", "ovhcloud", "publicai", "replicate", "scaleway", "together",
    "wavespeed", "zai-org",
]  # fmt: skip

CLASSIC = "hf-inference"
LOCAL = "local"
"""A Hub that runs the model itself, of its own weights: an embedded Hub where torch and transformers are installed."""
CLASSIC_SCHEMA = frozenset({CLASSIC, LOCAL})
"""Those that are spoken to in the classic schema."""
AUTO = "auto"


@dataclass(frozen=True)
class Provider:
    """One provider.

    Parameters
    ----------
    base
        Where its own keys are sent.
    routes
        Path of each task it serves here, below `base`; ``{model}`` is its name of the model.
    """

    base: str
    routes: dict[str, str]


def _like_openai(base: str, prefix: str = "/v1", *tasks: str) -> Provider:
    """Describe a provider that speaks OpenAI's schema: chat, and the further `tasks`."""
    return Provider(base, {task: prefix + _OPENAI_PATHS[task] for task in ("conversational", *tasks)})


_OPENAI_PATHS = {
    "conversational": "/chat/completions",
    "text-generation": "/completions",
    "feature-extraction": "/embeddings",
    "text-to-image": "/images/generations",
    "text-to-speech": "/audio/speech",
}

PROVIDERS: dict[str, Provider] = {
    "baseten": _like_openai("https://inference.baseten.co"),
    "cerebras": _like_openai("https://api.cerebras.ai"),
    "cohere": _like_openai("https://api.cohere.com", "/compatibility/v1"),
    "deepinfra": _like_openai(
        "https://api.deepinfra.com", "/v1/openai", "text-generation", "feature-extraction", "text-to-speech"
    ),
    "fal-ai": Provider("https://fal.run", dict.fromkeys(("text-to-image", "text-to-speech"), "/{model}")),
    "featherless-ai": _like_openai("https://api.featherless.ai", "/v1", "text-generation"),
    "fireworks-ai": _like_openai("https://api.fireworks.ai", "/inference/v1"),
    "groq": _like_openai("https://api.groq.com", "/openai/v1"),
    "novita": _like_openai("https://api.novita.ai", "/v3/openai", "text-generation"),
    "nscale": _like_openai("https://inference.api.nscale.com", "/v1", "text-to-image"),
    "openai": _like_openai("https://api.openai.com"),
    "ovhcloud": _like_openai("https://oai.endpoints.kepler.ai.cloud.ovh.net"),
    "publicai": _like_openai("https://api.publicai.co"),
    "replicate": Provider("https://api.replicate.com", {}),
    "scaleway": _like_openai("https://api.scaleway.ai", "/v1", "feature-extraction"),
    "together": _like_openai(
        "https://api.together.xyz",
        "/v1",
        *("text-generation", "feature-extraction", "text-to-image", "text-to-speech"),
    ),
    "wavespeed": Provider("https://api.wavespeed.ai", {}),
    "zai-org": _like_openai("https://api.z.ai", "/api/paas/v4"),
}
"""All but `hf-inference`, which serves every task at a path of its own."""


def is_web_address(model: str | None) -> bool:
    """Whether a model is given as the address of a server instead of an id."""
    return model is not None and model.startswith(("http://", "https://"))


def chat_url(address: str) -> str:
    """Give the chat address of a server: as it is if it names one, else the usual path below it."""
    head, mark, query = address.partition("?")
    head = head.rstrip("/")
    if not head.endswith("/chat/completions"):
        head += "/chat/completions" if head.endswith("/v1") else "/v1/chat/completions"
    return f"{head}{mark}{query}"
