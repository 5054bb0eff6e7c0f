"""`hubnb serve`: what it prints, how it ends, and that nothing acknowledged is lost when it is killed."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests
from hub_people import SEED, Person, file, sha256

from hubnb.server import LocalHub

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]


def command(*arguments: str | Path, home: Path) -> subprocess.Popen[str]:
    env = {key: value for key, value in os.environ.items() if not key.startswith(("HF_", "XDG_"))}
    env |= {"HOME": str(home), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": ""}
    return subprocess.Popen(
        [sys.executable, "-m", "hubnb.server", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=env,
        cwd=ROOT,
    )


@contextmanager
def serving(*arguments: str | Path, home: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    process = command("--port", "0", *arguments, home=home)
    try:
        assert process.stdout is not None
        first = process.stdout.readline().strip()
        assert first.startswith("Hub at http://127.0.0.1:"), (first, process.stderr.read() if process.stderr else "")
        yield process, first.removeprefix("Hub at ")
    finally:
        process.kill()
        process.communicate()


def test_it_says_where_it_is_keeps_its_token_to_itself_and_ends_cleanly(tmp_path):
    for number in (signal.SIGTERM, signal.SIGINT):
        with serving(home=tmp_path) as (process, endpoint), requests.Session() as session:
            assert session.get(f"{endpoint}/api/models", timeout=10).json() == []
            token_file = tmp_path / ".local/share/hubnb/hub/token"
            token = token_file.read_text()
            assert process.stdout is not None
            second = process.stdout.readline()
            assert Person(endpoint, token, "me", session).get("/api/whoami-v2").json()["name"] == "me"
            process.send_signal(number)
            out, err = process.communicate(timeout=20)
            assert (process.returncode, err) == (0, "")
            assert str(token_file) in second
            assert token not in second + out


def refusal(process: subprocess.Popen[str]) -> str:
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (2, "")
    assert err.count("\n") == 1, err
    assert err.startswith("hubnb serve: ")
    return err


def test_what_can_not_be_served_is_told_in_one_line(tmp_path):
    bad, blocked = tmp_path / "bad.json", tmp_path / "blocked"
    bad.write_text('{"format": "hub-seed/1", "users": [{"name": "a", "nick": 1}]}')
    blocked.write_text("")
    with LocalHub(data_dir=tmp_path / "used") as hub:
        port = hub.endpoint.rpartition(":")[2]
        cases = [
            (["--port", port], "in use"),
            (["--port", "99999"], "99999"),
            (["--port", "0", "--seed", bad], "seed.users[0]"),
            (["--port", "0", "--seed", tmp_path / "none.json"], "none.json"),
            (["--port", "0", "--data", blocked], "blocked"),
            (["--port", "0", "--data", tmp_path / "used"], "in use by another Hub"),
            (["--port", "0", "--host", "0.0.0.0"], "seed"),
            (["--port", "0", "--host", "192.0.2.1"], "192.0.2.1"),
        ]
        processes = [(command(*arguments, home=tmp_path / str(n)), text) for n, (arguments, text) in enumerate(cases)]
        for process, text in processes:
            assert text in refusal(process)


def test_faults_over_http_are_there_only_when_asked_for(tmp_path):
    with (
        serving("--faults", "--data", tmp_path / "data", home=tmp_path) as (_, endpoint),
        requests.Session() as session,
    ):
        fault = {"kind": "fail", "path": "/api/models", "status": 503, "times": 1}
        assert session.post(f"{endpoint}/api/hubnb/faults", json=fault, timeout=10).ok
        statuses = [session.get(f"{endpoint}/api/models", timeout=10).status_code for _ in range(2)]
        assert statuses == [503, 200]


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    path = tmp_path / "seed.json"
    path.write_text(json.dumps(SEED))
    return path


@dataclass
class Writers:
    """Three clients that commit until the Hub is gone, and remember what it acknowledged."""

    endpoint: str
    acknowledged: int
    done: list[tuple[str, str]] = field(default_factory=list)
    enough: threading.Event = field(default_factory=threading.Event)

    def run_until_killed(self, process: subprocess.Popen[str]) -> None:
        threads = [threading.Thread(target=self._write, args=(number,)) for number in range(3)]
        for thread in threads:
            thread.start()
        assert self.enough.wait(60)
        process.kill()
        for thread in threads:
            thread.join(30)

    def _write(self, number: int) -> None:
        with requests.Session() as session, suppress(requests.ConnectionError):
            alice = Person(self.endpoint, "hf_alice_write", "alice", session)
            repo = alice.create(f"repo-{number}")
            for step in range(1000):
                content = f"{number} {step}".encode()
                line = {"path": f"{step}.bin", **alice.upload(repo, content)}
                answer = alice.commit(repo, file(f"{step}.txt", content), ("lfsFile", line))
                assert answer.status_code == 200
                self.done.append((repo, answer.json()["commitOid"]))
                if len(self.done) >= self.acknowledged:
                    self.enough.set()

    def check(self, alice: Person) -> None:
        for repo in {repo for repo, _ in self.done}:
            shas = [sha for name, sha in self.done if name == repo]
            history = [commit["id"] for commit in alice.get(f"/api/models/{repo}/commits/main?limit=1000").json()]
            assert set(shas) <= set(history)
            number = repo.rpartition("-")[2]
            for path in (f"{step}.{ending}" for step in range(len(shas)) for ending in ("txt", "bin")):
                assert alice.read(repo, path).content == f"{number} {path.partition('.')[0]}".encode()
            assert alice.get(f"/api/models/{repo}").json()["sha"] == history[0]
            assert alice.commit(repo, file("after.txt", b"x")).status_code == 200


@pytest.mark.parametrize("acknowledged", [1, 7, 25])
def test_every_acknowledged_commit_survives_a_kill(tmp_path, seed, acknowledged):
    data = tmp_path / "data"
    with serving("--data", data, "--seed", seed, home=tmp_path) as (process, endpoint):
        writers = Writers(endpoint, acknowledged)
        writers.run_until_killed(process)
    with serving("--data", data, "--seed", seed, home=tmp_path) as (_, endpoint), requests.Session() as session:
        assert list((data / "tmp").iterdir()) == []
        writers.check(Person(endpoint, "hf_alice_write", "alice", session))
    for git in (data / "repos").iterdir():
        checked = subprocess.run(["git", "-C", git, "fsck", "--full"], capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stderr


def test_a_kill_in_the_middle_of_an_upload_leaves_no_half_file(tmp_path, seed):
    data = tmp_path / "data"
    content = os.urandom(3_000_000)
    sent = threading.Event()

    killed = threading.Event()
    with serving("--data", data, "--seed", seed, home=tmp_path) as (process, endpoint), requests.Session() as session:
        alice = Person(endpoint, "hf_alice_write", "alice", session)
        repo = alice.create("half")
        address = alice.batch(repo, content).json()["objects"][0]["actions"]["upload"]["href"]

        def until_killed() -> Iterator[bytes]:
            yield content[:2_000_000]
            sent.set()
            killed.wait(30)
            yield content[2_000_000:]

        def upload() -> None:
            with pytest.raises(requests.ConnectionError):
                requests.put(address, data=until_killed(), timeout=30)

        thread = threading.Thread(target=upload)
        thread.start()
        assert sent.wait(30)
        process.kill()
        process.wait(10)
        killed.set()
        thread.join(30)
    with serving("--data", data, "--seed", seed, home=tmp_path) as (_, endpoint), requests.Session() as session:
        alice = Person(endpoint, "hf_alice_write", "alice", session)
        assert list((data / "tmp").iterdir()) == []
        assert "actions" in alice.batch("alice/half", content).json()["objects"][0]
        alice.put_large("alice/half", "w.bin", content)
        assert sha256(alice.read("alice/half", "w.bin").content) == sha256(content)


def test_what_a_killed_creation_left_is_swept_up(tmp_path, seed):
    data = tmp_path / "data"
    with LocalHub(data_dir=data, seed=seed):
        pass
    (data / "repos" / "0123.git").mkdir()
    (data / "tmp" / "half").write_bytes(b"x")
    with LocalHub(data_dir=data, seed=seed) as hub, requests.Session() as session:
        alice = Person(hub.endpoint, "hf_alice_write", "alice", session)
        repo = alice.create("swept")
        git = hub._hub.git_path(alice.get(f"/api/models/{repo}").json()["_id"])
    assert [path.name for path in (data / "repos").iterdir()] == [git.name]
    assert list((data / "tmp").iterdir()) == []
    (git / "refs" / "heads" / "main.lock").write_bytes(b"")
    with LocalHub(data_dir=data, seed=seed) as hub, requests.Session() as session:
        alice = Person(hub.endpoint, "hf_alice_write", "alice", session)
        assert alice.commit(repo, file("a.txt", b"1")).status_code == 200


def test_a_large_file_passes_through_little_memory(tmp_path, seed):
    size = 200 << 20
    block = os.urandom(1 << 20)
    digest = hashlib.sha256()
    for _ in range(200):
        digest.update(block)
    with (
        serving("--data", tmp_path / "data", "--seed", seed, home=tmp_path) as (process, endpoint),
        requests.Session() as session,
    ):
        alice = Person(endpoint, "hf_alice_write", "alice", session)
        repo = alice.create("large")
        line = {"oid": digest.hexdigest(), "size": size}
        body = {"operation": "upload", "transfers": ["basic"], "objects": [line]}
        found = alice.post(f"/{repo}.git/info/lfs/objects/batch", json=body).json()["objects"][0]
        before = peak_bytes(process.pid)
        sent = requests.put(found["actions"]["upload"]["href"], data=(block for _ in range(200)), timeout=60)
        assert sent.status_code == 200
        assert alice.commit(repo, ("lfsFile", {"path": "w.bin", "algo": "sha256", **line})).status_code == 200
        with session.get(f"{endpoint}/{repo}/resolve/main/w.bin", stream=True, timeout=60) as answer:
            assert sum(len(chunk) for chunk in answer.iter_content(1 << 20)) == size
        assert peak_bytes(process.pid) - before < size // 4


def peak_bytes(pid: int) -> int:
    """Return the most memory a process ever had; 0 where the system does not tell."""
    status = Path(f"/proc/{pid}/status")
    for line in status.read_text().splitlines() if status.exists() else []:
        if line.startswith("VmHWM"):
            return int(line.split()[1]) * 1024
    return 0
