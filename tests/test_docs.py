"""The documentation builds without a warning, its snippets run, and no public name is missing from it."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import hubnb
from hubnb.cli import make_parser

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCS = Path(__file__).parent.parent / "docs"
PAGES = sorted(path for path in DOCS.rglob("*.md") if "reference" not in path.parts)
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(page: Path, language: str) -> list[str]:
    return [code for name, code in _BLOCK.findall(page.read_text(encoding="utf-8")) if name == language]


@pytest.fixture(scope="module")
def sample_hub() -> Iterator[hubnb.LocalHub]:
    with hubnb.LocalHub(samples=True) as hub:
        yield hub


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "python")], ids=lambda page: page.stem)
def test_the_snippets_of_a_page_run_one_after_the_other(page: Path, sample_hub: hubnb.LocalHub, tmp_path: Path) -> None:
    environment = {**os.environ, "HF_ENDPOINT": sample_hub.endpoint, "HF_TOKEN": sample_hub.token}
    code = "\n".join(blocks(page, "python"))
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_shell_snippets_are_understood() -> None:
    lines = [line for page in PAGES for code in blocks(page, "sh") for line in code.splitlines()]
    commands = [shlex.split(line, comments=True)[1:] for line in lines if line.startswith("hubnb ")]
    assert len(commands) > 20
    for command in commands:
        make_parser(with_server=True).parse_args(command)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs")
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-W", "--keep-going", "-q", str(DOCS), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def test_every_public_name_is_in_the_reference(built: Path) -> None:
    inventory = (built / "objects.inv").read_bytes()
    names = {
        line.split()[0].rpartition(".")[2]
        for line in zlib.decompress(inventory.split(b"zlib.\n", 1)[1]).decode().splitlines()
    }
    public = {name for name in hubnb.__all__ if not name.startswith("_")} - {"load_ipython_extension"}
    assert sorted(public - names) == []


def test_no_page_is_left_out_of_the_contents(built: Path) -> None:
    assert all((built / page.relative_to(DOCS).with_suffix(".html")).is_file() for page in PAGES)
    contents = (built / "index.html").read_text(encoding="utf-8")
    for page in PAGES:
        if page.stem != "index":
            assert page.relative_to(DOCS).with_suffix(".html").as_posix() in contents
