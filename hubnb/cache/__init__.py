"""Keeps bytes: layout, locks, lookup, scan, deletion.

`hubnb.cache` is also a call, ``hubnb.cache()``, that shows what is here: the module can be called. The panel is made by
a higher room, which the package joins to this one.
"""

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from ..lazy import joints, lazy_names

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


class _Callable(ModuleType):
    """A module that answers to ``hubnb.cache()``."""

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return joints["cache"](*arguments, **options)


sys.modules[__name__].__class__ = _Callable
