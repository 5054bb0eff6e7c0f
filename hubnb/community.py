"""Discussions and pull requests, and what happens in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .lazy import lazy_names

if TYPE_CHECKING:
    from .client.discussion import Discussion as Discussion
    from .client.discussion import DiscussionComment as DiscussionComment
    from .client.discussion import DiscussionCommit as DiscussionCommit
    from .client.discussion import DiscussionEvent as DiscussionEvent
    from .client.discussion import DiscussionStatusChange as DiscussionStatusChange
    from .client.discussion import DiscussionTitleChange as DiscussionTitleChange
    from .client.discussion import DiscussionWithDetails as DiscussionWithDetails

_HOMES: dict[str, tuple[str, ...]] = {
    "hubnb.client.discussion": (
        "Discussion", "DiscussionComment", "DiscussionCommit", "DiscussionEvent",
        "DiscussionStatusChange", "DiscussionTitleChange", "DiscussionWithDetails",
    ),
}  # fmt: skip
__getattr__ = lazy_names(__name__, _HOMES)
__all__ = sorted(name for names in _HOMES.values() for name in names)
