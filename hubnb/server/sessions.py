"""Who is logged in in a browser: a cookie that only this Hub can have made, good for its pages and nothing else.

The cookie holds the hash of the token somebody logged in with, an end, and a signature over both. So nothing is kept
here, a session ends with its token, and who steals a cookie has no token. It counts for looking at pages and files;
for anything that changes something only together with the key that this Hub wrote into its own form. The API takes
tokens only.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from hubnb.server.accounts import owner_of

if TYPE_CHECKING:
    from hubnb.server.accounts import Caller
    from hubnb.server.call import Call
    from hubnb.server.hub import Hub

VALID_S = 14 * 24 * 3600
FORM_KEY = "form_key"
_READING = frozenset({"GET", "HEAD"})
_MAX_COOKIE_CHARS = 8192


@dataclass(frozen=True)
class Session:
    """Somebody who is logged in in a browser."""

    caller: Caller
    form_key: str
    """What the forms of this session carry, so that no other site's form is taken for one of them."""


def session_of(call: Call) -> Session | None:
    """Return who the request's cookie stands for, None for nobody."""
    value = _cookie(call)
    hashed, _, rest = value.partition(".")
    ends, _, signature = rest.partition(".")
    if not (ends.isascii() and ends.isdecimal()) or int(ends) <= time.time():
        return None
    if not hmac.compare_digest(signature.encode(), _signature(call.hub, "session", f"{hashed}.{ends}").encode()):
        return None
    caller = owner_of(call.hub.database, hashed)
    return Session(caller, _signature(call.hub, "form", value)) if caller is not None else None


def caller_of(call: Call) -> Caller | None:
    """Return who a request without a token comes from: whom its cookie stands for, where a cookie counts."""
    request = call.request
    if "cookie" not in request.headers or request.scope["path"].startswith("/api/"):
        return None
    session = session_of(call)
    if session is None or (request.method not in _READING and not _is_own_form(call, session)):
        return None
    return session.caller


def _is_own_form(call: Call, session: Session) -> bool:
    key = call.text(FORM_KEY)
    return hmac.compare_digest(key.encode("utf-8", "replace"), session.form_key.encode()) and not is_foreign(call)


def is_foreign(call: Call) -> bool:
    """Say whether a browser says that another site sent this request."""
    headers = call.request.headers
    origin = headers.get("origin")
    if origin is not None:
        return urlsplit(origin).netloc != urlsplit(call.base).netloc
    return headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}


def begin(call: Call, hashed: str) -> str:
    """Return the ``Set-Cookie`` that logs the owner of a token in, by the hash of the token."""
    text = f"{hashed}.{int(time.time()) + VALID_S}"
    return _set(call, f"{text}.{_signature(call.hub, 'session', text)}", VALID_S)


def end(call: Call) -> str:
    """Return the ``Set-Cookie`` that logs out."""
    return _set(call, "", 0)


def _set(call: Call, value: str, age_s: int) -> str:
    secure = "; Secure" if call.base.startswith("https:") else ""
    return f"{_name(call.hub)}={value}; Path=/; Max-Age={age_s}; HttpOnly; SameSite=Lax{secure}"


def _name(hub: Hub) -> str:
    """Return the cookie's name, another one for each Hub: cookies know hosts, but no ports."""
    return f"hub_{_signature(hub, 'name', '')[:12]}"


def _cookie(call: Call) -> str:
    header = call.request.headers.get("cookie", "")
    try:
        found = SimpleCookie(header[:_MAX_COOKIE_CHARS]).get(_name(call.hub))
    except CookieError:
        return ""
    return found.value if found is not None else ""


def _signature(hub: Hub, purpose: str, text: str) -> str:
    return hmac.new(hub.signing_key, f"{purpose} {text}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()
