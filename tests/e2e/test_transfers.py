"""The panels of transfers, the cache and all of them in tabs, as a person uses them in JupyterLab."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from .repos import WEIGHTS, seed

if TYPE_CHECKING:
    from collections.abc import Iterator

    import hubnb

    from .conftest import OpenNotebook
    from .driver import Browser, JupyterServer
    from .notebook_page import Notebook

SLOW_BYTES_PER_S = 1_500_000
AXE = Path(__file__).parents[2] / "js" / "node_modules" / "axe-core" / "axe.min.js"
_VIOLATIONS = """async (host) => {
  const found = await axe.run(host, {resultTypes: ['violations'], rules: {region: {enabled: false}}});
  return found.violations.map(v => `${v.id} ${v.impact}: ${v.nodes.map(n => n.html).slice(0, 3).join(' | ')}`);
}"""


def check_with_axe(notebook: Notebook, index: int) -> list[str]:
    notebook.page.evaluate(AXE.read_text())
    return notebook.out(index).locator(".hubnb-panel").first.evaluate(_VIOLATIONS)


@pytest.fixture
def start(setup: str, hub: hubnb.LocalHub) -> Iterator[str]:
    seed(hub, "me/long", 30_000_000)
    seed(hub, "me/short", 1_500_000)
    hub.faults.slow(f"*long*{WEIGHTS}*", SLOW_BYTES_PER_S)
    yield f"{setup}import hubnb\nhubnb.set_language('en')\nhubnb.login({hub.token!r}, keep=False)"
    hub.faults.clear()


PULL = "job = hubnb.snapshot_download('me/long', run_as_future=True)"


def test_cancel_answers_while_a_cell_runs(open_notebook: OpenNotebook, start: str) -> None:
    notebook = open_notebook(
        [start, "hubnb.transfers()", f"{PULL}\nimport time\nwhile not job.done(): time.sleep(0.1)"]
    )
    notebook.run_cell(0)
    notebook.run_cell(1)
    notebook.start_cell(2)
    row = notebook.out(1).locator(".tx-job")
    expect(row).to_contain_text("Downloading")
    assert notebook.is_running(2)
    row.get_by_role("button", name="Cancel").click()
    expect(row).to_contain_text("Cancelled", timeout=1000)
    notebook.wait_cell(2)


def test_page_that_is_opened_again_shows_the_same_transfer_as_it_is(
    open_notebook: OpenNotebook, start: str, lab: JupyterServer, browser: Browser
) -> None:
    notebook = open_notebook([start, "panel = hubnb.transfers(); panel", PULL], own_page=True)
    for index in range(3):
        notebook.run_cell(index)
    expect(notebook.out(1).locator(".tx-job")).to_contain_text("Downloading")
    notebook.save()
    notebook.page.reload()
    notebook.go()
    row = notebook.out(1).locator(".tx-job")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("Downloading")
    assert notebook.kernel_eval("len([one for one in panel.active])") == 1
    row.get_by_role("button", name="Cancel").click()
    expect(row).to_contain_text("Cancelled")


def test_plan_is_pushed_and_undone(open_notebook: OpenNotebook, start: str) -> None:
    folder = (
        "import pathlib\nfolder = pathlib.Path(tempfile.mkdtemp())\n"
        "(folder / 'new.bin').write_bytes(os.urandom(20_000))"
    )
    notebook = open_notebook([f"{start}\n{folder}", "hubnb.plan_push(folder, 'me/short')"])
    notebook.run_cell(0)
    notebook.run_cell(1)
    out = notebook.out(1)
    out.get_by_label("Commit message").fill("Add new weights")
    assert check_with_axe(notebook, 1) == []
    out.get_by_role("button", name=re.compile("^Push 20")).click()
    expect(out.locator(".tx-job")).to_contain_text("Pushed to main")
    out.get_by_role("button", name="Undo").click()
    expect(out.locator(".tx-job")).to_have_count(2)
    expect(out.locator(".tx-job").first).to_contain_text("Pushed to main")
    assert check_with_axe(notebook, 1) == []


def test_cache_is_made_smaller_by_what_was_said(open_notebook: OpenNotebook, start: str) -> None:
    notebook = open_notebook([f"{start}\np = hubnb.snapshot_download('me/short')", "panel = hubnb.cache(); panel"])
    notebook.run_cell(0)
    notebook.run_cell(1)
    out = notebook.out(1)
    expect(out.get_by_role("row")).to_have_count(2)
    assert check_with_axe(notebook, 1) == []
    out.get_by_role("button", name="Verify all").click()
    expect(out).to_contain_text("All 4 files are whole")
    out.get_by_role("checkbox", name="Choose me/short").check()
    out.get_by_role("button", name=re.compile("Delete, free 1.50")).click()
    expect(out.get_by_role("button", name="Keep everything")).to_be_focused()
    out.get_by_role("button", name=re.compile("Delete, free 1.50")).click()
    expect(out).to_contain_text("Freed 1.50")
    expect(out).to_contain_text("The cache is empty")


def test_tabs_keep_what_was_done_in_them_and_the_file_keeps_no_widget(
    open_notebook: OpenNotebook, start: str, hub: hubnb.LocalHub
) -> None:
    notebook = open_notebook([f"{start}\np = hubnb.snapshot_download('me/short')", "hubnb.app('cache')", "1 + 1"])
    notebook.run_cell(0)
    notebook.run_cell(1)
    out = notebook.out(1)
    out.get_by_label("Filter repos").fill("short")
    out.get_by_role("tab", name="Transfers").click()
    expect(out.locator(".tx-job")).to_contain_text("me/short")
    out.get_by_role("tab", name="Transfers").press("ArrowRight")
    out.get_by_role("tab", name="Cache").press("Enter")
    expect(out.get_by_label("Filter repos")).to_have_value("short")
    assert check_with_axe(notebook, 1) == []
    out.get_by_role("tab", name="Account").click()
    expect(out.get_by_role("button", name="Sign out")).to_be_visible()
    for key in ["a", "x", "d", "d"]:
        out.get_by_role("tab", name="Account").press(key)
    assert notebook.cell_count() == 3
    text = notebook.save()
    assert json.loads(text)["metadata"].get("widgets", {}) == {} or '"state": {}' in text
    assert hub.token not in json.dumps(json.loads(text)["cells"][1])
    html = "".join(json.loads(text)["cells"][1]["outputs"][1]["data"]["text/html"])
    assert "hubnb.app()" in html


def test_code_of_the_browser_way_signs_in_and_is_not_in_the_file(
    open_notebook: OpenNotebook, setup: str, hub: hubnb.LocalHub
) -> None:
    import requests

    notebook = open_notebook([f"{setup}import hubnb\nhubnb.set_language('en')\nhubnb.login()"])
    notebook.run_cell(0)
    out = notebook.out(0)
    out.get_by_role("button", name="Get a code").click()
    code = out.locator("output").inner_text()
    form = {"user_code": code, "decision": "approve", "token": hub.token}
    requests.post(f"{hub.endpoint}/oauth/device/approve", data=form, timeout=30).raise_for_status()
    expect(out.get_by_role("heading", name="Account")).to_be_visible()
    text = notebook.save()
    assert code not in text
    assert "hf_oauth" not in text
    assert not notebook.meter.received_with("hf_oauth")
