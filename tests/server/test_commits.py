"""Commits: what they change, what they refuse, and that they are all or nothing."""

from __future__ import annotations

import base64
import gzip
import json
import threading

import pytest
from hub_people import blob_sha1, file, sha256


def test_a_new_repo_has_a_commit_with_rules_for_large_files(alice):
    repo = alice.create()
    assert alice.paths(repo) == [".gitattributes"]
    assert b"*.safetensors filter=lfs diff=lfs merge=lfs -text" in alice.read(repo, ".gitattributes").content
    assert [commit["title"] for commit in alice.get(f"/api/models/{repo}/commits/main").json()] == ["initial commit"]


def test_a_commit_writes_replaces_and_deletes(alice):
    repo = alice.create()
    alice.put(repo, {"a.txt": b"1", "b/c.txt": b"2", "b/d/e.txt": b"3", "b/d/f.txt": b"4"})
    answer = alice.commit(
        repo,
        file("a.txt", b"new"),
        ("deletedFile", {"path": "b/c.txt"}),
        ("deletedFolder", {"path": "b/d/"}),
        file("b/d/f.txt", b"again"),
        file("ü/日本 語.txt", "é".encode()),
        description="More words",
    )
    body = answer.json()
    assert body["success"] is True
    assert body["commitUrl"] == f"{alice.endpoint}/{repo}/commit/{body['commitOid']}"
    assert alice.paths(repo) == [".gitattributes", "a.txt", "b/d/f.txt", "ü/日本 語.txt"]
    assert alice.read(repo, "a.txt").content == b"new"
    assert alice.read(repo, "%C3%BC/%E6%97%A5%E6%9C%AC%20%E8%AA%9E.txt").content == "é".encode()
    newest = alice.get(f"/api/models/{repo}/commits/main").json()[0]
    assert (newest["title"], newest["message"], newest["authors"][0]["user"]) == ("A change", "More words", "alice")


def test_a_file_may_take_the_place_of_a_folder_and_back(alice):
    repo = alice.create()
    alice.put(repo, {"x/y.txt": b"1"})
    alice.put(repo, {"x": b"2"})
    assert alice.paths(repo) == [".gitattributes", "x"]
    alice.put(repo, {"x/z.txt": b"3"})
    assert alice.paths(repo) == [".gitattributes", "x/z.txt"]


def test_entries_are_deleted_whatever_they_are(alice):
    repo = alice.create()
    alice.put(repo, {"x/y.txt": b"1", "z": b"2"})
    alice.commit(repo, ("deletedEntry", {"path": "x"}), ("deletedEntry", {"path": "z"}))
    assert alice.paths(repo) == [".gitattributes"]


@pytest.mark.parametrize("operation", ["deletedFile", "deletedFolder", "deletedEntry"])
def test_deleting_what_is_not_there_is_refused_and_changes_nothing(alice, operation):
    repo = alice.create()
    head = alice.head(repo)
    answer = alice.commit(repo, file("a.txt", b"1"), (operation, {"path": "nope"}))
    assert (answer.status_code, answer.headers["X-Error-Code"]) == (404, "EntryNotFound")
    assert "A file with this name doesn't exist" in answer.json()["error"]
    assert alice.head(repo) == head


def test_a_file_is_not_deleted_as_a_folder_but_a_folder_is_where_a_file_was_named(alice):
    repo = alice.create()
    alice.put(repo, {"x/y.txt": b"1"})
    assert alice.commit(repo, ("deletedFolder", {"path": "x/y.txt"})).status_code == 404
    assert alice.paths(repo) == [".gitattributes", "x/y.txt"]
    assert alice.commit(repo, ("deletedFile", {"path": "x"})).status_code == 200


def test_a_commit_that_changes_nothing_leaves_the_head(alice):
    repo = alice.create()
    head = alice.put(repo, {"a.txt": b"1"})
    assert alice.put(repo, {"a.txt": b"1"}) == head
    assert alice.commit(repo).json()["commitOid"] == head


