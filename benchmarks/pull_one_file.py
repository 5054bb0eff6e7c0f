"""One large file, pulled: hubnb, huggingface_hub, curl, aria2 (where installed) and the machine's limit.

Usage: python benchmarks/pull_one_file.py [--gib 1] [--runs 5]
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
from pathlib import Path

from harness import PYTHON, Contestant, Served, race, random_file, report, served

import hubnb

OURS = "import hubnb; hubnb.hf_hub_download('me/bench', 'big.safetensors')"
REFERENCE = "import huggingface_hub as h; h.hf_hub_download('me/bench', 'big.safetensors')"
HERE = Path(__file__).parent


def main() -> None:
    """Run the race."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gib", type=float, default=1.0)
    parser.add_argument("--runs", type=int, default=5)
    args = parser.parse_args()
    with served() as hub:
        source = random_file(hub.folder / "big.safetensors", int(args.gib * (1 << 30)))
        api = hubnb.HfApi(endpoint=hub.endpoint, token=hub.token)
        api.create_repo("me/bench")
        api.upload_file(path_or_fileobj=source, path_in_repo=source.name, repo_id="me/bench")
        with source.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        source.unlink()
        contestants = make_contestants(hub, sha256)
        race(contestants, hub.environment, runs=args.runs)
    report(f"Pull one file of {args.gib} GiB, loopback", contestants)


def make_contestants(hub: Served, sha256: str) -> list[Contestant]:
    """List the ways to fetch it; ours first."""
    url = f"{hub.endpoint}/me/bench/resolve/main/big.safetensors"
    target = hub.folder / "out.bin"

    def clear() -> None:
        target.unlink(missing_ok=True)
        hub.forget_cache()

    authorization = f"Authorization: Bearer {hub.token}"
    contestants = [
        Contestant("hubnb (verified)", [PYTHON, "-c", OURS], clear),
        Contestant("huggingface_hub", [PYTHON, "-c", REFERENCE], clear),
        Contestant("curl", ["curl", "-sS", "-H", authorization, "-o", str(target), url], clear),
        Contestant("limit, 1 connection", [PYTHON, str(HERE / "floor_pull.py"), url, str(target), "1", sha256], clear),
        Contestant("limit, 4 connections", [PYTHON, str(HERE / "floor_pull.py"), url, str(target), "4", sha256], clear),
    ]
    if shutil.which("aria2c"):
        command = [
            "aria2c",
            "-q",
            "-x",
            "8",
            "-s",
            "8",
            "--header",
            authorization,
            "-d",
            str(hub.folder),
            "-o",
            target.name,
            url,
        ]
        contestants.append(Contestant("aria2c -x 8", command, clear))
    return contestants


if __name__ == "__main__":
    main()
