"""One of two processes that save and load a distributed checkpoint; run by test_checkpoints.py."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import torch
import torch.distributed as dist
import torch.distributed.checkpoint as dcp
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.tensor import Replicate, Shard, distribute_tensor

from hubnb.filesystem import HubCheckpointReader, HubCheckpointWriter


def main(rank: int, meeting_place: Path, repo: str) -> None:
    dist.init_process_group("gloo", init_method=f"file://{meeting_place}", rank=rank, world_size=2)
    mesh = init_device_mesh("cpu", (2,))
    whole = tensors()
    by_row = {name: Shard(0) for name in whole}
    by_column = {"rows": Shard(1), "columns": Shard(0), "odd": Shard(0), "same": Replicate()}

    def state(places: dict[str, object], *, zeros: bool = False) -> dict[str, object]:
        return {
            name: distribute_tensor(torch.zeros_like(tensor) if zeros else tensor, mesh, [places[name]])
            for name, tensor in whole.items()
        }

    by_row |= {"columns": Shard(1), "same": Replicate()}
    dcp.save(state(by_row), storage_writer=HubCheckpointWriter(f"{repo}/blocks", consolidate=True))
    dcp.save(dict(whole), storage_writer=HubCheckpointWriter(f"{repo}/whole"))
    for folder in ("blocks/sharded", "blocks", "whole"):
        resharded = state(by_column, zeros=True)
        dcp.load(resharded, storage_reader=HubCheckpointReader(f"{repo}/{folder}"))
        for name, tensor in whole.items():
            assert torch.equal(resharded[name].full_tensor(), tensor), (folder, name)
    dist.barrier()
    dist.destroy_process_group()


def tensors() -> dict[str, torch.Tensor]:
    """The state: odd sizes, two types, one whose blocks are columns."""
    numbers = torch.Generator().manual_seed(0)
    return {
        "rows": torch.randn(64, 256, generator=numbers),
        "columns": torch.randn(30, 50, generator=numbers),
        "odd": torch.randn(7, 3, generator=numbers).to(torch.bfloat16),
        "same": torch.randn(5, generator=numbers),
    }


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
