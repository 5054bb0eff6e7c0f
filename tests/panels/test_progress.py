"""The progress panel against real transfers, where a person looks, where a program runs, and where nobody is."""

from __future__ import annotations

import logging
import threading

import pytest

import hubnb
from hubnb.client.errors import TransferCancelled
from hubnb.panels import progress, record
from hubnb.panels.frontend import FrontEnd
from hubnb.panels.progress import CellProgress, listener_for
from hubnb.transfer import set_listener_factory

WEIGHTS_BYTES = 400_000


@pytest.fixture
def shown(monkeypatch) -> list[dict]:
    """Outputs that a notebook would get, updates included, in order."""
    outputs: list[dict] = []
    monkeypatch.setattr(record, "display", lambda data, **_kwargs: outputs.append(data))
    monkeypatch.setattr(record, "update_display", lambda data, **_kwargs: outputs.append(data))
    monkeypatch.setattr("hubnb.panels.base.display", lambda data, **_kwargs: outputs.append(data))
    return outputs


@pytest.fixture
def notebook(monkeypatch):
    """Pretend that cell "c1" runs in front of `FrontEnd`; gives a way to say in front of which."""

    def run_in(seen_by: FrontEnd) -> None:
        for module in ("hubnb.panels.progress", "hubnb.panels.base"):
            monkeypatch.setattr(f"{module}.front_end", lambda: seen_by)
        monkeypatch.setattr("hubnb.panels.progress.cell_id", lambda: "c1")

    progress._cells.clear()
    set_listener_factory(listener_for)
    yield run_in
    set_listener_factory(None)


@pytest.fixture
def weights(api: hubnb.HfApi, repo_id: str) -> str:
    api.upload_file(path_or_fileobj=b"w" * WEIGHTS_BYTES, path_in_repo="model.safetensors", repo_id=repo_id)
    return repo_id


def panel_of(cell: str = "c1") -> progress.ProgressPanel:
    panel = progress._cells[cell].panel
    assert panel is not None
    return panel


def test_pull_is_shown_live_and_ends_with_the_truth(api, weights: str, notebook, shown) -> None:
    notebook(FrontEnd.LIVE)
    api.snapshot_download(weights)
    (job,) = panel_of().jobs
    assert (job["state"], job["bytes_done"], job["files_done"]) == ("done", job["bytes_total"], 2)
    assert panel_of().totals["active"] == 0
    assert "application/vnd.jupyter.widget-view+json" in shown[0]
    assert shown[-1]["text/plain"].startswith(f"hubnb: pulled 2 files from {weights}, main")


def test_program_that_runs_the_notebook_gets_a_record_only(api, weights: str, notebook, shown) -> None:
    notebook(FrontEnd.BATCH)
    api.snapshot_download(weights)
    assert progress._cells["c1"].panel is None
    assert not [one for one in shown if "application/vnd.jupyter.widget-view+json" in one]
    assert shown[-1]["text/plain"].startswith("hubnb: pulled 2 files")


def test_terminal_gets_no_panel(api, weights: str, notebook, shown) -> None:
    notebook(FrontEnd.NONE)
    api.snapshot_download(weights)
    assert shown == []
    assert not progress._cells


