"""`hubnb serve --read-only`: all can be fetched, nothing can be changed, neither by clients nor in the folder."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from hub_people import LARGE, Person, file, sha256

from hubnb.server import LocalHub

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def reader(data: Path):
    with LocalHub(data_dir=data, read_only=True) as hub:
        yield Person(hub.endpoint, hub.token, "me")


def test_everything_can_be_fetched(reader, tmp_path):
    assert reader.get("/api/whoami-v2").json()["name"] == "me"
    assert reader.get("/api/models/me/whole").json()["siblings"]
    assert reader.read("me/whole", "a/b/c.txt").content == b"deep"
    assert reader.read("me/whole", "model.bin").content == LARGE
    found = reader.post("/api/models/me/whole/paths-info/main", json={"paths": ["model.bin"]}).json()
    assert found[0]["lfs"]["oid"] == sha256(LARGE)
    (item,) = reader.batch("me/whole", LARGE, operation="download").json()["objects"]
    assert reader.get(item["actions"]["download"]["href"]).content == LARGE
    env = {**os.environ, "GIT_LFS_SKIP_SMUDGE": "1"}
    subprocess.run(["git", "clone", "-q", f"{reader.endpoint}/me/whole", tmp_path / "clone"], check=True, env=env)
    assert (tmp_path / "clone" / "a/b/c.txt").read_bytes() == b"deep"


def test_every_change_is_refused_with_the_reason(reader):
    refused = [
        reader.post("/api/repos/create", json={"name": "new"}),
        reader.ask("DELETE", "/api/repos/delete", json={"name": "digits"}),
        reader.post("/api/repos/move", json={"fromRepo": "me/whole", "toRepo": "me/other"}),
        reader.ask("PUT", "/api/models/me/whole/settings", json={"private": True}),
        reader.commit("me/whole", file("a.txt", b"a")),
        reader.post("/api/models/me/whole/branch/b", json={}),
        reader.post("/api/models/me/whole/tag/main", json={"tag": "v1"}),
        reader.post("/api/models/me/whole/discussions", json={"title": "x", "description": "y"}),
        reader.batch("me/whole", b"new"),
        reader.get("/api/models/me/whole/xet-write-token/main"),
        reader.ask("PUT", f"/api/lfs/objects/{sha256(b'new')}", data=b"new"),
        reader.get("/me/whole.git/info/refs?service=git-receive-pack"),
        reader.post("/me/whole.git/git-receive-pack"),
        reader.post("/api/models/me/whole/like"),
    ]
    for answer in refused:
        assert answer.status_code == 403, (answer.request.method, answer.request.path_url, answer.status_code)
        assert "read-only" in answer.text


def test_no_file_of_the_folder_changes(data):
    def state() -> dict[str, int]:
        files = (path for path in data.rglob("*") if path.is_file() and path.name not in {"lock", "hub.sqlite-shm"})
        return {str(path): path.stat().st_mtime_ns for path in files if path.stat().st_size}

    before = state()
    with LocalHub(data_dir=data, read_only=True) as hub:
        reader = Person(hub.endpoint, hub.token, "me")
        for _ in range(3):
            assert reader.read("me/whole", "a/b/c.txt").status_code == 200
        reader.post("/api/repos/create", json={"name": "new"})
    assert state() == before


@pytest.fixture
def unwritable(data: Path, tmp_path: Path):
    """The folder on a disk that nobody can write."""
    image = tmp_path / "mounted"
    image.mkdir()
    subprocess.run(["mount", "--bind", data, image], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", image], check=True)
        yield image
    finally:
        subprocess.run(["umount", image], check=True)


def can_mount() -> bool:
    return os.geteuid() == 0 and subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode == 0


if can_mount():

    def test_a_disk_that_can_not_be_written_is_served(unwritable):
        with LocalHub(data_dir=unwritable, read_only=True) as hub:
            reader = Person(hub.endpoint, hub.token, "me")
            assert reader.read("me/whole", "model.bin").content == LARGE
            assert reader.read("me/whole", "a/b/c.txt").content == b"deep"
        with pytest.raises(OSError, match=r"[Rr]ead-only"):
            LocalHub(data_dir=unwritable).start()

    def test_changes_that_only_the_journal_holds_are_not_passed_over(unwritable, data):
        shutil.copy(data / "hub.sqlite", data / "hub.sqlite-wal")
        with pytest.raises(OSError, match="Serve the folder once"):
            LocalHub(data_dir=unwritable, read_only=True).start()


def test_what_holds_no_hub_is_not_served_read_only(tmp_path):
    with pytest.raises(OSError, match="nothing to serve"):
        LocalHub(data_dir=tmp_path / "empty", read_only=True).start()
    assert not (tmp_path / "empty").exists()
    with pytest.raises(ValueError, match="data_dir"):
        LocalHub(read_only=True)


def test_a_reader_and_a_writer_do_not_share_a_folder(data):
    with LocalHub(data_dir=data, read_only=True), pytest.raises(OSError, match="in use by another Hub"):
        LocalHub(data_dir=data).start()
    with LocalHub(data_dir=data), pytest.raises(OSError, match="in use by another Hub"):
        LocalHub(data_dir=data, read_only=True).start()
