"""A repository of many small files and some large ones, pulled by hubnb and by huggingface_hub.

Usage: python benchmarks/pull_many_files.py [--files 1000] [--large 3] [--runs 3]
"""

from __future__ import annotations

import argparse
import os
import random

from harness import PYTHON, Contestant, race, random_file, report, served

import hubnb

OURS = "import hubnb; hubnb.snapshot_download('me/bench')"
REFERENCE = "import huggingface_hub as h; h.snapshot_download('me/bench')"


def main() -> None:
    """Run the race."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--large", type=int, default=3)
    parser.add_argument("--runs", type=int, default=3)
    args = parser.parse_args()
    dice = random.Random(0)
    with served() as hub:
        folder = hub.folder / "source"
        (folder / "small").mkdir(parents=True)
        for number in range(args.files):
            (folder / "small" / f"{number:05}.txt").write_bytes(os.urandom(dice.randrange(10_000, 100_000)))
        for number in range(args.large):
            random_file(folder / f"model-{number}.safetensors", 128 << 20)
        api = hubnb.HfApi(endpoint=hub.endpoint, token=hub.token)
        api.create_repo("me/bench")
        api.upload_folder(repo_id="me/bench", folder_path=folder)
        contestants = [
            Contestant("hubnb (verified)", [PYTHON, "-c", OURS], hub.forget_cache),
            Contestant("huggingface_hub", [PYTHON, "-c", REFERENCE], hub.forget_cache),
        ]
        race(contestants, hub.environment, runs=args.runs)
    report(f"Pull {args.files} files of 10-100 kB and {args.large} of 128 MiB, loopback", contestants)


if __name__ == "__main__":
    main()
