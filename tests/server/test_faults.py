"""The fault bench: what it promises to break is broken, over real sockets, and nothing else."""

from __future__ import annotations

import http.client
import re
import threading

import pytest
import requests

from hubnb.server import LocalHub

CONTENT = bytes(range(256)) * 2000


@pytest.fixture
def repo(alice) -> str:
    repo = alice.create()
    alice.put_large(repo, "w.bin", CONTENT)
    alice.put(repo, {"a.txt": CONTENT[:1000]})
    return repo


def test_a_request_fails_as_often_as_asked(hub, alice, repo):
    hub.faults.fail("*/resolve/*", status=503, times=2, headers={"Retry-After": "1"})
    answers = [alice.read(repo, "a.txt") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [503, 503, 200]
    assert answers[0].headers["Retry-After"] == "1"


def test_a_fault_may_name_the_method_and_let_some_pass_first(hub, alice, repo):
    hub.faults.fail("HEAD */resolve/*", status=500, times=1, skip=1)
    statuses = [
        alice.ask(method, f"/{repo}/resolve/main/a.txt").status_code for method in ("GET", "HEAD", "HEAD", "HEAD")
    ]
    assert statuses == [200, 200, 500, 200]


@pytest.mark.parametrize("after", [0, 1, 100_000, len(CONTENT) - 1])
def test_a_connection_is_cut_after_exactly_so_many_bytes(hub, alice, repo, after):
    hub.faults.cut("*/w.bin", after_bytes=after, times=1)
    host = hub.endpoint.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=10)
    connection.request("GET", f"/{repo}/resolve/main/w.bin")
    with pytest.raises(http.client.IncompleteRead) as caught:
        connection.getresponse().read()
    connection.close()
    assert caught.value.partial == CONTENT[:after]
    assert alice.read(repo, "w.bin").content == CONTENT


def test_an_upload_is_cut_in_the_middle_and_leaves_nothing(hub, alice):
    repo = alice.create()
    content = CONTENT + repo.encode()
    address = alice.batch(repo, content).json()["objects"][0]["actions"]["upload"]["href"]
    hub.faults.cut("PUT /api/lfs/*", after_bytes=100_000, times=1)
    with pytest.raises(requests.ConnectionError):
        requests.put(address, data=content, timeout=10)
    assert requests.put(address, data=content, timeout=10).status_code == 200


def test_an_answer_is_lost_although_the_work_was_done(hub, alice, repo):
    hub.faults.lose_answer("POST */commit/main", times=1)
    with pytest.raises(requests.ConnectionError):
        alice.put(repo, {"done.txt": b"x"})
    assert "done.txt" in alice.paths(repo)
    assert hub.requests[-2].status == 0
    alice.put(repo, {"more.txt": b"x"})


@pytest.mark.parametrize("asked", [None, "bytes=1000-299999"])
def test_one_bit_is_flipped_whichever_slice_is_asked_for(hub, alice, repo, asked):
    hub.faults.flip("*/w.bin", offset=5000, times=1)
    got = alice.read(repo, "w.bin", headers={"Range": asked} if asked else {}).content
    start = 1000 if asked else 0
    expected = bytearray(CONTENT[start : start + len(got)])
    expected[5000 - start] ^= 1
    assert got == bytes(expected)
    assert alice.read(repo, "w.bin").content == CONTENT


def test_ranges_are_ignored_on_request(hub, alice, repo):
    hub.faults.ignore_range("*/w.bin")
    answer = alice.read(repo, "w.bin", headers={"Range": "bytes=0-9"})
    assert (answer.status_code, answer.content) == (200, CONTENT)
    hub.faults.clear()
    assert alice.read(repo, "w.bin", headers={"Range": "bytes=0-9"}).status_code == 206


@pytest.mark.parametrize("after", [None, 1000])
def test_a_stalled_request_goes_on_when_faults_are_cleared(hub, alice, repo, after):
    hub.faults.stall("*/w.bin", after_bytes=after, times=1)
    with pytest.raises(requests.exceptions.RequestException):
        alice.session.get(f"{hub.endpoint}/{repo}/resolve/main/w.bin", timeout=0.3)
    hub.faults.clear()
    hub.faults.stall("*/w.bin", after_bytes=after, times=1)
    found: list[bytes] = []
    thread = threading.Thread(target=lambda: found.append(alice.read(repo, "w.bin").content))
    thread.start()
    thread.join(0.2)
    assert thread.is_alive()
    hub.faults.clear()
    thread.join(10)
    assert found == [CONTENT]


