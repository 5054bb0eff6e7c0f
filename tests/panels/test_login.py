"""Sign-in against the embedded Hub, driven as the browser drives it."""

# ruff: noqa: RUF001 - the words of the panel, with the apostrophe they have there

from __future__ import annotations

import json
import threading

import pytest

import hubnb
from hubnb.client import tokens
from hubnb.panels import login as login_module
from hubnb.panels.account import account_of
from hubnb.panels.login import LoginPanel

CANARY = "hf_CanaryCanaryCanaryCanaryCanary00"


@pytest.fixture(autouse=True)
def _fresh() -> None:
    login_module._known.clear()


def settle(panel: LoginPanel) -> LoginPanel:
    """Wait until the panel asks nothing any more."""
    ended = threading.Event()
    panel.observe(lambda change: change.new != "checking" and ended.set(), "phase")
    if panel.phase == "checking":
        assert ended.wait(30)
    return panel


def everything_sent(browser) -> str:
    return json.dumps(browser.sent)


@pytest.fixture
def panel(hub: hubnb.LocalHub) -> LoginPanel:
    return LoginPanel(hub.endpoint)


def test_accepted_token_signs_in_and_is_kept(panel: LoginPanel, hub: hubnb.LocalHub, wire, home) -> None:
    browser = wire(panel)
    assert browser.ask("sign_in", token=hub.token, keep=True)["result"] is None
    settle(panel)
    assert (panel.user, panel.phase) == (hub.user, "signed_in")
    assert (home / "token").read_text() == hub.token
    assert [one["label"] for one in panel.sources if one["in_use"]] == ["Token file on this machine"]


def test_token_for_this_session_only_writes_no_file(panel: LoginPanel, hub, wire, home) -> None:
    wire(panel).ask("sign_in", token=hub.token, keep=False)
    settle(panel)
    assert panel.user == hub.user
    assert hubnb.get_token() == hub.token
    assert not (home / "token").exists()


def test_typed_token_wins_over_the_environment(panel: LoginPanel, hub, wire, monkeypatch) -> None:
    monkeypatch.setenv("HF_TOKEN", CANARY)
    wire(panel).ask("sign_in", token=hub.token, keep=True)
    settle(panel)
    assert hubnb.get_token() == hub.token


def test_token_is_never_sent_back_nor_kept_in_the_state(panel: LoginPanel, hub, wire) -> None:
    browser = wire(panel)
    for token in (CANARY, hub.token):
        browser.ask("sign_in", token=token, keep=True)
        settle(panel)
    for text in (everything_sent(browser), json.dumps(panel.get_state()), panel.record().html("s"), repr(panel)):
        assert CANARY not in text
        assert hub.token not in text


def test_refused_token_changes_nothing_and_says_why(panel: LoginPanel, wire, home) -> None:
    wire(panel).ask("sign_in", token=CANARY, keep=True)
    settle(panel)
    assert panel.user is None
    assert panel.trouble["kind"] == "refused"
    assert "did not accept this token" in panel.trouble["title"]
    assert not (home / "token").exists()


def test_unreachable_hub_is_named(wire) -> None:
    panel = LoginPanel("http://127.0.0.1:9")
    wire(panel).ask("sign_in", token=CANARY, keep=True)
    settle(panel)
    assert panel.trouble["kind"] == "unreachable"
    assert panel.trouble["title"] == "Can’t reach 127.0.0.1:9"


