"""Browsing a Hub in a real notebook: search, open, look, choose, pull; with the mouse, and with keys alone."""

# ruff: noqa: RUF001 - the words of the panel, with the apostrophe they have there

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

import hubnb

from .browse_repos import GATED, HOSTILE, ROUTER, seed_browsable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .conftest import OpenNotebook
    from .notebook_page import Notebook

AXE = Path(__file__).parents[2] / "js" / "node_modules" / "axe-core" / "axe.min.js"
_SERIOUS = """async (host) => {
  const found = await axe.run(host, {resultTypes: ['violations'], rules: {region: {enabled: false}}});
  return found.violations.map(v => `${v.id} ${v.impact}: ${v.nodes.map(n => n.html).slice(0, 3).join(' | ')}`);
}"""


@pytest.fixture(scope="module")
def browsable() -> Iterator[hubnb.LocalHub]:
    with hubnb.LocalHub() as hub:
        seed_browsable(hub)
        yield hub


@pytest.fixture
def start(browsable: hubnb.LocalHub) -> str:
    """First lines of a cell: that Hub, its user, and a cache of its own."""
    return (
        "import os, tempfile, hubnb\n"
        f"os.environ['HF_ENDPOINT'] = {browsable.endpoint!r}\n"
        "os.environ['HF_HOME'] = tempfile.mkdtemp()\n"
        f"open(os.environ['HF_HOME'] + '/token', 'w').write(open({str(_token_file(browsable))!r}).read())\n"
    )


def _token_file(hub: hubnb.LocalHub) -> Path:
    """A file with the token: it must not stand in a notebook in which we look for it."""
    import tempfile

    path = Path(tempfile.mkdtemp()) / "token"
    path.write_text(hub.token)
    return path


def panel(notebook: Notebook, index: int = 0):
    return notebook.out(index).locator(".hubnb-panel")


def focused(notebook: Notebook) -> str:
    """Say what has the focus inside the panel."""
    return notebook.js(
        "let e = document.activeElement; while (e && e.shadowRoot && e.shadowRoot.activeElement)"
        " e = e.shadowRoot.activeElement; return e ? (e.getAttribute('aria-label') || e.textContent || '') : ''"
    )


def row(notebook: Notebook, name: str):
    return panel(notebook).get_by_role("treegrid", name="Files").get_by_role("row").filter(has_text=name)


def check_with_axe(notebook: Notebook) -> list[str]:
    notebook.page.evaluate(AXE.read_text())
    return panel(notebook).evaluate(_SERIOUS)


@pytest.mark.parametrize("app", ["lab", "notebook"])
def test_search_open_look_choose_and_pull(
    app: str, open_notebook: OpenNotebook, start: str, browsable: hubnb.LocalHub
) -> None:
    notebook = open_notebook([start + "panel = hubnb.browse('ticket')\npanel"], app=app)
    notebook.run_cell(0)
    found = panel(notebook).get_by_role("grid").get_by_role("row")
    expect(found).to_have_count(2)
    found.filter(has_text="ticket-router").click()
    expect(panel(notebook).get_by_role("tab", name="Files")).to_have_attribute("aria-selected", "true")
    row(notebook, "model.safetensors").click()
    expect(panel(notebook).get_by_role("treegrid", name="Tensors")).to_contain_text("encoder.layer")
    expect(panel(notebook).locator(".br-pv-note")).to_contain_text("read")
    for name in ("config.json", "model.safetensors"):
        row(notebook, name).get_by_role("checkbox").check()
    expect(panel(notebook).get_by_text("2 of 10 files")).to_be_visible()
    notebook.kernel_wait("len(panel.selected) == 2")
    panel(notebook).get_by_role("button", name="Pull selection").click()
    expect(panel(notebook).get_by_role("list", name="Pulls")).to_contain_text("Pulled")
    expect(row(notebook, "config.json")).to_contain_text("cached")
    assert notebook.kernel_eval(f"hubnb.try_to_load_from_cache({ROUTER!r}, 'model.safetensors') is not None")
    saved = notebook.save()
    assert browsable.token not in saved
    assert not notebook.meter.received_with(browsable.token)
    assert "Looked at" in saved
    widgets = json.loads(saved)["metadata"].get("widgets", {})
    state: dict[str, Any] = widgets.get("application/vnd.jupyter.widget-state+json", {}).get("state", {})
    assert not [one for one in state.values() if one["model_module"] == "anywidget"]
    assert "encoder.layer" not in saved


