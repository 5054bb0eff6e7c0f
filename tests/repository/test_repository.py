"""`Repository`, with the system's git and git-lfs against a real Hub."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hubnb import HfApi, LocalHub, Repository
from hubnb.client.files import read_file
from hubnb.repository import CommandInProgress, GitError, GitMissingError


@pytest.fixture(autouse=True)
def own_git_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings of the machine's user, so that nothing works because of them."""
    settings = tmp_path / "gitconfig"
    settings.touch()
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)


@pytest.fixture
def clone(api: HfApi, repo_id: str, tmp_path: Path) -> Repository:
    api.update_repo_settings(repo_id, private=True)
    return Repository(tmp_path / "clone", clone_from=repo_id, client=api)


def content(api: HfApi, repo_id: str, path: str, revision: str = "main") -> bytes:
    return read_file(repo_id, path, revision=revision, token=api.token, endpoint=api.endpoint)


def test_clone_work_and_push_through_a_token_that_is_written_nowhere(
    api: HfApi, hub: LocalHub, repo_id: str, clone: Repository
) -> None:
    folder = Path(clone.local_dir)
    (folder / "note.txt").write_text("text\n")
    (folder / "weights.bin").write_bytes(b"\0\1" * 5000)
    (folder / "data.custom").write_bytes(b"\0" * 10)
    assert not clone.is_repo_clean()
    url = clone.push_to_hub("First")
    assert url == f"{api.endpoint}/{repo_id}/commit/{clone.git_head_hash()}"
    assert clone.is_repo_clean()
    assert clone.push_to_hub("Nothing") is None
    assert content(api, repo_id, "weights.bin") == b"\0\1" * 5000
    entries = {entry.path: entry for entry in api.get_paths_info(repo_id, ["weights.bin", "data.custom", "note.txt"])}
    assert {path for path, entry in entries.items() if getattr(entry, "lfs", None)} == {"data.custom", "weights.bin"}
    assert api.list_repo_commits(repo_id)[0].title == "First"
    for path in [*(folder / ".git").rglob("*"), Path(os.environ["GIT_CONFIG_GLOBAL"])]:
        if path.is_file():
            assert hub.token.encode() not in path.read_bytes(), path
    assert hub.token not in repr(vars(clone))


def test_second_clone_pulls_and_large_files_may_stay_pointers(
    api: HfApi, repo_id: str, clone: Repository, tmp_path: Path
) -> None:
    api.upload_file(path_or_fileobj=b"\0" * 2000, path_in_repo="model.safetensors", repo_id=repo_id)
    clone.git_pull()
    assert (Path(clone.local_dir) / "model.safetensors").read_bytes() == b"\0" * 2000
    light = Repository(tmp_path / "light", clone_from=repo_id, client=api, skip_lfs_files=True)
    pointer = Path(light.local_dir) / "model.safetensors"
    assert pointer.read_text().startswith("version https://git-lfs")
    light.git_pull(lfs=True)
    assert pointer.stat().st_size == 2000
    api.upload_file(path_or_fileobj=b"new", path_in_repo="new.txt", repo_id=repo_id)
    again = Repository(clone.local_dir, clone_from=repo_id, client=api)
    assert (Path(again.local_dir) / "new.txt").read_text() == "new"


def test_commit_context_makes_a_branch_and_pushes_it(api: HfApi, repo_id: str, clone: Repository) -> None:
    before = Path.cwd()
    with clone.commit("From a context", branch="work"):
        Path("inside.txt").write_text("x")
    assert Path.cwd() == before
    assert content(api, repo_id, "inside.txt", "work") == b"x"
    assert clone.current_branch == "work"
    with clone.commit("Nothing"):
        pass
    assert len(api.list_repo_commits(repo_id, revision="work")) == 2


def test_push_in_the_background_is_known_and_waited_for(api: HfApi, repo_id: str, clone: Repository) -> None:
    (Path(clone.local_dir) / "big.bin").write_bytes(b"\0\1\2" * 1_000_000)
    clone.git_add(auto_lfs_track=True)
    clone.git_commit("Big")
    answer = clone.git_push(blocking=False)
    assert isinstance(answer, tuple)
    url, command = answer
    assert url.endswith(clone.git_head_hash())
    assert isinstance(command, CommandInProgress)
    clone.wait_for_commands()
    assert (command.is_done, command.failed, command.status) == (True, False, 0)
    assert clone.commands_in_progress == []
    assert clone.commands_failed == []
    progress = {file.path: file.done for file in command.transfer.snapshot().files}
    assert progress == {"big.bin": 3_000_000}


