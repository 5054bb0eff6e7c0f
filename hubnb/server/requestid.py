"""The name of a request, in every answer: what a person quotes when something went wrong."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import Message, Scope, Send

_MAX_BYTES = 200


def naming(scope: Scope, send: Send) -> Send:
    """Return a `send` that puts ``X-Request-Id`` into the answer: the client's own name for it, or one made here."""
    name = request_id(scope)

    async def send_named(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), (b"x-request-id", name)]}
        await send(message)

    return send_named


def request_id(scope: Scope) -> bytes:
    """Return the client's ``X-Request-Id``, else a new one that ends in its trace id."""
    given = dict(scope["headers"])
    own, trace = given.get(b"x-request-id", b""), given.get(b"x-amzn-trace-id", b"")
    if own and _may_be_sent_back(own):
        return own
    made = f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)}".encode()
    return made + b";" + trace if trace and _may_be_sent_back(trace) else made


def _may_be_sent_back(value: bytes) -> bool:
    return len(value) <= _MAX_BYTES and all(32 <= character < 127 for character in value)
