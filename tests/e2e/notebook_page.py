"""One notebook, open in one page of a real browser: its cells, its file, its kernel and what crosses the wire."""

from __future__ import annotations

import ast
import re
import time
import urllib.parse
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from jupyter_client.blocking.client import BlockingKernelClient

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Locator, Page, WebSocket

    from .driver import JupyterServer

WAIT_S = 60.0
_FIND_PANEL = """(path) => {
  const app = window.jupyterapp; if (!app) return null;
  for (const w of app.shell.widgets('main'))
    if (w.context && w.context.path === path && w.content && w.content.model) return w;
  return null; }"""


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
