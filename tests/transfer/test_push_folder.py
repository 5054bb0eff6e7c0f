"""Odd folders: what is pushed, what stays out and is said so, what is an error before anything moves."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from huggingface_hub.utils import filter_repo_objects

from hubnb.client.errors import HFValidationError, HubError
from hubnb.transfer import content_hash, hash_journal
from hubnb.transfer.content import FileContent
from hubnb.transfer.folder_walk import LeftOutWarning, TwinNamesWarning, files_below
from hubnb.transfer.patterns import filter_paths

if TYPE_CHECKING:
    import hubnb
    from hubnb.server import LocalHub

ODD_NAMES = [
    "with space", "quote'\"", "per%20cent", "hash#", "what?", "-dash", "x" * 200, "ünï", "e\u0301", "🤗", ".hidden",
    "a" * 60 + "/" + "b" * 60 + "/c",
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "f"
    root.mkdir()
    (root / "a.txt").write_text("a")
    return root


def pushed(api: hubnb.HfApi, repo_id: str, folder: Path) -> set[str]:
    api.upload_folder(repo_id=repo_id, folder_path=folder)
    return set(api.list_repo_files(repo_id)) - {".gitattributes"}


@pytest.mark.parametrize("large", [False, True])
def test_odd_names_arrive_as_they_are(api: hubnb.HfApi, repo_id: str, tmp_path: Path, large: bool) -> None:
    ending = ".bin" if large else ".txt"
    for name in ODD_NAMES:
        path = tmp_path / "f" / (name + ending)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    assert pushed(api, repo_id, tmp_path / "f") == {name + ending for name in ODD_NAMES}
    back = Path(api.snapshot_download(repo_id))
    for name in ODD_NAMES:
        assert (back / (name + ending)).read_text() == name


def test_empty_files_and_an_empty_folder(api: hubnb.HfApi, repo_id: str, tmp_path: Path) -> None:
    head = api.model_info(repo_id).sha
    assert api.upload_folder(repo_id=repo_id, folder_path=tmp_path).oid == head
    for name in ("empty.txt", "empty.safetensors", "sub/.gitkeep"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "no files").mkdir()
    assert pushed(api, repo_id, tmp_path) == {"empty.txt", "empty.safetensors", "sub/.gitkeep"}
    assert (Path(api.snapshot_download(repo_id)) / "empty.safetensors").stat().st_size == 0


def test_links_to_files_are_pushed_as_files_and_all_others_stay_out(
    api: hubnb.HfApi, repo_id: str, folder: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("s")
    (folder / "inside.txt").symlink_to("a.txt")
    (folder / "from outside.txt").symlink_to(outside / "secret.txt")
    (folder / "folder").symlink_to(outside)
    (folder / "cycle").symlink_to(".")
    (folder / "self").symlink_to("self")
    (folder / "nowhere").symlink_to("nothing")
    os.mkfifo(folder / "pipe")
    with pytest.warns(LeftOutWarning, match=r"'cycle', 'folder', 'nowhere' and 2 more"):
        assert pushed(api, repo_id, folder) == {"a.txt", "inside.txt", "from outside.txt"}


def test_names_in_two_unicode_forms_are_both_pushed_and_said(api: hubnb.HfApi, repo_id: str, folder: Path) -> None:
    for name in ("\u00e9.txt", "e\u0301.txt"):
        (folder / name).write_text(name)
    with pytest.warns(TwinNamesWarning, match="rename one"):
        assert pushed(api, repo_id, folder) == {"a.txt", "\u00e9.txt", "e\u0301.txt"}


def test_name_that_is_no_text_is_an_error(api: hubnb.HfApi, hub: LocalHub, repo_id: str, folder: Path) -> None:
    (folder / os.fsdecode(b"\xff.txt")).write_text("x")
    hub.requests.clear()
    with pytest.raises(HFValidationError, match="UTF-8"):
        api.upload_folder(repo_id=repo_id, folder_path=folder)
    assert not hub.requests


def test_git_folders_and_the_hub_cache_stay_out(api: hubnb.HfApi, repo_id: str, folder: Path) -> None:
    for name in (".git/config", "sub/.git/config", ".cache/huggingface/x", "sub/.cache/huggingface/y", ".cache/keep"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x")
    (folder / ".gitignore").write_text("*.log\n")
    assert pushed(api, repo_id, folder) == {"a.txt", ".cache/keep", ".gitignore"}


def test_patterns_are_the_reference_clients(folder: Path) -> None:
    for name in ("a.bin", "logs/x.txt", "logs/deep/y.bin", "weights/z.bin", "weights.bin", "[x].txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x")
    for allow, ignore in (
        ("*.bin", None),
        (None, "logs/"),
        ("weights/*", "*.txt"),
        (["*.txt", "l*"], ["*/deep/*"]),
        ([], None),
    ):
        paths = files_below(folder)
        theirs = filter_repo_objects(paths, allow_patterns=allow, ignore_patterns=ignore)
        assert filter_paths(paths, allow_patterns=allow, ignore_patterns=ignore) == list(theirs), (allow, ignore)


def test_file_that_can_not_be_read_is_named_before_anything_is_committed(
    api: hubnb.HfApi, repo_id: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root may read everything, so the system's answer is given in its place."""
    import builtins

    def refuse(path: object, *args: object, **kwargs: object) -> object:
        if str(path).endswith("locked.txt"):
            raise PermissionError(13, "Permission denied")
        return really_open(path, *args, **kwargs)

    really_open = builtins.open
    (folder / "locked.txt").write_text("x")
    monkeypatch.setattr(builtins, "open", refuse)
    with pytest.raises(HubError, match=r"locked\.txt.*Permission denied"):
        api.upload_folder(repo_id=repo_id, folder_path=folder)
    assert api.list_repo_files(repo_id) == [".gitattributes"]


