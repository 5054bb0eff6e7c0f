"""The sender: what it signs, follows, repeats and says."""

from __future__ import annotations

import base64
import http.server
import threading
from typing import TYPE_CHECKING

import pytest
import requests

import hubnb
from hubnb.client import HubClient, RepoId, Settings
from hubnb.client.errors import (
    HfHubHTTPError,
    HFValidationError,
    HubUnreachableError,
    OfflineModeIsEnabled,
    TransferCancelled,
)
from hubnb.client.redact import redact

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hubnb.server import LocalHub

CANARY = "hf_canaryCANARYcanary0123456789"


class Recorder(http.server.BaseHTTPRequestHandler):
    """Answers by path: `/to/URL` redirects there, `/status/N` answers N, anything else 200."""

    seen: list[tuple[str, str | None]]
    answers: list[int]
    extra: dict[str, str]
    body: bytes

    def do_GET(self) -> None:
        self.seen.append((self.path, self.headers.get("Authorization")))
        status = self.answers.pop(0) if self.answers else 200
        target = None
        if self.path.startswith("/to/"):
            status, target = 302, base64.urlsafe_b64decode(self.path[4:]).decode()
        body = b'{"error": "no"}' if status >= 400 else self.body
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if target:
            self.send_header("Location", target)
        for name, value in self.extra.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - http.server's name

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


class Server:
    def __init__(self) -> None:
        self.handler = type("Handler", (Recorder,), {"seen": [], "answers": [], "extra": {}, "body": b"{}"})
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self.handler)
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def two_servers() -> Iterator[tuple[Server, Server]]:
    servers = Server(), Server()
    yield servers
    for server in servers:
        server.close()


def redirect_to(url: str) -> str:
    return "/to/" + base64.urlsafe_b64encode(url.encode()).decode()


def test_token_goes_home_and_nowhere_else(two_servers: tuple[Server, Server]) -> None:
    home, stranger = two_servers
    client = HubClient(Settings.from_env(endpoint=home.endpoint), CANARY)
    client.http.request("GET", redirect_to(f"{stranger.endpoint}/a"))
    client.http.request("GET", f"{stranger.endpoint}/b")
    client.http.request("GET", redirect_to(f"{home.endpoint}/c"))
    assert [auth for _, auth in stranger.handler.seen] == [None, None]
    assert {auth for _, auth in home.handler.seen} == {f"Bearer {CANARY}"}


