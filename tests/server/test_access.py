"""Who may see and change what."""

from __future__ import annotations

import pytest


def test_whoami_tells_name_organizations_and_role(alice):
    body = alice.get("/api/whoami-v2").json()
    assert (body["type"], body["name"], body["fullname"], body["email"]) == (
        "user",
        "alice",
        "Alice A.",
        "alice@example.org",
    )
    assert {org["name"]: org["roleInOrg"] for org in body["orgs"]} == {"acme": "admin", "vault": "write"}
    assert body["auth"]["accessToken"]["displayName"] == "laptop"
    assert body["auth"]["accessToken"]["role"] == "write"
    assert body["auth"]["accessToken"]["createdAt"].endswith("Z")


def test_a_fine_grained_token_says_what_it_is_good_for(alice_fine):
    token = alice_fine.get("/api/whoami-v2").json()["auth"]["accessToken"]
    assert token["role"] == "fineGrained"
    assert token["fineGrained"]["scoped"][0]["entity"]["name"] == "alice"


def test_whoami_without_a_token_is_401(nobody):
    answer = nobody.get("/api/whoami-v2")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("path", ["/api/whoami-v2", "/api/models", "/alice/none/resolve/main/x"])
@pytest.mark.parametrize(
    "header", ["Bearer hf_unknown", "Bearer", "Basic !!!", "Digest x", "Bearer hf_alice_write extra"]
)
def test_an_unknown_token_is_401_everywhere(nobody, path, header):
    answer = nobody.get(path, headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["X-Error-Message"] == "Invalid credentials in Authorization header"


def test_a_token_may_come_as_the_password_of_git(nobody):
    answer = nobody.session.get(f"{nobody.endpoint}/api/whoami-v2", auth=("anything", "hf_bob_write"), timeout=30)
    assert answer.json()["name"] == "bob"


def test_a_private_repo_looks_exactly_like_a_missing_one(alice, bob, nobody):
    repo = alice.create(private=True)
    for person in (bob, nobody):
        for path in (
            "/api/models/{}",
            "/api/models/{}/tree/main",
            "/{}/resolve/main/.gitattributes",
            "/api/models/{}/refs",
        ):
            hidden, missing = person.get(path.format(repo)), person.get(path.format("alice/there-is-none"))
            assert hidden.status_code == missing.status_code == 404
            assert hidden.content == missing.content
            assert hidden.headers["X-Error-Code"] == missing.headers["X-Error-Code"] == "RepoNotFound"
        listed = [item["id"] for item in person.get("/api/models?author=alice").json()]
        assert repo not in listed
    assert alice.get(f"/api/models/{repo}").json()["private"] is True
    assert repo in [item["id"] for item in alice.get("/api/models?author=alice").json()]


def test_writing_to_a_private_repo_of_somebody_else_says_not_found(alice, bob):
    repo = alice.create(private=True)
    answer = bob.commit(repo, ("deletedFile", {"path": ".gitattributes"}))
    assert (answer.status_code, answer.headers["X-Error-Code"]) == (404, "RepoNotFound")


WRITES = [
    ("POST", "/api/models/{}/commit/main"),
    ("POST", "/api/models/{}/preupload/main"),
    ("POST", "/{}.git/info/lfs/objects/batch"),
    ("POST", "/api/models/{}/branch/x"),
    ("DELETE", "/api/models/{}/branch/x"),
    ("POST", "/api/models/{}/tag/main"),
    ("DELETE", "/api/models/{}/tag/x"),
    ("PUT", "/api/models/{}/settings"),
    ("POST", "/api/models/{}/super-squash/main"),
    ("GET", "/api/models/{}/auth-check/write"),
]


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_nobody_writes_without_a_token_with_a_read_token_or_elsewhere(alice, alice_reading, bob, nobody, method, path):
    repo = alice.create()
    head = alice.head(repo)
    body = {"operation": "upload", "objects": [], "ref": {"name": "main"}, "tag": "x", "files": [], "private": True}
    statuses = [person.ask(method, path.format(repo), json=body).status_code for person in (nobody, alice_reading, bob)]
    assert statuses == [401, 403, 403]
    assert alice.head(repo) == head
    assert alice.get(f"/api/models/{repo}").json()["private"] is False


def test_deleting_and_moving_follow_the_same_rules(alice, alice_reading, bob, nobody):
    repo = alice.create()
    name = repo.split("/")[1]
    for person, status in ((nobody, 401), (alice_reading, 403), (bob, 403)):
        deletion = person.ask("DELETE", "/api/repos/delete", json={"name": name, "organization": "alice"})
        move = person.post("/api/repos/move", json={"fromRepo": repo, "toRepo": "bob/taken", "type": "model"})
        assert deletion.status_code == move.status_code == status
    assert alice.get(f"/api/models/{repo}").status_code == 200


@pytest.mark.parametrize(
    ("person", "organization", "status"),
    [
        ("nobody", "alice", 401),
        ("alice_reading", "alice", 403),
        ("bob", "alice", 403),
        ("bob", "acme", 403),
        ("dave", "acme", 403),
        ("dave", "there-is-none", 403),
        ("alice_fine", "acme", 403),
        ("alice_fine", "alice", 200),
        ("carol", "acme", 200),
        ("alice", "acme", 200),
    ],
)
def test_who_may_create_where(request, person, organization, status):
    somebody = request.getfixturevalue(person)
    answer = somebody.post(
        "/api/repos/create", json={"name": f"by-{person}".replace("_", "-"), "organization": organization}
    )
    assert answer.status_code == status


def test_members_see_private_repos_and_contributors_change_only_their_own(alice, bob, carol, dave):
    theirs = alice.create(organization="acme", private=True)
    own = carol.create(organization="acme", private=True)
    assert bob.get(f"/api/models/{theirs}").status_code == 200
    assert dave.get(f"/api/models/{theirs}").status_code == 404
    assert carol.commit(own, ("deletedFile", {"path": ".gitattributes"})).status_code == 200
    assert carol.commit(theirs, ("deletedFile", {"path": ".gitattributes"})).status_code == 403
    assert bob.commit(own, ("deletedFile", {"path": ".gitattributes"})).status_code == 403


def test_the_default_visibility_of_an_organization_holds(alice):
    assert alice.get(f"/api/models/{alice.create(organization='vault')}").json()["private"] is True
    assert alice.get(f"/api/models/{alice.create(organization='vault', private=False)}").json()["private"] is False


@pytest.mark.parametrize("mode", ["auto", "manual"])
def test_a_gated_repo_shows_what_it_is_but_not_what_it_holds(alice, bob, nobody, mode):
    repo = alice.create()
    alice.put(repo, {"README.md": b"hello"})
    assert alice.ask("PUT", f"/api/models/{repo}/settings", json={"gated": mode}).json()["gated"] == mode
    for person, status in ((nobody, 401), (bob, 403)):
        info = person.get(f"/api/models/{repo}")
        assert (info.status_code, info.json()["gated"]) == (200, mode)
        assert person.get(f"/api/models/{repo}/tree/main").status_code == 200
        for path in (
            f"/{repo}/resolve/main/README.md",
            f"/{repo}/raw/main/README.md",
            f"/api/models/{repo}/commits/main",
        ):
            answer = person.get(path)
            assert (answer.status_code, answer.headers["X-Error-Code"]) == (status, "GatedRepo")
            assert b"hello" not in answer.content
        assert person.get(f"/api/models/{repo}/auth-check").status_code == status
    assert alice.read(repo, "README.md").content == b"hello"


def test_large_files_of_a_gated_repo_are_not_handed_to_git_either(alice, bob):
    repo = alice.create()
    alice.put_large(repo, "w.bin", b"secret weights")
    alice.ask("PUT", f"/api/models/{repo}/settings", json={"gated": "manual"})
    assert bob.batch(repo, b"secret weights", operation="download").status_code == 403


def test_knowing_a_hash_is_not_enough_to_get_a_private_file(alice, bob):
    secret = b"private weights of alice"
    private = alice.create(private=True)
    alice.put_large(private, "w.bin", secret)
    repo = bob.create()
    assert "actions" in bob.batch(repo, secret).json()["objects"][0], "it must not show that the Hub has the object"
    line = {"path": "w.bin", **alice.upload(private, secret)}
    assert bob.commit(repo, ("lfsFile", line)).status_code == 400
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{line['oid']}\nsize {line['size']}\n"
    forged = bob.post(
        f"/api/models/{repo}/commit/main",
        json={"summary": "x", "files": [{"path": "w.bin", "content": pointer}]},
    )
    assert forged.status_code == 400
    found = bob.batch(repo, secret, operation="download").json()["objects"][0]
    assert found["error"]["code"] == 404


def test_a_public_large_file_needs_not_travel_again(alice, bob):
    content = b"public weights"
    alice.put_large(alice.create(), "w.bin", content)
    repo = bob.create()
    assert "actions" not in bob.batch(repo, content).json()["objects"][0]
    bob.put_large(repo, "copy.bin", content)
    assert bob.read(repo, "copy.bin").content == content
