# ruff: noqa: T201 - the figures are what this is run for
"""`kill -9` and Ctrl-C at random points of pulls and pushes, over and over, until each is done."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import hubnb
from hubnb.transfer.fetch import RANGE_BYTES

from .conftest import leftovers, wait_for

if TYPE_CHECKING:
    from hubnb.server import LocalHub

MIB = 1 << 20
PULL = "import hubnb, sys; hubnb.snapshot_download(sys.argv[1])"
PULL_TO = "import hubnb, sys; hubnb.snapshot_download(sys.argv[1], local_dir=sys.argv[2])"
PUSH = "import hubnb, sys; hubnb.upload_folder(repo_id=sys.argv[1], folder_path=sys.argv[2])"
FILES = {"a.safetensors": 70 * MIB, "b.safetensors": 40 * MIB, "sub/c.bin": 3 * MIB, "d.json": 2000, "e.bin": MIB // 2}


@pytest.fixture(scope="module")
def contents() -> dict[str, bytes]:
    return {name: os.urandom(size) for name, size in FILES.items()}


@pytest.fixture
def filled(api: hubnb.HfApi, repo_id: str, contents: dict[str, bytes]) -> str:
    operations = [hubnb.CommitOperationAdd(name, content) for name, content in contents.items()]
    api.create_commit(repo_id, operations, commit_message="fill")
    return repo_id


def cache() -> Path:
    return Path(os.environ["HF_HOME"]) / "hub"


def on_disk(folder: Path) -> int:
    """Bytes that are safe: whole files, and what journals promise."""
    total = 0
    for path in list(folder.rglob("*")):
        try:
            if path.name.endswith(".hubnb-journal"):
                pairs = [line.split() for line in path.read_text().split("\n")[1:-1]]
                total += sum(int(pair[1]) - int(pair[0]) for pair in pairs if len(pair) == 2)
            elif path.is_file() and not path.is_symlink() and not path.name.endswith(".hubnb-partial"):
                total += path.stat().st_size
        except OSError:
            continue
    return total


def check_pulled(folder: Path, contents: dict[str, bytes]) -> None:
    for name, content in contents.items():
        found = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        assert found == hashlib.sha256(content).hexdigest(), name


def assert_no_half_file(root: Path, contents: dict[str, bytes]) -> None:
    for name, content in contents.items():
        for path in [*root.rglob(f"snapshots/*/{name}"), root / name]:
            assert not path.exists() or path.stat().st_size == len(content), f"{path} looks whole"


def pause(dice: random.Random, longest_s: float) -> None:
    time.sleep(dice.uniform(0, longest_s))  # the random point: nothing waits for this


@pytest.mark.parametrize("where", ["cache", "local_dir"])
def test_killed_pull(
    where: str, api: hubnb.HfApi, hub: LocalHub, filled: str, contents: dict[str, bytes], start: Any, rounds: int,
    seed: int, tmp_path: Path,
) -> None:  # fmt: skip
    dice = random.Random(seed)
    again_bytes: list[int] = []
    kills, round_number = 0, 0
    while kills < rounds:
        round_number += 1
        root = tmp_path / str(round_number) if where == "local_dir" else cache()
        code, args = (PULL_TO, [filled, str(root)]) if where == "local_dir" else (PULL, [filled])
        environment = {"HF_HOME": str(tmp_path / f"home-{round_number}")}
        root = root if where == "local_dir" else Path(environment["HF_HOME"]) / "hub"
        kept = 0
        while True:
            hub.faults.clear()
            hub.faults.slow("*/resolve/*", bytes_per_s=40 * MIB)
            process = start(code, *args, **environment)
            wait_for(lambda: process.poll() is not None or on_disk(root) > kept, "bytes")  # noqa: B023
            pause(dice, 1.2)
            ended = process.poll() is not None
            process.send_signal(signal.SIGKILL)
            process.communicate()
            if ended and process.returncode == 0:
                break
            kills += 1
            assert_no_half_file(root, contents)
            kept = on_disk(root)
            if kills >= rounds:
                break
        hub.faults.clear()
        before = on_disk(root)
        total = sum(FILES.values())
        process = start(
            "import hubnb, sys; kw = {'local_dir': sys.argv[2]} if sys.argv[2:] else {};"
            "job = hubnb.snapshot_download(sys.argv[1], run_as_future=True, **kw); job.result();"
            "print(job.snapshot().bytes_moved)",
            *args,
            **environment,
        )
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        moved = int(out)
        again_bytes.append(moved - max(0, total - before))
        assert moved <= max(0, total - before) + RANGE_BYTES
        folder = root if where == "local_dir" else next(root.glob("models--*/snapshots/*"))
        check_pulled(folder, contents)
        assert leftovers(root) == []
    print(f"\n  {where}: {kills} kills in {round_number} pulls; fetched again at most {max(again_bytes) / MIB:.2f} MiB")


def test_killed_push(
    api: hubnb.HfApi, hub: LocalHub, start: Any, rounds: int, seed: int, tmp_path: Path
) -> None:  # fmt: skip
    dice = random.Random(seed)
    kills, round_number, most_again = 0, 0, 0
    while kills < rounds:
        round_number += 1
        repo_id = str(api.create_repo(f"me/push-{seed}-{round_number}").repo_id)
        folder = tmp_path / str(round_number)
        folder.mkdir()
        sizes = {f"{number}.safetensors": 2 * MIB for number in range(20)} | {"big.safetensors": 60 * MIB, "x.json": 9}
        for name, size in sizes.items():
            (folder / name).write_bytes(dice.randbytes(size))
        while True:
            hub.faults.clear()
            hub.faults.slow("PUT *", bytes_per_s=12 * MIB)
            process = start(PUSH, repo_id, folder)
            wait_for(lambda: process.poll() is not None or stored(hub), "objects")  # noqa: B023
            pause(dice, 2.0)
            ended = process.poll() is not None
            process.send_signal(signal.SIGKILL)
            process.communicate()
            if ended and process.returncode == 0:
                break
            kills += 1
            names = set(api.list_repo_files(repo_id)) - {".gitattributes"}
            assert names in (set(), set(sizes)), "half a commit"
            if kills >= rounds:
                break
        hub.faults.clear()
        wait_for(lambda: True, "")
        done = {name for name in sizes if has_object(api, repo_id, folder / name)}
        left = sum(size for name, size in sizes.items() if name not in done and name.endswith("safetensors"))
        job = api.upload_folder(repo_id=repo_id, folder_path=folder, run_as_future=True)
        job.result(120)
        most_again = max(most_again, job.snapshot().bytes_moved - left)
        assert job.snapshot().bytes_moved <= left + 100
        check = Path(api.snapshot_download(repo_id))
        for name in sizes:
            assert (check / name).read_bytes() == (folder / name).read_bytes()
        commits = [commit.title for commit in api.list_repo_commits(repo_id)]
        assert commits.count("Upload folder using hubnb") == 1
    print(f"\n  {kills} kills in {round_number} pushes; of finished objects sent again: {most_again} bytes")


def test_killed_multipart_push(api: hubnb.HfApi, hub: LocalHub, repo_id: str, start: Any, tmp_path: Path) -> None:
    """Parts of one object that arrived before the kill do not travel again."""
    content, part = os.urandom(330 * MIB), 64 * MIB
    (tmp_path / "big.safetensors").write_bytes(content)
    hub.faults.slow("PUT *", bytes_per_s=40 * MIB, skip=3)
    process = start(PUSH, repo_id, tmp_path)
    done = lambda: [seen for seen in list(hub.requests) if seen.method == "PUT" and seen.status == 200]  # noqa: E731
    wait_for(lambda: len(done()) >= 3, "three parts")
    process.send_signal(signal.SIGKILL)
    process.communicate()
    numbers = [int(seen.path.rpartition("/")[2]) for seen in done()]  # from 1; the last part is a short one
    arrived = sum(min(part, len(content) - (number - 1) * part) for number in numbers)
    hub.faults.clear()
    job = api.upload_folder(repo_id=repo_id, folder_path=tmp_path, run_as_future=True)
    job.result(120)
    again = job.snapshot().bytes_moved - (len(content) - arrived)
    print(f"\n  multipart: {arrived / MIB:.0f} MiB had arrived, {again / MIB:.0f} MiB of it were sent again")
    assert again <= part


def stored(hub: LocalHub) -> int:
    return len([seen for seen in list(hub.requests) if seen.method == "PUT"])


def has_object(api: hubnb.HfApi, repo_id: str, path: Path) -> bool:
    plan = api.upload_file(repo_id=repo_id, path_or_fileobj=path, path_in_repo=path.name, dry_run=True)
    return plan.bytes_to_send == 0


@pytest.mark.parametrize("kind", ["pull", "push"])
def test_interrupt(
    kind: str, api: hubnb.HfApi, hub: LocalHub, filled: str, contents: dict[str, bytes], start: Any, rounds: int,
    seed: int, tmp_path: Path,
) -> None:  # fmt: skip
    """Time from Ctrl-C to the end of a process that also runs other threads."""
    dice = random.Random(seed)
    threads = (
        "import threading; [threading.Thread(target=threading.Event().wait, daemon=True).start() for _ in range(50)];"
    )
    clock = (
        "import time, sys, hubnb, signal\n"
        "def note(*_):\n    global began; began = time.perf_counter(); raise KeyboardInterrupt\n"
        "signal.signal(signal.SIGINT, note)\n"
        "try:\n    {call}\n"
        "except KeyboardInterrupt:\n    print('back', time.perf_counter() - began)\n"
        "else:\n    print('whole')\n"
    )
    back: list[float] = []
    gone: list[float] = []
    for number in range(rounds):
        environment = {"HF_HOME": str(tmp_path / f"home-{number}")}
        hub.faults.clear()
        hub.requests.clear()
        if kind == "pull":
            hub.faults.slow("*/resolve/*", bytes_per_s=8 * MIB)
            if number % 3 == 2:
                hub.faults.stall("*/resolve/*", after_bytes=3 * MIB, times=None)
            process = start(threads + clock.format(call="hubnb.snapshot_download(sys.argv[1])"), filled, **environment)
        else:
            folder = tmp_path / f"push-{number}"
            folder.mkdir()
            for name in range(8):
                (folder / f"{name}.safetensors").write_bytes(dice.randbytes(6 * MIB))
            repo_id = str(api.create_repo(f"me/int-{seed}-{number}").repo_id)
            hub.faults.slow("PUT *", bytes_per_s=2 * MIB)
            call = "hubnb.upload_folder(repo_id=sys.argv[1], folder_path=sys.argv[2])"
            process = start(threads + clock.format(call=call), repo_id, folder, **environment)
        home = Path(environment["HF_HOME"]) / "hub"
        wait_for(lambda: on_disk(home) > MIB if kind == "pull" else sending(process), "bytes")  # noqa: B023
        pause(dice, 1.0)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
        gone.append(time.monotonic() - began)
        assert out.startswith("back"), (out, err)
        assert "Traceback" not in err, err
        back.append(float(out.split()[1]))
        hub.faults.clear()
        if kind == "pull":
            process = start("import hubnb, sys; print(hubnb.snapshot_download(sys.argv[1]))", filled, **environment)
            out, err = process.communicate(timeout=60)
            assert process.returncode == 0, err
            check_pulled(Path(out.strip()), contents)
            assert leftovers(Path(environment["HF_HOME"])) == []
        else:
            assert api.list_repo_files(repo_id) == [".gitattributes"]
            api.upload_folder(repo_id=repo_id, folder_path=folder)
            assert len(api.list_repo_files(repo_id)) == 9
    for name, values in (("call returns", back), ("process gone", gone)):
        middle, longest = statistics.median(values), max(values)
        print(f"\n  {kind}, {rounds} of {rounds}: {name} after median {middle:.3f}, max {longest:.3f} s")
    assert max(back) < 2


def sending(process: Any) -> bool:
    """Whether the process holds connections, i.e. it sends (Linux)."""
    folder = Path(f"/proc/{process.pid}/fd")
    try:
        links = [str(link.readlink()) for link in folder.iterdir()]
    except OSError:
        return False
    return sum(link.startswith("socket:") for link in links) >= 3
