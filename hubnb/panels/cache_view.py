"""What the cache panel shows of a scan, and what a deletion would free."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..transfer.manager import default_manager

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from ..cache.inventory import CachedRepoInfo, CachedRevisionInfo, HFCacheInfo


def repo_rows(info: HFCacheInfo, pins: Collection[str], damaged: dict[str, int]) -> list[dict[str, Any]]:
    """Give a row for each repository, largest first (``js/cache/model.ts``, `Repo`)."""
    used = in_use(info)
    unfinished = unfinished_by_folder(info.cache_dir) if info.cache_dir else {}
    rows = [
        {
            "key": repo.cache_id,
            "id": repo.repo_id,
            "type": repo.repo_type,
            "size": repo.size_on_disk,
            "files": repo.nb_files,
            "used": repo.last_accessed,
            "pinned": repo.cache_id in pins,
            "in_use": repo.cache_id in used,
            "unfinished": sum(size for _, size in unfinished.get(repo.repo_path.name, ())),
            "damaged": damaged.get(repo.cache_id, 0),
            "revisions": _revision_rows(repo),
        }
        for repo in info.repos
    ]
    return sorted(rows, key=lambda row: -row["size"])


def totals(info: HFCacheInfo) -> dict[str, Any]:
    """Give the sums (``js/cache/model.ts``, `Totals`)."""
    root = info.cache_dir
    free = None
    with suppress(OSError):
        free = shutil.disk_usage(root).free if root else None
    found = unfinished_by_folder(root) if root else {}
    home = str(Path.home())
    shown = str(root)
    return {
        "size": info.size_on_disk,
        "repos": len(info.repos),
        "folder": f"~{shown[len(home) :]}" if shown.startswith(home + os.sep) else shown,
        "free": free,
        "unfinished": sum(size for files in found.values() for _, size in files),
        "warnings": len(info.warnings),
    }


def unfinished_by_folder(root: Path) -> dict[str, list[tuple[Path, int]]]:
    """Give the halves of files that interrupted pulls left, ours and others', by the repository's folder."""
    found: dict[str, list[tuple[Path, int]]] = {}
    with suppress(OSError):
        for blobs in root.glob("*--*/blobs"):
            for pattern in ("*.incomplete", "*.hubnb-partial", "*.hubnb-journal"):
                for path in blobs.glob(pattern):
                    with suppress(OSError):  # finished meanwhile
                        size = path.stat().st_size
                        if hasattr(path.stat(), "st_blocks"):  # a partial is as long as the whole, with holes
                            size = min(size, path.stat().st_blocks * 512)
                        found.setdefault(blobs.parent.name, []).append((path, size))
    return found


def in_use(info: HFCacheInfo) -> set[str]:
    """Give the repositories this process has files of in memory, or transfers now."""
    found = {
        f"{shot.repo_type}/{shot.repo_id}"
        for shot in (one.snapshot() for one in default_manager().transfers if not one.done())
    }
    mapped = ""
    with suppress(OSError):
        mapped = Path("/proc/self/maps").read_text(errors="replace")
    for repo in info.repos:
        if f"{repo.repo_path}{os.sep}" in mapped:
            found.add(repo.cache_id)
    return found


def oldest_first(rows: Iterable[dict[str, Any]], wanted: int) -> list[str]:
    """Choose commits to delete until `wanted` bytes are free: what was used longest ago, never pinned or in use."""
    chosen: list[str] = []
    freed = 0
    for row in sorted(rows, key=lambda row: row["used"]):
        if freed >= wanted:
            break
        if row["pinned"] or row["in_use"]:
            continue
        chosen += [revision["commit"] for revision in row["revisions"]]
        freed += row["size"]
    return chosen


def _revision_rows(repo: CachedRepoInfo) -> list[dict[str, Any]]:
    # a file that two revisions share is freed by neither alone
    holders: dict[Path, int] = {}
    contents: dict[str, dict[Path, int]] = {}
    for revision in repo.revisions:
        blobs = contents[revision.commit_hash] = {file.blob_path: file.size_on_disk for file in revision.files}
        for blob in blobs:
            holders[blob] = holders.get(blob, 0) + 1
    rows = [_revision_row(revision, contents[revision.commit_hash], holders) for revision in repo.revisions]
    return sorted(rows, key=lambda row: -row["modified"])


def _revision_row(revision: CachedRevisionInfo, blobs: dict[Path, int], holders: dict[Path, int]) -> dict[str, Any]:
    return {
        "commit": revision.commit_hash,
        "refs": sorted(revision.refs),
        "size": revision.size_on_disk,
        "frees": sum(size for blob, size in blobs.items() if holders[blob] == 1),
        "files": revision.nb_files,
        "modified": revision.last_modified,
    }
