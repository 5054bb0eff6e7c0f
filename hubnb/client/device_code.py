"""Signing in on another device: the Hub hands out a code, a person approves it in a browser, a token comes back."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urlencode

from .errors import HfHubHTTPError
from .hub import HubClient
from .settings import Settings
from .status import read_json

_CLIENT_ID = "26be6b09-91c5-47da-9861-d2d2bb7a7e36"
"""The public id under which command-line clients of the Hub ask; a hub of your own may want another."""
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_SLOWER_S = 5.0
EXPIRED, DENIED = "expired", "denied"


class DeviceCodeError(HfHubHTTPError):
    """The code ran out, or the person said no; `reason` is ``expired`` or ``denied``."""

    def __init__(self, reason: str) -> None:
        super().__init__({EXPIRED: "The code ran out.", DENIED: "The sign-in was refused in the browser."}[reason])
        self.reason = reason


@dataclass
class DeviceCode:
    """A code that waits for approval; what it is redeemed with is never shown."""

    user_code: str
    url: str
    ends_at: float
    """Unix seconds."""
    interval_s: float
    _secret: str = field(repr=False)
    _endpoint: str = ""

    def redeem(self) -> str | None:
        """Ask once whether the person has approved: the token, or None as long as nobody did.

        Raises
        ------
        DeviceCodeError
            If it ran out, or was refused.
        """
        if time.time() >= self.ends_at:
            raise DeviceCodeError(EXPIRED)
        answer = _post(self._endpoint, "/oauth/token", grant_type=_GRANT, device_code=self._secret)
        if answer.get("access_token"):
            return str(answer["access_token"])
        error = answer.get("error")
        if error == "slow_down":
            self.interval_s += _SLOWER_S
        elif error == "access_denied":
            raise DeviceCodeError(DENIED)
        elif error != "authorization_pending":
            raise DeviceCodeError(EXPIRED)
        return None


def begin_device_login(endpoint: str | None = None) -> DeviceCode | None:
    """Get a code to approve in a browser; None from a hub that has no such sign-in."""
    base = Settings.from_env(endpoint=endpoint).endpoint
    answer = _post(base, "/oauth/device")
    if not answer.get("user_code") or not answer.get("device_code"):
        return None
    return DeviceCode(
        user_code=str(answer["user_code"]),
        url=str(answer.get("verification_uri_complete") or answer.get("verification_uri") or base),
        ends_at=time.time() + float(answer.get("expires_in") or 900),
        interval_s=float(answer.get("interval") or 5),
        _secret=str(answer["device_code"]),
        _endpoint=base,
    )


def _post(endpoint: str, path: str, **form: str) -> dict[str, Any]:
    client_id = os.environ.get("HF_DEVICE_CODE_OAUTH_CLIENT_ID") or _CLIENT_ID
    http = HubClient(Settings.from_env(endpoint=endpoint), None).http
    body = urlencode({"client_id": client_id, **form}).encode()
    response = http.request("POST", path, data=body, headers=_FORM, signed=False, check=False)
    try:
        answer: Any = read_json(response)
    except HfHubHTTPError:
        return {}
    return cast("dict[str, Any]", answer) if isinstance(answer, dict) else {}