def test_slow_bodies_arrive_whole(hub, alice, repo):
    hub.faults.slow("*/w.bin", bytes_per_s=5_000_000)
    assert alice.read(repo, "w.bin").content == CONTENT


def test_tokens_expire_on_request(hub, alice, nobody, repo):
    hub.faults.expire_tokens()
    assert alice.get("/api/whoami-v2").status_code == 401
    assert nobody.get("/api/models").status_code == 200


def test_requests_are_remembered_without_secrets(hub, alice, repo):
    hub.requests.clear()
    alice.read(repo, "w.bin", headers={"Range": "bytes=0-9"})
    alice.batch(repo, b"new")
    assert [tuple(seen) for seen in hub.requests] == [
        ("GET", f"/{repo}/resolve/main/w.bin", "bytes=0-9", 206),
        ("POST", f"/{repo}.git/info/lfs/objects/batch", None, 200),
    ]
    assert "hf_alice" not in repr(list(hub.requests))


def test_another_process_can_not_inject_faults_unless_it_was_allowed(hub, nobody):
    assert nobody.post("/api/hubnb/faults", json={"kind": "fail", "path": "*"}).status_code in {400, 404}
    assert nobody.get("/api/models").status_code == 200


def test_faults_can_be_injected_over_http_where_allowed():
    with LocalHub(fault_route=True) as hub, requests.Session() as session:
        address = f"{hub.endpoint}/api/hubnb/faults"
        assert session.post(address, json={"kind": "fail", "path": "/api/models", "status": 429}, timeout=10).ok
        assert session.get(f"{hub.endpoint}/api/models", timeout=10).status_code == 429
        seen = session.delete(address, timeout=10).json()["requests"]
        assert seen[-1] == {"method": "GET", "path": "/api/models", "range": None, "status": 429}
        assert session.get(f"{hub.endpoint}/api/models", timeout=10).status_code == 200
        for wrong in ({"kind": "explode", "path": "*"}, {"kind": "fail"}, {"kind": "fail", "path": "*", "sttus": 1}):
            assert session.post(address, json=wrong, timeout=10).status_code == 400


def test_a_head_before_a_download_does_not_use_up_its_fault(hub, alice, repo):
    hub.faults.flip("*/w.bin", offset=0, times=1)
    hub.faults.cut("*/w.bin", after_bytes=100, times=1)
    assert alice.ask("HEAD", f"/{repo}/resolve/main/w.bin").status_code == 200
    with pytest.raises(requests.exceptions.RequestException):
        alice.read(repo, "w.bin")


def test_a_flip_waits_for_the_slice_that_holds_its_byte(hub, alice, repo):
    hub.faults.flip("*/w.bin", offset=5000, times=1)
    assert alice.read(repo, "w.bin", headers={"Range": "bytes=0-999"}).content == CONTENT[:1000]
    assert alice.read(repo, "w.bin", headers={"Range": "bytes=5000-5999"}).content != CONTENT[5000:6000]
    assert alice.read(repo, "w.bin", headers={"Range": "bytes=5000-5999"}).content == CONTENT[5000:6000]


def test_a_failed_upload_is_told_to_a_client_that_is_still_sending(hub, alice):
    repo = alice.create()
    content = b"x" * 5_000_000
    address = alice.batch(repo, content).json()["objects"][0]["actions"]["upload"]["href"]
    hub.faults.fail("PUT /api/lfs/*", status=503, times=3)
    assert [requests.put(address, data=content, timeout=10).status_code for _ in range(4)] == [503, 503, 503, 200]


def test_a_quota_is_told_and_refuses_once_it_is_used_up(hub, alice):
    hub.faults.limit_rate("/api/whoami-v2", requests=2, window_s=300)
    answers = [alice.get("/api/whoami-v2") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [re.match(r'"api";r=(\d+);t=\d+$', answer.headers["RateLimit"])[1] for answer in answers] == ["1", "0", "0"]
    assert answers[0].headers["RateLimit-Policy"] == '"fixed window";"api";q=2;w=300'
    assert int(answers[2].headers["Retry-After"]) > 0
    assert "Retry-After" not in answers[1].headers
    hub.faults.clear()
    assert "RateLimit" not in alice.get("/api/whoami-v2").headers
