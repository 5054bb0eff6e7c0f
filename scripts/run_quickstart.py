"""Open the quickstart for a person, or run it without one.

``python scripts/run_quickstart.py`` starts an embedded Hub and a JupyterLab that is signed in there, and ends both
on Ctrl-C. With ``--headless`` the notebook runs top to bottom in a real kernel, and ``build/`` gets the executed
notebook and a web page of it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOK = ROOT / "notebooks" / "quickstart.ipynb"
PORT = 7860
_CELL_TIMEOUT_S = 300
_STOP_S = 15


def main() -> int:
    """Parse the command line and do one of the two."""
    parser = argparse.ArgumentParser(description="Open the quickstart notebook, or run it without a person.")
    parser.add_argument("--headless", action="store_true", help="run it, and write notebook and HTML to --build")
    parser.add_argument("--notebook", type=Path, default=NOTEBOOK, help="another notebook (default: the quickstart)")
    parser.add_argument("--build", type=Path, default=ROOT / "build", help="where results and data go")
    parser.add_argument(
        "--port", type=int, default=PORT, help="port of the Hub (default: %(default)s, else a free one)"
    )
    parser.add_argument("--no-browser", action="store_true", help="print JupyterLab's address, open nothing")
    args = parser.parse_args()
    build = args.build.resolve()
    if args.headless:
        return run_headless(args.notebook.resolve(), build)
    return run_interactive(args.notebook.resolve(), build, port=args.port, browser=not args.no_browser)


# --- without a person ---


def run_headless(notebook: Path, build: Path) -> int:
    """Execute a notebook in a fresh environment; give 1 if a cell failed."""
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    work = build / "headless"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    isolate(work)
    document = nbformat.read(notebook, as_version=4)
    # Widget state is stored as nbclient does by default: nothing of ours may be in there, and that is the test of it.
    client = NotebookClient(
        document,
        timeout=_CELL_TIMEOUT_S,
        kernel_name="python3",
        resources={"metadata": {"path": str(work)}},
        coalesce_streams=True,
        extra_arguments=["--IPKernelApp.log_level=40"],  # errors only: this terminal is for the summary
    )
    failure = ""
    try:
        client.execute()
    except CellExecutionError as error:
        failure = str(error)
    executed, page = build / notebook.name, build / f"{notebook.stem}.html"
    nbformat.write(document, executed)
    nbformat.validate(nbformat.read(executed, as_version=4))
    page.write_text(as_html(document), encoding="utf-8")
    if failure:
        print(failure, file=sys.stderr)
        print(f"A cell of {notebook.name} failed. What ran is in {shown(executed)}.", file=sys.stderr)
        return 1
    print(summary(document))
    print(f"\nNotebook {shown(executed)}\nWeb page {shown(page)}")
    return 0


def isolate(work: Path) -> None:
    """Give the kernel an environment of its own: no token, cache, Hub or settings of whoever runs this."""
    for name in [name for name in os.environ if name.startswith(("HF_", "HUGGING", "HUBNB_"))]:
        del os.environ[name]
    os.environ["HF_HOME"] = str(work / "home")
    os.environ["IPYTHONDIR"] = str(work / "ipython")
    os.environ["JUPYTER_RUNTIME_DIR"] = str(work / "runtime")


def as_html(document: object) -> str:
    """Turn a notebook into one page that fetches nothing."""
    from nbconvert import HTMLExporter

    exporter = HTMLExporter()
    for name in ("require_js_url", "jquery_url", "mathjax_url", "mermaid_js_url", "jupyter_widgets_base_url"):
        if exporter.has_trait(name):
            setattr(exporter, name, "")
    text, _ = exporter.from_notebook_node(document)
    return text


def summary(document: object) -> str:
    """Give what the cell with the tag ``summary`` printed."""
    for cell in document.cells:  # type: ignore[attr-defined]
        if "summary" in cell.metadata.get("tags", ()):
            return "".join(output.get("text", "") for output in cell.outputs).rstrip()
    return f"All {len(document.cells)} cells ran."  # type: ignore[attr-defined]


# --- for a person ---


def run_interactive(notebook: Path, build: Path, *, port: int, browser: bool) -> int:
    """Serve a Hub and a JupyterLab on a working copy of the notebook, until Ctrl-C."""
    from hubnb.client.settings import Settings
    from hubnb.client.tokens import save_token

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    hub = start_hub(build / "hub", port)
    try:
        # The notebook finds its Hub by address and its token by file, as on any machine where one has signed in.
        os.environ["HF_ENDPOINT"] = hub.endpoint
        os.environ["HF_HOME"] = str(build / "home")
        os.environ.pop("HF_TOKEN", None)
        save_token(hub.token, "quickstart", Settings.from_env())
        copy = working_copy(notebook, build / "work")
        lab = start_lab(copy, browser=browser)
        print(f"Hub {hub.endpoint} (you are {hub.user}), notebook {shown(copy)}.", flush=True)
        try:
            address = wait_for_address(lab, copy.name, stop)
            if address:
                print(f"Open {address}\nCtrl-C ends both.", flush=True)
            while not stop.wait(0.5) and lab.poll() is None:
                pass
        finally:
            end(lab)
    finally:
        hub.close()
    if not stop.is_set():
        print("JupyterLab ended by itself; its messages are above.", file=sys.stderr)
        return 1
    print("Ended.")
    return 0


def start_hub(data: Path, port: int):  # noqa: ANN201 - a LocalHub, imported late
    """Start the embedded Hub; on a taken port, on a free one."""
    from hubnb.server import LocalHub

    data.mkdir(parents=True, exist_ok=True)
    try:
        return LocalHub(data_dir=data, samples=True, port=port).start()
    except OSError as error:
        print(f"Port {port} is taken ({error.strerror or error}); taking a free one.", file=sys.stderr)
        return LocalHub(data_dir=data, samples=True, port=0).start()


def working_copy(notebook: Path, folder: Path) -> Path:
    """Copy the notebook, so that working in it leaves the repository clean; an older copy is kept beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    copy = folder / notebook.name
    if copy.exists() and copy.stat().st_mtime < notebook.stat().st_mtime:
        number = 1
        while (kept := folder / f"{notebook.stem}-{number}.ipynb").exists():
            number += 1
        copy.rename(kept)
        print(f"The notebook has changed since your last visit; yours is now {shown(kept)}.")
    if not copy.exists():
        shutil.copyfile(notebook, copy)
    return copy


