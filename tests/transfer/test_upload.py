"""Pushes: one commit or none, nothing sent twice, nobody's work overwritten."""

from __future__ import annotations

import hashlib
import io
import json
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import hubnb
from hubnb.client.errors import (
    EntryNotFoundError,
    HfHubHTTPError,
    HFValidationError,
    HubError,
    HubUnreachableError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
    TransferCancelled,
)
from hubnb.client.files import read_file
from hubnb.server import LocalHub
from hubnb.transfer import Transfer, content_hash, hash_journal
from hubnb.transfer.conflict import PushConflictError
from hubnb.transfer.content import FileContent
from hubnb.transfer.push_journal import remember_written_file

if TYPE_CHECKING:
    from collections.abc import Callable

MULTIPART_BYTES = 70_000_000


@pytest.fixture
def big() -> bytes:
    """Content that the Hub has never seen: what it has once does not travel again."""
    return os.urandom(200_000)


@pytest.fixture
def multipart() -> bytes:
    """Content too large for one request."""
    return os.urandom(MULTIPART_BYTES)


def commits(api: hubnb.HfApi, repo_id: str) -> list[str]:
    return [commit.title for commit in api.list_repo_commits(repo_id)]


def read(api: hubnb.HfApi, repo_id: str, path: str) -> bytes:
    return read_file(repo_id, path, token=api.token, endpoint=api.endpoint)


def puts(hub: LocalHub) -> list[str]:
    return [request.path for request in list(hub.requests) if request.method == "PUT"]


@pytest.fixture
def folder(tmp_path: Path, big: bytes) -> Path:
    root = tmp_path / "model"
    (root / "a" / "b").mkdir(parents=True)
    (root / ".git").mkdir()
    (root / ".git" / "config").write_text("secret")
    (root / "config.json").write_text("{}")
    (root / "model.safetensors").write_bytes(big)
    (root / "a" / "b" / "ünï #1%.txt").write_text("text")
    (root / "empty").write_bytes(b"")
    (root / "linked.txt").symlink_to(root / "config.json")
    return root


def test_folder_becomes_one_commit(api: hubnb.HfApi, repo_id: str, folder: Path, big: bytes) -> None:
    commit = api.upload_folder(repo_id=repo_id, folder_path=folder, commit_message="all of it")
    files = set(api.list_repo_files(repo_id))
    assert files == {".gitattributes", "config.json", "model.safetensors", "a/b/ünï #1%.txt", "empty", "linked.txt"}
    assert commits(api, repo_id)[0] == "all of it"
    assert len(commits(api, repo_id)) == 2
    assert commit.oid == api.model_info(repo_id).sha
    assert commit == f"{api.endpoint}/{repo_id}/commit/{commit.oid}"
    assert read(api, repo_id, "model.safetensors") == big


def test_pushing_the_same_again_sends_nothing_and_commits_nothing(
    api: hubnb.HfApi, hub: LocalHub, repo_id: str, folder: Path
) -> None:
    first = api.upload_folder(repo_id=repo_id, folder_path=folder)
    hub.requests.clear()
    second = api.upload_folder(repo_id=repo_id, folder_path=folder)
    assert second.oid == first.oid
    assert puts(hub) == []
    assert not [request for request in list(hub.requests) if "/commit/" in request.path]


def test_untouched_files_are_not_read_again_and_touched_ones_are(
    api: hubnb.HfApi, repo_id: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hash_journal, "_QUIET_BEFORE_HASH_NS", 0)  # these files are as fresh as can be
    first = api.upload_folder(repo_id=repo_id, folder_path=folder)
    opened: list[str] = []
    really_open = FileContent.open

    def watched(self: FileContent, start: int = 0) -> object:
        opened.append(self.path.name)
        return really_open(self, start)

    monkeypatch.setattr(FileContent, "open", watched)
    assert api.upload_folder(repo_id=repo_id, folder_path=folder).oid == first.oid
    assert opened == []
    (folder / "config.json").write_text('{"b": 2}')
    second = api.upload_folder(repo_id=repo_id, folder_path=folder)
    assert second.oid != first.oid
    assert set(opened) == {"config.json", "linked.txt"}
    assert read(api, repo_id, "config.json") == b'{"b": 2}'


