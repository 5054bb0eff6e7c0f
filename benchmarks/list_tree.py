"""Listing a repository of 100,000 entries: `list_repo_tree`, both libraries, beside bare `requests` and `json`.

The bare program asks for the same pages on one connection and keeps the parsed dicts. Each runs in a process of its
own, in turns; what is timed is the listing, not the start of Python. The server shares the machine, and its time is
part of every figure.

Usage: python benchmarks/list_tree.py [--entries 100000] [--runs 5]
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
from pathlib import Path
from statistics import median

from harness import PYTHON, Served, served

import hubnb

BARE = """
import sys, time, requests
url = sys.argv[1] + "/api/models/me/tree/tree/main?recursive=true&expand=false"
session, entries = requests.Session(), []
headers = {"Authorization": "Bearer " + sys.argv[2]}
start = time.perf_counter()
while url:
    answer = session.get(url, headers=headers)
    entries += answer.json()
    url = answer.links.get("next", {}).get("url")
print(len(entries), time.perf_counter() - start)
"""
LIBRARY = """
import sys, time
from PACKAGE import HfApi
api = HfApi(endpoint=sys.argv[1], token=sys.argv[2])
api.model_info("me/tree")
start = time.perf_counter()
entries = list(api.list_repo_tree("me/tree", recursive=True))
print(len(entries), time.perf_counter() - start)
"""


def main() -> None:
    """Run the race."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    args = parser.parse_args()
    programs = {"requests + json": BARE} | {
        name: LIBRARY.replace("PACKAGE", name) for name in ("hubnb", "huggingface_hub")
    }
    times: dict[str, list[float]] = {name: [] for name in programs}
    with served() as hub:
        count = fill(hub, args.entries)
        for name, program in programs.items():
            listed, _ = run(program, hub)
            assert listed == count, f"{name} listed {listed:,} of {count:,}"
        for _ in range(args.runs):
            for name, program in programs.items():
                times[name].append(run(program, hub)[1])
    bare = median(times["requests + json"])
    print(f"{count:,} entries, median of {args.runs} runs")
    for name, found in times.items():
        print(f"  {name:16} {median(found):6.2f} s   {median(found) / bare:5.2f}x   (best {min(found):.2f} s)")


def fill(hub: Served, entries: int) -> int:
    """Push one commit of so many small files in folders of a thousand; gives how many entries that makes."""
    hubnb.create_repo("me/tree", endpoint=hub.endpoint, token=hub.token)
    folders = entries // 1001
    names = [f"folder-{number // 1000:03}/file-{number:06}.txt" for number in range(folders * 1000)]
    stream = ["blob\nmark :1\ndata 5\nhello\n", "commit refs/heads/main\n"]
    stream.append("committer me <me@example.org> 0 +0000\ndata 4\nfill\nfrom refs/heads/main^0\n")
    stream += [f"M 100644 :1 {name}\n" for name in names]
    scheme, _, host = hub.endpoint.partition("://")
    remote = f"{scheme}://me:{hub.token}@{host}/me/tree"
    with tempfile.TemporaryDirectory() as folder:
        git = ["git", "-C", str(Path(folder))]
        subprocess.run(["git", "clone", "--quiet", remote, folder], check=True)
        subprocess.run([*git, "fast-import", "--quiet", "--force"], input="".join(stream).encode(), check=True)
        subprocess.run([*git, "push", "--quiet", "origin", "main"], check=True)
    return len(names) + folders + 1  # the folders are entries too, and so is .gitattributes


def run(program: str, hub: Served) -> tuple[int, float]:
    """Run one program; gives entries and seconds."""
    command = [PYTHON, "-c", program, hub.endpoint, hub.token]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    count, seconds = done.stdout.split()
    return int(count), float(seconds)


if __name__ == "__main__":
    main()