BAD_PATHS = [
    "",
    "/etc/passwd",
    "../x",
    "a/../x",
    "a/./x",
    "a//x",
    "a/",
    ".",
    "..",
    ".git/config",
    "a/.GIT/x",
    "..\\x",
    "\\x",
    "a\nb",
    "a\x00b",
    "x" * 300,
    "a/" * 600 + "x",
    None,
    7,
    ["a"],
    "\ud800",
]


@pytest.mark.parametrize("path", BAD_PATHS, ids=lambda path: repr(path)[:20])
def test_paths_that_leave_the_repo_or_that_git_refuses_are_refused(alice, path):
    repo = alice.create()
    head = alice.head(repo)
    answer = alice.commit(repo, ("file", {"path": path, "content": "eA==", "encoding": "base64"}))
    assert answer.status_code == 422, answer.text
    assert alice.head(repo) == head


HEADER = b'{"key": "header", "value": {"summary": "s"}}\n'


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b'{"key": "header"}',
        b'{"key": "header", "value": 3}',
        b'{"key": "header", "value": {}}',
        b'{"key": "header", "value": {"summary": 5}}',
        b'{"key": "header", "value": {"summary": "  "}}',
        b'{"key": "file", "value": {"path": "a", "content": "eA==", "encoding": "base64"}}',
        b'{"key": "unknown", "value": {}}',
        HEADER + b'{"key": "file", "value": {"path": "a"}}',
        HEADER + b'{"key": "file", "value": {"path": "a", "content": "!", "encoding": "base64"}}',
        HEADER + b'{"key": "file", "value": {"path": "a", "content": "x", "encoding": "rot13"}}',
        b'{"key": "header", "value": {"summary": "s", "parentCommit": 4}}',
        b'{"key": ["header"], "value": {"summary": "s"}}',
        b"[" * 100_000,
        b"\xff\xfe\x00",
    ],
    ids=range(17),
)
def test_garbage_is_refused_with_a_reason(alice, body):
    repo = alice.create()
    head = alice.head(repo)
    answer = alice.post(f"/api/models/{repo}/commit/main", data=body, headers={"Content-Type": "application/x-ndjson"})
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"] == answer.headers["X-Error-Message"]
    assert alice.head(repo) == head


def test_a_guarded_commit_is_refused_once_the_branch_has_moved(alice):
    repo = alice.create()
    old = alice.head(repo)
    new = alice.put(repo, {"a.txt": b"1"}, parentCommit=old)
    answer = alice.commit(repo, file("a.txt", b"2"), parentCommit=old)
    assert answer.status_code == 412
    assert alice.read(repo, "a.txt").content == b"1"
    assert alice.commit(repo, file("a.txt", b"2"), parentCommit=new[:7]).status_code == 200


def test_of_two_guarded_commits_at_once_one_wins_and_nothing_is_lost(alice, hub):
    repo = alice.create()
    head = alice.head(repo)
    barrier = threading.Barrier(8)
    statuses: list[int] = []

    def race(number: int) -> None:
        barrier.wait()
        statuses.append(alice.commit(repo, file(f"{number}.txt", b"x"), parentCommit=head).status_code)

    _together(race, 8)
    assert sorted(statuses) == [200] + [412] * 7
    assert len(alice.paths(repo)) == 2


def test_unguarded_commits_at_once_are_all_kept(alice):
    repo = alice.create()
    statuses: list[int] = []
    _together(lambda number: statuses.append(alice.commit(repo, file(f"{number}.txt", b"same")).status_code), 12)
    assert statuses == [200] * 12
    assert len(alice.paths(repo)) == 13
    assert len(alice.get(f"/api/models/{repo}/commits/main").json()) == 13


