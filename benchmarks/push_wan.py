"""One large file pushed over a line like the Internet's: each connection is slow, and answers come late.

Between client and Hub stands the proxy of `pull_wan`: every connection at 20 MB/s, 40 ms each way. Pushed by hubnb,
by huggingface_hub, and by hubnb with one connection, which is one part at a time. The content is new each time.
A run of the slow ones takes half a minute, so there is no warm-up: each would gain less than a second by it.

Usage: python benchmarks/push_wan.py [--mib 512] [--runs 1] [--mb-per-s 20] [--delay-ms 40]
"""

from __future__ import annotations

import argparse
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from harness import PYTHON, Contestant, race, random_file, report, served
from pull_wan import start_proxy
from push import mark

import hubnb

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

UPLOAD = """
import sys
from {package} import HfApi, CommitOperationAdd
add = CommitOperationAdd('big.safetensors', sys.argv[1])
HfApi().create_commit('me/bench', [add], commit_message='push'{extra})
"""


def main() -> None:
    """Run the race."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mib", type=int, default=512)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--mb-per-s", type=float, default=20)
    parser.add_argument("--delay-ms", type=float, default=40)
    args = parser.parse_args()
    with served() as near:
        hubnb.HfApi(endpoint=near.endpoint, token=near.token).create_repo("me/bench")
        port = start_proxy(urlsplit(near.endpoint).port or 80, args.mb_per_s * 1e6, args.delay_ms / 1e3)
        hub = replace(near, endpoint=f"http://127.0.0.1:{port}")
        source = random_file(near.folder / "big.safetensors", args.mib << 20)
        # Hashes are not known: each has to read the file before it can ask where it goes.
        anew = renewing(source, near.folder)
        contestants = [
            Contestant(name, [PYTHON, "-c", UPLOAD.format(package=package, extra=extra), str(source)], anew)
            for name, package, extra in (
                ("hubnb", "hubnb", ""),
                ("huggingface_hub", "huggingface_hub", ""),
                ("hubnb, one part at a time", "hubnb", ", num_threads=1"),
            )
        ]
        race(contestants, hub.environment, runs=args.runs, warm_ups=0)
    line = f"{args.mb_per_s:g} MB/s a connection, {args.delay_ms:g} ms each way"
    report(f"Push one file of {args.mib} MiB, {line}", contestants)


def renewing(source: Path, folder: Path) -> Callable[[], None]:
    """Give what makes the content new, and forgets what clients know and what the Hub has of the one before."""

    def renew() -> None:
        mark(source)
        shutil.rmtree(folder / "home", ignore_errors=True)
        for stored in (folder / "hub").rglob("*"):
            if stored.is_file() and stored.stat().st_size >= source.stat().st_size:
                stored.unlink()

    return renew


if __name__ == "__main__":
    main()
