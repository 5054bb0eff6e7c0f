"""The app: tabs that make their panels when they are opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import hubnb
from hubnb.client.errors import HFValidationError
from hubnb.panels.app import TABS, AppPanel
from hubnb.panels.frontend import FrontEnd

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    shown = AppPanel("cache")
    yield shown
    shown.close()


def test_only_what_was_opened_is_made(app: AppPanel, wire) -> None:
    assert app.tab == "cache"
    assert [tab for tab in TABS if getattr(app, tab) is not None] == ["transfers", "cache"]
    wire(app).ask("show_tab", tab="login")
    assert app.login is not None
    assert app.tab == "login"


def test_a_tab_opened_again_is_the_same_panel(app: AppPanel, wire) -> None:
    browser, first = wire(app), app.cache
    browser.ask("show_tab", tab="transfers")
    browser.ask("show_tab", tab="cache")
    assert app.cache is first


def test_tab_that_is_none_is_refused(app: AppPanel, wire) -> None:
    assert "There is no tab 'x'" in wire(app).ask("show_tab", tab="x")["error"]["title"]
    with pytest.raises(HFValidationError, match="There are: browse, card"):
        AppPanel("x")


def test_try_tab_is_about_the_model_that_was_named(app: AppPanel, wire) -> None:
    browser = wire(app)
    browser.ask("open_repo", tab="try_model", repo_id=" me/digits ")
    assert app.try_model.model["id"] == "me/digits"
    assert app.repos == {"try_model": "me/digits"}
    assert "error" in browser.ask("open_repo", tab="cache", repo_id="me/x")


def test_terminal_gets_the_calls_that_print(capsys, monkeypatch) -> None:
    monkeypatch.setattr("hubnb.panels.app_verb.front_end", lambda: FrontEnd.NONE)
    assert hubnb.app() is None
    assert "hubnb.browse()" in capsys.readouterr().out
