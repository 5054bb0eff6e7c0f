"""Keeps bytes: layout, locks, lookup, scan, deletion."""

from .layout import RepoCache, repo_folder_name, try_to_load_from_cache
from .scan import HFCacheInfo, scan_cache_dir

__all__ = ["HFCacheInfo", "RepoCache", "repo_folder_name", "scan_cache_dir", "try_to_load_from_cache"]