def test_file_whose_writer_hashed_it_is_read_only_to_be_sent(
    api: hubnb.HfApi, repo_id: str, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, content = tmp_path / "x.safetensors", os.urandom(100_000)
    path.write_bytes(content)
    remember_written_file(path, hashlib.sha256(content).hexdigest(), home_dir=home)

    def not_needed(*_: Any, **__: Any) -> str:
        raise AssertionError

    monkeypatch.setattr(content_hash.ContentHasher, "digest", not_needed)
    api.upload_file(path_or_fileobj=path, path_in_repo="x.safetensors", repo_id=repo_id)
    assert read(api, repo_id, "x.safetensors") == content


def test_file_written_while_it_was_hashed_is_not_believed(api: hubnb.HfApi, repo_id: str, tmp_path: Path) -> None:
    """Same size, same second: a hash taken right after a write must not vouch for the next write."""
    path = tmp_path / "x.safetensors"
    for content in (b"a" * 1000, b"b" * 1000, b"c" * 1000):
        path.write_bytes(content)
        api.upload_file(path_or_fileobj=path, path_in_repo="x.safetensors", repo_id=repo_id)
        assert read(api, repo_id, "x.safetensors") == content


def test_rewritten_file_of_the_same_size_and_date_is_read_again(
    api: hubnb.HfApi, repo_id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `tar` and reproducible builds leave it: a hash of the first must not vouch for the second."""
    monkeypatch.setattr(hash_journal, "_QUIET_BEFORE_HASH_NS", 0)
    path = tmp_path / "x.safetensors"
    for content in (b"a" * 100_000, b"b" * 100_000):
        path.write_bytes(content)
        os.utime(path, (1_000_000_000, 1_000_000_000))
        api.upload_file(path_or_fileobj=path, path_in_repo="x.safetensors", repo_id=repo_id)
        assert read(api, repo_id, "x.safetensors") == content


def test_refused_object_is_the_error_though_others_are_still_hashed(
    api: hubnb.HfApi, hub: LocalHub, repo_id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = threading.Event()
    really_digest = content_hash.ContentHasher.digest

    def digest(self: content_hash.ContentHasher, content: FileContent, algorithm: Any, **kwargs: Any) -> str:
        if content.path.name == "z.safetensors":
            assert refused.wait(10)
        return really_digest(self, content, algorithm, **kwargs)

    def halt(self: Transfer[Any]) -> None:
        really_halt(self)
        refused.set()

    really_halt = Transfer.halt
    monkeypatch.setattr(Transfer, "halt", halt)
    monkeypatch.setattr(content_hash.ContentHasher, "digest", digest)
    for name in ("a.safetensors", "z.safetensors"):
        (tmp_path / name).write_bytes(os.urandom(200_000))
    hub.faults.fail("PUT *", status=403, times=None)
    with pytest.raises(HfHubHTTPError, match="may not do that"):
        api.upload_folder(repo_id=repo_id, folder_path=tmp_path)


def test_unusable_journal_only_costs_time(api: hubnb.HfApi, repo_id: str, folder: Path, home: Path) -> None:
    (home / "hubnb").mkdir()
    (home / "hubnb" / "hashes.db").write_text("this is no database")
    api.upload_folder(repo_id=repo_id, folder_path=folder)
    assert "config.json" in api.list_repo_files(repo_id)


def test_object_the_hub_has_is_not_sent_again(api: hubnb.HfApi, hub: LocalHub, repo_id: str, big: bytes) -> None:
    add = [hubnb.CommitOperationAdd("one.safetensors", big), hubnb.CommitOperationAdd("two.safetensors", big)]
    hub.requests.clear()
    api.create_commit(repo_id, add, commit_message="two names, one content")
    assert len(puts(hub)) == 1
    hub.requests.clear()
    api.upload_file(path_or_fileobj=big, path_in_repo="three.safetensors", repo_id=repo_id)
    assert puts(hub) == []
    assert read(api, repo_id, "three.safetensors") == big


def test_large_object_travels_in_parts(api: hubnb.HfApi, hub: LocalHub, repo_id: str, multipart: bytes) -> None:
    hub.requests.clear()
    job = api.upload_file(
        path_or_fileobj=multipart, path_in_repo="big.safetensors", repo_id=repo_id, run_as_future=True
    )
    job.result()
    assert len(puts(hub)) > 1
    assert job.snapshot().bytes_moved == len(multipart)
    assert Path(api.hf_hub_download(repo_id, "big.safetensors")).read_bytes() == multipart


def test_broken_part_is_sent_again(api: hubnb.HfApi, hub: LocalHub, repo_id: str, multipart: bytes) -> None:
    hub.faults.cut("PUT *", after_bytes=1_000_000, times=2)
    api.upload_file(path_or_fileobj=multipart, path_in_repo="big.safetensors", repo_id=repo_id)
    assert Path(api.hf_hub_download(repo_id, "big.safetensors")).read_bytes() == multipart


@pytest.mark.parametrize("source", ["path", "bytes", "file"])
def test_every_kind_of_source(api: hubnb.HfApi, repo_id: str, tmp_path: Path, source: str, big: bytes) -> None:
    path = tmp_path / "x.safetensors"
    path.write_bytes(big)
    sources = {"path": path, "bytes": big, "file": io.BytesIO(big)}
    commit = api.upload_file(path_or_fileobj=sources[source], path_in_repo="d/x.safetensors", repo_id=repo_id)
    assert commit == f"{api.endpoint}/{repo_id}/commit/{commit.oid}"
    assert read(api, repo_id, "d/x.safetensors") == big


def test_delete_patterns_go_in_the_same_commit(api: hubnb.HfApi, repo_id: str, folder: Path, tmp_path: Path) -> None:
    api.upload_folder(repo_id=repo_id, folder_path=folder, path_in_repo="v")
    new = tmp_path / "new"
    new.mkdir()
    (new / "model-2.safetensors").write_bytes(b"2")
    api.upload_folder(repo_id=repo_id, folder_path=new, path_in_repo="v", delete_patterns="*.safetensors")
    files = api.list_repo_files(repo_id)
    assert "v/model.safetensors" not in files
    assert {"v/model-2.safetensors", "v/config.json", ".gitattributes"} <= set(files)
    assert len(commits(api, repo_id)) == 3


def test_delete_and_copy(api: hubnb.HfApi, repo_id: str, folder: Path, big: bytes) -> None:
    api.upload_folder(repo_id=repo_id, folder_path=folder)
    api.create_commit(
        repo_id,
        [
            hubnb.CommitOperationCopy("model.safetensors", "copy.safetensors"),
            hubnb.CommitOperationCopy("config.json", "copy.json"),
            hubnb.CommitOperationDelete("a/"),
        ],
        commit_message="move things",
    )
    files = api.list_repo_files(repo_id)
    assert {"copy.safetensors", "copy.json"} <= set(files)
    assert not [path for path in files if path.startswith("a/")]
    assert read(api, repo_id, "copy.safetensors") == big
    api.delete_file("copy.json", repo_id)
    with pytest.raises(EntryNotFoundError):
        api.delete_file("copy.json", repo_id)
    with pytest.raises(EntryNotFoundError, match="nothing"):
        api.create_commit(repo_id, [hubnb.CommitOperationCopy("nothing", "x")], commit_message="copy")


def test_ignored_files_stay_out(api: hubnb.HfApi, repo_id: str, tmp_path: Path) -> None:
    api.upload_file(path_or_fileobj=b"*.log\n", path_in_repo=".gitignore", repo_id=repo_id)
    (tmp_path / "run.log").write_text("x")
    (tmp_path / "keep.txt").write_text("x")
    job = api.upload_folder(repo_id=repo_id, folder_path=tmp_path, run_as_future=True)
    job.result()
    assert "run.log" not in api.list_repo_files(repo_id)
    assert job.snapshot().note == "1 left out by the repository's .gitignore"


def test_others_work_on_other_files_is_kept(api: hubnb.HfApi, hub: LocalHub, repo_id: str, big: bytes) -> None:
    """Somebody commits between our plan and our commit: their file stays, ours is added."""
    hub.faults.stall("PUT *", times=1)
    job = api.upload_file(path_or_fileobj=big, path_in_repo="ours.safetensors", repo_id=repo_id, run_as_future=True)
    while not [request for request in list(hub.requests) if "batch" in request.path]:
        job.wait(0.01)
    api.upload_file(path_or_fileobj=b"theirs", path_in_repo="theirs.txt", repo_id=repo_id)
    hub.faults.clear()
    job.result(20)
    assert {"ours.safetensors", "theirs.txt"} <= set(api.list_repo_files(repo_id))


def test_conflict_says_what_changed_there_and_by_which_commit(api: hubnb.HfApi, repo_id: str) -> None:
    old = api.model_info(repo_id).sha
    theirs = api.upload_file(path_or_fileobj=b"1", path_in_repo="a.txt", repo_id=repo_id, commit_message="their work")
    with pytest.raises(PushConflictError, match="their work") as caught:
        api.upload_file(path_or_fileobj=b"2", path_in_repo="b.txt", repo_id=repo_id, parent_commit=old)
    assert caught.value.paths == ("a.txt",)
    assert caught.value.head == theirs.oid
    assert caught.value.status_code == 412
    assert theirs.oid in str(caught.value)


def test_file_somebody_changed_meanwhile_is_not_deleted(
    api: hubnb.HfApi, hub: LocalHub, repo_id: str, big: bytes
) -> None:
    for path in ("old/a.txt", "old/b.txt"):
        api.upload_file(path_or_fileobj=b"old", path_in_repo=path, repo_id=repo_id)
    hub.faults.stall("PUT *", times=1)
    operations = [hubnb.CommitOperationAdd("x.safetensors", big), hubnb.CommitOperationDelete("old/")]
    job = api.create_commit(repo_id, operations, commit_message="tidy up", run_as_future=True)
    while not [request for request in list(hub.requests) if "batch" in request.path]:
        job.wait(0.01)
    api.upload_file(path_or_fileobj=b"new work", path_in_repo="old/a.txt", repo_id=repo_id)
    hub.faults.clear()
    with pytest.raises(PushConflictError, match=r"old/a\.txt"):
        job.result(20)
    assert read(api, repo_id, "old/a.txt") == b"new work"


def test_others_change_of_the_same_file_is_a_conflict_that_names_it(
    api: hubnb.HfApi, hub: LocalHub, repo_id: str, big: bytes
) -> None:
    hub.faults.stall("PUT *", times=1)
    job = api.upload_file(path_or_fileobj=big, path_in_repo="same.safetensors", repo_id=repo_id, run_as_future=True)
    while not [request for request in list(hub.requests) if "batch" in request.path]:
        job.wait(0.01)
    api.upload_file(path_or_fileobj=b"theirs", path_in_repo="same.safetensors", repo_id=repo_id)
    hub.faults.clear()
    with pytest.raises(HfHubHTTPError, match=r"same\.safetensors"):
        job.result(20)
    assert read(api, repo_id, "same.safetensors") == b"theirs"


@pytest.mark.parametrize("name", ["log.txt", "log.safetensors"])
def test_growing_file_is_pushed_as_it_was_and_a_shrinking_one_is_named(
    api: hubnb.HfApi, repo_id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    path = tmp_path / name
    path.write_bytes(b"a" * 3000)
    really_open = FileContent.open
    change: list[Callable[[], object]] = []

    def changing(self: FileContent, start: int = 0) -> object:
        if change:
            change.pop()()
        return really_open(self, start)

    monkeypatch.setattr(FileContent, "open", changing)
    change.append(lambda: path.write_bytes(b"a" * 3000 + b"b" * 100))
    upload(api, repo_id, path, name)
    assert read(api, repo_id, name) == b"a" * 3000
    before = len(commits(api, repo_id))
    change.append(lambda: path.write_bytes(b"a" * 10))
    with pytest.raises(HubError, match="became shorter") as caught:
        upload(api, repo_id, path, name)
    assert name in str(caught.value)
    assert len(commits(api, repo_id)) == before


def test_dry_run_says_what_would_travel_and_sends_nothing(
    api: hubnb.HfApi, hub: LocalHub, repo_id: str, folder: Path, big: bytes
) -> None:
    api.upload_folder(repo_id=repo_id, folder_path=folder)
    (folder / "config.json").write_text('{"new": true}')
    (folder / "copy.safetensors").write_bytes(big)
    (folder / "new.safetensors").write_bytes(big[::-1])
    (folder / "a" / "b" / "ünï #1%.txt").unlink()
    hub.requests.clear()
    plan = api.upload_folder(repo_id=repo_id, folder_path=folder, delete_patterns="*.txt", dry_run=True)
    changes = {file.path: (file.change, file.travels) for file in plan.files}
    assert changes == {
        "a/b/ünï #1%.txt": ("removed", 0),
        "config.json": ("changed", 13),
        "linked.txt": ("changed", 13),
        "copy.safetensors": ("added", 0),
        "new.safetensors": ("added", len(big)),
        "model.safetensors": ("same", 0),
        "empty": ("same", 0),
    }
    assert plan.bytes_to_send == len(big) + 26
    assert "+        200,000  new.safetensors" in str(plan)
    assert puts(hub) == []
    assert len(commits(api, repo_id)) == 2


def test_undo_puts_every_file_back_without_sending_large_ones(
    api: hubnb.HfApi, hub: LocalHub, repo_id: str, folder: Path, big: bytes
) -> None:
    api.upload_folder(repo_id=repo_id, folder_path=folder)
    before = {entry.path: entry for entry in api.list_repo_tree(repo_id, recursive=True)}
    (folder / "config.json").write_text('{"worse": true}')
    (folder / "model.safetensors").write_bytes(big[::-1])
    (folder / "more.bin").write_bytes(b"more")
    commit = api.upload_folder(repo_id=repo_id, folder_path=folder, delete_patterns="a/*", commit_message="worse")
    hub.requests.clear()
    undone = api.undo_push(commit)
    assert {entry.path: entry for entry in api.list_repo_tree(repo_id, recursive=True)} == before
    assert undone.commit_message == "Undo: worse"
    assert puts(hub) == []
    with pytest.raises(HfHubHTTPError, match="changed since"):
        api.undo_push(commit)


def test_commit_whose_answer_was_lost_counts_and_one_that_was_not_made_does_not(
    api: hubnb.HfApi, hub: LocalHub, repo_id: str
) -> None:
    hub.faults.lose_answer("POST */commit/*", times=1)
    commit = api.upload_file(path_or_fileobj=b"1", path_in_repo="a.txt", repo_id=repo_id, commit_message="once")
    assert commit.oid == api.model_info(repo_id).sha
    assert commits(api, repo_id) == ["once", "initial commit"]
    hub.faults.cut("POST */commit/*", after_bytes=0, times=1)
    api.upload_file(path_or_fileobj=b"2", path_in_repo="b.txt", repo_id=repo_id, commit_message="again")
    assert commits(api, repo_id) == ["again", "once", "initial commit"]
    hub.faults.cut("POST */commit/*", after_bytes=0, times=None)
    with pytest.raises(HubUnreachableError):
        api.upload_file(path_or_fileobj=b"3", path_in_repo="c.txt", repo_id=repo_id, commit_message="never")
    hub.faults.clear()
    assert commits(api, repo_id) == ["again", "once", "initial commit"]


def test_given_parent_commit_is_binding(api: hubnb.HfApi, repo_id: str) -> None:
    old = api.model_info(repo_id).sha
    api.upload_file(path_or_fileobj=b"1", path_in_repo="a.txt", repo_id=repo_id)
    with pytest.raises(HfHubHTTPError, match="changed since") as caught:
        api.upload_file(path_or_fileobj=b"2", path_in_repo="b.txt", repo_id=repo_id, parent_commit=old)
    assert caught.value.status_code == 412
    assert "b.txt" not in api.list_repo_files(repo_id)


def test_many_threads_at_once_lose_nothing(api: hubnb.HfApi, repo_id: str) -> None:
    jobs = [
        api.upload_file(path_or_fileobj=b"x", path_in_repo=f"f{n}.txt", repo_id=repo_id, run_as_future=True)
        for n in range(5)
    ]
    for job in jobs:
        job.result(60)
    assert {f"f{n}.txt" for n in range(5)} <= set(api.list_repo_files(repo_id))


def test_cancelled_push_commits_nothing_and_its_objects_count_next_time(
    api: hubnb.HfApi, hub: LocalHub, repo_id: str, big: bytes
) -> None:
    hub.faults.stall("POST */commit/*", times=1)
    job = api.upload_file(path_or_fileobj=big, path_in_repo="x.safetensors", repo_id=repo_id, run_as_future=True)
    while not puts(hub):
        job.wait(0.01)
    job.cancel()
    with pytest.raises(TransferCancelled):
        job.result(15)
    hub.faults.clear()
    before = len(puts(hub))
    api.upload_file(path_or_fileobj=big, path_in_repo="x.safetensors", repo_id=repo_id)
    assert len(puts(hub)) == before


def test_cancel_ends_a_push_that_hangs(api: hubnb.HfApi, hub: LocalHub, repo_id: str, multipart: bytes) -> None:
    hub.faults.stall("PUT *", times=None)
    job = api.upload_file(path_or_fileobj=multipart, path_in_repo="x.safetensors", repo_id=repo_id, run_as_future=True)
    while not job.snapshot().bytes_moved:
        job.wait(0.01)
    threading.Timer(0.05, job.cancel).start()
    with pytest.raises(TransferCancelled):
        job.result(2)
    assert commits(api, repo_id) == ["initial commit"]


def test_cancel_lets_go_of_every_connection_at_once(
    api: hubnb.HfApi, hub: LocalHub, repo_id: str, tmp_path: Path
) -> None:
    """A connection that goes on would send what waits in the system, and the rest of its block."""
    path = tmp_path / "x.safetensors"
    path.write_bytes(os.urandom(MULTIPART_BYTES))
    hub.faults.stall("PUT *", times=None)
    job = api.upload_file(path_or_fileobj=path, path_in_repo="x.safetensors", repo_id=repo_id, run_as_future=True)
    while not job.snapshot().bytes_moved:
        job.wait(0.01)
    senders = [thread for thread in threading.enumerate() if thread.name == f"hubnb-send-{job.id}"]
    assert senders
    job.cancel()
    for thread in senders:
        thread.join(2)
        assert not thread.is_alive()


def upload(api: hubnb.HfApi, repo_id: str, source: object = b"", path: str = "x", **kwargs: object) -> None:
    api.upload_file(path_or_fileobj=source, path_in_repo=path, repo_id=repo_id, **kwargs)


def commit_twice(api: hubnb.HfApi, repo_id: str) -> None:
    adds = [hubnb.CommitOperationAdd("a", b"1"), hubnb.CommitOperationAdd("a", b"2")]
    api.create_commit(repo_id, adds, commit_message="x")


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda api, repo: upload(api, repo, path="../x"), r"\.\./x"),
        (lambda api, repo: upload(api, repo, "/no/such"), "/no/such"),
        (lambda api, repo: upload(api, repo, "/tmp"), "upload_folder"),
        (lambda api, repo: upload(api, repo, io.StringIO("x")), "binary"),
        (lambda api, repo: api.upload_folder(folder_path="/no/such", repo_id=repo), "/no/such"),
        (lambda api, repo: api.create_commit(repo, [], commit_message=" "), "commit_message"),
        (commit_twice, "'a'"),
    ],
)
def test_bad_input_is_named_before_anything_is_asked(
    api: hubnb.HfApi, hub: LocalHub, repo_id: str, call: Callable[[hubnb.HfApi, str], None], words: str
) -> None:
    hub.requests.clear()
    with pytest.raises(HFValidationError, match=words):
        call(api, repo_id)
    assert not hub.requests


def test_push_to_nowhere_is_named_and_sends_nothing(api: hubnb.HfApi, hub: LocalHub, repo_id: str, big: bytes) -> None:
    with pytest.raises(RepositoryNotFoundError, match="me/nowhere"):
        upload(api, "me/nowhere", big, "x.safetensors")
    with pytest.raises(RevisionNotFoundError, match="'no'"):
        upload(api, repo_id, big, "x.safetensors", revision="no")
    assert puts(hub) == []
    assert commits(api, repo_id) == ["initial commit"]


def test_read_token_may_not_push(tmp_path: Path, big: bytes) -> None:
    tokens = [
        {"token": "hf_annwrite000", "name": "w", "role": "write"},
        {"token": "hf_annread0000", "name": "r", "role": "read"},
    ]
    seed = {"format": "hub-seed/1", "users": [{"name": "ann", "tokens": tokens}]}
    path = tmp_path / "seed.json"
    path.write_text(json.dumps(seed))
    with LocalHub(seed=path) as hub:
        hubnb.create_repo("ann/x", token="hf_annwrite000", endpoint=hub.endpoint)
        reader = hubnb.HfApi(endpoint=hub.endpoint, token="hf_annread0000")
        with pytest.raises(HfHubHTTPError, match="write access") as caught:
            reader.upload_file(path_or_fileobj=big, path_in_repo="x.safetensors", repo_id="ann/x")
        assert caught.value.status_code == 403
        assert "hf_annread" not in str(caught.value)
        assert puts(hub) == []


def test_gitignore_of_the_same_push_counts_already(api: hubnb.HfApi, repo_id: str, tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("*.log\nprivate/\n")
    (tmp_path / "private").mkdir()
    for name in ("kept.txt", "run.log", "private/key.txt"):
        (tmp_path / name).write_text("x")
    api.upload_folder(repo_id=repo_id, folder_path=tmp_path)
    assert api.list_repo_files(repo_id) == [".gitattributes", ".gitignore", "kept.txt"]


def test_paths_are_taken_as_people_write_them_and_refused_where_they_must_be() -> None:
    for given in ("a/b.txt", "/a/b.txt", "./a/b.txt"):
        assert hubnb.CommitOperationAdd(given, b"").path_in_repo == "a/b.txt"
        assert hubnb.CommitOperationDelete(given).path_in_repo == "a/b.txt"
    for refused in (".git/x", "a/.git/x", ".cache/huggingface/x", "a/.cache/huggingface", "//a", "../a", "a/../b"):
        with pytest.raises(HFValidationError):
            hubnb.CommitOperationAdd(refused, b"")
        with pytest.raises(HFValidationError):
            hubnb.CommitOperationDelete(refused)
    assert hubnb.CommitOperationAdd("a/.gitignore", b"").path_in_repo == "a/.gitignore"
    with pytest.raises(HFValidationError, match="is_folder"):
        hubnb.CommitOperationDelete("a", is_folder="yes")  # pyright: ignore[reportArgumentType]
