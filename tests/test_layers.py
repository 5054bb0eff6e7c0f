"""The plan of the house, read from the imports."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "hubnb"

# Arrows point down: a room may import itself and rooms on lower floors.
FLOORS = [
    {"client"},
    {"cache"},
    {"transfer", "cards"},
    {"mixin", "filesystem", "inference", "preview"},
    {"api", "community", "constants", "errors", "file_download", "utils"},
    {"hf_api", "repository", "scheduler"},
    {"panels"},
    {"cli"},
    {"magics"},
]
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
# The Hub is a program of its own; only those who start one may know it, and they import it lazily.
STARTS_A_HUB = {"cli", "magics", "pytest_plugin"}
NOT_BELOW_MIXIN = {"IPython", "ipywidgets", "anywidget", "torch"}
FILES = sorted(ROOT.rglob("*.py"))


def room_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imported_modules(path: Path) -> set[str]:
    """Full names of the modules a file imports anywhere, relative ones resolved."""
    package = ["hubnb", *path.relative_to(ROOT).parts[:-1]]
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            found.add(module)
            found.update(f"{module}.{alias.name}" for alias in node.names)
    return found


def rooms_imported(path: Path) -> set[str]:
    parts = (name.split(".") for name in imported_modules(path) if name.startswith("hubnb."))
    return {part[1] for part in parts if part[1] in FLOOR_OF or part[1] == "server"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_arrows_point_down(path: Path) -> None:
    room = room_of(path)
    if room == "server":
        outside = {name for name in imported_modules(path) if name.startswith("hubnb.")}
        assert {name for name in outside if not name.startswith("hubnb.server")} == set()
        return
    if room in ("__init__", "py"):
        return
    for other in rooms_imported(path) - {room}:
        if other == "server":
            assert room in STARTS_A_HUB, f"{room} must not start a Hub"
        else:
            assert FLOOR_OF[other] < FLOOR_OF[room], f"{room} must not import {other}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_client_uses_requests(path: Path) -> None:
    heads = {name.split(".")[0] for name in imported_modules(path)}
    if room_of(path) != "client":
        assert "requests" not in heads
    if room_of(path) in ("client", "cache", "transfer", "cards", "server"):
        assert not heads & NOT_BELOW_MIXIN


@pytest.mark.parametrize(
    ("statement", "forbidden"),
    [
        ("import hubnb", {"torch", "anywidget", "ipywidgets", "requests", "IPython", "numpy"}),
        ("import hubnb.client", {"torch", "anywidget", "ipywidgets", "IPython", "traitlets"}),
        ("import hubnb.transfer, hubnb.cards", {"torch", "anywidget", "ipywidgets", "IPython"}),
        ("import hubnb.server", {"torch", "numpy", "requests", "anywidget", "IPython"}),
    ],
)
def test_importing_a_room_loads_nothing_heavy(statement: str, forbidden: set[str]) -> None:
    code = f"import sys; {statement}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not forbidden & set(loaded)
