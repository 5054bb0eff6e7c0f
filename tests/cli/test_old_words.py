"""What users of `huggingface-cli` (and `hf`) type works with the name changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hubnb.cli import main, make_parser

if TYPE_CHECKING:
    import hubnb
    from hubnb.server import LocalHub

COMMIT_MESSAGE = "--commit-message=Epoch 34/50"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    (folder / "logs").mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    (folder / "weights.safetensors").write_bytes(b"w" * 3000)
    (folder / "logs" / "run.txt").write_text("log")
    return folder


def test_upload_and_download(model: Path, api: hubnb.HfApi, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["upload", "me/old", str(model), ".", COMMIT_MESSAGE, "--exclude", "*.txt"]) == 0
    assert api.list_repo_commits("me/old")[0].title == "Epoch 34/50"
    assert sorted(api.list_repo_files("me/old")) == [".gitattributes", "config.json", "weights.safetensors"]
    assert main(["upload", "me/old", str(model / "config.json"), "sub/config.json", "--create-pr"]) == 0
    assert "/discussions/" in capsys.readouterr().out
    assert main(["download", "me/old", "config.json", "--quiet"]) == 0
    assert Path(capsys.readouterr().out.strip()).read_text() == "{}"
    out = tmp_path / "out"
    line = [
        "download",
        "me/old",
        "--include",
        "*.safetensors",
        "--local-dir",
        str(out),
        "--local-dir-use-symlinks",
        "False",
    ]
    assert main(line) == 0
    assert sorted(path.name for path in out.iterdir() if path.name != ".cache") == ["weights.safetensors"]


def test_upload_of_a_name_means_the_folder_of_that_name(
    model: Path, api: hubnb.HfApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(model.parent)
    assert main(["upload", "me/model"]) == 0
    assert "logs/run.txt" in api.list_repo_files("me/model")
    assert main(["upload-large-folder", "--no-bars", "me/large", str(model), "--repo-type", "dataset"]) == 0
    assert "logs/run.txt" in api.list_repo_files("me/large", repo_type="dataset")


def test_repo_tag_and_repo_files(model: Path, api: hubnb.HfApi, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["repo", "create", "me/old-words", "--type", "dataset", "-y"]) == 0
    assert main(["upload", "me/old-words", str(model), "--repo-type", "dataset"]) == 0
    assert main(["tag", "me/old-words", "v1", "--repo-type", "dataset", "-m", "one"]) == 0
    capsys.readouterr()
    assert main(["tag", "-l", "me/old-words", "--repo-type", "dataset"]) == 0
    assert capsys.readouterr().out.startswith("v1 ")
    assert main(["tag", "-d", "me/old-words", "v1", "--repo-type", "dataset", "-y"]) == 0
    assert main(["repo-files", "me/old-words", "delete", "logs/", "--repo-type", "dataset"]) == 0
    assert "logs/run.txt" not in api.list_repo_files("me/old-words", repo_type="dataset")


def test_a_token_on_the_line_is_used_and_warned_about(
    hub: LocalHub, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("HF_TOKEN")
    assert main(["login", "--token", hub.token]) == 0
    said = capsys.readouterr()
    assert "Signed in as me." in said.out
    assert "can be read by other programs" in said.err
    assert hub.token not in said.out + said.err
    assert (home / "token").read_text() == hub.token


@pytest.mark.parametrize(
    "line",
    ["auth whoami", "auth list", "version", "env", "models ls --search digits --limit 3", "datasets list", "spaces ls"],
)
def test_other_words_are_known(line: str) -> None:
    assert main(line.split()) == 0


def test_old_words_are_not_listed() -> None:
    shown = make_parser().format_help()
    assert "pull" in shown
    assert "download" not in shown
    assert "repo-files" not in shown