@pytest.mark.parametrize("name", ["late.txt", "late.safetensors"])
def test_file_removed_after_the_plan_is_named(
    api: hubnb.HfApi, repo_id: str, folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    really_digest = content_hash.ContentHasher.digest

    def late(*args: Any, **kwargs: Any) -> str:
        (folder / name).unlink()
        return really_digest(*args, **kwargs)

    (folder / name).write_bytes(os.urandom(100_000))
    monkeypatch.setattr(content_hash.ContentHasher, "digest", late)
    with pytest.raises(HubError, match=f"{name}.*was removed while it was pushed"):
        api.upload_folder(repo_id=repo_id, folder_path=folder)
    assert api.list_repo_files(repo_id) == [".gitattributes"]


@pytest.mark.parametrize("name", ["new\nline", "tab\t", "bell\a"])
def test_control_character_in_a_name_is_an_error(
    api: hubnb.HfApi, hub: LocalHub, repo_id: str, folder: Path, name: str
) -> None:
    (folder / name).write_text("x")
    hub.requests.clear()
    with pytest.raises(HFValidationError, match="control character"):
        api.upload_folder(repo_id=repo_id, folder_path=folder)
    assert not hub.requests


def test_thousands_of_files_are_one_commit_and_the_next_push_reads_none(
    api: hubnb.HfApi, hub: LocalHub, repo_id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hash_journal, "_QUIET_BEFORE_HASH_NS", 0)
    for number in range(1500):
        path = tmp_path / str(number % 7) / f"{number}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"number {number}")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        first = api.upload_folder(repo_id=repo_id, folder_path=tmp_path)
    assert len(api.list_repo_files(repo_id)) == 1501
    assert len(api.list_repo_commits(repo_id)) == 2

    def no_reading(self: FileContent, start: int = 0) -> object:
        msg = f"{self.path} was read"
        raise AssertionError(msg)

    monkeypatch.setattr(FileContent, "open", no_reading)
    assert api.upload_folder(repo_id=repo_id, folder_path=tmp_path).oid == first.oid
