"""Tab, in a shell and in a notebook."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from hubnb.cli import known_names, make_parser
from hubnb.cli.completing import SCRIPTS, completions
from hubnb.cli.known_names import known

if TYPE_CHECKING:
    from pathlib import Path

    import hubnb


def complete(line: str, **more: list[str]) -> list[str]:
    """Complete `line`, once what is asked for has come."""
    *words, last = line.split(" ")
    completions(make_parser(), words, last, **more)
    known.settle(30)
    return completions(make_parser(), words, last, **more)


@pytest.fixture
def repo(api: hubnb.HfApi, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(known, "_known", {})
    api.create_repo("me/tabbed", exist_ok=True)
    api.upload_file(path_or_fileobj=b"x", path_in_repo="weights/a.bin", repo_id="me/tabbed")
    api.create_branch("me/tabbed", branch="try", exist_ok=True)
    return "me/tabbed"


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("pu", {"pull", "push"}),
        ("repo cr", {"create"}),
        ("repo tag ", {"list", "create", "delete"}),
        ("pull me/x --fo", {"--force", "--force-download"}),
        ("ls --type d", {"dataset"}),
        ("downl", set()),
        ("pull --to ", set()),
    ],
)
def test_words_and_options(line: str, found: set[str]) -> None:
    assert set(complete(line)) == found


def test_names_on_the_hub(repo: str) -> None:
    assert repo in complete("pull me/t")
    assert complete(f"pull {repo} weights/") == ["weights/a.bin"]
    assert complete(f"pull {repo} --revision t") == ["try"]
    assert complete(f"pull --revision try {repo} .g") == [".gitattributes"]


def test_variables_that_can_be_pushed() -> None:
    assert complete("push mo", variables=["model", "tokenizer"]) == ["model"]


def test_a_hub_that_does_not_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    silent = threading.Event()
    monkeypatch.setattr(known, "_known", {})
    monkeypatch.setattr(known_names, "_mine", lambda _: ["me/late"] if silent.wait(30) else [])
    known.remember_ids("model", ["me/seen"])
    assert completions(make_parser(), ["pull"], "me/") == ["me/seen"]
    silent.set()
    known.settle(30)
    assert completions(make_parser(), ["pull"], "me/") == ["me/seen", "me/late"]


def test_the_shell_gets_it_too(repo: str, home: Path) -> None:
    def printed(*words: str) -> list[str]:
        command = [sys.executable, "-m", "hubnb.cli", "complete", "--", *words]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ})
        return done.stdout.split()

    assert set(printed("pu")) == {"pull", "push"}
    assert printed("pull", repo, "wei") == ["weights/a.bin"]


@pytest.mark.parametrize("shell", ["bash"])
def test_the_script_works_in_the_shell_it_is_for(shell: str, tmp_path: Path) -> None:
    command = tmp_path / "hubnb"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m hubnb.cli "$@"\n')
    command.chmod(0o755)
    script = f'{SCRIPTS[shell]}\nCOMP_WORDS=(hubnb repo cr); COMP_CWORD=2; _hubnb; echo "${{COMPREPLY[@]}}"'
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run([shell, "-c", script], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.split() == ["create"]
