"""The browser: search a Hub, look into repositories and files without pulling them, choose and pull.

Whatever asks the Hub is done by a worker (see `hubnb.panels.browse_answers`); a handler here only starts it. What
stands in traits is where the panel is; rows, files and previews travel in messages, and into no saved notebook.
"""

from __future__ import annotations

import heapq
import ipaddress
from contextlib import contextmanager
from threading import RLock
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

import traitlets

from ..client.errors import HFValidationError, HubError
from ..client.hub import HubClient
from ..client.repo_id import RepoId, validate_repo_type
from ..client.settings import Settings
from .base import Panel, handler
from .browse_answers import Answer, Answers, Question
from .browse_problems import problem_view
from .browse_pull import Pulls, start_pull
from .browse_repo import OpenRepo
from .browse_search import SORTS, Query, Results
from .browse_talk import Talk
from .record import Link, Record
from .words import count_words, size_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_REPO_TOPICS = ("facts", "files", "names", "card", "commits", "talk", "look", "last", "render")
_MOST_LAST_COMMITS = 100
_RECORD_FILES = 8


class BrowsePanel(Panel):
    """Browse a Hub.

    Parameters
    ----------
    query
        What to search for; filters can be part of it: ``"ticket routing task:text-classification"``.
    repo_id, repo_type, revision
        A repository to open at once.
    endpoint
        Base URL of the Hub; by default what the environment says.
    token
        As everywhere: a string, None (the ambient token), True or False. Never part of the widget's state.

    Attributes
    ----------
    repo_id, repo_type, revision
        What is open; `repo_id` is None while the search is shown. Observe them, or set them to go there.
    selected
        Paths of the chosen files. Observe it, or set it.
    """

    kind: ClassVar[str] = "browse"

    repo_id = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    """Repository that is open, or None."""
    repo_type = traitlets.Enum(["model", "dataset", "space"], "model").tag(sync=True)
    """Its kind; in the search, the kind that is searched for."""
    revision = traitlets.Unicode("main").tag(sync=True)
    """Branch, tag, pull request or commit that is looked at."""
    query = traitlets.Unicode().tag(sync=True)
    """Text of the search."""
    chosen = traitlets.Dict(read_only=True).tag(sync=True)
    """The chosen files in bits: ``commit``, ``bits``, ``by`` (the view that chose them)."""
    endpoint = traitlets.Dict(read_only=True).tag(sync=True)
    """The hub: ``host``, ``url``, ``local``, ``offline``."""
    pulls = traitlets.List(traitlets.Dict(), read_only=True).tag(sync=True)
    """Pulls that were started here."""
    selected = traitlets.Tuple()
    """Paths of the chosen files."""

    def __init__(
        self,
        query: str = "",
        *,
        repo_id: str | None = None,
        repo_type: str = "model",
        revision: str = "main",
        endpoint: str | None = None,
        token: str | bool | None = None,
        **kwargs: Any,
    ) -> None:
        self._token, self._chosen_endpoint = token, endpoint
        self._state_lock = RLock()
        self._opened: OpenRepo | None = None
        self._wanted: tuple[str, ...] = ()
        self._results: Results | None = None
        self._found = ""
        self._pulls = Pulls(self._show_pulls)
        self._answers = Answers(self.send, self._explain)
        if repo_id is not None:
            repo_id = RepoId.parse(repo_id, repo_type).repo_id
        self.set_trait("endpoint", _endpoint_view(self._settings()))
        self.set_trait("chosen", {"commit": "", "bits": "", "by": ""})
        super().__init__(
            query=query, repo_id=repo_id, repo_type=validate_repo_type(repo_type), revision=revision, **kwargs
        )

    def record(self) -> Record:
        """Say what was looked at."""
        host = self.endpoint["host"]
        opened = self._opened
        if self.repo_id is None:
            words = f" {host} for “{self.query[:60]}”" if self.query else f" {host}"
            return Record("Searched" if self.query else "Browsed", [words], self._found, again=_again(self.query))
        at = "" if self.revision == "main" else f", revision={self.revision!r}"
        kind = "" if self.repo_type == "model" else f", repo_type={self.repo_type!r}"
        again = _again(self.repo_id, kind + at)
        if opened is None or opened.commit is None:
            why = f"{opened.trouble}." if opened is not None and opened.trouble else "It was not read yet."
            return Record("Not opened", [f": {self.repo_id} on {host}"], why, again=again)
        link = Link(self.repo_id, f"{self.endpoint['url']}{opened.repo.web}")
        facts, rows = "", list[tuple[str, ...]]()
        if opened.files is not None:
            files = opened.files.files
            facts = f"{count_words(len(files), 'file', 'files')}, {size_words(opened.files.total_bytes)}."
            if self.selected:
                facts += f" {count_words(len(self.selected), 'file', 'files')} chosen."
            largest = heapq.nlargest(_RECORD_FILES, files, key=lambda file: file.size)
            rows = [(file.path, size_words(file.size)) for file in largest]
        return Record("Looked at", [" ", link, f" at {opened.revision}, {opened.commit[:7]}"], facts, rows, again)

    def close(self) -> None:
        """Take the panel off the page and stop asking; pulls go on, its record stays."""
        self._answers.drop()
        super().close()

    def settle(self, timeout_s: float) -> None:
        """Wait until everything that was asked is answered."""
        self._answers.settle(timeout_s)

    def look_ahead(self) -> None:
        """Ask what the view would ask first, where there is no view: for the record."""
        if self.repo_id is None:
            self.search("", self.query, self.repo_type)
            return
        self.open_repo("", self.repo_id, self.repo_type, self.revision)
        self.list_files("")

    # Search

    @handler
    def search(self, ticket: str, query: str, kind: str, more: bool = False) -> None:
        """Find repositories; with `more`, the next page of what was found last."""
        kind = validate_repo_type(kind)
        with self._changing():
            self.query, self.repo_type = query, kind
            self.set_trait("endpoint", _endpoint_view(self._settings()))

        def work(question: Question) -> dict[str, Any]:
            results = self._results if more else None
            if results is None:
                hub = self._hub().with_stop(question.stop)
                results = Results(hub, kind, Query.parse(query))
            page = results.page()
            self._results = results
            if not more:
                self._found = _found_words(page, kind)
                self.update_record()
            return page

        self._answers.ask(ticket, "search", work)

    @handler
    def vocabulary(self) -> dict[str, Any]:
        """Give the words that filters are chosen from."""
        from .browse_words import vocabulary

        return {**vocabulary(), "sorts": list(SORTS)}

    # The repo page

    @handler
    def open_repo(self, ticket: str, repo_id: str, repo_type: str, revision: str = "main") -> None:
        """Open a repository and give its facts."""
        repo = RepoId.parse(repo_id.strip(), repo_type)
        opened = OpenRepo(self._hub(), repo, revision.strip() or "main", self._token)
        before = self._opened
        with self._changing():
            if before is None or before.repo != repo:
                before = None
                self._wanted = ()
                self.selected = ()
            self._opened = opened
            self.repo_id, self.repo_type, self.revision = repo.repo_id, repo.repo_type, opened.revision
            self.set_trait("endpoint", _endpoint_view(self._settings()))
        self._answers.drop(*_REPO_TOPICS)

        def work(question: Question) -> dict[str, Any]:
            try:
                facts = opened.facts(question)
            except HubError as error:
                opened.trouble = problem_view(error, self.endpoint["host"])["title"]
                self.update_record()
                raise
            if before is not None and before.files is not None and before.files.commit == opened.commit:
                opened.files = before.files  # another name of the same commit: the view has its list already
                self._show_choice(opened)
            return facts

        self._answers.ask(ticket, "facts", self._then_record(work))

    @handler
    def go_home(self) -> None:
        """Close the repository; the search is shown."""
        self._answers.drop(*_REPO_TOPICS)
        with self._changing():
            self._opened = None
            self._wanted = ()
            self.selected = ()
            self.repo_id, self.revision = None, "main"
        self.update_record()

    @handler
    def list_files(self, ticket: str) -> None:
        """Give all files of what is open."""
        opened = self._open()

        def work(question: Question) -> Answer:
            answer = opened.list_files(question)
            self._show_choice(opened)
            return answer

        self._answers.ask(ticket, "files", self._then_record(work))

    @handler
    def list_names(self, ticket: str) -> None:
        """Give branches, tags and pull requests."""
        opened = self._open()
        self._answers.ask(ticket, "names", lambda _: opened.names())

    @handler
    def list_commits(self, ticket: str, start: int = 0) -> None:
        """Give a page of commits."""
        opened = self._open()
        self._answers.ask(ticket, "commits", lambda question: opened.commits(question, start))

    @handler
    def last_commits(self, ticket: str, paths: list[str]) -> None:
        """Give what last changed some files and folders."""
        opened = self._open()
        self._answers.ask(ticket, "last", lambda question: opened.last_commits(question, paths[:_MOST_LAST_COMMITS]))

    @handler
    def read_card(self, ticket: str) -> None:
        """Give the card as safe HTML."""
        opened = self._open()

        def work(question: Question) -> dict[str, Any] | None:
            from .browse_card import card_view

            return card_view(opened, question)

        self._answers.ask(ticket, "card", work)

    @handler
    def look(self, ticket: str, path: str) -> None:
        """Look into a file."""
        opened = self._open()
        self._answers.ask(ticket, "look", lambda question: opened.look(question, path))

    @handler
    def picture(self, ticket: str, path: str) -> None:
        """Give a picture of a card."""
        opened = self._open()
        self._answers.ask(ticket, f"picture {path}", lambda question: opened.look(question, path))

    @handler
    def render(self, ticket: str, text: str) -> None:
        """Give a Markdown file as safe HTML."""
        opened = self._open()

        def work(_: Question) -> dict[str, Any]:
            from .browse_card import markdown_view

            return markdown_view(opened, text)

        self._answers.ask(ticket, "render", work)

    # Discussions

    @handler
    def list_discussions(self, ticket: str) -> None:
        """Give discussions and pull requests."""
        self._talk(ticket, lambda talk: talk.listed())

    @handler
    def read_discussion(self, ticket: str, num: int) -> None:
        """Give one discussion."""
        self._talk(ticket, lambda talk: talk.details(num))

    @handler
    def comment(self, ticket: str, num: int, text: str) -> None:
        """Add a comment."""
        self._talk(ticket, lambda talk: talk.comment(num, text), topic="act")

    @handler
    def set_status(self, ticket: str, num: int, status: str) -> None:
        """Open or close a discussion."""
        self._talk(ticket, lambda talk: talk.set_status(num, status), topic="act")

    @handler
    def merge(self, ticket: str, num: int) -> None:
        """Merge a pull request."""
        self._talk(ticket, lambda talk: talk.merge(num), topic="act")

    # Choosing and pulling

    @handler
    def choose(self, commit: str, bits: str, by: str) -> None:
        """Choose files, one bit for each."""
        files = self._open().files
        if files is None or files.commit != commit:
            msg = "The list of files changed meanwhile. Choose again."
            raise HFValidationError(msg)
        with self._changing():
            self._select(files.paths_of(bits), by=by)
        self.update_record()

    @handler
    def pull(self, ticket: str, everything: bool) -> None:
        """Pull the chosen files, or all, in the background."""
        opened = self._open()
        files, chosen = opened.files, set(self.selected)
        if files is None:
            msg = "The list of files is not here yet. Wait for it, then pull."
            raise HFValidationError(msg)
        wanted = files.files if everything else [file for file in files.files if file.path in chosen]
        if not wanted:
            msg = "No files are chosen. Tick some, or pull all."
            raise HFValidationError(msg)

        def work(_: Question) -> str:
            transfer = start_pull(opened, files.commit, wanted, everything=everything)
            self._pulls.watch(transfer)
            return transfer.id

        self._answers.ask(ticket, "pull", work)

    @handler
    def pull_repo(self, ticket: str, repo_id: str, repo_type: str) -> None:
        """Pull a whole repository from the list of results."""
        opened = OpenRepo(self._hub(), RepoId.parse(repo_id, repo_type), "main", self._token)

        def work(question: Question) -> str:
            opened.list_files(question)
            assert opened.files is not None  # noqa: S101 - listed a line above
            transfer = start_pull(opened, opened.files.commit, opened.files.files, everything=True)
            self._pulls.watch(transfer)
            return transfer.id

        self._answers.ask(ticket, f"pull {repo_id}", work)

    @handler
    def cancel_pull(self, transfer_id: str) -> None:
        """End a pull; what arrived is kept."""
        transfer = self._pulls.get(transfer_id)
        if transfer is not None:
            transfer.cancel()

    @handler
    def pause_pull(self, transfer_id: str, go_on: bool = False) -> None:
        """Stop moving bytes, or go on."""
        transfer = self._pulls.get(transfer_id)
        if transfer is not None:
            (transfer.resume if go_on else transfer.pause)()

    @handler
    def forget_pull(self, transfer_id: str) -> None:
        """Take a pull that has ended off the list."""
        self._pulls.forget(transfer_id)

    @handler
    def cached_now(self) -> list[int] | None:
        """Give the indices of the files that are in the cache by now."""
        return self._open().cached_now()

    @handler
    def take_back(self) -> None:
        """Stop waiting for the Hub."""
        self._answers.drop()

    @traitlets.observe("selected")
    def _selection_was_set(self, change: Any) -> None:
        """Show what a program chose; a choice of the view comes through `choose`."""
        with self._state_lock:
            self._wanted = tuple(change.new)
            opened = self._opened
            if opened is not None and opened.files is not None:
                self._tell_chosen(change.new, by="")

    def _show_choice(self, opened: OpenRepo) -> None:
        """Keep of the choice what the files that are known now have."""
        with self._changing():
            if opened is self._opened and opened.files is not None:
                kept = [path for path in self._wanted or self.selected if path in opened.files.index_of]
                self._select(tuple(kept), by="")

    def _select(self, paths: tuple[str, ...], *, by: str) -> None:
        self._tell_chosen(paths, by=by)
        self.selected = paths

    def _tell_chosen(self, paths: tuple[str, ...], *, by: str) -> None:
        files = self._opened.files if self._opened else None
        if files is None:
            return
        bits = files.bits_of(paths)
        if (files.commit, bits) != (self.chosen.get("commit"), self.chosen.get("bits")):
            self.set_trait("chosen", {"commit": files.commit, "bits": bits, "by": by})

    def _talk(self, ticket: str, ask: Callable[[Talk], Any], topic: str = "talk") -> None:
        opened = self._open()
        talk = Talk(opened.repo, opened.hub.endpoint, self._token)
        self._answers.ask(ticket, topic, lambda _: ask(talk))

    def _then_record(self, work: Callable[[Question], Any]) -> Callable[[Question], Any]:
        def then(question: Question) -> Any:
            answer = work(question)
            self.update_record()
            return answer

        return then

    def _open(self) -> OpenRepo:
        opened = self._opened
        if opened is None:
            msg = "No repository is open. Open one first."
            raise HFValidationError(msg)
        return opened

    def _settings(self) -> Settings:
        return Settings.from_env(endpoint=self._chosen_endpoint)

    def _hub(self) -> HubClient:
        return HubClient.from_env(self._token, self._chosen_endpoint)

    def _explain(self, error: Exception) -> dict[str, Any]:
        return problem_view(error, self.endpoint["host"])

    def _show_pulls(self) -> None:
        rows = self._pulls.rows()
        with self._changing():
            self.set_trait("pulls", rows)

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Change several traits as one: one message, and no other thread in between."""
        with self._state_lock, self.hold_sync():
            yield


def _endpoint_view(settings: Settings) -> dict[str, Any]:
    parts = urlsplit(settings.endpoint)
    host = parts.netloc.rpartition("@")[2] or settings.endpoint
    local = parts.hostname == "localhost"
    if not local:
        try:
            local = ipaddress.ip_address(parts.hostname or "").is_loopback
        except ValueError:
            local = False
    return {"host": host, "url": f"{parts.scheme}://{host}", "local": local, "offline": settings.offline}


def _found_words(page: dict[str, Any], kind: str) -> str:
    """Say what a search found, for the record: how many, and the first of them."""
    names = [row["id"] for row in page["rows"]]
    if not names:
        return "Nothing was found."
    count = count_words(len(names), kind, f"{kind}s")
    shown = ", ".join(names[:3]) + (", …" if len(names) > 3 else "")
    return f"{count}{' and more' if page['more'] else ''}: {shown}."


def _again(what: str, more: str = "") -> str:
    asked = repr(what[:60]) if what else ""
    return f"Run `hubnb.browse({asked}{more})` for the live panel."
