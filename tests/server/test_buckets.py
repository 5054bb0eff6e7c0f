"""Large files in a bucket: a real S3 server beside, stock clients before."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
import requests
from hub_people import Person, sha256
from test_reference_client import judge

from hubnb.cli import main
from hubnb.server import LocalHub
from hubnb.server.routes import lfs

if TYPE_CHECKING:
    from pathlib import Path

CONTENT = b"content of a large file " * 5000


@pytest.fixture(scope="module")
def s3():
    """The address of an S3 server."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        address = f"http://127.0.0.1:{port}"
        try:
            _wait_for(address, server)
            yield address
        finally:
            server.kill()


def _wait_for(address: str, server: subprocess.Popen) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            requests.request("GET", address, timeout=5)
        except requests.ConnectionError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the S3 server did not start")


@pytest.fixture
def bucket(s3, monkeypatch, tmp_path) -> str:
    """The URL of an empty bucket, and the environment that leads to it."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret-of-the-bucket")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3)
    name = f"b-{sha256(str(tmp_path).encode())[:20]}"
    assert requests.put(f"{s3}/{name}", timeout=10).status_code == 200
    return f"s3://{name}/hub"


@pytest.fixture
def own_hub(bucket, tmp_path):
    with LocalHub(data_dir=tmp_path / "data", blobs=bucket) as hub:
        yield hub


def keys(hub: LocalHub) -> list[str]:
    return sorted(stored.oid for stored in hub._hub.large.stored())


def local_files(hub: LocalHub) -> list[Path]:
    found = (path for name in ("lfs", "tmp", "uploads") for path in (hub._hub.folder / name).rglob("*"))
    return [path for path in found if path.is_file()]


def test_an_upload_lands_in_the_bucket_and_is_read_from_there(own_hub, me):
    repo = me.create()
    head = me.put_large(repo, "model.bin", CONTENT)
    assert keys(own_hub) == [sha256(CONTENT)]
    assert local_files(own_hub) == []
    for method in ("HEAD", "GET"):
        answer = me.ask(method, f"/{repo}/resolve/main/model.bin")
        assert answer.status_code == 302
        assert answer.headers["X-Repo-Commit"] == head
        assert answer.headers["X-Linked-Etag"] == f'"{sha256(CONTENT)}"'
        assert answer.headers["X-Linked-Size"] == str(len(CONTENT))
    address = answer.headers["Location"]
    assert "secret-of-the-bucket" not in address
    fetched = requests.request("GET", address, timeout=10)
    assert fetched.content == CONTENT
    part = requests.request("GET", address, headers={"Range": "bytes=5-9"}, timeout=10)
    assert (part.status_code, part.content) == (206, CONTENT[5:10])


def test_what_is_not_what_was_announced_never_gets_there(own_hub, me):
    repo = me.create()
    action = me.batch(repo, CONTENT).json()["objects"][0]["actions"]["upload"]
    for wrong in (CONTENT[:-1], CONTENT[:-1] + b"?", CONTENT + b"?"):
        assert requests.put(action["href"], data=wrong, timeout=10).status_code == 422
    assert keys(own_hub) == []
    value = {"path": "model.bin", "algo": "sha256", "oid": sha256(CONTENT), "size": len(CONTENT)}
    assert me.commit(repo, ("lfsFile", value)).status_code == 400
    assert local_files(own_hub) == []


def test_an_upload_in_parts_lands_there_whole(own_hub, me, monkeypatch):
    monkeypatch.setattr(lfs, "MULTIPART_FROM_BYTES", 50_000)
    repo = me.create()
    item = me.batch(repo, CONTENT, transfers=("basic", "multipart")).json()["objects"][0]
    upload = item["actions"]["upload"]
    parts = sorted(name for name in upload["header"] if name.isdecimal())
    sent = []
    for number, name in enumerate(parts):
        part = CONTENT[number * 50_000 : (number + 1) * 50_000]
        answer = requests.put(upload["header"][name], data=part, timeout=10)
        sent.append({"partNumber": number + 1, "etag": answer.headers["ETag"]})
    done = requests.post(upload["href"], json={"oid": sha256(CONTENT), "parts": sent}, timeout=10)
    assert done.status_code == 200, done.text
    assert keys(own_hub) == [sha256(CONTENT)]
    assert local_files(own_hub) == []


@pytest.mark.parametrize("xet", ["0", "1"])
def test_the_reference_client_uploads_and_downloads(own_hub, tmp_path, xet):
    script = """
        api.create_repo("me/digits")
        (work / "in").mkdir()
        (work / "in/model.safetensors").write_bytes(os.urandom(3_000_000))
        (work / "in/small.txt").write_text("small")
        api.upload_folder(repo_id="me/digits", folder_path=work / "in")
        found = pathlib.Path(snapshot_download("me/digits"))
        for path in (work / "in").iterdir():
            assert (found / path.name).read_bytes() == path.read_bytes(), path
        assert HfFileSystem().cat_file("me/digits/model.safetensors", 10, 20) == (
            (work / "in/model.safetensors").read_bytes()[10:20])
    """
    judge(own_hub, tmp_path, script, token=own_hub.token, HF_HUB_DISABLE_XET="1" if xet == "0" else "0")
    assert len(keys(own_hub)) == 1
    assert local_files(own_hub) == []


def test_git_lfs_pushes_and_clones(own_hub, me, tmp_path):
    me.create("digits")
    address = own_hub.endpoint.replace("//", f"//me:{own_hub.token}@") + "/me/digits"
    env = {**os.environ, "GIT_CONFIG_GLOBAL": str(tmp_path / "gitconfig"), "GIT_TERMINAL_PROMPT": "0"}

    def git(*command: str, cwd: Path = tmp_path) -> None:
        done = subprocess.run(["git", *command], cwd=cwd, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    git("config", "--global", "user.name", "me")
    git("config", "--global", "user.email", "me@example.org")
    git("lfs", "install", "--skip-repo")
    git("clone", address, "one")
    (tmp_path / "one" / "model.bin").write_bytes(CONTENT)
    git("add", "model.bin", cwd=tmp_path / "one")
    git("commit", "-m", "Add a model", cwd=tmp_path / "one")
    git("push", cwd=tmp_path / "one")
    assert keys(own_hub) == [sha256(CONTENT)]
    git("clone", address, "two")
    assert (tmp_path / "two" / "model.bin").read_bytes() == CONTENT


def test_weights_in_the_bucket_are_described(own_hub, me):
    import json
    import struct

    header = json.dumps({"w": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}}).encode()
    repo = me.create()
    me.put_large(repo, "model.safetensors", struct.pack("<Q", len(header)) + header + bytes(24))
    assert me.get(f"/api/models/{repo}").json()["safetensors"] == {"parameters": {"F32": 6}, "total": 6}


def test_garbage_is_collected_and_damage_found_there_too(own_hub, me, capsys):
    repo = me.create()
    me.put_large(repo, "model.bin", CONTENT)
    me.upload(repo, b"never committed" * 100)
    data = str(own_hub._hub.folder)
    assert main(["fsck", "--full", "--data", data]) == 0, capsys.readouterr()
    own_hub._hub.database.write("UPDATE objects SET created_at = 0")
    assert main(["gc", "--data", data]) == 0
    assert "Removed 1 large files" in capsys.readouterr().out
    assert keys(own_hub) == [sha256(CONTENT)]
    own_hub._hub.large.remove([sha256(CONTENT)])
    assert main(["fsck", "--data", data]) == 1
    assert sha256(CONTENT) in capsys.readouterr().out
    me.put_large(repo, "again.bin", CONTENT)
    assert main(["fsck", "--full", "--data", data]) == 0


def test_a_deleted_repository_takes_its_files_along(own_hub, me):
    repo = me.create()
    me.put_large(repo, "model.bin", CONTENT)
    assert me.ask("DELETE", "/api/repos/delete", json={"name": repo.split("/")[1]}).status_code == 200
    assert keys(own_hub) == []


def test_the_place_is_remembered_and_not_changed_by_mistake(bucket, tmp_path):
    data = tmp_path / "data"
    with LocalHub(data_dir=data, blobs=bucket) as hub:
        me = Person(hub.endpoint, hub.token, "me")
        me.put_large(me.create("digits"), "model.bin", CONTENT)
    with LocalHub(data_dir=data) as hub:
        answer = Person(hub.endpoint, hub.token, "me").read("me/digits", "model.bin")
        assert answer.status_code == 302
    with pytest.raises(OSError, match=r"are in s3://.*not in s3://"):
        LocalHub(data_dir=data, blobs=f"{bucket}-elsewhere").start()


def test_files_move_from_the_folder_to_a_bucket_only_when_all_are_there(bucket, tmp_path):
    data = tmp_path / "data"
    with LocalHub(data_dir=data) as hub:
        me = Person(hub.endpoint, hub.token, "me")
        me.put_large(me.create("digits"), "model.bin", CONTENT)
        path = hub._hub.large.path(sha256(CONTENT))
    with pytest.raises(OSError, match="--blobs-moved"):
        LocalHub(data_dir=data, blobs=bucket).start()
    with pytest.raises(OSError, match="1 of 1 large files are not in"):
        LocalHub(data_dir=data, blobs=bucket, blobs_moved=True).start()
    from hubnb.server.buckets import Bucket

    Bucket(data, bucket).place(path, sha256(CONTENT))
    with LocalHub(data_dir=data, blobs=bucket, blobs_moved=True) as hub:
        answer = Person(hub.endpoint, hub.token, "me").read("me/digits", "model.bin")
        assert requests.request("GET", answer.headers["Location"], timeout=10).content == CONTENT


def test_a_bucket_that_can_not_be_used_is_told_at_the_start(bucket, tmp_path):
    for url, reason in (
        ("s3://no-such-bucket-anywhere", "can't be used"),
        ("nonsense://x", "no bucket that can be used"),
        ("s3://key:secret@bucket", "carries no keys"),
    ):
        with pytest.raises(OSError, match=reason):
            LocalHub(data_dir=tmp_path / "data", blobs=url).start()


def test_a_bucket_that_goes_away_is_a_503_and_nothing_is_acknowledged(own_hub, me, monkeypatch):
    repo = me.create()
    action = me.batch(repo, CONTENT).json()["objects"][0]["actions"]["upload"]
    large = own_hub._hub.large
    from obstore.store import from_url

    gone = {"endpoint": "http://127.0.0.1:9", "checksum_algorithm": "sha256"}
    monkeypatch.setattr(large, "_store", from_url(
        large._url, config=gone, client_options={"allow_http": True}, retry_config={"max_retries": 0}))  # fmt: skip
    answer = requests.put(action["href"], data=CONTENT, timeout=60)
    assert (answer.status_code, "Try again" in answer.text) == (503, True)
    assert own_hub._hub.database.all("SELECT * FROM objects") == []
    assert local_files(own_hub) == []
