"""Addresses that carry their own permission: who holds one may send or fetch one object, for a day."""

from __future__ import annotations

import hashlib
import hmac
import time
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from hubnb.server.wire import HubProblem

if TYPE_CHECKING:
    from collections.abc import Mapping

VALID_S = 24 * 3600


def sign(key: bytes, path: str, values: Mapping[str, str | int]) -> str:
    """Return `path` with `values`, an expiry and a signature over all of it as its query."""
    signed = {**{name: str(value) for name, value in values.items()}, "expires": str(int(time.time()) + VALID_S)}
    return f"{path}?{urlencode({**signed, 'signature': _signature(key, path, signed)})}"


def verify(key: bytes, path: str, query: Mapping[str, str]) -> dict[str, str]:
    """Return the signed values of an address.

    Raises
    ------
    HubProblem
        403 for a wrong signature or an address that has expired.
    """
    values = {name: value for name, value in query.items() if name != "signature"}
    expected = _signature(key, path, values)
    if not hmac.compare_digest(expected.encode(), query.get("signature", "").encode("utf-8", "replace")):
        raise HubProblem(403, "The signature of this upload address is wrong. Ask for a new one.")
    if int(values.get("expires", "0")) < time.time():
        raise HubProblem(403, "This upload address has expired. Ask for a new one.")
    return values


def _signature(key: bytes, path: str, values: Mapping[str, str]) -> str:
    text = "\n".join([path, *(f"{name}={values[name]}" for name in sorted(values))])
    return hmac.new(key, text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()
