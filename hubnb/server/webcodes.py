"""Logging in to an app in the browser (OAuth's authorization code with PKCE): a code for the app, a token for the code.

Apps aren't registered here: any may ask, the person decides, and is told where the answer goes. What a registration
would prove, that who redeems a code is who asked for it, is proven by PKCE, which is demanded.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hubnb.server.accounts import add_token, hash_token
from hubnb.server.devices import TOKEN_VALID_S, Refused
from hubnb.server.scopes import DISCUSS, READ, WRITE, Scopes

if TYPE_CHECKING:
    from hubnb.server.accounts import Caller
    from hubnb.server.database import Database

CODE_VALID_S = 300
_MAX_WAITING = 1000
SCOPES: dict[str, tuple[str, frozenset[str]]] = {
    "openid": ("know your name here", frozenset()),
    "profile": ("know your name here", frozenset()),
    "email": ("know your mail address", frozenset()),
    "read-repos": ("read your repositories, private ones too", frozenset({READ})),
    "gated-repos": ("read the gated repositories that you may read", frozenset()),
    "contribute-repos": ("create repositories and change them", frozenset({READ, WRITE, DISCUSS})),
    "write-repos": ("create repositories and change them", frozenset({READ, WRITE, DISCUSS})),
    "manage-repos": ("create, change and delete repositories", frozenset({READ, WRITE, DISCUSS})),
    "write-discussions": ("write in discussions in your name", frozenset({DISCUSS})),
}
"""What an app may ask for: for people, and as permissions."""


@dataclass(frozen=True)
class Grant:
    """What a person let an app do."""

    user_id: str
    client_id: str
    redirect_uri: str
    challenge: str
    scopes: tuple[str, ...]
    ends_at: float = field(default_factory=lambda: time.time() + CODE_VALID_S)


def within(caller: Caller, asked: str) -> tuple[str, ...]:
    """Return those of the scopes an app asks for that the caller can give with the token they logged in with."""
    known = [scope for scope in dict.fromkeys(asked.split()) if scope in SCOPES]
    if caller.token_role == "write":  # noqa: S105
        return tuple(known)
    return tuple(scope for scope in known if SCOPES[scope][1] <= {READ})


class WebCodes:
    """Codes that wait to be redeemed; in memory, because a restart only means to log in again."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: OrderedDict[str, Grant] = OrderedDict()
        self._lock = threading.Lock()

    def issue(self, grant: Grant) -> str:
        """Return a code for what a person granted."""
        code = secrets.token_urlsafe(32)
        with self._lock:
            self._waiting[hash_token(code)] = grant
            while len(self._waiting) > _MAX_WAITING:
                self._waiting.popitem(last=False)
        return code

    def redeem(self, code: str, verifier: str, redirect_uri: str) -> dict[str, Any]:
        """Return a token for a code, once.

        Raises
        ------
        Refused
            If the code is unknown, used, too old, or somebody else's.
        """
        with self._lock:
            grant = self._waiting.pop(hash_token(code), None)
        digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode("utf-8", "replace")).digest()).rstrip(b"=")
        if (
            grant is None
            or grant.ends_at <= time.time()
            or grant.redirect_uri != redirect_uri
            or not hmac.compare_digest(digest, grant.challenge.encode("utf-8", "replace"))
        ):
            error = "invalid_grant"
            raise Refused(error)
        token = f"hf_oauth_{secrets.token_urlsafe(32)}"
        permissions = frozenset().union(*(SCOPES[scope][1] for scope in grant.scopes), grant.scopes)
        scopes = Scopes("gated-repos" in grant.scopes or "read-repos" in grant.scopes, permissions, ())
        add_token(
            self._database,
            grant.user_id,
            token,
            name=f"app {grant.client_id}"[:200],
            role="fineGrained",
            expires_at=time.time() + TOKEN_VALID_S,
            scopes=scopes,
        )
        return {
            "access_token": token,
            "token_type": "bearer",
            "expires_in": TOKEN_VALID_S,
            "scope": " ".join(grant.scopes),
        }
