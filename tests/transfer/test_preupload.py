"""Large files that are sent before their commit, and the calls that are others under a second name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import hubnb
from hubnb.client.errors import HFValidationError
from hubnb.client.files import read_file

if TYPE_CHECKING:
    from pathlib import Path


def test_preuploaded_file_travels_once_and_its_memory_is_freed(
    hub: hubnb.LocalHub, api: hubnb.HfApi, repo_id: str
) -> None:
    shards = [hubnb.CommitOperationAdd(f"shard-{number}.bin", bytes([number]) * 100_000) for number in range(3)]
    note = hubnb.CommitOperationAdd("note.txt", b"small")
    for operation in [*shards, note]:
        api.preupload_lfs_files(repo_id, [operation])
    assert [operation.path_or_fileobj for operation in shards] == [b""] * 3
    assert note.path_or_fileobj == b"small"
    assert api.list_repo_files(repo_id) == [".gitattributes"]
    hub.requests.clear()
    api.create_commit(repo_id, [*shards, note], commit_message="all at once")
    assert not [request for request in hub.requests if request.method == "PUT"]
    assert read_file(repo_id, "shard-2.bin", token=api.token, endpoint=api.endpoint) == b"\2" * 100_000
    assert read_file(repo_id, "note.txt", token=api.token, endpoint=api.endpoint) == b"small"


def test_freed_content_that_is_needed_after_all_is_an_error_that_says_so(api: hubnb.HfApi, repo_id: str) -> None:
    operation = hubnb.CommitOperationAdd("weights.bin", b"x" * 100_000)
    api.preupload_lfs_files(repo_id, [operation])
    with pytest.raises(HFValidationError, match="free_memory=False"), operation.as_file() as file:
        file.read()
    kept = hubnb.CommitOperationAdd("weights.bin", b"y" * 100_000)
    api.preupload_lfs_files(repo_id, [kept], free_memory=False)
    assert kept.path_or_fileobj == b"y" * 100_000


def test_files_go_by_pattern_in_one_commit(api: hubnb.HfApi, repo_id: str) -> None:
    names = ["a.bin", "b.txt", "old/c.txt", "old/deep/d.txt"]
    adds = [hubnb.CommitOperationAdd(name, b"x") for name in names]
    api.create_commit(repo_id, adds, commit_message="fill")
    api.delete_files(repo_id, ["*.bin", "old/"])
    assert api.list_repo_files(repo_id) == [".gitattributes", "b.txt"]
    assert len(api.list_repo_commits(repo_id)) == 3
    api.delete_files(repo_id, ["*"])
    assert api.list_repo_files(repo_id) == [".gitattributes"]


def test_large_folder_makes_its_repository(api: hubnb.HfApi, repo_id: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    new = repo_id + "-large"
    commit = api.upload_large_folder(new, tmp_path, repo_type="dataset", private=True, num_workers=3)
    assert commit.repo_url.repo_id == new
    assert api.dataset_info(new).private
    assert "a.txt" in api.list_repo_files(new, repo_type="dataset")
