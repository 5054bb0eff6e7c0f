"""The app: the other panels behind tabs in one cell, each made when its tab is opened first."""

from __future__ import annotations

from contextlib import contextmanager
from importlib import import_module
from threading import RLock
from typing import TYPE_CHECKING, Any, ClassVar

import anywidget
import traitlets

from ..client.errors import HFValidationError
from ..client.repo_id import RepoId
from ..client.settings import Settings
from ..transfer.manager import default_manager
from .base import Panel, handler
from .login import _endpoint_view
from .record import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

TABS = ("browse", "card", "transfers", "cache", "try_model", "login")
_MAKERS = {
    "browse": ("browse", "BrowsePanel"), "card": ("card_verb", "edit_card"), "login": ("login", "LoginPanel"),
    "transfers": ("transfers", "TransfersPanel"), "cache": ("cache", "CachePanel"),
    "try_model": ("try_model", "TryPanel"),
}  # fmt: skip
_OF_A_REPO = ("card", "try_model")


class AppPanel(Panel):
    """Show the other panels behind tabs.

    Parameters
    ----------
    tab
        Which tab is open at first.
    """

    kind: ClassVar[str] = "app"

    tab = traitlets.Enum(TABS, "browse", read_only=True).tag(sync=True)
    """Which tab is open."""
    browse = anywidget.WidgetTrait().tag(sync=True)
    """The panel of the tab, None until it was opened."""
    card = anywidget.WidgetTrait().tag(sync=True)
    """As `browse`."""
    transfers = anywidget.WidgetTrait().tag(sync=True)
    """As `browse`."""
    cache = anywidget.WidgetTrait().tag(sync=True)
    """As `browse`."""
    try_model = anywidget.WidgetTrait().tag(sync=True)
    """As `browse`."""
    login = anywidget.WidgetTrait().tag(sync=True)
    """As `browse`."""
    repos = traitlets.Dict(read_only=True).tag(sync=True)
    """For tabs of one repository, which one it is."""
    running = traitlets.Int(read_only=True).tag(sync=True)
    """How many transfers have not ended."""
    endpoint = traitlets.Dict(read_only=True).tag(sync=True)
    """The hub: ``host``, ``local``, ``offline``."""

    def __init__(self, tab: str = "browse", **kwargs: Any) -> None:
        if tab not in TABS:
            msg = f"There is no tab {tab!r}. There are: {', '.join(TABS)}."
            raise HFValidationError(msg)
        self._state_lock = RLock()
        self.set_trait("endpoint", _endpoint_view(Settings.from_env()))
        super().__init__(**kwargs)
        # its transfers panel looks at the queue anyway, so it also counts for the tab
        self._make("transfers")
        self.transfers.observe(self._count, "active")
        self._count()
        self._open(tab)

    def record(self) -> Record:
        """Say which panels were open."""
        running = sum(not one.done() for one in default_manager().transfers)
        facts = f"{running} transfers were running." if running else ""
        return Record("hubnb", [f" on {self.endpoint['host']}"], facts, again="Run `hubnb.app()` for the live panels.")

    @handler
    def show_tab(self, tab: str) -> None:
        """Open a tab."""
        self._open(tab)

    @handler
    def open_repo(self, tab: str, repo_id: str) -> None:
        """Show the card of a repository, or try a model."""
        if tab not in _OF_A_REPO:
            msg = f"The tab {tab!r} is of no single repo."
            raise HFValidationError(msg)
        repo = RepoId.parse(repo_id.strip())
        old = getattr(self, tab)
        with self._changing():
            self._make(tab, repo.repo_id)
            self.set_trait("repos", {**self.repos, tab: repo.repo_id})
        if old is not None:
            old.close()

    @handler
    def suggest(self) -> str:
        """Give the repository that the browser shows, to be filled into a tab that needs one."""
        return "" if self.browse is None else (self.browse.repo_id or "")

    def close(self) -> None:
        """Take the panel and those in it off the page."""
        for tab in TABS:
            child = getattr(self, tab)
            if child is not None:
                child.close()
        super().close()

    def _open(self, tab: str) -> None:
        if tab not in TABS:
            msg = f"There is no tab {tab!r}. There are: {', '.join(TABS)}."
            raise HFValidationError(msg)
        with self._changing():
            if getattr(self, tab) is None and tab not in _OF_A_REPO:
                self._make(tab)
            self.set_trait("tab", tab)

    def _make(self, tab: str, *arguments: Any) -> None:
        """Make a tab's panel."""
        module, name = _MAKERS[tab]
        self.set_trait(tab, getattr(import_module(f"hubnb.panels.{module}"), name)(*arguments))

    def _count(self, _change: Any = None) -> None:
        self.set_trait("running", len(self.transfers.active))

    @contextmanager
    def _changing(self) -> Iterator[None]:
        with self._state_lock, self.hold_sync():
            yield
