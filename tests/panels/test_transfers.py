"""The transfers panel against real transfers on a real Hub."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

import hubnb
from hubnb.client.errors import HFValidationError
from hubnb.panels import transfers_jobs
from hubnb.panels.frontend import FrontEnd
from hubnb.panels.transfers import TransfersPanel
from hubnb.panels.transfers_plan import Planned
from hubnb.transfer.manager import TransferManager

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WEIGHTS_BYTES = 400_000


@pytest.fixture(autouse=True)
def manager(monkeypatch: pytest.MonkeyPatch) -> TransferManager:
    """Give each test a queue of its own."""
    fresh = TransferManager()
    for module in ("transfers_jobs", "transfers"):
        monkeypatch.setattr(f"hubnb.panels.{module}.default_manager", lambda: fresh)
    monkeypatch.setattr("hubnb.transfer.upload.default_manager", lambda: fresh)
    monkeypatch.setattr("hubnb.transfer.download.default_manager", lambda: fresh)
    return fresh


@pytest.fixture
def weights(api: hubnb.HfApi, repo_id: str, manager: TransferManager) -> str:
    api.upload_file(path_or_fileobj=b"w" * WEIGHTS_BYTES, path_in_repo="model.safetensors", repo_id=repo_id)
    manager._all.clear()
    return repo_id


@pytest.fixture
def panel():
    made: list[TransfersPanel] = []

    def make(**given: Any) -> TransfersPanel:
        made.append(TransfersPanel(**given))
        return made[-1]

    yield make
    for one in made:
        one.close()


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_ended_pull_has_a_row_and_its_files_come_when_they_are_unfolded(api, weights: str, panel, wire) -> None:
    api.snapshot_download(weights)
    shown = panel()
    (row,) = shown.ended
    assert (row["state"], row["repo_id"], row["files_total"]) == ("done", weights, 2)
    assert shown.files == {}
    browser = wire(shown)
    browser.ask("show_files", transfer_id=row["id"], start=1, count=30)
    page = shown.files[row["id"]]
    assert page["start"] == 1
    assert len(page["rows"]) == 1
    browser.ask("show_files", transfer_id=row["id"], start=0, count=0)
    assert shown.files == {}


def test_a_thousand_files_travel_only_as_far_as_they_are_seen(panel, wire, manager: TransferManager) -> None:
    transfer = _idle(manager)
    for index in range(1000):
        transfer.counters.add(f"data/{index:04}.bin", 10)
    shown = panel()
    wire(shown).ask("show_files", transfer_id=transfer.id, start=500, count=1000)
    rows = shown.files[transfer.id]["rows"]
    assert [rows[0]["path"], len(rows)] == ["data/0500.bin", transfers_jobs.MAX_FILES]


def test_buttons_reach_a_running_pull(api, hub, weights: str, panel, wire) -> None:
    hub.faults.slow("*model.safetensors*", WEIGHTS_BYTES / 20)
    transfer = _start_pull(weights, api)
    shown = panel()
    browser = wire(shown)
    until(lambda: transfer.snapshot().state.value == "running")
    browser.ask("pause", transfer_id=transfer.id)
    until(lambda: [row["state"] for row in shown.active] == ["paused"])
    browser.ask("resume", transfer_id=transfer.id)
    until(lambda: [row["state"] for row in shown.active] == ["running"])
    browser.ask("cancel", transfer_id=transfer.id)
    until(lambda: [row["state"] for row in shown.ended] == ["cancelled"])
    hub.faults.clear()
    browser.ask("retry", transfer_id=transfer.id)
    until(lambda: [row["state"] for row in shown.ended] == ["done"])


def test_push_is_undone_and_the_undoing_is_a_row(api, repo_id: str, panel, wire, monkeypatch) -> None:
    monkeypatch.setenv("HF_TOKEN", api.token)
    api.upload_file(path_or_fileobj=b"x", path_in_repo="x.txt", repo_id=repo_id)
    shown = panel()
    (row,) = shown.ended
    assert row["undo"]
    browser = wire(shown)
    browser.ask("undo", transfer_id=row["id"])
    until(lambda: len(shown.ended) == 2 and not shown.active)
    assert "x.txt" not in api.list_repo_files(repo_id)


def test_bandwidth_limit_is_the_queues_own(panel, wire, manager: TransferManager) -> None:
    shown = panel()
    browser = wire(shown)
    browser.ask("set_limit", bytes_per_s=5e6)
    assert manager.limit_bytes_per_s == shown.limit == 5e6
    assert "number of bytes" in browser.ask("set_limit", bytes_per_s="much")["error"]["title"]
    browser.ask("set_limit", bytes_per_s=None)
    assert shown.limit is None


def test_ended_transfers_are_taken_off_the_list_of_this_panel_only(api, weights: str, panel, wire) -> None:
    api.snapshot_download(weights)
    one, other = panel(), panel()
    wire(one).ask("clear")
    assert one.ended == []
    assert len(other.ended) == 1


def test_what_has_not_changed_is_not_sent(api, weights: str, panel, wire) -> None:
    api.snapshot_download(weights)
    shown = panel()
    browser = wire(shown)
    for _ in range(5):
        shown.look()
    assert browser.states == []


def test_plan_says_what_would_travel_and_the_push_makes_it_so(api, repo_id: str, tmp_path: Path, panel, wire) -> None:
    (tmp_path / "new.txt").write_text("hello")
    planned = Planned(tmp_path, repo_id, {"token": api.token, "endpoint": api.endpoint})
    shown = panel(planned=planned)
    shown.settle(30)
    assert (shown.plan["phase"], shown.plan["counts"]["added"], shown.plan["travels"]) == ("ready", 1, 5)
    assert shown.active == shown.ended == []
    wire(shown).ask("push", message="Say hello", as_pr=False)
    until(lambda: [row["state"] for row in shown.ended] == ["done"])
    assert api.list_repo_commits(repo_id)[0].title == "Say hello"
    assert shown.plan is None


def test_push_of_an_outdated_plan_changes_nothing(api, repo_id: str, tmp_path: Path, panel, wire) -> None:
    (tmp_path / "new.txt").write_text("hello")
    shown = panel(planned=Planned(tmp_path, repo_id, {"token": api.token, "endpoint": api.endpoint}))
    shown.settle(30)
    api.upload_file(path_or_fileobj=b"mine", path_in_repo="new.txt", repo_id=repo_id)
    wire(shown).ask("push", message="", as_pr=False)
    until(lambda: any(row["state"] == "failed" for row in shown.ended))
    assert api.list_repo_commits(repo_id)[0].title != "Upload folder using hubnb"


def test_plan_that_fails_says_why(tmp_path: Path, repo_id: str, panel, api) -> None:
    planned = Planned(tmp_path, repo_id, {"token": api.token, "endpoint": api.endpoint, "revision": "no"})
    shown = panel(planned=planned)
    shown.settle(30)
    assert shown.plan["phase"] == "failed"
    assert shown.plan["problem"]["title"]


def test_terminal_gets_text(capsys, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr("hubnb.panels.transfers_verb.front_end", lambda: FrontEnd.NONE)
    assert hubnb.transfers() is None
    assert "No transfers in this process." in capsys.readouterr().out
    with pytest.raises(HFValidationError, match="is not a folder"):
        hubnb.plan_push(tmp_path / "missing", "me/x")


def _idle(manager: TransferManager):
    from hubnb.client.repo_id import RepoId
    from hubnb.transfer.job import Transfer

    transfer: Transfer[None] = Transfer("pull", RepoId.parse("me/x"), "main", "http://h", lambda _: None, quiet=True)
    manager._all.append(transfer)
    return transfer


def _start_pull(repo_id: str, api: hubnb.HfApi):
    from hubnb.transfer.download import snapshot_download

    return snapshot_download(repo_id, token=api.token, endpoint=api.endpoint, run_as_future=True)
