"""Saves `torch.distributed.checkpoint` state to `hf://` as safetensors: all processes send, one commits."""

from __future__ import annotations

import dataclasses
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from safetensors.torch import save_file
from torch.distributed.checkpoint.planner import SavePlan, WriteItem, WriteItemType
from torch.distributed.checkpoint.storage import StorageWriter, WriteResult
from torch.futures import Future

from ..client.errors import HFValidationError
from ..transfer.operations import CommitOperationAdd, CommitOperationDelete
from ..transfer.preupload import preupload_lfs_files
from .consolidate import consolidate_checkpoint
from .hf_filesystem import HfFileSystem
from .stored_tensors import INDEX, OFFSETS_KEY, SHARDING_KEY, SUFFIX

if TYPE_CHECKING:
    import os

    from torch.distributed.checkpoint.metadata import Metadata
    from torch.distributed.checkpoint.planner import SavePlanner

_PARTS_FOLDER = "sharded"


class HubCheckpointWriter(StorageWriter):
    """Write a checkpoint of ``torch.distributed.checkpoint.save`` to a folder on the Hub, in one commit.

    Each process sends its own file, ahead of the commit; the coordinator then makes one commit of all of them, so a
    checkpoint is there as a whole or not at all. Whole tensors (DDP, full state dicts) become a sharded safetensors
    model with its index, as `PyTorchModelHubMixin` and transformers load it. Blocks of tensors (FSDP, DTensor) become
    files that `HubCheckpointReader` and PyTorch's own reader put together again.

    Parameters
    ----------
    path
        ``hf://ns/name[@branch][/folder]``; the repository must exist.
    consolidate
        True also writes whole tensors where blocks were saved: the blocks go to ``sharded/`` below, the
        model to the folder itself, in a commit after the first.
    token, endpoint
        As in `HfFileSystem`.
    commit_message
        Of the commit.

    Examples
    --------
    >>> dcp.save(state, storage_writer=HubCheckpointWriter("hf://me/llm/step-2000"))
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        consolidate: bool = False,
        token: str | bool | None = None,
        endpoint: str | None = None,
        commit_message: str = "Save checkpoint with hubnb",
    ) -> None:
        self.path = str(path)
        self.consolidate = consolidate
        self.commit_message = commit_message
        self.fs = HfFileSystem(token=token, endpoint=endpoint)

    def reset(self, checkpoint_id: str | os.PathLike[str] | None = None) -> None:
        """Turn to another folder."""
        self.path = str(checkpoint_id or self.path)

    def set_up_storage_writer(
        self,
        is_coordinator: bool,  # noqa: ARG002 - PyTorch's name
        *_: Any,
        **__: Any,
    ) -> None:
        """Refuse a repository that isn't there, before anything is sent."""
        self.fs.check_revision(self.fs.parse_path(self.path))

    def prepare_local_plan(self, plan: SavePlan) -> SavePlan:
        """Refuse what safetensors can't hold.

        Raises
        ------
        HFValidationError
            Naming the values that are no tensors.
        """
        others = [item.index.fqn for item in plan.items if item.type == WriteItemType.BYTE_IO]
        if others:
            msg = (
                f"safetensors holds tensors only, and these are none: {', '.join(others[:5])}"
                f"{' and more' if len(others) > 5 else ''}. Make them tensors (torch.tensor(step)), or save them apart."
            )
            raise HFValidationError(msg)
        names = [item.index.fqn for item in plan.items]
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            msg = (
                f"{twice!r} lies in several blocks on one process, and a safetensors file has room for one. Merge them."
            )
            raise HFValidationError(msg)
        return plan

    def prepare_global_plan(self, plans: list[SavePlan]) -> list[SavePlan]:
        """Name one file for each process that has something to write."""
        in_blocks = any(not _is_whole(item) for plan in plans for item in plan.items)
        writing = [number for number, plan in enumerate(plans) if plan.items]
        names = dict.fromkeys(range(len(plans)), "")
        for count, number in enumerate(writing, 1):
            if in_blocks:
                # PyTorch's own names for blocks, so that its reader takes a downloaded folder as it is.
                below = f"{_PARTS_FOLDER}/" if self.consolidate else ""
                names[number] = f"{below}shard-{count:05}-model-00001-of-00001{SUFFIX}"
            else:
                names[number] = (
                    f"model-{count:05}-of-{len(writing):05}{SUFFIX}" if len(writing) > 1 else "model" + SUFFIX
                )
        return [dataclasses.replace(plan, storage_data=names[number]) for number, plan in enumerate(plans)]

    def write_data(self, plan: SavePlan, planner: SavePlanner) -> Future[list[WriteResult]]:
        """Send this process's file; nothing is committed yet."""
        results: list[WriteResult] = []
        if plan.items:
            operation = self._send(plan, planner)
            results = [WriteResult(item.index, item.tensor_storage_size() or 0, operation) for item in plan.items]
        done: Future[list[WriteResult]] = Future()
        done.set_result(results)
        return done

    def _send(self, plan: SavePlan, planner: SavePlanner) -> CommitOperationAdd:
        target = self.fs.parse_path(f"{self.path.rstrip('/')}/{plan.storage_data}")
        tensors = {item.index.fqn: _on_cpu(planner.resolve_data(item)) for item in plan.items}
        places = {item.index.fqn: {OFFSETS_KEY: list(_offsets(item))} for item in plan.items}
        metadata = {"format": "pt"}
        if not all(map(_is_whole, plan.items)):
            metadata[SHARDING_KEY] = json.dumps(places)
        with tempfile.TemporaryDirectory(prefix="hubnb-") as folder:
            file = Path(folder) / "shard.safetensors"
            save_file(tensors, file, metadata)
            operation = CommitOperationAdd(target.path_in_repo, file)
            preupload_lfs_files(
                target.repo_id, [operation], repo_type=target.repo_type, revision=target.revision,
                token=self.fs.token, endpoint=self.fs.endpoint,
            )  # fmt: skip
            if operation.path_or_fileobj == file:  # a small one, which travels in the commit
                operation = CommitOperationAdd(target.path_in_repo, file.read_bytes())
        return operation

    def finish(self, metadata: Metadata, results: list[list[WriteResult]]) -> None:  # noqa: ARG002 - PyTorch's name
        """Make one commit of what all processes sent, and of the index if one is needed."""
        written = [result for some in results for result in some]
        operations = {result.storage_data.path_in_repo: result.storage_data for result in written}
        top = self.fs.parse_path(self.path)
        in_blocks = any("shard-" in path.rpartition("/")[2] for path in operations)
        with self.fs.one_commit() as staging:
            for operation in operations.values():
                staging.add(top, operation, commit_message=self.commit_message)
            if not in_blocks and len(operations) > 1:
                content = _index({result.index.fqn: result for result in written})
                index = self.fs.parse_path(f"{self.path.rstrip('/')}/{INDEX}")
                staging.add(top, CommitOperationAdd(index.path_in_repo, content))
                operations[index.path_in_repo] = staging
            for path in self._left_from_before(set(operations)):
                staging.add(top, CommitOperationDelete(path, is_folder=False))
        if in_blocks and self.consolidate:
            source = f"{self.path.rstrip('/')}/{_PARTS_FOLDER}"
            consolidate_checkpoint(self.fs, source, self.path, commit_message=self.commit_message)

    def _left_from_before(self, written: set[str]) -> list[str]:
        """Find files of an earlier checkpoint in the same folders, which would be loaded together with the new ones."""
        folders = {path.rpartition("/")[0] for path in written}
        top, left = self.fs.parse_path(self.path), list[str]()
        for folder in folders:
            try:
                infos = self.fs.ls(top.sibling(folder).unresolve(), refresh=True)
            except FileNotFoundError:
                continue
            paths = [self.fs.parse_path(info["name"]).path_in_repo for info in infos]
            left += [path for path in paths if path not in written and _is_ours(path.rpartition("/")[2])]
        return left

    @classmethod
    def validate_checkpoint_id(cls, checkpoint_id: str | os.PathLike[str]) -> bool:
        """Whether it is an address on the Hub."""
        return str(checkpoint_id).startswith("hf://")


def _is_ours(name: str) -> bool:
    return name == INDEX or (name.startswith(("model", "shard-")) and name.endswith(SUFFIX))


def _is_whole(item: WriteItem) -> bool:
    data = item.tensor_data
    return data is None or tuple(data.chunk.sizes) == tuple(data.size)


def _offsets(item: WriteItem) -> tuple[int, ...]:
    return tuple(item.tensor_data.chunk.offsets) if item.tensor_data is not None else ()


def _on_cpu(tensor: Any) -> torch.Tensor:
    """Give a tensor of its own, as safetensors wants them: no views of one storage."""
    if not isinstance(tensor, torch.Tensor):
        msg = f"The planner gave {type(tensor).__name__} where a tensor was planned."
        raise HFValidationError(msg)
    return tensor.detach().to("cpu", copy=tensor.device.type == "cpu").contiguous()


def _index(written: dict[str, WriteResult]) -> bytes:
    total = sum(result.size_in_bytes for result in written.values())
    places = {name: result.storage_data.path_in_repo.rpartition("/")[2] for name, result in sorted(written.items())}
    return json.dumps({"metadata": {"total_size": total}, "weight_map": places}, indent=2).encode()
