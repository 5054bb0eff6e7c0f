"""LFS pointers and the ``.gitattributes`` that name which paths are large files."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from dulwich.attrs import AttributeValue, Pattern, compile_gitattributes_patterns, parse_git_attributes
from dulwich.ignore import IgnoreFilter, read_ignore_patterns

from hubnb.server.wire import words

MAX_POINTER_BYTES = 1024
LARGE_FROM_BYTES = 10 * 1000 * 1000
"""Files larger than this are LFS whatever they hold."""
_POINTER = re.compile(
    rb"\Aversion https://git-lfs\.github\.com/spec/v1\n(?:ext-[^\n]*\n)*oid sha256:([0-9a-f]{64})\nsize (\d{1,18})\n?\Z"
)
_LARGE_ENDINGS = words(
    "7z arrow bin bz2 ckpt ftz gz h5 joblib mlmodel model msgpack npy npz onnx ot parquet pb pickle "
    "pkl pt pth rar safetensors tar tflite tgz wasm xz zip zst"
)
_MEDIA_ENDINGS = words("lz4 mds pcm sam raw aac flac mp3 ogg wav bmp gif png tiff jpg jpeg webp mp4 webm")
_LARGE_PATTERNS = ("saved_model/**/*", "*.tar.*", "*.lfs.*", "*tfevents*")
_FILTER = "filter=lfs diff=lfs merge=lfs -text"


@dataclass(frozen=True)
class Pointer:
    """What git keeps in place of a large file."""

    oid: str
    """sha-256 of the real content, 64 hex."""
    size: int
    """Bytes of the real content."""

    def text(self) -> bytes:
        """Return the pointer file."""
        return f"version https://git-lfs.github.com/spec/v1\noid sha256:{self.oid}\nsize {self.size}\n".encode()


def read_pointer(content: bytes) -> Pointer | None:
    """Return the pointer that `content` is, None for any other file."""
    if len(content) >= MAX_POINTER_BYTES:
        return None
    match = _POINTER.match(content)
    return Pointer(match[1].decode(), int(match[2])) if match else None


def default_attributes(repo_type: str) -> bytes:
    """Return the ``.gitattributes`` a new repository starts with."""
    endings = [*_LARGE_ENDINGS, *(_MEDIA_ENDINGS if repo_type == "dataset" else [])]
    patterns = [*(f"*.{ending}" for ending in endings), *_LARGE_PATTERNS]
    return "".join(f"{pattern} {_FILTER}\n" for pattern in patterns).encode()


class Rules(Protocol):
    """Anything that knows which paths are large files."""

    def is_large(self, path: str) -> bool | None:
        """Return True or False where a rule decides, None where none speaks of `path`."""


@lru_cache(maxsize=64)
def _filter_rules(content: bytes) -> tuple[tuple[Pattern, AttributeValue], ...]:
    """Return the rules that speak of filters, the last first, for it overrides; compiling them takes a while."""
    rules = compile_gitattributes_patterns(parse_git_attributes(io.BytesIO(content)))
    return tuple((pattern, found[b"filter"]) for pattern, found in reversed(rules) if b"filter" in found)


class Attributes:
    """The ``.gitattributes`` of a revision, asked which paths are large files."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._rules = _filter_rules(content)

    def is_large(self, path: str) -> bool | None:
        """Return True or False where a rule decides, None where none speaks of `path`."""
        name = path.encode()
        for pattern, value in self._rules:
            if pattern.match(name):
                return None if value is None else value == b"lfs"
        return None

    def with_large(self, paths: list[str]) -> bytes | None:
        """Return the file with a rule for each of `paths` that has none, None if nothing is missing."""
        missing = [path for path in dict.fromkeys(paths) if self.is_large(path) is not True]
        if not missing:
            return None
        separator = b"" if not self._content or self._content.endswith(b"\n") else b"\n"
        lines = "".join(f"{escape_pattern(path)} {_FILTER}\n" for path in missing)
        return self._content + separator + lines.encode()


def escape_pattern(path: str) -> str:
    r"""Return a pattern that matches `path` only.

    ``a b[1].bin`` becomes ``a[[:space:]]b\[1\].bin``.
    """
    escaped = re.sub(r"([*?\[\]\\])", r"\\\1", path)
    if escaped.startswith(("#", "!", '"')):
        escaped = f"[{escaped[0]}]{escaped[1:]}" if escaped[0] != "!" else f"\\{escaped}"
    return re.sub(r"\s", "[[:space:]]", escaped)


def ignore_rules(content: bytes) -> IgnoreFilter:
    """Return the rules of a ``.gitignore``."""
    return IgnoreFilter(read_ignore_patterns(io.BytesIO(content)))


def looks_binary(sample: bytes) -> bool:
    """Say whether the first bytes of a file are not text."""
    if b"\0" in sample:
        return True
    try:
        sample.decode()
    except UnicodeDecodeError as error:
        return error.end < len(sample) - 3  # a character cut by the end of the sample is still text
    return False


def travels_as_large(attributes: Rules, path: str, size: int, sample: bytes) -> bool:
    """Decide how a file travels: its rule, else its size, else its first bytes."""
    ruled = attributes.is_large(path)
    if ruled or size > LARGE_FROM_BYTES:
        return True
    # Git's own files stay readable whatever they hold.
    return ruled is None and not path.endswith((".gitattributes", ".gitignore")) and looks_binary(sample)
