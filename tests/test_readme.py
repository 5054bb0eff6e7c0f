"""Every snippet of the README runs as it stands."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from hubnb.cli import make_parser
from hubnb.magics.hub_magic import line_parser

ROOT = Path(__file__).parent.parent
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)
PYTHON = [code for language, code in BLOCKS if language == "python"]
NOTEBOOK = next(code for language, code in BLOCKS if code.startswith("%load_ext"))


@pytest.mark.parametrize("code", PYTHON, ids=range(len(PYTHON)))
def test_python_snippet_runs(code: str, tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_notebook_snippet_runs_in_a_kernel(tmp_path: Path) -> None:
    import nbformat
    from nbclient import NotebookClient

    define = (
        "import hubnb, torch\n"
        "class Net(torch.nn.Linear, hubnb.PyTorchModelHubMixin):\n"
        "    def __init__(self, size: int = 2):\n        super().__init__(size, size)\n"
        "model = Net()"
    )
    cells = [nbformat.v4.new_code_cell(line.split("   ")[0]) for line in NOTEBOOK.splitlines()]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(define), *cells])
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()


def test_shell_snippets_are_understood(capsys: pytest.CaptureFixture[str]) -> None:
    commands = [
        shlex.split(line, comments=True)[1:]
        for language, code in BLOCKS
        if language == "sh"
        for line in code.splitlines()
        if line.startswith("hubnb ")
    ]
    assert commands
    for command in commands:
        make_parser(with_server=True).parse_args(command)
    verbs = re.search(r"%hub (serve[a-z |]*)`", (ROOT / "CHANGELOG.md").read_text())
    assert verbs is not None
    for verb in verbs[1].split(" | "):
        with pytest.raises(Exception):  # noqa: B017, PT011 - help ends the parser its own way
            line_parser().parse_args([verb, "--help"])
    assert capsys.readouterr().out.count("usage: %hub") == len(verbs[1].split(" | "))
