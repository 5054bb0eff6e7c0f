"""One server and one browser for all of these tests; a tab of its own for each notebook."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Protocol

import pytest

import hubnb

from .driver import CHROMIUM, Browser, JupyterServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from .notebook_page import Notebook


class OpenNotebook(Protocol):
    """What the `open_notebook` fixture gives."""

    def __call__(self, sources: list[str], *, app: str = "lab", own_page: bool = False) -> Notebook: ...


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/e2e/" in str(item.path):
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM or not os.access(CHROMIUM, os.X_OK):
        pytest.fail(
            "Chromium was not found, and these tests are about what a person sees in it. Install it "
            "(Debian: apt-get install chromium), or set CHROMIUM_PATH to its path."
        )
    with Browser() as browser:
        yield browser


@pytest.fixture(scope="session")
def lab() -> Iterator[JupyterServer]:
    with JupyterServer("lab", save_widget_state=True) as server:
        yield server


@pytest.fixture(scope="session")
def notebook7() -> Iterator[JupyterServer]:
    with JupyterServer("notebook", save_widget_state=True) as server:
        yield server


@pytest.fixture(scope="session")
def hub() -> Iterator[hubnb.LocalHub]:
    with hubnb.LocalHub() as hub:
        yield hub


@pytest.fixture
def setup(hub: hubnb.LocalHub) -> str:
    """First lines of a cell: a hub, and a cache of its own."""
    return (
        "import os, tempfile\n"
        f"os.environ['HF_ENDPOINT'] = {hub.endpoint!r}\n"
        "os.environ['HF_HOME'] = tempfile.mkdtemp()\n"
    )


@pytest.fixture(scope="module")
def _lab_page(lab: JupyterServer, browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    yield page
    page.context.close()


@pytest.fixture
def open_notebook(request: pytest.FixtureRequest, browser: Browser, _lab_page: Page) -> Iterator[OpenNotebook]:
    opened: list[Notebook] = []

    def open_(sources: list[str], *, app: str = "lab", own_page: bool = False) -> Notebook:
        server: JupyterServer = request.getfixturevalue("lab" if app == "lab" else "notebook7")
        stem = re.sub(r"[^a-z0-9]+", "_", request.node.name.lower())
        page = None if own_page or app != "lab" else _lab_page
        notebook = server.open(browser, f"{stem}{len(opened)}.ipynb", sources, page=page, metered=True)
        opened.append(notebook)
        return notebook

    yield open_
    for notebook in opened:
        notebook.close()
