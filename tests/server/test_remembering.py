"""What the Hub keeps in memory is never older than the last write."""

from __future__ import annotations

import os
import subprocess
import time


def test_a_token_that_was_taken_away_is_refused_by_the_next_request(own_hub, me):
    repo = me.create()
    me.put(repo, {"a.txt": b"a"})
    for _ in range(3):
        assert me.read(repo, "a.txt").status_code == 200
    own_hub._hub.database.write("DELETE FROM tokens")
    assert me.read(repo, "a.txt").status_code == 401


def test_a_token_that_ends_while_it_is_remembered_is_refused(own_hub, me):
    repo = me.create()
    me.put(repo, {"a.txt": b"a"})
    own_hub._hub.database.write("UPDATE tokens SET expires_at = ?", time.time() + 0.5)
    while (status := me.read(repo, "a.txt").status_code) == 200:
        pass
    assert status == 401


def test_a_repository_that_turns_private_is_hidden_from_the_next_request(own_hub, me):
    from hub_people import Person

    repo, nobody = me.create(), Person(own_hub.endpoint, None, None)
    me.put(repo, {"a.txt": b"a"})
    for _ in range(3):
        assert nobody.read(repo, "a.txt").status_code == 200
    assert me.ask("PUT", f"/api/models/{repo}/settings", json={"private": True}).status_code == 200
    assert nobody.read(repo, "a.txt").status_code == 404


def test_a_branch_that_moves_is_followed_by_the_next_request(me):
    repo = me.create()
    for number in range(5):
        me.put(repo, {"a.txt": b"%d" % number})
        for _ in range(3):
            assert me.read(repo, "a.txt").content == b"%d" % number


def test_git_finds_nothing_wrong_with_what_is_stored_packed_or_plain(own_hub, me):
    repo = me.create()
    content = {"dense.dat": os.urandom(100_000), "text.txt": b"a line\n" * 20_000, "empty": b"", "x/y/z.txt": b"z"}
    me.put(repo, content)
    (folder,) = own_hub._hub._repos_folder.iterdir()
    done = subprocess.run(["git", "-C", folder, "fsck", "--full", "--strict"], capture_output=True, text=True)
    assert (done.returncode, done.stderr.strip()) == (0, "")
    for path, data in content.items():
        assert me.read(repo, path).content == data
    stored = sum(path.stat().st_size for path in folder.joinpath("objects").rglob("*") if path.is_file())
    assert 100_000 < stored < 110_000, "text is packed, what is dense already costs no more than itself"
