"""Reading a file of the Hub through `hf://`, both `HfFileSystem`s in one run: on this machine, and over a slow line.

Each reads the same file in a process of its own, in turns with the other: from front to back in pieces of 1 MiB,
in lines, 200 pieces of 64 KiB at random places, one column of a parquet file, and all of it at once. The slow
line is the one of `pull_wan.py`: 20 MB/s a connection, 40 ms each way, with a tenth of the bytes.

Usage: python benchmarks/filesystem.py [--mib 256] [--runs 3]
"""

from __future__ import annotations

import argparse
import subprocess
from dataclasses import replace
from statistics import median
from urllib.parse import urlsplit

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from harness import PYTHON, Served, random_file, served
from pull_wan import start_proxy

import hubnb

NAMES = ("hubnb", "huggingface_hub")
READ = """
import random, sys, time
from {package} import HfFileSystem
fs = HfFileSystem()
def sequential():
    with fs.open("datasets/me/bench/big.bin") as file:
        while file.read(1 << 20):
            pass
def at_random():
    places = random.Random(1)
    with fs.open("datasets/me/bench/big.bin") as file:
        for _ in range({jumps}):
            file.seek(places.randrange(file.size - 65536))
            assert len(file.read(65536)) == 65536
def whole():
    with fs.open("datasets/me/bench/big.bin") as file:
        file.read()
def lines():
    with fs.open("datasets/me/bench/lines.csv", "r") as file:
        assert sum(1 for _ in file) == {lines}
def column():
    import pyarrow.parquet as pq
    pq.read_table("datasets/me/bench/table.parquet", filesystem=fs, columns=["c7"])
import pyarrow.dataset, pyarrow.parquet
for case in (sequential, at_random, whole, lines, column):
    fs.invalidate_cache()
    start = time.perf_counter()
    case()
    print(case.__name__, time.perf_counter() - start, flush=True)
"""


def main() -> None:
    """Run the race."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mib", type=int, default=256)
    parser.add_argument("--runs", type=int, default=3)
    args = parser.parse_args()
    with served() as hub:
        fill(hub, args.mib, lines=2_000_000)
        measure(f"On this machine, {args.mib} MiB", hub, args.runs, jumps=200, lines=2_000_000)
        fill(hub, args.mib // 10, lines=200_000)
        port = start_proxy(urlsplit(hub.endpoint).port or 80, 20e6, 0.04)
        slow = replace(hub, endpoint=f"http://127.0.0.1:{port}")
        measure(f"Over the slow line, {args.mib // 10} MiB", slow, 1, jumps=40, lines=200_000)


def fill(hub: Served, mib: int, lines: int) -> None:
    """Put a random file, a text and a table of twenty columns there."""
    api = hubnb.HfApi(endpoint=hub.endpoint, token=hub.token)
    api.create_repo("me/bench", repo_type="dataset", exist_ok=True)
    folder = hub.folder / "source"
    folder.mkdir(exist_ok=True)
    random_file(folder / "big.bin", mib << 20)
    (folder / "lines.csv").write_text("".join(f"{number},a line of text\n" for number in range(lines)))
    rows = max(10_000, (mib << 20) // 20 // 8)
    columns = {f"c{number}": np.random.default_rng(number).random(rows) for number in range(20)}
    pq.write_table(pa.table(columns), folder / "table.parquet", compression="none", use_dictionary=False)
    api.upload_folder(folder_path=folder, repo_id="me/bench", repo_type="dataset")


def measure(title: str, hub: Served, runs: int, **sizes: int) -> None:
    """Let both read in turns, and print medians and ratios."""
    seconds: dict[str, dict[str, list[float]]] = {name: {} for name in NAMES}
    for _ in range(runs):
        for name in NAMES:
            command = [PYTHON, "-c", READ.format(package=name, **sizes)]
            # pyarrow may abort at the very end of a process that used a Python filesystem; it has measured by then.
            done = subprocess.run(command, env=hub.environment, check=False, stdout=subprocess.PIPE, text=True)
            assert len(done.stdout.splitlines()) == 5, f"{name} failed"
            for line in done.stdout.splitlines():
                case, taken = line.split()
                seconds[name].setdefault(case, []).append(float(taken))
    print(f"\n{title}: seconds, median of {runs}")
    print(f"{'':12}{NAMES[0]:>10}{NAMES[1]:>18}{'ratio':>8}")
    for case in seconds[NAMES[0]]:
        ours, theirs = (median(seconds[name][case]) for name in NAMES)
        print(f"{case:12}{ours:>10.3f}{theirs:>18.3f}{theirs / ours:>7.1f}x")


if __name__ == "__main__":
    main()
