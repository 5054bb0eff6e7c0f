"""`CommitScheduler`, against a real Hub."""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from hubnb import CommitInfo, CommitScheduler, HfApi
from hubnb.client.errors import HFValidationError
from hubnb.client.files import read_file

if TYPE_CHECKING:
    from pathlib import Path

    from hubnb import LocalHub

NEVER = 1e6
"""Minutes."""


def test_every_trigger_pushes_what_is_new_and_only_that(api: HfApi, repo_id: str, tmp_path: Path) -> None:
    log = tmp_path / "logs" / "today.txt"
    with CommitScheduler(repo_id=repo_id, folder_path=log.parent, every=NEVER, path_in_repo="logs", hf_api=api) as work:
        assert work.last_future.result(30) is None
        with work.lock:
            log.write_text("one\n")
        commit = work.trigger().result(30)
        assert isinstance(commit, CommitInfo)
        assert work.trigger().result(30) is None
        with work.lock, log.open("a") as file:
            file.write("two\n")
    assert read_file(repo_id, "logs/today.txt", token=api.token, endpoint=api.endpoint) == b"one\ntwo\n"
    assert len(api.list_repo_commits(repo_id)) == 3


def test_a_push_waits_for_the_lock(api: HfApi, repo_id: str, tmp_path: Path) -> None:
    scheduler = CommitScheduler(repo_id=repo_id, folder_path=tmp_path, every=NEVER, hf_api=api)
    scheduler.last_future.result(30)
    with scheduler.lock:
        future = scheduler.trigger()
        (tmp_path / "a.txt").write_text("half")
        assert not future.done()
        (tmp_path / "a.txt").write_text("half and half")
    assert future.result(30) is not None
    assert read_file(repo_id, "a.txt", token=api.token, endpoint=api.endpoint) == b"half and half"
    scheduler.stop()


def test_it_pushes_by_itself_and_may_push_something_else(api: HfApi, repo_id: str, tmp_path: Path) -> None:
    twice = threading.Event()
    calls: list[int] = []

    class Counting(CommitScheduler):
        def push_to_hub(self) -> CommitInfo | None:
            calls.append(1)
            if len(calls) > 1:
                twice.set()
            return None

    scheduler = Counting(repo_id=repo_id, folder_path=tmp_path, every=0.001, hf_api=api)
    assert twice.wait(30)
    scheduler.stop()


def test_squashed_history_has_one_commit(api: HfApi, repo_id: str, tmp_path: Path) -> None:
    (tmp_path / "keep.txt").write_text("x")
    (tmp_path / "leave.tmp").write_text("x")
    with CommitScheduler(
        repo_id=repo_id, folder_path=tmp_path, every=NEVER, hf_api=api, squash_history=True, ignore_patterns="*.tmp"
    ):
        pass
    assert len(api.list_repo_commits(repo_id)) == 1
    assert "keep.txt" in api.list_repo_files(repo_id)
    assert "leave.tmp" not in api.list_repo_files(repo_id)


def test_what_is_there_at_the_end_of_the_program_is_pushed(
    hub: LocalHub, api: HfApi, repo_id: str, tmp_path: Path
) -> None:
    program = f"""
import hubnb, pathlib
api = hubnb.HfApi({hub.endpoint!r}, {hub.token!r})
folder = pathlib.Path({str(tmp_path)!r})
work = hubnb.CommitScheduler(repo_id={repo_id!r}, folder_path=folder, every=1000, hf_api=api)
work.last_future.result(30)
(folder / "last.txt").write_text("words")
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
    assert read_file(repo_id, "last.txt", token=api.token, endpoint=api.endpoint) == b"words"


def test_what_cannot_be_watched_is_refused(api: HfApi, repo_id: str, tmp_path: Path) -> None:
    file = tmp_path / "file.txt"
    file.write_text("x")
    with pytest.raises(HFValidationError, match="folder"):
        CommitScheduler(repo_id=repo_id, folder_path=file, hf_api=api)
    with pytest.raises(HFValidationError, match="minutes"):
        CommitScheduler(repo_id=repo_id, folder_path=tmp_path, every=0, hf_api=api)
