# ruff: noqa: RUF001 - the words of the panels, with the apostrophe they have there
"""Pictures of every panel and state in a real JupyterLab, for a person to look at.

Run it as ``python -m tests.e2e.screenshots [FOLDER]``; without a folder they go to ``docs/screenshots``.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageChops

import hubnb

from .driver import Browser, JupyterServer
from .gallery import GALLERIES, LONG, SEEDED, Gallery
from .repos import WEIGHTS, seed

if TYPE_CHECKING:
    from .notebook_page import Notebook

SETTLE_MS = 2500
SLOW_BYTES_PER_S = 1_500_000

LOGIN = """
from hubnb.panels.login import LoginPanel
from IPython.display import display
HUB = {"host": "huggingface.co", "local": False, "offline": False,
       "token_page": "https://huggingface.co/settings/tokens"}
SOURCES = [dict(name=n, label=l, found=f, in_use=u, note=o) for n, l, f, u, o in (
    ("session", "Typed in this notebook", False, False, "kept for this kernel only"),
    ("environment", "Environment variable HF_TOKEN", True, True, "in use"),
    ("file", "Token file on this machine", True, False, "passed over, one above wins"),
    ("colab", "Colab secret", False, False, "not running in Colab"))]
ACCOUNT = dict(name="mokafor", full_name="Mina Okafor", token_name="lab-notebooks", role="fine-grained",
    expires="2026-12-15T00:00:00Z",
    organisations=[dict(name="acme-ml", role="write"), dict(name="nordlab", role="read")],
    can=[dict(allowed=True, text="read everything of mokafor and acme-ml, private repos too"),
         dict(allowed=True, text="push to acme-ml/ticket-router and open pull requests there"),
         dict(allowed=False, text="not create repos in acme-ml"),
         dict(allowed=False, text="not pull gated repos: “Read access to public gated repos” is off")])
def show(**traits):
    panel = LoginPanel("http://127.0.0.1:9")
    for name, value in {"endpoint": HUB, **traits}.items():
        panel.set_trait(name, value)
    display(panel)
"""
LOGIN_STATES = [
    "show()",
    "show(phase='signed_in', account=ACCOUNT, sources=SOURCES, stored=['lab-notebooks', 'laptop'])",
    "show(phase='checking', checking='Found a token: HF_TOKEN. Asking huggingface.co whose it is…')\n"
    "show(endpoint={**HUB, 'offline': True})",
    "show(trouble=dict(kind='refused', title='huggingface.co did not accept this token', details='401', paragraphs=["
    "'It was revoked, it has expired, or part of it is missing. Nothing was stored.']))",
    "show(endpoint=dict(HUB, host='127.0.0.1:7860', local=True), trouble=dict(kind='unreachable',"
    " title='Can’t reach 127.0.0.1:7860', details='refused', paragraphs=['There was no answer.']))",
]
PROGRESS = """
import time
from hubnb.panels.board import Board
from hubnb.panels.progress import ProgressPanel
from hubnb.transfer.progress import FileProgress, TransferSnapshot, TransferState
from IPython.display import display
FILES = (FileProgress("model-00002-of-00003.safetensors", 10**9, 420_000_000, "running"),
         FileProgress("config.json", 612, 612, "done"),
         FileProgress("model-00001-of-00003.safetensors", 10**9, 10**9, "done", "ab" * 32),
         FileProgress("model-00003-of-00003.safetensors", 310_000_000, 0, "waiting"))
def one(state, id="1", **changes):
    now = time.time()
    given = dict(id=id, kind="push", repo_id="acme-ml/ticket-router-next", repo_type="model", revision="main",
        endpoint="https://huggingface.co", state=TransferState(state), files_total=9, files_done=3,
        bytes_total=2_310_000_000, bytes_done=1_420_000_000, bytes_moved=1_420_000_000, started_at=now - 61,
        speed_bytes_per_s=38.2e6, eta_s=24.0, files=FILES)
    if given["state"].finished:
        given["ended_at"] = now
    return TransferSnapshot(**(given | changes))
def show(*snapshots):
    board = Board()
    for snapshot in snapshots:
        board.update(None, snapshot)
    display(ProgressPanel(board))
"""
PROGRESS_STATES = [
    """
show(one('planning', bytes_hashed=900_000_000, bytes_done=0, bytes_moved=0))
show(one('running'))
show(one('paused', kind='pull', repo_id='nordlab/helpdesk-intent-large'))
show(one('running', kind='pull', repo_id='acme-ml/support-tickets-en', bytes_total=15_400_000_000,
         bytes_done=12_000_000_000, bytes_skipped=9_400_000_000, note='resumed, 9.4 GB kept'))
