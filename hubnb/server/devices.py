"""Logging in from a device without a browser (RFC 8628): it shows a code, a person approves the code elsewhere."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hubnb.server.accounts import add_token, hash_token

if TYPE_CHECKING:
    from hubnb.server.hub import Hub

CODE_VALID_S = 900
TOKEN_VALID_S = 8 * 3600
_INTERVAL_S = 1
_MAX_WAITING = 200
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"


class Refused(Exception):  # noqa: N818 - OAuth's errors are answers
    """An answer of OAuth's short list, e.g. ``authorization_pending``."""


@dataclass
class Login:
    """One device that waits."""

    user_code: str
    ends_at: float
    user_id: str | None = None
    denied: bool = False


class DeviceLogins:
    """Devices that wait for approval; in memory, because a restart only means to ask again."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._waiting: OrderedDict[str, Login] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, address: str) -> dict[str, Any]:
        """Return a new pair of codes and where to approve them."""
        device_code = secrets.token_urlsafe(32)
        letters = "".join(secrets.choice(_LETTERS) for _ in range(8))
        user_code = f"{letters[:4]}-{letters[4:]}"
        with self._lock:
            self._waiting[hash_token(device_code)] = Login(user_code, time.time() + CODE_VALID_S)
            while len(self._waiting) > _MAX_WAITING:
                self._waiting.popitem(last=False)
        return {
            "device_code": device_code,
            "user_code": user_code,
            "verification_uri": address,
            "verification_uri_complete": f"{address}?user_code={user_code}",
            "interval": _INTERVAL_S,
            "expires_in": CODE_VALID_S,
        }

    def decide(self, user_code: str, user_id: str, *, approve: bool) -> bool:
        """Approve or deny a device; return False if no device shows this code."""
        wanted = user_code.strip().upper()
        with self._lock:
            for login in self._waiting.values():
                if login.user_code == wanted and login.ends_at > time.time() and login.user_id is None:
                    login.user_id, login.denied = user_id, not approve
                    return True
        return False

    def redeem(self, device_code: str) -> dict[str, Any]:
        """Return a token for an approved device, once.

        Raises
        ------
        Refused
            While it waits, and for codes that are unknown, too old or denied.
        """
        key = hash_token(device_code)
        with self._lock:
            login = self._waiting.get(key)
            if login is None:
                code = "invalid_grant"
                raise Refused(code)
            if login.ends_at <= time.time():
                del self._waiting[key]
                code = "expired_token"
                raise Refused(code)
            if login.user_id is None:
                code = "authorization_pending"
                raise Refused(code)
            del self._waiting[key]
        if login.denied:
            code = "access_denied"
            raise Refused(code)
        return self._grant(login.user_id)

    def refresh(self, refresh_token: str) -> dict[str, Any]:
        """Return a new token for a refresh token, which is used up by it.

        Raises
        ------
        Refused
            If it is not known.
        """
        database, key = self._hub.database, hash_token(refresh_token)
        row = database.one("SELECT user_id FROM refresh_tokens WHERE hash = ?", key)
        if row is None or database.write("DELETE FROM refresh_tokens WHERE hash = ?", key) != 1:
            code = "invalid_grant"
            raise Refused(code)
        return self._grant(row["user_id"])

    def _grant(self, user_id: str) -> dict[str, Any]:
        database = self._hub.database
        token, refresh_token = (f"hf_oauth_{secrets.token_urlsafe(32)}" for _ in range(2))
        expires_at = time.time() + TOKEN_VALID_S
        add_token(database, user_id, token, name="", role="write", expires_at=expires_at)
        database.write("INSERT INTO refresh_tokens VALUES (?, ?)", hash_token(refresh_token), user_id)
        return {
            "access_token": token,
            "refresh_token": refresh_token,
            "token_type": "bearer",
            "expires_in": TOKEN_VALID_S,
        }
