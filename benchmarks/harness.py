"""Timing whole processes against their peers, in turns, on one machine and in one run.

Absolute times say little on a shared machine; the ratio of medians of runs taken in turn says a lot. Every
contestant is a command of its own, so imports and start-up count, as they do for a person.
"""

from __future__ import annotations

import compileall
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import hubnb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PYTHON = sys.executable


@dataclass
class Contestant:
    """One way to do the job: a command, and what to clear before each run."""

    name: str
    command: list[str]
    prepare: Callable[[], None] = lambda: None
    seconds: list[float] = field(default_factory=list)
    peak_bytes: list[int] = field(default_factory=list)
    cpu_seconds: list[float] = field(default_factory=list)


@dataclass
class Served:
    """A Hub in a process of its own, and the environment that leads to it."""

    endpoint: str
    token: str
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """Variables for a client: an empty home, Xet off, no bars."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
        return {
            **kept,
            "HF_ENDPOINT": self.endpoint,
            "HF_TOKEN": self.token,
            "HF_HOME": str(self.folder / "home"),
            "HF_HUB_DISABLE_XET": "1",
            "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        }

    def forget_cache(self) -> None:
        """Empty the client's cache."""
        shutil.rmtree(self.folder / "home", ignore_errors=True)


@contextmanager
def served(folder: Path | None = None) -> Iterator[Served]:
    """Run `hubnb serve` beside, with its data in a temporary folder."""
    # The peers were compiled when they were installed; an editable install is not, and may be told not to be.
    compileall.compile_dir(Path(hubnb.__file__).parent, quiet=1)
    with tempfile.TemporaryDirectory(prefix="hubnb-bench-", dir=folder) as name:
        root = Path(name)
        command = [PYTHON, "-m", "hubnb.cli", "serve", "--port", "0", "--data", str(root / "hub")]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            endpoint = server.stdout.readline().split()[-1]
            try:
                yield Served(endpoint, (root / "hub" / "token").read_text().strip(), root)
            finally:
                server.terminate()


def race(contestants: list[Contestant], environment: dict[str, str], *, runs: int = 5, warm_ups: int = 1) -> None:
    """Run the contestants in turns, `runs` times each after `warm_ups` that don't count."""
    for number in range(-warm_ups, runs):
        for contestant in contestants:
            contestant.prepare()
            start = time.perf_counter()
            process = subprocess.Popen(contestant.command, env=environment, stdout=subprocess.DEVNULL)
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - start
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode != 0:
                sys.exit(f"{contestant.name} failed with {process.returncode}")
            if number >= 0:
                contestant.seconds.append(seconds)
                contestant.peak_bytes.append(usage.ru_maxrss * 1024)
                contestant.cpu_seconds.append(usage.ru_utime + usage.ru_stime)


def report(title: str, contestants: list[Contestant]) -> None:
    """Print medians and the ratio of each contestant to the first."""
    ours = median(contestants[0].seconds)
    print(f"\n{title}")
    print(f"{'':28}{'median s':>10}{'min':>8}{'max':>8}{'cpu s':>8}{'peak MiB':>10}{'/ ' + contestants[0].name:>12}")
    for contestant in contestants:
        seconds = contestant.seconds
        peak = max(contestant.peak_bytes) >> 20
        print(
            f"{contestant.name:28}{median(seconds):>10.2f}{min(seconds):>8.2f}{max(seconds):>8.2f}"
            f"{median(contestant.cpu_seconds):>8.2f}{peak:>10}{median(seconds) / ours:>11.2f}x"
        )


def random_file(path: Path, size: int) -> Path:
    """Write `size` random bytes, a piece at a time."""
    with path.open("wb") as file:
        for start in range(0, size, 1 << 24):
            file.write(os.urandom(min(1 << 24, size - start)))
    return path
