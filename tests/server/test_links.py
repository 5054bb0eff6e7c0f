"""Links between repositories and large files, while somebody collects garbage."""

from __future__ import annotations

import time

from hub_people import sha256


def test_a_file_that_is_being_removed_can_not_be_linked_until_the_removal_gives_up(own_hub, me):
    repo, content, hub = me.create(), b"going away" * 100, own_hub._hub
    me.upload(repo, content)
    hub.database.write("DELETE FROM objects")
    hub.database.write("INSERT INTO doomed VALUES (?, ?)", sha256(content), time.time() + 60)
    repo_id = hub.database.one("SELECT id FROM repos")["id"]
    assert not hub.links.add(repo_id, sha256(content), len(content))
    hub.database.write("UPDATE doomed SET until = ?", time.time() - 1)
    assert hub.links.add(repo_id, sha256(content), len(content))


def test_an_upload_that_meets_the_collector_is_told_to_come_again(own_hub, me):
    import requests

    repo, content, hub = me.create(), b"going away" * 100, own_hub._hub
    address = me.batch(repo, content).json()["objects"][0]["actions"]["upload"]["href"]
    hub.database.write("INSERT INTO doomed VALUES (?, ?)", sha256(content), time.time() + 60)
    answer = requests.put(address, data=content, timeout=10)
    assert (answer.status_code, "again" in answer.text) == (503, True)
    hub.database.write("DELETE FROM doomed")
    assert requests.put(address, data=content, timeout=10).status_code == 200


def test_a_commit_whose_file_was_collected_in_the_last_moment_is_refused_and_nothing_moves(own_hub, me, monkeypatch):
    repo, content, hub = me.create(), b"collected" * 100, own_hub._hub
    value, head = me.upload(repo, content), me.head(repo)
    hold = hub.links.hold

    def collected_just_now(repo_id, oids):
        hub.database.write("DELETE FROM objects")
        return hold(repo_id, oids)

    monkeypatch.setattr(hub.links, "hold", collected_just_now)
    answer = me.commit(repo, ("lfsFile", {"path": "a.bin", **value}))
    assert (answer.status_code, "was not uploaded" in answer.text) == (400, True)
    assert me.head(repo) == head


def test_a_commit_makes_the_links_it_uses_young_again(own_hub, me):
    repo, content, hub = me.create(), b"old" * 100, own_hub._hub
    value = me.upload(repo, content)
    for moment in (0.0, time.time() + 1e6):  # long ago, and by a clock that went wrong
        hub.database.write("UPDATE objects SET created_at = ?", moment)
        assert me.commit(repo, ("lfsFile", {"path": f"{moment}.bin", **value})).status_code == 200
        assert abs(hub.database.one("SELECT created_at FROM objects")["created_at"] - time.time()) < 60


def test_what_two_repositories_hold_stays_until_both_are_gone(own_hub, me):
    content, hub = b"shared" * 100, own_hub._hub
    first, second = me.create(), me.create()
    me.put_large(first, "a.bin", content)
    me.put_large(second, "a.bin", content)
    for repo, left in ((first, len(content)), (second, None)):
        assert me.ask("DELETE", "/api/repos/delete", json={"name": repo.split("/")[1]}).status_code == 200
        assert hub.large.size(sha256(content)) == left
    assert hub.database.all("SELECT * FROM doomed") == []
