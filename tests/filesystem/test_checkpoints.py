"""Checkpoints of several processes over hf://: saved by two, loaded by two, by one, by PyTorch and by the mixin."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import fsspec
import pytest
import torch
import torch.distributed.checkpoint as dcp
from safetensors.torch import load_file
from torch.distributed.checkpoint.api import CheckpointException
from torch.distributed.checkpoint.hf_storage import HuggingFaceStorageReader

import hubnb
from hubnb.client.errors import HubError
from hubnb.filesystem import HfFileSystem, HubCheckpointReader, HubCheckpointWriter, consolidate_checkpoint

from .checkpoint_worker import tensors

if TYPE_CHECKING:
    from hubnb.server import LocalHub

WORKER = Path(__file__).with_name("checkpoint_worker.py")
pytestmark = pytest.mark.filterwarnings("ignore:torch.distributed is disabled:UserWarning")


class Model(torch.nn.Module, hubnb.PyTorchModelHubMixin):
    def __init__(self) -> None:
        super().__init__()
        for name, tensor in tensors().items():
            self.register_parameter(name, torch.nn.Parameter(torch.zeros_like(tensor)))


def loaded_by_one_process(path: str) -> dict[str, torch.Tensor]:
    state = {name: torch.zeros_like(tensor) for name, tensor in tensors().items()}
    dcp.load(state, storage_reader=HubCheckpointReader(path), no_dist=True)
    return state


def test_two_processes_save_once_and_anybody_loads(
    fs: HfFileSystem, api: hubnb.HfApi, hub: LocalHub, repo_id: str, tmp_path: Path
) -> None:
    repo = f"hf://{repo_id}"
    command = [sys.executable, str(WORKER)]
    workers = [subprocess.Popen([*command, str(rank), str(tmp_path / "meet"), repo]) for rank in range(2)]
    assert [worker.wait(120) for worker in workers] == [0, 0]

    # one commit for each checkpoint and one for the consolidated model, whatever the number of processes
    commits = [commit.title for commit in api.list_repo_commits(repo_id)]
    assert commits[:-1] == ["Save checkpoint with hubnb"] * 3
    assert [Path(name).name for name in fs.find(f"{repo_id}/blocks")] == [
        "model.safetensors",
        "shard-00001-model-00001-of-00001.safetensors",
        "shard-00002-model-00001-of-00001.safetensors",
    ]
    whole = tensors()
    for folder in ("blocks/sharded", "blocks", "whole"):
        for name, tensor in loaded_by_one_process(f"{repo}/{folder}").items():
            assert torch.equal(tensor, whole[name]), (folder, name)

    fs.get(f"{repo_id}/", str(tmp_path / "got"), recursive=True)
    consolidated = load_file(tmp_path / "got/blocks/model.safetensors")
    assert all(torch.equal(consolidated[name], tensor) for name, tensor in whole.items())
    assert (tmp_path / "got/whole/model.safetensors.index.json").exists()
    for folder in ("blocks", "whole"):
        model = Model.from_pretrained(tmp_path / "got" / folder)
        assert all(torch.equal(tensor, whole[name]) for name, tensor in model.state_dict().items())

    theirs = {name: torch.zeros_like(tensor) for name, tensor in whole.items()}
    reader = HuggingFaceStorageReader(str(tmp_path / "got/blocks/sharded"))
    dcp.load(theirs, storage_reader=reader, no_dist=True)
    assert all(torch.equal(theirs[name], tensor) for name, tensor in whole.items())


def test_a_smaller_checkpoint_leaves_no_file_of_a_larger_one(fs: HfFileSystem, api: hubnb.HfApi, repo_id: str) -> None:
    path = f"hf://{repo_id}/step"
    fs.pipe({f"{repo_id}/step/model-00002-of-00002.safetensors": b"old", f"{repo_id}/step/notes.txt": b"kept"})
    dcp.save(tensors(), storage_writer=HubCheckpointWriter(path), no_dist=True)

    assert [Path(name).name for name in fs.find(f"{repo_id}/step")] == ["model.safetensors", "notes.txt"]
    assert torch.equal(loaded_by_one_process(path)["odd"], tensors()["odd"])


def test_values_that_are_no_tensors_are_named_before_anything_is_sent(
    fs: HfFileSystem, api: hubnb.HfApi, hub: LocalHub, repo_id: str
) -> None:
    state = {"weight": torch.zeros(2), "step": 7}
    with pytest.raises(CheckpointException, match="these are none: step"):
        dcp.save(state, storage_writer=HubCheckpointWriter(f"hf://{repo_id}/x"), no_dist=True)

    assert not [request for request in hub.requests if "preupload" in request.path]


def test_one_file_is_fetched_by_the_rows_that_are_wanted(fs: HfFileSystem, hub: LocalHub, repo_id: str) -> None:
    path = f"hf://{repo_id}/rows"
    dcp.save(
        {"big": torch.arange(4_000_000.0).reshape(1000, 4000)}, storage_writer=HubCheckpointWriter(path), no_dist=True
    )
    reader = HubCheckpointReader(path)
    metadata = reader.read_metadata()
    reader.set_up_storage_reader(metadata, is_coordinator=True)
    fetched: list[tuple[int, int]] = []
    from hubnb.filesystem import checkpoint_reader

    class Watched(checkpoint_reader.RemoteFile):
        def read_range(self, start: int, end: int) -> bytes:
            fetched.append((start, end))
            return super().read_range(start, end)

    target = torch.zeros(10, 4000)

    class Planner:
        def resolve_tensor(self, _: object) -> torch.Tensor:
            return target

        def commit_tensor(self, *_: object) -> None:
            pass

    index = next(iter(metadata.storage_data))
    item = dcp.planner.ReadItem(
        dcp.planner.LoadItemType.TENSOR, index, torch.Size([0, 0]), index, torch.Size([500, 0]), torch.Size([10, 4000])
    )
    original, checkpoint_reader.RemoteFile = checkpoint_reader.RemoteFile, Watched
    try:
        reader.read_data(dcp.planner.LoadPlan([item]), Planner())
    finally:
        checkpoint_reader.RemoteFile = original

    assert target[0, 0] == 500 * 4000
    assert sum(end - start for start, end in fetched) == 10 * 4000 * 4


def test_pytorch_alone_saves_and_loads_its_own_format(fs: HfFileSystem, repo_id: str) -> None:
    fsspec.register_implementation("hf", HfFileSystem, clobber=True)
    state = {"weight": torch.arange(6.0), "step": 7}
    dcp.save(state, checkpoint_id=f"hf://{repo_id}/own", no_dist=True)
    loaded = {"weight": torch.zeros(6), "step": 0}
    dcp.load(loaded, checkpoint_id=f"hf://{repo_id}/own", no_dist=True)

    assert torch.equal(loaded["weight"], state["weight"])
    assert loaded["step"] == 7


def test_a_checkpoint_with_a_missing_block_is_not_consolidated(
    fs: HfFileSystem, api: hubnb.HfApi, repo_id: str, tmp_path: Path
) -> None:
    from safetensors.torch import save_file

    places = '{"w": {"saved_offsets": [2, 0]}}'
    save_file({"w": torch.zeros(2, 3)}, tmp_path / "x.safetensors", {"DCP_SHARDING_INFO": places})
    fs.put(str(tmp_path / "x.safetensors"), f"{repo_id}/half/x.safetensors")

    with pytest.raises(HubError, match="not whole"):
        consolidate_checkpoint(fs, f"{repo_id}/half", repo_id)
    assert not fs.exists(f"{repo_id}/model.safetensors")
