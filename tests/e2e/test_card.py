"""The card editor in a real JupyterLab: open, write, see, put right, push, undo; nothing typed is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from hubnb.client.files import read_file
from hubnb.client.repos import create_repo
from hubnb.transfer import CommitOperationAdd, create_commit

if TYPE_CHECKING:
    from playwright.sync_api import Locator

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
