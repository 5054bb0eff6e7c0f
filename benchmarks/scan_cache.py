"""A scan of a large cache, by hubnb and by huggingface_hub, each in a fresh process.

Two figures for each: the whole process with its imports, as a person waits for it, and the scan alone. The
answers are compared down to the last file before the race.

Usage: python benchmarks/scan_cache.py [--repos 300] [--entries 100000] [--runs 5]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from harness import PYTHON, Contestant, race, report

SCAN = """
import sys, time
from {package} import scan_cache_dir
start = time.perf_counter()
info = scan_cache_dir(sys.argv[1])
scanned = time.perf_counter()
files = sum(len(revision.files) for repo in info.repos for revision in repo.revisions)
looked = time.perf_counter()
import json
print(json.dumps([scanned - start, looked - start, len(info.repos), files, info.size_on_disk]))
"""

COMPARE = """
import sys
import hubnb, huggingface_hub
from dataclasses import fields, is_dataclass

def plain(value):
    if is_dataclass(value):
        return tuple((field.name, plain(getattr(value, field.name))) for field in fields(value))
    return frozenset(map(plain, value)) if isinstance(value, frozenset) else value

ours, theirs = hubnb.scan_cache_dir(sys.argv[1]), huggingface_hub.scan_cache_dir(sys.argv[1])
assert plain(ours) == plain(theirs), "the answers differ"
"""


def main() -> None:
    """Run the race."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repos", type=int, default=300)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hubnb-bench-") as name:
        cache = Path(name)
        make_cache(cache, args.repos, args.entries)
        subprocess.run([PYTHON, "-c", COMPARE, name], check=True)
        contestants = [
            Contestant("hubnb", [PYTHON, "-c", SCAN.format(package="hubnb"), name]),
            Contestant("huggingface_hub", [PYTHON, "-c", SCAN.format(package="huggingface_hub"), name]),
        ]
        race(contestants, dict(os.environ), runs=args.runs)
        report(f"Scan {args.repos} repositories, {args.entries} entries: whole process", contestants)
        alone = [[inside(contestant.command) for contestant in contestants] for _ in range(args.runs)]
    for title, number in (("the scan alone", 0), ("the scan, and a look at every file", 1)):
        ours, theirs = (median(run[who][number] for run in alone) for who in (0, 1))
        print(f"{title:36}hubnb {ours:.3f} s, huggingface_hub {theirs:.3f} s: {theirs / ours:.2f}x")


def inside(command: list[str]) -> list[float]:
    """Run once, and give what the process measured of itself."""
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def make_cache(cache: Path, repos: int, entries: int) -> None:
    """Fill a cache: two revisions a repository that share most blobs, some files in folders."""
    dice = random.Random(0)
    files = max(2, entries // repos // 3)  # a blob, and a link to it in each of two revisions
    for number in range(repos):
        repo = cache / f"models--org-{number % 20}--model-{number}"
        commits = [f"{dice.getrandbits(160):040x}" for _ in range(2)]
        (repo / "blobs").mkdir(parents=True)
        (repo / "refs").mkdir()
        (repo / "refs" / "main").write_text(commits[1])
        for commit in commits:
            (repo / "snapshots" / commit / "onnx").mkdir(parents=True)
        for file in range(files):
            names = [f"{dice.getrandbits(160):040x}" for _ in range(1 + (file % 10 == 0))]
            for name in names:
                (repo / "blobs" / name).write_bytes(b"x" * dice.randrange(100))
            for commit, name in zip(commits, [names[0], names[-1]], strict=True):
                inner = "onnx/" if file % 4 == 0 else ""
                up = "../../../" if inner else "../../"
                (repo / "snapshots" / commit / f"{inner}file-{file}.json").symlink_to(f"{up}blobs/{name}")


if __name__ == "__main__":
    sys.exit(main())
