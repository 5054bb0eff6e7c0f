"""Lists of repositories that somebody put together."""

from __future__ import annotations

import pytest


@pytest.fixture
def slug(alice) -> str:
    return alice.post("/api/collections", json={"title": "My: Cool_stuff", "namespace": "alice"}).json()["slug"]


def ids(person, slug: str) -> list[str]:
    return [item["id"] for item in person.get(f"/api/collections/{slug}").json()["items"]]


def add(person, slug: str, name: str, kind: str = "model", **more: str):
    return person.post(f"/api/collections/{slug}/items", json={"item": {"type": kind, "id": name}, **more})


def test_its_address_follows_its_title_and_the_old_one_still_leads_there(alice, slug):
    assert slug.startswith("alice/my-cool-stuff-")
    changed = alice.ask("PATCH", f"/api/collections/{slug}", json={"title": "Other", "theme": "pink"}).json()["data"]
    assert changed["slug"].startswith("alice/other-")
    assert changed["theme"] == "pink"
    assert alice.get(f"/api/collections/{slug}").json()["slug"] == changed["slug"]


def test_items_keep_their_order_and_notes(alice, slug):
    first, second = alice.create(), alice.create()
    assert add(alice, slug, first, note="First").status_code == 200
    assert add(alice, slug, second).status_code == 200
    assert add(alice, slug, first).status_code == 409
    assert add(alice, slug, first, "dataset").headers["X-Error-Code"] == "RepoNotFound"
    items = alice.get(f"/api/collections/{slug}").json()["items"]
    assert (items[0]["note"], items[0]["position"], items[1]["type"]) == ({"text": "First"}, 0, "model")
    place = f"/api/collections/{slug}/items/{items[0]['_id']}"
    assert alice.ask("PATCH", place, json={"position": 1, "note": "Now last"}).status_code == 200
    assert ids(alice, slug) == [second, first]
    assert alice.ask("DELETE", place).status_code == 200
    assert alice.ask("DELETE", place).status_code == 404
    assert ids(alice, slug) == [second]


def test_what_is_private_shows_to_its_owner_only(alice, bob, nobody, slug):
    hidden, shown = alice.create(private=True), alice.create()
    add(alice, slug, hidden)
    add(alice, slug, shown)
    assert (ids(alice, slug), ids(nobody, slug)) == ([hidden, shown], [shown])
    alice.ask("PATCH", f"/api/collections/{slug}", json={"private": True})
    assert bob.get(f"/api/collections/{slug}").status_code == 404
    assert slug not in [item["slug"] for item in bob.get("/api/collections").json()]
    mine = {item["slug"]: item for item in alice.get("/api/collections?owner=alice").json()}
    assert "position" not in mine[slug], "the reference client gives each item of a list a position of its own"


def test_only_its_owner_changes_it(alice, bob, alice_reading, nobody, slug):
    for person, status in ((bob, 403), (alice_reading, 403), (nobody, 401)):
        assert person.ask("PATCH", f"/api/collections/{slug}", json={"title": "x"}).status_code == status
        assert person.ask("DELETE", f"/api/collections/{slug}").status_code == status
    assert bob.post("/api/collections", json={"title": "x", "namespace": "alice"}).status_code == 403
    assert alice.ask("DELETE", f"/api/collections/{slug}").status_code == 200
    assert alice.get(f"/api/collections/{slug}").status_code == 404


def test_collections_are_found_by_what_they_hold(alice, slug):
    repo, other = alice.create(), alice.create()
    add(alice, slug, repo)
    assert [item["slug"] for item in alice.get(f"/api/collections?item=models/{repo}").json()] == [slug]
    assert alice.get(f"/api/collections?item=models/{other}").json() == []


@pytest.mark.parametrize(
    "body", [{}, {"title": ""}, {"title": 7}, {"title": "x" * 101}, {"title": "x", "description": 1}]
)
def test_nonsense_is_refused(alice, body):
    assert alice.post("/api/collections", json=body).status_code == 400
