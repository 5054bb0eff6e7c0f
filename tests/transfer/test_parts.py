"""Large objects on their way: parts that arrived stay, addresses may expire, a file may change meanwhile."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from hubnb.client.errors import HubError, TransferCancelled
from hubnb.server.parts import Parts
from hubnb.server.routes import lfs
from hubnb.transfer import send_object
from hubnb.transfer.part_journal import PartJournal, part_key
from hubnb.transfer.push_journal import open_journal

if TYPE_CHECKING:
    import hubnb
    from hubnb.server import LocalHub

MIB = 1 << 20
PART_BYTES = 4 * MIB
SIZE = 5 * PART_BYTES + 1234
PUSH = "import hubnb, sys; hubnb.upload_folder(repo_id=sys.argv[1], folder_path=sys.argv[2])"


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lfs, "MULTIPART_FROM_BYTES", PART_BYTES)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "model"
    root.mkdir()
    (root / "big.safetensors").write_bytes(os.urandom(SIZE))
    return root


def pulled(api: hubnb.HfApi, repo_id: str) -> bytes:
    return Path(api.hf_hub_download(repo_id, "big.safetensors")).read_bytes()


def stored_parts(hub: LocalHub) -> list[str]:
    seen = [request for request in list(hub.requests) if request.method == "PUT" and request.status == 200]
    return [request.path for request in seen]


def push(api: hubnb.HfApi, repo_id: str, folder: Path) -> Any:
    return api.upload_folder(repo_id=repo_id, folder_path=folder, run_as_future=True)


def interrupted(api: hubnb.HfApi, hub: LocalHub, repo_id: str, folder: Path, parts: int) -> int:
    """Push until `parts` parts are there, cancel, and give how many parts arrived."""
    hub.faults.stall("PUT *", times=None, skip=parts)
    job = push(api, repo_id, folder)
    while len(stored_parts(hub)) < parts:
        job.wait(0.01)
    job.cancel()
    with pytest.raises(TransferCancelled):
        job.result(10)
    hub.faults.clear()
    arrived = len(stored_parts(hub))
    hub.requests.clear()
    return arrived


def remembered_parts(home: Path) -> int:
    """Look into the journal of the pushing process: how many parts it knows to be there."""
    with closing(open_journal(home)) as journal:
        return journal.run("SELECT COUNT(*) FROM parts", ())[0][0]


def test_killed_push_sends_no_finished_part_again(
    api: hubnb.HfApi, hub: LocalHub, home: Path, repo_id: str, folder: Path
) -> None:
    hub.faults.stall("PUT *", times=None, skip=3)
    environment = {**os.environ, "HF_ENDPOINT": hub.endpoint, "HF_TOKEN": hub.token}
    process = subprocess.Popen([sys.executable, "-c", PUSH, repo_id, str(folder)], env=environment)
    tick = threading.Event()
    while remembered_parts(home) < 3:
        assert process.poll() is None
        tick.wait(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    hub.faults.clear()
    job = push(api, repo_id, folder)
    job.result(60)
    assert job.snapshot().bytes_moved <= SIZE - 3 * PART_BYTES
    assert job.snapshot().bytes_skipped >= 3 * PART_BYTES
    assert pulled(api, repo_id) == (folder / "big.safetensors").read_bytes()


def test_parts_the_hub_lost_are_sent_again(
    api: hubnb.HfApi, hub: LocalHub, repo_id: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert interrupted(api, hub, repo_id, folder, 3) >= 3
    # The Hub says that it knows nothing of a part; the addresses are the same as before.
    really_known = lfs._check_parts
    refused = []

    def forgetful(*args: Any) -> None:
        if not refused:
            refused.append(1)
            raise lfs.HubProblem(422, "Part 1 of 6 is missing or is not the one that arrived.")
        really_known(*args)

    monkeypatch.setattr(lfs, "_check_parts", forgetful)
    job = push(api, repo_id, folder)
    job.result(60)
    assert refused
    assert job.snapshot().bytes_done == SIZE
    assert pulled(api, repo_id) == (folder / "big.safetensors").read_bytes()


def test_storage_that_begins_anew_gets_every_part_again(
    api: hubnb.HfApi, hub: LocalHub, repo_id: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As S3 does: the upload has another name each time the Hub is asked."""
    monkeypatch.setattr(Parts, "upload_id", lambda *_: os.urandom(20).hex())
    assert interrupted(api, hub, repo_id, folder, 3) >= 3
    job = push(api, repo_id, folder)
    job.result(60)
    assert job.snapshot().bytes_moved == SIZE
    assert pulled(api, repo_id) == (folder / "big.safetensors").read_bytes()


