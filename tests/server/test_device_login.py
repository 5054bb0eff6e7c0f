"""Logging in a device by a code that a person approves."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

GRANT = "urn:ietf:params:oauth:grant-type:device_code"


def begin(nobody) -> dict:
    answer = nobody.post("/oauth/device", data={"client_id": "any"})
    assert answer.status_code == 200
    return answer.json()


def poll(nobody, codes: dict):
    return nobody.post("/oauth/token", data={"grant_type": GRANT, "device_code": codes["device_code"]})


def decide(nobody, codes: dict, token: str = "hf_bob_write", decision: str = "approve") -> str:
    form = {"user_code": codes["user_code"].lower(), "token": token, "decision": decision}
    return nobody.post("/oauth/device/approve", data=form).text


def test_a_device_waits_until_a_person_approves_and_gets_one_token(nobody):
    codes = begin(nobody)
    assert codes["verification_uri_complete"].startswith(f"{nobody.endpoint}/oauth/device?user_code=")
    assert codes["user_code"] in nobody.get(codes["verification_uri_complete"]).text
    assert (poll(nobody, codes).status_code, poll(nobody, codes).json()) == (400, {"error": "authorization_pending"})
    assert "logged in as bob" in decide(nobody, codes)
    granted = poll(nobody, codes).json()
    assert granted["token_type"] == "bearer"
    me = nobody.get("/api/whoami-v2", headers={"Authorization": f"Bearer {granted['access_token']}"}).json()
    assert (me["name"], me["auth"]["type"]) == ("bob", "oauth")
    assert me["auth"]["expiresAt"].endswith("Z")
    assert poll(nobody, codes).json() == {"error": "invalid_grant"}, "a code is good once"


def test_a_token_can_be_renewed_once_with_its_refresh_token(nobody):
    codes = begin(nobody)
    decide(nobody, codes)
    first = poll(nobody, codes).json()
    form = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = nobody.post("/oauth/token", data=form).json()
    headers = {"Authorization": f"Bearer {second['access_token']}"}
    assert nobody.get("/api/whoami-v2", headers=headers).json()["name"] == "bob"
    assert nobody.post("/oauth/token", data=form).json() == {"error": "invalid_grant"}


def test_a_denied_an_unknown_and_an_unapproved_device_get_nothing(nobody):
    codes = begin(nobody)
    for token, reason in (("hf_unknown", "not known"), ("hf_alice_read", "can write"), ("", "not known")):
        assert reason in decide(nobody, codes, token)
    assert poll(nobody, codes).json() == {"error": "authorization_pending"}
    assert "refused" in decide(nobody, codes, decision="deny")
    assert poll(nobody, codes).json() == {"error": "access_denied"}
    assert "No device" in decide(nobody, {"user_code": "XXXX-XXXX"})
    assert poll(nobody, {"device_code": "made up"}).json() == {"error": "invalid_grant"}
    assert nobody.post("/oauth/token", data={"grant_type": "password"}).json() == {"error": "unsupported_grant_type"}


def test_what_has_expired_is_no_good_any_more(hub, nobody, monkeypatch: pytest.MonkeyPatch):
    codes, late = begin(nobody), begin(nobody)
    decide(nobody, codes)
    token = poll(nobody, codes).json()["access_token"]
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 9 * 3600)
    assert nobody.get("/api/whoami-v2", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    assert poll(nobody, late).json() == {"error": "expired_token"}


def test_neither_codes_nor_tokens_are_kept_in_the_clear(hub, nobody):
    codes = begin(nobody)
    decide(nobody, codes)
    granted = poll(nobody, codes).json()
    for path in hub._hub.folder.glob("hub.sqlite*"):
        content = path.read_bytes()
        for secret in (codes["device_code"], granted["access_token"], granted["refresh_token"]):
            assert secret.encode() not in content
    assert granted["access_token"] not in repr(list(hub.requests))


def test_the_page_shows_no_markup_of_others(nobody):
    text = nobody.get("/oauth/device?user_code=%22%3E%3Cscript%3E").text
    assert "<script>" not in text
