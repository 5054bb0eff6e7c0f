"""Files on their way to a model and back: images and recordings, in whatever form they are at hand."""

from __future__ import annotations

import base64
import io
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Union

from ..client.errors import HFValidationError
from ..client.http import Http
from ..client.settings import Settings

if TYPE_CHECKING:
    import numpy
    from PIL.Image import Image

ContentT = Union[bytes, bytearray, memoryview, BinaryIO, str, Path, "Image"]
"""An image or a recording: its bytes, an open file, a path, a web address, or a `PIL.Image.Image`."""

_MAGIC = {
    b"\x89PNG": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"fLaC": "audio/flac",
    b"OggS": "audio/ogg",
    b"ID3": "audio/mpeg",
    b"%PDF": "application/pdf",
}
_RIFF = {b"WAVE": "audio/wav", b"WEBP": "image/webp"}


@dataclass(frozen=True)
class Content:
    """The bytes of a file, and what they are."""

    data: bytes
    media_type: str | None = None

    def base64(self) -> str:
        """Give the bytes as JSON can carry them."""
        return base64.b64encode(self.data).decode("ascii")


def read_content(content: ContentT) -> Content:
    """Read an image or a recording.

    Raises
    ------
    FileNotFoundError
        If a path leads nowhere.
    TypeError
        If `content` is none of what `ContentT` names.
    """
    if isinstance(content, (bytes, bytearray, memoryview)):
        return _named(bytes(content), None)
    if isinstance(content, str) and content.startswith(("http://", "https://")):
        return _fetch(content)
    if isinstance(content, (str, Path)):
        path = Path(content).expanduser()
        if not path.is_file():
            msg = f"There is no file {str(content)!r}. A text is a path or a web address here; pass content as bytes."
            raise FileNotFoundError(msg)
        return _named(path.read_bytes(), str(path))
    return _from_object(content)


def _from_object(content: Any) -> Content:
    if hasattr(content, "read"):
        data = content.read()
        if not isinstance(data, bytes):
            msg = "The file was opened as text. Open it with mode 'rb'."
            raise TypeError(msg)
        return _named(data, str(getattr(content, "name", "")))
    if hasattr(content, "save") and hasattr(content, "size"):  # a PIL image, without importing PIL
        name = str(getattr(content, "format", None) or "PNG")
        buffer = io.BytesIO()
        content.save(buffer, format=name)
        return Content(buffer.getvalue(), f"image/{name.lower()}")
    msg = (
        f"{type(content).__name__} can't be sent to a model. "
        "Pass bytes, a path, a web address, a file opened with 'rb', or a PIL image."
    )
    raise TypeError(msg)


def _named(data: bytes, name: str | None) -> Content:
    guessed = mimetypes.guess_type(name)[0] if name else None
    return Content(data, guessed or media_type_of(data))


def media_type_of(data: bytes) -> str | None:
    """Tell an image or a recording by its first bytes."""
    if data.startswith(b"RIFF"):
        return _RIFF.get(data[8:12])
    return next((kind for start, kind in _MAGIC.items() if data.startswith(start)), None)


def _fetch(url: str) -> Content:
    """Fetch from the web without a token: the address may be anybody's."""
    response = Http(Settings.from_env(), None).request("GET", url)
    kind = response.headers.get("Content-Type", "").split(";")[0] or None
    return Content(response.content, kind or media_type_of(response.content))


def to_image(data: bytes) -> Image:
    """Read an image that a model made.

    Raises
    ------
    ImportError
        If Pillow is not installed.
    """
    try:
        from PIL import Image
    except ImportError:
        msg = (
            "Images are given as PIL images, and Pillow is missing: pip install pillow. client.post() gives raw bytes."
        )
        raise ImportError(msg) from None
    return Image.open(io.BytesIO(data))


def image_from_base64(text: str) -> Image:
    """Read an image that came inside JSON."""
    return to_image(from_base64(text))


def from_base64(text: str) -> bytes:
    """Read bytes that came inside JSON, also as a ``data:`` URL."""
    return base64.b64decode(text.partition(",")[2] if text.startswith("data:") else text)


def to_array(numbers: Any) -> numpy.ndarray[Any, Any]:
    """Give numbers as a float32 array.

    Raises
    ------
    ImportError
        If numpy is not installed.
    """
    try:
        import numpy
    except ImportError:
        msg = "Embeddings are given as numpy arrays, and numpy is missing: pip install numpy."
        raise ImportError(msg) from None
    return numpy.array(numbers, dtype="float32")


def check_binary(content: object, what: str) -> None:
    """Refuse None, which would travel as nothing at all."""
    if content is None:
        msg = f"There is no {what} to send: None was given."
        raise HFValidationError(msg)
