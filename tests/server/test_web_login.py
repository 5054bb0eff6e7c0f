"""An app in the browser that lets people log in with the Hub."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from test_browser_login import Browser
from test_pages import assert_harmless

if TYPE_CHECKING:
    from collections.abc import Iterator

APP = "http://localhost:3000/back?a=1"


@pytest.fixture
def browser(hub) -> Iterator[Browser]:
    browser = Browser(hub.endpoint)
    with browser.session:
        browser.log_in("hf_alice_write")
        yield browser


class App:
    """Asks, and redeems what it gets."""

    def __init__(self, endpoint: str, scope: str = "openid profile") -> None:
        self.endpoint, self.verifier = endpoint, secrets.token_urlsafe(48)
        digest = hashlib.sha256(self.verifier.encode()).digest()
        self.asked = {
            "client_id": "my-app",
            "redirect_uri": APP,
            "scope": scope,
            "response_type": "code",
            "state": '{"x": "é"}',
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }

    def path(self, **other: str) -> str:
        return f"/oauth/authorize?{urlencode({**self.asked, **other})}"

    def answer(self, browser: Browser, decision: str = "allow") -> dict[str, str]:
        page = browser.get(self.path())
        assert page.status_code == 200, page.text
        assert "form-action 'self' http://localhost:3000" in page.headers["Content-Security-Policy"]
        fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
        form = {**self.asked, "form_key": fields["form_key"], "decision": decision}
        answer = browser.post("/oauth/authorize", form)
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith(f"{APP}&")
        return {key: value for key, (value,) in parse_qs(urlsplit(answer.headers["Location"]).query).items()}

    def redeem(self, code: str, **other: str) -> requests.Response:
        form = {"grant_type": "authorization_code", "code": code, "code_verifier": self.verifier, "redirect_uri": APP}
        return requests.post(f"{self.endpoint}/oauth/token", data={**form, **other}, timeout=30)

    def token(self, browser: Browser) -> dict[str, Any]:
        return self.redeem(self.answer(browser)["code"]).json()


def test_a_person_logs_in_to_an_app_with_what_it_asked_for(hub, alice, nobody, browser: Browser):
    app = App(hub.endpoint, "openid profile email read-repos")
    answer = app.answer(browser)
    assert answer["state"] == '{"x": "é"}'
    granted = app.redeem(answer["code"]).json()
    assert granted["scope"] == "openid profile email read-repos"
    bearer = {"Authorization": f"Bearer {granted['access_token']}"}
    info = nobody.get("/oauth/userinfo", headers=bearer).json()
    assert (info["preferred_username"], info["email"]) == ("alice", "alice@example.org")
    assert {org["preferred_username"] for org in info["orgs"]} == {"acme", "vault"}
    private = alice.create(private=True)
    assert nobody.get(f"/api/models/{private}", headers=bearer).status_code == 200
    made = nobody.post("/api/repos/create", json={"name": "by-app"}, headers=bearer)
    assert made.status_code == 403
    me = nobody.get("/api/whoami-v2", headers=bearer).json()
    assert (me["name"], me["auth"]["type"]) == ("alice", "oauth")


def test_an_app_that_may_write_writes_and_one_that_asked_for_nothing_sees_nothing(hub, alice, nobody, browser: Browser):
    private = alice.create(private=True)
    for scope, seen, made in (("write-repos", 200, 200), ("openid", 404, 403)):
        bearer = {"Authorization": f"Bearer {App(hub.endpoint, scope).token(browser)['access_token']}"}
        assert nobody.get(f"/api/models/{private}", headers=bearer).status_code == seen
        body = {"name": f"by-{scope}"}
        answer = nobody.post("/api/repos/create", json=body, headers=bearer)
        assert answer.status_code == made
        info = nobody.get("/oauth/userinfo", headers=bearer).json()
        assert "email" not in info


def test_an_app_gets_no_more_than_the_session_has(hub, browser: Browser):
    browser.log_in("hf_alice_read")
    assert App(hub.endpoint, "openid write-repos read-repos").token(browser)["scope"] == "openid read-repos"


def test_a_code_is_good_once_for_who_asked_and_for_a_while(hub, browser: Browser, monkeypatch: pytest.MonkeyPatch):
    app = App(hub.endpoint)
    for wrong in ({"code_verifier": "x" * 43}, {"redirect_uri": "http://localhost:3000/"}, {"code_verifier": ""}):
        code = app.answer(browser)["code"]
        assert app.redeem(code, **wrong).json() == {"error": "invalid_grant"}
    code = app.answer(browser)["code"]
    assert app.redeem(code).status_code == 200
    assert app.redeem(code).json() == {"error": "invalid_grant"}
    late, now = app.answer(browser)["code"], time.time()
    monkeypatch.setattr(time, "time", lambda: now + 301)
    assert app.redeem(late).json() == {"error": "invalid_grant"}


def test_who_says_no_sends_the_app_away(hub, browser: Browser):
    answer = App(hub.endpoint).answer(browser, "deny")
    assert (answer["error"], "code" in answer) == ("access_denied", False)


@pytest.mark.parametrize(
    "wrong",
    [
        {"redirect_uri": "javascript:alert(1)"},
        {"redirect_uri": "http://a b/"},
        {"redirect_uri": "http://x;script-src *"},
        {"redirect_uri": "http://x/\r\nSet-Cookie: a=b"},
        {"redirect_uri": "/only/a/path"},
        {"redirect_uri": "http://user@x/"},
        {"client_id": ""},
        {"code_challenge": ""},
        {"code_challenge_method": "plain"},
        {"response_type": "token"},
        {"state": "x" * 5000},
    ],
    ids=range(11),
)
def test_what_must_not_be_answered_is_refused(hub, browser: Browser, wrong: dict[str, str]):
    assert browser.get(App(hub.endpoint).path(**wrong)).status_code == 400


def test_a_form_of_another_site_grants_nothing(hub, browser: Browser):
    app = App(hub.endpoint)
    key = browser.form_key()
    for form, headers in (({}, {}), ({"form_key": key}, {"Origin": "https://evil.example"})):
        answer = browser.post("/oauth/authorize", {**app.asked, **form, "decision": "allow"}, **headers)
        assert (answer.status_code, "Location" in answer.headers) == (401, False)


def test_who_is_not_logged_in_does_that_first(hub, browser: Browser):
    app = App(hub.endpoint)
    browser.post("/logout", {})
    answer = browser.get(app.path())
    assert answer.status_code == 302
    page = browser.get(answer.headers["Location"])
    assert_harmless(page)
    back = parse_qs(urlsplit(answer.headers["Location"]).query)["next"][0]
    assert back == app.path()
    assert browser.log_in("hf_bob_write", next=back).headers["Location"] == back


def test_apps_find_everything_by_the_well_known_address(nobody):
    found = nobody.get("/.well-known/openid-configuration", headers={"Origin": "http://localhost:3000"})
    assert found.headers["Access-Control-Allow-Origin"] == "*"
    for name in ("authorization", "token", "userinfo", "device_authorization"):
        assert found.json()[f"{name}_endpoint"].startswith(f"{nobody.endpoint}/oauth/")


def test_the_page_that_asks_is_harmless(hub, browser: Browser):
    hostile = '"><script>alert(1)</script>'
    assert_harmless(browser.get(App(hub.endpoint).path(client_id=hostile, state=hostile, scope=hostile)))
