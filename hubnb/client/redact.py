"""Take secrets out of text that a person or a log may see."""

from __future__ import annotations

import re

_HUB_TOKEN = re.compile(r"\b(?:hf|api)_[A-Za-z0-9_]{6,}")
_AUTHORIZATION = re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{6,}")
_USER_INFO = re.compile(r"(?<=://)[^/\s@]+@")
# Signed storage URLs are keys to the bytes they name, so their query goes as a whole.
_SIGNED_QUERY = re.compile(r"(?i)(https?://[^\s?\"'>]+)\?[^\s\"'>]*(?:sig|token|key|credential|policy)[^\s\"'>]*")


def redact(text: str, *secrets: str | None) -> str:
    """Replace tokens, credentials in URLs and signed queries in `text` by ``***``.

    Parameters
    ----------
    secrets
        Exact strings to hide as well, e.g. the token in use when it doesn't look like one.
    """
    for secret in secrets:
        if secret:
            text = text.replace(secret, "***")
    text = _HUB_TOKEN.sub("***", text)
    text = _AUTHORIZATION.sub(r"\1 ***", text)
    text = _USER_INFO.sub("***@", text)
    return _SIGNED_QUERY.sub(r"\1?***", text)
