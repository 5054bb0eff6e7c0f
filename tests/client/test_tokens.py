"""Which token wins, and that none is ever shown."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

import hubnb
from hubnb.client import tokens
from hubnb.client.auth import sign_in
from hubnb.client.errors import HfHubHTTPError, HFValidationError, LocalTokenNotFoundError
from hubnb.client.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from hubnb.server import LocalHub

CANARY = "hf_canaryCANARYcanary0123456789"


def in_use() -> list[str]:
    return [source.name for source in tokens.token_sources() if source.in_use]


def test_typed_beats_environment_beats_file(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert tokens.get_token() is None
    assert in_use() == []
    (home / "token").write_text("hf_file\n")
    assert tokens.get_token() == "hf_file"
    monkeypatch.setenv("HUGGING_FACE_HUB_TOKEN", "hf_old_env")
    assert tokens.get_token() == "hf_old_env"
    monkeypatch.setenv("HF_TOKEN", "hf_env")
    assert tokens.get_token() == "hf_env"
    assert in_use() == ["environment"]
    tokens.set_session_token("hf_typed")
    assert tokens.get_token() == "hf_typed"
    assert in_use() == ["session"]


@pytest.mark.parametrize("blank", ["", "  ", "\n"])
def test_blank_token_is_no_token(blank: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", blank)
    assert tokens.get_token() is None


def test_token_argument_means_what_upstream_means(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LocalTokenNotFoundError, match=r"hubnb\.login"):
        tokens.resolve_token(True, Settings.from_env())
    (home / "token").write_text("hf_file")
    settings = Settings.from_env()
    assert tokens.resolve_token(None, settings) == "hf_file"
    assert tokens.resolve_token(True, settings) == "hf_file"
    assert tokens.resolve_token(False, settings) is None
    assert tokens.resolve_token("hf_mine\n", settings) == "hf_mine"
    monkeypatch.setenv("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1")
    assert tokens.resolve_token(None, Settings.from_env()) is None


@pytest.mark.parametrize("bad", ["", "  ", "hf_ü", "hf_a b", "hf_a\r\nX-Evil: 1 b"])
def test_token_that_cannot_be_a_header_is_refused_without_being_shown(bad: str) -> None:
    with pytest.raises(HFValidationError) as caught:
        tokens.resolve_token(bad, Settings.from_env())
    assert bad.strip() == "" or bad not in str(caught.value)


def test_saved_token_is_private_and_switchable(home: Path) -> None:
    tokens.save_token("hf_one", "laptop")
    tokens.save_token("hf_two", "server")
    assert (home / "token").read_text() == "hf_two"
    for name in ("token", "stored_tokens"):
        assert stat.S_IMODE((home / name).stat().st_mode) == 0o600
    assert hubnb.auth_list() == ["laptop", "server"]
    hubnb.auth_switch("laptop")
    assert hubnb.get_token() == "hf_one"
    assert tokens.active_token_name() == "laptop"
    with pytest.raises(LocalTokenNotFoundError, match="laptop, server"):
        hubnb.auth_switch("nowhere")
    hubnb.logout("laptop")
    assert hubnb.get_token() is None
    assert hubnb.auth_list() == ["server"]
    hubnb.logout()
    assert not (home / "stored_tokens").exists()


def test_sign_in_checks_before_it_stores(hub: LocalHub, home: Path) -> None:
    with pytest.raises(HfHubHTTPError) as caught:
        sign_in(CANARY, endpoint=hub.endpoint)
    assert CANARY not in str(caught.value)
    assert not (home / "token").exists()
    assert sign_in(hub.token, endpoint=hub.endpoint)["name"] == "me"
    assert hubnb.get_token() == hub.token


def test_sign_in_for_this_session_writes_nothing(hub: LocalHub, home: Path) -> None:
    sign_in(hub.token, keep=False, endpoint=hub.endpoint)
    assert hubnb.get_token() == hub.token
    assert list(home.iterdir()) == []


def test_no_object_shows_a_token(hub: LocalHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", CANARY)
    client = hubnb.HubClient.from_env(endpoint=hub.endpoint)
    api = hubnb.HfApi(endpoint=hub.endpoint, token=CANARY)
    shown = [repr(client), str(vars(client)), repr(tokens.token_sources()), repr(api), repr(Settings.from_env())]
    assert not [text for text in shown if CANARY in text]


def test_netrc_is_asked_last_and_for_this_hub_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "netrc"
    path.write_text("machine hub.test login me password hf_fromNetrc\ndefault login x password hf_forAnybody\n")
    path.chmod(0o600)
    monkeypatch.setenv("NETRC", str(path))
    monkeypatch.setenv("HF_ENDPOINT", "https://hub.test:8080")
    assert tokens.get_token() == "hf_fromNetrc"
    assert [source.name for source in tokens.token_sources() if source.in_use] == ["netrc"]
    monkeypatch.setenv("HF_TOKEN", "hf_fromEnvironment")
    assert tokens.get_token() == "hf_fromEnvironment"
    monkeypatch.delenv("HF_TOKEN")
    monkeypatch.setenv("HF_ENDPOINT", "https://other.test")
    assert tokens.get_token() is None
    path.write_text("machine hub.test login")
    monkeypatch.setenv("HF_ENDPOINT", "https://hub.test")
    assert tokens.get_token() is None
