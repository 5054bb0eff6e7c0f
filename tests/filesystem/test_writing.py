"""Writing: one commit on close, one for a transaction, a copy or a move, and none where something failed."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

import fsspec
import pandas as pd
import pytest

from .conftest import BIG, titles

if TYPE_CHECKING:
    from pathlib import Path

    import hubnb
    from hubnb.filesystem import HfFileSystem
    from hubnb.server import LocalHub


def test_closing_commits_once_what_was_written(fs: HfFileSystem, api: hubnb.HfApi, data: str) -> None:
    with fs.open(f"{data}/new.txt", "w", commit_message="Add a text", commit_description="Why not?") as file:
        file.write("hello\n")
        assert titles(api, data) == []
    with fs.open(f"{data}/large.bin", "wb") as file:
        for start in range(0, len(BIG), 1_000_000):
            file.write(BIG[start : start + 1_000_000])
        file.write(BIG)
        file.write(BIG)

    assert fs.cat(f"{data}/new.txt") == b"hello\n"
    assert fs.cat(f"{data}/large.bin") == BIG * 3
    assert titles(api, data) == ["Add a text", "Upload large.bin with hubnb"]


@pytest.mark.parametrize("way", ["binary", "text", "fsspec", "fsspec text", "pandas"])
def test_a_block_left_by_an_error_commits_nothing(
    fs: HfFileSystem, api: hubnb.HfApi, data: str, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"{data}/new.csv"
    fsspec.register_implementation("hf", type(fs), clobber=True)

    def fail(*_: object) -> str:
        raise KeyError

    with suppress(KeyError):
        if way == "pandas":
            frame = pd.DataFrame({"a": range(200_000)})
            monkeypatch.setattr(frame.__class__, "to_csv", frame.to_csv.__func__)
            frame.to_csv(f"hf://{path}", index=False, chunksize=1000, float_format=fail, columns=["a", "b"])
        elif way.startswith("fsspec"):
            with fsspec.open(f"hf://{path}", "wt" if "text" in way else "wb") as file:
                file.write("x" if "text" in way else b"x")
                raise KeyError
        else:
            with fs.open(path, "w" if way == "text" else "wb") as file:
                file.write("x" if way == "text" else b"x")
                raise KeyError

    assert titles(api, data) == []
    assert not fs.exists(path)


def test_a_file_closed_while_another_error_is_handled_is_committed(
    fs: HfFileSystem, api: hubnb.HfApi, data: str
) -> None:
    try:
        raise KeyError
    except KeyError:
        with fs.open(f"{data}/report.txt", "w") as file:
            file.write("what went wrong")

    assert fs.cat(f"{data}/report.txt") == b"what went wrong"


def test_a_file_that_is_never_closed_is_no_file(fs: HfFileSystem, api: hubnb.HfApi, data: str) -> None:
    file = fs.open(f"{data}/half.txt", "wb")
    file.write(b"x")
    with pytest.warns(ResourceWarning, match="never closed"):
        file.__del__()

    assert titles(api, data) == []


def test_a_transaction_is_one_commit_or_none(fs: HfFileSystem, api: hubnb.HfApi, data: str) -> None:
    with fs.transaction:
        with fs.open(f"{data}/one.txt", "w") as file:
            file.write("1")
        fs.pipe(f"{data}/two.txt", b"2")
        fs.rm(f"{data}/data/a.txt")
        fs.mv(f"{data}/data/deep/b.txt", f"{data}/moved.txt")
        assert titles(api, data) == []
    assert len(titles(api, data)) == 1
    assert fs.find(data) == [
        f"{data}/{name}" for name in (".gitattributes", "big.bin", "moved.txt", "one.txt", "two.txt")
    ]

    with suppress(KeyError), fs.transaction:
        fs.pipe(f"{data}/three.txt", b"3")
        raise KeyError
    fs.pipe(f"{data}/four.txt", b"4")  # the failed transaction is over
    assert len(titles(api, data)) == 2
    assert not fs.exists(f"{data}/three.txt")


def test_a_commit_that_fails_leaves_no_temporary_file_and_no_open_transaction(
    fs: HfFileSystem, hub: LocalHub, data: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    hub.faults.fail("POST /api/datasets/*/commit/*", 403)
    with pytest.raises(OSError, match="may not do that"), fs.transaction:
        fs.pipe(f"{data}/large.bin", BIG * 2)
    hub.faults.clear()

    assert os.listdir(tmp_path) == []  # noqa: PTH208
    fs.pipe(f"{data}/small.txt", b"x")
    assert fs.exists(f"{data}/small.txt")


def test_copies_moves_and_removals_are_one_commit_each(
    fs: HfFileSystem, api: hubnb.HfApi, data: str, tmp_path: Path, repo_id: str
) -> None:
    fs.cp(f"{data}/big.bin", f"{data}/same.bin")
    fs.cp(f"{data}/data", f"{data}/again", recursive=True)
    fs.mv(f"{data}/again", f"{data}/renamed", recursive=True)
    fs.rm(f"{data}/renamed", recursive=True)
    (tmp_path / "folder/sub").mkdir(parents=True)
    (tmp_path / "folder/x.txt").write_text("x")
    (tmp_path / "folder/sub/y.txt").write_text("y")
    fs.put(str(tmp_path / "folder"), f"{data}/put", recursive=True)
    assert titles(api, data) == [
        "Copy same.bin with hubnb",
        "Copy again/a.txt, again/deep/b.txt with hubnb",
        "Move renamed/a.txt, renamed/deep/b.txt with hubnb",
        "Delete renamed/a.txt, renamed/deep/b.txt with hubnb",
        "Upload put/sub/y.txt, put/x.txt with hubnb",
    ]
    assert fs.cat(f"{data}/same.bin") == BIG
    assert fs.cat(f"{data}/put/sub/y.txt") == b"y"

    fs.cp(f"{data}/big.bin", f"{repo_id}/from-elsewhere.bin")
    assert fs.cat(f"{repo_id}/from-elsewhere.bin") == BIG


def test_what_must_not_be_is_refused_before_anything_changes(fs: HfFileSystem, api: hubnb.HfApi, data: str) -> None:
    with pytest.raises(IsADirectoryError, match="recursive"):
        fs.rm([f"{data}/big.bin", f"{data}/data"])
    with pytest.raises(FileNotFoundError):
        fs.rm(f"{data}/nothing.txt")
    with pytest.raises(FileExistsError):
        fs.open(f"{data}/big.bin", "xb")
    with pytest.raises(NotImplementedError, match="anew"):
        fs.open(f"{data}/data/a.txt", "ab")
    with pytest.raises(IsADirectoryError):
        fs.open(data, "wb")

    assert titles(api, data) == []


def test_a_large_file_is_hashed_while_it_is_written_and_not_again(
    fs: HfFileSystem, data: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hubnb.transfer import content_hash

    monkeypatch.setattr(content_hash.ContentHasher, "digest", None)
    with fs.open(f"{data}/large.bin", "wb") as file:
        file.write(BIG)
        file.write(BIG)

    assert fs.info(f"{data}/large.bin")["size"] == 2 * len(BIG)
