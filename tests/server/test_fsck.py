"""`hubnb fsck`: finds what is damaged, says what to do, and repairs only what loses nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hub_people import LARGE, Person, sha256

from hubnb.cli import main
from hubnb.server import LocalHub

if TYPE_CHECKING:
    from pathlib import Path


def fsck(data: Path, *options: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "hubnb.cli", "fsck", "--data", str(data), *options], capture_output=True, text=True
    )
    return done.returncode, done.stdout + done.stderr


def quick(data: Path, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, str]:
    status = main(["fsck", "--data", str(data), *options])
    found = capsys.readouterr()
    return status, found.out + found.err


def large_path(data: Path) -> Path:
    oid = sha256(LARGE)
    return data / "lfs" / oid[:2] / oid[2:4] / oid


def object_path(data: Path, revision: str) -> Path:
    (repo,) = [repo for repo in (data / "repos").iterdir() if (repo / "refs" / "heads" / "other").exists()]
    done = subprocess.run(["git", "-C", repo, "rev-parse", "--verify", revision], capture_output=True, text=True)
    oid = done.stdout.strip()
    return repo / "objects" / oid[:2] / oid[2:]


def test_a_whole_folder_has_nothing_wrong_while_served_and_after(data):
    for options in ([], ["--full"], ["--repair"]):
        status, text = fsck(data, *options)
        assert (status, "0 damaged, 0 leftovers" in text) == (0, True), text
    with LocalHub(data_dir=data):
        status, text = fsck(data, "--full")
    assert (status, "2 repositories" in text, "0 damaged, 0 leftovers" in text) == (0, True, True), text


def test_checking_changes_no_file(data):
    def state() -> dict[str, tuple[int, int]]:
        return {
            str(path): (path.stat().st_size, path.stat().st_mtime_ns)
            for path in data.rglob("*")
            if path.is_file() and path.name not in {"lock", "hub.sqlite-wal", "hub.sqlite-shm"}
        }

    before = state()
    assert fsck(data, "--full")[0] == 0
    assert state() == before


@pytest.mark.parametrize("revision", ["main:README.md", "main^{tree}", "main", "main:a/b/c.txt", "main~2", "v1"])
@pytest.mark.parametrize("how", ["missing", "cut", "changed"])
def test_a_damaged_git_object_is_found_and_named(data, capsys, revision, how):
    path = object_path(data, revision)
    path.chmod(0o644)
    if how == "missing":
        path.unlink()
    elif how == "cut":
        path.write_bytes(path.read_bytes()[:-5])
    else:
        import zlib

        path.write_bytes(zlib.compress(zlib.decompress(path.read_bytes())[:-1] + b"?"))
    status, text = quick(data, capsys)
    assert (status, "me/whole" in text, path.parent.name + path.name in text) == (1, True, True), text
    assert "What to do" in text


def test_a_missing_large_file_is_found_and_comes_back_with_the_next_push(data, capsys):
    large_path(data).unlink()
    status, text = quick(data, capsys)
    assert (status, sha256(LARGE) in text, "push the file again" in text) == (1, True, True), text
    with LocalHub(data_dir=data) as hub:
        me = Person(hub.endpoint, hub.token, "me")
        me.put_large("me/whole", "again.bin", LARGE)
        assert me.read("me/whole", "model.bin").content == LARGE
    assert quick(data, capsys, "--full")[0] == 0


def test_a_large_file_of_another_size_is_found_without_reading_it(data, capsys):
    large_path(data).write_bytes(LARGE[:-1])
    status, text = quick(data, capsys)
    assert (status, f"has {len(LARGE) - 1} bytes instead of {len(LARGE)}" in text) == (1, True), text


def test_a_changed_large_file_is_found_by_the_full_check_and_repaired_by_the_next_push(data, capsys):
    large_path(data).write_bytes(LARGE[:-1] + b"?")
    assert quick(data, capsys)[0] == 0, "its size is right, and nobody asked to read it"
    status, text = quick(data, capsys, "--full", "--repair")
    assert (status, "missing" in text) == (1, True), text
    assert (data / "damaged" / sha256(LARGE)).read_bytes()[-1:] == b"?", "set aside, not deleted"
    with LocalHub(data_dir=data) as hub:
        Person(hub.endpoint, hub.token, "me").put_large("me/whole", "again.bin", LARGE)
    assert quick(data, capsys, "--full")[0] == 0


def test_a_damaged_small_file_is_moved_away_and_comes_back_with_the_next_push(data, capsys):
    path = object_path(data, "main:a/b/c.txt")
    path.chmod(0o644)
    path.write_bytes(b"rotten")
    assert quick(data, capsys, "--repair")[0] == 1
    with LocalHub(data_dir=data) as hub:
        me = Person(hub.endpoint, hub.token, "me")
        me.put("me/whole", {"copy.txt": b"deep"})
        assert me.read("me/whole", "a/b/c.txt").content == b"deep"
    assert quick(data, capsys)[0] == 0


def test_a_lost_git_folder_a_lost_main_and_a_broken_ref_are_found(data, capsys):
    repo = object_path(data, "main:a/b/c.txt").parents[2]
    (repo / "refs" / "heads" / "other").write_text("no commit id\n")
    status, text = quick(data, capsys)
    assert (status, "refs/heads/other" in text) == (1, True), text
    (repo / "refs" / "heads" / "main").unlink()
    status, text = quick(data, capsys)
    assert (status, "no branch main" in text) == (1, True), text
    repo.rename(data / "elsewhere")
    status, text = quick(data, capsys)
    assert (status, f"{repo.name} is missing" in text) == (1, True), text


def test_leftovers_of_a_kill_are_told_repaired_and_are_no_damage(data, capsys):
    repo = object_path(data, "main:a/b/c.txt").parents[2]
    (repo / "refs" / "heads" / "main.lock").touch()
    (repo / "objects" / "tmp_obj_12").write_bytes(b"half")
    (data / "tmp" / "half").write_bytes(b"half")
    (data / "repos" / "0123456789abcdef01234567.git").mkdir()
    (data / "lfs" / "ab" / "cd").mkdir(parents=True)
    (data / "lfs" / "ab" / "cd" / ("abcd" + "0" * 60)).write_bytes(b"whose")
    (data / "uploads" / "abc").mkdir()
    os.utime(data / "uploads" / "abc", (0, 0))
    status, text = quick(data, capsys)
    assert (status, "0 damaged, 5 leftovers" in text) == (0, True), text
    status, text = quick(data, capsys, "--repair")
    assert (status, "1 leftovers" in text, "belong to no repository" in text) == (0, True, True), text
    assert not list(repo.rglob("*.lock"))


def test_leftovers_that_a_serving_hub_may_be_using_are_left_alone(data, capsys):
    with LocalHub(data_dir=data):
        (data / "tmp" / "arriving").write_bytes(b"half")
        assert quick(data, capsys, "--repair")[0] == 0
        assert (data / "tmp" / "arriving").exists()


def test_what_is_no_data_folder_is_told(tmp_path, capsys):
    status, text = quick(tmp_path, capsys)
    assert (status, "no data folder of a Hub" in text) == (2, True), text
    (tmp_path / "hub.sqlite").write_bytes(b"this is no database, by no means" * 100)
    status, text = quick(tmp_path, capsys)
    assert (status, "not a database of this Hub" in text) == (2, True), text


def test_a_database_that_rots_is_told(data, capsys):
    path = data / "hub.sqlite"
    content = bytearray(path.read_bytes())
    content[8192:12288] = os.urandom(4096)
    path.write_bytes(content)
    status, text = quick(data, capsys)
    assert status in {1, 2}
    assert "hub.sqlite" in text
