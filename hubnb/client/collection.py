"""A collection: a list of repositories that somebody put together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from .dates import needed_datetime
from .keyed import parts
from .settings import Settings

if TYPE_CHECKING:
    from datetime import datetime


@dataclass
class CollectionItem:
    """One thing in a collection; `item_object_id` names its place there, `item_id` the thing itself."""

    item_object_id: str
    item_id: str
    item_type: str
    position: int
    note: str | None = None

    @classmethod
    def from_json(cls, body: dict[str, Any], position: int = 0) -> CollectionItem:
        """Read the Hub's answer."""
        note: Any = body.get("note")
        item_id = body["slug"] if body["type"] == "collection" and "slug" in body else body["id"]
        text = cast("dict[str, Any]", note).get("text") if isinstance(note, dict) else note
        return cls(body["_id"], item_id, body["type"], body.get("position", position), text)


@dataclass
class Collection:
    """A collection and what is in it; lists show only its first items."""

    slug: str
    title: str
    owner: str
    items: list[CollectionItem]
    last_updated: datetime
    position: int
    private: bool
    theme: str
    upvotes: int
    description: str | None = None
    endpoint: str = field(default_factory=lambda: Settings.from_env().endpoint, repr=False)

    @property
    def url(self) -> str:
        """Its page on the Hub."""
        return f"{self.endpoint}/collections/{self.slug}"

    @classmethod
    def from_json(cls, body: dict[str, Any], endpoint: str) -> Collection:
        """Read the Hub's answer."""
        return cls(
            slug=body["slug"],
            title=body["title"],
            owner=body["owner"]["name"],
            items=[CollectionItem.from_json(item, place) for place, item in enumerate(parts(body, "items"))],
            last_updated=needed_datetime(body["lastUpdated"]),
            position=body.get("position", 0),
            private=body.get("private", False),
            theme=body.get("theme", ""),
            upvotes=body.get("upvotes", 0),
            description=body.get("description"),
            endpoint=endpoint,
        )