def test_offline_panel_asks_nothing(hub, monkeypatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_TOKEN", hub.token)
    panel = LoginPanel(hub.endpoint)
    assert panel.endpoint["offline"]
    assert panel.phase == "signed_out"
    assert not hub.requests


def test_token_that_is_already_there_is_recognised(hub, monkeypatch) -> None:
    monkeypatch.setenv("HF_TOKEN", hub.token)
    assert settle(LoginPanel(hub.endpoint)).user == hub.user


def test_second_panel_does_not_ask_the_hub_again(hub, monkeypatch) -> None:
    monkeypatch.setenv("HF_TOKEN", hub.token)
    settle(LoginPanel(hub.endpoint))
    asked = len(hub.requests)
    assert LoginPanel(hub.endpoint).user == hub.user
    assert len(hub.requests) == asked


def test_broken_token_of_the_environment_is_named(hub, monkeypatch) -> None:
    monkeypatch.setenv("HF_TOKEN", CANARY)
    panel = settle(LoginPanel(hub.endpoint))
    assert "HF_TOKEN" in panel.trouble["title"]


def test_signing_out_forgets_the_active_token_and_keeps_the_others(panel: LoginPanel, hub, wire, home) -> None:
    tokens.save_token("hf_othertoken", "other")
    browser = wire(panel)
    browser.ask("sign_in", token=hub.token, keep=True)
    settle(panel)
    browser.ask("sign_out")
    assert settle(panel).user is None
    assert hubnb.get_token() is None
    assert tokens.auth_list() == ["other"]


def test_stored_token_can_be_switched_to(panel: LoginPanel, hub, wire) -> None:
    tokens.save_token(hub.token, "mine")
    tokens.save_token(CANARY, "broken")
    wire(panel).ask("switch_to", name="mine")
    assert settle(panel).user == hub.user


def test_answer_that_comes_after_cancel_is_dropped(panel: LoginPanel, hub, wire, monkeypatch) -> None:
    asked, answer = threading.Event(), threading.Event()
    whoami = login_module.auth.whoami

    def slow(*args, **kwargs):
        asked.set()
        answer.wait(30)
        return whoami(*args, **kwargs)

    monkeypatch.setattr(login_module.auth, "whoami", slow)
    browser = wire(panel)
    browser.ask("sign_in", token=hub.token, keep=True)
    assert asked.wait(30)
    browser.ask("cancel")
    assert panel.phase == "signed_out"
    answer.set()
    for thread in threading.enumerate():
        if thread.name == "hubnb-login":
            thread.join(30)
    assert panel.phase == "signed_out"
    assert panel.user is None
    assert hubnb.get_token() is None
    assert tokens.auth_list() == []


def test_chosen_token_wins_over_the_environment(panel: LoginPanel, hub, wire, monkeypatch) -> None:
    tokens.save_token(hub.token, "mine")
    monkeypatch.setenv("HF_TOKEN", CANARY)
    wire(panel).ask("switch_to", name="mine")
    assert settle(panel).user == hub.user
    assert hubnb.get_token() == hub.token


def test_chosen_token_that_is_refused_is_named(panel: LoginPanel, hub, wire) -> None:
    tokens.save_token(CANARY, "old laptop")
    wire(panel).ask("switch_to", name="old laptop")
    settle(panel)
    assert "old laptop" in panel.trouble["title"]
    assert "Nothing was stored" not in panel.trouble["paragraphs"][0]


def test_disk_that_takes_no_token_is_said(panel: LoginPanel, hub, wire, monkeypatch) -> None:
    def full(*_args, **_kwargs):
        raise OSError("no space left on device")

    monkeypatch.setattr(tokens, "save_token", full)
    wire(panel).ask("sign_in", token=hub.token, keep=True)
    settle(panel)
    assert panel.user is None
    assert panel.trouble["title"] == "Something in hubnb went wrong"


def test_password_in_the_address_is_not_shown(monkeypatch) -> None:
    panel = LoginPanel("http://me:secretsecret@127.0.0.1:9")
    assert "secretsecret" not in json.dumps(panel.get_state())
    assert "secretsecret" not in panel.record().html("s")


def test_user_can_be_observed(panel: LoginPanel, hub, wire) -> None:
    seen: list[str] = []
    panel.observe(lambda change: seen.append(change.new), "user")
    wire(panel).ask("sign_in", token=hub.token, keep=False)
    settle(panel)
    assert seen == [hub.user]


@pytest.mark.parametrize("token", ["", "  ", "two words", "hf_ümlaut", None, 7])
def test_text_that_is_no_token_is_refused_without_asking(panel: LoginPanel, hub, wire, token) -> None:
    hub.requests.clear()
    reply = wire(panel).ask("sign_in", token=token, keep=True)
    settle(panel)
    assert panel.user is None
    assert panel.trouble or reply["error"]
    assert not hub.requests


def test_fine_grained_permissions_are_sentences_allowed_ones_first() -> None:
    account = account_of(
        {
            "name": "mokafor",
            "fullname": "Mina Okafor",
            "orgs": [{"name": "acme-ml", "roleInOrg": "write"}],
            "auth": {
                "type": "access_token",
                "accessToken": {
                    "displayName": "lab-notebooks",
                    "role": "fineGrained",
                    "fineGrained": {
                        "canReadGatedRepos": False,
                        "global": [],
                        "scoped": [
                            {
                                "entity": {"type": "model", "name": "acme-ml/ticket-router"},
                                "permissions": ["repo.content.read", "repo.write", "some.new.thing"],
                            }
                        ],
                    },
                },
            },
        }
    )
    allowed = [one["text"] for one in account["can"] if one["allowed"]]
    assert allowed == ["read acme-ml/ticket-router", "push to acme-ml/ticket-router"]
    assert [one["allowed"] for one in account["can"]] == [True, True, False, False]
    assert account["role"] == "fine-grained"


@pytest.mark.parametrize("answer", [{}, {"name": None, "orgs": None, "auth": None}, {"auth": {"accessToken": []}}])
def test_hub_that_says_little_is_no_error(answer: dict) -> None:
    assert account_of(answer)["can"]


@pytest.mark.parametrize(
    ("endpoint", "host", "local"),
    [
        ("http://127.0.0.1:7860", "127.0.0.1:7860", True),
        ("http://[::1]:7860", "[::1]:7860", True),
        ("http://localhost:8000/hub", "localhost:8000", True),
        ("https://hub.acme.internal", "hub.acme.internal", False),
        ("https://me:secret@hub.test", "hub.test", False),
        ("http://hub.test:port", "hub.test:port", False),
        ("nonsense", "nonsense", False),
    ],
)
def test_every_address_has_a_name_to_show(endpoint: str, host: str, local: bool) -> None:
    shown = LoginPanel(endpoint).endpoint
    assert (shown["host"], shown["local"]) == (host, local)
