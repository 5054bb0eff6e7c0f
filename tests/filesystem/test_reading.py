"""Bytes: whole files, slices, streams, and what happens when the line breaks or the file changes."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from hubnb.client.errors import IntegrityError
from hubnb.filesystem import FileChangedError, HfFileSystem, HfFileSystemFile, HfFileSystemStreamFile
from hubnb.filesystem.read_ahead import ReadAheadCache

from .conftest import BIG

if TYPE_CHECKING:
    from pathlib import Path

    import hubnb
    from hubnb.server import LocalHub


def test_any_way_of_reading_gives_the_same_bytes(fs: HfFileSystem, data: str) -> None:
    path, places = f"{data}/big.bin", random.Random(1)
    with fs.open(path) as file:
        assert isinstance(file, HfFileSystemFile)
        assert file.read() == BIG
        assert file.read() == b""
        for _ in range(40):
            start, length = places.randrange(len(BIG)), places.choice([1, 100, 70_000, 2_000_000])
            file.seek(start)
            assert file.read(length) == BIG[start : start + length]
        file.seek(0)
        assert b"".join(iter(lambda: file.read(333_333), b"")) == BIG
        file.seek(-5, 2)
        assert file.read(100) == BIG[-5:]
    assert fs.cat_file(path, start=10, end=20) == BIG[10:20]
    assert fs.cat_file(path, start=-10) == BIG[-10:]
    assert fs.cat_file(path, end=-8_999_990) == BIG[:10]
    assert fs.cat_file(path, start=9_000_000) == b""
    assert fs.cat_ranges([path, path], [0, 7], [3, 9]) == [BIG[:3], BIG[7:9]]


def test_text_lines_and_several_files(fs: HfFileSystem, data: str) -> None:
    with fs.open(f"{data}/data/a.txt", "r") as file:
        assert list(file) == ["one\n", "two\n"]
    with fs.open(f"{data}/data/a.txt") as file:
        assert file.readline() == b"one\n"
        assert list(file) == [b"two\n"]
    assert fs.cat(f"{data}/data/**/*.txt") == {
        f"{data}/data/a.txt": b"one\ntwo\n",
        f"{data}/data/deep/b.txt": b"b",
    }
    assert fs.read_text(f"{data}/data/a.txt") == "one\ntwo\n"
    assert fs.head(f"{data}/data/a.txt", 3) == b"one"
    with pytest.raises(IsADirectoryError, match="folder"):
        fs.open(f"{data}/data")


def test_an_empty_file_reads_as_nothing(fs: HfFileSystem, data: str) -> None:
    fs.touch(f"{data}/empty.txt")

    with fs.open(f"{data}/empty.txt") as file:
        assert file.read() == b""
    assert fs.cat_file(f"{data}/empty.txt") == b""
    with fs.open(f"{data}/empty.txt", block_size=0) as file:
        assert file.read(5) == b""


def test_reading_on_brings_more_than_was_asked_and_jumping_about_little(
    fs: HfFileSystem, hub: LocalHub, data: str
) -> None:
    hub.requests.clear()
    with fs.open(f"{data}/big.bin") as file:
        for start in range(0, 8_000_000, 1_000_000):
            file.seek(start)
            file.read(1000)
        assert file.cache.total_requested_bytes < 2_000_000
    with fs.open(f"{data}/big.bin") as file:
        for _ in range(20):
            file.read(50_000)
        assert file.cache.total_requested_bytes > 1_000_000


def test_the_cache_keeps_no_more_than_it_may() -> None:
    content = BIG * 2
    cache = ReadAheadCache(100_000, lambda start, end: content[start:end], len(content), most_bytes=1_600_000)
    for start in range(0, len(content), 250_000):
        assert cache._fetch(start, start + 250_000) == content[start : start + 250_000]
    assert sum(run.end - run.start for run in cache._runs.values()) <= 1_600_000 + 800_000
    assert cache._fetch(0, len(content)) == content


def test_an_error_on_the_way_ahead_is_told_when_its_bytes_are_read() -> None:
    fail = True

    def fetch(start: int, end: int) -> bytes:
        if fail and start >= 500_000:
            raise ConnectionError
        return BIG[start:end]

    cache = ReadAheadCache(100_000, fetch, 1_000_000)
    assert cache._fetch(0, 64_000) + cache._fetch(64_000, 128_000) == BIG[:128_000]
    with pytest.raises(ConnectionError):
        cache._fetch(500_000, 600_000)
    fail = False
    assert cache._fetch(500_000, 600_000) == BIG[500_000:600_000]


def test_a_stream_goes_from_front_to_back_and_on_after_a_cut(fs: HfFileSystem, hub: LocalHub, data: str) -> None:
    hub.faults.cut("GET /datasets/*/resolve/*", 3_000_000)
    with fs.open(f"{data}/big.bin", block_size=0) as file:
        assert isinstance(file, HfFileSystemStreamFile)
        assert file.read(10) == BIG[:10]
        with pytest.raises(ValueError, match="block_size"):
            file.seek(0)
        assert file.read() == BIG[10:]
        assert file.read() == b""
    with pytest.raises(FileNotFoundError):
        fs.open(f"{data}/nothing", block_size=0)
    with pytest.raises(FileNotFoundError, match="repository"):
        fs.open("me/nowhere/nothing", block_size=0)


def test_a_cut_connection_is_taken_up_where_it_broke(fs: HfFileSystem, hub: LocalHub, data: str) -> None:
    hub.faults.cut("GET /datasets/*/resolve/*", 500_000, times=3)
    with fs.open(f"{data}/big.bin") as file:
        assert file.read() == BIG
    hub.faults.fail("GET /datasets/*/resolve/*", 503, times=1, headers={"Retry-After": "0"})
    with fs.open(f"{data}/big.bin") as file:
        assert file.read(100) == BIG[:100]


def test_a_push_in_between_is_never_mixed_into_what_is_read(fs: HfFileSystem, api: hubnb.HfApi, data: str) -> None:
    def push(content: bytes) -> None:
        repo_id = data.removeprefix("datasets/")
        api.upload_file(path_or_fileobj=content, path_in_repo="big.bin", repo_id=repo_id, repo_type="dataset")

    with fs.open(f"{data}/big.bin") as file:
        assert file.read(10) == BIG[:10]
        push(b"new" * 3_000_000)
        file.seek(5_000_000)
        assert file.read(10) == BIG[5_000_000:5_000_010]  # what was opened, from the commit it was opened at
    fs.ls(data)
    push(b"newer" * 1000)
    with fs.open(f"{data}/big.bin") as file:  # the listing is stale, but nothing was read yet
        assert file.read() == b"newer" * 1000
    fs.ls(data, refresh=True)
    push(b"newest")
    with fs.open(f"{data}/big.bin") as file:
        file.seek(0, 2)  # somebody who has been told the old size must not get new bytes
        file.seek(0)
        with pytest.raises(FileChangedError, match="open it again"):
            file.read(5)
    assert fs.cat(f"{data}/big.bin") == b"newest"


def test_get_checks_the_hash_and_leaves_what_was_there_until_it_is_right(
    fs: HfFileSystem, hub: LocalHub, data: str, tmp_path: Path
) -> None:
    fs.get(data, str(tmp_path / "copy"), recursive=True)
    assert (tmp_path / "copy/big.bin").read_bytes() == BIG
    assert (tmp_path / "copy/data/deep/b.txt").read_bytes() == b"b"
    hub.faults.flip("GET /datasets/*/resolve/*", 1000)
    target = tmp_path / "kept.bin"
    target.write_bytes(b"old")
    with pytest.raises(IntegrityError, match="nothing was kept"):
        fs.get_file(f"{data}/big.bin", str(target))
    hub.faults.clear()
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["kept.bin"]
