"""Decides where a call goes, and which token may go with it.

- A model given as a web address is asked there.
- Otherwise the Hub's router is: https://router.huggingface.co for huggingface.co, ``/api/inference`` on any other
  Hub, or what `HF_INFERENCE_ENDPOINT` says. A token of one Hub never goes to another one's router.
- A key of a provider (it doesn't begin with ``hf_``) goes straight to that provider.

The ambient token (environment, token file) goes to the Hub, its router and huggingface.co's own hosts only; a token
that was passed in goes where the caller pointed.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ..client.errors import HFValidationError
from ..client.hub import HubClient
from ..client.settings import DEFAULT_ENDPOINT, Settings
from ..client.tokens import resolve_token
from .calls import classic_path
from .mapping import ServedBy, check_served_for, providers_of, recommended_model
from .providers import AUTO, CLASSIC, CLASSIC_SCHEMA, PROVIDERS, chat_url, is_web_address

logger = logging.getLogger(__name__)

_ROUTER = "https://router.huggingface.co"
_RETIRED = "https://api-inference.huggingface.co"
_OWN_HOSTS = (".huggingface.co", ".endpoints.huggingface.cloud", ".hf.space")


@dataclass(frozen=True)
class Destination:
    """Where a call goes.

    Parameters
    ----------
    provider
        Whose schema it is written in.
    provider_id
        The provider's name of the model, or the address of a server.
    model
        The model's id on the Hub, for messages.
    """

    provider: str
    provider_id: str
    model: str
    url: str
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Router:
    """Finds destinations under one reading of the environment.

    Parameters
    ----------
    token
        The token or key that was passed in, if any.
    provider
        The provider that was chosen; None and ``auto`` leave it to the Hub.
    """

    settings: Settings
    token: str | None = field(repr=False)
    provider: str | None

    def find(self, task: str, model: str | None) -> Destination:
        """Give the destination of a call.

        Raises
        ------
        HFValidationError
            If nobody serves the model for that task; nothing was sent to a model then.
        """
        if model is not None and is_web_address(model):
            url = chat_url(model) if task == "conversational" else model
            return Destination(CLASSIC, model, model, url, self.token_for(url))
        provider = self.provider or AUTO
        if provider == AUTO and model is None:
            provider = CLASSIC
        if provider in CLASSIC_SCHEMA:
            return self._classic(task, model, provider)
        if provider != AUTO and provider not in PROVIDERS:
            msg = f"There is no provider {provider!r}. Choose {AUTO!r}, {CLASSIC!r} or one of {', '.join(PROVIDERS)}."
            raise HFValidationError(msg)
        if model is None:
            msg = f"Provider {provider} needs to know which model: pass model=, or make the client with one."
            raise HFValidationError(msg)
        if provider == AUTO:
            return self._auto(task, model)
        return self._routed(task, model, self._served_by(provider, task, model))

    def classic_url(self, model: str, task: str | None = None, suffix: str = "", provider: str = CLASSIC) -> str:
        """Give the address of a model (an id or an address) at the Hub's own service."""
        if is_web_address(model):
            return model.rstrip("/") + suffix if suffix else model
        return f"{self._classic_base(provider)}/{classic_path(model, task)}{suffix}"

    def token_for(self, url: str) -> str | None:
        """Give the token that may go to `url`."""
        if self.token is not None:
            return resolve_token(self.token, self.settings)
        ambient = resolve_token(None, self.settings)
        return ambient if ambient is not None and self._is_ours(url) else None

    def hub(self) -> HubClient:
        """Give the Hub, to ask who serves what; a provider's own key stays at home."""
        return HubClient(self.settings, None if self._is_provider_key() else self.token)

    def _auto(self, task: str, model: str) -> Destination:
        if task == "conversational":
            if self._is_provider_key():
                msg = "Choosing a provider is the Hub's work and needs a token of the Hub; name the key's provider=."
                raise HFValidationError(msg)
            url = f"{self._router()}/v1/chat/completions"
            return Destination(AUTO, model, model, url, self.token_for(url))
        served = providers_of(model, self.hub())
        fitting = [one for one in served if one.task == task] or served
        if not fitting:
            msg = f"No provider serves {model!r} ({self.settings.endpoint}). Choose another model, or run it here."
            raise HFValidationError(msg)
        first = fitting[0]
        if first.provider in CLASSIC_SCHEMA:
            return self._classic(task, model, first.provider)
        return self._routed(task, model, self._checked(first, task, model))

    def _classic(self, task: str, model: str | None, provider: str = CLASSIC) -> Destination:
        if model is None:
            model = recommended_model(task, self.hub())
        check_served_for(model, task, self.hub())
        url = self.classic_url(model, task, provider=provider)
        if task == "conversational":
            url = chat_url(url)
        return Destination(provider, model, model, url, self.token_for(url))

    def _routed(self, task: str, model: str, served: ServedBy) -> Destination:
        provider = PROVIDERS.get(served.provider)
        if provider is None or task not in provider.routes:
            here = [name for name, one in PROVIDERS.items() if task in one.routes]
            msg = (
                f"{task} through {served.provider} is not possible with hubnb yet; providers for it: "
                f"{', '.join([CLASSIC, *here])}."
            )
            raise HFValidationError(msg)
        base = provider.base if self._is_provider_key() else f"{self._router()}/{served.provider}"
        url = base + provider.routes[task].format(model=served.provider_id)
        token = self.token_for(url)
        if token is None:
            msg = f"{served.provider} needs a token: sign in with hubnb.login(), or pass token=. Nothing was sent."
            raise HFValidationError(msg)
        return Destination(served.provider, served.provider_id, model, url, token)

    def _served_by(self, provider: str, task: str, model: str) -> ServedBy:
        served = providers_of(model, self.hub())
        for one in served:
            if one.provider == provider:
                return self._checked(one, task, model)
        others = ", ".join(one.provider for one in served) or "nobody"
        msg = f"Model {model!r} is not served by {provider}; it is by {others}. Nothing was sent."
        raise HFValidationError(msg)

    def _checked(self, served: ServedBy, task: str, model: str) -> ServedBy:
        if served.task and served.task != task:
            msg = f"{served.provider} serves model {model!r} for {served.task}, not for {task}. Nothing was sent."
            raise HFValidationError(msg)
        if served.status != "live":
            logger.warning(
                "Model %s at %s has the status %r; the call may fail.", model, served.provider, served.status
            )
        return served

    def _is_provider_key(self) -> bool:
        third_party = self.provider not in (None, AUTO, *CLASSIC_SCHEMA)
        return third_party and self.token is not None and not self.token.startswith("hf_")

    def _router(self) -> str:
        return router_base(self.settings)

    def _classic_base(self, provider: str) -> str:
        base = router_base(self.settings)
        return base if named_endpoint(self.settings) and provider == CLASSIC else f"{base}/{provider}"

    def _is_ours(self, url: str) -> bool:
        split = urlsplit(url)
        origins = {_origin_of(self.settings.endpoint), _origin_of(router_base(self.settings))}
        if _origin_of(url) in origins:
            return True
        host = split.hostname or ""
        return self.settings.endpoint == DEFAULT_ENDPOINT and split.scheme == "https" and host.endswith(_OWN_HOSTS)


def named_endpoint(settings: Settings) -> str | None:
    """Give what `HF_INFERENCE_ENDPOINT` names, unless it is the service that was closed."""
    named = (settings.inference_endpoint or "").rstrip("/")
    return named if named and named != _RETIRED else None


def router_base(settings: Settings) -> str:
    """Give the address of the router that belongs to the Hub of `settings`."""
    named = named_endpoint(settings)
    if named:
        return named
    return _ROUTER if settings.endpoint == DEFAULT_ENDPOINT else f"{settings.endpoint}/api/inference"


def _origin_of(url: str) -> tuple[str, str | None, int | None]:
    split = urlsplit(url)
    return split.scheme, split.hostname, split.port or {"http": 80, "https": 443}.get(split.scheme)
