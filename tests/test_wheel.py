"""The wheel: with its JavaScript, or not at all."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A copy of what a wheel is made of, without the tool chain of the bundle."""
    copy = tmp_path / "source"
    ignore = shutil.ignore_patterns("node_modules", "__pycache__")
    for folder in ("hubnb", "js"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=ignore)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy / name)
    return copy


def build(source: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", "out"]
    variables = {**os.environ, **environment}
    return subprocess.run(command, cwd=source, env=variables, capture_output=True, text=True, check=False)


def test_wheel_carries_the_bundle_and_every_module(source: Path) -> None:
    done = build(source)
    assert done.returncode == 0, done.stderr
    names = set(zipfile.ZipFile(next((source / "out").glob("*.whl"))).namelist())
    bundles = {path.name for path in (ROOT / "hubnb" / "static").glob("*.js")}
    assert {f"hubnb/static/{name}" for name in bundles} <= names
    assert {path.relative_to(ROOT).as_posix() for path in (ROOT / "hubnb").rglob("*.py")} <= names
    assert "hubnb/py.typed" in names
    assert not [name for name in names if name.startswith(("js/", "tests/"))]


def test_wheel_without_the_bundle_fails_loudly(source: Path) -> None:
    shutil.rmtree(source / "hubnb" / "static")
    done = build(source, PATH="/nowhere")
    assert done.returncode != 0
    assert "JavaScript bundle is missing" in done.stderr + done.stdout
    assert not (source / "out").exists() or not list((source / "out").glob("*.whl"))
