"""What `hubnb doctor` finds, and that `hubnb env` can be pasted into a public report."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from hubnb.cli import main
from hubnb.cli.doctor import examine

if TYPE_CHECKING:
    from pathlib import Path

    from hubnb.server import LocalHub

CANARY = "hf_CanaryCanaryCanaryCanary"


def finding(what: str) -> tuple[str, str]:
    (found,) = [one for one in examine() if one.what == what]
    return found.state, found.text


def test_a_healthy_machine_gets_a_clean_page(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    shown = capsys.readouterr().out
    assert "All is well." in shown
    assert "clocks agree" in shown
    assert "me (" in shown


@pytest.mark.parametrize(
    ("name", "value", "what", "words"),
    [
        ("HF_ENDPOINT", "https://hub.invalid", "endpoint", "has no address here (DNS)"),
        ("HF_ENDPOINT", "hub.example.org", "endpoint", "is no address"),
        ("HF_TOKEN", CANARY, "token", ""),
        ("REQUESTS_CA_BUNDLE", "/nowhere/ca.pem", "certificates", "isn't there"),
        ("HTTP_PROXY", "http://me:secret@127.0.0.1:9", "proxy", "can't be reached"),
    ],
)
def test_each_fault_is_named(name: str, value: str, what: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("NO_PROXY", "no_proxy", "http_proxy"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv(name, value)
    state, text = finding(what)
    assert state == "wrong"
    assert words in text
    assert "secret" not in text
    assert CANARY not in text


def test_a_clock_that_is_off_is_named(hub: LocalHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hubnb.cli.doctor._CLOCK_OFF_S", -1)
    state, text = finding("Hub")
    assert state == "wrong"
    assert "signed links fail" in text


def test_offline_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert {one.state for one in examine()} <= {"ok", "note"}


def test_environment_holds_no_secret(
    hub: LocalHub, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HF_TOKEN", CANARY)
    monkeypatch.setenv("HUGGING_FACE_HUB_TOKEN", CANARY)
    monkeypatch.setenv("HF_ENDPOINT", hub.endpoint.replace("//", f"//me:{CANARY}@"))
    assert main(["env"]) == 0
    assert CANARY not in capsys.readouterr().out
    assert CANARY not in "".join(one.text for one in examine() if one.what == "endpoint")
    monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
    monkeypatch.setenv("HTTPS_PROXY", f"http://me:{CANARY}@proxy.example:3128")
    assert main(["env", "--json"]) == 0
    shown = capsys.readouterr().out
    assert CANARY not in shown
    variables = json.loads(shown)["variables"]
    assert variables["HF_TOKEN"] == "(set)"
    assert variables["HTTPS_PROXY"] == "http://…@proxy.example:3128"
    assert variables["HF_ENDPOINT"] == hub.endpoint
