"""The files themselves: whole, in slices, under conditions."""

from __future__ import annotations

import http.client

import pytest
import requests
from hub_people import blob_sha1, sha256

SMALL = bytes(range(200))
LARGE = bytes(range(256)) * 5000


@pytest.fixture
def repo(alice) -> str:
    repo = alice.create()
    alice.put(repo, {"small.txt": SMALL, "empty.txt": b""})
    alice.put_large(repo, "large.bin", LARGE)
    return repo


@pytest.mark.parametrize(("path", "content"), [("small.txt", SMALL), ("large.bin", LARGE), ("empty.txt", b"")])
def test_head_and_get_agree_and_carry_what_clients_need(alice, repo, path, content):
    got, head = alice.read(repo, path), alice.ask("HEAD", f"/{repo}/resolve/main/{path}")
    assert (got.status_code, head.status_code) == (200, 200)
    assert (got.content, head.content) == (content, b"")
    for name in ("ETag", "Content-Length", "X-Repo-Commit", "Accept-Ranges", "Content-Type", "Content-Disposition"):
        assert got.headers[name] == head.headers[name]
    assert got.headers["Content-Length"] == str(len(content))
    assert got.headers["X-Repo-Commit"] == alice.head(repo)
    assert got.headers["Accept-Ranges"] == "bytes"
    assert "Content-Encoding" not in got.headers


def test_the_etag_is_the_git_hash_or_for_large_files_the_sha256(alice, repo):
    assert alice.read(repo, "small.txt").headers["ETag"] == f'"{blob_sha1(SMALL)}"'
    large = alice.read(repo, "large.bin").headers
    assert large["ETag"] == large["X-Linked-Etag"] == f'"{sha256(LARGE)}"'
    assert large["X-Linked-Size"] == str(len(LARGE))


@pytest.mark.parametrize("name", ["small.txt", "large.bin"])
@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [("0-0", 0, 1), ("0-99", 0, 100), ("100-", 100, None), ("199-", 199, None), ("50-100000000", 50, None),
     ("-5", -5, None), ("-100000000", 0, None), ("7-7", 7, 8)],
)  # fmt: skip
def test_a_range_is_answered_with_exactly_that_slice(alice, repo, name, asked, start, end):
    content = SMALL if name == "small.txt" else LARGE
    answer = alice.read(repo, name, headers={"Range": f"bytes={asked}"})
    first = start % len(content) if start < 0 else start
    expected = content[start:end]
    assert answer.status_code == 206
    assert answer.content == expected
    assert answer.headers["Content-Range"] == f"bytes {first}-{first + len(expected) - 1}/{len(content)}"
    assert answer.headers["Content-Length"] == str(len(expected))


@pytest.mark.parametrize("asked", ["200-", "9999999-99999999", "-0", "99999999999999999999-"])
def test_a_range_beyond_the_end_is_416(alice, repo, asked):
    answer = alice.read(repo, "small.txt", headers={"Range": f"bytes={asked}"})
    assert (answer.status_code, answer.headers["Content-Range"]) == (416, "bytes */200")
    assert alice.read(repo, "empty.txt", headers={"Range": "bytes=0-"}).status_code == 416


@pytest.mark.parametrize("asked", ["bytes=5-2", "bytes=", "bytes=-", "bytes=a-b", "items=0-1", "bytes=0-1,5-6", "0-1"])
def test_a_range_that_says_nothing_is_answered_with_the_whole(alice, repo, asked):
    answer = alice.read(repo, "small.txt", headers={"Range": asked})
    assert (answer.status_code, answer.content) == (200, SMALL)


def test_if_range_gives_the_slice_only_of_the_same_file(alice, repo):
    etag = alice.read(repo, "large.bin").headers["ETag"]
    same = alice.read(repo, "large.bin", headers={"Range": "bytes=10-19", "If-Range": etag})
    assert (same.status_code, same.content) == (206, LARGE[10:20])
    other = alice.read(repo, "large.bin", headers={"Range": "bytes=10-19", "If-Range": '"other"'})
    assert (other.status_code, other.content) == (200, LARGE)
    weak = alice.read(repo, "large.bin", headers={"Range": "bytes=10-19", "If-Range": f"W/{etag}"})
    assert weak.status_code == 200


def test_a_known_file_is_not_sent_again(alice, repo):
    etag = alice.read(repo, "small.txt").headers["ETag"]
    for header in (etag, f"W/{etag}", f'"x", {etag}', "*"):
        answer = alice.read(repo, "small.txt", headers={"If-None-Match": header})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["ETag"] == etag
    assert alice.read(repo, "small.txt", headers={"If-None-Match": '"x"'}).status_code == 200
    assert alice.read(repo, "small.txt", headers={"If-Match": '"x"'}).status_code == 412
    assert alice.read(repo, "small.txt", headers={"If-Match": etag}).status_code == 200


