"""Large files of a repository, listed and taken out for good."""

from __future__ import annotations

import pytest
import requests
from hub_people import sha256


@pytest.fixture
def repo(alice) -> str:
    repo = alice.create()
    alice.put_large(repo, "old.bin", b"old weights")
    alice.commit(repo, ("lfsFile", {"path": "old.bin", **alice.upload(repo, b"new weights")}))
    alice.put_large(repo, "deep/er/other.bin", b"other")
    alice.put(repo, {"a.txt": b"text"})
    alice.post(f"/api/models/{repo}/branch/side", json={})
    item = alice.upload(repo, b"side")
    alice.commit(repo, ("lfsFile", {"path": "side.bin", **item}), revision="side")
    return repo


def listed(person, repo: str) -> dict[str, dict]:
    return {item["oid"]: item for item in person.get(f"/api/models/{repo}/lfs-files").json()}


def delete(person, repo: str, *oids: str, rewrite: bool = True):
    shas = [item["fileOid"] for oid, item in listed(person, repo).items() if oid in oids]
    body = {"deletions": {"sha": shas, "rewriteHistory": rewrite}}
    return person.post(f"/api/models/{repo}/lfs-files/batch", json=body)


def test_each_large_file_is_listed_with_its_name_and_where_it_is(alice, repo):
    found = listed(alice, repo)
    assert {(item["filename"], item["ref"], item["size"]) for item in found.values()} == {
        ("old.bin", None, 11),
        ("old.bin", "refs/heads/main", 11),
        ("deep/er/other.bin", "refs/heads/main", 5),
        ("side.bin", "refs/heads/side", 4),
    }
    assert found[sha256(b"old weights")]["ref"] is None
    assert all(item["pushedAt"].endswith("Z") for item in found.values())


def test_the_list_comes_in_pages(alice, repo):
    seen, address = [], f"/api/models/{repo}/lfs-files?limit=3"
    while address:
        answer = alice.get(address)
        seen.append(len(answer.json()))
        address = requests.utils.parse_header_links(answer.headers.get("Link", ""))
        address = address[0]["url"] if address else None
    assert seen == [3, 1]


def test_a_file_taken_out_is_in_no_commit_and_the_rest_is_as_it_was(alice, repo):
    alice.post(f"/api/models/{repo}/tag/main", json={"tag": "v1", "message": "With words"})
    commits = [commit["title"] for commit in alice.get(f"/api/models/{repo}/commits/main").json()]
    assert delete(alice, repo, sha256(b"new weights"), sha256(b"other")).status_code == 200
    assert alice.paths(repo) == [".gitattributes", "a.txt"]
    assert alice.paths(repo, "v1") == [".gitattributes", "a.txt"]
    assert alice.paths(repo, "side") == [".gitattributes", "a.txt", "side.bin"]
    assert alice.read(repo, "side.bin", "side").content == b"side"
    history = alice.get(f"/api/models/{repo}/commits/main").json()
    assert [commit["title"] for commit in history] == commits
    assert alice.read(repo, "old.bin", history[-2]["id"]).content == b"old weights"
    assert alice.read(repo, "old.bin").headers["X-Error-Code"] == "EntryNotFound"
    assert set(listed(alice, repo)) == {sha256(b"old weights"), sha256(b"side")}
    assert "error" in alice.batch(repo, b"other", operation="download").json()["objects"][0]
    assert alice.get(f"/api/models/{repo}").json()["siblings"] == [
        {"rfilename": ".gitattributes"},
        {"rfilename": "a.txt"},
    ]


def test_history_may_stay_as_it_is(alice, repo):
    before = alice.head(repo)
    assert delete(alice, repo, sha256(b"other"), rewrite=False).status_code == 200
    assert alice.head(repo) == before
    assert alice.read(repo, "deep/er/other.bin").headers["X-Error-Code"] == "EntryNotFound"
    assert sha256(b"other") not in listed(alice, repo)


def test_what_another_repository_holds_stays_there(alice, repo):
    other = alice.create()
    alice.put_large(other, "copy.bin", b"other")
    item = listed(alice, repo)[sha256(b"other")]
    assert alice.ask("DELETE", f"/api/models/{repo}/lfs-files/{item['fileOid']}").status_code == 200
    assert alice.read(other, "copy.bin").content == b"other"


def test_only_who_may_write_may_delete(alice_reading, bob, nobody, alice, repo):
    body = {"deletions": {"sha": [item["fileOid"] for item in listed(alice, repo).values()]}}
    for person, status in ((alice_reading, 403), (bob, 403), (nobody, 401)):
        assert person.post(f"/api/models/{repo}/lfs-files/batch", json=body).status_code == status
    assert len(listed(alice, repo)) == 4
    for nonsense in ({}, {"deletions": []}, {"deletions": {"sha": "all"}}, {"deletions": {"sha": [1]}}):
        assert alice.post(f"/api/models/{repo}/lfs-files/batch", json=nonsense).status_code == 400
    assert alice.post(f"/api/models/{repo}/lfs-files/batch", json={"deletions": {"sha": ["00"]}}).status_code == 404


def test_a_repository_hands_files_to_another_one(alice, bob, repo):
    alice.create("taker", type="dataset")
    files = [{"sha256": sha256(b"other"), "filename": "x"}, {"sha256": sha256(b"nowhere"), "filename": "y"}]
    body = {"target": {"type": "dataset", "name": "alice/taker"}, "files": files}
    assert bob.post(f"/api/models/{repo}/lfs-files/duplicate", json=body).status_code == 403
    answer = alice.post(f"/api/models/{repo}/lfs-files/duplicate", json=body)
    assert [item["sha256"] for item in answer.json()["failed"]] == [sha256(b"nowhere")]
    taken = {"path": "o.bin", "algo": "sha256", "oid": sha256(b"other")}
    assert alice.commit("datasets/alice/taker", ("lfsFile", taken)).status_code == 200
    assert alice.get("/datasets/alice/taker/resolve/main/o.bin").content == b"other"
