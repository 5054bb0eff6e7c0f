"""The long form of the fault tests. Nothing here is named ``test_*.py``, so a plain `pytest` passes it by.

Run one file, or all of them::

    python -m pytest tests/torture/*_torture.py -s --rounds 20
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hubnb.server import LocalHub


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rounds", type=int, default=5, help="how often each random torture is repeated")
    parser.addoption("--seed", type=int, default=0, help="seed of the random choices")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "torture" in item.path.parts:  # this hook hears of every test of the run
            item.add_marker(pytest.mark.timeout(1800))


@pytest.fixture
def rounds(request: pytest.FixtureRequest) -> int:
    return int(request.config.getoption("--rounds"))


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    return int(request.config.getoption("--seed"))


@pytest.fixture
def start(hub: LocalHub) -> Any:
    """Start a Python process that talks to the Hub; it is killed when the test ends."""
    processes: list[subprocess.Popen[str]] = []

    def run(code: str, *args: str | Path, **environment: str) -> subprocess.Popen[str]:
        env = {**os.environ, "HF_ENDPOINT": hub.endpoint, "HF_TOKEN": hub.token, **environment}
        command = [sys.executable, "-c", code, *map(str, args)]
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, env=env, text=True, stdout=pipe, stderr=pipe, errors="replace")
        processes.append(process)
        return process

    yield run
    for process in processes:
        process.kill()
        process.communicate()


def wait_for(condition: Callable[[], object], what: str, timeout_s: float = 60) -> None:
    """Look again and again until `condition` holds."""
    deadline = time.monotonic() + timeout_s
    tick = threading.Event()
    while not condition():
        assert time.monotonic() < deadline, f"waited {timeout_s} s in vain for {what}"
        tick.wait(0.003)


def leftovers(folder: Path) -> list[str]:
    """Files below `folder` that only an unfinished transfer may leave."""
    marks = (".hubnb-partial", ".hubnb-journal", ".hubnb-copy", ".tmp")
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.name.endswith(marks))
