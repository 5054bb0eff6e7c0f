"""`kill -9` in the middle: the next process goes on, and nothing half-made looks whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import hubnb
from hubnb.cache import RepoCache
from hubnb.client import RepoId

if TYPE_CHECKING:
    from hubnb.server import LocalHub

SIZE = 48 << 20
PULL = "import hubnb, sys; hubnb.snapshot_download(sys.argv[1])"
PUSH = "import hubnb, sys; hubnb.upload_folder(repo_id=sys.argv[1], folder_path=sys.argv[2])"


def start(hub: LocalHub, code: str, *args: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "HF_ENDPOINT": hub.endpoint, "HF_TOKEN": hub.token}
    return subprocess.Popen([sys.executable, "-c", code, *args], env=environment)


def wait_until(condition: object, process: subprocess.Popen[bytes]) -> None:
    tick = threading.Event()
    while not condition():
        assert process.poll() is None, "it ended before it could be killed"
        tick.wait(0.005)


@pytest.mark.parametrize("after_bytes", [3 << 20, 20 << 20, 40 << 20])
def test_killed_pull_goes_on_where_it_was(api: hubnb.HfApi, hub: LocalHub, repo_id: str, after_bytes: int) -> None:
    content = os.urandom(SIZE)
    api.upload_file(path_or_fileobj=content, path_in_repo="model.safetensors", repo_id=repo_id)
    cache = RepoCache(hubnb.Settings.from_env().cache_dir, RepoId(repo_id))
    hub.faults.slow("*/resolve/*", bytes_per_s=40_000_000)

    def arrived() -> int:
        journals = list(cache.blobs.glob("*.hubnb-journal"))
        lines = journals[0].read_text().splitlines()[1:] if journals else []
        pairs = [line.split() for line in lines]
        return sum(int(pair[1]) - int(pair[0]) for pair in pairs if len(pair) == 2)

    process = start(hub, PULL, repo_id)
    wait_until(lambda: arrived() >= after_bytes, process)
    process.send_signal(signal.SIGKILL)
    process.wait()
    kept = arrived()
    assert list(cache.folder.rglob("snapshots/*/model.safetensors")) == []

    hub.faults.clear()
    job = api.snapshot_download(repo_id, run_as_future=True)
    assert (Path(job.result()) / "model.safetensors").read_bytes() == content
    assert job.snapshot().bytes_moved <= SIZE - kept + 10_000
    assert kept >= after_bytes
    assert [path.name for path in cache.blobs.iterdir() if "hubnb" in path.name] == []


def test_killed_push_commits_nothing_and_sends_finished_objects_once(
    api: hubnb.HfApi, hub: LocalHub, repo_id: str, tmp_path: Path, home: Path
) -> None:
    names = [f"{number}.safetensors" for number in range(12)]
    for name in names:
        (tmp_path / name).write_bytes(os.urandom(2 << 20))
    hub.faults.slow("PUT *", bytes_per_s=10_000_000)

    def stored() -> int:
        return len([seen for seen in list(hub.requests) if seen.path.endswith("/verify") and seen.status == 200])

    process = start(hub, PUSH, repo_id, str(tmp_path))
    wait_until(lambda: stored() >= 3, process)
    assert hubnb.unfinished_transfers() == []  # it runs, only elsewhere
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert api.list_repo_files(repo_id) == [".gitattributes"]

    hub.faults.clear()
    (unfinished,) = hubnb.unfinished_transfers()
    assert (unfinished.kind, unfinished.repo_id) == ("push", repo_id)
    record = next((home / "hubnb" / "unfinished").glob("*.json")).read_text()
    assert hub.token not in record
    job = unfinished.resume(token=hub.token)
    job.result()
    assert hubnb.unfinished_transfers() == []
    assert job.snapshot().bytes_moved <= (len(names) - 3) * (2 << 20)
    assert set(names) <= set(api.list_repo_files(repo_id))


def test_interrupt_ends_a_blocking_pull_and_keeps_what_arrived(api: hubnb.HfApi, hub: LocalHub, repo_id: str) -> None:
    content = os.urandom(SIZE)
    api.upload_file(path_or_fileobj=content, path_in_repo="model.safetensors", repo_id=repo_id)
    hub.faults.slow("*/resolve/*", bytes_per_s=10_000_000)
    process = start(hub, PULL, repo_id)
    cache = RepoCache(hubnb.Settings.from_env().cache_dir, RepoId(repo_id))
    wait_until(lambda: any(j.stat().st_size > 200 for j in cache.blobs.glob("*.hubnb-journal")), process)
    process.send_signal(signal.SIGINT)
    assert process.wait(10) != 0
    hub.faults.clear()
    job = api.snapshot_download(repo_id, run_as_future=True)
    assert (Path(job.result()) / "model.safetensors").read_bytes() == content
    assert job.snapshot().bytes_skipped > 0
