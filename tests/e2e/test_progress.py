"""What a person sees of a pull while the cell that started it runs, and afterwards."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from .repos import WEIGHTS, seed

if TYPE_CHECKING:
    from collections.abc import Iterator

    import hubnb

    from .conftest import OpenNotebook
    from .notebook_page import Notebook

SLOW_BYTES_PER_S = 1_000_000


@pytest.fixture
def slow_hub(hub: hubnb.LocalHub) -> Iterator[hubnb.LocalHub]:
    seed(hub, "me/slow", 30_000_000)
    seed(hub, "me/quick", 1_500_000)
    hub.faults.slow(f"*{WEIGHTS}*", SLOW_BYTES_PER_S)
    yield hub
    hub.faults.clear()


@pytest.fixture
def start(setup: str, slow_hub: hubnb.LocalHub) -> str:
    return f"{setup}import hubnb\nhubnb.login({slow_hub.token!r}, keep=False)"


def row(notebook: Notebook, index: int):
    return notebook.out(index).locator(".hubnb-panel .tx-mini")


def test_cancel_ends_a_pull_while_its_cell_runs(open_notebook: OpenNotebook, start: str) -> None:
    pull = (
        "from hubnb.client.errors import TransferCancelled\n"
        "try: hubnb.snapshot_download('me/slow')\nexcept TransferCancelled: print('ended')"
    )
    notebook = open_notebook([start, pull])
    notebook.run_cell(0)
    notebook.start_cell(1)
    expect(row(notebook, 1)).to_contain_text("Downloading")
    assert notebook.is_running(1)
    row(notebook, 1).get_by_role("button", name="Cancel").click()
    expect(row(notebook, 1)).to_contain_text("Cancelled", timeout=1000)
    notebook.wait_cell(1)
    assert "ended" in notebook.text(1)


def test_pause_and_resume_answer_while_the_cell_runs(open_notebook: OpenNotebook, start: str) -> None:
    notebook = open_notebook([start, "hubnb.snapshot_download('me/quick')"])
    notebook.run_cell(0)
    notebook.start_cell(1)
    row(notebook, 1).get_by_role("button", name="Pause").click()
    expect(row(notebook, 1)).to_contain_text("Paused")
    row(notebook, 1).get_by_role("button", name="Resume").click()
    expect(row(notebook, 1)).to_contain_text("Pulled")
    notebook.wait_cell(1)


def test_finished_pull_says_so_live_and_in_the_file(open_notebook: OpenNotebook, start: str) -> None:
    notebook = open_notebook([start, "path = hubnb.snapshot_download('me/quick')"])
    notebook.run_cell(0)
    notebook.meter.reset()
    notebook.run_cell(1)
    expect(row(notebook, 1)).to_contain_text("Pulled")
    expect(row(notebook, 1)).to_contain_text("sha-256 verified")
    expect(notebook.out(1).locator(".hubnb-rec")).to_be_hidden()
    assert sum(b"comm_msg" in frame for frame in notebook.meter.received) < 40
    saved = json.loads(notebook.save())
    html = "".join(saved["cells"][1]["outputs"][1]["data"]["text/html"])
    assert "✓ Pulled" in html
    assert "me/quick" in html
    assert len(html.encode()) <= 1200


def test_nothing_is_shown_for_what_is_in_the_cache(open_notebook: OpenNotebook, start: str) -> None:
    notebook = open_notebook(
        [start, "path = hubnb.snapshot_download('me/quick')", "path = hubnb.snapshot_download('me/quick')"]
    )
    for index in range(3):
        notebook.run_cell(index)
    assert len(notebook.outputs(1)) == 2
    assert notebook.outputs(2) == []


def test_several_pulls_of_a_cell_share_a_line_that_unfolds(open_notebook: OpenNotebook, start: str) -> None:
    pull = "for name in ('me/quick', 'me/slow'):\n    jobs.append(start(name))"
    pool = (
        "import contextvars\nfrom concurrent.futures import ThreadPoolExecutor\npool = ThreadPoolExecutor(2)\n"
        "jobs = []\n"
        "def start(name): return pool.submit(contextvars.copy_context().run, hubnb.snapshot_download, name)"
    )
    notebook = open_notebook([f"{start}\n{pool}", pull])
    notebook.run_cell(0)
    notebook.run_cell(1)
    expect(row(notebook, 1)).to_contain_text("2 downloads")
    notebook.out(1).get_by_role("button", name="Show the transfers").click()
    expect(row(notebook, 1)).to_have_count(3)
    notebook.out(1).get_by_role("button", name="Cancel all").click()
    expect(row(notebook, 1).nth(0)).to_contain_text("cancelled")


def test_files_unfold(open_notebook: OpenNotebook, start: str) -> None:
    notebook = open_notebook([start, "path = hubnb.snapshot_download('me/quick')"])
    notebook.run_cell(0)
    notebook.run_cell(1)
    row(notebook, 1).get_by_role("button", name=re.compile("Show the files")).click()
    expect(notebook.out(1).locator(".tx-files li")).to_have_count(4)
    expect(notebook.out(1).locator(".tx-files")).to_contain_text(WEIGHTS.removesuffix(".safetensors"))


def test_restarted_kernel_is_said_on_the_next_click(open_notebook: OpenNotebook, start: str) -> None:
    notebook = open_notebook([start, "job = hubnb.snapshot_download('me/slow')"])
    notebook.run_cell(0)
    notebook.start_cell(1)
    expect(row(notebook, 1)).to_contain_text("Downloading")
    notebook.restart_kernel()
    row(notebook, 1).get_by_role("button", name="Cancel").click()
    expect(notebook.out(1)).to_contain_text("The kernel was restarted")
    expect(row(notebook, 1)).to_contain_text("Downloading")


def test_shortcuts_pressed_on_the_cancel_button_leave_the_cells_alone(open_notebook: OpenNotebook, start: str) -> None:
    notebook = open_notebook([start, "hubnb.snapshot_download('me/slow')", "1 + 1"])
    notebook.run_cell(0)
    notebook.start_cell(1)
    row(notebook, 1).get_by_role("button", name="Cancel").focus()
    for key in ["a", "x", "d", "d"]:
        notebook.page.keyboard.press(key)
    assert notebook.cell_count() == 3
    row(notebook, 1).get_by_role("button", name="Cancel").click()
    expect(row(notebook, 1)).to_contain_text("Cancelled")


def test_pull_started_by_a_button_of_ipywidgets_is_shown_in_its_output(open_notebook: OpenNotebook, start: str) -> None:
    button = (
        "import ipywidgets\nout = ipywidgets.Output()\ngo = ipywidgets.Button(description='pull it')\n"
        "def pull(_):\n    with out: hubnb.snapshot_download('me/quick')\n"
        "go.on_click(pull)\nipywidgets.VBox([go, out])"
    )
    notebook = open_notebook([start, button])
    notebook.run_cell(0)
    notebook.run_cell(1)
    notebook.out(1).get_by_role("button", name="pull it").click()
    expect(row(notebook, 1)).to_contain_text("Pulled")
    expect(notebook.out(1).get_by_role("button", name="pull it")).to_be_visible()
    expect(notebook.out(1).locator(".hubnb-rec")).to_be_hidden()


def test_push_that_outlives_its_cell_is_shown_under_it(
    open_notebook: OpenNotebook, start: str, slow_hub: hubnb.LocalHub
) -> None:
    slow_hub.faults.slow("*lfs*", SLOW_BYTES_PER_S)
    push = (
        "import os, pathlib, tempfile\nfolder = pathlib.Path(tempfile.mkdtemp())\n"
        "size = (folder / 'new.bin').write_bytes(os.urandom(2_000_000))\n"
        "job = hubnb.upload_folder(folder_path=folder, repo_id='me/quick', run_as_future=True)"
    )
    notebook = open_notebook([start, push, "'another cell'"])
    for index in range(3):
        notebook.run_cell(index)
    expect(row(notebook, 1)).to_contain_text("Uploading")
    expect(row(notebook, 1)).to_contain_text("Pushed", timeout=30_000)
    expect(notebook.out(1).locator(".hubnb-rec")).to_contain_text("✓ Pushed 1 file to me/quick")
    assert notebook.text(2) == "'another cell'"
