"""`hubnb gc`: what nothing refers to goes after a while, beside a Hub that serves; nothing else ever does."""

from __future__ import annotations

import os
import threading
import time

from hub_people import Person, sha256

from hubnb.cli import main
from hubnb.server import LocalHub


def gc(hub: LocalHub, capsys, *options: str) -> str:
    assert main(["gc", "--data", str(hub._hub.folder), *options]) == 0
    return capsys.readouterr().out


def grow_old(hub: LocalHub, repo: str = "%/%") -> None:
    """Make links of a repository and all files old; not those of others, which may be in the middle of a commit."""
    hub._hub.database.write(
        "UPDATE objects SET created_at = created_at - 1e6 WHERE repo_id IN"
        " (SELECT id FROM repos WHERE namespace || '/' || name LIKE ?)",
        repo,
    )
    for path in hub._hub.folder.glob("lfs/*/*/*"):
        os.utime(path, (path.stat().st_mtime - 1e6,) * 2)


def there(hub: LocalHub, content: bytes) -> bool:
    return hub._hub.large.size(sha256(content)) is not None


def test_only_what_no_commit_of_any_ref_has_is_removed(own_hub, me, capsys):
    repo = me.create()
    kept = {name: name.encode() * 100 for name in ("head", "history", "branch", "tag", "pull request")}
    me.put_large(repo, "history.bin", kept["history"])
    me.commit(repo, ("deletedFile", {"path": "history.bin"}))
    me.put_large(repo, "head.bin", kept["head"])
    me.post(f"/api/models/{repo}/branch/side", json={})
    me.commit(repo, ("lfsFile", {"path": "b.bin", **me.upload(repo, kept["branch"])}), revision="side")
    me.post(f"/api/models/{repo}/branch/tagged", json={})
    me.commit(repo, ("lfsFile", {"path": "t.bin", **me.upload(repo, kept["tag"])}), revision="tagged")
    me.post(f"/api/models/{repo}/tag/tagged", json={"tag": "v1", "message": "annotated"})
    me.ask("DELETE", f"/api/models/{repo}/branch/tagged")
    me.commit(
        repo, ("lfsFile", {"path": "p.bin", **me.upload(repo, kept["pull request"])}), revision="main?create_pr=1"
    )
    unused, gone = b"never committed" * 100, b"of a deleted branch" * 100
    me.upload(repo, unused)
    me.post(f"/api/models/{repo}/branch/gone", json={})
    me.commit(repo, ("lfsFile", {"path": "g.bin", **me.upload(repo, gone)}), revision="gone")
    me.ask("DELETE", f"/api/models/{repo}/branch/gone")
    assert "Removed 0 large files" in gc(own_hub, capsys), "all of it is young"
    grow_old(own_hub)
    assert "Would remove 2 large files" in gc(own_hub, capsys, "--dry-run")
    assert there(own_hub, unused)
    size = len(unused) + len(gone)
    assert f"Removed 2 large files ({size} bytes), 2 links" in gc(own_hub, capsys)
    assert not there(own_hub, unused)
    assert not there(own_hub, gone)
    assert all(there(own_hub, content) for content in kept.values())
    assert me.read(repo, "head.bin").content == kept["head"]
    assert main(["fsck", "--full", "--data", str(own_hub._hub.folder)]) == 0


def test_what_was_collected_can_be_uploaded_and_committed_again(own_hub, me, capsys):
    repo, content = me.create(), b"again" * 1000
    me.upload(repo, content)
    grow_old(own_hub)
    gc(own_hub, capsys)
    assert not there(own_hub, content)
    me.put_large(repo, "again.bin", content)
    assert me.read(repo, "again.bin").content == content


def test_a_file_that_another_repository_uses_stays_there_and_goes_here(own_hub, me, capsys):
    used, unused, content = me.create(), me.create(), b"both" * 1000
    me.put_large(used, "a.bin", content)
    me.upload(unused, content)
    grow_old(own_hub)
    assert "Removed 0 large files (0 bytes), 1 links" in gc(own_hub, capsys)
    assert me.read(used, "a.bin").content == content