def test_push_that_the_hub_refuses_fails_with_its_words(api: HfApi, repo_id: str, clone: Repository) -> None:
    api.upload_file(path_or_fileobj=b"x", path_in_repo="theirs.txt", repo_id=repo_id)
    (Path(clone.local_dir) / "mine.txt").write_text("x")
    clone.git_add()
    clone.git_commit("Behind")
    with pytest.raises(GitError, match="rejected"):
        clone.git_push()
    assert len(clone.commands_failed) == 1
    clone.git_pull(rebase=True)
    clone.git_push()
    assert api.file_exists(repo_id, "mine.txt")


def test_tags_live_here_and_at_the_remote(api: HfApi, repo_id: str, clone: Repository) -> None:
    assert not clone.tag_exists("v1")
    clone.add_tag("v1", message="first", remote="origin")
    assert clone.tag_exists("v1")
    assert clone.tag_exists("v1", remote="origin")
    assert [tag.name for tag in api.list_repo_refs(repo_id).tags] == ["v1"]
    assert clone.delete_tag("v1", remote="origin")
    assert not clone.delete_tag("v1", remote="origin")
    assert api.list_repo_refs(repo_id).tags == []


def test_tracking_is_automatic_by_content_and_can_be_undone(clone: Repository) -> None:
    folder = Path(clone.local_dir)
    (folder / "text [1].csv").write_text("a,b\n")
    (folder / "odd name [1].dat").write_bytes(b"\0\0")
    (folder / "long.txt").write_text("words\n" * 2_000_000)
    (folder / ".gitignore").write_text("*.log\n")
    (folder / "debug.log").write_bytes(b"\0")
    assert clone.auto_track_binary_files() == ["odd name [1].dat"]
    assert clone.auto_track_large_files() == ["long.txt"]
    assert clone.auto_track_large_files() == []
    clone.lfs_track("*.csv")
    clone.lfs_untrack("*.csv")
    assert "csv" not in (folder / ".gitattributes").read_text()


def test_front_matter_is_read_and_written(clone: Repository) -> None:
    card = Path(clone.local_dir) / "README.md"
    card.write_text("---\nlicense: mit\n---\n# Hi\n")
    assert clone.repocard_metadata_load() == {"license": "mit"}
    clone.repocard_metadata_save({"license": "apache-2.0"})
    assert card.read_text() == "---\nlicense: apache-2.0\n---\n# Hi\n"


def test_folder_that_holds_something_else_is_left_alone(api: HfApi, repo_id: str, tmp_path: Path) -> None:
    full = tmp_path / "full"
    full.mkdir()
    (full / "mine.txt").write_text("x")
    with pytest.raises(GitError, match="not empty"):
        Repository(full, clone_from=repo_id, client=api)
    with pytest.raises(GitError, match="no clone"):
        Repository(full, client=api)
    assert [path.name for path in full.iterdir()] == ["mine.txt"]


def test_without_a_token_a_private_repository_says_what_to_do(hub: LocalHub, clone: Repository, tmp_path: Path) -> None:
    stranger = HfApi(endpoint=hub.endpoint, token=False)
    with pytest.raises(GitError, match=r"hubnb\.login"):
        Repository(tmp_path / "other", clone_from=clone.git_remote_url(), token=False, client=stranger)


def test_token_in_an_address_is_taken_out_of_it(hub: LocalHub, api: HfApi, repo_id: str, tmp_path: Path) -> None:
    api.update_repo_settings(repo_id, private=True)
    scheme, _, rest = hub.endpoint.partition("://")
    address = f"{scheme}://me:{hub.token}@{rest}/{repo_id}"
    clone = Repository(tmp_path / "clone", clone_from=address, client=HfApi(endpoint=hub.endpoint))
    assert clone.git_remote_url() == f"{hub.endpoint}/{repo_id}"
    assert hub.token not in (Path(clone.local_dir) / ".git" / "config").read_text()


@pytest.mark.parametrize(("program", "keeps"), [("git", ""), ("git-lfs", "git")])
def test_missing_program_is_named_before_anything_is_written(
    api: HfApi, repo_id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, keeps: str
) -> None:
    import shutil

    programs = tmp_path / "bin"
    programs.mkdir()
    if keeps:
        found = shutil.which(keeps)
        assert found is not None
        (programs / keeps).symlink_to(found)
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setenv("GIT_EXEC_PATH", str(programs))
    with pytest.raises(GitMissingError, match=f"^{program} is not installed"):
        Repository(tmp_path / "clone", clone_from=repo_id, client=api)
    assert not (tmp_path / "clone").exists()