def test_netrc_never_replaces_the_token(
    two_servers: tuple[Server, Server], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, _ = two_servers
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    HubClient(Settings.from_env(endpoint=home.endpoint), CANARY).http.request("GET", "/a")
    HubClient(Settings.from_env(endpoint=home.endpoint), False).http.request("GET", "/b")
    assert home.handler.seen == [("/a", f"Bearer {CANARY}"), ("/b", None)]


def test_get_is_repeated_after_a_passing_error_and_waits_as_asked(two_servers: tuple[Server, Server]) -> None:
    home, _ = two_servers
    home.handler.answers += [503, 429]
    home.handler.extra["Retry-After"] = "0"
    response = HubClient(Settings.from_env(endpoint=home.endpoint), False).http.request("GET", "/a")
    assert response.status_code == 200
    assert len(home.handler.seen) == 3


def test_post_is_sent_once(two_servers: tuple[Server, Server]) -> None:
    home, _ = two_servers
    home.handler.answers += [503]
    with pytest.raises(HfHubHTTPError, match="503"):
        HubClient(Settings.from_env(endpoint=home.endpoint), False).http.request("POST", "/a", json={})
    assert len(home.handler.seen) == 1


def test_waiting_between_tries_ends_when_the_caller_stops(two_servers: tuple[Server, Server]) -> None:
    home, _ = two_servers
    home.handler.answers += [503]
    home.handler.extra["Retry-After"] = "300"
    stop = threading.Event()
    stop.set()
    client = HubClient(Settings.from_env(endpoint=home.endpoint), False).with_stop(stop)
    with pytest.raises(TransferCancelled):
        client.http.request("GET", "/a")


def test_redirects_without_end_are_an_error(two_servers: tuple[Server, Server]) -> None:
    home, _ = two_servers
    home.handler.extra["Location"] = "/again"
    home.handler.answers += [302] * 20
    with pytest.raises(HubUnreachableError, match="redirected"):
        HubClient(Settings.from_env(endpoint=home.endpoint), False).http.request("GET", "/a")


def test_error_does_not_hold_the_token(hub: LocalHub) -> None:
    client = HubClient(Settings.from_env(endpoint=hub.endpoint), CANARY)
    with pytest.raises(HfHubHTTPError) as caught:
        client.http.request("GET", "/api/whoami-v2")
    error = caught.value
    everything = [str(error), repr(error), str(vars(error)), str(error.response.request.headers), error.server_message]
    assert not [text for text in everything if CANARY in str(text)]


def test_unreachable_hub_is_named_with_the_reason() -> None:
    client = HubClient(Settings.from_env(endpoint="http://127.0.0.1:9"), CANARY)
    with pytest.raises(HubUnreachableError, match=r"127\.0\.0\.1:9.*refused") as caught:
        client.http.request("POST", "/a", json={})
    assert isinstance(caught.value, ConnectionError | requests.ConnectionError)


def test_offline_sends_nothing(hub: LocalHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(OfflineModeIsEnabled, match="HF_HUB_OFFLINE"):
        hubnb.model_info("me/x", endpoint=hub.endpoint)
    assert not hub.requests


def test_own_session_is_used(hub: LocalHub) -> None:
    used: list[str] = []

    class Session(requests.Session):
        def request(self, method: str, url: str, *args: object, **kwargs: object) -> requests.Response:
            used.append(url)
            return super().request(method, url, *args, **kwargs)

    hubnb.configure_http(Session)
    try:
        hubnb.list_models(endpoint=hub.endpoint, limit=1)
        list(hubnb.list_models(endpoint=hub.endpoint, limit=1))
    finally:
        hubnb.configure_http()
    assert used == [f"{hub.endpoint}/api/models"]


def test_something_that_is_no_hub_is_said_to_be_none(two_servers: tuple[Server, Server]) -> None:
    home, _ = two_servers
    home.handler.body = b"<html>Welcome to the hotel network</html>"
    home.handler.extra["Content-Type"] = "text/html"
    for call in (hubnb.model_info, hubnb.list_repo_files):
        with pytest.raises(HfHubHTTPError, match="answers with JSON"):
            call("me/x", endpoint=home.endpoint, token=False)


def test_stranger_error_text_is_cut_and_redacted(two_servers: tuple[Server, Server]) -> None:
    home, _ = two_servers
    home.handler.answers += [403]
    home.handler.extra["X-Error-Message"] = f"no {CANARY} " + "x" * 5000
    client = HubClient(Settings.from_env(endpoint=home.endpoint), False)
    with pytest.raises(HfHubHTTPError) as caught:
        client.http.request("GET", "/a", repo=RepoId("me/x"))
    assert CANARY not in str(caught.value)
    assert len(str(caught.value)) < 1000


@pytest.mark.parametrize(
    "secret",
    ["hf_abcdefghijkl", "Bearer abcdefghijkl", "https://me:pass@hub/x", "https://s3/x?X-Amz-Signature=abc&Policy=1"],
)
def test_redact_hides(secret: str) -> None:
    hidden = redact(f"before {secret} after")
    assert hidden.startswith("before ")
    assert hidden.endswith(" after")
    for part in ("abcdefghijkl", "pass", "Signature=abc"):
        assert part not in hidden


def test_token_is_not_kept_in_what_led_to_an_error() -> None:
    """A debugger or an error tracker walks `__context__`, and the request that failed hangs there."""
    client = HubClient(Settings.from_env(endpoint="http://127.0.0.1:9"), CANARY)
    with pytest.raises(HubUnreachableError) as caught:
        client.http.request("GET", "/x", repeatable=False)
    error: BaseException | None = caught.value
    while error is not None:
        sent = getattr(error, "request", None)
        assert sent is None or CANARY not in str(sent.headers)
        assert CANARY not in str(vars(error))
        error = error.__context__


@pytest.mark.parametrize("endpoint", ["localhost:8080", "http://", "ftp://x", "http://a b", "no address"])
def test_endpoint_that_is_no_address_is_named(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", endpoint)
    with pytest.raises(HFValidationError, match="HF_ENDPOINT"):
        hubnb.model_info("me/x")


def test_used_up_quota_is_waited_for(hub: LocalHub, api: hubnb.HfApi) -> None:
    hub.faults.limit_rate("*", requests=1, window_s=1)
    assert api.whoami()["name"] == hub.user
    assert api.whoami()["name"] == hub.user
    assert [seen.status for seen in hub.requests if seen.path == "/api/whoami-v2"][-3:] == [200, 429, 200]