def test_everything_is_done_with_keys_alone(open_notebook: OpenNotebook, start: str) -> None:
    notebook = open_notebook([start + "panel = hubnb.browse('ticket')\npanel", "1 + 1"])
    notebook.run_cell(0)
    expect(panel(notebook).get_by_role("grid").get_by_role("row")).to_have_count(2)
    press = notebook.page.keyboard.press
    panel(notebook).get_by_role("textbox", name="Search the Hub").focus()
    press("ArrowDown")
    if "ticket-router" not in focused(notebook):
        press("ArrowDown")
    assert "ticket-router" in focused(notebook)
    press("Enter")
    expect(row(notebook, "config.json")).to_be_visible()
    expect(panel(notebook).get_by_role("heading", name=ROUTER)).to_be_focused()
    for _ in range(12):  # to the tree, whichever buttons stand before it
        press("Tab")
        if "figures" in focused(notebook) and "onnx" not in focused(notebook):
            break
    press("o")
    press("ArrowRight")
    press("ArrowDown")
    press("Space")
    notebook.kernel_wait("panel.selected == ('onnx/model.onnx',)")
    for key in ["a", "b", "x", "d", "d", "Shift+M", "Control+Enter", "Shift+Enter"]:
        press(key)
    assert notebook.cell_count() == 2
    assert notebook.outputs(1) == []
    press("Home")
    for letters in "eval":
        press(letters)
    press("Enter")
    expect(panel(notebook).locator(".br-look")).to_contain_text("billing")
    press("Backspace")
    expect(panel(notebook).get_by_role("grid")).to_be_visible()
    assert "ticket-router" in focused(notebook)
    notebook.kernel_wait("panel.repo_id is None")
    press("Escape")
    notebook.poll("return !document.activeElement.closest('.hubnb-panel')", "focus left the panel")


def test_other_revision_keeps_tab_and_choice(open_notebook: OpenNotebook, start: str) -> None:
    notebook = open_notebook([start + f"panel = hubnb.browse({ROUTER!r})\npanel"])
    notebook.run_cell(0)
    row(notebook, "vocab.txt").get_by_role("checkbox").check()
    notebook.kernel_wait("panel.selected == ('vocab.txt',)")
    panel(notebook).get_by_role("button", name="Revision: main").click()
    panel(notebook).get_by_role("combobox", name="Revision").fill("v1")
    panel(notebook).get_by_role("option", name="v1.0").first.click()
    notebook.kernel_wait("panel.revision == 'v1.0'")
    expect(panel(notebook).get_by_text("from v1.0")).to_be_visible()
    assert notebook.kernel_eval("panel.selected") == ("vocab.txt",)
    notebook.kernel_eval("setattr(panel, 'revision', 'main')")
    expect(panel(notebook).get_by_text("from main")).to_be_visible()
    notebook.kernel_eval("setattr(panel, 'selected', ('config.json', 'eval.csv'))")
    expect(panel(notebook).get_by_text("2 of 10 files")).to_be_visible()


def test_pull_request_is_looked_at_commented_and_merged(
    open_notebook: OpenNotebook, start: str, browsable: hubnb.LocalHub
) -> None:
    notebook = open_notebook([start + f"panel = hubnb.browse({ROUTER!r})\npanel"])
    notebook.run_cell(0)
    here = panel(notebook)
    here.get_by_role("tab", name="Discussions").click()
    here.get_by_role("button", name="Widen the model").click()
    expect(here.locator(".br-lines .add")).to_contain_text('"hidden_size": 512')
    here.get_by_label("Comment", exact=True).first.fill("Looks **fine** <img src=x onerror=window.pwned=1>")
    here.get_by_role("button", name="Comment", exact=True).click()
    expect(here.locator(".br-comment")).to_contain_text("Looks **fine** <img")
    here.get_by_role("button", name="Merge into main").click()
    expect(here.get_by_role("button", name="Don’t merge")).to_be_focused()
    here.get_by_role("button", name="Merge", exact=True).click()
    expect(here.locator(".hn-badge", has_text="merged")).to_be_visible()
    body = hubnb.HfApi(endpoint=browsable.endpoint, token=browsable.token).hf_hub_download(ROUTER, "config.json")
    assert "512" in Path(body).read_text()


