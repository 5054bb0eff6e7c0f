"""A push through a bad line, and into one: whatever breaks, it ends as one whole commit or as an error and none."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hubnb.client import http
from hubnb.client.errors import HfHubHTTPError, HubError
from hubnb.server.routes import lfs

if TYPE_CHECKING:
    import hubnb
    from hubnb.server import LocalHub

PART_BYTES = 1 << 20
PHASES = {
    "plan": "POST */preupload/*",
    "ask": "POST *objects/batch",
    "part": "PUT */api/lfs/parts/*",
    "object": "PUT */api/lfs/objects/*",
    "join": "POST */api/lfs/complete/*",
    "verify": "POST *lfs/verify*",
    "commit": "POST */commit/*",
}


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lfs, "MULTIPART_FROM_BYTES", PART_BYTES)
    monkeypatch.setattr(http, "_FIRST_WAIT_S", 0.01)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "f"
    root.mkdir()
    (root / "parts.safetensors").write_bytes(os.urandom(3 * PART_BYTES + 5))
    (root / "whole.safetensors").write_bytes(os.urandom(100_000))
    (root / "config.json").write_text("{}")
    return root


def assert_whole(api: hubnb.HfApi, repo_id: str, folder: Path) -> None:
    back = Path(api.snapshot_download(repo_id))
    for path in folder.iterdir():
        assert (back / path.name).read_bytes() == path.read_bytes()
    assert len(api.list_repo_commits(repo_id)) == 2


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("fault", ["429", "500", "503", "cut", "lose_answer"])
def test_passing_fault_costs_a_moment(
    api: hubnb.HfApi, hub: LocalHub, repo_id: str, folder: Path, phase: str, fault: str
) -> None:
    pattern = PHASES[phase]
    if fault.isdigit():
        hub.faults.fail(pattern, status=int(fault), times=2, headers={"Retry-After": "0"})
    elif fault == "cut":
        hub.faults.cut(pattern, after_bytes=0, times=2)
    else:
        hub.faults.lose_answer(pattern, times=2)
    job = api.upload_folder(repo_id=repo_id, folder_path=folder, run_as_future=True)
    job.result(60)
    assert job.snapshot().bytes_done == job.snapshot().bytes_total
    assert_whole(api, repo_id, folder)


@pytest.mark.parametrize("phase", [phase for phase in PHASES if phase != "verify"])
@pytest.mark.parametrize("status", [401, 403, 422, 500])
def test_lasting_fault_is_an_error_and_no_commit_and_the_next_push_goes_on(
    api: hubnb.HfApi, hub: LocalHub, repo_id: str, folder: Path, phase: str, status: int
) -> None:
    hub.faults.fail(PHASES[phase], status=status, times=None, headers={"Retry-After": "0"})
    with pytest.raises(HubError) as caught:
        api.upload_folder(repo_id=repo_id, folder_path=folder)
    assert hub.token not in str(caught.value)
    assert "signature=" not in str(caught.value)
    hub.faults.clear()
    assert api.list_repo_files(repo_id) == [".gitattributes"]
    api.upload_folder(repo_id=repo_id, folder_path=folder)
    assert_whole(api, repo_id, folder)


def test_hub_that_does_not_verify_but_has_the_objects_gets_its_commit(
    api: hubnb.HfApi, hub: LocalHub, repo_id: str, folder: Path
) -> None:
    """The second question for the same object says that it is there, whole."""
    hub.faults.fail(PHASES["verify"], status=404, times=None)
    api.upload_folder(repo_id=repo_id, folder_path=folder)
    assert_whole(api, repo_id, folder)


def test_wrong_token_is_said_before_anything_travels(
    api: hubnb.HfApi, hub: LocalHub, repo_id: str, folder: Path
) -> None:
    stranger = type(api)(endpoint=hub.endpoint, token="hf_" + "x" * 34)
    hub.requests.clear()
    with pytest.raises(HfHubHTTPError, match="did not accept this token"):
        stranger.upload_folder(repo_id=repo_id, folder_path=folder)
    assert not [request for request in list(hub.requests) if request.method == "PUT"]
