"""Logging in and out in a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.responses import Response
from starlette.routing import Route

from hubnb.server import sessions
from hubnb.server.accounts import hash_token, identify
from hubnb.server.call import route
from hubnb.server.frontpage import hub_page
from hubnb.server.pages import field, hidden, panel, tag
from hubnb.server.wire import HubProblem, forbidden

if TYPE_CHECKING:
    from hubnb.server.call import Call

_MAX_NEXT_CHARS = 2000


def ask(call: Call, message: str = "") -> Response:
    """Show the page on which a person logs in with a token; there are no passwords here."""
    where = call.text("next") or call.query.get("next", "") or _before(call)
    form = (
        field("A token of yours", "token", type="password", autocomplete="current-password", autofocus=""),
        hidden("next", _own_path(where)),
        tag("div", tag("button", "Log in", class_="primary"), class_="row"),
    )
    body = [
        tag("p", "Then these pages show what is private, too. A token that can only read is enough."),
        *([tag("p", tag("b", message), role="alert")] if message else []),
        tag("form", *form, method="post", action="/login", class_="login"),
    ]
    return hub_page(call, "Log in", tag("h1", "Log in"), panel(tag("div", *body, class_="body")))


def _before(call: Call) -> str:
    """Return the page of this Hub from which somebody came."""
    came = urlsplit(call.request.headers.get("referer", ""))
    if came.netloc != urlsplit(call.base).netloc or came.path in {"/login", "/logout"}:
        return "/"
    return came.path + (f"?{came.query}" if came.query else "")


def _own_path(text: str) -> str:
    """Return a path on this Hub: never an address of another one."""
    safe = text.isascii() and text.isprintable() and len(text) <= _MAX_NEXT_CHARS and "\\" not in text
    return text if safe and text.startswith("/") and not text.startswith("//") else "/"


def enter(call: Call) -> Response:
    """Log in, and go back to where somebody came from."""
    if sessions.is_foreign(call):
        message = "Another site sent this form. Log in on the Hub's own page."
        raise forbidden(message)
    token = call.text("token").strip()
    try:
        caller = identify(call.hub.database, f"Bearer {token}")
    except HubProblem:
        return ask(call, "This token is not known here.")
    if caller.token_expires_at is not None:
        return ask(call, "This is the token of a device or an app. Log in with one of your own.")
    return _go(_own_path(call.text("next")), sessions.begin(call, hash_token(token)))


def leave(call: Call) -> Response:
    """Log out."""
    if sessions.is_foreign(call):
        message = "Another site sent this form. Log out on the Hub's own page."
        raise forbidden(message)
    return _go("/", sessions.end(call))


def _go(path: str, cookie: str) -> Response:
    return Response(status_code=303, headers={"Location": path, "Set-Cookie": cookie, "Cache-Control": "no-store"})


ROUTES = [
    Route("/login", route(ask)),
    Route("/login", route(enter, body="form"), methods=["POST"]),
    Route("/logout", route(leave, body="form"), methods=["POST"]),
]
