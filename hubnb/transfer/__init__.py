"""Moves bytes: jobs, ranges, hashing, journal, progress."""

from ..client.commits import CommitInfo
from .download import hf_hub_download, snapshot_download
from .job import Transfer
from .manager import TransferManager, default_manager
from .operations import CommitOperationAdd, CommitOperationCopy, CommitOperationDelete
from .progress import FileProgress, ProgressListener, TransferSnapshot, TransferState, set_listener_factory
from .pull import PullPlan
from .push_plan import PushPlan
from .unfinished import UnfinishedTransfer, unfinished_transfers
from .upload import create_commit, delete_file, delete_folder, undo_push, upload_file, upload_folder

__all__ = [
    "CommitInfo",
    "CommitOperationAdd",
    "CommitOperationCopy",
    "CommitOperationDelete",
    "FileProgress",
    "ProgressListener",
    "PullPlan",
    "PushPlan",
    "Transfer",
    "TransferManager",
    "TransferSnapshot",
    "TransferState",
    "UnfinishedTransfer",
    "create_commit",
    "default_manager",
    "delete_file",
    "delete_folder",
    "hf_hub_download",
    "set_listener_factory",
    "snapshot_download",
    "undo_push",
    "unfinished_transfers",
    "upload_file",
    "upload_folder",
]
