"""Pictures of the browser in its states, for a person to look at.

Run it as ``python -m tests.e2e.browse_pictures [FOLDER]``; without a folder they go to ``build/screenshots``.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import hubnb

from .browse_repos import GATED, ROUTER, seed_browsable
from .driver import Browser, JupyterServer

if TYPE_CHECKING:
    from .notebook_page import Notebook

CALLS = {
    "search": "hubnb.browse('task:text-classification')",
    "files": f"hubnb.browse({ROUTER!r})",
    "code": f"hubnb.browse({ROUTER!r})",
    "pulled": f"hubnb.browse({ROUTER!r})",
    "card": f"hubnb.browse({ROUTER!r})",
    "pull-request": f"hubnb.browse({ROUTER!r})",
    "gated": f"hubnb.browse({GATED!r}, token=False)",
    "nothing": "hubnb.browse('tiket ruting task:text-classification license:mit')",
    "missing": "hubnb.browse('me/not-there')",
}
LOOKS = (("light", "JupyterLab Light", 1180), ("dark", "JupyterLab Dark", 1180), ("narrow", "JupyterLab Light", 480))


def main(folder: Path) -> None:
    """Take all pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    with hubnb.LocalHub() as hub, JupyterServer("lab") as lab, Browser() as browser:
        seed_browsable(hub)
        setup = (
            "import os, tempfile, hubnb\nos.environ['HF_HOME'] = tempfile.mkdtemp()\n"
            f"os.environ['HF_ENDPOINT'] = {hub.endpoint!r}\nos.environ['HF_TOKEN'] = {hub.token!r}"
        )
        notebook = lab.open(browser, "browse.ipynb", [setup, *CALLS.values()])
        for index in range(len(CALLS) + 1):
            notebook.run_cell(index)
        pose(notebook)
        notebook.js("app.commands.execute('application:toggle-left-area'); nb.widgets[0].node.style.display = 'none'")
        for look, theme, width in LOOKS:
            notebook.set_theme(theme)
            notebook.page.set_viewport_size({"width": width, "height": 2400})
            notebook.page.wait_for_timeout(600)
            for state in CALLS:
                path = folder / f"browse-{state}-{look}.png"
                panel(notebook, state).screenshot(path=str(path), animations="disabled")


def panel(notebook: Notebook, state: str):
    """Locate the panel of a state."""
    return notebook.out(1 + list(CALLS).index(state)).locator(".hubnb-panel")


def pose(notebook: Notebook) -> None:
    """Bring every panel into its state."""

    def row(state: str, name: str):
        tree = panel(notebook, state).get_by_role("treegrid", name="Files")
        return tree.get_by_role("row").filter(has_text=name).first

    row("files", "onnx").click()
    for name in ("config.json", "model.safetensors"):
        row("files", name).get_by_role("checkbox").check()
    row("files", "model.safetensors").click()
    row("code", "config.json").click()
    panel(notebook, "code").get_by_role("button", name="Copy code").click()
    panel(notebook, "code").get_by_role("button", name="Revision: main").click()
    row("pulled", "eval.csv").click()
    panel(notebook, "pulled").get_by_role("button", name="Pull all").click()
    panel(notebook, "card").get_by_role("tab", name="Card").click()
    panel(notebook, "pull-request").get_by_role("tab", name="Discussions").click()
    panel(notebook, "pull-request").get_by_role("button", name="Widen the model").click()
    panel(notebook, "pulled").get_by_role("list", name="Pulls").get_by_text("Pulled").wait_for()
    notebook.page.wait_for_timeout(1500)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[2] / "build" / "screenshots")
