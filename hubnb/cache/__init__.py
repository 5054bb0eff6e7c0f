"""Keeps bytes: layout, locks, lookup."""

from .layout import RepoCache, repo_folder_name, try_to_load_from_cache

__all__ = ["RepoCache", "repo_folder_name", "try_to_load_from_cache"]
