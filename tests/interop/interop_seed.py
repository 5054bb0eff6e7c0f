"""Who is on the Hub that other people's clients meet, and the Hub itself in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOKEN = "hf_alice_write"
SEED: dict[str, Any] = {
    "format": "hub-seed/1",
    "users": [
        {"name": "alice", "fullname": "Alice A.", "tokens": [{"token": TOKEN, "name": "laptop", "role": "write"}]},
        {"name": "bob", "tokens": [{"token": "hf_bob_write", "role": "write"}]},
    ],
    "organizations": [
        {"name": "acme", "fullname": "Acme Inc.", "members": [{"user": "alice", "role": "admin"}]},
    ],
}


@contextmanager
def serving(folder: Path, seed: dict[str, Any]) -> Iterator[str]:
    """Run `hubnb serve`; give its address."""
    (folder / "seed.json").write_text(json.dumps(seed))
    command = [sys.executable, "-m", "hubnb.server", "--port", "0"]
    command += ["--data", str(folder / "data"), "--seed", str(folder / "seed.json")]
    with (folder / "errors.txt").open("wb") as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)
        try:
            assert process.stdout is not None
            first = process.stdout.readline()
            assert first.startswith("Hub at "), (folder / "errors.txt").read_text()
            yield first.removeprefix("Hub at ").strip()
        finally:
            process.terminate()
            ended = process.wait(timeout=30)
            process.stdout.close()
    assert ended == 0
    assert "Traceback" not in (folder / "errors.txt").read_text()
