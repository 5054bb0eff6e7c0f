"""Folders for assets, files compared with the Hub, and deletion file by file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import hubnb
from hubnb import HfApi, cached_assets_path, scan_cache_dir
from hubnb.client.errors import HFValidationError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def filled(api: HfApi, repo_id: str) -> str:
    adds = [hubnb.CommitOperationAdd("a.txt", b"text"), hubnb.CommitOperationAdd("sub/w.bin", b"\0" * 4000)]
    api.create_commit(repo_id, adds, commit_message="fill")
    return repo_id


def test_assets_have_a_folder_of_their_own(home: Path) -> None:
    path = cached_assets_path("datasets", namespace="me/squad v1", subfolder="download")
    assert path == home.resolve() / "assets" / "datasets" / "me--squad--v1" / "download"
    assert path.is_dir()
    for bad in ("..", ""):
        with pytest.raises(HFValidationError):
            cached_assets_path(bad)
    file = home / "file"
    file.touch()
    with pytest.raises(HFValidationError, match="a file"):
        cached_assets_path("datasets", assets_dir=file)
    (home / "in-the-way").touch()
    with pytest.raises(HFValidationError, match="a file"):
        cached_assets_path("in-the-way", assets_dir=home)


def test_untouched_files_are_as_the_hub_says(api: HfApi, filled: str, tmp_path: Path) -> None:
    api.snapshot_download(filled)
    found = api.verify_repo_checksums(filled)
    assert (found.checked_count, found.mismatches, found.missing_paths, found.extra_paths) == (3, [], [], [])
    assert found.revision == api.model_info(filled).sha
    api.snapshot_download(filled, local_dir=tmp_path / "local")
    assert api.verify_repo_checksums(filled, local_dir=tmp_path / "local").mismatches == []


def test_changed_missing_and_extra_files_are_named(api: HfApi, filled: str, tmp_path: Path) -> None:
    local = tmp_path / "local"
    api.snapshot_download(filled, local_dir=local)
    (local / "a.txt").write_bytes(b"TEXT")
    (local / "sub" / "w.bin").write_bytes(b"\1" * 4000)
    (local / ".gitattributes").unlink()
    (local / "mine.txt").touch()
    found = api.verify_repo_checksums(filled, local_dir=local)
    assert [(bad.path, bad.algorithm) for bad in found.mismatches] == [("a.txt", "git-sha1"), ("sub/w.bin", "sha256")]
    assert (found.missing_paths, found.extra_paths) == ([".gitattributes"], ["mine.txt"])


def test_what_is_not_here_cannot_be_compared(api: HfApi, filled: str, tmp_path: Path) -> None:
    with pytest.raises(HFValidationError, match="not in the cache"):
        api.verify_repo_checksums(filled)
    with pytest.raises(HFValidationError, match="not both"):
        api.verify_repo_checksums(filled, local_dir=tmp_path, cache_dir=tmp_path)
    with pytest.raises(HFValidationError, match="not a folder"):
        api.verify_repo_checksums(filled, local_dir=tmp_path / "none")


def test_single_files_go_and_what_others_need_stays(api: HfApi, filled: str) -> None:
    api.snapshot_download(filled)
    api.upload_file(path_or_fileobj=b"new", path_in_repo="new.txt", repo_id=filled)
    api.snapshot_download(filled)
    report = scan_cache_dir()
    revisions = sorted(next(iter(report.repos)).revisions, key=lambda revision: revision.nb_files)
    files = {file.file_name: file for file in revisions[1].files}
    plan = report.delete_files(files["new.txt"], files["w.bin"])
    assert plan.expected_freed_size == 3
    plan.execute()
    left = {revision.commit_hash: revision for revision in next(iter(scan_cache_dir().repos)).revisions}
    assert {file.file_name for file in left[revisions[0].commit_hash].files} == {".gitattributes", "a.txt", "w.bin"}
    assert {file.file_name for file in left[revisions[1].commit_hash].files} == {".gitattributes", "a.txt"}
    both = [file for revision in left.values() for file in revision.files if file.file_name == "a.txt"]
    assert scan_cache_dir().delete_files(*both).expected_freed_size == 4
