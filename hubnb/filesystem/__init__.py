"""`hf://`: repositories as an fsspec filesystem, for pandas, polars, pyarrow, DuckDB, dask and all who open files.

One noun a file: `paths` reads addresses, `listing` remembers folders, `remote_file` brings ranges of bytes,
`read_ahead` decides which to bring early, `staging` gathers what becomes one commit, and `hf_filesystem` joins them.
`checkpoint_writer` and `checkpoint_reader` hang `torch.distributed.checkpoint` on it; only they need torch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..lazy import lazy_names

if TYPE_CHECKING:
    from .buffered_file import HfFileSystemFile as HfFileSystemFile
    from .checkpoint_reader import HubCheckpointReader as HubCheckpointReader
    from .checkpoint_writer import HubCheckpointWriter as HubCheckpointWriter
    from .consolidate import consolidate_checkpoint as consolidate_checkpoint
    from .hf_filesystem import HfFileSystem as HfFileSystem
    from .hf_filesystem import hffs as hffs
    from .paths import HfFileSystemResolvedPath as HfFileSystemResolvedPath
    from .paths import HfFileSystemResolvedRepositoryPath as HfFileSystemResolvedRepositoryPath
    from .remote_file import FileChangedError as FileChangedError
    from .stream_file import HfFileSystemStreamFile as HfFileSystemStreamFile

_HOMES = {
    "hubnb.filesystem.buffered_file": ("HfFileSystemFile",),
    "hubnb.filesystem.checkpoint_reader": ("HubCheckpointReader",),
    "hubnb.filesystem.checkpoint_writer": ("HubCheckpointWriter",),
    "hubnb.filesystem.consolidate": ("consolidate_checkpoint",),
    "hubnb.filesystem.hf_filesystem": ("HfFileSystem", "hffs"),
    "hubnb.filesystem.paths": ("HfFileSystemResolvedPath", "HfFileSystemResolvedRepositoryPath"),
    "hubnb.filesystem.remote_file": ("FileChangedError",),
    "hubnb.filesystem.stream_file": ("HfFileSystemStreamFile",),
}
_find = lazy_names(__name__, _HOMES)

__all__ = [
    "FileChangedError",
    "HfFileSystem",
    "HfFileSystemFile",
    "HfFileSystemResolvedPath",
    "HfFileSystemResolvedRepositoryPath",
    "HfFileSystemStreamFile",
    "HubCheckpointReader",
    "HubCheckpointWriter",
    "consolidate_checkpoint",
    "hffs",
]


def __getattr__(name: str) -> Any:
    return _find(name)
