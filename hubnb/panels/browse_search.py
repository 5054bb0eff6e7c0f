"""Searching a Hub, or the cache: what is typed, what is asked, what a row shows."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from ..cache import scan_cache_dir
from ..cache.scan import CacheNotFound
from ..client.errors import HFValidationError
from ..client.info import DatasetInfo, ModelInfo, RepoInfo, SpaceInfo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..client.hub import HubClient
    from ..client.settings import Settings

PAGE = 20
KINDS = ("model", "dataset", "space")
SORTS = ("trending", "downloads", "likes", "updated", "created")
_SORT_KEYS = {
    "trending": "trendingScore", "downloads": "downloads", "likes": "likes", "updated": "lastModified",
    "created": "createdAt",
}  # fmt: skip
_FILTERS = ("task", "library", "license", "language", "author", "tag", "sort", "in")
_WORD = re.compile(r'(?:(\w+):)?(?:"([^"]*)"|(\S+))')
_CLASS = {"model": ModelInfo, "dataset": DatasetInfo, "space": SpaceInfo}
_EXPAND = "author downloads likes lastModified private gated tags usedStorage"
_EXPAND_OF = {"model": "pipeline_tag library_name safetensors", "dataset": "", "space": "sdk"}


@dataclass
class Query:
    """What was typed, taken apart: ``ticket routing task:text-classification sort:likes``."""

    words: str = ""
    filters: dict[str, str] = field(default_factory=dict[str, str])

    @classmethod
    def parse(cls, text: str) -> Query:
        """Take a query text apart; what looks like a filter and is none stays a word."""
        words: list[str] = []
        filters: dict[str, str] = {}
        for name, quoted, plain in _WORD.findall(text):
            value = quoted or plain
            if name in _FILTERS and value:
                filters[name] = value
            else:
                words.append(f"{name}:{value}" if name else value)
        return cls(" ".join(words), filters)

    @property
    def in_cache(self) -> bool:
        """Whether only what is in the cache is asked for."""
        return self.filters.get("in") == "cache"

    def parameters(self, kind: str) -> dict[str, Any]:
        """Give what the Hub is asked for.

        Raises
        ------
        HFValidationError
            If the sort is none.
        """
        sort = self.filters.get("sort", "trending")
        if sort not in _SORT_KEYS:
            msg = f"sort:{sort} is no way to sort. Use one of {', '.join(SORTS)}."
            raise HFValidationError(msg)
        given = self.filters
        tags = [given[name] for name in ("library", "tag") if name in given]
        if "task" in given:
            tags.append(given["task"] if kind == "model" else f"task_categories:{given['task']}")
        if "license" in given:
            tags.append(f"license:{given['license']}")
        if "language" in given:
            tags.append(given["language"] if kind == "model" else f"language:{given['language']}")
        asked: dict[str, Any] = {"sort": _SORT_KEYS[sort], "limit": PAGE}
        asked["expand"] = f"{_EXPAND} {_EXPAND_OF[kind]}".split()
        if self.words:
            asked["search"] = self.words
        if "author" in given:
            asked["author"] = given["author"]
        if tags:
            asked["filter"] = tags
        return asked


class Results:
    """The pages of one search: asked for as they are needed."""

    def __init__(self, hub: HubClient, kind: str, query: Query) -> None:
        self._lock = threading.Lock()
        self._cached = cached_repos(hub.settings)
        self._kind, self._found = kind, iter(())
        if hub.settings.offline or query.in_cache:
            self._found: Iterator[dict[str, Any]] = iter(_rows_of_cache(hub.settings, kind, query))
        else:
            self._found = self._rows_of_hub(hub, kind, query)
        self._ahead: list[dict[str, Any]] = []

    def page(self) -> dict[str, Any]:
        """Give the next rows, and whether there are more."""
        with self._lock:
            rows = self._ahead + list(islice(self._found, PAGE + 1 - len(self._ahead)))
            self._ahead = rows[PAGE:]
            return {"rows": rows[:PAGE], "more": bool(self._ahead)}

    def _rows_of_hub(self, hub: HubClient, kind: str, query: Query) -> Iterator[dict[str, Any]]:
        for item in hub.http.pages(f"/api/{kind}s", params=query.parameters(kind)):
            info = _CLASS[kind].from_json(item)
            yield {**row_of(info), "cached": f"{kind}s--{info.id.replace('/', '--')}" in self._cached}


def row_of(info: RepoInfo) -> dict[str, Any]:
    """Give what a row shows of a repository (``js/browse/model.ts``, `Row`)."""
    model = info if isinstance(info, ModelInfo) else None
    return {
        "id": info.id,
        "task": task_of(info),
        "library": (model.library_name if model else None) or _tag(info, "library:"),
        "license": _tag(info, "license:") or _card_value(info, "license"),
        "sdk": info.sdk if isinstance(info, SpaceInfo) else None,
        "parameters": _parameters(model),
        "size": info.used_storage,
        "downloads": info.downloads,
        "likes": info.likes,
        "updated": info.last_modified.isoformat() if info.last_modified else None,
        "private": bool(info.private),
        "gated": bool(info.gated),
        "cached": False,
    }


def task_of(info: RepoInfo) -> str | None:
    """Give the task a model or dataset is for."""
    if isinstance(info, ModelInfo) and info.pipeline_tag:
        return info.pipeline_tag
    return _tag(info, "task_categories:")


def dtype_of(info: RepoInfo) -> str | None:
    """Give the type of most parameters."""
    counts = (info.safetensors or {}).get("parameters") if isinstance(info, ModelInfo) else None
    return max(counts, key=lambda name: counts[name]) if isinstance(counts, dict) and counts else None


def cached_repos(settings: Settings) -> set[str]:
    """Names of the repositories' folders in the cache."""
    try:
        return {entry.name for entry in settings.cache_dir.iterdir() if "--" in entry.name}
    except OSError:
        return set()


def _rows_of_cache(settings: Settings, kind: str, query: Query) -> list[dict[str, Any]]:
    try:
        found = scan_cache_dir(settings.cache_dir)
    except CacheNotFound:
        return []
    words = query.words.lower().split()
    author = query.filters.get("author")
    repos = [
        repo
        for repo in found.repos
        if repo.repo_type == kind
        and all(word in repo.repo_id.lower() for word in words)
        and (author is None or repo.repo_id.partition("/")[0] == author)
    ]
    repos.sort(key=lambda repo: -repo.last_modified)
    empty = dict.fromkeys(("task", "library", "license", "sdk", "parameters", "downloads", "likes", "updated"))
    return [
        {
            **empty,
            "id": repo.repo_id,
            "size": repo.size_on_disk,
            "files": repo.nb_files,
            "private": False,
            "gated": False,
            "cached": True,
        }
        for repo in repos
    ]


def _parameters(info: ModelInfo | None) -> int | None:
    total = (info.safetensors or info.gguf or {}).get("total") if info else None
    return total if isinstance(total, int) else None


def _tag(info: RepoInfo, prefix: str) -> str | None:
    return next((tag.removeprefix(prefix) for tag in info.tags or [] if tag.startswith(prefix)), None)


def _card_value(info: RepoInfo, key: str) -> str | None:
    value = (info.card_data or {}).get(key)
    return value if isinstance(value, str) else None
