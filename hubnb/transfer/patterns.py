"""Choosing files by glob patterns, with upstream's rules."""

from __future__ import annotations

from fnmatch import fnmatch
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

DEFAULT_IGNORE_PATTERNS = (
    ".git", ".git/*", "*/.git", "**/.git/**",
    ".cache/huggingface", ".cache/huggingface/*", "*/.cache/huggingface", "**/.cache/huggingface/**",
)  # fmt: skip


def filter_paths(
    paths: Iterable[str],
    *,
    allow_patterns: str | Iterable[str] | None = None,
    ignore_patterns: str | Iterable[str] | None = None,
) -> list[str]:
    """Keep the paths that match an allow pattern (if there are any) and no ignore pattern.

    Patterns are `fnmatch`'s: ``*`` also crosses slashes, and ``folder/`` means all below it.
    """
    allow, ignore = _globs(allow_patterns), _globs(ignore_patterns)
    return [
        path
        for path in paths
        if (allow is None or any(fnmatch(path, pattern) for pattern in allow))
        and not any(fnmatch(path, pattern) for pattern in ignore or ())
    ]


def as_list(patterns: str | Iterable[str] | None) -> list[str] | None:
    """Give patterns as a list; None stays None."""
    if patterns is None:
        return None
    return [patterns] if isinstance(patterns, str) else list(patterns)


def _globs(patterns: str | Iterable[str] | None) -> list[str] | None:
    listed = as_list(patterns)
    return listed and [f"{pattern}*" if pattern.endswith("/") else pattern for pattern in listed]
