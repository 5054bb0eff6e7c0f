"""Pulls against a real Hub that behaves and one that does not."""

from __future__ import annotations

import hashlib
import os
import sys
import threading
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import hubnb
from hubnb.cache import RepoCache
from hubnb.client import RepoId
from hubnb.client.errors import (
    DiskFullError,
    EntryNotFoundError,
    FolderError,
    HFValidationError,
    HubUnreachableError,
    IntegrityError,
    LocalEntryNotFoundError,
    RevisionNotFoundError,
    TransferCancelled,
)
from hubnb.transfer import fetch, fetch_file, name_clash, pull, whole_file

if TYPE_CHECKING:
    from hubnb.server import LocalHub

MIB = 1 << 20
BIG = os.urandom(3 * MIB + 12345)
SMALL = os.urandom(50_000)


@pytest.fixture(autouse=True)
def _small_ranges(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut a few megabytes into as many ranges as a few gigabytes would be."""
    monkeypatch.setattr(fetch, "RANGE_BYTES", MIB)
    monkeypatch.setattr(fetch, "PIECE_BYTES", 64 * 1024)
    monkeypatch.setattr(fetch_file, "PIECE_BYTES", 64 * 1024)
    monkeypatch.setattr(fetch_file, "_RETRY_WAIT_S", 0.02)
    monkeypatch.setattr(fetch, "FLUSH_BYTES", MIB)
    monkeypatch.setattr(fetch_file, "FLUSH_BYTES", MIB)


@pytest.fixture
def repo(api: hubnb.HfApi, repo_id: str) -> str:
    api.create_commit(
        repo_id,
        [
            hubnb.CommitOperationAdd("model.safetensors", BIG),
            hubnb.CommitOperationAdd("small.bin", SMALL),
            hubnb.CommitOperationAdd("sub folder/ünï #1%.txt", b"text"),
            hubnb.CommitOperationAdd("same.txt", b"text"),
            hubnb.CommitOperationAdd("empty", b""),
        ],
        commit_message="fill",
    )
    return repo_id


def cache_of(repo_id: str) -> RepoCache:
    return RepoCache(hubnb.Settings.from_env().cache_dir, RepoId(repo_id))


def leftovers(repo_id: str) -> list[str]:
    blobs = cache_of(repo_id).blobs
    return sorted(path.name for path in blobs.iterdir() if "hubnb" in path.name) if blobs.exists() else []


def blobs_of(repo_id: str) -> list[Path]:
    return list(cache_of(repo_id).blobs.iterdir())


def gets(hub: LocalHub, method: str = "GET") -> list[str]:
    return [request.path for request in list(hub.requests) if request.method == method and "/resolve/" in request.path]


def test_snapshot_is_whole_and_nothing_is_left_over(api: hubnb.HfApi, repo: str) -> None:
    folder = Path(api.snapshot_download(repo))
    assert (folder / "model.safetensors").read_bytes() == BIG
    assert (folder / "small.bin").read_bytes() == SMALL
    assert (folder / "sub folder" / "ünï #1%.txt").read_bytes() == b"text"
    assert (folder / "empty").read_bytes() == b""
    assert (folder / "model.safetensors").resolve().name == hashlib.sha256(BIG).hexdigest()
    assert leftovers(repo) == []


def test_one_request_a_file_beyond_the_listing(api: hubnb.HfApi, hub: LocalHub, repo: str) -> None:
    hub.requests.clear()
    api.snapshot_download(repo, ignore_patterns="*.safetensors")
    assert len(gets(hub)) <= 4  # small.bin, text once for two names, .gitattributes; empty needs none
    assert gets(hub, "HEAD") == []
    assert len(list(hub.requests)) - len(gets(hub)) == 2


def test_second_pull_asks_but_fetches_nothing(api: hubnb.HfApi, hub: LocalHub, repo: str) -> None:
    path = api.hf_hub_download(repo, "small.bin")
    hub.requests.clear()
    assert api.hf_hub_download(repo, "small.bin") == path
    assert [request.method for request in hub.requests] == ["HEAD"]
    commit = api.model_info(repo).sha
    hub.requests.clear()
    assert api.hf_hub_download(repo, "small.bin", revision=commit) == path
    assert not hub.requests


def test_patterns_choose(api: hubnb.HfApi, repo: str) -> None:
    folder = Path(api.snapshot_download(repo, allow_patterns=["*.txt", "sub folder/"], ignore_patterns="same*"))
    assert sorted(path.name for path in folder.rglob("*") if path.is_file()) == ["ünï #1%.txt"]


def test_connection_that_breaks_is_continued_not_restarted(api: hubnb.HfApi, hub: LocalHub, repo: str) -> None:
    hub.faults.cut("*/resolve/*model.safetensors", after_bytes=300_000, times=4)
    path = Path(api.hf_hub_download(repo, "model.safetensors"))
    assert path.read_bytes() == BIG
    transfer = hubnb.transfer.default_manager().transfers[-1]
    assert transfer.snapshot().bytes_moved == len(BIG)


def test_cancelled_pull_is_resumed_by_the_next(api: hubnb.HfApi, hub: LocalHub, repo: str) -> None:
    hub.faults.stall("*/resolve/*model.safetensors", after_bytes=400_000, times=None)
    job = api.snapshot_download(repo, allow_patterns="*.safetensors", run_as_future=True)
    while job.snapshot().bytes_moved < 400_000:
        assert not job.done()
        job.wait(0.01)
    job.cancel()
    with pytest.raises(TransferCancelled):
        job.result(5)
    kept = job.snapshot().bytes_done
    assert len(leftovers(repo)) == 2
    assert not any(path.name == "model.safetensors" for path in cache_of(repo).folder.rglob("snapshots/*/*"))
    hub.faults.clear()
    again = api.snapshot_download(repo, allow_patterns="*.safetensors", run_as_future=True)
    assert (Path(again.result()) / "model.safetensors").read_bytes() == BIG
    assert again.snapshot().bytes_skipped == kept
    assert again.snapshot().bytes_moved == len(BIG) - kept
    assert leftovers(repo) == []


@pytest.mark.parametrize("name", ["model.safetensors", "small.bin"])
def test_flipped_byte_is_fetched_again_and_twice_is_an_error(
    api: hubnb.HfApi, hub: LocalHub, repo: str, name: str
) -> None:
    hub.faults.flip(f"*/resolve/*{name}", offset=20_000, times=1)
    path = Path(api.hf_hub_download(repo, name))
    assert hashlib.sha256(path.read_bytes()).hexdigest() == path.resolve().name
    path.resolve().unlink()
    path.unlink()
    hub.faults.clear()
    hub.faults.flip(f"*/resolve/*{name}", offset=20_000, times=None)
    with pytest.raises(IntegrityError, match=name):
        api.hf_hub_download(repo, name)
    assert not path.exists()
    assert leftovers(repo) == []


def test_server_that_ignores_range_is_read_whole(api: hubnb.HfApi, hub: LocalHub, repo: str) -> None:
    hub.faults.ignore_range("*/resolve/*")
    assert Path(api.hf_hub_download(repo, "model.safetensors")).read_bytes() == BIG


def test_whole_body_that_breaks_is_asked_for_again(api: hubnb.HfApi, hub: LocalHub, repo: str) -> None:
    hub.faults.ignore_range("*/resolve/*")
    hub.faults.cut("*/resolve/*model.safetensors", after_bytes=2_000_000, times=2)
    assert Path(api.hf_hub_download(repo, "model.safetensors")).read_bytes() == BIG


def test_empty_answers_without_end_are_an_error(api: hubnb.HfApi, hub: LocalHub, repo: str) -> None:
    hub.faults.cut("*/resolve/*model.safetensors", after_bytes=0, times=None)
    with pytest.raises(HubUnreachableError, match=r"model\.safetensors"):
        api.hf_hub_download(repo, "model.safetensors")


def test_dry_run_says_what_would_travel_and_changes_nothing(api: hubnb.HfApi, hub: LocalHub, repo: str) -> None:
    plan = api.snapshot_download(repo, dry_run=True)
    assert {file.path for file in plan.missing} == set(api.list_repo_files(repo))
    assert plan.bytes_to_fetch == plan.bytes_total > len(BIG)
    assert "model.safetensors" in str(plan)
    assert not cache_of(repo).folder.exists()
    assert gets(hub) == []
    api.hf_hub_download(repo, "model.safetensors")
    assert "model.safetensors" not in {file.path for file in api.snapshot_download(repo, dry_run=True).missing}
    assert api.hf_hub_download(repo, "small.bin", dry_run=True).bytes_to_fetch == len(SMALL)


def test_without_symlinks_equal_files_are_all_there(
    api: hubnb.HfApi, repo: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_DISABLE_SYMLINKS", "1")
    folder = Path(api.snapshot_download(repo))
    assert (folder / "same.txt").read_bytes() == (folder / "sub folder" / "ünï #1%.txt").read_bytes() == b"text"
    assert not [path for path in folder.rglob("*") if path.is_symlink()]
    assert api.snapshot_download(repo) == str(folder)


def test_busy_server_is_asked_again(api: hubnb.HfApi, hub: LocalHub, repo: str) -> None:
    hub.faults.fail("*/resolve/*", status=503, times=2, headers={"Retry-After": "0"})
    assert Path(api.hf_hub_download(repo, "small.bin")).read_bytes() == SMALL


def test_two_at_once_fetch_it_once(api: hubnb.HfApi, hub: LocalHub, repo: str) -> None:
    hub.requests.clear()
    jobs = [api.snapshot_download(repo, allow_patterns="*.safetensors", run_as_future=True) for _ in range(3)]
    assert len({job.result() for job in jobs}) == 1
    assert sum(job.snapshot().bytes_moved for job in jobs) == len(BIG)


def test_hub_gone_falls_back_to_what_is_here(api: hubnb.HfApi, hub: LocalHub, repo: str) -> None:
    path = api.hf_hub_download(repo, "small.bin")
    folder = api.snapshot_download(repo)
    hub.faults.fail("*", status=503, times=None, headers={"Retry-After": "0"})
    assert api.hf_hub_download(repo, "small.bin") == path
    assert api.snapshot_download(repo) == folder
    gone = hubnb.HfApi(endpoint="http://127.0.0.1:9", token=False)
    assert gone.hf_hub_download(repo, "small.bin") == path
    with pytest.raises(LocalEntryNotFoundError, match=r"other\.bin") as caught:
        gone.hf_hub_download(repo, "other.bin")
    assert isinstance(caught.value.__cause__, HubUnreachableError)


def test_interrupted_update_leaves_the_old_snapshot_in_use(
    api: hubnb.HfApi, hub: LocalHub, repo: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = api.snapshot_download(repo)
    api.upload_file(path_or_fileobj=os.urandom(3 * MIB), path_in_repo="new.safetensors", repo_id=repo)
    hub.faults.stall("*/resolve/*new.safetensors", after_bytes=100_000, times=None)
    job = api.snapshot_download(repo, run_as_future=True)
    while not job.snapshot().bytes_moved:
        assert not job.done()
        job.wait(0.01)
    job.cancel()
    job.wait(5)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert api.snapshot_download(repo) == old


def test_several_processes_fetch_into_one_folder_once(
    api: hubnb.HfApi, hub: LocalHub, repo: str, tmp_path: Path
) -> None:
    jobs = [
        api.snapshot_download(repo, local_dir=tmp_path, allow_patterns="*.safetensors", run_as_future=True)
        for _ in range(3)
    ]
    for job in jobs:
        job.result(30)
    assert sum(job.snapshot().bytes_moved for job in jobs) == len(BIG)
    assert (tmp_path / "model.safetensors").read_bytes() == BIG


def test_offline_names_the_missing_file(api: hubnb.HfApi, repo: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = api.hf_hub_download(repo, "small.bin")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert api.hf_hub_download(repo, "small.bin") == path
    with pytest.raises(LocalEntryNotFoundError, match=r"empty.*HF_HUB_OFFLINE"):
        api.hf_hub_download(repo, "empty")
    with pytest.raises(LocalEntryNotFoundError, match="me/other"):
        api.snapshot_download("me/other")


def test_missing_file_is_remembered(api: hubnb.HfApi, repo: str) -> None:
    with pytest.raises(EntryNotFoundError, match=r"nothing\.json"):
        api.hf_hub_download(repo, "nothing.json")
    assert repr(hubnb.try_to_load_from_cache(repo, "nothing.json")) == "_CACHED_NO_EXIST"
    with pytest.raises(RevisionNotFoundError, match="nowhen"):
        api.hf_hub_download(repo, "small.bin", revision="nowhen")


def test_forced_fetch_keeps_the_old_file_until_the_new_is_whole(api: hubnb.HfApi, hub: LocalHub, repo: str) -> None:
    path = Path(api.hf_hub_download(repo, "small.bin"))
    hub.faults.flip("*/resolve/*small.bin", times=None)
    with pytest.raises(IntegrityError):
        api.hf_hub_download(repo, "small.bin", force_download=True)
    assert path.read_bytes() == SMALL
    hub.faults.clear()
    hub.requests.clear()
    api.hf_hub_download(repo, "small.bin", force_download=True)
    assert len(gets(hub)) == 1


def test_full_disk_is_found_before_a_byte_moves(
    api: hubnb.HfApi, hub: LocalHub, repo: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Usage:
        free = 1000

    monkeypatch.setattr(pull.shutil, "disk_usage", lambda _: Usage)
    hub.requests.clear()
    with pytest.raises(DiskFullError, match="free"):
        api.snapshot_download(repo)
    assert gets(hub) == []
    assert leftovers(repo) == []


def test_local_dir_gets_real_files_and_is_kept_up_to_date(
    api: hubnb.HfApi, hub: LocalHub, repo: str, tmp_path: Path
) -> None:
    target = tmp_path / "here"
    assert api.snapshot_download(repo, local_dir=target) == str(target)
    assert not (target / "small.bin").is_symlink()
    assert (target / "model.safetensors").read_bytes() == BIG
    hub.requests.clear()
    api.snapshot_download(repo, local_dir=target)
    assert gets(hub) == []
    (target / "small.bin").write_bytes(b"edited")
    api.snapshot_download(repo, local_dir=target)
    assert (target / "small.bin").read_bytes() == SMALL


def test_local_dir_is_not_left_through_a_link(api: hubnb.HfApi, repo: str, tmp_path: Path) -> None:
    outside, target = tmp_path / "outside", tmp_path / "here"
    outside.mkdir()
    target.mkdir()
    (target / "sub folder").symlink_to(outside)
    with pytest.raises(hubnb.client.errors.HFValidationError, match="leads out"):
        api.snapshot_download(repo, local_dir=target)
    assert list(outside.iterdir()) == []


def test_cancel_answers_at_once_when_the_server_hangs(api: hubnb.HfApi, hub: LocalHub, repo: str) -> None:
    hub.faults.stall("*/resolve/*", times=None)
    job = api.snapshot_download(repo, run_as_future=True)
    while not [path for path in gets(hub) if path] and not job.snapshot().files_total:
        job.wait(0.01)
    threading.Timer(0.05, job.cancel).start()
    with pytest.raises(TransferCancelled):
        job.result(2)


def test_pull_of_nothing_is_an_empty_folder(api: hubnb.HfApi) -> None:
    empty = api.create_repo(f"me/empty-{uuid.uuid4().hex[:8]}").repo_id
    folder = Path(api.snapshot_download(empty, allow_patterns="*.nothing"))
    assert folder.is_dir()
    assert list(folder.iterdir()) == []


def test_names_that_are_one_on_this_disk_are_refused_before_a_byte_moves(
    api: hubnb.HfApi, hub: LocalHub, repo_id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.create_commit(
        repo_id,
        [hubnb.CommitOperationAdd("A.txt", b"upper"), hubnb.CommitOperationAdd("a.txt", b"lower")],
        commit_message="two",
    )
    folder = tmp_path / "out"
    api.snapshot_download(repo_id, local_dir=folder)
    assert ((folder / "A.txt").read_text(), (folder / "a.txt").read_text()) == ("upper", "lower")

    monkeypatch.setattr(name_clash, "_ignores_case", lambda _: True)
    hub.requests.clear()
    with pytest.raises(HFValidationError, match=r"'A\.txt' and 'a\.txt' are one name"):
        api.snapshot_download(repo_id)
    assert gets(hub) == []
    assert Path(api.snapshot_download(repo_id, ignore_patterns="a.txt"), "A.txt").read_text() == "upper"


@pytest.mark.parametrize(
    ("paths", "clash"),
    [
        (["b", "B"], ("b", "B")),
        (["caf\u00e9", "cafe\u0301"], ("caf\u00e9", "cafe\u0301")),
        (["data", "Data/x.bin"], ("data", "Data/x.bin")),
        (["Data/x", "data/y", "z"], None),
        ([], None),
    ],
)
def test_clash_is_found_between_files_and_folders(paths: list[str], clash: tuple[str, str] | None) -> None:
    assert name_clash._first_clash(paths) == clash


def test_this_disk_is_asked_whether_it_tells_capitals_apart(tmp_path: Path) -> None:
    (tmp_path / "x").touch()
    assert name_clash._ignores_case(tmp_path / "not there yet") == (tmp_path / "X").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


@pytest.mark.parametrize("argument", ["cache_dir", "local_dir"])
def test_folder_that_can_not_be_one_is_named(api: hubnb.HfApi, repo: str, tmp_path: Path, argument: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FolderError, match=r"Can't write to .*file.*Choose another folder"):
        api.snapshot_download(repo, **{argument: tmp_path / "file"})
    with pytest.raises(FolderError, match=r"Can't write to .*file"):
        api.hf_hub_download(repo, "small.bin", **{argument: tmp_path / "file"})


def test_journal_of_a_process_killed_after_it_named_the_file_is_removed(api: hubnb.HfApi, repo: str) -> None:
    api.snapshot_download(repo)
    blobs = cache_of(repo).blobs
    (blobs / f"{hashlib.sha256(BIG).hexdigest()}.hubnb-journal").write_text("left")
    api.snapshot_download(repo)
    assert leftovers(repo) == []


def test_small_files_leave_no_lock_behind(api: hubnb.HfApi, repo: str) -> None:
    nameless = whole_file.can_place(Path(api.snapshot_download(repo)))
    locks = {path.name for path in cache_of(repo).lock_path("x").parent.iterdir()}
    # Where a file can't be written before it has a name, a lock for each content has to do.
    expected = {f"{hashlib.sha256(BIG).hexdigest()}.lock"} if nameless else {b.name + ".lock" for b in blobs_of(repo)}
    assert locks == expected


def test_small_files_arrive_where_every_file_needs_a_name(
    api: hubnb.HfApi, repo: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "can_place", lambda _: False)
    folder = Path(api.snapshot_download(repo))
    assert (folder / "small.bin").read_bytes() == SMALL
    assert leftovers(repo) == []


def test_small_file_is_never_placed_over_another(tmp_path: Path) -> None:
    target = tmp_path / "name"
    assert whole_file.can_place(tmp_path) == (sys.platform == "linux"), "the folder for tests has to take such files"
    if sys.platform != "linux":
        return
    assert whole_file.place(b"first", target)
    assert not whole_file.place(b"second", target)
    assert target.read_bytes() == b"first"
    assert [path.name for path in tmp_path.iterdir()] == ["name"]


def test_what_is_here_is_given_from_a_cache_that_may_only_be_read(
    api: hubnb.HfApi, repo: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = api.snapshot_download(repo)

    def refuse(cache: RepoCache) -> None:
        raise PermissionError(13, "Permission denied", str(cache.blobs))

    monkeypatch.setattr(RepoCache, "prepare", refuse)
    monkeypatch.setattr(pull, "PIECE_BYTES", 1000)
    assert api.snapshot_download(repo) == folder
