"""Drive a real JupyterLab or Notebook 7 in a real Chromium, through the application's own commands.

`--expose_app_in_browser` puts the application at ``window.jupyterapp``: notebooks are opened, run, saved and closed
through its command registry, not through menus. The kernel is read over its own sockets with jupyter_client, so a
test sees both ends independently. Everything Jupyter writes goes to one temporary folder.
"""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_client.blocking.client import BlockingKernelClient
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Locator, Page, WebSocket

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
WAIT_S = 60.0
_FIND_PANEL = """(path) => {
  const app = window.jupyterapp; if (!app) return null;
  for (const w of app.shell.widgets('main'))
    if (w.context && w.context.path === path && w.content && w.content.model) return w;
  return null; }"""


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


class FrameMeter:
    """Records the kernel's websocket frames of a page; attach it before the notebook is opened."""

    def __init__(self, page: Page) -> None:
        self.received: list[bytes] = []
        self.sent: list[bytes] = []
        page.on("websocket", self._watch)

    def reset(self) -> None:
        """Forget what was recorded."""
        self.received.clear()
        self.sent.clear()

    def bytes_received(self) -> int:
        """Count bytes that came from the kernel."""
        return sum(map(len, self.received))

    def received_with(self, needle: str) -> list[bytes]:
        """Give the received frames that hold `needle`."""
        return [frame for frame in self.received if needle.encode() in frame]

    def _watch(self, socket_: WebSocket) -> None:
        if "/channels" not in socket_.url:
            return
        socket_.on("framereceived", lambda frame: self.received.append(_as_bytes(frame)))
        socket_.on("framesent", lambda frame: self.sent.append(_as_bytes(frame)))


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


