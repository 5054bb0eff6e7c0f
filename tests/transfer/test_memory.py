"""A transfer's memory does not grow with the file."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    import hubnb
    from hubnb.server import LocalHub

SIZE = 400 << 20
ALLOWED_BYTES = 150 << 20
# What the process uses before the transfer is its idle size; the kernel keeps the peak since the last reset.
CODE = """
import sys, hubnb
hubnb.whoami()
hubnb.upload_file, hubnb.snapshot_download
print(open("/proc/self/status").read())
open("/proc/self/clear_refs", "w").write("5")
if sys.argv[1] == "push":
    hubnb.upload_file(path_or_fileobj=sys.argv[3], path_in_repo="big.safetensors", repo_id=sys.argv[2])
else:
    hubnb.hf_hub_download(sys.argv[2], "big.safetensors")
print(open("/proc/self/status").read())
"""


@pytest.fixture
def big_file(tmp_path: Path) -> Path:
    path = tmp_path / "big.safetensors"
    with path.open("wb") as file:
        file.write(os.urandom(1 << 20))
        file.truncate(SIZE)
    return path


def test_push_and_pull_stay_small(hub: LocalHub, api: hubnb.HfApi, repo_id: str, big_file: Path) -> None:
    environment = {**os.environ, "HF_ENDPOINT": hub.endpoint, "HF_TOKEN": hub.token}
    for verb in ("push", "pull"):
        command = [sys.executable, "-c", CODE, verb, repo_id, str(big_file)]
        out = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
        idle = int(re.findall(r"VmRSS:\s+(\d+) kB", out)[0]) * 1024
        peak = int(re.findall(r"VmHWM:\s+(\d+) kB", out)[1]) * 1024
        assert peak - idle < ALLOWED_BYTES, f"{verb}: {(peak - idle) >> 20} MiB above idle"
