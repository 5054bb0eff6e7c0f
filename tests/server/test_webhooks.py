"""Addresses that are told what happened."""

from __future__ import annotations

import json
import queue
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from hub_people import file

from hubnb.server import LocalHub, outbound


class Listener:
    """Somebody who is told."""

    def __init__(self) -> None:
        self.heard: queue.Queue = queue.Queue()
        heard = self.heard

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()
                heard.put((body, self.headers.get("X-Webhook-Secret")))

            def log_message(self, *_):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?a=1"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def next(self) -> dict:
        return self.heard.get(timeout=20)[0]


@pytest.fixture
def listener():
    listener = Listener()
    yield listener
    listener.server.shutdown()
    listener.thread.join()
    listener.server.server_close()


@pytest.fixture
def watch(alice, listener):
    made = []

    def watch(**more) -> dict:
        body = {"url": listener.url, "watched": [{"type": "user", "name": "alice"}], "domains": ["repo", "discussion"]}
        made.append(alice.post("/api/settings/webhooks", json={**body, **more}).json()["webhook"])
        return made[-1]

    yield watch
    for webhook in made:
        alice.ask("DELETE", f"/api/settings/webhooks/{webhook['id']}")


def test_a_webhook_is_told_of_commits_and_discussions(alice, listener, watch):
    watch(secret="s3cret")
    repo = alice.create()
    assert listener.next()["event"] == {"action": "create", "scope": "repo"}
    old = alice.head(repo)
    new = alice.put(repo, {"a": b"1"})
    body, secret = listener.heard.get(timeout=20)
    assert secret == "s3cret"
    assert body["event"] == {"action": "update", "scope": "repo.content"}
    assert body["repo"]["name"] == repo
    assert body["repo"]["headSha"] == new
    assert body["updatedRefs"] == [{"ref": "refs/heads/main", "oldSha": old, "newSha": new}]
    alice.post(f"/api/models/{repo}/discussions", json={"title": "Why?", "description": "Because."})
    told = [listener.next() for _ in range(2)]
    assert [body["event"]["scope"] for body in told] == ["discussion.comment", "discussion"]
    assert told[0]["comment"]["content"] == "Because."
    assert told[1]["discussion"]["title"] == "Why?"


def test_one_that_watches_something_else_or_is_off_or_may_not_know_hears_nothing(alice, carol, listener, watch):
    watched, hidden = alice.create(), alice.create(private=True)
    watch(watched=[{"type": "dataset", "name": watched}])
    off = watch()
    answer = alice.post(f"/api/settings/webhooks/{off['id']}/disable")
    assert answer.json()["webhook"]["disabled"] is True
    spy = {"url": listener.url, "watched": [{"type": "user", "name": "alice"}], "domains": ["repo"]}
    spying = carol.post("/api/settings/webhooks", json=spy).json()["webhook"]["id"]
    alice.put(hidden, {"a": b"1"})
    carol.ask("DELETE", f"/api/settings/webhooks/{spying}")
    alice.put(watched, {"a": b"1"})
    watch(watched=[{"type": "model", "name": watched}])
    last = alice.put(watched, {"a": b"2"})
    assert listener.next()["updatedRefs"][0]["newSha"] == last
    assert listener.heard.empty()


def test_a_dead_address_stops_nothing(alice, listener, watch):
    watch(url="http://127.0.0.1:9/nobody")
    repo = alice.create()
    alice.commit(repo, file("a", b"1"))
    watch(watched=[{"type": "model", "name": repo}])
    new = alice.put(repo, {"a": b"2"})
    assert listener.next()["updatedRefs"][0]["newSha"] == new


def test_a_webhook_is_its_owners(alice, bob, nobody, watch):
    made = watch(secret="s")
    assert [item["id"] for item in alice.get("/api/settings/webhooks").json()] == [made["id"]]
    assert bob.get(f"/api/settings/webhooks/{made['id']}").status_code == 404
    assert bob.get("/api/settings/webhooks").json() == []
    assert nobody.get("/api/settings/webhooks").status_code == 401
    changed = alice.post(f"/api/settings/webhooks/{made['id']}", json={"url": "https://example.org/x", "watched": []})
    assert changed.json()["webhook"] == {**made, "url": "https://example.org/x"}


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://x/", "x", "http://", "http://a b/", "http://x:99999/", 7])
def test_an_address_that_is_none_is_refused(alice, url):
    answer = alice.post("/api/settings/webhooks", json={"url": url, "watched": [{"type": "user", "name": "alice"}]})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.0.1",
        "172.20.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "::",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
    ],
)
def test_an_address_of_this_machine_or_its_network_is_not_public(address):
    assert not outbound.is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])
def test_an_address_of_the_internet_is_public(address):
    assert outbound.is_public(address)


@pytest.mark.parametrize("host", ["localhost", "127.1", "2130706433", "0x7f000001"])
def test_a_hub_that_others_reach_tells_no_webhook_in_its_own_network(listener, host):
    url = listener.url.replace("127.0.0.1", host)
    with pytest.raises(outbound.ForbiddenAddress):
        outbound.post(url, {}, b"{}", private=False)
    assert listener.heard.empty()
    assert outbound.post(url, {}, b"{}", private=True) == 200


def test_who_lets_others_in_must_say_so_to_have_webhooks_in_the_own_network(seed_file, listener):
    for more, reaches in (({}, False), ({"private_webhooks": True}, True)):
        with LocalHub(seed=seed_file, host="0.0.0.0", **more) as hub:
            assert hub._hub.reaches_private is reaches
    with LocalHub(seed=seed_file) as hub:
        assert hub._hub.reaches_private
