"""What a saved notebook shows without the kernel that made it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import nbclient
import nbformat
import pytest
from playwright.sync_api import expect

from .driver import notebook_of
from .repos import seed

if TYPE_CHECKING:
    from pathlib import Path

    import hubnb

    from .conftest import OpenNotebook
    from .driver import Browser, JupyterServer

WIDGETS = "application/vnd.jupyter.widget-state+json"


@pytest.fixture
def sources(setup: str, hub: hubnb.LocalHub) -> list[str]:
    seed(hub, "me/kept", 1_000_000)
    start = f"{setup}import hubnb\nhubnb.login({hub.token!r}, keep=False)"
    return [start, "path = hubnb.snapshot_download('me/kept')", "hubnb.login()"]


@pytest.fixture
def saved(open_notebook: OpenNotebook, sources: list[str]) -> dict:
    """A notebook that was run, looked at and saved with widget state."""
    notebook = open_notebook(sources)
    for index in range(3):
        notebook.run_cell(index)
    expect(notebook.out(2).locator(".hubnb-panel").get_by_role("heading", name="Account")).to_be_visible()
    expect(notebook.out(2).locator(".hubnb-rec")).to_contain_text("Signed in")
    return json.loads(notebook.save())


def test_saved_widget_state_holds_no_model_of_ours(saved: dict) -> None:
    assert saved["metadata"]["widgets"][WIDGETS]["state"] == {}
    assert "light-dark(" not in json.dumps(saved)


@pytest.mark.parametrize("trusted", [True, False])
def test_reopened_notebook_shows_the_record_and_no_error(
    trusted: bool, saved: dict, lab: JupyterServer, browser: Browser
) -> None:
    if not trusted:  # a file that this server did not write is not signed
        saved["cells"][0]["source"] += "# edited elsewhere"
    name = f"reopened_{trusted}.ipynb"
    lab.write(name, saved)
    notebook = lab.open(browser, name)
    try:
        for index, words in ((1, "Pulled 4 files"), (2, "Signed in")):
            out = notebook.out(index)
            expect(out.locator(".jp-RenderedHTML.jp-mod-trusted")).to_have_count(1 if trusted else 0)
            expect(out.locator(".jp-RenderedHTML")).to_contain_text(words)
            expect(out.locator(".hubnb-panel")).to_have_count(0)
            complaint = out.get_by_text("Error displaying widget")
            expect(complaint).to_have_count(1 if trusted else 0)
            assert "isplaying widget" not in out.inner_text()
    finally:
        notebook.close()


BOX = (
    "import ipywidgets\nfrom hubnb.panels.login import LoginPanel\npanel = LoginPanel()\n"
    "ipywidgets.VBox([ipywidgets.Label('above the panel'), panel])"
)


def test_box_that_holds_a_panel_can_be_reopened(
    open_notebook: OpenNotebook, setup: str, lab: JupyterServer, browser: Browser
) -> None:
    notebook = open_notebook([setup + BOX])
    notebook.run_cell(0)
    notebook.out(0).locator(".hubnb-panel").wait_for()
    text = notebook.save()
    assert "hubnb.panels" not in json.dumps(json.loads(text)["metadata"])
    lab.write("box.ipynb", json.loads(text))
    reopened = lab.open(browser, "box.ipynb")
    try:
        expect(reopened.out(0)).to_contain_text("above the panel")
        expect(reopened.out(0)).to_contain_text("Run the cell for the live view")
    finally:
        reopened.close()


def test_box_that_a_program_ran_holds_the_record(setup: str, tmp_path: Path) -> None:
    notebook = nbformat.from_dict(notebook_of([setup + BOX]))
    nbclient.NotebookClient(notebook, resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert "hubnb.panels" not in json.dumps(notebook.metadata)
    models = notebook.metadata.widgets[WIDGETS].state.values()
    (stand_in,) = [one.state.value for one in models if one.model_name == "HTMLModel"]
    assert "Not signed in" in stand_in


def test_notebook_run_by_a_program_keeps_records_and_no_widgets(sources: list[str], tmp_path: Path) -> None:
    notebook = nbformat.from_dict(notebook_of(sources))
    nbclient.NotebookClient(notebook, resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert "widgets" not in notebook.metadata
    pulled, account = notebook.cells[1].outputs, notebook.cells[2].outputs
    assert [output.output_type for output in pulled] == ["display_data"]
    assert "hubnb: pulled 4 files from me/kept" in pulled[0].data["text/plain"]
    assert "text/html" in account[0].data
    assert "hubnb: signed in to" in account[0].data["text/plain"]  # not "signing in", however slow the Hub was
    assert "application/vnd.jupyter.widget-view+json" not in nbformat.writes(notebook)
