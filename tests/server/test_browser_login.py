"""Somebody who logs in in a browser: sees what is theirs, changes nothing by accident, and can leave again."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
import requests
from hub_people import file
from test_pages import assert_harmless

from hubnb.server import LocalHub

if TYPE_CHECKING:
    from collections.abc import Iterator

OWN = {"Sec-Fetch-Site": "same-origin"}


class Browser:
    """Keeps cookies, sends what browsers send, follows no redirects by itself."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint, self.session = endpoint, requests.Session()

    def get(self, path: str, **headers: str) -> requests.Response:
        return self.session.get(self.endpoint + path, headers=headers, timeout=30, allow_redirects=False)

    def post(self, path: str, form: dict[str, str], **headers: str) -> requests.Response:
        own = {"Origin": self.endpoint, **OWN}
        return self.session.post(
            self.endpoint + path, data=form, headers={**own, **headers}, timeout=30, allow_redirects=False
        )

    def log_in(self, token: str, **form: str) -> requests.Response:
        return self.post("/login", {"token": token, **form})

    def form_key(self, path: str = "/") -> str:
        found = re.search(r'name="form_key" value="([0-9a-f]+)"', self.get(path).text)
        assert found is not None
        return found[1]


@pytest.fixture
def browser(hub: LocalHub) -> Iterator[Browser]:
    browser = Browser(hub.endpoint)
    with browser.session:
        yield browser


def test_who_logs_in_sees_what_is_theirs_and_nobody_elses(alice, bob, browser: Browser):
    mine, theirs = alice.create(private=True), bob.create(private=True)
    alice.put(mine, {"README.md": b"# Mine", "p.png": b"\x89PNG"})
    assert browser.get(f"/{mine}").status_code == 404
    answer = browser.log_in("hf_alice_read", next=f"/{mine}")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/{mine}")
    page = browser.get(f"/{mine}")
    assert "<h1>Mine</h1>" in page.text
    assert_harmless(page)
    assert browser.get(f"/{mine}/resolve/main/p.png").content == b"\x89PNG"
    assert mine.partition("/")[2] in browser.get("/").text
    assert "Log out" in page.text
    assert browser.get(f"/{theirs}").status_code == 404
    assert browser.post("/logout", {}).status_code == 303
    assert browser.get(f"/{mine}").status_code == 404


def test_the_cookie_is_for_the_browser_only_and_no_token(hub, alice, browser: Browser):
    answer = browser.log_in("hf_alice_write")
    attributes = answer.headers["Set-Cookie"].split("; ")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(attributes)
    value = attributes[0].partition("=")[2]
    assert "hf_alice_write" not in value
    assert alice.get("/api/whoami-v2", headers={"Authorization": f"Bearer {value}"}).status_code == 401
    assert "hf_alice_write" not in repr(list(hub.requests))


def test_the_api_takes_no_cookies(hub, browser: Browser):
    browser.log_in("hf_alice_write")
    assert browser.get("/api/whoami-v2").status_code == 401
    assert browser.session.post(f"{hub.endpoint}/api/repos/create", json={"name": "x"}, timeout=30).status_code == 401


def test_nothing_is_done_for_a_form_of_another_site(alice, bob, browser: Browser):
    gated = alice.create()
    assert alice.ask("PUT", f"/api/models/{gated}/settings", json={"gated": "manual"}).status_code == 200
    browser.log_in("hf_bob_write")
    key = browser.form_key()
    ask = f"/{gated}/ask-access"
    for form, headers in (
        ({}, {}),
        ({"form_key": "0" * 64}, {}),
        ({"form_key": key}, {"Origin": "https://evil.example"}),
        ({"form_key": key}, {"Origin": "null"}),
    ):
        assert browser.post(ask, form, **headers).status_code == 401
    assert alice.get(f"/api/models/{gated}/user-access-request/pending").json() == []
    assert browser.post(ask, {"form_key": key}).status_code == 303
    (asked,) = alice.get(f"/api/models/{gated}/user-access-request/pending").json()
    assert (asked["user"]["user"], asked["fields"]) == ("bob", {})
    for path in ("/login", "/logout"):
        answer = browser.post(path, {"token": "hf_alice_write"}, Origin="https://evil.example")
        assert (answer.status_code, "Set-Cookie" in answer.headers) == (403, False)


def test_a_gated_repository_asks_what_its_card_asks(alice, bob, browser: Browser):
    card = b"---\nextra_gated_prompt: <b>Be good</b>\nextra_gated_fields:\n  Why: text\n  I agree: checkbox\n"
    card += b"  Where:\n    type: select\n    options: [Here, There]\n---\n# Secret\n"
    gated = alice.create()
    alice.put(gated, {"README.md": card})
    alice.ask("PUT", f"/api/models/{gated}/settings", json={"gated": "auto"})
    assert "/login" in browser.get(f"/{gated}").text
    browser.log_in("hf_bob_write")
    page = browser.get(f"/{gated}")
    assert "Secret" not in page.text
    for part in ('name="Why"', 'type="checkbox"', "<option>There</option>", "&lt;b&gt;Be good"):
        assert part in page.text
    form = {"form_key": browser.form_key(f"/{gated}"), "Why": "curious", "I agree": "true", "Where": "Here"}
    answer = browser.post(f"/{gated}/ask-access", form)
    assert urlsplit(answer.headers["Location"]).path == f"/{gated}"
    assert "Secret" in browser.get(f"/{gated}").text


