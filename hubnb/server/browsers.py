"""What a browser needs to be told before a page from elsewhere may read an answer (CORS).

Every origin may call the API, because nothing is given to it for being a browser: no cookie counts there, and a page
that wants more than is public must have a token. Pages for people are left out: those belong to this address.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import Message, Scope, Send

_EXPOSED = (
    b"X-Repo-Commit, X-Request-Id, X-Error-Code, X-Error-Message, X-Total-Count, ETag, Link, Accept-Ranges,"
    b" Content-Range, Content-Length, Content-Disposition, X-Linked-Size, X-Linked-ETag, RateLimit, RateLimit-Policy,"
    b" Retry-After, X-Xet-Access-Token, X-Xet-Token-Expiration, X-Xet-Cas-Url"
)
_METHODS = b"GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
_USUAL_HEADERS = b"Authorization, Content-Type, Range, If-Match, If-None-Match, If-Range"
_MAX_AGE_S = b"86400"


def sharing(scope: Scope, send: Send) -> Send:
    """Return a `send` that lets pages from elsewhere read the answer, unless it is a page itself."""
    if not any(name == b"origin" for name, _ in scope["headers"]):
        return send

    async def send_shared(message: Message) -> None:
        if message["type"] == "http.response.start" and not _is_page(message):
            more = [(b"access-control-allow-origin", b"*"), (b"access-control-expose-headers", _EXPOSED)]
            message = {**message, "headers": [*message.get("headers", ()), *more]}
        await send(message)

    return send_shared


def _is_page(message: Message) -> bool:
    return any(name.lower() == b"content-type" and b"text/html" in value for name, value in message.get("headers", ()))


async def answer_options(scope: Scope, send: Send) -> None:
    """Say what may be asked for: the question a browser sends before the request itself."""
    asked = next((value for name, value in scope["headers"] if name == b"access-control-request-headers"), b"")
    headers = [
        (b"allow", _METHODS),
        (b"access-control-allow-methods", _METHODS),
        (b"access-control-allow-headers", asked if _is_list(asked) else _USUAL_HEADERS),
        (b"access-control-max-age", _MAX_AGE_S),
        (b"vary", b"Access-Control-Request-Headers"),
    ]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def _is_list(value: bytes) -> bool:
    words = value.replace(b"-", b"").replace(b",", b"").replace(b" ", b"").replace(b"_", b"")
    return 0 < len(value) <= 1000 and words.isalnum()
