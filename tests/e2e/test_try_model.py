"""Trying models in a real notebook: text, an image, a chat; errors; keys; and what the saved file keeps."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

import hubnb

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .conftest import OpenNotebook
    from .notebook_page import Notebook

AXE = Path(__file__).parents[2] / "js" / "node_modules" / "axe-core" / "axe.min.js"
_SERIOUS = """async (host) => {
  const found = await axe.run(host, {resultTypes: ['violations'], rules: {region: {enabled: false}}});
  return found.violations.map(v => `${v.id} ${v.impact}: ${v.nodes.map(n => n.html).slice(0, 3).join(' | ')}`);
}"""
CANARY = "canary words that only the model may read"


@pytest.fixture(scope="module")
def tried() -> Iterator[hubnb.LocalHub]:
    """A Hub with a model for each of four tasks."""
    with hubnb.LocalHub() as hub:
        api = hubnb.HfApi(endpoint=hub.endpoint, token=hub.token)
        for name, task in {
            "router": "text-classification",
            "clerk": "text-generation",
            "harbour": "object-detection",
            "painter": "text-to-image",
        }.items():
            api.create_repo(f"me/{name}")
            card = f"---\npipeline_tag: {task}\n---\n".encode()
            api.upload_file(path_or_fileobj=card, path_in_repo="README.md", repo_id=f"me/{name}")
        yield hub


@pytest.fixture
def start(tried: hubnb.LocalHub) -> str:
    tried.faults.clear()
    return (
        f"import os, tempfile, hubnb\nos.environ['HF_ENDPOINT'] = {tried.endpoint!r}\n"
        "os.environ['HF_HOME'] = tempfile.mkdtemp()\n"
    )


def panel(notebook: Notebook, index: int = 0):
    return notebook.out(index).locator(".hubnb-panel")


def serious(notebook: Notebook) -> list[str]:
    """What axe finds in the panel."""
    notebook.page.add_script_tag(path=str(AXE))
    return panel(notebook).first.evaluate(_SERIOUS)


def test_a_text_is_classified_and_nothing_of_it_is_in_the_file(open_notebook: OpenNotebook, start: str) -> None:
    source = start + "panel = hubnb.try_model('me/router')\npanel"
    notebook = open_notebook([source, "1 + 1"], own_page=True)  # it is loaded anew below
    notebook.run_cell(0)
    field = panel(notebook).get_by_label("Text", exact=True)
    expect(panel(notebook).locator("footer")).to_contain_text("stays on this machine")
    field.fill(CANARY)
    field.press("Control+Enter")
    expect(panel(notebook).get_by_role("list", name="Labels by score").get_by_role("listitem")).to_have_count(2)
    assert serious(notebook) == []
    panel(notebook).get_by_role("tab", name="Code").click()
    expect(panel(notebook).locator("pre")).to_contain_text(f'client.text_classification("{CANARY}")')
    panel(notebook).get_by_role("tab", name="JSON").click()
    expect(panel(notebook).locator("pre")).to_contain_text('"label"')
    saved = notebook.save()
    assert CANARY not in saved
    record = json.loads(saved)["cells"][0]["outputs"][-1]["data"]["text/plain"]
    assert "tried me/router" in "".join(record)
    notebook.reload()
    expect(panel(notebook).get_by_role("list", name="Labels by score")).to_be_visible()
    expect(panel(notebook).get_by_label("Text", exact=True)).to_have_value(CANARY)


def test_an_image_is_looked_at_and_an_image_is_made(open_notebook: OpenNotebook, start: str, tmp_path: Path) -> None:
    from PIL import Image

    Image.new("RGB", (200, 100), "navy").save(tmp_path / "boat.png")
    notebook = open_notebook([start + "hubnb.try_model('me/harbour')", "hubnb.try_model('me/painter')"])
    notebook.run_cell(0)
    panel(notebook).get_by_label("Choose a file").set_input_files(tmp_path / "boat.png")
    expect(panel(notebook).get_by_alt_text("Chosen: boat.png")).to_be_visible()
    panel(notebook).get_by_role("button", name="Run").click()
    expect(panel(notebook).locator(".tr-box")).to_have_count(2)
    notebook.run_cell(1)
    prompt = panel(notebook, 1).get_by_label("Prompt")
    prompt.fill("paper hills")
    prompt.press("Control+Enter")
    expect(panel(notebook, 1).get_by_alt_text("The image that was made")).to_be_visible()
    panel(notebook, 1).get_by_role("button", name="Into a variable").click()
    expect(panel(notebook, 1).get_by_text("It is in the variable image.")).to_be_visible()
    assert notebook.kernel_eval("image.size") == (64, 64)


def test_a_chat_streams_and_stops_while_another_cell_runs(
    open_notebook: OpenNotebook, start: str, tried: hubnb.LocalHub
) -> None:
    notebook = open_notebook([start + "hubnb.try_model('me/clerk')", "import time; time.sleep(600)"])
    notebook.run_cell(0)
    field = panel(notebook).get_by_label("Message")
    field.fill("Which notice period applies?")
    field.press("Enter")
    log = panel(notebook).get_by_role("log")
    expect(log).to_contain_text("This is a sample answer")
    expect(log).to_contain_text("first after")
    notebook.start_cell(1)
    tried.faults.stall("POST *", after_bytes=1500)
    field.fill("And in Norway?")
    field.press("Enter")
    expect(panel(notebook).get_by_role("button", name="Stop")).to_be_visible()
    expect(log.locator(".tr-msg").nth(3)).to_contain_text("You")
    panel(notebook).get_by_role("button", name="Stop").click()
    expect(panel(notebook).get_by_role("button", name="Send")).to_be_visible()
    assert notebook.is_running(1)
    expect(log).to_contain_text("And in Norway?")
    field.press("ArrowUp")
    expect(field).to_have_value("And in Norway?")
    assert serious(notebook) == []


def test_what_goes_wrong_is_said_with_a_way_out(open_notebook: OpenNotebook, start: str, tried: hubnb.LocalHub) -> None:
    notebook = open_notebook([start + "hubnb.try_model('me/router')", "hubnb.try_model('me/nobody')"])
    notebook.run_cell(0)
    panel(notebook).get_by_role("button", name="Run").click()
    expect(panel(notebook).get_by_role("alert")).to_contain_text("There is no text yet")
    tried.faults.fail("POST *", 403, message="That box is not ticked")
    panel(notebook).get_by_label("Text", exact=True).fill("hello")
    panel(notebook).get_by_role("button", name="Run").click()
    expect(panel(notebook).get_by_role("alert")).to_contain_text("Your token may not use Inference Providers")
    panel(notebook).get_by_role("button", name="Details").click()
    expect(panel(notebook).get_by_role("alert")).to_contain_text("That box is not ticked")
    expect(panel(notebook).get_by_label("Text", exact=True)).to_have_value("hello")
    assert serious(notebook) == []
    notebook.run_cell(1)
    expect(panel(notebook, 1).get_by_role("alert")).to_contain_text("has no such model")


def test_a_function_is_tried_with_keys_alone_and_the_notebook_sees_none(
    open_notebook: OpenNotebook, start: str
) -> None:
    code = "def shout(text):\n    return text.upper()\npanel = hubnb.try_model(shout)\npanel"
    notebook = open_notebook([start + code, "1 + 1"])
    notebook.run_cell(0)
    expect(panel(notebook).locator("footer")).to_contain_text("as your function says")
    press = notebook.page.keyboard.press
    panel(notebook).get_by_label("Text", exact=True).focus()
    notebook.page.keyboard.type("hello")
    press("Tab")
    press("Enter")
    expect(panel(notebook).get_by_role("tabpanel")).to_have_text("HELLO")
    for key in ["a", "b", "x", "d", "d", "Shift+M", "Control+Enter", "Shift+Enter"]:
        press(key)
    press("Tab")
    press("ArrowRight")
    expect(panel(notebook).get_by_role("tab", name="JSON")).to_be_focused()
    for key in ["a", "x", "d", "d", "ArrowDown"]:
        press(key)
    assert notebook.cell_count() == 2
