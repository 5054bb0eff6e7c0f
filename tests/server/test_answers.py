"""What answers say beside their body: the request's name, and errors by which clients decide."""

from __future__ import annotations

import pytest
from hub_people import file


def test_every_answer_carries_a_request_id(alice, nobody):
    for answer in (alice.get("/api/whoami-v2"), nobody.get("/api/whoami-v2"), nobody.get("/"), nobody.get("/no/such")):
        assert answer.headers["X-Request-Id"].startswith("Root=1-")


def test_a_clients_own_name_for_a_request_comes_back(alice):
    given = alice.get("/api/models", headers={"X-Request-Id": "mine-1"})
    assert given.headers["X-Request-Id"] == "mine-1"
    traced = alice.get("/api/models", headers={"X-Amzn-Trace-Id": "abc"})
    assert traced.headers["X-Request-Id"].endswith(";abc")
    long = alice.get("/api/models", headers={"X-Request-Id": "x" * 500})
    assert long.headers["X-Request-Id"].startswith("Root=1-")


@pytest.mark.parametrize(
    "path",
    [
        "/api/models/no-namespace",
        "/api/models/no-namespace/revision/main",
        "/api/datasets/no-namespace/commits/main",
        "/api/models/no-namespace/tree/main",
        "/no-namespace/resolve/main/a.txt",
        "/datasets/no-namespace/resolve/main/a.txt",
    ],
)
def test_an_id_without_namespace_is_a_missing_repository(nobody, path):
    answer = nobody.get(path)
    assert (answer.status_code, answer.headers["X-Error-Code"]) == (404, "RepoNotFound")


def test_a_route_that_is_not_there_is_not_a_missing_repository(alice, nobody):
    repo = alice.create()
    answer = nobody.get(f"/api/models/{repo}/no-such-thing")
    assert answer.status_code == 404
    assert "X-Error-Code" not in answer.headers
    hidden = alice.create(private=True)
    assert nobody.get(f"/api/models/{hidden}/no-such-thing").headers["X-Error-Code"] == "RepoNotFound"


def test_a_taken_name_refuses_a_move_by_name(alice):
    old, taken = alice.create(), alice.create()
    answer = alice.post("/api/repos/move", json={"fromRepo": old, "toRepo": taken, "type": "model"})
    assert answer.status_code == 409
    assert f"A model repository called {taken} already exists" in answer.json()["error"]


def test_a_pull_request_against_a_commit_is_refused(alice):
    repo = alice.create()
    answer = alice.commit(repo, file("a", b"1"), revision=f"{alice.head(repo)}?create_pr=1")
    assert (answer.status_code, answer.headers["X-Error-Code"]) == (404, "RevisionNotFound")


def test_a_pull_requests_history_can_be_squashed(alice):
    repo = alice.create()
    alice.commit(repo, file("a", b"1"), revision="main?create_pr=1")
    alice.commit(repo, file("a", b"2"), revision="refs%2Fpr%2F1")
    assert alice.post(f"/api/models/{repo}/super-squash/refs%2Fpr%2F1", json={}).status_code == 200
    assert len(alice.get(f"/api/models/{repo}/commits/refs%2Fpr%2F1").json()) == 1
    alice.post(f"/api/models/{repo}/tag/main", json={"tag": "v1"})
    assert alice.post(f"/api/models/{repo}/super-squash/refs%2Ftags%2Fv1", json={}).status_code == 404


def test_a_missing_revision_matters_more_than_a_bad_tag_name(alice):
    repo = alice.create()
    answer = alice.post(f"/api/models/{repo}/tag/nope", json={"tag": "bad name"})
    assert answer.headers["X-Error-Code"] == "RevisionNotFound"
    assert alice.post(f"/api/models/{repo}/tag/main", json={"tag": "bad name"}).status_code == 400