def test_files_without_any_link_and_uploads_that_were_given_up_go(own_hub, me, capsys):
    path = own_hub._hub.large.path(sha256(b"lost"))
    path.parent.mkdir(parents=True)
    path.write_bytes(b"lost")
    upload = own_hub._hub.folder / "uploads" / "abc"
    upload.mkdir()
    (upload / "data").write_bytes(b"half")
    assert "Removed 0 large files (0 bytes), 0 links that no commit uses, and 0 unfinished uploads" in gc(
        own_hub, capsys
    )
    os.utime(path, (0, 0))
    os.utime(upload, (0, 0))
    assert "Removed 1 large files (4 bytes), 0 links that no commit uses, and 1 unfinished uploads" in gc(
        own_hub, capsys
    )
    assert not path.exists()
    assert not upload.exists()


def test_a_damaged_repository_is_spared(own_hub, me, capsys):
    repo, content = me.create(), b"spare me" * 100
    head = me.put(repo, {"a.txt": b"a"})
    me.upload(repo, content)
    grow_old(own_hub)
    (folder,) = own_hub._hub._repos_folder.iterdir()
    (folder / "objects" / head[:2] / head[2:]).unlink()
    assert "is damaged, so nothing of it was removed" in gc(own_hub, capsys)
    assert there(own_hub, content)


def test_too_short_a_time_is_refused_only_while_a_hub_serves(tmp_path, capsys):
    data = tmp_path / "data"
    content = b"fresh" * 100
    with LocalHub(data_dir=data) as hub:
        me = Person(hub.endpoint, hub.token, "me")
        me.upload(me.create(), content)
        assert main(["gc", "--data", str(data), "--older-than", "0s"]) == 2
        assert "at least 1 h" in capsys.readouterr().err
    time.sleep(0.01)  # older than nothing
    assert main(["gc", "--data", str(data), "--older-than", "0s"]) == 0
    assert "Removed 1 large files" in capsys.readouterr().out


def test_commits_and_collections_at_once_lose_nothing(own_hub, tmp_path, capsys, monkeypatch):
    """The same old, unused content is committed and collected over and over."""
    contents = [b"%d" % number * 1000 for number in range(12)]
    committed: list[tuple[str, bytes]] = []
    refused: list[str] = []
    stop = threading.Event()

    def collecting() -> None:
        while not stop.is_set():
            main(["gc", "--data", str(own_hub._hub.folder), "--older-than", "1h"])

    collector = threading.Thread(target=collecting)
    repos = [Person(own_hub.endpoint, own_hub.token, "me").create() for _ in range(3)]
    collector.start()

    def pushing(repo: str) -> None:
        me = Person(own_hub.endpoint, own_hub.token, "me")
        for number in range(12):
            content = contents[number % len(contents)]
            try:
                value = me.upload(repo, content)
            except AssertionError as error:  # it met the collector, and was told so
                refused.append(str(error))
                continue
            # Only what was not committed yet: in an hour no link that a commit has just used grows old again.
            own_hub._hub.database.write(
                "UPDATE objects SET created_at = 0 WHERE oid = ? AND repo_id = (SELECT id FROM repos WHERE name = ?)",
                *(sha256(content), repo.split("/")[1]),
            )
            answer = me.commit(repo, ("lfsFile", {"path": f"{number}.bin", **value}))
            assert answer.status_code in {200, 400}, answer.text
            if answer.status_code == 200:
                committed.append((f"{repo}/resolve/{answer.json()['commitOid']}/{number}.bin", content))

    threads = [threading.Thread(target=pushing, args=(repo,)) for repo in repos]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stop.set()
    collector.join()
    assert committed
    assert [text for text in refused if "Send it again" not in text and "Upload it again" not in text] == []
    me = Person(own_hub.endpoint, own_hub.token, "me")
    for path, content in committed:
        assert me.get(f"/{path}").content == content, path
    capsys.readouterr()
    assert main(["fsck", "--full", "--data", str(own_hub._hub.folder)]) == 0, capsys.readouterr().out