def test_hostile_names_and_cards_run_nothing_and_fetch_nothing(open_notebook: OpenNotebook, start: str) -> None:
    notebook = open_notebook([start + f"panel = hubnb.browse({HOSTILE!r})\npanel"], own_page=True)
    asked: list[str] = []
    notebook.page.on("request", lambda request: asked.append(request.url))
    notebook.run_cell(0)
    here = panel(notebook)
    expect(here.get_by_text("<img src=x onerror=window.pwned=1>")).to_be_visible()
    row(notebook, "onerror").click()
    expect(here.locator(".br-look")).to_contain_text("x")
    here.get_by_role("tab", name="Card").click()
    frame = here.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="Hostile")).to_be_visible()
    frame.get_by_text("click").click()
    here.get_by_role("tab", name="Commits").click()
    expect(here.get_by_role("list", name="Commits").get_by_text("<b>bold</b>")).to_be_visible()
    assert not notebook.page.evaluate("window.pwned")
    assert [url for url in asked if "evil" in url] == []
    assert [url for url in asked if not url.startswith((notebook.server.url, "blob:", "data:", "about:"))] == []


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("hubnb.browse('me/not-there')", "has no me/not-there"),
        (f"hubnb.browse({ROUTER!r}, revision='gone')", "has no such revision"),
        (f"hubnb.browse({GATED!r}, token=False)", "You need access before you can pull"),
        ("hubnb.browse('me/x', endpoint='http://127.0.0.1:9')", "Can’t reach 127.0.0.1:9"),
        ("hubnb.browse('nothing like it license:mit')", "Nothing for “nothing like it” here"),
    ],
)
def test_what_went_wrong_is_said_in_the_panel(call: str, said: str, open_notebook: OpenNotebook, start: str) -> None:
    notebook = open_notebook([start + call])
    notebook.run_cell(0)
    expect(panel(notebook)).to_contain_text(said)
    assert check_with_axe(notebook) == []


def test_offline_the_cache_can_be_browsed(open_notebook: OpenNotebook, start: str) -> None:
    first = (
        "os.environ['HF_HUB_DISABLE_PROGRESS_BARS'] = '1'\n"
        f"hubnb.hf_hub_download({ROUTER!r}, 'vocab.txt')\n"
        "os.environ['HF_HUB_OFFLINE'] = '1'\nhubnb.browse()"
    )
    notebook = open_notebook([start + first])
    notebook.run_cell(0)
    expect(panel(notebook)).to_contain_text("You are working offline")
    panel(notebook).get_by_role("grid").get_by_role("row").first.click()
    row(notebook, "vocab.txt").click()
    expect(panel(notebook).locator(".br-pv-note")).to_contain_text("from the cache, nothing fetched")
    expect(panel(notebook).get_by_role("button", name="Pull selection")).to_have_attribute("aria-disabled", "true")


def test_panel_answers_while_another_cell_runs(open_notebook: OpenNotebook, start: str) -> None:
    notebook = open_notebook(
        [start + "panel = hubnb.browse('ticket')\npanel", "import time\nwhile panel.repo_id is None: time.sleep(0.05)"]
    )
    notebook.run_cell(0)
    found = panel(notebook).get_by_role("grid").get_by_role("row")
    expect(found).to_have_count(2)
    notebook.start_cell(1)
    found.filter(has_text="ticket-router").click()
    expect(row(notebook, "config.json")).to_be_visible()
    notebook.wait_cell(1)


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_axe_finds_nothing_in_any_state(theme: str, open_notebook: OpenNotebook, start: str) -> None:
    notebook = open_notebook([start + "panel = hubnb.browse('task:text-classification')\npanel"])
    notebook.set_theme(theme)
    try:
        notebook.run_cell(0)
        here = panel(notebook)
        expect(here.get_by_role("grid").get_by_role("row").first).to_be_visible()
        found = {"search": check_with_axe(notebook)}
        here.get_by_role("button", name="Library").click()
        expect(here.get_by_role("listbox")).to_be_visible()
        found["filter"] = check_with_axe(notebook)
        here.get_by_role("combobox").press("Escape")
        here.get_by_role("grid").get_by_role("row").filter(has_text="ticket-router").click()
        for name, text in (
            ("model.safetensors", "encoder"),
            ("config.json", "hidden_size"),
            ("eval.csv", "billing"),
            ("README.md", "read"),
        ):
            row(notebook, name).click()
            expect(here.locator(".br-look")).to_contain_text(text)
            found[name] = check_with_axe(notebook)
        here.get_by_role("button", name="Copy code").click()
        here.get_by_role("button", name="Keyboard").click()
        here.get_by_role("button", name="Revision: main").click()
        expect(here.get_by_role("option").nth(1)).to_be_visible()
        found["code, keys, revisions"] = check_with_axe(notebook)
        for tab, shown in (("Card", "iframe"), ("Commits", "li"), ("Discussions", "li")):
            here.get_by_role("tab", name=tab).click()
            expect(here.locator(f"[role=tabpanel]:not([hidden]) {shown}").first).to_be_visible()
            found[tab] = check_with_axe(notebook)
        assert {state: said for state, said in found.items() if said} == {}
    finally:
        notebook.set_theme("JupyterLab Light")
