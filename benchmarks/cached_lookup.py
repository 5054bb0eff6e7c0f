"""`hf_hub_download` of a file that is in the cache, asked for by commit: microseconds a call, both clients.

No network is involved, and the Hub is gone by then. Each client answers many calls in one process of its own,
in turns with the other; the median of its rounds counts.

Usage: python benchmarks/cached_lookup.py [--calls 2000] [--runs 5]
"""

from __future__ import annotations

import argparse
import subprocess
from statistics import median

from harness import PYTHON, served

import hubnb

CALLS = """
import sys, time
from {package} import hf_hub_download
commit, calls = sys.argv[1], int(sys.argv[2])
for _ in range(50):
    path = hf_hub_download('me/bench', 'sub/config.json', revision=commit)
assert open(path, 'rb').read() == b'hello'
start = time.perf_counter()
for _ in range(calls):
    hf_hub_download('me/bench', 'sub/config.json', revision=commit)
print((time.perf_counter() - start) / calls * 1e6)
"""


def main() -> None:
    """Run the race."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=2000)
    parser.add_argument("--runs", type=int, default=5)
    args = parser.parse_args()
    names = ("hubnb", "huggingface_hub")
    microseconds: dict[str, list[float]] = {name: [] for name in names}
    with served() as hub:
        api = hubnb.HfApi(endpoint=hub.endpoint, token=hub.token)
        api.create_repo("me/bench")
        commit = api.upload_file(path_or_fileobj=b"hello", path_in_repo="sub/config.json", repo_id="me/bench").oid
        subprocess.run(
            [PYTHON, "-c", f"import hubnb; hubnb.snapshot_download('me/bench', revision='{commit}')"],
            env=hub.environment,
            check=True,
        )
        environment = {**hub.environment, "HF_HUB_OFFLINE": "1"}
        for _ in range(args.runs):
            for name in names:
                command = [PYTHON, "-c", CALLS.format(package=name), commit, str(args.calls)]
                done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
                microseconds[name].append(float(done.stdout))
    ours, theirs = (median(microseconds[name]) for name in names)
    print(f"\nCached file by commit, {args.calls} calls a process, median of {args.runs} processes")
    print(f"hubnb {ours:.0f} us a call, huggingface_hub {theirs:.0f} us: {theirs / ours:.2f}x")


if __name__ == "__main__":
    main()