show(one('verifying', bytes_done=2_310_000_000))
show(one('queued', bytes_done=0, bytes_moved=0))""",
    """
show(one('done', commit_oid='9f3c2ab' + '0' * 33, commit_url='https://huggingface.co/x', files=FILES[1:3],
         bytes_skipped=3_100_000_000))
show(one('done', kind='pull', repo_id='lumen/route-bert-sv', bytes_moved=0))
show(one('cancelled'))
show(one('failed', repo_id='acme-ml/ticket-router-gguf', error='The connection to huggingface.co broke three times. '
         'Nothing was committed; main is as it was. Run the cell again: it goes on at 61 %.'))""",
    """
show(one('running', kind='pull'),
     one('done', '2', kind='pull', repo_id='lumen/route-bert-sv', bytes_done=2_310_000_000),
     one('failed', '3', kind='pull', repo_id='a-long-owner-name/' + 'and-a-repository-with-a-very-long-name-' * 3,
         error='The connection broke. Try again.'))""",
]


def main(folder: Path) -> None:
    """Take all pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    with hubnb.LocalHub() as hub, JupyterServer("lab") as lab, Browser() as browser:
        seed(hub, SEEDED, 1_500_000)
        seed(hub, LONG, 40_000_000)
        hub.faults.slow(f"*{LONG.split('/')[1]}*{WEIGHTS}*", SLOW_BYTES_PER_S)
        setup = (
            f"import os, tempfile\nos.environ['HF_HOME'] = tempfile.mkdtemp()\nos.environ['HF_ENDPOINT'] = "
            f"{hub.endpoint!r}\nimport hubnb\nhubnb.set_language('en')\n"
        )
        made_up = [Gallery("login", LOGIN, LOGIN_STATES), Gallery("progress", PROGRESS, PROGRESS_STATES)]
        for gallery in made_up:
            take(lab, browser, gallery, setup, folder)
        signed_in = f"{setup}os.environ['HF_TOKEN'] = {hub.token!r}\n"
        for gallery in GALLERIES:
            take(lab, browser, gallery, signed_in, folder)


def take(lab: JupyterServer, browser: Browser, gallery: Gallery, setup: str, folder: Path) -> None:
    """Take one panel's pictures: light, dark and narrow."""
    notebook = lab.open(browser, f"{gallery.name}.ipynb", [setup + gallery.prepare, *gallery.states], width=1280)
    for index in range(len(gallery.states) + 1):
        notebook.run_cell(index)
    notebook.page.wait_for_timeout(SETTLE_MS)
    for name in ["Show the transfers", "Show the files of acme-ml/ticket-router-next"]:
        unfold(notebook, name)
    for name in gallery.unfold:
        notebook.out(1).get_by_role("button", name=name, exact=True).first.click()
    for name in gallery.tick:
        notebook.out(1).get_by_role("checkbox", name=name, exact=True).first.check()
    notebook.js("app.commands.execute('application:toggle-left-area'); nb.widgets[0].node.style.display = 'none'")
    for theme, width in (("JupyterLab Light", 1180), ("JupyterLab Dark", 1180), ("JupyterLab Light", 560)):
        notebook.set_theme(theme)
        label = "narrow" if width < 1000 else theme.split()[-1].lower()
        picture(notebook, folder / f"{gallery.name}-{label}.png", width)
    notebook.close()


def unfold(notebook: Notebook, label: str) -> None:
    """Press every button of this name; its name changes by that."""
    buttons = notebook.page.get_by_role("button", name=label)
    while buttons.count():
        buttons.first.click()


def picture(notebook: Notebook, path: Path, width: int) -> None:
    """Take a picture of the whole notebook at this width of the window."""
    notebook.page.set_viewport_size({"width": width, "height": 2600})
    notebook.js("nb.node.querySelector('.jp-WindowedPanel-outer').scrollTop = 0")
    notebook.page.wait_for_timeout(600)
    notebook.page.locator(".jp-NotebookPanel-notebook").first.screenshot(path=str(path), animations="disabled")
    shrink(path)


def shrink(path: Path) -> None:
    """Cut the empty page below off, and keep 128 colours: a reader's eye needs no more."""
    image = Image.open(path).convert("RGB")
    empty = Image.new("RGB", image.size, image.getpixel((image.width // 2, image.height - 2)))
    box = ImageChops.difference(image, empty).crop((0, 0, image.width - 30, image.height - 4)).getbbox()
    if box:
        image = image.crop((0, 0, image.width, min(image.height, box[3] + 16)))
    image.quantize(128).save(path, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[2] / "docs" / "screenshots")
