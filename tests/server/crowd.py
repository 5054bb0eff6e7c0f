"""Many clients at once, who write down what the Hub acknowledged and hold it to its word afterwards."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from hub_people import Person, file, sha256

TOLD_TO = "The Hub was told to fail."
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Acknowledged:
    """A commit of one file that the Hub said it has."""

    repo: str
    commit: str
    path: str
    content: bytes


@dataclass
class Crowd:
    """Clients that commit, upload, branch and read, all in one another's way."""

    endpoint: str
    token: str
    repos: list[str]
    acknowledged: list[Acknowledged] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    stop: threading.Event = field(default_factory=threading.Event)

    def start(self, clients: int, operations: int, seed: int) -> list[threading.Thread]:
        """Let them go; they end after their operations, or when `stop` is set."""
        threads = [
            threading.Thread(target=self._live, args=(f"{seed}-{number}", operations)) for number in range(clients)
        ]
        for thread in threads:
            thread.start()
        return threads

    def _live(self, name: str, operations: int) -> None:
        dice = random.Random(name)
        with requests.Session() as session:
            me = Person(self.endpoint, self.token, "me", session)
            for number in range(operations):
                if self.stop.is_set():
                    return
                deed = dice.choice([self._small, self._small, self._guarded, self._large, self._branch, self._read])
                try:
                    deed(me, dice, dice.choice(self.repos), f"{name}/{number}.txt")
                except requests.RequestException:
                    self.counts["broken connections"] += 1
                except (KeyError, ValueError) as error:
                    self.unexpected.append(f"{type(error).__name__}: {error}")

    def _fine(self, answer: requests.Response, *tolerated: int) -> bool:
        self.counts[str(answer.status_code)] += 1
        if answer.ok:
            return True
        if answer.status_code not in tolerated and TOLD_TO not in answer.text:
            self.unexpected.append(
                f"{answer.request.method} {answer.request.path_url}: {answer.status_code} {answer.text}"
            )
        return False

    def _commit(self, me: Person, repo: str, path: str, content: bytes, operation: Any, **header: str) -> None:
        answer = me.commit(repo, operation, **header)
        if self._fine(answer, 412):
            self.acknowledged.append(Acknowledged(repo, answer.json()["commitOid"], path, content))

    def _small(self, me: Person, dice: random.Random, repo: str, path: str) -> None:
        content = dice.randbytes(dice.randrange(1, 30_000))
        self._commit(me, repo, path, content, file(path, content))

    def _guarded(self, me: Person, dice: random.Random, repo: str, path: str) -> None:
        """Commit only if nobody else did; the Hub must refuse all but one."""
        answer = me.get(f"/api/models/{repo}/revision/main")
        if self._fine(answer):
            content = dice.randbytes(100)
            self._commit(me, repo, path, content, file(path, content), parentCommit=answer.json()["sha"])

    def _large(self, me: Person, dice: random.Random, repo: str, path: str) -> None:
        content, path = dice.randbytes(dice.randrange(1, 400_000)), f"{path}.bin"
        asked = me.batch(repo, content)
        if not self._fine(asked):
            return
        action = asked.json()["objects"][0].get("actions")
        if action and not self._fine(me.session.put(action["upload"]["href"], data=content, timeout=30)):
            return
        value = {"path": path, "algo": "sha256", "oid": sha256(content), "size": len(content)}
        self._commit(me, repo, path, content, ("lfsFile", value))

    def _branch(self, me: Person, dice: random.Random, repo: str, path: str) -> None:
        name = f"b{dice.randrange(20)}"
        if dice.random() < 0.7:
            self._fine(me.post(f"/api/models/{repo}/branch/{name}", json={}), 409)
        else:
            self._fine(me.ask("DELETE", f"/api/models/{repo}/branch/{name}"), 404)

    def _read(self, me: Person, dice: random.Random, repo: str, path: str) -> None:
        self._fine(me.get(f"/api/models/{repo}/tree/main?recursive=true"))
        if self.acknowledged:
            known = dice.choice(self.acknowledged)
            answer = me.read(known.repo, known.path, known.commit)
            if self._fine(answer) and answer.content != known.content:
                self.unexpected.append(f"{known.path} at {known.commit} has other bytes")

    def broken_promises(self) -> list[str]:
        """Return what was acknowledged and is not there now."""
        found: list[str] = []
        me = Person(self.endpoint, self.token, "me")
        history: dict[str, set[str]] = {}
        for known in self.acknowledged:
            if known.repo not in history:
                history[known.repo] = self._history(me, known.repo)
            if known.commit not in history[known.repo]:
                found.append(f"{known.commit} is not behind main of {known.repo}")
            for revision in (known.commit, "main"):  # paths are used once, so each must be in main still
                if me.read(known.repo, known.path, revision).content != known.content:
                    found.append(f"{known.path} is not in {revision} of {known.repo}")
        return found

    @staticmethod
    def _history(me: Person, repo: str) -> set[str]:
        found: set[str] = set()
        address: str | None = f"/api/models/{repo}/commits/main?limit=1000"
        while address:
            answer = me.get(address)
            found |= {commit["id"] for commit in answer.json()}
            address = answer.links.get("next", {}).get("url")
        return found


class ServedHub:
    """`hubnb serve` in a process of its own, which can be killed."""

    def __init__(self, data: Path, *options: str) -> None:
        command = [sys.executable, "-m", "hubnb.cli", "serve", "--port", "0", "--data", str(data), *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("Hub at"), line + self.process.communicate()[1]
        self.endpoint = line.split()[-1]
        self.token = (data / "token").read_text().strip()

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()

    def terminate(self) -> None:
        self.process.terminate()
        self.process.communicate()

    def peak_bytes(self) -> int:
        """Return the most memory it has had so far."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        match = re.search(r"VmHWM:\s+(\d+) kB", status)
        assert match is not None
        return int(match[1]) << 10


def fsck(data: Path, *options: str) -> tuple[int, str]:
    """Run `hubnb fsck`."""
    command = [sys.executable, "-m", "hubnb.cli", "fsck", "--data", str(data), *options]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    return done.returncode, done.stdout + done.stderr


def kill_round(data: Path, crowd: Crowd, dice: random.Random, clients: int) -> None:
    """Serve, let the crowd in, kill the Hub at some moment, and look at what is left."""
    hub = ServedHub(data)
    crowd.endpoint, crowd.token = hub.endpoint, hub.token
    crowd.stop.clear()
    threads = crowd.start(clients, 1000, dice.randrange(1 << 30))
    until, target = time.monotonic() + 30, len(crowd.acknowledged) + dice.randrange(1, 3 * clients)
    while len(crowd.acknowledged) < target and time.monotonic() < until:
        time.sleep(0.001)
    time.sleep(dice.random() * 0.02)
    hub.kill()
    crowd.stop.set()
    for thread in threads:
        thread.join()
    status, text = fsck(data, "--full")
    assert status == 0, text


def add_fault(endpoint: str, **fault: Any) -> None:
    """Add a fault to a Hub in another process."""
    answer = requests.post(f"{endpoint}/api/hubnb/faults", data=json.dumps(fault), timeout=10)
    assert answer.status_code == 200, answer.text