def _together(work, count: int) -> None:
    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_commit_needs_a_branch_to_move(alice):
    repo = alice.create()
    head = alice.head(repo)
    alice.post(f"/api/models/{repo}/tag/main", json={"tag": "v1"})
    assert alice.commit(repo, file("a", b"1"), revision=head).status_code == 403
    assert alice.commit(repo, file("a", b"1"), revision="v1").status_code == 403
    missing = alice.commit(repo, file("a", b"1"), revision="nope")
    assert (missing.status_code, missing.headers["X-Error-Code"]) == (404, "RevisionNotFound")


def test_a_readme_with_broken_metadata_is_refused_with_line_and_column(alice):
    repo = alice.create()
    answer = alice.commit(repo, file("README.md", b"---\nlicense: mit\ntags: [a\n---\n"))
    assert answer.status_code == 400
    assert "line" in answer.json()["error"]
    assert "README.md" not in alice.paths(repo)


def test_the_older_json_form_and_a_gzipped_body_are_understood(alice):
    repo = alice.create()
    body = {
        "summary": "Older",
        "files": [{"path": "a.txt", "content": "text as it is"}],
        "lfsFiles": [{"path": "w.bin", **alice.upload(repo, b"weights")}],
    }
    assert alice.post(f"/api/models/{repo}/commit/main", json=body).status_code == 200
    assert alice.read(repo, "a.txt").content == b"text as it is"
    assert alice.read(repo, "w.bin").content == b"weights"
    lines = [{"key": "header", "value": {"summary": "s"}}, {"key": "deletedFile", "value": {"path": "a.txt"}}]
    packed = gzip.compress("\n".join(map(json.dumps, lines)).encode())
    headers = {"Content-Type": "application/x-ndjson", "Content-Encoding": "gzip"}
    assert alice.post(f"/api/models/{repo}/commit/main", data=packed, headers=headers).status_code == 200
    assert "a.txt" not in alice.paths(repo)


def test_a_large_file_must_have_been_uploaded(alice):
    repo = alice.create()
    line = {"path": "w.bin", "algo": "sha256", "oid": "0" * 64, "size": 3}
    answer = alice.commit(repo, ("lfsFile", line))
    assert answer.status_code == 400
    assert "not uploaded" in answer.json()["error"]
    for wrong in ({"oid": "../../etc"}, {"oid": None}, {"algo": "md5"}):
        assert alice.commit(repo, ("lfsFile", {**line, **wrong})).status_code == 422


def test_a_large_file_may_be_copied_by_its_hash_alone(alice):
    repo = alice.create()
    alice.put_large(repo, "w.bin", b"weights")
    answer = alice.commit(repo, ("lfsFile", {"path": "b.bin", "algo": "sha256", "oid": sha256(b"weights")}))
    assert answer.status_code == 200
    assert alice.read(repo, "b.bin").content == b"weights"


def test_a_wrong_size_of_a_large_file_is_refused(alice):
    repo = alice.create()
    line = {**alice.upload(repo, b"weights"), "size": 8}
    assert alice.commit(repo, ("lfsFile", {"path": "w.bin", **line})).status_code == 400


def test_large_files_without_a_rule_get_one(alice):
    repo = alice.create()
    alice.put_large(repo, "odd [1] name.weights", b"weights")
    rules = alice.read(repo, ".gitattributes").text
    assert r"odd[[:space:]]\[1\][[:space:]]name.weights filter=lfs diff=lfs merge=lfs -text" in rules
    alice.put_large(repo, "covered.bin", b"more")
    assert "covered.bin" not in alice.read(repo, ".gitattributes").text