@pytest.mark.parametrize("status", [400, 403, 404])
def test_expired_address_is_asked_for_again(
    api: hubnb.HfApi, hub: LocalHub, repo_id: str, folder: Path, status: int
) -> None:
    hub.faults.fail("PUT *", status=status, times=2, skip=1)
    job = push(api, repo_id, folder)
    job.result(60)
    assert job.snapshot().bytes_done == SIZE
    assert pulled(api, repo_id) == (folder / "big.safetensors").read_bytes()
    assert len(stored_parts(hub)) == 6


def test_expired_address_of_a_whole_object_is_asked_for_again(api: hubnb.HfApi, hub: LocalHub, repo_id: str) -> None:
    hub.faults.fail("PUT *", status=403, times=1)
    api.upload_file(path_or_fileobj=os.urandom(MIB), path_in_repo="x.safetensors", repo_id=repo_id)
    assert "x.safetensors" in api.list_repo_files(repo_id)


@pytest.mark.parametrize("parts_kept", [0, 3])
def test_file_rewritten_before_it_travels_is_named_and_not_committed(
    api: hubnb.HfApi, hub: LocalHub, repo_id: str, folder: Path, monkeypatch: pytest.MonkeyPatch, parts_kept: int
) -> None:
    path = folder / "big.safetensors"
    if parts_kept:
        interrupted(api, hub, repo_id, folder, parts_kept)
        really_kept, asked = PartJournal.etag, []
        # More may have arrived after the cancel; some have to travel for this test.
        monkeypatch.setattr(
            PartJournal, "etag", lambda *args: None if asked.append(1) or len(asked) > 3 else really_kept(*args)
        )
    new, lock = os.urandom(SIZE), threading.Lock()

    class LateBody(send_object.ContentBody):
        def __init__(self, *args: Any) -> None:
            with lock:
                if path.read_bytes() != new:
                    beside = path.with_name("new")
                    beside.write_bytes(new)
                    beside.replace(path)
            super().__init__(*args)

    monkeypatch.setattr(send_object, "ContentBody", LateBody)
    with pytest.raises(HubError, match=r"big\.safetensors.*changed while it was pushed"):
        push(api, repo_id, folder).result(60)
    assert api.list_repo_files(repo_id) == [".gitattributes"]
    push(api, repo_id, folder).result(60)
    assert pulled(api, repo_id) == new


def test_two_processes_that_push_the_same_both_end_well(
    api: hubnb.HfApi, hub: LocalHub, repo_id: str, folder: Path
) -> None:
    environment = {**os.environ, "HF_ENDPOINT": hub.endpoint, "HF_TOKEN": hub.token}
    command = [sys.executable, "-c", PUSH, repo_id, str(folder)]
    processes = [subprocess.Popen(command, env=environment) for _ in range(3)]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    assert pulled(api, repo_id) == (folder / "big.safetensors").read_bytes()
    assert len(api.list_repo_commits(repo_id)) == 2


def test_part_is_known_by_what_lasts_of_its_address() -> None:
    embedded = "http://hub/api/lfs/parts/abc/1?op=part&repo=7&expires={}&signature={}"
    assert part_key(embedded.format(1, "a")) == part_key(embedded.format(2, "b"))
    s3 = "https://b.s3.amazonaws.com/oid?X-Amz-Date={}&X-Amz-Signature={}&partNumber=1&uploadId={}"
    assert part_key(s3.format(1, 2, "u")) == part_key(s3.format(3, 4, "u"))
    assert part_key(s3.format(1, 2, "u")) != part_key(s3.format(1, 2, "v"))
    assert "signature" not in part_key(embedded)
