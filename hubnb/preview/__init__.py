"""Looks into files of a Hub without fetching them: heads, headers and first rows, by range reads.

`preview_file` chooses by the name and the first bytes. A file that could run code when it is opened (pickle) is
never opened.
"""

from typing import TYPE_CHECKING

from ..lazy import lazy_names

if TYPE_CHECKING:
    from .heads import Preview as Preview
    from .heads import preview_file as preview_file
    from .source import CachedSource as CachedSource
    from .source import FileSource as FileSource
    from .source import HubSource as HubSource
    from .source import ReadLimitError as ReadLimitError

__getattr__ = lazy_names(__name__, {
    "hubnb.preview.heads": ("Preview", "preview_file"),
    "hubnb.preview.source": ("CachedSource", "FileSource", "HubSource", "ReadLimitError"),
})  # fmt: skip
