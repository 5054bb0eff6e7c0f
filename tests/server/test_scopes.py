"""Fine-grained tokens may do what their scopes say, where they say it."""

from __future__ import annotations

import json

import pytest
from hub_people import Person, file

from hubnb.server import LocalHub

READ, WRITE = ["repo.content.read"], ["repo.write"]


def scope(kind: str, name: str, permissions: list[str]) -> dict:
    return {"entity": {"type": kind, "name": name}, "permissions": permissions}


def token(name: str, *scoped: dict, gated: bool = False, everywhere: list[str] | None = None) -> dict:
    fine = {"canReadGatedRepos": gated, "global": everywhere or [], "scoped": list(scoped)}
    return {"token": f"hf_{name}", "name": name, "role": "fineGrained", "fineGrained": fine}


SEED = {
    "format": "hub-seed/1",
    "users": [
        {
            "name": "alice",
            "tokens": [
                {"token": "hf_all", "role": "write"},
                token("one", scope("model", "alice/one", WRITE)),
                token("reader", scope("user", "alice", READ), scope("org", "acme", READ)),
                token("org", scope("org", "acme", WRITE), everywhere=["discussion.write"]),
                token("nothing"),
                {"token": "hf_plain", "role": "fineGrained"},
            ],
        },
        {
            "name": "bob",
            "tokens": [{"token": "hf_bob", "role": "write"}, token("bob_gated", gated=True), token("bob_not")],
        },
    ],
    "organizations": [{"name": "acme", "members": [{"user": "alice", "role": "admin"}]}],
    "repos": [
        {"id": "alice/one", "private": True},
        {"id": "alice/two", "private": True},
        {"id": "acme/three", "private": True},
    ],
}


@pytest.fixture(scope="module")
def own_hub(tmp_path_factory):
    path = tmp_path_factory.mktemp("scopes") / "seed.json"
    path.write_text(json.dumps(SEED))
    with LocalHub(seed=path) as hub:
        yield hub


@pytest.fixture
def person(own_hub):
    made: list[Person] = []

    def person(name: str) -> Person:
        made.append(Person(own_hub.endpoint, f"hf_{name}", name))
        return made[-1]

    yield person
    for one in made:
        one.session.close()


@pytest.mark.parametrize(
    ("name", "seen", "written"),
    [
        ("all", {"alice/one", "alice/two", "acme/three"}, {"alice/one", "alice/two", "acme/three"}),
        ("one", {"alice/one"}, {"alice/one"}),
        ("reader", {"alice/one", "alice/two", "acme/three"}, set()),
        ("org", {"acme/three"}, {"acme/three"}),
        ("nothing", set(), set()),
        ("plain", {"alice/one", "alice/two"}, {"alice/one", "alice/two"}),
    ],
)
def test_a_token_sees_and_changes_what_its_scopes_name(person, name, seen, written):
    who = person(name)
    repos = ("alice/one", "alice/two", "acme/three")
    assert {repo for repo in repos if who.get(f"/api/models/{repo}").status_code == 200} == seen
    assert {repo for repo in repos if who.commit(repo, file("a", name.encode())).status_code == 200} == written
    listed = {item["id"] for item in who.get("/api/models").json()}
    assert listed == (seen if name != "one" else set()), "a scope of one repository opens it, but lists nothing"


def test_making_repositories_takes_a_scope_of_the_namespace(person):
    for name, namespace, status in (
        ("org", "acme", 200),
        ("org", "alice", 403),
        ("one", "alice", 403),
        ("reader", "acme", 403),
    ):
        answer = person(name).post("/api/repos/create", json={"name": f"made-by-{name}", "organization": namespace})
        assert answer.status_code == status, (name, namespace)


def test_talking_takes_a_permission_too(person):
    person("all").create("open")
    for name, status in (("org", 200), ("nothing", 403), ("reader", 403), ("one", 200)):
        answer = person(name).post("/api/models/alice/open/discussions", json={"title": "Hello", "description": "d"})
        assert answer.status_code == status, name


def test_a_gate_opens_to_tokens_that_say_so(person):
    alice = person("all")
    alice.create("gated")
    alice.put("alice/gated", {"a.txt": b"a"})
    alice.ask("PUT", "/api/models/alice/gated/settings", json={"gated": "auto"})
    person("bob").post("/alice/gated/ask-access")
    assert person("bob").read("alice/gated", "a.txt").status_code == 200
    assert person("bob_gated").read("alice/gated", "a.txt").status_code == 200
    assert person("bob_not").read("alice/gated", "a.txt").headers["X-Error-Code"] == "GatedRepo"


def test_whoami_shows_the_scopes(person):
    shown = person("one").get("/api/whoami-v2").json()["auth"]["accessToken"]
    assert shown["role"] == "fineGrained"
    entity = shown["fineGrained"]["scoped"][0]["entity"]
    assert (entity["type"], entity["name"], len(entity["_id"])) == ("model", "alice/one", 24)


@pytest.mark.parametrize(
    "fine",
    [7, {"x": 1}, {"scoped": 1}, {"scoped": [{}]}, {"global": "all"}, {"scoped": [scope("galaxy", "x", READ)]}],
)
def test_scopes_that_make_no_sense_are_refused_by_name(tmp_path, fine):
    path = tmp_path / "seed.json"
    users = [{"name": "u", "tokens": [{"token": "hf_u", "role": "fineGrained", "fineGrained": fine}]}]
    path.write_text(json.dumps({"format": "hub-seed/1", "users": users}))
    with pytest.raises(ValueError, match=r"users\[0\]\.tokens\[0\]\.fineGrained"), LocalHub(seed=path):
        pass
