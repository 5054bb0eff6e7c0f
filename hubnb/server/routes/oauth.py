"""Logging in a device: codes for it, a page for the person; and tokens, for devices and for apps in the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from hubnb.server.accounts import identify
from hubnb.server.call import route
from hubnb.server.devices import Refused
from hubnb.server.frontpage import hub_page, visitor_of
from hubnb.server.pages import Html, field, form_key, join, panel, tag
from hubnb.server.wire import HubProblem, json_response

if TYPE_CHECKING:
    from starlette.responses import Response

    from hubnb.server.call import Call

_DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_ADDRESS = "/oauth/device"


def begin(call: Call) -> dict[str, Any]:
    """Hand out codes to a device."""
    return call.hub.devices.begin(f"{call.base}{_ADDRESS}")


def ask(call: Call, message: object = "") -> Response:
    """Show the page on which a person approves a device.

    There are no passwords here, so who isn't logged in proves who they are with a token.
    """
    code = call.query.get("user_code", "") or call.text("user_code")
    visitor = visitor_of(call)
    mine = (
        form_key(visitor)
        if visitor is not None
        else field("A write token of yours", "token", type="password", autocomplete="off")
    )
    form = join(
        field("Code shown by the device", "user_code", value=code[:20]),
        mine,
        tag("div", _button("approve", "Approve", class_="primary"), _button("deny", "Deny"), class_="row"),
    )
    body = [
        tag("p", "Approve only a code that you see on a device of your own. It gets a token that can write."),
        tag("p", tag("b", message), role="status"),
        tag("form", form, method="post", action=f"{_ADDRESS}/approve", class_="login"),
    ]
    title = "Log in a device"
    return hub_page(call, title, tag("h1", title), panel(tag("div", *body, class_="body")))


def _button(value: str, text: str, **attributes: str) -> Html:
    return tag("button", text, name="decision", value=value, **attributes)


def approve(call: Call) -> Response:
    """Approve or deny a device, in the name of who is logged in or of the token's owner."""
    caller = call.caller
    if caller.anonymous:
        try:
            caller = identify(call.hub.database, f"Bearer {call.text('token')}")
        except HubProblem:
            return ask(call, "This token is not known here.")
    if caller.id is None or caller.token_role != "write":  # noqa: S105
        return ask(call, "A token that can write is needed.")
    approved = call.text("decision") != "deny"
    if not call.hub.devices.decide(call.text("user_code"), caller.id, approve=approved):
        return ask(call, "No device shows this code, or not any more.")
    text = f"The device is logged in as {caller.name}." if approved else "The device was refused."
    done = tag("div", tag("h1", text), tag("p", "You can close this page."), class_="empty")
    return hub_page(call, "Log in a device", panel(done))


def token(call: Call) -> Response:
    """Give a device or an app its token, or tell it to wait."""
    grant = call.text("grant_type")
    try:
        if grant == _DEVICE_GRANT:
            found = call.hub.devices.redeem(call.text("device_code"))
        elif grant == "authorization_code":
            code = call.text("code"), call.text("code_verifier"), call.text("redirect_uri")
            found = call.hub.webcodes.redeem(*code)
        elif grant == "refresh_token":
            found = call.hub.devices.refresh(call.text("refresh_token"))
        else:
            found, grant = {"error": "unsupported_grant_type"}, ""
    except Refused as refused:
        found, grant = {"error": str(refused)}, ""
    return json_response(found, status=200 if grant else 400, headers={"Cache-Control": "no-store"})


ROUTES = [
    Route(_ADDRESS, route(begin, body="form"), methods=["POST"]),
    Route(_ADDRESS, route(ask)),
    Route(f"{_ADDRESS}/approve", route(approve, body="form"), methods=["POST"]),
    Route("/oauth/token", route(token, body="form"), methods=["POST"]),
]
