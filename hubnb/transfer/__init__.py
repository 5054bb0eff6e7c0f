"""Moves bytes: jobs, ranges, hashing, journal, progress."""

from typing import TYPE_CHECKING

from ..lazy import lazy_names

if TYPE_CHECKING:
    from ..client.commits import CommitInfo as CommitInfo
    from .conflict import PushConflictError as PushConflictError
    from .download import hf_hub_download as hf_hub_download
    from .download import snapshot_download as snapshot_download
    from .job import Transfer as Transfer
    from .manager import TransferManager as TransferManager
    from .manager import default_manager as default_manager
    from .operations import CommitOperationAdd as CommitOperationAdd
    from .operations import CommitOperationCopy as CommitOperationCopy
    from .operations import CommitOperationDelete as CommitOperationDelete
    from .progress import FileProgress as FileProgress
    from .progress import ProgressListener as ProgressListener
    from .progress import TransferSnapshot as TransferSnapshot
    from .progress import TransferState as TransferState
    from .progress import set_listener_factory as set_listener_factory
    from .pull import PullPlan as PullPlan
    from .push_plan import PushPlan as PushPlan
    from .tensors import TensorChange as TensorChange
    from .unfinished import UnfinishedTransfer as UnfinishedTransfer
    from .unfinished import unfinished_transfers as unfinished_transfers
    from .upload import create_commit as create_commit
    from .upload import delete_file as delete_file
    from .upload import delete_folder as delete_folder
    from .upload import undo_push as undo_push
    from .upload import upload_file as upload_file
    from .upload import upload_folder as upload_folder

__getattr__ = lazy_names(__name__, {
    "hubnb.client.commits": ("CommitInfo",),
    "hubnb.transfer.conflict": ("PushConflictError",),
    "hubnb.transfer.download": ("hf_hub_download", "snapshot_download"),
    "hubnb.transfer.job": ("Transfer",),
    "hubnb.transfer.manager": ("TransferManager", "default_manager"),
    "hubnb.transfer.operations": ("CommitOperationAdd", "CommitOperationCopy", "CommitOperationDelete"),
    "hubnb.transfer.progress": (
        "FileProgress", "ProgressListener", "TransferSnapshot", "TransferState", "set_listener_factory",
    ),
    "hubnb.transfer.pull": ("PullPlan",),
    "hubnb.transfer.push_plan": ("PushPlan",),
    "hubnb.transfer.tensors": ("TensorChange",),
    "hubnb.transfer.unfinished": ("UnfinishedTransfer", "unfinished_transfers"),
    "hubnb.transfer.upload": (
        "create_commit", "delete_file", "delete_folder", "undo_push", "upload_file", "upload_folder",
    ),
})  # fmt: skip
