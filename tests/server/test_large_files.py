"""Large files on their way in: one piece or parts, checked while they arrive."""

from __future__ import annotations

import math
import os
from typing import TYPE_CHECKING

import pytest
import requests
from hub_people import Person, sha256

from hubnb.server.routes import lfs

if TYPE_CHECKING:
    from pathlib import Path


def href(person: Person, repo: str, content: bytes) -> str:
    return person.batch(repo, content).json()["objects"][0]["actions"]["upload"]["href"]


def leftovers(hub) -> list[Path]:
    return list((hub._hub.folder / "tmp").iterdir())


def test_a_batch_speaks_the_dialect_of_git_lfs(alice):
    repo = alice.create()
    answer = alice.batch(repo, b"weights")
    assert answer.headers["Content-Type"] == "application/vnd.git-lfs+json"
    body = answer.json()
    assert (body["transfer"], body["hash_algo"]) == ("basic", "sha256")
    found = body["objects"][0]
    assert (found["oid"], found["size"]) == (sha256(b"weights"), 7)
    assert found["actions"]["upload"]["href"].startswith(alice.endpoint)
    assert found["actions"]["verify"]["href"].startswith(alice.endpoint)
    alice.upload(repo, b"weights")
    assert "actions" not in alice.batch(repo, b"weights").json()["objects"][0]


def test_downloads_for_git_need_no_token_once_asked_for(alice):
    repo = alice.create(private=True)
    alice.upload(repo, b"weights")
    found = alice.batch(repo, b"weights", operation="download").json()["objects"][0]
    assert requests.request("GET", found["actions"]["download"]["href"], timeout=10).content == b"weights"
    missing = alice.batch(repo, b"other", operation="download").json()["objects"][0]
    assert missing["error"]["code"] == 404


@pytest.mark.parametrize("sent", [b"weightS", b"weight", b"weightss", b""], ids=["wrong", "short", "long", "empty"])
def test_wrong_bytes_are_refused_and_leave_nothing(hub, alice, sent):
    repo = alice.create()
    content = b"weights %s" % repo.encode()
    address = href(alice, repo, content)
    wrong = sent if sent != b"weightS" else content[:-1] + b"#"
    answer = requests.put(address, data=wrong, timeout=10)
    assert answer.status_code == 422
    assert "actions" in alice.batch(repo, content).json()["objects"][0]
    assert leftovers(hub) == []
    assert requests.put(address, data=content, timeout=10).status_code == 200


def test_a_chunked_body_is_checked_too(hub, alice):
    repo = alice.create()
    content = os.urandom(300_000)
    pieces = (content[start : start + 1000] for start in range(0, len(content), 1000))
    assert requests.put(href(alice, repo, content), data=pieces, timeout=10).status_code == 200
    longer = os.urandom(1000)
    answer = requests.put(href(alice, repo, longer), data=iter([longer, b"x"]), timeout=10)
    assert answer.status_code == 422
    assert leftovers(hub) == []


def test_an_upload_address_is_good_for_one_thing_only(alice):
    repo = alice.create()
    content = b"guarded"  # the size of this is signed too
    address = href(alice, repo, content)
    other = sha256(b"other")
    for forged in (
        address.replace(sha256(content), other),
        address.replace("size=7", "size=8"),
        address.replace("op=put", "op=get"),
        address.partition("?")[0],
        address.replace("expires=", "expires=9"),
        address[:-1] + ("0" if address[-1] != "0" else "1"),
    ):
        assert requests.put(forged, data=content, timeout=10).status_code == 403, forged


def test_an_upload_to_a_deleted_repo_is_refused(hub, alice):
    repo = alice.create()
    address = href(alice, repo, b"too late")
    alice.ask("DELETE", "/api/repos/delete", json={"name": repo.split("/")[1], "organization": "alice"})
    assert requests.put(address, data=b"too late", timeout=10).status_code == 404
    assert leftovers(hub) == []


def test_deleting_a_repo_frees_what_no_other_holds(hub, alice):
    first, second = alice.create(), alice.create()
    alice.put_large(first, "a.bin", b"only here")
    alice.put_large(first, "b.bin", b"in both")
    alice.put_large(second, "b.bin", b"in both")
    alice.ask("DELETE", "/api/repos/delete", json={"name": first.split("/")[1], "organization": "alice"})
    large = hub._hub.large
    assert large.size(sha256(b"only here")) is None
    assert alice.read(second, "b.bin").content == b"in both"


def test_verify_tells_whether_an_object_arrived(alice, nobody):
    repo = alice.create()
    path = f"/{repo}.git/info/lfs/verify"
    assert alice.post(path, json={"oid": sha256(b"x"), "size": 1}).status_code == 404
    alice.upload(repo, b"weights")
    assert alice.post(path, json={"oid": sha256(b"weights"), "size": 7}).status_code == 200
    assert alice.post(path, json={"oid": sha256(b"weights"), "size": 8}).status_code == 422
    assert alice.post(path, json={"oid": "nonsense"}).status_code == 422
    assert nobody.post(path, json={"oid": sha256(b"weights"), "size": 7}).status_code == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"operation": "steal", "objects": []}, 422),
        ({"operation": "upload", "objects": 3}, 422),
        ({"operation": "upload", "objects": [], "hash_algo": "md5"}, 409),
        ({"operation": "upload", "objects": [{}] * 1001}, 413),
    ],
)
def test_a_batch_that_makes_no_sense_is_refused(alice, body, status):
    assert alice.post(f"/{alice.create()}.git/info/lfs/objects/batch", json=body).status_code == status


