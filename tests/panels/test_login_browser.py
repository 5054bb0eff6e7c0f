"""Signing in by a code that is approved in the browser, against the embedded Hub's own."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
import requests

from hubnb.client import tokens
from hubnb.client.device_code import begin_device_login
from hubnb.panels import login
from hubnb.panels.login import LoginPanel

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import hubnb


@pytest.fixture
def panel(hub: hubnb.LocalHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LoginPanel]:
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    monkeypatch.delenv("HF_TOKEN", raising=False)
    tokens.set_session_token(None)
    shown = LoginPanel(hub.endpoint)
    yield shown
    shown.close()
    tokens.set_session_token(None)


def decide(hub: hubnb.LocalHub, code: str, decision: str = "approve") -> None:
    form = {"user_code": code, "decision": decision, "token": hub.token}
    requests.post(f"{hub.endpoint}/oauth/device/approve", data=form, timeout=30).raise_for_status()


def until(true) -> None:
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_approved_code_signs_in_and_the_code_is_in_no_trait(hub, panel: LoginPanel, wire) -> None:
    browser = wire(panel)
    found = browser.ask("begin_browser")["result"]
    assert found["code"] in found["url"]
    assert panel.browser == "waiting"
    assert browser.ask("browser_code")["result"]["code"] == found["code"]
    decide(hub, found["code"])
    until(lambda: panel.user)
    assert tokens.find_token(panel._settings())
    state = repr([panel.get_state(), browser.states])
    assert found["code"] not in state
    assert "hf_oauth" not in state
    assert "hf_oauth" not in repr(browser.sent)


def test_refused_code_stores_nothing(hub, panel: LoginPanel, wire) -> None:
    found = wire(panel).ask("begin_browser")["result"]
    decide(hub, found["code"], "deny")
    until(lambda: panel.browser == "denied")
    assert panel.user is None
    assert tokens.find_token(panel._settings()) is None


def test_code_that_ran_out_is_said_to_have(panel: LoginPanel, wire, monkeypatch) -> None:
    begin = begin_device_login

    def short(endpoint: str):
        device = begin(endpoint)
        assert device is not None
        device.ends_at, device.interval_s = 0.0, 0.01
        return device

    monkeypatch.setattr(login, "begin_device_login", short)
    wire(panel).ask("begin_browser")
    until(lambda: panel.browser == "expired")


def test_hub_without_this_way_says_so(panel: LoginPanel, wire, monkeypatch) -> None:
    monkeypatch.setattr(login, "begin_device_login", lambda _endpoint: None)
    assert wire(panel).ask("begin_browser")["result"] is None
    assert panel.browser == "none"


def test_secret_of_a_code_is_not_shown(hub) -> None:
    device = begin_device_login(hub.endpoint)
    assert device is not None
    assert device._secret not in repr(device)
