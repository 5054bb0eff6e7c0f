"""Apps in the browser that let people log in with this Hub: the page that asks, and what the apps need to know."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

from starlette.responses import Response
from starlette.routing import Route

from hubnb.server.call import route
from hubnb.server.frontpage import hub_page, visitor_of
from hubnb.server.pages import form_key, hidden, panel, tag
from hubnb.server.webcodes import SCOPES, Grant, within
from hubnb.server.wire import bad_request, login_required

if TYPE_CHECKING:
    from hubnb.server.call import Call

_PATH = "/oauth/authorize"
_CHALLENGE = re.compile(r"[A-Za-z0-9_\-]{43}\Z")
_PARAMETERS = ("client_id", "redirect_uri", "scope", "state", "code_challenge")
_MAX_CHARS = 4000


def ask(call: Call) -> Response:
    """Show who wants what; only somebody who is logged in can give it."""
    asked = _checked({name: call.query.get(name, "") for name in _PARAMETERS}, call.query)
    visitor = visitor_of(call)
    if visitor is None or call.session is None:
        query = call.request.scope["query_string"].decode("ascii", "replace")
        return Response(status_code=302, headers={"Location": f"/login?next={quote(f'{_PATH}?{query}', safe='')}"})
    place = urlsplit(asked["redirect_uri"])
    wants = dict.fromkeys(SCOPES[scope][0] for scope in within(call.session.caller, asked["scope"]))
    buttons = (
        tag("button", "Allow", name="decision", value="allow", class_="primary"),
        tag("button", "Deny", name="decision", value="deny"),
    )
    fields = [form_key(visitor), *(hidden(name, value) for name, value in asked.items())]
    body = [
        tag("p", "The app ", tag("b", asked["client_id"]), " at ", tag("b", place.netloc), " asks to"),
        tag("ul", *(tag("li", what) for what in wants or ["know that you are here"])),
        tag("p", "Allow it only if you came from there yourself. It gets a token for 8 hours.", class_="muted"),
        tag("form", *fields, tag("div", *buttons, class_="row"), method="post", action=_PATH, class_="login"),
    ]
    title = f"Log in as {visitor.name}?"
    origin = f"{place.scheme}://{place.netloc}"
    return hub_page(call, title, tag("h1", title), panel(tag("div", *body, class_="body")), leads_to=origin)


def _checked(asked: dict[str, str], more: Any) -> dict[str, str]:
    """Refuse what must not be answered with a redirect: the address may be wrong."""
    place = urlsplit(asked["redirect_uri"])
    # What stands here gets into a header and a policy, so it is written in the plainest of ways.
    if (
        place.scheme not in {"http", "https"}
        or not re.fullmatch(r"[A-Za-z0-9.\-]+(:\d{1,5})?", place.netloc)
        or place.fragment
        or not asked["redirect_uri"].isascii()
        or not asked["redirect_uri"].isprintable()
    ):
        message = "redirect_uri must be the http or https address of the app."
        raise bad_request(message)
    if not asked["client_id"] or any(len(value) > _MAX_CHARS for value in asked.values()):
        message = "client_id is missing, or something is too long."
        raise bad_request(message)
    if more.get("response_type", "code") != "code" or more.get("code_challenge_method", "S256") != "S256":
        message = "Only response_type=code with code_challenge_method=S256 is spoken here."
        raise bad_request(message)
    if not _CHALLENGE.match(asked["code_challenge"]):
        message = "This Hub registers no apps, so it demands PKCE: code_challenge is missing or no SHA-256."
        raise bad_request(message)
    return asked


def decide(call: Call) -> Response:
    """Send the person back to the app, with a code or a refusal."""
    caller = call.caller  # nobody, unless this Hub's own form was sent
    if caller.anonymous or call.session is None:
        raise login_required()
    asked = _checked({name: call.text(name) for name in _PARAMETERS}, {})
    answer = {"error": "access_denied", "error_description": "The user said no."}
    if call.text("decision") == "allow":
        scopes = within(caller, asked["scope"])
        grant = Grant(caller.id or "", asked["client_id"], asked["redirect_uri"], asked["code_challenge"], scopes)
        answer = {"code": call.hub.webcodes.issue(grant)}
    if asked["state"]:
        answer["state"] = asked["state"]
    joint = "&" if urlsplit(asked["redirect_uri"]).query else "?"
    headers = {"Location": f"{asked['redirect_uri']}{joint}{urlencode(answer)}", "Cache-Control": "no-store"}
    return Response(status_code=303, headers=headers)


def userinfo(call: Call) -> dict[str, Any]:
    """Tell an app who its token stands for."""
    caller = call.caller
    row = call.hub.database.one("SELECT * FROM accounts WHERE id = ?", caller.id)
    if row is None:
        raise login_required()
    found: dict[str, Any] = {
        "sub": row["id"],
        "name": row["fullname"],
        "preferred_username": row["name"],
        "profile": f"{call.base}/{row['name']}",
        "picture": f"{call.base}/avatars/{row['id']}.svg",
        "isPro": False,
    }
    if row["email"] and (caller.scopes is None or "email" in caller.scopes.everywhere):
        found.update(email=row["email"], email_verified=True)
    orgs = call.hub.database.all(
        "SELECT accounts.*, members.role FROM members JOIN accounts ON accounts.id = organization_id"
        " WHERE user_id = ? ORDER BY accounts.name",
        row["id"],
    )
    found["orgs"] = [
        {
            "sub": org["id"],
            "name": org["fullname"],
            "preferred_username": org["name"],
            "picture": f"{call.base}/avatars/{org['id']}.svg",
            "roleInOrg": org["role"],
        }
        for org in orgs
    ]
    return found


def configuration(call: Call) -> dict[str, Any]:
    """Tell apps where everything is."""
    return {
        "issuer": call.base,
        "authorization_endpoint": f"{call.base}{_PATH}",
        "token_endpoint": f"{call.base}/oauth/token",
        "userinfo_endpoint": f"{call.base}/oauth/userinfo",
        "device_authorization_endpoint": f"{call.base}/oauth/device",
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": [
            "authorization_code",
            "refresh_token",
            "urn:ietf:params:oauth:grant-type:device_code",
        ],
        "token_endpoint_auth_methods_supported": ["none"],
        "code_challenge_methods_supported": ["S256"],
        "subject_types_supported": ["public"],
        "scopes_supported": list(SCOPES),
        "claims_supported": ["sub", "name", "preferred_username", "profile", "picture", "email", "email_verified"],
    }


ROUTES = [
    Route(_PATH, route(ask)),
    Route(_PATH, route(decide, body="form"), methods=["POST"]),
    Route("/oauth/userinfo", route(userinfo), methods=["GET", "HEAD", "POST"]),
    Route("/.well-known/openid-configuration", route(configuration)),
    Route("/.well-known/oauth-authorization-server", route(configuration)),
]
