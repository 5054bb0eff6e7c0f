"""One repository at one revision, as the repo page shows it: from the Hub, or offline from the cache."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..cache.layout import RepoCache
from ..client.auth import auth_check
from ..client.errors import GatedRepoError, HfHubHTTPError, LocalEntryNotFoundError
from ..client.info import fetch_repo_info
from ..client.refs import list_repo_refs
from ..client.repo_id import RepoId, is_commit_hash
from ..client.status import read_json
from ..client.tree import RepoFile, fetch_paths_info, fetch_tree
from ..preview import CachedSource, HubSource, preview_file
from .browse_answers import Answer, Question
from .browse_search import cached_repos, dtype_of, row_of
from .browse_tree import CACHED, Files, cached_paths, files_of_cache, files_of_hub

if TYPE_CHECKING:
    from ..client.hub import HubClient
    from ..preview import FileSource

_COMMITS_PAGE = 50
_CARD_BYTES = 1_000_000
_COMMON = "author createdAt disabled downloads gated lastModified likes private sha tags usedStorage cardData"
_EXPAND = {
    "model": f"{_COMMON} pipeline_tag library_name safetensors gguf",
    "dataset": _COMMON,
    "space": f"{_COMMON} sdk runtime",
}


class OpenRepo:
    """What is open on the repo page; the files are read once for each commit.

    Parameters
    ----------
    token
        As everywhere: a string, None (the ambient token), True or False.
    """

    def __init__(self, hub: HubClient, repo: RepoId, revision: str, token: str | bool | None) -> None:
        self.hub, self.repo, self.revision = hub, repo, revision
        self.commit: str | None = None
        self.files: Files | None = None
        self.trouble = ""
        """Why it could not be opened, in a few words."""
        self._token = token
        settings = hub.settings
        self.cache = RepoCache(settings.cache_dir, repo, symlinks=not settings.disable_symlinks)

    @property
    def offline(self) -> bool:
        """Whether only the cache may be asked."""
        return self.hub.settings.offline

    def facts(self, question: Question) -> dict[str, Any]:
        """Give what the head of the page shows (``js/browse/model.ts``, `Facts`)."""
        if self.offline:
            return self._cached_facts()
        hub = self.hub.with_stop(question.stop)
        revision = None if self.revision == "main" else self.revision
        info = fetch_repo_info(hub, self.repo, revision, expand=_EXPAND[self.repo.repo_type].split())
        self.commit = info.sha
        access = self._has_access() if info.gated else True
        folder = self.cache.folder.name
        return {
            **row_of(info),
            "cached": folder in cached_repos(hub.settings),
            "repo_type": self.repo.repo_type,
            "revision": self.revision,
            "commit": info.sha,
            "dtype": dtype_of(info),
            "gated_how": info.gated if isinstance(info.gated, str) else None,
            "access": access,
            "author": info.author or self.repo.repo_id.partition("/")[0],
            "signed_in": hub.http.has_token,
            "url": f"{hub.endpoint}{self.repo.web}",
            "offline": False,
        }

    def list_files(self, question: Question) -> Answer:
        """Give all files; of a long list the first ones at once."""
        commit = self._known_commit()
        if self.files is None or self.files.commit != commit:
            if self.offline:
                files = files_of_cache(commit, self.cache)
            else:
                hub = self.hub.with_stop(question.stop)
                entries = fetch_tree(hub, self.repo, commit)
                files = files_of_hub(
                    commit, entries, self.cache, lambda found: question.tell(found.message(whole=False))
                )
            self.files = files
        return self.files.message()

    def cached_now(self) -> list[int] | None:
        """Look into the cache again: indices of the files that are there now."""
        files = self.files
        if files is None:
            return None
        here = cached_paths(self.cache, files.commit)
        for index, file in enumerate(files.files):
            if file.path in here:
                files.facts[index] |= CACHED
        return [index for index, fact in enumerate(files.facts) if fact & CACHED]

    def last_commits(self, question: Question, paths: list[str]) -> list[list[Any]]:
        """Give what last changed each of some paths: path, title, date."""
        if self.offline:
            return []
        hub = self.hub.with_stop(question.stop)
        found = fetch_paths_info(hub, self.repo, self._known_commit(), paths, expand=True)
        return [
            [one.path, one.last_commit.title, one.last_commit.date.isoformat() if one.last_commit.date else None]
            for one in found
            if one.last_commit
        ]

    def names(self) -> dict[str, Any]:
        """Give the branches, tags and pull requests (``js/browse/model.ts``, `Refs`)."""
        if self.offline:
            return self._cached_names()
        options: dict[str, Any] = {"repo_type": self.repo.repo_type, "token": self._token}
        refs = list_repo_refs(self.repo.repo_id, include_pull_requests=True, endpoint=self.hub.endpoint, **options)
        return {
            "branches": [[one.name, one.target_commit] for one in [*refs.branches, *refs.converts]],
            "tags": [[one.name, one.target_commit] for one in refs.tags],
            "pulls": [[one.ref, one.target_commit] for one in refs.pull_requests or []],
        }

    def commits(self, question: Question, start: int) -> dict[str, Any]:
        """Give a page of commits, newest first, and how many there are."""
        hub = self.hub.with_stop(question.stop)
        page = start // _COMMITS_PAGE
        response = hub.http.request(
            "GET", f"{self.repo.api}/commits/{self._known_commit()}", params={"p": page, "limit": _COMMITS_PAGE},
            repo=self.repo, revision=self.revision,
        )  # fmt: skip
        items = read_json(response)
        total = response.headers.get("X-Total-Count", "")
        rows = [
            {
                "id": item["id"],
                "title": item["title"],
                "message": str(item.get("message") or "")[:2000],
                "date": item.get("date"),
                "authors": [author.get("user", "") for author in item.get("authors", [])],
            }
            for item in items
        ]
        return {
            "rows": rows,
            "total": int(total) if total.isdigit() else None,
            "more": bool(response.links.get("next")),
        }

    def card_text(self, question: Question) -> str | None:
        """Give the text of the card, or None where there is none."""
        source = self._source("README.md", question)
        if source is None:
            return None
        return source.read(0, _CARD_BYTES).decode("utf-8", "replace")

    def look(self, question: Question, path: str) -> Answer:
        """Give a preview of one file, with how much was read for it."""
        source = self._source(path, question)
        if source is None:
            msg = f"{path!r} is not in {self.repo} at {self.revision!r}."
            raise LocalEntryNotFoundError(msg)
        preview = preview_file(source, path)
        from_cache = isinstance(source, CachedSource)
        body = {
            "path": path,
            "kind": preview.kind,
            "size": source.size,
            "bytes_read": source.bytes_read,
            "from_cache": from_cache,
            "body": preview.body,
        }
        return Answer(body, preview.buffers)

    def _source(self, path: str, question: Question) -> FileSource | None:
        commit = self._known_commit()
        pointer = self.cache.pointer(commit, path)
        if pointer.is_file():
            return CachedSource(pointer)
        if self.offline:
            return None
        hub = self.hub.with_stop(question.stop)
        index = self.files.index_of.get(path) if self.files and self.files.commit == commit else None
        if index is not None and self.files is not None:
            return HubSource(hub, self.repo, commit, path, self.files.files[index].size)
        found = [one for one in fetch_paths_info(hub, self.repo, commit, [path]) if isinstance(one, RepoFile)]
        return HubSource(hub, self.repo, commit, path, found[0].size) if found else None

    def _known_commit(self) -> str:
        if self.commit is None and self.offline:
            self._cached_facts()
        if self.commit is None:
            self.commit = fetch_repo_info(self.hub, self.repo, self.revision, expand=["sha"]).sha
        if self.commit is None:
            msg = f"{self.hub.endpoint} did not say which commit {self.revision!r} of {self.repo} is."
            raise HfHubHTTPError(msg)
        return self.commit

    def _has_access(self) -> bool:
        options: dict[str, Any] = {"repo_type": self.repo.repo_type, "token": self._token}
        try:
            auth_check(self.repo.repo_id, endpoint=self.hub.endpoint, **options)
        except GatedRepoError:
            return False
        except HfHubHTTPError:  # a hub that has no such question: reading will tell
            return True
        return True

    def _cached_facts(self) -> dict[str, Any]:
        commit = self.cache.read_ref(self.revision)
        if commit is None or not self.cache.snapshot(commit).is_dir():
            msg = (
                f"{self.repo} at {self.revision!r} is not in the cache. "
                "You are offline, so only what is in the cache can be opened."
            )
            raise LocalEntryNotFoundError(msg)
        self.commit = commit
        nothing = ("task", "library", "license", "sdk", "parameters", "downloads", "likes", "updated", "dtype")
        return {
            **dict.fromkeys(nothing),
            "id": self.repo.repo_id,
            "repo_type": self.repo.repo_type,
            "revision": self.revision,
            "commit": commit,
            "size": None,
            "private": False,
            "gated": False,
            "gated_how": None,
            "cached": True,
            "access": True,
            "author": self.repo.repo_id.partition("/")[0],
            "signed_in": False,
            "url": f"{self.hub.endpoint}{self.repo.web}",
            "offline": True,
        }

    def _cached_names(self) -> dict[str, Any]:
        root = self.cache.folder / "refs"
        names = sorted(str(path.relative_to(root).as_posix()) for path in root.rglob("*") if path.is_file())
        known = [[name, self.cache.read_ref(name) or ""] for name in names]
        named = {commit for _, commit in known}
        snapshots = self.cache.folder / "snapshots"
        commits = sorted(one.name for one in snapshots.iterdir()) if snapshots.is_dir() else []
        others = [[commit, commit] for commit in commits if is_commit_hash(commit) and commit not in named]
        return {"branches": known, "tags": [], "pulls": [], "commits": others}
