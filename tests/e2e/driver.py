"""Drive a real JupyterLab or Notebook 7 in a real Chromium, through the application's own commands.

`--expose_app_in_browser` puts the application at ``window.jupyterapp``: notebooks are opened, run, saved and closed
through its command registry, not through menus. The kernel is read over its own sockets with jupyter_client, so a
test sees both ends independently. Everything Jupyter writes goes to one temporary folder.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import sync_playwright

from .notebook_page import WAIT_S, FrameMeter, Notebook

if TYPE_CHECKING:
    from playwright.sync_api import Page

CHROMIUM = os.environ.get("CHROMIUM_PATH") or shutil.which("chromium") or shutil.which("chromium-browser") or ""
_CHROMIUM_ARGS = (
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
)  # fmt: skip
_USER_SETTINGS: dict[str, dict[str, Any]] = {
    "@jupyterlab/apputils-extension/notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
        "doNotDisturbMode": True,
    },
    "@jupyterlab/docmanager-extension/plugin": {"autosave": False, "renameUntitledFileOnSave": False},
    # attaches every cell, so that those out of sight are in the DOM too
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
}
_SAVE_STATE = "@jupyter-widgets/jupyterlab-manager/plugin"
_DROPPED_PREFIXES = ("JUPYTER", "JPY_", "IPYTHON", "HF_", "HUGGING", "XDG_", "PYTEST", "ANYWIDGET")


def notebook_of(sources: list[str]) -> dict[str, Any]:
    """Make a notebook with one code cell a source."""
    cells = [
        {
            "cell_type": "code",
            "id": f"c{index}",
            "metadata": {},
            "outputs": [],
            "execution_count": None,
            "source": source,
        }
        for index, source in enumerate(sources)
    ]
    kernelspec = {"name": "python3", "display_name": "python3", "language": "python"}
    return {"cells": cells, "nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernelspec}}


class Browser:
    """One headless Chromium."""

    def __enter__(self) -> Browser:
        self._playwright = sync_playwright().start()
        try:
            self._chromium = self._playwright.chromium.launch(executable_path=CHROMIUM, args=_CHROMIUM_ARGS)
        except BaseException:
            self._playwright.stop()
            raise
        return self

    def __exit__(self, *_exc: object) -> None:
        try:
            self._chromium.close()
        finally:
            self._playwright.stop()

    def new_page(self, width: int = 1280, height: int = 900) -> Page:
        """Open a page in a context of its own."""
        context = self._chromium.new_context(viewport={"width": width, "height": height})
        return context.new_page()


class JupyterServer:
    """A Jupyter server of its own: ``app`` is "lab" or "notebook"."""

    def __init__(self, app: str, *, save_widget_state: bool = False) -> None:
        self.app = app
        self._save_widget_state = save_widget_state

    def __enter__(self) -> JupyterServer:
        self._folder = Path(tempfile.mkdtemp(prefix="hubnb-e2e-"))
        self.root = self._folder / "root"
        self.runtime = self._folder / "runtime"
        self.home = self._folder / "home"
        self.url = f"http://127.0.0.1:{_free_port()}"
        for folder in (self.root, self.runtime, self.home, self._folder / "tmp"):
            folder.mkdir(parents=True)
        self._write_settings()
        self._log = self._folder / "server.log"
        with self._log.open("wb") as out:
            self._process = subprocess.Popen(
                self._command(), env=self._environment(), cwd=self.root, stdout=out, stderr=out, start_new_session=True
            )
        try:
            self._wait_until_up()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, *_exc: object) -> None:
        self._stop()

    def rest(self, method: str, path: str, body: Any = None, timeout_s: float = 30) -> Any:
        """Call the server's REST interface."""
        request = urllib.request.Request(
            f"{self.url}/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=timeout_s) as response:
            raw = response.read()
        return json.loads(raw) if raw else None

    def write(self, name: str, notebook: dict[str, Any]) -> Path:
        """Put a notebook into the server's folder."""
        path = self.root / name
        path.write_text(json.dumps(notebook, indent=1))
        return path

    def open(
        self,
        browser: Browser,
        name: str,
        sources: list[str] | None = None,
        *,
        page: Page | None = None,
        metered: bool = False,
        with_kernel: bool = True,
        width: int = 1280,
    ) -> Notebook:
        """Open a notebook (written from `sources` if given), as a further tab if `page` is given."""
        if sources is not None:
            self.write(name, notebook_of(sources))
        as_tab = page is not None
        page = page or browser.new_page(width)
        notebook = Notebook(self, page, name, FrameMeter(page) if metered else None, as_tab=as_tab)
        notebook.go()
        if with_kernel:
            notebook.wait_kernel()
        return notebook

    def _write_settings(self) -> None:
        settings = dict(_USER_SETTINGS)
        if self._save_widget_state:
            settings[_SAVE_STATE] = {"saveState": True}
        for name, value in settings.items():
            path = self._folder / "settings" / f"{name}.jupyterlab-settings"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(value))
        # A notebook asks for what was typed in earlier kernels; a test must not see what another one typed.
        profile = self._folder / "ipython" / "profile_default"
        profile.mkdir(parents=True)
        (profile / "ipython_kernel_config.py").write_text("c = get_config()\nc.HistoryManager.enabled = False\n")

    def _environment(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith(_DROPPED_PREFIXES)}
        folder = self._folder
        return kept | {
            "HOME": str(self.home),
            "PATH": str(Path(sys.executable).parent) + os.pathsep + kept.get("PATH", ""),
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "JUPYTER_CONFIG_DIR": str(folder / "config"),
            "JUPYTER_DATA_DIR": str(folder / "data"),
            "JUPYTER_RUNTIME_DIR": str(self.runtime),
            "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
            "JUPYTER_PREFER_ENV_PATH": "1",
            "IPYTHONDIR": str(folder / "ipython"),
            "HF_HOME": str(folder / "hf"),
            "TMPDIR": str(folder / "tmp"),
        }

    def _command(self) -> list[str]:
        module = {"lab": "jupyterlab", "notebook": "notebook"}[self.app]
        return [
            sys.executable, "-m", module, "--no-browser", "--allow-root", "--ip=127.0.0.1",
            f"--port={self.url.rsplit(':', 1)[1]}", "--ServerApp.port_retries=0", "--IdentityProvider.token=",
            "--ServerApp.password=", "--ServerApp.disable_check_xsrf=True", f"--ServerApp.root_dir={self.root}",
            "--LabApp.expose_app_in_browser=True", "--JupyterNotebookApp.expose_app_in_browser=True",
            "--ServerApp.terminals_enabled=False", "--LabApp.extension_manager=readonly",
        ]  # fmt: skip

    def _wait_until_up(self) -> None:
        end = time.monotonic() + WAIT_S
        while True:
            if self._process.poll() is not None:
                msg = f"the Jupyter server ended:\n{self._log.read_text(errors='replace')[-4000:]}"
                raise RuntimeError(msg)
            try:
                self.rest("GET", "api/status", timeout_s=2)
            except OSError:
                if time.monotonic() > end:
                    msg = f"the Jupyter server did not answer:\n{self._log.read_text(errors='replace')[-4000:]}"
                    raise RuntimeError(msg) from None
                time.sleep(0.05)
            else:
                return

    def _stop(self) -> None:
        if self._process.poll() is None:
            with suppress(OSError):
                for kernel in self.rest("GET", "api/kernels", timeout_s=5):
                    self.rest("DELETE", f"api/kernels/{kernel['id']}", timeout_s=10)
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGTERM)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait(5)
        shutil.rmtree(self._folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
