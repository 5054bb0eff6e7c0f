"""Trees, paths, refs and history."""

from __future__ import annotations

import json

import pytest
from hub_people import blob_sha1, sha256


@pytest.fixture
def repo(alice) -> str:
    repo = alice.create()
    alice.put(repo, {"a.txt": b"1", "d/b.txt": b"22", "d/e/c.txt": b"333"}, summary="First files")
    alice.put_large(repo, "d/w.bin", b"weights")
    return repo


def tree(person, repo: str, rest: str = "main") -> list[dict]:
    answer = person.get(f"/api/models/{repo}/tree/{rest}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_tree_lists_one_level_and_recursively_all(alice, repo):
    top = tree(alice, repo)
    assert [(entry["type"], entry["path"]) for entry in top] == [
        ("file", ".gitattributes"),
        ("file", "a.txt"),
        ("directory", "d"),
    ]
    everything = [entry["path"] for entry in tree(alice, repo, "main?recursive=True")]
    assert everything == [".gitattributes", "a.txt", "d", "d/b.txt", "d/e", "d/e/c.txt", "d/w.bin"]


@pytest.mark.parametrize("path", ["d/e", "d%2Fe", "d/e/"])
def test_a_folder_is_listed_with_paths_from_the_root(alice, repo, path):
    assert [entry["path"] for entry in tree(alice, repo, f"main/{path}")] == ["d/e/c.txt"]
    assert [entry["path"] for entry in tree(alice, repo, "main/d?recursive=1")][:2] == ["d/b.txt", "d/e"]


def test_entries_say_what_they_are(alice, repo):
    entries = {entry["path"]: entry for entry in tree(alice, repo, "main?recursive=true")}
    assert entries["d/b.txt"] == {"type": "file", "oid": blob_sha1(b"22"), "size": 2, "path": "d/b.txt"}
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{sha256(b'weights')}\nsize 7\n".encode()
    assert entries["d/w.bin"] == {
        "type": "file",
        "oid": blob_sha1(pointer),
        "size": 7,
        "path": "d/w.bin",
        "lfs": {"oid": sha256(b"weights"), "size": 7, "pointerSize": len(pointer)},
    }
    assert (entries["d"]["type"], entries["d"]["size"]) == ("directory", 0)


@pytest.mark.parametrize("path", ["nope", "a.txt", "d/nope"])
def test_a_folder_that_is_not_there_is_entry_not_found(alice, repo, path):
    answer = alice.get(f"/api/models/{repo}/tree/main/{path}")
    assert (answer.status_code, answer.headers["X-Error-Code"]) == (404, "EntryNotFound")


def test_expand_names_the_commit_that_touched_each_entry_last(alice, repo):
    found = {entry["path"]: entry["lastCommit"]["title"] for entry in tree(alice, repo, "main?recursive=1&expand=1")}
    assert found == {
        ".gitattributes": "initial commit",
        "a.txt": "First files",
        "d": "A change",
        "d/b.txt": "First files",
        "d/e": "First files",
        "d/e/c.txt": "First files",
        "d/w.bin": "A change",
    }


def test_long_trees_come_in_pages(alice):
    repo = alice.create()
    alice.put(repo, {f"f{number:04d}.txt": b"x" for number in range(1100)})
    path, sizes, found = f"/api/models/{repo}/tree/main", [], []
    while path:
        answer = alice.get(path)
        sizes.append(len(answer.json()))
        found += [entry["path"] for entry in answer.json()]
        path = answer.links.get("next", {}).get("url", "")
    assert sizes == [1000, 101]
    assert len(set(found)) == 1101
    assert len(tree(alice, repo, "main?expand=true")) == 100
    assert alice.get(f"/api/models/{repo}/tree/main?cursor=nonsense").status_code == 400


def test_paths_info_knows_forms_and_json_and_leaves_out_what_is_missing(alice, repo):
    address = f"/api/models/{repo}/paths-info/main"
    form = alice.post(address, data={"paths": ["a.txt", "nope", "d/e/"], "expand": "true"}).json()
    assert [entry["path"] for entry in form] == ["a.txt", "d/e"]
    assert form[0]["lastCommit"]["title"] == "First files"
    as_json = alice.post(address, json={"paths": "d/w.bin", "expand": False}).json()
    assert as_json[0]["lfs"]["oid"] == sha256(b"weights")
    assert "lastCommit" not in as_json[0]
    assert alice.post(address, json={}).json() == []
    assert alice.post(address, json={"paths": [1]}).status_code == 400
    assert alice.post(address, json={"paths": ["x"] * 2001}).status_code == 400
    unknown = alice.post(f"/api/models/{repo}/paths-info/nope", json={"paths": []})
    assert unknown.headers["X-Error-Code"] == "RevisionNotFound"


def refs(person, repo: str) -> dict:
    return person.get(f"/api/models/{repo}/refs?include_prs=1").json()


def test_branches_and_tags_come_and_go(alice, repo):
    head = alice.head(repo)
    first = alice.get(f"/api/models/{repo}/commits/main").json()[-1]["id"]
    assert alice.post(f"/api/models/{repo}/branch/dev%2Fx").status_code == 200
    assert alice.post(f"/api/models/{repo}/branch/old", json={"startingPoint": first}).status_code == 200
    assert alice.post(f"/api/models/{repo}/tag/dev%2Fx", json={"tag": "v1", "message": "One"}).status_code == 200
    assert refs(alice, repo) == {
        "branches": [
            {"name": "dev/x", "ref": "refs/heads/dev/x", "targetCommit": head},
            {"name": "main", "ref": "refs/heads/main", "targetCommit": head},
            {"name": "old", "ref": "refs/heads/old", "targetCommit": first},
        ],
        "converts": [],
        "tags": [{"name": "v1", "ref": "refs/tags/v1", "targetCommit": head}],
        "pullRequests": [],
    }
    alice.put(repo, {"only-main.txt": b"x"})
    assert alice.head(repo, "v1") == alice.head(repo, "dev%2Fx") == head
    assert alice.ask("DELETE", f"/api/models/{repo}/branch/dev%2Fx").status_code == 200
    assert alice.ask("DELETE", f"/api/models/{repo}/tag/v1").status_code == 200
    assert [branch["name"] for branch in refs(alice, repo)["branches"]] == ["main", "old"]
    assert refs(alice, repo)["tags"] == []


def test_refs_that_can_not_be_are_refused(alice, repo):
    branch, tag = f"/api/models/{repo}/branch", f"/api/models/{repo}/tag"
    alice.post(f"{branch}/dev")
    alice.post(f"{tag}/main", json={"tag": "v1"})
    assert alice.post(f"{branch}/dev").status_code == 409
    assert alice.post(f"{branch}/dev%2Fx").status_code == 409, "a ref can't lie below another"
    assert alice.post(f"{tag}/main", json={"tag": "v1"}).status_code == 409
    for name in ("a..b", "a%20b", "-a", "a.lock", ".a", "a%2F%2Fb", "refs%2Fheads%2Fx", "a~1", "%00", "HEAD", "a%3A"):
        assert alice.post(f"{branch}/{name}").status_code == 400, name
    assert alice.post(f"{tag}/main", json={"tag": "a b"}).status_code == 400
    assert alice.post(f"{tag}/main", json={}).status_code == 400
    missing = alice.post(f"{branch}/new", json={"startingPoint": "nope"})
    assert missing.headers["X-Error-Code"] == "RevisionNotFound"
    assert alice.post(f"{tag}/nope", json={"tag": "v2"}).headers["X-Error-Code"] == "RevisionNotFound"
    assert alice.ask("DELETE", f"{branch}/main").status_code == 403
    assert alice.ask("DELETE", f"{branch}/nope").headers["X-Error-Code"] == "RevisionNotFound"
    assert alice.ask("DELETE", f"{tag}/nope").headers["X-Error-Code"] == "RevisionNotFound"


def test_history_comes_in_pages_newest_first(alice):
    repo = alice.create()
    for number in range(6):
        alice.put(repo, {"a.txt": str(number).encode()}, summary=f"Change <{number}>", description="why")
    first = alice.get(f"/api/models/{repo}/commits/main?limit=4&expand[]=formatted")
    assert [commit["title"] for commit in first.json()] == [f"Change <{number}>" for number in (5, 4, 3, 2)]
    assert first.headers["X-Total-Count"] == "7"
    assert first.json()[0]["formatted"] == {"title": "Change &lt;5&gt;", "message": "why"}
    second = alice.get(first.links["next"]["url"])
    assert [commit["title"] for commit in second.json()] == ["Change <1>", "Change <0>", "initial commit"]
    assert "next" not in second.links
    assert second.json()[0]["authors"][0]["user"] == "alice"
    assert second.json()[0]["date"].endswith("Z")


def test_super_squash_leaves_one_commit_with_the_same_files(alice, repo):
    before = alice.paths(repo)
    assert alice.post(f"/api/models/{repo}/super-squash/main", json={"message": "All of it"}).status_code == 200
    assert [commit["title"] for commit in alice.get(f"/api/models/{repo}/commits/main").json()] == ["All of it"]
    assert alice.paths(repo) == before


def test_validate_yaml_always_answers_with_both_lists(nobody):
    good = nobody.post("/api/validate-yaml", json={"content": "---\nlicense: mit\n---\n", "repoType": "model"})
    assert (good.status_code, good.json()) == (200, {"errors": [], "warnings": []})
    bare = nobody.post("/api/validate-yaml", json={"content": "# No metadata"})
    assert bare.status_code == 200
    assert bare.json()["warnings"]
    for text in (
        "---\na: [\n---\n",
        "---\n- a\n---\n",
        "---\njust words\n---\n",
        "---\na: !!python/object:os.system {}\n---\n",
    ):
        bad = nobody.post("/api/validate-yaml", json={"content": text}, headers={"Accept": "*/*"})
        assert bad.status_code == 400, text
        assert bad.json()["errors"][0]["message"]
        assert bad.json()["warnings"] == []
    assert nobody.post("/api/validate-yaml", json={}).json()["errors"]


def test_metadata_that_explodes_is_refused_not_expanded(nobody):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    answer = nobody.post("/api/validate-yaml", json={"content": "---\n" + "\n".join(lines) + "\n---\n"})
    assert answer.status_code == 400
    deep = "---\na: " + "[" * 20_000 + "\n---\n"
    assert nobody.post("/api/validate-yaml", data=json.dumps({"content": deep})).status_code == 400
