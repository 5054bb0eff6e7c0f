"""`from_pretrained` and `save_pretrained` beside huggingface_hub's mixin and safetensors, in turns, in one run.

Each measurement is a process of its own that reports the seconds of one call (imports and warm-up left out) and
the memory it added. The model is many Linear layers; its file is in the page cache.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

WIDTH = 1024
PEERS = {"hubnb": "hubnb", "upstream": "huggingface_hub"}
_CLASS = """
import gc, hashlib, json, os, sys, time
import torch
from torch import nn
from {package} import PyTorchModelHubMixin

class Deep(nn.Module, PyTorchModelHubMixin):
    def __init__(self, layers: int = 1, width: int = 8):
        super().__init__()
        self.layers = nn.Sequential(*(nn.Linear(width, width) for _ in range(layers)))
    def forward(self, x):
        return self.layers(x)

def resident():
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

def most_resident():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) * 1024

folder, layers, width = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
"""
_LOAD = """
Deep().save_pretrained(folder + "-small")
Deep.from_pretrained(folder + "-small")
before, start = resident(), time.perf_counter()
model = Deep.from_pretrained(folder)
loaded = time.perf_counter()
with torch.no_grad():
    model(torch.ones(1, width))
answered = time.perf_counter()
print(json.dumps({"load": loaded - start, "answer": answered - start, "bytes": most_resident() - before}))
"""
_SAVE = """
from pathlib import Path
from safetensors.torch import save_file
from hubnb.mixin.weights import Checkpoint
from hubnb.mixin.weights.safetensors_file import write
model, path = Deep(layers, width), Path(folder, "model.safetensors")
state = model.state_dict()
model.save_pretrained(folder)
ways = {
    "save_file": lambda: save_file(state, str(path)),
    "save_pretrained": lambda: model.save_pretrained(folder),
    "with sha-256": lambda: write(Checkpoint.of(state).files["model.safetensors"], path, hashed=True),
    "sha-256 alone": lambda: [digest.update(block) for digest in [hashlib.sha256()]
                              for block in Checkpoint.of(state).files["model.safetensors"].blocks()],
}
found = {way: [] for way in ways}
for number in range(runs + 1):
    for way, do in ways.items():
        path.unlink(missing_ok=True)
        os.sync()  # what the run before left to write must not slow this one
        start = time.perf_counter()
        do()
        if number:
            found[way].append(time.perf_counter() - start)
print(json.dumps(found))
"""


def main() -> None:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["load", "save"], nargs="?", default="load")
    parser.add_argument("--megabytes", type=int, nargs="+", default=[50, 2000])
    parser.add_argument("--runs", type=int, default=5)
    args = parser.parse_args()
    for megabytes in args.megabytes:
        layers = max(1, megabytes * 1_000_000 // (4 * WIDTH * (WIDTH + 1)))
        with tempfile.TemporaryDirectory(prefix="hubnb-bench-") as folder:
            (compare_loads if args.what == "load" else compare_saves)(f"{folder}/model", layers, args.runs)


def measured(code: str, package: str, folder: str, layers: int) -> dict[str, Any]:
    """Run one measurement in a process of its own."""
    command = [sys.executable, "-c", _CLASS.format(package=package) + code, folder, str(layers), str(WIDTH)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def compare_loads(folder: str, layers: int, runs: int) -> None:
    """Print seconds and memory of loading, and of loading and answering once."""
    measured("Deep(layers, width).save_pretrained(folder)\nprint('{}')", "hubnb", folder, layers)
    weights = Path(folder, "model.safetensors").stat().st_size
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in PEERS}
    for number in range(runs + 1):
        for name, package in PEERS.items():
            result = measured(_LOAD, package, folder, layers)
            if number:  # the first round fills the page cache
                found[name].append(result)
    print(f"\nfrom_pretrained, {weights / 1e6:,.0f} MB")
    for what, title in (("load", "load"), ("answer", "load + one forward")):
        times = {name: median(result[what] for result in results) for name, results in found.items()}
        shown = ", ".join(f"{name} {seconds:.4f} s" for name, seconds in times.items())
        print(f"  {title:20} {shown}: {times['upstream'] / times['hubnb']:.1f}x")
    for name, results in found.items():
        print(f"  {name} adds {median(result['bytes'] for result in results) / weights:.2f}x the weights")


def compare_saves(folder: str, layers: int, runs: int) -> None:
    """Print seconds of saving, with and without the hash, beside safetensors alone."""
    found: Any = measured(f"runs = {runs}\n{_SAVE}", "hubnb", folder, layers)
    print(f"\nsave, {layers * 4 * WIDTH * (WIDTH + 1) / 1e6:,.0f} MB")
    base = median(found["save_file"])
    for way, seconds in found.items():
        best = min(seconds)
        print(f"  {way:16} median {median(seconds):.3f} s, best {best:.3f} s: {median(seconds) / base:.2f}x save_file")


if __name__ == "__main__":
    main()
