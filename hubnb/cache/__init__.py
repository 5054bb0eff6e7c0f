"""Keeps bytes: layout, locks, lookup, scan, deletion."""

from typing import TYPE_CHECKING

from ..lazy import lazy_names

if TYPE_CHECKING:
    from .layout import RepoCache as RepoCache
    from .layout import repo_folder_name as repo_folder_name
    from .layout import try_to_load_from_cache as try_to_load_from_cache
    from .scan import HFCacheInfo as HFCacheInfo
    from .scan import scan_cache_dir as scan_cache_dir

__getattr__ = lazy_names(__name__, {
    "hubnb.cache.layout": ("RepoCache", "repo_folder_name", "try_to_load_from_cache"),
    "hubnb.cache.scan": ("HFCacheInfo", "scan_cache_dir"),
})  # fmt: skip
