"""The cache from a shell, and the list in which revisions to delete are chosen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

import hubnb
from hubnb.cli import main
from hubnb.cli.picker import Picker, choices_text, chosen_in_text

if TYPE_CHECKING:
    from hubnb.cache import HFCacheInfo


@pytest.fixture
def two_revisions(api: hubnb.HfApi) -> list[str]:
    """Pull two commits of one repository, and one of another; gives the commits of the first, oldest first."""
    commits = []
    for repo_id, contents in (("me/cached", [b"one" * 1000, b"two" * 1000]), ("me/other", [b"three" * 1000])):
        api.create_repo(repo_id, exist_ok=True)
        for content in contents:
            api.upload_file(path_or_fileobj=content, path_in_repo="weights.bin", repo_id=repo_id)
            commits.append(Path(hubnb.snapshot_download(repo_id)).name)
    return commits[:2]


def scan() -> HFCacheInfo:
    return hubnb.scan_cache_dir()


def test_list_delete_prune(two_revisions: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    old, new = two_revisions
    assert main(["cache", "ls", "--revisions"]) == 0
    listed = capsys.readouterr().out
    assert "model/me/cached" in listed
    assert old[:12] in listed
    assert main(["cache", "rm", old[:10], "--dry-run"]) == 0
    assert "1 revision would go and free 3 kB" in capsys.readouterr().out
    assert main(["cache", "prune", "-y"]) == 0
    left = {revision.commit_hash for repo in scan().repos for revision in repo.revisions}
    assert old not in left
    assert new in left
    assert main(["cache", "rm", "model/me/cached", "--yes"]) == 0
    assert [repo.repo_id for repo in scan().repos] == ["me/other"]
    assert main(["cache", "rm", "me/cached", "--yes"]) == 1
    assert "Nothing in the cache is called 'me/cached'" in capsys.readouterr().err


def test_scan_cache_shows_the_old_table(two_revisions: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scan-cache"]) == 0
    short = capsys.readouterr().out
    assert short.startswith("REPO ID")
    assert "me/other" in short
    assert main(["scan-cache", "-v", "--json"]) == 0
    assert {repo["id"] for repo in json.loads(capsys.readouterr().out)["repos"]} == {"me/cached", "me/other"}


def test_verify_names_a_damaged_file(two_revisions: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cache", "verify", "me/cached"]) == 0
    blob = (Path(hubnb.snapshot_download("me/cached")) / "weights.bin").resolve()
    blob.write_bytes(b"x" + blob.read_bytes()[1:])
    capsys.readouterr()
    assert main(["cache", "verify", "me/cached"]) == 1
    assert "weights.bin" in capsys.readouterr().out


def picked(keys: str) -> set[str]:
    with create_pipe_input() as typed:
        typed.send_text(keys)
        return Picker(scan(), "alphabetical").application(input=typed, output=DummyOutput()).run()


def test_keys_choose_revisions(two_revisions: list[str]) -> None:
    old, new = two_revisions
    down, enter = "\x1b[B", "\r"
    assert picked(f" {enter}") == {new}
    assert picked(f"{down} {enter}") == {old}
    assert picked(f"a{enter}") == {old, new}
    assert picked(f"aa{enter}") == set()
    assert picked(f" {down} q") == set()
    assert len(picked(f"a{down}{down}{down}{down} {enter}")) == 3


def test_the_foot_says_what_it_frees(two_revisions: list[str]) -> None:
    picker = Picker(scan(), "alphabetical")
    assert picker.foot().startswith("0 revisions chosen, frees 0 B")
    picker.tick_repo()
    assert picker.foot().startswith("2 revisions chosen, frees 7.52 kB")


def test_without_a_terminal_the_list_is_a_file(
    two_revisions: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    old, _ = two_revisions
    info = scan()
    text = choices_text(info, "alphabetical")
    assert chosen_in_text(text, info) == set()
    editor = tmp_path / "editor"
    editor.write_text(f"#!/bin/sh\nsed -i 's/^#    {old}/{old}/' \"$1\"\n")
    editor.chmod(0o755)
    monkeypatch.setenv("EDITOR", str(editor))
    # nobody at the terminal agrees, so nothing goes
    assert main(["delete-cache", "--disable-tui"]) == 1
    assert len(scan().repos) == 2
    monkeypatch.setattr("hubnb.cli._ask", lambda answer: answer.go_on())
    assert main(["delete-cache", "--disable-tui"]) == 0
    assert old not in {revision.commit_hash for repo in scan().repos for revision in repo.revisions}