def test_progress_bars_can_be_turned_off(api, weights: str, notebook, shown, monkeypatch) -> None:
    monkeypatch.setenv("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    notebook(FrontEnd.LIVE)
    api.snapshot_download(weights)
    assert shown == []


def test_what_is_in_the_cache_shows_nothing(api, weights: str, notebook, shown) -> None:
    api.snapshot_download(weights)
    notebook(FrontEnd.LIVE)
    api.snapshot_download(weights)
    assert shown == []


def test_push_names_its_commit_in_the_record(api, repo_id: str, notebook, shown) -> None:
    notebook(FrontEnd.LIVE)
    commit = api.upload_file(path_or_fileobj=b"x" * 1000, path_in_repo="x.bin", repo_id=repo_id)
    assert panel_of().jobs[0]["commit"] == commit.oid[:12]
    assert f"as {commit.oid[:7]}" in shown[-1]["text/plain"]


def test_transfers_of_one_cell_share_one_panel(api, weights: str, notebook, shown) -> None:
    notebook(FrontEnd.LIVE)
    api.snapshot_download(weights, force_download=True)
    api.snapshot_download(weights, force_download=True)
    assert panel_of().totals["jobs"] == 2
    assert sum("application/vnd.jupyter.widget-view+json" in one for one in shown) == 1


def test_buttons_reach_the_transfer(api, hub, weights: str, notebook, shown, wire, monkeypatch) -> None:
    notebook(FrontEnd.LIVE)
    hub.faults.slow("*model.safetensors*", WEIGHTS_BYTES / 20)
    outcome: list[BaseException] = []

    def pull() -> None:
        try:
            api.snapshot_download(weights)
        except TransferCancelled as error:
            outcome.append(error)

    visible = threading.Event()
    show = CellProgress._show

    def show_and_tell(cell: CellProgress) -> bool:
        answer = show(cell)
        visible.set()
        return answer

    monkeypatch.setattr(CellProgress, "_show", show_and_tell)
    thread = threading.Thread(target=pull)
    thread.start()
    assert visible.wait(30)
    panel = panel_of()
    browser = wire(panel)
    (transfer,) = panel._board.running()
    assert browser.ask("pause", transfer_id=transfer.id)["result"] is None
    assert transfer.snapshot().state.value == "paused"
    assert browser.ask("resume", transfer_id=transfer.id)["result"] is None
    assert browser.ask("cancel", transfer_id=transfer.id)["result"] is None
    thread.join(30)
    assert outcome
    assert panel.jobs[0]["state"] == "cancelled"
    assert shown[-1]["text/plain"].startswith("hubnb: cancelled: pull of")


def test_button_of_a_transfer_that_has_ended_is_answered(api, weights: str, notebook, shown, wire) -> None:
    notebook(FrontEnd.LIVE)
    api.snapshot_download(weights)
    browser = wire(panel_of())
    job_id = panel_of().jobs[0]["id"]
    assert "has ended" in browser.ask("pause", transfer_id=job_id)["error"]["title"]
    assert "error" not in browser.ask("cancel", transfer_id=job_id)
    assert "error" not in browser.ask("cancel_all")


def test_probing_for_a_file_that_is_not_there_shows_nothing(api, weights: str, notebook, shown) -> None:
    notebook(FrontEnd.LIVE)
    with pytest.raises(hubnb.client.errors.EntryNotFoundError):
        api.hf_hub_download(weights, "not_there.json")
    assert shown == []


def test_broken_display_does_not_stop_the_transfer(api, weights: str, notebook, monkeypatch, caplog) -> None:
    notebook(FrontEnd.LIVE)

    def broken(*_args, **_kwargs):
        raise RuntimeError("no front end")

    monkeypatch.setattr("hubnb.panels.base.display", broken)
    with caplog.at_level(logging.ERROR):
        assert api.snapshot_download(weights)
    assert caplog.records


def test_checkout_without_its_javascript_gets_the_record(
    api, weights: str, notebook, shown, monkeypatch, tmp_path
) -> None:
    monkeypatch.setattr("hubnb.panels.base._STATIC", tmp_path)
    monkeypatch.setattr("hubnb.panels.base.Core._shared", None)
    notebook(FrontEnd.LIVE)
    api.snapshot_download(weights)
    assert shown[-1]["text/plain"].startswith("hubnb: pulled 2 files")


def test_old_panels_are_given_up(monkeypatch) -> None:
    monkeypatch.setattr(progress, "_CELLS_KEPT", 3)
    progress._cells.clear()
    for index in range(10):
        progress._progress_of(f"c{index}", live=True)
    assert len(progress._cells) <= 4
    assert "c9" in progress._cells


def test_process_without_a_kernel_gets_no_panel() -> None:
    assert listener_for(object()) is None
