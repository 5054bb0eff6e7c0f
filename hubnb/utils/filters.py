"""Choosing among files by patterns."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from ..transfer.patterns import DEFAULT_IGNORE_PATTERNS as DEFAULT_IGNORE_PATTERNS
from ..transfer.patterns import filter_paths

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Item = TypeVar("Item")


def filter_repo_objects(
    items: Iterable[Item],
    *,
    allow_patterns: str | list[str] | None = None,
    ignore_patterns: str | list[str] | None = None,
    key: Callable[[Item], str] | None = None,
) -> Iterator[Item]:
    """Yield the items whose path matches an allow pattern (if there are any) and no ignore pattern.

    Parameters
    ----------
    key
        Gives an item's path; needed unless items are strings or paths.
    """
    for item in items:
        path = key(item) if key is not None else item
        if not isinstance(path, str):
            if key is None and not hasattr(path, "__fspath__"):
                msg = f"key= must say what the path of a {type(item).__name__} is."
                raise ValueError(msg)
            path = str(path)
        if filter_paths([path], allow_patterns=allow_patterns, ignore_patterns=ignore_patterns):
            yield item
