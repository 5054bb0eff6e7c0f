"""Locks of git-lfs."""

from __future__ import annotations

import pytest
from hub_people import Person


@pytest.fixture
def repo(alice) -> str:
    return alice.create(organization="acme")


def take(person, repo: str, path: str = "a.bin"):
    return person.post(f"/{repo}.git/info/lfs/locks", json={"path": path, "ref": {"name": "refs/heads/main"}})


def test_a_lock_is_its_takers_until_it_is_opened(alice, bob, repo):
    taken = take(alice, repo)
    assert taken.status_code == 201
    assert taken.headers["Content-Type"] == "application/vnd.git-lfs+json"
    lock = taken.json()["lock"]
    assert (lock["path"], lock["owner"]) == ("a.bin", {"name": "alice"})
    again = take(alice, repo)
    assert (again.status_code, again.json()["lock"]) == (409, lock)
    assert take(bob, repo, "b.bin").status_code == 403, "bob only reads"
    assert bob.get(f"/{repo}.git/info/lfs/locks?path=a.bin").json() == {"locks": [lock], "next_cursor": ""}
    assert bob.get(f"/{repo}.git/info/lfs/locks?path=b.bin").json()["locks"] == []
    opened = alice.post(f"/{repo}.git/info/lfs/locks/{lock['id']}/unlock", json={})
    assert opened.json()["lock"] == lock
    assert alice.post(f"/{repo}.git/info/lfs/locks/{lock['id']}/unlock", json={}).status_code == 404


def test_a_push_hears_whose_locks_there_are(alice, alice_reading, repo, nobody):
    take(alice, repo)
    held = alice.post(f"/{repo}.git/info/lfs/locks/verify", json={}).json()
    assert [len(held["ours"]), len(held["theirs"])] == [1, 0]
    assert alice_reading.post(f"/{repo}.git/info/lfs/locks/verify", json={}).status_code == 403
    assert nobody.post(f"/{repo}.git/info/lfs/locks/verify", json={}).status_code == 401


def test_somebody_elses_lock_takes_force(alice, hub, repo, seed_file):
    lock = take(alice, repo).json()["lock"]
    change = "UPDATE members SET role = ? WHERE user_id = (SELECT id FROM accounts WHERE name = 'bob')"
    hub._hub.database.write(change, "write")
    try:
        bob = Person(hub.endpoint, "hf_bob_write", "bob")
        theirs = bob.post(f"/{repo}.git/info/lfs/locks/verify", json={}).json()["theirs"]
        assert [item["id"] for item in theirs] == [lock["id"]]
        address = f"/{repo}.git/info/lfs/locks/{lock['id']}/unlock"
        assert bob.post(address, json={}).status_code == 403
        assert bob.post(address, json={"force": True}).status_code == 200
        bob.session.close()
    finally:
        hub._hub.database.write(change, "read")


def test_locks_come_in_pages_and_paths_are_checked(alice, repo):
    for number in range(5):
        take(alice, repo, f"{number}.bin")
    seen, cursor = [], ""
    while True:
        page = alice.get(f"/{repo}.git/info/lfs/locks?limit=2&cursor={cursor}").json()
        seen += [lock["path"] for lock in page["locks"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert seen == [f"{number}.bin" for number in range(5)]
    for path in ("../x", "", None, 7):
        assert take(alice, repo, path).status_code == 422
