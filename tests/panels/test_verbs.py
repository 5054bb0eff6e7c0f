"""`hubnb.login()` in a notebook, in a terminal and where nobody can answer."""

from __future__ import annotations

import io

import pytest

import hubnb
from hubnb.client.errors import HfHubHTTPError, LocalTokenNotFoundError
from hubnb.panels import verbs
from hubnb.panels.frontend import FrontEnd
from hubnb.panels.login import LoginPanel


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch):
    """Sit at a terminal and type this when asked."""
    asked: list[str] = []

    def sit(typed: str) -> list[str]:
        monkeypatch.setattr("sys.stdin", Terminal())

        def prompt(words: str) -> str:
            asked.append(words)
            return typed

        monkeypatch.setattr("getpass.getpass", prompt)
        return asked

    return sit


def test_given_token_is_checked_and_kept_without_a_panel(hub, home, capsys) -> None:
    hubnb.login(hub.token, endpoint=hub.endpoint)
    assert (home / "token").read_text() == hub.token
    said = capsys.readouterr().out
    assert f"as {hub.user}" in said
    assert hub.token not in said


def test_refused_token_raises_and_is_not_kept(hub, home) -> None:
    with pytest.raises(HfHubHTTPError, match="did not accept"):
        hubnb.login("hf_wrongwrongwrong", endpoint=hub.endpoint)
    assert not (home / "token").exists()


def test_terminal_asks_without_showing_what_is_typed(hub, terminal, capsys) -> None:
    asked = terminal(hub.token)
    hubnb.login(endpoint=hub.endpoint)
    assert len(asked) == 1
    assert hubnb.get_token() == hub.token
    assert hub.token not in capsys.readouterr().out


def test_terminal_does_not_ask_for_what_is_there_unless_told_to(hub, terminal, monkeypatch) -> None:
    monkeypatch.setenv("HF_TOKEN", hub.token)
    asked = terminal(hub.token)
    hubnb.login(endpoint=hub.endpoint)
    assert asked == []
    hubnb.login(endpoint=hub.endpoint, skip_if_logged_in=False)
    assert len(asked) == 1


def test_nothing_typed_is_an_error(hub, terminal) -> None:
    terminal("  ")
    with pytest.raises(LocalTokenNotFoundError, match="nothing changed"):
        hubnb.login(endpoint=hub.endpoint)


def test_process_without_a_terminal_is_told_what_to_do(hub, monkeypatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    with pytest.raises(LocalTokenNotFoundError, match="HF_TOKEN"):
        hubnb.login(endpoint=hub.endpoint)


def test_notebook_shows_the_panel(hub, monkeypatch) -> None:
    shown: list[object] = []
    monkeypatch.setattr(verbs, "front_end", lambda: FrontEnd.LIVE)
    monkeypatch.setattr("IPython.display.display", shown.append)
    hubnb.login(endpoint=hub.endpoint)
    (panel,) = shown
    assert isinstance(panel, LoginPanel)


def test_password_of_the_address_is_not_printed(hub, capsys) -> None:
    with_password = hub.endpoint.replace("http://", "http://me:secretsecret@")
    hubnb.login(hub.token, endpoint=with_password)
    assert "secretsecret" not in capsys.readouterr().out
