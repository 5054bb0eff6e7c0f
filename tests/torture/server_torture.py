# ruff: noqa: T201 - the figures are what this is run for
"""The Hub under load, with faults, killed at random points of commits, on a disk that is full: nothing is lost."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import requests

sys.path.append(str(Path(__file__).parents[1] / "server"))

from crowd import ROOT, Crowd, ServedHub, add_fault, fsck, kill_round
from hub_people import Person
from test_crowds import FAULTS

MIB = 1 << 20


def test_64_clients_with_faults(tmp_path, rounds, seed):
    hub = ServedHub(tmp_path / "data", "--faults")
    try:
        repos = [Person(hub.endpoint, hub.token, "me").create(f"r{number}") for number in range(6)]
        crowd = Crowd(hub.endpoint, hub.token, repos)
        start = time.monotonic()
        for number in range(rounds):
            for fault in FAULTS:
                add_fault(hub.endpoint, **fault)
            for thread in crowd.start(64, 10, seed=seed + number):
                thread.join()
        seconds = time.monotonic() - start
        assert crowd.unexpected == []
        assert crowd.broken_promises() == []
        requests_done = sum(crowd.counts.values())
        print(f"\n{requests_done} requests, {requests_done / seconds:.0f}/s, {len(crowd.acknowledged)} commits,")
        print(f"{dict(crowd.counts)}, peak {hub.peak_bytes() / MIB:.0f} MiB")
        assert hub.peak_bytes() < 600 * MIB
    finally:
        hub.terminate()
    status, text = fsck(tmp_path / "data", "--full")
    assert status == 0, text


def test_kills_at_random_points_of_commits(tmp_path, rounds, seed):
    data, dice = tmp_path / "data", random.Random(seed)
    hub = ServedHub(data)
    repos = [Person(hub.endpoint, hub.token, "me").create(f"r{number}") for number in range(3)]
    hub.kill()
    crowd = Crowd("", "", repos)
    for _ in range(rounds):
        kill_round(data, crowd, dice, clients=16)
    hub = ServedHub(data)
    try:
        crowd.endpoint = hub.endpoint
        assert crowd.unexpected == []
        assert crowd.broken_promises() == []
        print(f"\n{rounds} kills, {len(crowd.acknowledged)} acknowledged commits, all there")
    finally:
        hub.terminate()


def test_kills_of_the_hub_while_git_pushes(tmp_path, rounds, seed):
    """Each push is either all there or not at all, and the repository stays whole."""
    data, dice = tmp_path / "data", random.Random(seed)
    hub = ServedHub(data)
    Person(hub.endpoint, hub.token, "me").create("pushed")
    hub.kill()
    clone = tmp_path / "clone"

    def git(*command: str, check: bool = True) -> str:
        identity = ("-c", "user.name=me", "-c", "user.email=me@example.org")
        done = subprocess.run(["git", *identity, "-C", str(clone), *command], capture_output=True, text=True)
        assert done.returncode == 0 or not check, done.stderr
        return done.stdout.strip()

    pushed = ""
    for number in range(rounds):
        hub = ServedHub(data)
        address = hub.endpoint.replace("//", f"//me:{hub.token}@") + "/me/pushed"
        if not clone.exists():
            subprocess.run(["git", "clone", "-q", address, clone], check=True)
        if pushed:
            git("fetch", "-q", address, "main")
            assert (
                subprocess.run(["git", "-C", clone, "merge-base", "--is-ancestor", pushed, "FETCH_HEAD"]).returncode
                == 0
            )
        for name in range(30):
            (clone / f"{number}-{name}.txt").write_bytes(dice.randbytes(20_000))
        git("add", ".")
        git("commit", "-q", "-m", f"round {number}")
        with subprocess.Popen(
            ["git", "-C", clone, "push", "-q", address, "HEAD:main"], stderr=subprocess.DEVNULL
        ) as push:
            time.sleep(dice.random() * 0.4)
            hub.kill()
            if push.wait() == 0:
                pushed = git("rev-parse", "HEAD")
        status, text = fsck(data)
        assert status == 0, text


def test_kills_of_the_collector(tmp_path, rounds, seed):
    data, dice = tmp_path / "data", random.Random(seed)
    hub = ServedHub(data)
    try:
        me = Person(hub.endpoint, hub.token, "me")
        repo = me.create("collected")
        kept = {f"{number}.bin": dice.randbytes(50_000) for number in range(20)}
        for path, content in kept.items():
            me.put_large(repo, path, content)
        for _ in range(rounds):
            for _ in range(20):
                me.upload(repo, dice.randbytes(20_000))
            import sqlite3

            with sqlite3.connect(data / "hub.sqlite", timeout=10) as connection:
                connection.execute("UPDATE objects SET created_at = 0")
            connection.close()
            command = [sys.executable, "-m", "hubnb.cli", "gc", "--data", str(data)]
            with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as collector:
                time.sleep(0.5 + dice.random() * 0.5)
                collector.send_signal(signal.SIGKILL)
            assert fsck(data, "--full")[0] == 0
        for path, content in kept.items():
            assert me.read(repo, path).content == content
    finally:
        hub.terminate()


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 24 MiB."""
    place = tmp_path / "disk"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", place], check=True)
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def test_a_full_disk_refuses_and_loses_nothing(small_disk, rounds, seed):
    """Needs the right to mount."""
    data, dice = small_disk / "data", random.Random(seed)
    hub = ServedHub(data)
    me = Person(hub.endpoint, hub.token, "me")
    repo, statuses = me.create("full"), []
    kept: dict[str, bytes] = {}
    lock = threading.Lock()

    def fill(name: int) -> None:
        own = Person(hub.endpoint, hub.token, "me")
        for number in range(12):
            content, path = dice.randbytes(400_000), f"{name}-{number}.bin"
            try:
                value = own.upload(repo, content)
                answer = own.commit(repo, ("lfsFile", {"path": path, **value}))
            except (AssertionError, requests.RequestException) as error:
                statuses.append(str(error)[:200])
                continue
            with lock:
                statuses.append(str(answer.status_code))
                if answer.ok:
                    kept[path] = content

    threads = [threading.Thread(target=fill, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refused = [text for text in statuses if text != "200"]
    assert refused
    assert all("disk is full" in text or text == "507" for text in refused), refused[:5]
    for path, content in kept.items():
        assert me.read(repo, path).content == content
    hub.kill()
    assert fsck(data, "--full")[0] == 0
    hub = ServedHub(data)
    me = Person(hub.endpoint, hub.token, "me")
    for path, content in kept.items():
        assert me.read(repo, path).content == content
    hub.terminate()
    print(f"\n{len(kept)} kept, {len(refused)} refused")
