"""ls, find, glob, walk, info and the questions they cost."""

from __future__ import annotations

import datetime
import pickle
from typing import TYPE_CHECKING

import pytest

import hubnb
from hubnb.client.errors import RepositoryNotFoundError, RevisionNotFoundError
from hubnb.filesystem import HfFileSystem

if TYPE_CHECKING:
    from hubnb.server import LocalHub


def asked(hub: LocalHub) -> int:
    return len(hub.requests)


def test_a_folder_is_listed_with_sizes_and_hashes(fs: HfFileSystem, data: str) -> None:
    names = fs.ls(f"hf://{data}", detail=False)
    big = fs.info(f"{data}/big.bin")

    assert names == [f"{data}/.gitattributes", f"{data}/big.bin", f"{data}/data"]
    assert big["size"] == 9_000_000
    assert len(big["lfs"].sha256) == 64
    assert fs.info(data)["type"] == "directory"
    assert fs.ls(f"{data}/data/a.txt", detail=False) == [f"{data}/data/a.txt"]


def test_walk_find_and_glob_see_all_levels_with_one_question_each(fs: HfFileSystem, hub: LocalHub, data: str) -> None:
    hub.requests.clear()
    files = fs.find(f"{data}/data")
    assert asked(hub) == 1

    assert files == [f"{data}/data/a.txt", f"{data}/data/deep/b.txt"]
    assert fs.find(f"{data}/data", withdirs=True)[0] == f"{data}/data"
    assert fs.find(data, maxdepth=2) == [f"{data}/.gitattributes", f"{data}/big.bin", f"{data}/data/a.txt"]
    assert fs.glob(f"{data}/**/*.txt") == files
    assert fs.glob(f"{data}/*/?.txt") == [f"{data}/data/a.txt"]
    assert fs.glob(f"{data}/nothing/*") == []
    fs.invalidate_cache()
    hub.requests.clear()
    assert [(folder, names) for folder, _, names in fs.walk(f"{data}/data")] == [
        (f"{data}/data", ["a.txt"]),
        (f"{data}/data/deep", ["b.txt"]),
    ]
    assert asked(hub) == 1


def test_many_files_of_one_folder_cost_few_questions(fs: HfFileSystem, hub: LocalHub, data: str) -> None:
    fs.pipe({f"{data}/many/{number}.txt": b"x" for number in range(20)})
    hub.requests.clear()

    assert all(fs.info(f"{data}/many/{number}.txt")["size"] == 1 for number in range(20))
    assert asked(hub) <= 3


def test_the_reason_is_in_the_error_and_the_hubs_own_error_its_cause(fs: HfFileSystem, data: str) -> None:
    for path, words, cause in (
        ("datasets/me/nowhere/x", "repository not found", RepositoryNotFoundError),
        (f"{data}@nowhere/x", "revision not found", RevisionNotFoundError),
    ):
        with pytest.raises(FileNotFoundError, match=words) as caught:
            fs.info(path)
        assert isinstance(caught.value.__cause__, cause)
        assert not fs.exists(path)
        with pytest.raises(FileNotFoundError, match=words):
            fs.open(path, "w")
    with pytest.raises(FileNotFoundError):
        fs.open(f"{data}/nothing.txt")
    assert not fs.isfile(f"{data}/nothing.txt")


def test_a_hub_that_fails_is_no_missing_file(fs: HfFileSystem, data: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")

    with pytest.raises(hubnb.client.errors.OfflineModeIsEnabled):
        fs.exists(f"{data}/big.bin")


def test_branches_and_pull_requests_are_reached_by_their_revision(
    fs: HfFileSystem, api: hubnb.HfApi, data: str
) -> None:
    repo_id = data.removeprefix("datasets/")
    api.create_branch(repo_id, branch="feature/x", repo_type="dataset")
    fs.pipe(f"{data}@feature%2Fx/new.txt", b"branch")
    opened = api.upload_file(
        path_or_fileobj=b"pr", path_in_repo="new.txt", repo_id=repo_id, repo_type="dataset", create_pr=True
    )

    assert fs.cat(f"{data}@feature%2Fx/new.txt") == b"branch"
    assert fs.cat_file(f"{data}/new.txt", revision="feature/x") == b"branch"
    assert fs.cat(f"{data}@{opened.pr_revision}/new.txt") == b"pr"
    assert fs.glob(f"{data}@{opened.pr_revision}/new*") == [f"{data}@{opened.pr_revision}/new.txt"]
    assert not fs.exists(f"{data}/new.txt")


def test_what_somebody_else_adds_is_found_although_the_folder_was_listed(
    fs: HfFileSystem, api: hubnb.HfApi, data: str
) -> None:
    fs.ls(data)
    api.upload_file(
        path_or_fileobj=b"x", path_in_repo="late.txt", repo_id=data.removeprefix("datasets/"), repo_type="dataset"
    )

    assert fs.cat(f"{data}/late.txt") == b"x"
    assert f"{data}/late.txt" in fs.ls(data, detail=False, refresh=True)


def test_a_repository_that_was_deleted_is_gone_for_who_asks_again(
    fs: HfFileSystem, api: hubnb.HfApi, repo_id: str
) -> None:
    assert fs.exists(repo_id)
    api.delete_repo(repo_id)

    assert not fs.exists(repo_id, refresh=True)
    assert not fs.exists(repo_id)


def test_modified_created_url_and_key(fs: HfFileSystem, hub: LocalHub, data: str) -> None:
    assert isinstance(fs.modified(f"{data}/data/a.txt"), datetime.datetime)
    assert isinstance(fs.modified(f"{data}/data"), datetime.datetime)
    assert isinstance(fs.modified(data), datetime.datetime)
    assert isinstance(fs.created(data), datetime.datetime)
    with pytest.raises(NotImplementedError, match="modified"):
        fs.created(f"{data}/data/a.txt")
    assert fs.url(f"{data}/data/a.txt") == f"{hub.endpoint}/{data}/resolve/main/data/a.txt"
    assert fs.url(f"{data}/data") == f"{hub.endpoint}/{data}/tree/main/data"
    assert fs.ukey(f"{data}/big.bin") == fs.info(f"{data}/big.bin")["lfs"].sha256
    assert fs.info(f"{data}/data/a.txt", expand_info=True)["last_commit"].title == "files"
    with pytest.raises(FileNotFoundError):
        fs.modified(f"{data}/nothing.txt")


def test_the_token_shows_nowhere_and_travels_in_a_pickle(hub: LocalHub, data: str) -> None:
    fs = HfFileSystem(endpoint=hub.endpoint, token=hub.token)
    opened = fs.open(f"{data}/data/a.txt")
    shown = f"{fs!r} {fs.storage_options!r} {opened!r} {fs.to_json(include_password=False)}"
    again = pickle.loads(pickle.dumps(fs))

    assert hub.token not in shown
    assert again.ls(data, detail=False) == fs.ls(data, detail=False)
    assert again is fs
    assert HfFileSystem(endpoint=hub.endpoint, token=f"{hub.token}x", skip_instance_cache=True) != fs
    assert HfFileSystem(endpoint=hub.endpoint, token=hub.token) is fs
    assert HfFileSystem(endpoint=hub.endpoint, token=False) is not fs
    assert pickle.loads(pickle.dumps(opened)).read() == b"one\ntwo\n"


def test_all_who_see_a_hub_as_one_person_share_what_they_know(fs: HfFileSystem, data: str) -> None:
    other = HfFileSystem(skip_instance_cache=True)
    assert other.find(data)
    fs.pipe(f"{data}/late.txt", b"x")

    assert f"{data}/late.txt" in other.find(data)
