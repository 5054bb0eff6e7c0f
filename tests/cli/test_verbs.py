"""`hubnb` in a shell: what most people type."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hubnb.cli import main
from hubnb.cli.verb import format_bytes, printable

if TYPE_CHECKING:
    import hubnb
    from hubnb.server import LocalHub


def test_whoami_says_who_where_and_why(hub: LocalHub, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["whoami"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"me at {hub.endpoint}\n")
    assert "Environment variable HF_TOKEN" in out
    assert hub.token not in out


def test_push_ls_pull_round_trip(api: hubnb.HfApi, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "model"
    source.mkdir()
    (source / "a.safetensors").write_bytes(b"x" * 2000)
    (source / "notes.txt").write_text("hi")
    assert main(["push", str(source), "me/from-cli", "-m", "first", "--exclude", "*.txt"]) == 0
    assert api.list_repo_commits("me/from-cli")[0].title == "first"
    assert main(["push", str(source / "notes.txt"), "me/from-cli", "docs/notes.txt"]) == 0
    capsys.readouterr()
    assert main(["ls", "me/from-cli"]) == 0
    listed = capsys.readouterr().out
    assert "2 kB  LFS  a.safetensors" in listed
    assert "docs/" in listed
    assert main(["ls"]) == 0
    assert "me/from-cli" in capsys.readouterr().out
    assert main(["pull", "me/from-cli", "docs/notes.txt", "--to", str(tmp_path / "out")]) == 0
    assert Path(capsys.readouterr().out.strip()).read_text() == "hi"
    assert main(["pull", "me/from-cli"]) == 0
    assert (Path(capsys.readouterr().out.strip()) / "a.safetensors").stat().st_size == 2000


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["ls", "me/nowhere"], "me/nowhere"),
        (["pull", "not//an/id"], "is not a repo id"),
        (["push", "/no/such/file", "me/x"], "/no/such/file"),
    ],
)
def test_failure_is_one_clear_line(args: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(args) == 1
    error = capsys.readouterr().err
    assert words in error
    assert "Traceback" not in error
    assert error.count("\n") == 1


def test_login_reads_the_token_from_a_pipe_and_never_shows_it(hub: LocalHub, home: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "HF_TOKEN"}
    command = [sys.executable, "-m", "hubnb.cli", "login"]
    done = subprocess.run(command, input=hub.token, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "Signed in as me.\n"
    assert hub.token not in done.stdout + done.stderr
    assert (home / "token").read_text() == hub.token


def test_serve_says_its_address_first_and_serves_a_seed(tmp_path: Path) -> None:
    seed = {"format": "hub-seed/1", "users": [{"name": "ann"}], "repos": [{"id": "ann/x"}]}
    (tmp_path / "seed.json").write_text(json.dumps(seed))
    command = [sys.executable, "-m", "hubnb.cli", "serve", "--port", "0", "--data", str(tmp_path / "data")]
    with subprocess.Popen(
        [*command, "--seed", str(tmp_path / "seed.json")], stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        first = server.stdout.readline()
        assert first.startswith("Hub at http://127.0.0.1:")
        environment = {**os.environ, "HF_ENDPOINT": first.split()[-1], "HF_TOKEN": ""}
        listing = subprocess.run(
            [sys.executable, "-m", "hubnb.cli", "ls", "ann/x"],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        assert ".gitattributes" in listing.stdout
        server.terminate()
        assert server.wait(10) == 0


def test_a_plan_says_what_would_travel_and_moves_nothing(
    api: hubnb.HfApi, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.txt").write_text("x" * 2000)
    assert main(["repo", "create", "me/planned"]) == 0
    assert main(["push", str(tmp_path), "me/planned", "--dry-run"]) == 0
    assert "1 added" in capsys.readouterr().out
    assert api.list_repo_files("me/planned") == [".gitattributes"]
    assert main(["push", str(tmp_path), "me/planned"]) == 0
    capsys.readouterr()
    assert main(["pull", "me/planned", "--dry-run", "--json"]) == 0
    plan = json.loads(capsys.readouterr().out)
    assert {"path": "a.txt", "size": 2000, "travels": True} in plan["files"]


def test_search_and_info_find_what_was_pushed(api: hubnb.HfApi, capsys: pytest.CaptureFixture[str]) -> None:
    api.create_repo("me/findable-digits")
    assert main(["search", "findable", "--json"]) == 0
    assert [row["id"] for row in json.loads(capsys.readouterr().out)] == ["me/findable-digits"]
    assert main(["search", "nothing-is-called-so"]) == 0
    assert capsys.readouterr().out == "No models match.\n"
    assert main(["info", "models/me/findable-digits"]) == 0
    shown = capsys.readouterr().out
    assert api.model_info("me/findable-digits").sha in shown
    assert "me/findable-digits (model)" in shown


@pytest.mark.parametrize(
    "line",
    ["whoami", "auth list", "ls", "ls me/machine", "search", "info me/machine", "repo tag list me/machine", "env",
     "repo branch list me/machine", "cache ls", "doctor", "repo create me/machine --exist-ok"],
)  # fmt: skip
def test_every_answer_has_a_form_for_programs(
    line: str, api: hubnb.HfApi, home: Path, hub: LocalHub, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "hub").mkdir(parents=True, exist_ok=True)
    api.create_repo("me/machine", exist_ok=True)
    assert main([*line.split(), "--json"]) == 0
    out = capsys.readouterr().out
    assert json.loads(out) is not None
    assert hub.token not in out


def test_an_error_has_a_form_for_programs_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", "me/nowhere", "--json"]) == 1
    assert json.loads(capsys.readouterr().err)["error"] == "RepositoryNotFoundError"


def test_hostile_names_can_not_drive_a_terminal() -> None:
    assert printable("a\x1b[31mb\nc") == "a\\x1b[31mb\\nc"


@pytest.mark.parametrize(
    ("size", "text"), [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (1_420_000_000, "1.42 GB"), (999_999, "1 MB")]
)
def test_sizes_are_si(size: int, text: str) -> None:
    assert format_bytes(size) == text
