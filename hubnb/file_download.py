"""Pulling a file, and the names that go with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .lazy import lazy_names

if TYPE_CHECKING:
    from .cache.layout import _CACHED_NO_EXIST as _CACHED_NO_EXIST
    from .cache.layout import repo_folder_name as repo_folder_name
    from .cache.layout import try_to_load_from_cache as try_to_load_from_cache
    from .client.files import HfFileMetadata as HfFileMetadata
    from .client.files import get_hf_file_metadata as get_hf_file_metadata
    from .client.files import hf_hub_url as hf_hub_url
    from .transfer.download import hf_hub_download as hf_hub_download

_HOMES: dict[str, tuple[str, ...]] = {
    "hubnb.cache.layout": ("_CACHED_NO_EXIST", "repo_folder_name", "try_to_load_from_cache"),
    "hubnb.client.files": ("HfFileMetadata", "get_hf_file_metadata", "hf_hub_url"),
    "hubnb.transfer.download": ("hf_hub_download",),
}  # fmt: skip
__getattr__ = lazy_names(__name__, _HOMES)
__all__ = sorted(name for names in _HOMES.values() for name in names)
