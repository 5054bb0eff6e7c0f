"""The quickstart runs top to bottom, says what it did, and keeps its secrets."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parent.parent
SCRIPT = ROOT / "scripts" / "run_quickstart.py"
QUICKSTART = ROOT / "notebooks" / "quickstart.ipynb"
# Hands the Hub's token to this test by a file, so that the test knows what to look for.
REVEAL = "from hubnb.client.tokens import get_token\nPath('token.txt').write_text(get_token())"


def run_headless(notebook, build):
    command = [sys.executable, SCRIPT, "--headless", "--notebook", notebook, "--build", build]
    # What the person has set must not reach the kernel.
    environment = {**os.environ, "HF_ENDPOINT": "http://127.0.0.1:9", "HF_TOKEN": "hf_not_mine"}
    return subprocess.run(command, capture_output=True, text=True, env=environment)


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """One run of the quickstart, with a last cell that tells the token."""
    folder = tmp_path_factory.mktemp("quickstart")
    document = nbformat.read(QUICKSTART, as_version=4)
    document.cells.append(nbformat.v4.new_code_cell(REVEAL))
    nbformat.write(document, folder / "quickstart.ipynb")
    done = run_headless(folder / "quickstart.ipynb", folder / "build")
    assert done.returncode == 0, done.stderr
    return done, folder / "build"


def test_the_quickstart_runs_and_says_what_it_did(executed):
    done, _ = executed
    lines = done.stdout.splitlines()
    assert re.match(r"Pulled  sentence-transformers/all-MiniLM-L6-v2: \d+ files, [\d,]+ bytes, commit \w{8}", lines[0])
    assert re.match(r"Pushed  me/digits: 3 files, [\d,]+ bytes, commit \w{8}", lines[1])
    accuracy = re.match(r"Accuracy on the test images: ([\d.]+)%", lines[2])
    assert float(accuracy[1]) > 95
    assert lines[3] == "Identical predictions in a new process: yes"
    assert len(lines) < 20


def test_the_page_shows_what_was_pulled_and_pushed_and_fetches_nothing(executed):
    page = (executed[1] / "quickstart.html").read_text()
    assert "Pulled" in page
    assert "Pushed" in page
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=[\"']https?:", page)


def test_no_token_is_in_what_was_saved(executed):
    token = (executed[1] / "headless" / "token.txt").read_text()
    assert len(token) > 20
    for name in ("quickstart.ipynb", "quickstart.html"):
        text = (executed[1] / name).read_text()
        assert token not in text
        assert not re.search(r"hf_\w{8,}", text)
    assert token not in executed[0].stdout + executed[0].stderr


def test_the_saved_notebook_is_valid_and_holds_no_panels(executed):
    document = nbformat.read(executed[1] / "quickstart.ipynb", as_version=4)
    nbformat.validate(document)
    state = document.metadata.get("widgets", {}).get("application/vnd.jupyter.widget-state+json", {}).get("state", {})
    assert not [model for model in state.values() if model.get("model_module") == "anywidget"]
    assert "_esm" not in json.dumps(state)


def test_a_failing_cell_ends_with_its_traceback(tmp_path):
    document = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell("wrong = 1 / 0"), nbformat.v4.new_code_cell("2")]
    )
    nbformat.write(document, tmp_path / "broken.ipynb")
    done = run_headless(tmp_path / "broken.ipynb", tmp_path / "build")
    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stderr
    assert "wrong = 1 / 0" in done.stderr


def test_notebooks_are_kept_without_outputs():
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        document = nbformat.read(path, as_version=4)
        nbformat.validate(document)
        for cell in document.cells:
            assert cell.get("outputs", []) == []
            assert cell.get("execution_count") is None


def test_a_person_gets_a_hub_and_a_lab_and_both_end_together(tmp_path):
    command = [sys.executable, SCRIPT, "--build", tmp_path, "--port", "0", "--no-browser"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        endpoint = re.match(r"Hub (http://\S+) \(you are me\)", process.stdout.readline())[1]
        lab = re.match(r"Open (http://\S+/lab/tree/quickstart\.ipynb\S*)", process.stdout.readline())[1]
        with urllib.request.urlopen(endpoint + "/api/models") as answer:
            assert answer.status == 200
        with urllib.request.urlopen(lab) as answer:
            assert answer.status == 200
        assert (tmp_path / "work" / "quickstart.ipynb").read_bytes() == QUICKSTART.read_bytes()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        assert process.returncode == 0
        for address in (endpoint, lab):
            with pytest.raises(OSError, match="refused"):
                urllib.request.urlopen(address)
    finally:
        process.terminate()  # the script ends JupyterLab too; killed, it could not
        process.wait(60)
        process.stdout.close()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("mixin", ["would not come back as it is", "Pushed and verified", "torch.bfloat16 tanh", "undone: True"]),
        ("scikit_learn", ["Pushed", "Identical predictions: yes", "scikit-learn 1."]),
        ("keras", ["Pushed", "Identical predictions: yes"]),
        ("offline", ["Still here: config.json", "README.md", "Loaded without a Hub: True", "me/net-from-the-train"]),
        (
            "cache",
            ["frees 2,000,000 bytes", "weights.bin", "after the repair: []", "Nothing was done"],
        ),
        ("team_hub", ["Bob reads: {", "Use four layers by bob", "Nothing was committed", "(#1)"]),
        ("cards", ["License “apache2”", "No heading is called", "1 conflict:", "without changes"]),
        ("datasets_with_duckdb", ["6 files in one commit: Add half a year", "Summary: 24 rows", "Changed: True"]),
        (
            "integrate_any_framework",
            ["identical predictions: yes", "Came back: 0.01 2 Solver.LEAST_SQUARES", "`on_fit`"],
        ),
    ],
)
def test_a_worked_example_runs_top_to_bottom(name, said, tmp_path):
    done = run_headless(ROOT / "notebooks" / f"{name}.ipynb", tmp_path)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / f"{name}.html").read_text()
    for words in said:
        assert words in page
