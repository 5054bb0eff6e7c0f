"""Repositories, tags and branches from a shell; and that nothing is lost by a slip."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

import pytest

from hubnb.cli import main
from hubnb.client.errors import RepositoryNotFoundError

if TYPE_CHECKING:
    import hubnb


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_create_change_move_delete(api: hubnb.HfApi, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["repo", "create", "me/cli-life", "--private"]) == 0
    assert api.model_info("me/cli-life").private
    assert main(["repo", "create", "me/cli-life"]) == 1
    assert "already has" in capsys.readouterr().err
    assert main(["repo", "settings", "me/cli-life", "--public", "--gated", "manual"]) == 0
    changed = api.model_info("me/cli-life")
    assert (changed.private, changed.gated) == (False, "manual")
    assert main(["repo", "settings", "me/cli-life"]) == 1
    assert main(["repo", "move", "me/cli-life", "me/cli-life-2"]) == 0
    assert main(["repo", "delete", "me/cli-life-2", "--yes"]) == 0
    with pytest.raises(RepositoryNotFoundError):
        api.model_info("me/cli-life-2")


@pytest.mark.parametrize(
    ("typed", "gone"), [("y\n", True), ("yes\n", True), ("\n", False), ("n\n", False), ("", False)]
)
def test_deleting_asks_first(
    typed: str, gone: bool, api: hubnb.HfApi, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    api.create_repo("me/asked", exist_ok=True)
    monkeypatch.setattr(sys, "stdin", Terminal(typed))
    assert main(["repo", "delete", "me/asked"]) == (0 if gone else 1)
    assert api.repo_exists("me/asked") is not gone
    assert "no way back" in capsys.readouterr().err


def test_a_script_that_did_not_say_yes_deletes_nothing(
    api: hubnb.HfApi, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    api.create_repo("me/kept", exist_ok=True)
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    assert main(["repo", "delete", "me/kept"]) == 1
    assert "add --yes" in capsys.readouterr().err
    assert api.repo_exists("me/kept")


def test_tags_and_branches(api: hubnb.HfApi, capsys: pytest.CaptureFixture[str]) -> None:
    api.create_repo("me/refs", exist_ok=True)
    assert main(["repo", "tag", "create", "me/refs", "v1", "-m", "first"]) == 0
    assert main(["repo", "branch", "create", "me/refs", "try"]) == 0
    capsys.readouterr()
    assert main(["repo", "tag", "list", "me/refs"]) == 0
    assert capsys.readouterr().out.split()[0] == "v1"
    assert main(["repo", "branch", "list", "me/refs"]) == 0
    assert {line.split()[0] for line in capsys.readouterr().out.splitlines()} == {"main", "try"}
    assert main(["repo", "tag", "delete", "me/refs", "v1", "-y"]) == 0
    assert main(["repo", "branch", "delete", "me/refs", "try", "-y"]) == 0
    refs = api.list_repo_refs("me/refs")
    assert ([ref.name for ref in refs.branches], refs.tags) == (["main"], [])


def test_files_are_deleted_by_name_folder_or_glob_in_one_commit(
    api: hubnb.HfApi, capsys: pytest.CaptureFixture[str]
) -> None:
    api.create_repo("me/tidy", exist_ok=True)
    for path in ("a.txt", "logs/1.txt", "logs/2.txt", "b.bin"):
        api.upload_file(path_or_fileobj=b"x", path_in_repo=path, repo_id="me/tidy")
    before = len(api.list_repo_commits("me/tidy"))
    assert main(["repo", "rm", "me/tidy", "logs", "*.bin"]) == 0
    assert sorted(api.list_repo_files("me/tidy")) == [".gitattributes", "a.txt"]
    assert len(api.list_repo_commits("me/tidy")) == before + 1
    assert main(["repo", "rm", "me/tidy", "nothing"]) == 1
    assert "Nothing in me/tidy is called nothing." in capsys.readouterr().err