@pytest.mark.parametrize(
    "item", [3, {}, {"oid": "../x", "size": 1}, *({"oid": "a" * 64, "size": size} for size in ("1", -1, True, 10**15))]
)
def test_one_bad_object_of_a_batch_has_its_own_error(alice, item):
    body = {"operation": "upload", "objects": [item, {"oid": sha256(b"x"), "size": 1}]}
    bad, good = alice.post(f"/{alice.create()}.git/info/lfs/objects/batch", json=body).json()["objects"]
    assert bad["error"]["code"] == 422
    assert "actions" in good


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(lfs, "MULTIPART_FROM_BYTES", 1000)
    return 1000


def parts_of(header: dict[str, str]) -> list[str]:
    return [header[number] for number in sorted(key for key in header if key.isdigit())]


def begin(person: Person, repo: str, content: bytes) -> tuple[str, list[str]]:
    body = person.batch(repo, content, transfers=("basic", "multipart")).json()
    assert body["transfer"] == "multipart"
    upload = body["objects"][0]["actions"]["upload"]
    assert upload["header"]["chunk_size"] == "1000"
    return upload["href"], parts_of(upload["header"])


def send(url: str, content: bytes, number: int) -> requests.Response:
    return requests.put(url, data=content[number * 1000 : (number + 1) * 1000], timeout=10)


@pytest.mark.parametrize("size", [1001, 2000, 4567])
def test_parts_may_come_in_any_order_and_twice(alice, small_parts, size):
    repo = alice.create()
    content = os.urandom(size)
    completion, urls = begin(alice, repo, content)
    assert len(urls) == math.ceil(size / small_parts)
    etags = {}
    for number in [*reversed(range(len(urls))), 0]:
        answer = send(urls[number], content, number)
        etags[number] = answer.headers["ETag"]
        assert answer.status_code == 200
        assert etags[number].strip('"')
    body = {"oid": sha256(content), "parts": [{"partNumber": n + 1, "etag": etags[n]} for n in range(len(urls))]}
    assert requests.post(completion, json=body, timeout=10).status_code == 200
    assert requests.post(completion, json=body, timeout=10).status_code == 200, "a repeated completion is no error"
    alice.put_large(repo, "w.bin", content)
    assert alice.read(repo, "w.bin").content == content


def test_parts_that_arrived_are_still_there_when_a_client_starts_over(alice, small_parts):
    repo = alice.create()
    content = os.urandom(2500)
    _, urls = begin(alice, repo, content)
    first = send(urls[0], content, 0).headers["ETag"]
    completion, urls = begin(alice, repo, content)
    etags = [first, *(send(urls[number], content, number).headers["ETag"] for number in (1, 2))]
    body = {"oid": sha256(content), "parts": [{"partNumber": n + 1, "etag": etag} for n, etag in enumerate(etags)]}
    assert requests.post(completion, json=body, timeout=10).status_code == 200


def test_an_upload_with_a_missing_or_foreign_part_is_not_completed(alice, small_parts):
    repo = alice.create()
    content = os.urandom(2500)
    completion, urls = begin(alice, repo, content)
    etags = [send(urls[number], content, number).headers["ETag"] for number in (0, 1)]
    listed = [{"partNumber": n + 1, "etag": etag} for n, etag in enumerate(etags)]
    for parts in (listed, [*listed, {"partNumber": 3, "etag": '"x"'}], [], "x", [3], [{"partNumber": "1"}]):
        answer = requests.post(completion, json={"oid": sha256(content), "parts": parts}, timeout=10)
        assert answer.status_code == 422, parts
    assert alice.post(f"/{repo}.git/info/lfs/verify", json={"oid": sha256(content), "size": 2500}).status_code == 404


def test_parts_with_wrong_bytes_are_found_out_at_the_end(alice, small_parts):
    repo = alice.create()
    content = os.urandom(1500)
    completion, urls = begin(alice, repo, content)
    wrong = bytes(1000) + content[1000:]
    etags = [send(url, wrong, number).headers["ETag"] for number, url in enumerate(urls)]
    body = {"oid": sha256(content), "parts": [{"partNumber": n + 1, "etag": etag} for n, etag in enumerate(etags)]}
    assert requests.post(completion, json=body, timeout=10).status_code == 422
    assert alice.post(f"/{repo}.git/info/lfs/verify", json={"oid": sha256(content), "size": 1500}).status_code == 404


def test_a_part_of_the_wrong_length_is_refused(alice, small_parts):
    repo = alice.create()
    content = os.urandom(1500)
    _, urls = begin(alice, repo, content)
    assert requests.put(urls[0], data=content[:999], timeout=10).status_code == 422
    assert requests.put(urls[1], data=content[1000:] + b"x", timeout=10).status_code == 422
    assert requests.put(urls[1], data=iter([content[1000:], b"x"]), timeout=10).status_code == 422


def test_clients_that_know_no_parts_get_one_address(alice, small_parts):
    repo = alice.create()
    alice.put_large(repo, "w.bin", os.urandom(5000))