def test_kernels_are_repositories_like_the_others(alice):
    made = alice.post("/api/repos/create", json={"name": "relu", "type": "kernel"}).json()
    assert made["url"] == f"{alice.endpoint}/kernels/alice/relu"
    answer = alice.post(
        "/api/kernels/alice/relu/commit/main",
        json={"summary": "s", "files": [{"path": "build/k.py", "content": "1"}]},
    )
    assert answer.json()["commitUrl"].startswith(made["url"] + "/commit/")
    assert alice.get("/kernels/alice/relu/resolve/main/build/k.py").text == "1"
    assert [item["id"] for item in alice.get("/api/kernels").json()] == ["alice/relu"]


def test_an_unknown_expand_names_those_that_are_known(alice):
    repo = alice.create()
    answer = alice.get(f"/api/models/{repo}?expand=nonsense")
    assert answer.status_code == 400
    _, _, known = answer.json()["error"].partition("expected one of ")
    assert '"cardData"|' in known


def test_a_new_repository_starts_with_the_files_that_were_sent_along(alice):
    files = [{"path": "a/b.txt", "content": "YQ==", "encoding": "base64"}, {"path": "c.txt", "content": "c"}]
    repo = alice.create(files=files, license="mit")
    assert alice.paths(repo) == [".gitattributes", "README.md", "a/b.txt", "c.txt"]
    assert alice.read(repo, "a/b.txt").content == b"a"
    assert [commit["title"] for commit in alice.get(f"/api/models/{repo}/commits/main").json()] == ["initial commit"]
    assert alice.get(f"/api/models/{repo}").json()["cardData"] == {"license": "mit"}
    refused = alice.post("/api/repos/create", json={"name": "x", "files": [{"path": "../x", "content": ""}]})
    assert refused.status_code == 422


def test_a_new_space_has_a_card(alice):
    alice.create("my-app", type="space", sdk="gradio", short_description='Does "things"')
    card = alice.get("/api/spaces/alice/my-app").json()["cardData"]
    assert (card["title"], card["sdk"], card["short_description"]) == ("My App", "gradio", 'Does "things"')


def test_a_backslash_is_a_letter_of_a_name(alice):
    repo = alice.create()
    name = "folder/..\\..\\file"
    alice.put(repo, {name: b"odd"})
    assert alice.paths(repo) == [".gitattributes", name]
    assert alice.read(repo, "folder/..%5C..%5Cfile").content == b"odd"


def test_head_is_the_default_branch(alice):
    repo = alice.create()
    assert alice.get(f"/api/models/{repo}/revision/HEAD").json()["sha"] == alice.head(repo)
    assert alice.post(f"/api/models/{repo}/branch/HEAD", json={}).status_code == 400


def test_likers_and_the_liked_are_listed(alice, bob):
    repo = alice.create()
    bob.post(f"/api/models/{repo}/like")
    assert [(user["user"], user["avatarUrl"][:9]) for user in alice.get(f"/api/models/{repo}/likers").json()] == [
        ("bob", "/avatars/")
    ]
    assert repo in [item["repo"]["name"] for item in alice.get("/api/users/bob/likes").json()]
    assert alice.get("/api/users/bob/overview").json()["numLikes"] >= 1


def test_an_organisation_shows_its_members_and_its_members_what_it_stores(alice, dave, nobody):
    assert {"alice", "bob", "carol"} == {user["user"] for user in nobody.get("/api/organizations/acme/members").json()}
    assert nobody.get("/api/organizations/acme/overview").json()["numUsers"] == 3
    repo = alice.create(organization="acme")
    alice.put_large(repo, "w.bin", b"x" * 1000)
    kept = {item["id"]: item for item in alice.get("/api/organizations/acme/settings/repositories").json()}
    assert (kept[repo]["storage"], kept[repo]["type"], kept[repo]["visibility"]) == (1000, "model", "public")
    assert dave.get("/api/organizations/acme/settings/repositories").status_code == 403
    assert nobody.get("/api/settings/repositories").status_code == 401
    assert nobody.get("/api/organizations/alice/members").status_code == 404
    mine, address = [], "/api/settings/repositories?limit=1"
    while address and len(mine) < 3:
        answer = alice.get(address)
        mine += [item["id"] for item in answer.json()]
        address = answer.headers.get("Link", "")[1:].partition(">")[0]
    assert len(set(mine)) == 3


