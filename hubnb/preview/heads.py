"""What can be shown of a file without fetching it, by its name and its first bytes."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from .gguf import read_gguf_head
from .tables import MissingReaderError, TableHead, read_csv_head, read_parquet_head
from .tensors import TensorHead, UnreadableHeadError, read_safetensors_head

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .source import FileSource

TEXT_BYTES = 200_000
_IMAGE_BYTES = 8 << 20
_SNIFF_BYTES = 4096
_MOST_TENSORS = 20_000
_PICKLES = {".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".joblib", ".dill", ".pck"}
_IMAGES = {".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".avif", ".ico"}
_MAGIC = {
    b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif", b"BM": "image/bmp",
    b"\x00\x00\x01\x00": "image/x-icon",
}  # fmt: skip


@dataclass
class Preview:
    """What is shown of one file.

    `kind` is one of ``text``, ``markdown``, ``json``, ``table``, ``image``, ``tensors``, ``pickle`` (never opened)
    and ``none``; `body` holds plain values only, `buffers` bytes that belong to it.
    """

    kind: str
    body: dict[str, Any] = field(default_factory=dict[str, Any])
    buffers: list[bytes] = field(default_factory=list[bytes])


def preview_file(source: FileSource, path: str) -> Preview:
    """Look into a file.

    Parameters
    ----------
    path
        Its path in the repository; its ending says what to try.

    Raises
    ------
    HubError
        If it can't be read.
    """
    suffix = PurePosixPath(path).suffix.lower()
    if suffix in _PICKLES:
        return Preview("pickle")
    try:
        found = _by_suffix(source, path.lower(), suffix)
    except UnreadableHeadError as error:
        return Preview("none", {"why": str(error)})
    except MissingReaderError as error:
        return Preview("none", {"why": str(error), "missing": True})
    return found or _text_or_none(source, suffix)


def _by_suffix(source: FileSource, path: str, suffix: str) -> Preview | None:
    if source.size == 0:
        return Preview("text", {"text": "", "whole": True, "empty": True})
    if suffix == ".safetensors":
        head = read_safetensors_head(source)
        return Preview("tensors", {**_tensors(head.tensors), "metadata": head.metadata, "format": "safetensors"})
    if suffix == ".gguf":
        found = read_gguf_head(source)
        body = _tensors(found.tensors) | {"metadata": found.metadata, "format": "GGUF", "complete": found.complete}
        return Preview("tensors", body | {"count": found.tensor_count})
    if suffix in {".csv", ".tsv"}:
        return Preview("table", _table(read_csv_head(source, path)))
    if suffix == ".parquet":
        return Preview("table", _table(read_parquet_head(source)))
    if suffix in _IMAGES:
        return _image(source)
    return None


def _tensors(tensors: Iterable[TensorHead]) -> dict[str, Any]:
    listed = list(tensors)
    return {
        "tensors": [[one.name, one.dtype, list(one.shape)] for one in listed[:_MOST_TENSORS]],
        "count": len(listed),
        "parameters": sum(one.parameters for one in listed),
        "memory_bytes": sum(one.size_bytes for one in listed),
        "half_bytes": sum(_half_bytes(one) for one in listed),
        "complete": True,
    }


def _half_bytes(tensor: TensorHead) -> int:
    """Bytes it takes with its 32 and 64 bit floats stored in 16 bits."""
    return tensor.parameters * 2 if tensor.dtype in ("F32", "F64") else tensor.size_bytes


def _table(head: TableHead) -> dict[str, Any]:
    return {
        "columns": [list(column) for column in head.columns],
        "rows": [list(row) for row in head.rows],
        "total_rows": head.total_rows,
        "total_columns": head.total_columns,
        "note": head.note,
        "whole": head.whole,
    }


def _image(source: FileSource) -> Preview:
    start = source.read(0, 64)
    mime = next((mime for magic, mime in _MAGIC.items() if start.startswith(magic)), None)
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        mime = "image/webp"
    if start[4:12] in (b"ftypavif", b"ftypavis"):
        mime = "image/avif"
    if mime is None:
        msg = "This is not the image that its name says it is."
        raise UnreadableHeadError(msg)
    if source.size > _IMAGE_BYTES:
        return Preview("none", {"why": "Images of more than 8 MB are not shown here. Pull it to see it."})
    return Preview("image", {"mime": mime}, [start + source.read(len(start), source.size)])


def _text_or_none(source: FileSource, suffix: str) -> Preview:
    body = source.read(0, TEXT_BYTES if _looks_like_text(suffix) else _SNIFF_BYTES)
    if b"\x00" in body[:_SNIFF_BYTES] or _is_binary(body):
        return Preview("none", {"why": "", "head": body[:16].hex(" ")})
    if len(body) < min(source.size, TEXT_BYTES):
        body += source.read(len(body), TEXT_BYTES)
    whole = len(body) >= source.size
    kind = {".md": "markdown", ".json": "json"}.get(suffix, "text")
    return Preview(kind, {"text": body.decode("utf-8", "replace"), "whole": whole})


def _looks_like_text(suffix: str) -> bool:
    return suffix in {".txt", ".md", ".json", ".jsonl", ".py", ".yaml", ".yml", ".toml", ".ipynb", ".cfg", ".xml"}


def _is_binary(body: bytes) -> bool:
    # A character may be cut in two at the end of what was read, so its last bytes don't count.
    try:
        body[:_SNIFF_BYTES].decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start < len(body[:_SNIFF_BYTES]) - 4
    return False