@pytest.mark.parametrize("token", ["", "hf_unknown", "hf_alice_write2", "<script>"])
def test_a_wrong_token_logs_nobody_in(browser: Browser, token: str):
    answer = browser.log_in(token)
    assert "not known" in answer.text
    assert "Set-Cookie" not in answer.headers
    assert_harmless(answer)


@pytest.mark.parametrize("value", ["", "x", "a.b.c", "{hash}.9999999999.", "{hash}.9999999999.0", "{hash}.-1.0", "é"])
def test_a_made_up_cookie_is_nobodys(browser: Browser, value: str):
    browser.log_in("hf_alice_write")
    (cookie,) = browser.session.cookies
    made = value.format(hash=cookie.value.partition(".")[0]) if cookie.value else ""
    header = f"{cookie.name}={made}".encode().decode("latin-1")
    browser.session.cookies.clear()
    answer = browser.get("/", Cookie=header)
    assert "Log out" not in answer.text
    assert answer.status_code == 200


def test_a_session_ends_in_time_and_with_its_token(hub, browser: Browser, monkeypatch: pytest.MonkeyPatch):
    browser.log_in("hf_dave_write")
    assert "dave" in browser.get("/").text
    now = time.time()
    with monkeypatch.context() as patch:
        patch.setattr(time, "time", lambda: now + 15 * 24 * 3600)
        assert "dave" not in browser.get("/").text
    database = hub._hub.database
    row = database.one("SELECT tokens.* FROM tokens JOIN accounts ON id = user_id WHERE accounts.name = 'dave'")
    database.write("DELETE FROM tokens WHERE hash = ?", row["hash"])
    try:
        assert "dave" not in browser.get("/").text
    finally:
        database.write(f"INSERT INTO tokens VALUES ({', '.join('?' * len(row))})", *row)


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:x", "/\r\nX: y"]
)
def test_logging_in_leads_nowhere_else(browser: Browser, target: str):
    assert browser.log_in("hf_alice_read", next=target).headers["Location"] == "/"


def test_the_login_page_leads_back_to_where_one_was(browser: Browser):
    assert 'name="next" value="/alice"' in browser.get("/login", Referer=f"{browser.endpoint}/alice").text
    assert 'name="next" value="/"' in browser.get("/login", Referer="https://evil.example/x").text


def test_a_device_is_approved_by_who_is_logged_in(hub, browser: Browser):
    codes = requests.post(f"{hub.endpoint}/oauth/device", data={"client_id": "x"}, timeout=30).json()
    path = urlsplit(codes["verification_uri_complete"])
    browser.log_in("hf_alice_read")
    form = {"user_code": codes["user_code"], "decision": "approve", "form_key": browser.form_key()}
    assert "can write is needed" in browser.post("/oauth/device/approve", form).text
    browser.log_in("hf_bob_write")
    assert 'type="password"' not in browser.get(f"{path.path}?{path.query}").text
    form["form_key"] = browser.form_key()
    assert "logged in as bob" in browser.post("/oauth/device/approve", form).text


def test_two_hubs_on_one_host_do_not_log_each_other_out(seed_file, hub, browser: Browser):
    browser.log_in("hf_alice_read")
    with LocalHub(seed=seed_file) as other:
        browser.session.post(f"{other.endpoint}/login", data={"token": "hf_bob_write"}, timeout=30)
        assert "bob" in browser.session.get(f"{other.endpoint}/", timeout=30).text
    assert "alice" in browser.get("/").text


def test_pages_from_elsewhere_may_call_the_api_but_read_no_page(alice, nobody, hub):
    repo = alice.create()
    alice.commit(repo, file("a.txt", b"1"))
    elsewhere = {"Origin": "http://localhost:8888"}
    for path in ("/api/models", f"/{repo}/resolve/main/a.txt", f"/{repo}/resolve/main/none", "/api/none"):
        answer = nobody.get(path, headers=elsewhere)
        assert answer.headers["Access-Control-Allow-Origin"] == "*", path
        assert "X-Error-Code" in answer.headers["Access-Control-Expose-Headers"]
        assert "Access-Control-Allow-Credentials" not in answer.headers
    for path in ("/", f"/{repo}", "/login", "/oauth/device"):
        assert "Access-Control-Allow-Origin" not in nobody.get(path, headers=elsewhere).headers
    asking = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,x-custom"}
    answer = nobody.ask("OPTIONS", f"/api/models/{repo}/commit/main", headers={**elsewhere, **asking})
    assert (answer.status_code, answer.content) == (204, b"")
    assert "authorization" in answer.headers["Access-Control-Allow-Headers"]
    assert "DELETE" in answer.headers["Access-Control-Allow-Methods"]
    assert "Access-Control-Allow-Origin" not in nobody.get("/api/models").headers
