"""`%hub` in an IPython shell."""

from __future__ import annotations

import json
import os
import pickle
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell

import hubnb
from hubnb.client.errors import HFValidationError, RepositoryNotFoundError
from hubnb.magics import local_hub
from hubnb.magics.answers import Facts, Rows
from hubnb.panels.frontend import FrontEnd

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


CARD = "---\nlicense: mit\n---\n# Digits\n\nReads digits.\n"


def test_a_cell_is_pushed_as_a_card(shell: InteractiveShell, signed_in: LocalHub, api: hubnb.HfApi) -> None:
    commit = shell.run_cell_magic("hub", "card me/carded -m 'Say what it does'", CARD)
    assert api.list_repo_commits("me/carded")[0].title == "Say what it does"
    assert commit.oid == api.model_info("me/carded").sha
    assert Path(api.hf_hub_download("me/carded", "README.md")).read_text() == CARD
    assert repr(magic(shell, "card show me/carded")).strip()


def test_a_card_that_the_hub_would_refuse_stays_here(
    shell: InteractiveShell, signed_in: LocalHub, api: hubnb.HfApi
) -> None:
    bad = CARD.replace("mit", "mitt")
    problems = shell.run_cell_magic("hub", "card me/never --check", bad)
    assert [(one["severity"], one["line"]) for one in problems if one["severity"] == "error"] == [("error", 2)]
    with pytest.raises(HFValidationError, match="was not pushed: line 2"):
        shell.run_cell_magic("hub", "card me/never", bad)
    assert not api.repo_exists("me/never")


def test_what_deletes_says_what_it_would_do(
    shell: InteractiveShell, signed_in: LocalHub, api: hubnb.HfApi, capsys: pytest.CaptureFixture[str]
) -> None:
    api.create_repo("me/spared", exist_ok=True)
    magic(shell, "repo delete me/spared")
    assert "Nothing was done. To do it, add --yes." in capsys.readouterr().out
    assert api.repo_exists("me/spared")
    magic(shell, "repo delete me/spared --yes")
    assert not api.repo_exists("me/spared")


@pytest.mark.parametrize(
    ("line", "panel"),
    [
        ("browse me/paneled", "BrowsePanel"),
        ("edit me/paneled", "CardPanel"),
        ("transfers", "TransfersPanel"),
        ("cache", "CachePanel"),
        ("app", "AppPanel"),
    ],
)
def test_panels_can_be_asked_for(
    shell: InteractiveShell, signed_in: LocalHub, monkeypatch: pytest.MonkeyPatch, line: str, panel: str
) -> None:
    hubnb.create_repo("me/paneled", exist_ok=True)
    for verb in ("browse", "card", "transfers", "cache", "app"):
        monkeypatch.setattr(f"hubnb.panels.{verb}_verb.front_end", lambda: FrontEnd.LIVE)
    shown = magic(shell, line)
    assert type(shown).__name__ == panel
    shown.close()


def test_a_word_that_is_a_panel_has_verbs_behind_it(shell: InteractiveShell, signed_in: LocalHub, home: Path) -> None:
    (home / "hub").mkdir()
    assert magic(shell, "cache ls --json") == {"size": 0, "repos": []}


def test_results_survive_pickling() -> None:
    rows = pickle.loads(pickle.dumps(Rows(["a"], "text")))
    facts = pickle.loads(pickle.dumps(Facts({"a": 1}, "text")))
    assert (rows, repr(rows), facts, repr(facts)) == (["a"], "text", {"a": 1}, "text")


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


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("%hub pu", {"pull", "push"}),
        ("%hub repo t", {"tag"}),
        ("%hub push mod", {"model"}),
        ("%hub pull me/x --rev", {"--revision"}),
        ("%%hub ca", {"card"}),
    ],
)
def test_tab_completes(shell: InteractiveShell, line: str, found: set[str]) -> None:
    class Model:
        def push_to_hub(self) -> None: ...

    shell.user_ns["model"] = Model()
    with provisionalcompleter():
        offered = {completion.text for completion in shell.Completer.completions(line, len(line))}
    assert found <= offered
