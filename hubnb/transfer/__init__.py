"""Moves bytes: jobs, ranges, hashing, journal, progress."""

from ..client.commits import CommitInfo
from .download import hf_hub_download, snapshot_download
from .job import Transfer
from .manager import TransferManager, default_manager
from .operations import CommitOperationAdd, CommitOperationCopy, CommitOperationDelete
from .progress import FileProgress, ProgressListener, TransferSnapshot, TransferState, set_listener_factory
from .upload import create_commit, delete_file, delete_folder, upload_file, upload_folder

__all__ = [
    "CommitInfo",
    "CommitOperationAdd",
    "CommitOperationCopy",
    "CommitOperationDelete",
    "FileProgress",
    "ProgressListener",
    "Transfer",
    "TransferManager",
    "TransferSnapshot",
    "TransferState",
    "create_commit",
    "default_manager",
    "delete_file",
    "delete_folder",
    "hf_hub_download",
    "set_listener_factory",
    "snapshot_download",
    "upload_file",
    "upload_folder",
]
