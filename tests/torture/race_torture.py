# ruff: noqa: T201 - the figures are what this is run for
"""Several processes that want the same files, and a token that must not turn up anywhere."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from .conftest import leftovers, wait_for

if TYPE_CHECKING:
    import hubnb
    from hubnb.server import LocalHub

MIB = 1 << 20
CONTENT = os.urandom(60 * MIB)
PULL = (
    "import hubnb, sys; kw = {'local_dir': sys.argv[2]} if sys.argv[2:] else {};"
    "job = hubnb.snapshot_download(sys.argv[1], run_as_future=True, **kw); folder = job.result();"
    "print(folder); print(job.snapshot().bytes_moved)"
)
CANARY = "hf_canaryCANARYcanary0123456789"
SPY = """
import faulthandler, logging, sys, traceback
import hubnb
faulthandler.enable()
logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
import urllib3, requests
def show(error, seen):
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        print(repr(error), str(error), vars(error))
        for name in ("request", "response"):
            part = getattr(error, name, None)
            if part is not None:
                # What the Hub itself wrote stays as it wrote it; what we sent must not show.
                sent = getattr(part, "request", part)
                print(repr(part), vars(sent), sent.headers)
        show(error.__cause__, seen)
        error = error.__context__
for call in (
    lambda: hubnb.snapshot_download("me/x"), lambda: hubnb.hf_hub_download("me/x", "y"), hubnb.whoami,
    lambda: hubnb.upload_file(path_or_fileobj=b"x", path_in_repo="x", repo_id="me/x"),
    lambda: hubnb.create_repo("me/new-repo"),
):
    try:
        call()
    except Exception as error:
        traceback.print_exc()
        print(repr(error))
        show(error, set())
for transfer in hubnb.transfer.default_manager().transfers:
    print(transfer, transfer.snapshot(), vars(transfer))
faulthandler.dump_traceback()
print(sys.argv)
"""


@pytest.fixture
def filled(api: hubnb.HfApi, repo_id: str) -> str:
    api.upload_file(path_or_fileobj=CONTENT, path_in_repo="x.safetensors", repo_id=repo_id)
    return repo_id


@pytest.mark.parametrize("where", ["cache", "local_dir"])
@pytest.mark.parametrize("count", [2, 5])
def test_race(count: int, where: str, hub: LocalHub, filled: str, start: Any, tmp_path: Path) -> None:
    hub.faults.slow("*/resolve/*", bytes_per_s=30 * MIB)
    args = [filled, str(tmp_path)] if where == "local_dir" else [filled]
    processes = [start(PULL, *args) for _ in range(count)]
    answers = [process.communicate(timeout=100) for process in processes]
    assert [process.returncode for process in processes] == [0] * count, answers
    moved = [int(out.split()[1]) for out, _ in answers]
    assert (Path(answers[0][0].split()[0]) / "x.safetensors").read_bytes() == CONTENT
    print(f"\n  {count} processes, {where}: {sum(moved) / len(CONTENT):.2f} times the file travelled")
    assert leftovers(Path(os.environ["HF_HOME"])) == leftovers(tmp_path) == []
    assert sum(moved) < 1.1 * len(CONTENT)


def test_killed_while_others_wait(hub: LocalHub, filled: str, start: Any) -> None:
    hub.faults.slow("*/resolve/*", bytes_per_s=10 * MIB)
    home = Path(os.environ["HF_HOME"])
    first = start(PULL, filled)
    wait_for(lambda: any(path.stat().st_size > 500 for path in home.rglob("*.hubnb-journal")), "bytes")
    others = [start(PULL, filled) for _ in range(3)]
    wait_for(lambda: len([seen for seen in list(hub.requests) if "/tree/" in seen.path]) >= 4, "the others' plans")
    first.send_signal(signal.SIGKILL)
    hub.faults.clear()
    answers = [process.communicate(timeout=60) for process in others]
    assert [process.returncode for process in others] == [0, 0, 0], answers
    moved = sum(int(out.split()[1]) for out, _ in answers)
    print(f"\n  after the kill {moved / len(CONTENT):.2f} of the file travelled")
    assert moved < len(CONTENT)
    assert (Path(answers[0][0].split()[0]) / "x.safetensors").read_bytes() == CONTENT
    assert leftovers(home) == []


@pytest.mark.parametrize("fault", ["none", "500", "401", "cut", "lose_answer", "nobody"])
def test_token_is_nowhere(fault: str, hub: LocalHub, start: Any) -> None:
    environment = {"HF_TOKEN": CANARY}
    if fault in ("500", "401"):
        hub.faults.fail("*", status=int(fault), headers={"Retry-After": "0"}, message=f"bad token {CANARY}")
    elif fault == "cut":
        hub.faults.cut("*", times=None)
    elif fault == "lose_answer":
        hub.faults.lose_answer("*", times=None)
    elif fault == "nobody":
        environment["HF_ENDPOINT"] = "http://127.0.0.1:9"
    out, err = start(SPY, **environment).communicate(timeout=120)
    for text in (out, err):
        for line in text.splitlines():
            assert "CANARY" not in line, line[:600]
    assert "Error" in out