def test_tags_are_listed_by_what_they_say(alice, nobody):
    repo = alice.create()
    alice.put(repo, {"README.md": b"---\nlicense: mit\nlanguage: fr\nlibrary_name: keras\ntags: [odd-one]\n---\n"})
    found = nobody.get("/api/models-tags-by-type").json()
    assert {"id": "license:mit", "label": "mit", "type": "license"} in found["license"]
    for kind, tag in (("library", "keras"), ("language", "fr"), ("other", "odd-one")):
        assert tag in [item["id"] for item in found[kind]]


def test_nothing_is_called_safe_that_nobody_scanned(alice):
    repo = alice.create()
    status = alice.get(f"/api/models/{repo}?securityStatus=true").json()["securityRepoStatus"]
    assert status == {"scansDone": False, "filesWithIssues": []}


def modes(person, repo: str, *paths: str, **more: str) -> list[tuple[str, bool]]:
    files = [{"path": path, "size": 10, "sample": "dGV4dA=="} for path in paths]
    answer = person.post(f"/api/models/{repo}/preupload/main", json={"files": files, **more})
    return [(item["uploadMode"], item["shouldIgnore"]) for item in answer.json()["files"]]


def test_rules_of_a_folder_hold_below_it_and_before_those_above(alice):
    repo = alice.create()
    alice.put(
        repo,
        {
            ".gitignore": b"*.log\nbuild/\n",
            "a/.gitattributes": b"*.txt filter=lfs diff=lfs merge=lfs -text\n*.bin -filter\n",
            "a/.gitignore": b"!keep.log\n/only-here\n",
        },
    )
    paths = ("x.txt", "a/x.txt", "a/b/x.txt", "x.bin", "a/x.bin")
    assert [mode for mode, _ in modes(alice, repo, *paths)] == ["regular", "lfs", "lfs", "lfs", "regular"]
    paths = (
        "x.log",
        "a/x.log",
        "a/keep.log",
        "a/b/keep.log",
        "build/x",
        "a/build/keep.log",
        "a/only-here",
        "only-here",
    )
    wanted = [True, True, False, False, True, True, True, False]
    assert [ignored for _, ignored in modes(alice, repo, *paths)] == wanted
    assert modes(alice, repo, "x.log", "a/x.txt", gitIgnore="", gitAttributes="") == [
        ("regular", False),
        ("lfs", False),
    ]


def test_two_revisions_are_compared(alice, nobody):
    repo = alice.create()
    first = alice.put(repo, {"a.txt": b"one\n"})
    alice.post(f"/api/models/{repo}/branch/dev/x", json={})
    alice.put(repo, {"b.txt": b"on main\n"})
    alice.commit(repo, file("a.txt", b"two\n"), revision="dev%2Fx")
    both = nobody.get(f"/api/models/{repo}/compare/main..dev%2Fx?raw=1").text
    assert "-on main" in both
    assert "+two" in both
    since = nobody.get(f"/api/models/{repo}/compare/main...dev/x")
    assert since.headers["Content-Type"].startswith("text/plain")
    assert "-one\n+two" in since.text
    assert "on main" not in since.text
    assert nobody.get(f"/api/models/{repo}/compare/{first}..main").status_code == 200
    assert nobody.get(f"/api/models/{repo}/compare/main").status_code == 400
    assert nobody.get(f"/api/models/{repo}/compare/main..nope").headers["X-Error-Code"] == "RevisionNotFound"