class Notebook:
    """One notebook, open in one page."""

    def __init__(self, server: JupyterServer, page: Page, name: str, meter: FrameMeter | None, *, as_tab: bool) -> None:
        self.server = server
        self.page = page
        self.name = name
        self._meter = meter
        self._as_tab = as_tab and server.app == "lab"

    @property
    def meter(self) -> FrameMeter:
        """The page's frames; the notebook must have been opened with ``metered=True``."""
        assert self._meter is not None
        return self._meter

    @property
    def path(self) -> Path:
        """The file on the server's disk."""
        return self.server.root / self.name

    def js(self, body: str, argument: Any = None) -> Any:
        """Run JavaScript with `panel`, `nb` (its content), `app` and `arg` in scope."""
        source = (
            f"async ([path, arg]) => {{ const panel = ({_FIND_PANEL})(path); const app = window.jupyterapp;"
            f" const nb = panel && panel.content; {body} }}"
        )
        return self.page.evaluate(source, [self.name, argument])

    def poll(self, body: str, what: str, argument: Any = None, wait_s: float = WAIT_S) -> Any:
        """Run JavaScript until what it returns is true."""
        end = time.monotonic() + wait_s
        while True:
            value = self.js(body, argument)
            if value:
                return value
            if time.monotonic() > end:
                msg = f"{what}: not within {wait_s} s"
                raise TimeoutError(msg)
            self.page.wait_for_timeout(30)

    def go(self) -> None:
        """Show the notebook in its page."""
        if self._as_tab and self.page.url.startswith(f"{self.server.url}/lab"):
            self.page.evaluate(
                "p => window.jupyterapp.commands.execute('docmanager:open', {path: p, factory: 'Notebook'})"
                ".then(() => true)",
                self.name,
            )
        else:
            quoted = urllib.parse.quote(self.name)
            place = f"lab/tree/{quoted}?reset" if self.server.app == "lab" else f"notebooks/{quoted}"
            self.page.goto(f"{self.server.url}/{place}", wait_until="commit", timeout=WAIT_S * 1000)
            self.page.wait_for_function("() => !!window.jupyterapp", timeout=WAIT_S * 1000)
        ready = "if (!panel) return false; await panel.context.ready; await panel.revealed; return true"
        self.poll(ready, "notebook open")

    def reload(self) -> None:
        """Reload the page; the kernel goes on."""
        self._as_tab = False
        self.go()

    def wait_kernel(self) -> None:
        """Wait until the kernel is connected and idle."""
        self.poll(
            "const s = panel.sessionContext; if (!s.isReady) return false; const k = s.session && s.session.kernel;"
            " return !!k && k.connectionStatus === 'connected' && k.status === 'idle'",
            "kernel idle",
        )

    def kernel_id(self) -> str | None:
        """Give the id of the kernel, if there is one."""
        return self.js("return panel.sessionContext.session?.kernel?.id")

    def restart_kernel(self) -> None:
        """Restart the kernel and wait for the new one."""
        self.js("await panel.sessionContext.session.kernel.restart()")
        self.wait_kernel()

    def start_cell(self, index: int) -> None:
        """Start a cell and return at once."""
        self.js(
            "panel.activate(); app.shell.activateById(panel.id); nb.activeCellIndex = arg; nb.deselectAll();"
            " nb.mode = 'command'; const m = nb.model.cells.get(arg); m.executionCount = null;"
            " app.commands.execute('notebook:run-cell'); return true",
            index,
        )

    def run_cell(self, index: int) -> None:
        """Run a cell to its end; its error is ours."""
        self.start_cell(index)
        self.wait_cell(index)

    def wait_cell(self, index: int) -> None:
        """Wait until a cell has run; its error is ours."""
        self.poll(
            "const c = nb.model.cells.get(arg); for (let j = 0; j < c.outputs.length; j++)"
            " if (c.outputs.get(j).type === 'error') return true;"
            " return c.executionState !== 'running' && c.executionCount != null",
            f"cell {index} run",
            index,
        )
        for output in self.outputs(index):
            if output.get("output_type") == "error":
                trace = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(output.get("traceback", [])))
                msg = f"cell {index}: {output.get('ename')}: {output.get('evalue')}\n{trace}"
                raise AssertionError(msg)

    def is_running(self, index: int) -> bool:
        """Whether a cell has not ended yet."""
        return self.js("return nb.model.cells.get(arg).executionCount == null", index)

    def cell_count(self) -> int:
        """Count the cells."""
        return self.js("return nb.model.cells.length")

    def outputs(self, index: int) -> list[dict[str, Any]]:
        """Give the outputs of a cell as the file will hold them."""
        return self.js("return nb.model.cells.get(arg).outputs.toJSON()", index)

    def text(self, index: int) -> str:
        """Give all text of a cell's outputs."""
        pieces = []
        for output in self.outputs(index):
            text = output.get("text") or output.get("data", {}).get("text/plain", "")
            pieces.append("".join(text) if isinstance(text, list) else text)
        return "".join(pieces)

    def out(self, index: int) -> Locator:
        """Locate the output area of a cell."""
        mark = self.js(
            "const id = nb.model.cells.get(arg).id; const w = nb.widgets.find(w => w.model.id === id);"
            " w.node.dataset.e2e = id; return id",
            index,
        )
        notebook = self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
        return notebook.locator(f"[data-e2e='{mark}'] .jp-Cell-outputArea").first

    def save(self) -> str:
        """Save the notebook; give the text of the file."""
        self.js("await panel.context.save()")
        return self.path.read_text()

    def set_theme(self, name: str) -> None:
        """Choose a theme, e.g. "JupyterLab Dark"."""
        self.js("await app.commands.execute('apputils:change-theme', {theme: arg})", name)
        light = "false" if "Dark" in name else "true"
        self.poll("return document.body.getAttribute('data-jp-theme-light') === arg", "theme", light)

    def close(self) -> None:
        """Close the tab (or the page) without saving, and end the kernel."""
        kernel = self.kernel_id()
        if self._as_tab:
            self.js("panel.context.model.dirty = false; panel.close()")
        else:
            self.page.context.close()
        if kernel:
            with suppress(OSError):
                self.server.rest("DELETE", f"api/kernels/{kernel}")

    def kernel_eval(self, expression: str, *, while_busy: bool = False) -> Any:
        """Evaluate an expression in the kernel, silently; with `while_busy` on a subshell, beside a running cell."""
        with self._client() as client:
            subshell = self._new_subshell(client) if while_busy else None
            content = {
                "code": "",
                "silent": True,
                "store_history": False,
                "allow_stdin": False,
                "user_expressions": {"value": expression},
                "stop_on_error": False,
            }
            message = client.session.msg("execute_request", content)
            if subshell:
                message["header"]["subshell_id"] = subshell
            client.shell_channel.send(message)
            reply = client.get_shell_msg(timeout=WAIT_S)
            while reply["parent_header"].get("msg_id") != message["header"]["msg_id"]:
                reply = client.get_shell_msg(timeout=WAIT_S)
            if subshell:
                client.control_channel.send(client.session.msg("delete_subshell_request", {"subshell_id": subshell}))
                client.get_control_msg(timeout=WAIT_S)
        value = reply["content"]["user_expressions"]["value"]
        if value["status"] != "ok":
            msg = f"{expression}: {value['ename']}: {value['evalue']}"
            raise AssertionError(msg)
        text = value["data"]["text/plain"]
        try:
            return ast.literal_eval(text)
        except (ValueError, SyntaxError):
            return text

    def kernel_wait(self, expression: str, *, while_busy: bool = False) -> Any:
        """Evaluate until the value is true."""
        end = time.monotonic() + WAIT_S
        while True:
            value = self.kernel_eval(expression, while_busy=while_busy)
            if value:
                return value
            if time.monotonic() > end:
                msg = f"kernel: {expression} not true within {WAIT_S} s"
                raise TimeoutError(msg)
            self.page.wait_for_timeout(50)

    @contextmanager
    def _client(self) -> Iterator[BlockingKernelClient]:
        client = BlockingKernelClient(connection_file=str(self.server.runtime / f"kernel-{self.kernel_id()}.json"))
        client.load_connection_file()
        client.start_channels()
        try:
            yield client
        finally:
            client.stop_channels()

    @staticmethod
    def _new_subshell(client: BlockingKernelClient) -> str:
        client.control_channel.send(client.session.msg("create_subshell_request", {}))
        return client.get_control_msg(timeout=WAIT_S)["content"]["subshell_id"]


def _as_bytes(frame: str | bytes) -> bytes:
    return frame.encode() if isinstance(frame, str) else frame


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
