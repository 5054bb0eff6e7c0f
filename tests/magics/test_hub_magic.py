"""`%hub` in an IPython shell."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell

import hubnb
from hubnb.client.errors import RepositoryNotFoundError
from hubnb.magics import local_hub

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hubnb.server import LocalHub


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[InteractiveShell]:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    shell.history_manager.enabled = False
    shell.extension_manager.load_extension("hubnb")
    yield shell
    local_hub.stop_serving()
    shell.history_manager.end_session()
    InteractiveShell.clear_instance()


@pytest.fixture
def signed_in(hub: LocalHub, monkeypatch: pytest.MonkeyPatch) -> LocalHub:
    monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
    monkeypatch.setenv("HF_TOKEN", hub.token)
    return hub


def magic(shell: InteractiveShell, line: str) -> Any:
    return shell.run_line_magic("hub", line)


def test_serve_starts_a_hub_and_signs_this_kernel_in(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "https://hub.example")
    magic(shell, "serve")
    out = capsys.readouterr().out
    assert os.environ["HF_ENDPOINT"] in out
    assert hubnb.whoami()["name"] == "me"
    assert str(hubnb.get_token()) not in out
    magic(shell, "serve")
    assert "already" in capsys.readouterr().out
    magic(shell, "serve --stop")
    assert os.environ["HF_ENDPOINT"] == "https://hub.example"
    assert hubnb.get_token() is None


def test_serve_uses_the_hub_that_is_there(
    shell: InteractiveShell, signed_in: LocalHub, capsys: pytest.CaptureFixture[str]
) -> None:
    magic(shell, "serve")
    assert f"Using the Hub at {signed_in.endpoint}" in capsys.readouterr().out


def test_push_takes_a_variable_or_a_path(
    shell: InteractiveShell, signed_in: LocalHub, tmp_path: Path, api: hubnb.HfApi
) -> None:
    calls: list[tuple[str, dict[str, Any]]] = []

    class Model:
        def push_to_hub(self, repo_id: str, **kwargs: Any) -> str:
            calls.append((repo_id, kwargs))
            return "pushed"

    shell.user_ns["model"] = Model()
    assert magic(shell, "push model me/digits -m 'two words' --pr") == "pushed"
    expected = {"private": None, "branch": None, "create_pr": True, "commit_message": "two words"}
    assert calls == [("me/digits", expected)]
    (tmp_path / "x y.txt").write_text("hi")
    commit = magic(shell, f"push '{tmp_path / 'x y.txt'}' me/magic")
    assert commit.oid == api.model_info("me/magic").sha
    assert Path(magic(shell, "pull me/magic 'x y.txt'")).read_text() == "hi"


def test_results_can_be_used_and_read_as_text(
    shell: InteractiveShell, signed_in: LocalHub, capsys: pytest.CaptureFixture[str]
) -> None:
    hubnb.create_repo("me/listed", exist_ok=True)
    files = magic(shell, "ls me/listed")
    assert files == [".gitattributes"]
    assert ".gitattributes" in repr(files)
    assert repr(magic(shell, "whoami")).startswith("me at ")
    assert magic(shell, "ls me/listed --json")[0]["path"] == ".gitattributes"
    assert capsys.readouterr().out == ""


def test_error_is_a_sentence_not_a_traceback(shell: InteractiveShell, signed_in: LocalHub) -> None:
    with pytest.raises(RepositoryNotFoundError) as caught:
        magic(shell, "ls me/nowhere")
    shown = caught.value._render_traceback_()
    assert len(shown) == 1
    assert "me/nowhere" in shown[0]


@pytest.mark.parametrize("line", ["nonsense", "pull", "push 'open quote", "ls --type x"])
def test_bad_words_are_a_usage_error_and_the_kernel_lives(shell: InteractiveShell, line: str) -> None:
    with pytest.raises(UsageError):
        magic(shell, line)


@pytest.mark.parametrize("line", ["", "--help", "pull --help"])
def test_help_is_shown(shell: InteractiveShell, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert magic(shell, line) is None
    assert "usage: %hub" in capsys.readouterr().out


def test_loading_offers_to_go_on_with_what_an_earlier_kernel_left(
    shell: InteractiveShell, hub: LocalHub, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = {"repo_id": "me/x", "endpoint": hub.endpoint}
    facts = {"format": 1, "kind": "pull", "repo_id": "me/x", "started_at": 1.8e9, "call": "snapshot_download"}
    folder = home / "hubnb" / "unfinished"
    folder.mkdir(parents=True)
    (folder / "1.json").write_text(json.dumps({**facts, "arguments": arguments}))
    (folder / "2.json").write_text("garbage")
    shell.extension_manager.reload_extension("hubnb")
    out = capsys.readouterr().out
    assert "pull me/x" in out
    assert "unfinished_transfers" in out
    hubnb.unfinished_transfers()[0].forget()
    shell.extension_manager.reload_extension("hubnb")
    assert capsys.readouterr().out == ""


def test_verbs_are_completed(shell: InteractiveShell) -> None:
    with provisionalcompleter():
        found = {completion.text for completion in shell.Completer.completions("%hub pu", 7)}
    assert {"pull", "push"} <= found