def start_lab(notebook: Path, *, browser: bool) -> subprocess.Popen[bytes]:
    """Start JupyterLab on a notebook, in a process group that our Ctrl-C doesn't reach: it would ask questions."""
    # As the default address, the notebook is also what the printed address opens.
    command = [sys.executable, "-m", "jupyterlab", f"--LabApp.default_url=/lab/tree/{notebook.name}"]
    if not browser:
        command.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    return subprocess.Popen(command, cwd=notebook.parent, start_new_session=True)


def wait_for_address(lab: subprocess.Popen[bytes], name: str, stop: threading.Event) -> str | None:
    """Wait until JupyterLab answers, and give the notebook's address; None if it ended or was stopped before.

    What JupyterLab prints comes before it listens, and far above the last line.
    """
    from jupyter_server.serverapp import list_running_servers

    while lab.poll() is None and not stop.wait(0.2):
        found = next((server for server in list_running_servers() if server["pid"] == lab.pid), None)
        if found is None:
            continue
        try:
            socket.create_connection((found["hostname"], found["port"]), timeout=1).close()
        except OSError:
            continue
        return f"{found['url']}lab/tree/{name}?token={found['token']}"
    return None


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask a process to end, with its kernels; insist after a while."""
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(_STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def shown(path: Path) -> str:
    """Write a path as one would from the repository."""
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)


if __name__ == "__main__":
    sys.exit(main())
