"""`hubnb.cache()`: the panel in a notebook, a table of text elsewhere."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ..cache.scan import CacheNotFound, scan_cache_dir
from .frontend import FrontEnd, front_end

if TYPE_CHECKING:
    from pathlib import Path

    from .cache import CachePanel

_PATIENCE_IN_BATCH_S = 20.0


def cache(cache_dir: str | Path | None = None) -> CachePanel | None:
    """Show what takes the disk: pin, verify, make room, delete with a preview of what is freed.

    Parameters
    ----------
    cache_dir
        Folder of the cache; by default the one in use.

    Returns
    -------
    CachePanel or None
        In a notebook the panel, which shows itself as the last line of a cell. In a terminal nothing; the table is
        printed.
    """
    if front_end() is FrontEnd.NONE:
        try:
            text = scan_cache_dir(cache_dir).export_as_table()
        except CacheNotFound as nothing:
            text = str(nothing)
        sys.stdout.write(f"{text}\n")
        return None
    from .cache import CachePanel

    panel = CachePanel(cache_dir)
    if front_end() is FrontEnd.BATCH:
        panel.settle(_PATIENCE_IN_BATCH_S)
    return panel
