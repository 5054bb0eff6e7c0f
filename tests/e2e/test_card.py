"""The card editor in a real JupyterLab: open, write, see, put right, push, undo; nothing typed is lost."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from hubnb.client.files import read_file
from hubnb.client.repos import create_repo
from hubnb.transfer import CommitOperationAdd, create_commit

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Request

    import hubnb

    from .conftest import OpenNotebook
    from .notebook_page import Notebook

CARD = """---
# ours
license: mit
language: en
tags:
- support
---

# Ticket router

Sorts support tickets into **8 queues**. See [the audit](audit.md).

## How to use

```python
route("Parcel never came")
```
"""


def put(hub: hubnb.LocalHub, repo_id: str, text: str, message: str = "Card", **files: bytes) -> None:
    create_repo(repo_id, token=hub.token, endpoint=hub.endpoint, exist_ok=True)
    operations = [CommitOperationAdd(name, data) for name, data in {"README.md": text.encode(), **files}.items()]
    create_commit(repo_id, operations, commit_message=message, token=hub.token, endpoint=hub.endpoint)


def on_hub(hub: hubnb.LocalHub, repo_id: str, revision: str = "main") -> str:
    return read_file(repo_id, "README.md", revision=revision, token=hub.token, endpoint=hub.endpoint).decode()


@pytest.fixture
def setup(setup: str, hub: hubnb.LocalHub) -> str:
    return f"{setup}os.environ['HF_TOKEN'] = {hub.token!r}\nimport hubnb\n"


def panel(notebook: Notebook) -> Locator:
    return notebook.out(0).locator(".hn").first


def open_card(open_notebook: OpenNotebook, setup: str, call: str, **kwargs) -> Notebook:
    notebook = open_notebook([f"{setup}panel = {call}\npanel", "'next'"], **kwargs)
    notebook.run_cell(0)
    expect(panel(notebook).locator(".cd-plain, .cm-content").first).to_be_visible()
    notebook.kernel_wait("panel.phase == 'editing'")
    return notebook


def write(notebook: Notebook) -> Locator:
    """Click into the text and wait for the real editor."""
    area = panel(notebook).locator(".cd-plain, .cm-content").first
    area.click()
    content = panel(notebook).locator(".cm-content")
    expect(content).to_be_focused()
    return content


def preview(notebook: Notebook):
    return panel(notebook).frame_locator("iframe.cd-frame").locator("body")


def test_write_see_fix_push_and_undo(open_notebook: OpenNotebook, hub: hubnb.LocalHub, setup: str) -> None:
    repo_id = f"{hub.user}/router"
    put(hub, repo_id, CARD)
    notebook = open_card(open_notebook, setup, f"hubnb.edit_card({repo_id!r})")
    view = panel(notebook)
    expect(preview(notebook).get_by_role("heading", name="Ticket router")).to_be_visible()
    notebook.kernel_eval("setattr(panel, 'content', panel.content.replace('mit', 'apache2'))")
    push = view.get_by_role("button", name="Push card")
    expect(push).to_have_attribute("aria-disabled", "true")
    expect(view.get_by_text("1 error to fix first")).to_be_visible()

    write(notebook)
    notebook.page.keyboard.press("Control+End")
    notebook.page.keyboard.type("\nIt speaks **English** only.")
    expect(preview(notebook).get_by_text("It speaks English only.")).to_be_visible()
    notebook.kernel_wait("panel.content.endswith('It speaks **English** only.')")

    view.get_by_role("button", name="Use apache-2.0").click()
    notebook.kernel_wait("'license: apache-2.0' in panel.content")
    expect(view.get_by_text("1 error to fix first")).to_have_count(0)
    expect(view.get_by_label("License")).to_have_value("apache-2.0")

    view.get_by_role("radio", name="Changes").click()
    expect(view.locator(".cd-df .add").filter(has_text="apache-2.0")).to_be_visible()
    view.get_by_role("radio", name="Edit").click()

    view.get_by_label("Commit message").fill("Fix the license")
    push.click()
    expect(view.get_by_text("Read back from the Hub and found the same.")).to_be_visible()
    wanted = CARD.replace("mit", "apache-2.0").rstrip("\n") + "\n\nIt speaks **English** only."
    assert on_hub(hub, repo_id) == wanted
    assert "Card pushed" in notebook.text(0) or "card pushed" in notebook.text(0)

    view.get_by_role("button", name="Undo push").click()
    expect(view.get_by_text("Taken back; what you wrote is still here")).to_be_visible()
    assert on_hub(hub, repo_id) == CARD
    assert notebook.kernel_eval("panel.content") == wanted


def test_draft_survives_a_reload_and_a_restart(
    open_notebook: OpenNotebook, hub: hubnb.LocalHub, setup: str, tmp_path
) -> None:
    repo_id = f"{hub.user}/drafted"
    put(hub, repo_id, CARD)
    setup = f"{setup}os.environ['HF_ASSETS_CACHE'] = {str(tmp_path)!r}\n"
    notebook = open_card(open_notebook, setup, f"hubnb.edit_card({repo_id!r})", own_page=True)
    write(notebook)
    notebook.page.keyboard.press("Control+End")
    notebook.page.keyboard.type("\nNot lost.")
    expect(panel(notebook).get_by_text("Draft saved")).to_be_visible()

    notebook.save()
    notebook.reload()
    expect(preview(notebook).get_by_text("Not lost.")).to_be_visible()

    notebook.restart_kernel()
    area = panel(notebook).locator(".cd-plain")  # the editor would have to come from the kernel
    area.click()
    notebook.page.keyboard.press("Control+End")
    notebook.page.keyboard.type(" Typed to a dead kernel.")
    expect(panel(notebook).get_by_text("The kernel was restarted")).to_be_visible()
    expect(area).to_have_value(re.compile("Typed to a dead kernel.$"))

    notebook.run_cell(0)
    view = panel(notebook)
    view.get_by_role("button", name="Show changes").click()
    expect(view.locator(".cd-df .add").filter(has_text="Not lost.")).to_be_visible()
    view.get_by_role("button", name="Continue the draft").click()
    notebook.kernel_wait("panel.content.endswith('Not lost.')")
    expect(preview(notebook).get_by_text("Not lost.")).to_be_visible()


def test_conflict_is_shown_and_nothing_is_pushed_until_it_is_decided(
    open_notebook: OpenNotebook, hub: hubnb.LocalHub, setup: str
) -> None:
    repo_id = f"{hub.user}/contested"
    put(hub, repo_id, CARD)
    notebook = open_card(open_notebook, setup, f"hubnb.edit_card({repo_id!r})")
    view = panel(notebook)
    notebook.kernel_eval("setattr(panel, 'content', panel.content.replace('8 queues', 'nine queues') + 'Mine.\\n')")
    expect(preview(notebook).get_by_text("nine queues")).to_be_visible()
    theirs = CARD.replace("8 queues", "ten queues").replace("language: en", "language: fr")
    put(hub, repo_id, theirs, "Theirs")

    view.get_by_role("button", name="Push card").click()
    expect(view.get_by_role("alert")).to_contain_text("1 change fits together by itself. 1 needs you.")
    assert on_hub(hub, repo_id) == theirs
    finish = view.get_by_role("button", name="Finish merge")
    expect(finish).to_have_attribute("aria-disabled", "true")
    view.get_by_role("radio", name="Mine", exact=True).click()
    finish.click()
    expect(preview(notebook).get_by_text("nine queues")).to_be_visible()
    view.get_by_role("button", name="Push card").click()
    expect(view.get_by_text("Read back from the Hub and found the same.")).to_be_visible()
    assert on_hub(hub, repo_id) == theirs.replace("ten queues", "nine queues") + "Mine.\n"

    notebook.kernel_eval("setattr(panel, 'content', panel.content + 'More.\\n')")
    view.get_by_role("radio", name="As pull request").click()
    view.get_by_role("button", name="Open pull request").click()
    expect(view.get_by_text("is open with the card")).to_be_visible()
    assert "More." in on_hub(hub, repo_id, "refs/pr/1")
    assert "More." not in on_hub(hub, repo_id)


def test_no_key_reaches_the_notebook_and_the_keys_of_the_editor_work(
    open_notebook: OpenNotebook, hub: hubnb.LocalHub, setup: str
) -> None:
    repo_id = f"{hub.user}/keys"
    put(hub, repo_id, CARD)
    notebook = open_card(open_notebook, setup, f"hubnb.edit_card({repo_id!r})")
    view, keyboard = panel(notebook), notebook.page.keyboard
    write(notebook)
    keyboard.press("Control+End")
    keyboard.press("Control+b")
    keyboard.type("bold")
    notebook.kernel_wait("panel.content.endswith('**bold**')")
    keyboard.press("Control+z")
    keyboard.press("F8")
    expect(view.get_by_text("Ln 11, Col")).to_be_visible()  # the link to a file that is not there
    keyboard.press("Control+Enter")
    expect(view.get_by_label("Commit message")).to_be_focused()
    keyboard.press("F6")
    keyboard.press("F6")
    for key in ("d", "d", "x", "a", "b", "ArrowDown", "Shift+Enter", "Control+Enter"):
        view.get_by_role("button", name="Section").focus()
        keyboard.press(key)
    assert notebook.cell_count() == 2
    write(notebook)
    keyboard.press("Tab")
    expect(view.locator(".cm-content")).not_to_be_focused()


def test_what_goes_wrong_is_said_and_the_text_stays(
    open_notebook: OpenNotebook, hub: hubnb.LocalHub, setup: str
) -> None:
    notebook = open_notebook([f"{setup}panel = hubnb.edit_card('{hub.user}/nowhere')\npanel"])
    notebook.run_cell(0)
    expect(panel(notebook).get_by_role("alert")).to_contain_text("nowhere")
    put(hub, f"{hub.user}/nowhere", CARD)
    panel(notebook).get_by_role("button", name="Try again").click()
    expect(preview(notebook).get_by_role("heading", name="Ticket router")).to_be_visible()

    notebook.kernel_eval("setattr(panel, 'content', panel.content + 'Kept.\\n')")
    expect(preview(notebook).get_by_text("Kept.")).to_be_visible()
    hub.faults.fail("*/commit/*", 422, times=None)
    try:
        panel(notebook).get_by_role("button", name="Push card").click()
        expect(panel(notebook).get_by_role("alert")).to_be_visible()
    finally:
        hub.faults.clear()
    assert notebook.kernel_eval("panel.content").endswith("Kept.\n")
    panel(notebook).get_by_role("button", name="Push card").click()
    expect(panel(notebook).get_by_text("Read back from the Hub and found the same.")).to_be_visible()


def test_hostile_cards_fire_nothing_and_fetch_nothing(
    open_notebook: OpenNotebook, hub: hubnb.LocalHub, setup: str
) -> None:
    repo_id = f"{hub.user}/hostile"
    put(hub, repo_id, CARD)
    corpus = Path(__file__).parent.parent / "cards" / "hostile" / "cards.json"
    show_all = (
        "import json, time\n"
        f"for card in json.load(open({str(corpus)!r})):\n"
        "    panel.content = card\n"
        "    while panel._given_out.get(panel.version) != card:\n"  # the browser has fetched it
        "        time.sleep(0.002)\n"
        "panel.content = '# The end'"
    )
    notebook = open_notebook([f"{setup}panel = hubnb.edit_card({repo_id!r})\npanel", show_all])
    notebook.run_cell(0)
    expect(preview(notebook).get_by_role("heading", name="Ticket router")).to_be_visible()
    page = notebook.page
    page.evaluate("() => { window.__firings = []; window.__fired = (what) => window.__firings.push(what); }")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if is_of_a_card(request, notebook) else None)
    notebook.run_cell(1)
    expect(preview(notebook).get_by_role("heading", name="The end")).to_be_visible()
    assert page.evaluate("window.__firings") == []
    assert asked == []


def is_of_a_card(request: Request, notebook: Notebook) -> bool:
    """Whether a page asked for something that JupyterLab itself does not ask for."""
    own = request.frame == notebook.page.main_frame and request.url.startswith(notebook.server.url)
    return not own and not request.url.startswith(("data:", "blob:"))


def test_axe_finds_nothing(open_notebook: OpenNotebook, hub: hubnb.LocalHub, setup: str) -> None:
    repo_id = f"{hub.user}/accessible"
    put(hub, repo_id, CARD)
    notebook = open_card(open_notebook, setup, f"hubnb.edit_card({repo_id!r})")
    notebook.kernel_eval("setattr(panel, 'content', panel.content.replace('mit', 'apache2'))")
    write(notebook)
    expect(panel(notebook).get_by_text("1 error to fix first")).to_be_visible()
    notebook.page.evaluate((Path(__file__).parents[2] / "js" / "node_modules" / "axe-core" / "axe.min.js").read_text())
    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        notebook.set_theme(theme)
        panel(notebook).get_by_role("radio", name="Edit").click()
        assert axe(notebook) == []
        panel(notebook).get_by_role("radio", name="Changes").click()
        expect(panel(notebook).locator(".cd-df .add")).to_be_visible()
        assert axe(notebook) == []
    notebook.set_theme("JupyterLab Light")


def axe(notebook: Notebook) -> list[str]:
    """Violations in the panel: rule, and the first element that breaks it."""
    found = notebook.page.evaluate(
        "async () => (await axe.run(document.querySelector('.hubnb-panel'),"
        " {iframes: false, rules: {region: {enabled: false}}}))"
        ".violations.map(one => `${one.id}: ${one.nodes[0].html} ${one.nodes[0].failureSummary}`)"
    )
    return list(found)
