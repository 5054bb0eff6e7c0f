"""Files and notebook variables that a person hands to a model."""

from __future__ import annotations

import base64
import binascii
import io
import keyword
import sys
from pathlib import Path
from typing import Any

from ..client.errors import HFValidationError
from ..inference.content import media_type_of

MAX_FILE_BYTES = 10_000_000
_SUFFIXES = {
    "image": (".png", ".jpg", ".jpeg", ".webp", ".gif"),
    "audio": (".wav", ".flac", ".mp3", ".ogg", ".m4a", ".webm"),
}


class Files:
    """What was dropped, pasted, chosen or taken from a variable, by the field it belongs to."""

    def __init__(self) -> None:
        self._arriving: dict[str, bytearray] = {}
        self.kept: dict[str, Any] = {}

    def take(self, field: str, data: str, *, first: bool, last: bool) -> int:
        """Take a part of a file as base64; give how many bytes there are now.

        Raises
        ------
        HFValidationError
            If the file is larger than `MAX_FILE_BYTES`, or not base64.
        """
        if first:
            self._arriving[field] = bytearray()
        held = self._arriving.setdefault(field, bytearray())
        try:
            held += base64.b64decode(data, validate=True)
        except binascii.Error:
            msg = "The file did not arrive whole. Choose it again."
            raise HFValidationError(msg) from None
        if len(held) > MAX_FILE_BYTES:
            self._arriving.pop(field, None)
            msg = f"The file is larger than {MAX_FILE_BYTES // 1_000_000} MB. Nothing was sent."
            raise HFValidationError(msg)
        if last:
            self.kept[field] = bytes(self._arriving.pop(field))
        return len(held)

    def forget(self, field: str) -> None:
        """Drop a file."""
        self.kept.pop(field, None)


def variables(field: str) -> list[str]:
    """Name the variables of the notebook that could be given for `field`."""
    return sorted(name for name, value in _namespace().items() if not name.startswith("_") and _fits(field, value))


def read_variable(field: str, name: str) -> Any:
    """Give a variable's content: bytes of an image or a recording, or a table by columns.

    Raises
    ------
    HFValidationError
        If there is none of that name, or it does not fit.
    """
    value = _namespace().get(name)
    if value is None or not _fits(field, value):
        msg = f"The notebook has no variable {name!r} that can be used here."
        raise HFValidationError(msg)
    if field == "table":
        columns = value.to_dict("list") if hasattr(value, "to_dict") else value
        return {str(key): [str(one) for one in column] for key, column in columns.items()}
    if isinstance(value, (bytes, bytearray)):
        return bytes(value)
    if isinstance(value, (str, Path)):
        return Path(value).expanduser().read_bytes()
    buffer = io.BytesIO()
    image: Any = value
    image.save(buffer, "PNG")
    return buffer.getvalue()


def set_variable(name: str, value: Any) -> None:
    """Put a value into the notebook.

    Raises
    ------
    HFValidationError
        If `name` can't name a variable.
    """
    if not name.isidentifier() or keyword.iskeyword(name):
        msg = f"{name!r} can't name a variable. Use letters, digits and underscores."
        raise HFValidationError(msg)
    _namespace()[name] = value


def _fits(field: str, value: Any) -> bool:
    if field == "table":
        is_frame = hasattr(value, "to_dict") and hasattr(value, "columns")
        return is_frame or (
            isinstance(value, dict) and bool(value) and all(isinstance(o, list) for o in value.values())
        )
    if isinstance(value, (bytes, bytearray)):
        return (media_type_of(bytes(value[:16])) or "").startswith(f"{field}/")
    if isinstance(value, (str, Path)):
        return str(value).lower().endswith(_SUFFIXES.get(field, ())) and Path(value).expanduser().is_file()
    # a PIL image, without importing PIL
    return field == "image" and type(value).__module__.startswith("PIL.") and hasattr(value, "save")


def _namespace() -> dict[str, Any]:
    if "IPython" in sys.modules:
        from IPython.core.getipython import get_ipython

        shell = get_ipython()
        if shell is not None:
            return shell.user_ns
    return {}
