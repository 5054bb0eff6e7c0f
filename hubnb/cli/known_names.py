"""Names that completion offers: what is in the cache, what was seen, and what a thread has asked a Hub for by now."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_FRESH_FOR_S = 120.0
_IDS_KEPT = 2000
_FILES_KEPT = 5000


@dataclass
class _Names:
    names: list[str] = field(default_factory=list)
    asked_at: float = float("-inf")


class KnownNames:
    """Names by what they name. What is asked for and not known is fetched behind the caller's back."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[tuple[str, ...], _Names] = {}
        self._asking: list[threading.Thread] = []

    def remember_ids(self, repo_type: str, ids: Iterable[str]) -> None:
        """Keep ids that a verb has just seen."""
        with self._lock:
            known = self._known.setdefault(("seen", repo_type), _Names())
            known.names = list(dict.fromkeys([*ids, *known.names]))[:_IDS_KEPT]

    def remember_repo(self, repo_id: str, repo_type: str) -> None:
        """Keep an id that somebody has used."""
        self.remember_ids(repo_type, [repo_id])

    def repo_ids(self, repo_type: str) -> list[str]:
        """Give ids of that kind: seen, in the cache, mine."""
        seen = self._known.get(("seen", repo_type), _Names()).names
        mine = self._now(("mine", repo_type), lambda: _mine(repo_type))
        return list(dict.fromkeys([*seen, *_cached(repo_type), *mine]))

    def files(self, repo_id: str, repo_type: str, revision: str | None) -> list[str]:
        """Give paths in a repository."""
        return self._now(("files", repo_type, repo_id, revision or ""), lambda: _files(repo_id, repo_type, revision))

    def revisions(self, repo_id: str, repo_type: str) -> list[str]:
        """Give branches and tags of a repository."""
        return self._now(("revisions", repo_type, repo_id), lambda: _revisions(repo_id, repo_type))

    def _now(self, key: tuple[str, ...], fetch: Callable[[], list[str]]) -> list[str]:
        """Give what is known by now; have it fetched if that is old."""
        with self._lock:
            known = self._known.setdefault(key, _Names())
            if time.monotonic() - known.asked_at < _FRESH_FOR_S:
                return known.names
            known.asked_at = time.monotonic()

        def ask() -> None:
            with suppress(Exception):  # completion is a kindness: no Hub, no token, no answer are all fine
                known.names = fetch()

        thread = threading.Thread(target=ask, name="hubnb-completion", daemon=True)
        self._asking.append(thread)
        thread.start()
        return known.names

    def settle(self, timeout_s: float) -> bool:
        """Wait for answers that are on their way; say whether there were any (for a shell, which has no later)."""
        asking, self._asking = self._asking, []
        for thread in asking:
            thread.join(timeout_s)
        return bool(asking)


def _mine(repo_type: str) -> list[str]:
    from itertools import islice

    from ..client.auth import whoami
    from ..client.info import list_datasets, list_models, list_spaces

    lister = {"model": list_models, "dataset": list_datasets, "space": list_spaces}[repo_type]
    return [info.id for info in islice(lister(author=whoami()["name"], limit=_IDS_KEPT), _IDS_KEPT)]


def _files(repo_id: str, repo_type: str, revision: str | None) -> list[str]:
    from ..client.tree import list_repo_files

    return list(list_repo_files(repo_id, repo_type=repo_type, revision=revision))[:_FILES_KEPT]


def _revisions(repo_id: str, repo_type: str) -> list[str]:
    from ..client.refs import list_repo_refs

    refs = list_repo_refs(repo_id, repo_type=repo_type)
    return [ref.name for ref in (*refs.branches, *refs.tags)]


def _cached(repo_type: str) -> list[str]:
    """Read the ids off the folder names of the cache: one listing, no scan."""
    from pathlib import Path

    from ..client.settings import hub_cache_dir

    prefix = f"{repo_type}s--"
    with suppress(OSError):
        names = [entry.name for entry in Path(hub_cache_dir()).iterdir() if entry.name.startswith(prefix)]
        return sorted(name[len(prefix) :].replace("--", "/") for name in names)
    return []


known = KnownNames()
