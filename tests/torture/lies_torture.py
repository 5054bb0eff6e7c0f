# ruff: noqa: T201 - the figures are what this is run for
"""Random lies on the wire: whatever a server sends, only right bytes get a name in the cache."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest

import hubnb
from hubnb.client.errors import HubError
from hubnb.transfer import fetch, fetch_file

from .conftest import leftovers
from .lying_hub import LIES, REPO_ID, LyingHub, etag_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MIB = 1 << 20
FILES = {
    "model.safetensors": os.urandom(3 * MIB + 12345),
    "other.safetensors": os.urandom(MIB + 1),
    "small.bin": os.urandom(50_000),
    "config.json": b'{"a": 1}' * 200,
}
LARGE = {"model.safetensors", "other.safetensors", "small.bin"}


@pytest.fixture(autouse=True)
def _small_ranges(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut a few megabytes into as many ranges as a few gigabytes would be, and don't wait long."""
    monkeypatch.setattr(fetch, "RANGE_BYTES", MIB // 2)
    monkeypatch.setattr(fetch, "PIECE_BYTES", 64 * 1024)
    monkeypatch.setattr(fetch_file, "PIECE_BYTES", 64 * 1024)
    monkeypatch.setattr(fetch_file, "_RETRY_WAIT_S", 0.02)
    monkeypatch.setenv("HF_HUB_DOWNLOAD_TIMEOUT", "0.5")


@pytest.fixture
def liar() -> Iterator[LyingHub]:
    with LyingHub(FILES, LARGE) as hub:
        yield hub


def check_nothing_wrong(cache: Path) -> int:
    """Every blob has the hash it is named by, every name shows the right bytes."""
    right = {etag_of(content, large=name in LARGE): content for name, content in FILES.items()}
    blobs = [path for path in cache.rglob("blobs/*") if "hubnb" not in path.name]
    for blob in blobs:
        assert blob.read_bytes() == right[blob.name], blob.name
    for name, content in FILES.items():
        for path in cache.rglob(f"snapshots/*/{name}"):
            assert path.read_bytes() == content, path
    return len(blobs)


@pytest.mark.parametrize("times", [1, 3, None], ids=["once", "three-times", "always"])
@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.__name__)
def test_one_kind_of_lie(liar: LyingHub, tmp_path: Path, lie: object, times: int | None) -> None:
    api = hubnb.HfApi(endpoint=liar.endpoint, token=False)
    told: Counter[str] = Counter()

    def choose(name: str) -> object:
        told[name] += 1
        return lie if times is None or told[name] <= times else None

    liar.lie = choose  # type: ignore[assignment]
    began = time.monotonic()
    job = api.snapshot_download(REPO_ID, cache_dir=tmp_path, run_as_future=True)
    assert job.wait(60), f"{lie.__name__} {times}: hangs; {job.snapshot()}"  # type: ignore[attr-defined]
    outcome = repr(job.exception())
    print(f"\n  {lie.__name__} {times}: {time.monotonic() - began:.1f} s, {liar.gets} GETs, {outcome[:300]}")  # type: ignore[attr-defined]
    check_nothing_wrong(tmp_path)
    liar.lie = lambda _: None
    liar.go_on.set()
    api.snapshot_download(REPO_ID, cache_dir=tmp_path)
    assert check_nothing_wrong(tmp_path) == len(FILES)
    assert leftovers(tmp_path) == []
    if times == 1:
        assert job.exception() is None, "one lie is forgiven"


def test_random_lies(liar: LyingHub, tmp_path: Path, rounds: int, seed: int) -> None:
    api = hubnb.HfApi(endpoint=liar.endpoint, token=False)
    told: Counter[str] = Counter()
    ends: Counter[str] = Counter()
    for number in range(rounds * 10):
        dice = liar.dice = random.Random(f"{seed}-{number}")
        liar.go_on.clear()
        share = dice.choice([0.1, 0.3, 0.7])

        def choose(_: str, dice: random.Random = dice, share: float = share) -> object:
            if dice.random() > share:
                return None
            lie = dice.choice(LIES)
            told[lie.__name__] += 1
            return lie

        liar.lie = choose  # type: ignore[assignment]
        cache = tmp_path / str(number)
        job = api.snapshot_download(REPO_ID, cache_dir=cache, run_as_future=True)
        assert job.wait(120), f"round {number} hangs: {job.snapshot()}"
        error = job.exception()
        ends[type(error).__name__] += 1
        assert error is None or isinstance(error, HubError), repr(error)
        check_nothing_wrong(cache)
        liar.lie = lambda _: None
        liar.go_on.set()
        api.snapshot_download(REPO_ID, cache_dir=cache)
        assert check_nothing_wrong(cache) == len(FILES)
        assert leftovers(cache) == []
    print(f"\n  {rounds * 10} pulls, {sum(told.values())} lies, 0 wrong files accepted; ends: {dict(ends)}; {told}")
