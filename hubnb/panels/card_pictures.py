"""Which pictures the preview shows: kinds that a browser draws without running anything."""

from __future__ import annotations

from ..client.errors import HubError

_MAX_BYTES = 5_000_000
_KINDS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
)


def picture_type(path: str, data: bytes) -> str:
    """Tell what kind of picture this is, by its bytes.

    Raises
    ------
    HubError
        It is none, or too large.
    """
    if len(data) > _MAX_BYTES:
        msg = f"{path} has {len(data):,} bytes. Pictures over {_MAX_BYTES:,} are not shown here."
        raise HubError(msg)
    for start, kind in _KINDS:
        if data.startswith(start):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:12] in (b"ftypavif", b"ftypavis"):
        return "image/avif"
    if path.lower().endswith(".svg") and b"<svg" in data[:2000]:
        return "image/svg+xml"  # drawn as an image, where SVG runs nothing and loads nothing
    msg = f"{path} is no picture that can be shown here."
    raise HubError(msg)
