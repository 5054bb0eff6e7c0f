"""Webhooks: the Hub calls an address when something you watch changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from .errors import HFValidationError
from .hub import HubClient
from .keyed import parts
from .status import read_json

WebhookDomain = Literal["repo", "discussion"]


@dataclass
class WebhookWatchedItem:
    """What is watched: a repository (`type` model, dataset, space), or all of a ``user`` or ``org``."""

    type: str
    name: str


@dataclass
class WebhookInfo:
    """A webhook. Its secret is kept out of `repr`."""

    id: str
    url: str | None
    watched: list[WebhookWatchedItem]
    domains: list[WebhookDomain]
    secret: str | None
    disabled: bool
    job: dict[str, Any] | None = None

    def __repr__(self) -> str:
        watched = ", ".join(f"{item.type} {item.name}" for item in self.watched)
        return f"WebhookInfo(id={self.id!r}, url={self.url!r}, watching {watched}, disabled={self.disabled})"

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> WebhookInfo:
        """Read the Hub's answer."""
        return cls(
            id=body["id"],
            url=body.get("url"),
            watched=[WebhookWatchedItem(item["type"], item["name"]) for item in parts(body, "watched")],
            domains=body.get("domains") or [],
            secret=body.get("secret"),
            disabled=bool(body.get("disabled")),
            job=body.get("job"),
        )


def list_webhooks(*, token: str | bool | None = None, endpoint: str | None = None) -> list[WebhookInfo]:
    """List your webhooks."""
    answer = read_json(HubClient.from_env(token, endpoint).http.request("GET", _PATH))
    return [WebhookInfo.from_json(item.get("webhook", item)) for item in answer]


def get_webhook(webhook_id: str, *, token: str | bool | None = None, endpoint: str | None = None) -> WebhookInfo:
    """Give one webhook."""
    return _ask("GET", _one(webhook_id), token, endpoint)


def create_webhook(
    *,
    url: str | None = None,
    job_id: str | None = None,
    watched: list[dict[str, str] | WebhookWatchedItem],
    domains: list[WebhookDomain] | None = None,
    secret: str | None = None,
    token: str | bool | None = None,
    endpoint: str | None = None,
) -> WebhookInfo:
    """Make a webhook.

    Parameters
    ----------
    url, job_id
        What to call: an address, or a job to run again; one of them.
    watched
        What to watch, e.g. ``[{"type": "user", "name": "me"}]``.
    domains
        ``repo``, ``discussion`` or both (the default).
    secret
        Sent along as ``X-Webhook-Secret``, so that the address can know who calls.
    """
    if (url is None) == (job_id is None):
        msg = "A webhook calls url= or runs job_id=, one of them."
        raise HFValidationError(msg)
    body = _body(url, job_id, watched, domains or ["repo", "discussion"], secret)
    return _ask("POST", _PATH, token, endpoint, body)


def update_webhook(
    webhook_id: str,
    *,
    url: str | None = None,
    job_id: str | None = None,
    watched: list[dict[str, str] | WebhookWatchedItem] | None = None,
    domains: list[WebhookDomain] | None = None,
    secret: str | None = None,
    token: str | bool | None = None,
    endpoint: str | None = None,
) -> WebhookInfo:
    """Change a webhook; None leaves a thing as it is. Parameters as `create_webhook`."""
    return _ask("POST", _one(webhook_id), token, endpoint, _body(url, job_id, watched, domains, secret))


def enable_webhook(webhook_id: str, *, token: str | bool | None = None, endpoint: str | None = None) -> WebhookInfo:
    """Let a webhook call again."""
    return _ask("POST", f"{_one(webhook_id)}/enable", token, endpoint)


def disable_webhook(webhook_id: str, *, token: str | bool | None = None, endpoint: str | None = None) -> WebhookInfo:
    """Keep a webhook, but let it not call."""
    return _ask("POST", f"{_one(webhook_id)}/disable", token, endpoint)


def delete_webhook(webhook_id: str, *, token: str | bool | None = None, endpoint: str | None = None) -> None:
    """Delete a webhook."""
    HubClient.from_env(token, endpoint).http.request("DELETE", _one(webhook_id))


_PATH = "/api/settings/webhooks"


def _one(webhook_id: str) -> str:
    if not webhook_id.isalnum():
        msg = f"{webhook_id!r} is not the id of a webhook; list_webhooks() shows yours."
        raise HFValidationError(msg)
    return f"{_PATH}/{webhook_id}"


def _ask(
    method: str, path: str, token: str | bool | None, endpoint: str | None, body: dict[str, Any] | None = None
) -> WebhookInfo:
    response = HubClient.from_env(token, endpoint).http.request(method, path, json=body)
    return WebhookInfo.from_json(read_json(response)["webhook"])


def _body(
    url: str | None,
    job_id: str | None,
    watched: list[dict[str, str] | WebhookWatchedItem] | None,
    domains: list[WebhookDomain] | None,
    secret: str | None,
) -> dict[str, Any]:
    items = [vars(item) if isinstance(item, WebhookWatchedItem) else item for item in watched or []]
    asked = {"url": url, "jobSourceId": job_id, "watched": items or None, "domains": domains, "secret": secret}
    return {key: value for key, value in asked.items() if value is not None}