def test_what_is_missing_is_told_apart(alice, repo):
    entry = alice.read(repo, "nope.txt")
    assert (entry.status_code, entry.headers["X-Error-Code"]) == (404, "EntryNotFound")
    assert entry.headers["X-Repo-Commit"] == alice.head(repo)
    folder = alice.read(repo, "")
    assert (folder.status_code, folder.headers["X-Error-Code"]) == (404, "EntryNotFound")
    revision = alice.read(repo, "small.txt", revision="nope")
    assert (revision.status_code, revision.headers["X-Error-Code"]) == (404, "RevisionNotFound")
    missing = alice.read("alice/none", "small.txt")
    assert (missing.status_code, missing.headers["X-Error-Code"]) == (404, "RepoNotFound")
    head = alice.ask("HEAD", f"/{repo}/resolve/main/nope.txt")
    assert (head.headers["X-Error-Code"], head.headers["X-Repo-Commit"]) == ("EntryNotFound", alice.head(repo))


def test_raw_shows_the_pointer_of_a_large_file(alice, repo):
    text = alice.get(f"/{repo}/raw/main/large.bin").text
    assert text == f"version https://git-lfs.github.com/spec/v1\noid sha256:{sha256(LARGE)}\nsize {len(LARGE)}\n"


def test_any_name_of_a_revision_will_do(alice, repo):
    head = alice.head(repo)
    alice.post(f"/api/models/{repo}/branch/feature%2Fx", json={})
    alice.post(f"/api/models/{repo}/tag/main", json={"tag": "v1.0", "message": "First"})
    names = [head, head[:8], head.upper(), "main", "refs%2Fheads%2Fmain", "feature%2Fx", "feature/x", "refs/heads/main"]
    for revision in [*names, "v1.0", "refs%2Ftags%2Fv1.0"]:
        answer = alice.read(repo, "small.txt", revision=revision)
        assert (answer.status_code, answer.headers.get("X-Repo-Commit")) == (200, head), revision


def test_a_strangers_page_can_not_run_on_this_address(alice):
    repo = alice.create()
    alice.put(repo, {"x.html": b"<script>alert(1)</script>", "x.svg": b"<svg onload=alert(1)>"})
    for path in ("x.html", "x.svg"):
        headers = alice.read(repo, path).headers
        assert headers["Content-Type"].startswith("text/plain")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in headers["Content-Security-Policy"]


def test_a_name_with_odd_characters_arrives_in_the_header(alice):
    repo = alice.create()
    alice.put(repo, {'a "ü".txt': b"x"})
    disposition = alice.read(repo, "a%20%22%C3%BC%22.txt?download=true").headers["Content-Disposition"]
    assert disposition == "attachment; filename*=UTF-8''a%20%22%C3%BC%22.txt; filename=\"a _?_.txt\";"


@pytest.mark.parametrize(
    "path",
    [
        "/alice/{}/resolve/main/../../../../etc/passwd",
        "/alice/{}/resolve/main/%2e%2e/%2e%2e/hub.sqlite",
        "/alice/{}/resolve/main/..%2f..%2f..%2fhub.sqlite",
        "/alice/{}/resolve/..%2f..%2f..%2fhub.sqlite/x",
        "/alice/..%2f..%2frepos/resolve/main/x",
        "/%2e%2e/%2e%2e/resolve/main/x",
        "/alice/{}/resolve/main//etc/passwd",
        "/alice/{}/resolve/main/%00",
        "/alice/{}/resolve/%00/x",
        "/api/lfs/objects/..%2f..%2fhub.sqlite",
        "/api/lfs/parts/..%2f..%2f/1",
        "/api/models/alice/{}/tree/main/..%2f..",
        "/api/models/alice/{}/tree/..%2f..%2f..",
        "/alice/{}/resolve/" + "refs%2f" * 50 + "/x",
        "/alice/{}/resolve/main/" + "a/" * 3000,
    ],
)
def test_no_path_leaves_the_data_folder(hub, alice, repo, path):
    connection = http.client.HTTPConnection(hub.endpoint.removeprefix("http://"), timeout=10)
    connection.request("GET", path.format(repo.split("/")[1]))
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    assert 400 <= answer.status < 500
    assert b"SQLite format" not in body
    assert b"root:" not in body


def test_a_client_that_goes_away_in_the_middle_does_no_harm(alice, repo):
    content = b"0123456789abcdef" * 1_000_000
    alice.put_large(repo, "long.bin", content)
    for _ in range(5):
        with requests.request(
            "GET", f"{alice.endpoint}/{repo}/resolve/main/long.bin", stream=True, timeout=30
        ) as answer:
            answer.raw.read(1000)
    assert alice.read(repo, "long.bin").content == content


def test_one_connection_serves_many_slices(alice, repo):
    for start in range(0, 100_000, 5000):
        answer = alice.read(repo, "large.bin", headers={"Range": f"bytes={start}-{start + 4999}"})
        assert answer.content == LARGE[start : start + 5000]