def test_preupload_says_how_each_file_travels(alice):
    repo = alice.create()
    alice.put(repo, {".gitignore": b"*.tmp\nbuild/\n", "a.txt": b"hello"})
    alice.put_large(repo, "w.bin", b"weights")
    files = [
        ("a.txt", 5, b"hello"),
        ("w.bin", 7, b"weights"),
        ("x.tmp", 1, b"x"),
        ("build/y", 1, b"y"),
        ("new.txt", 10_000_001, b"text"),
        ("edge.txt", 10_000_000, b"text"),
        ("binary", 4, b"\0\1\2\3"),
        ("cut.txt", 600, ("é" * 300).encode()[:511]),
    ]
    body = {"files": [{"path": path, "size": size, "sample": base64.b64encode(s).decode()} for path, size, s in files]}
    answer = alice.post(f"/api/models/{repo}/preupload/main", json=body).json()
    assert answer["commitOid"] == alice.head(repo)
    found = {item["path"]: item for item in answer["files"]}
    assert {path for path, item in found.items() if item["uploadMode"] == "lfs"} == {"w.bin", "new.txt", "binary"}
    assert {path for path, item in found.items() if item["shouldIgnore"]} == {"x.tmp", "build/y"}
    assert found["a.txt"]["oid"] == blob_sha1(b"hello")
    assert found["w.bin"]["oid"] == sha256(b"weights")
    assert "oid" not in found["new.txt"]


def test_preupload_follows_rules_that_travel_along(alice):
    repo = alice.create()
    body = {
        "files": [{"path": "a.txt", "size": 1, "sample": "eA=="}],
        "gitAttributes": "*.txt filter=lfs\n",
        "gitIgnore": "a.txt\n",
    }
    (found,) = alice.post(f"/api/models/{repo}/preupload/main", json=body).json()["files"]
    assert (found["uploadMode"], found["shouldIgnore"]) == ("lfs", True)


@pytest.mark.parametrize(
    "body", [{}, {"files": 3}, {"files": [3]}, {"files": [{"path": "a"}]}, {"files": [{"path": "a", "size": -1}]},
             {"files": [{"path": "a", "size": 1, "sample": "!"}]}, {"files": [{"path": "../a", "size": 1}]}]
)  # fmt: skip
def test_preupload_refuses_what_it_does_not_understand(alice, body):
    repo = alice.create()
    assert alice.post(f"/api/models/{repo}/preupload/main", json=body).status_code == 422


def test_git_finds_nothing_wrong_with_what_was_written(alice, hub, tmp_path):
    repo = alice.create()
    alice.put(repo, {"a/b.txt": b"1", "a.txt": b"2", "a-b": b"3", "a0": b"4"})
    alice.put_large(repo, "w.bin", b"weights")
    alice.put(repo, {"a": b"5"})
    git = hub._hub.git(_id_of(alice, repo)).path  # type: ignore[union-attr]
    import subprocess

    checked = subprocess.run(
        ["git", "-C", git, "fsck", "--full", "--strict"], capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stdout) == (0, "")
    listed = subprocess.run(
        ["git", "-C", git, "ls-tree", "--name-only", "main"], capture_output=True, text=True, check=True
    )
    assert listed.stdout.split() == [".gitattributes", "a", "a-b", "a.txt", "a0", "w.bin"]


def _id_of(person, repo: str) -> str:
    return person.get(f"/api/models/{repo}").json()["_id"]


def test_a_repo_may_be_deleted_under_its_readers_and_writers(hub, alice):
    hub.requests.clear()
    repos = [alice.create(f"doomed-{number}") for number in range(4)]
    for repo in repos:
        alice.put(repo, {f"{number}.txt": b"x" * number for number in range(20)})
    stop = threading.Event()

    def use(number: int) -> None:
        repo = repos[number % 4]
        while not stop.is_set():
            if number < 4:
                alice.commit(repo, file("a.txt", str(threading.get_ident()).encode()))
            else:
                alice.read(repo, "7.txt")
                alice.get(f"/api/models/{repo}/tree/main?recursive=1&expand=1")

    threads = [threading.Thread(target=use, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for repo in repos:
        alice.put(repo, {"last.txt": b"x"})
        deletion = {"name": repo.split("/")[1], "organization": "alice"}
        assert alice.ask("DELETE", "/api/repos/delete", json=deletion).status_code == 200
    stop.set()
    for thread in threads:
        thread.join()
    assert {seen.status for seen in hub.requests} <= {200, 404}
