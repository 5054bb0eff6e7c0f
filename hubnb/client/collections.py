"""Collections: make them, fill them, find them."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal

from .auth import whoami
from .collection import Collection, CollectionItem
from .errors import HFValidationError
from .hub import HubClient
from .status import read_json

if TYPE_CHECKING:
    from collections.abc import Iterator

CollectionItemType = Literal["model", "dataset", "space", "paper", "collection", "bucket"]
CollectionSort = Literal["lastModified", "trending", "upvotes"]


_SLUG_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")


def list_collections(
    *,
    owner: str | list[str] | None = None,
    item: str | list[str] | None = None,
    sort: CollectionSort | None = None,
    limit: int | None = None,
    token: str | bool | None = None,
    endpoint: str | None = None,
) -> Iterator[Collection]:
    """Yield collections, each with its first items only.

    Parameters
    ----------
    owner
        Of these accounts.
    item
        That hold this: ``models/me/digits``, ``datasets/squad``, ``papers/1706.03762``.
    sort
        ``lastModified``, ``trending`` or ``upvotes``.
    """
    hub = HubClient.from_env(token, endpoint)
    asked = {"owner": owner, "item": item, "sort": sort, "limit": limit}
    pages = hub.http.pages("/api/collections", params={key: value for key, value in asked.items() if value is not None})
    return (Collection.from_json(body, hub.endpoint) for body in islice(pages, limit))


def get_collection(collection_slug: str, *, token: str | bool | None = None, endpoint: str | None = None) -> Collection:
    """Give a collection with all its items; the slug is the end of its address, ``me/my-list-64f9…``."""
    hub = HubClient.from_env(token, endpoint)
    return Collection.from_json(read_json(hub.http.request("GET", _path(collection_slug))), hub.endpoint)


def create_collection(
    title: str,
    *,
    namespace: str | None = None,
    description: str | None = None,
    private: bool = False,
    resource_group_id: str | None = None,
    exists_ok: bool = False,
    token: str | bool | None = None,
    endpoint: str | None = None,
) -> Collection:
    """Make an empty collection.

    Parameters
    ----------
    namespace
        Whose it is (default: yours).
    resource_group_id
        For organisations: the group it belongs to.
    exists_ok
        True gives the one of this title that is there already.
    """
    owner = namespace or whoami(token, endpoint=endpoint)["name"]
    hub = HubClient.from_env(token, endpoint)
    body = {"title": title, "namespace": owner, "private": private}
    if description is not None:
        body["description"] = description
    if resource_group_id is not None:
        body["resourceGroupId"] = resource_group_id
    response = hub.http.request("POST", "/api/collections", json=body, check=False)
    if response.status_code == 409 and exists_ok:
        return get_collection(read_json(response)["slug"], token=token, endpoint=endpoint)
    hub.http.check(response)
    return Collection.from_json(read_json(response), hub.endpoint)


def update_collection_metadata(
    collection_slug: str,
    *,
    title: str | None = None,
    description: str | None = None,
    position: int | None = None,
    private: bool | None = None,
    theme: str | None = None,
    token: str | bool | None = None,
    endpoint: str | None = None,
) -> Collection:
    """Change what is said of a collection; None leaves a thing as it is. A new title changes the slug."""
    asked = {"title": title, "description": description, "position": position, "private": private, "theme": theme}
    hub = HubClient.from_env(token, endpoint)
    body = {key: value for key, value in asked.items() if value is not None}
    answer = read_json(hub.http.request("PATCH", _path(collection_slug), json=body))
    return Collection.from_json(answer["data"], hub.endpoint)


def delete_collection(
    collection_slug: str,
    *,
    missing_ok: bool = False,
    token: str | bool | None = None,
    endpoint: str | None = None,
) -> None:
    """Delete a collection; what it lists stays. This can't be undone."""
    _delete(_path(collection_slug), token, endpoint, missing_ok=missing_ok)


def add_collection_item(
    collection_slug: str,
    item_id: str,
    item_type: CollectionItemType,
    *,
    note: str | None = None,
    exists_ok: bool = False,
    token: str | bool | None = None,
    endpoint: str | None = None,
) -> Collection:
    """Put something into a collection, at its end.

    Parameters
    ----------
    note
        Shown beside it, at most 500 characters.
    exists_ok
        True is content if it is there already.
    """
    hub = HubClient.from_env(token, endpoint)
    body: dict[str, Any] = {"item": {"id": item_id, "type": item_type}}
    if note is not None:
        body["note"] = note
    response = hub.http.request("POST", f"{_path(collection_slug)}/items", json=body, check=False)
    if response.status_code == 409 and exists_ok:
        return get_collection(collection_slug, token=token, endpoint=endpoint)
    hub.http.check(response)
    return Collection.from_json(read_json(response), hub.endpoint)


def update_collection_item(
    collection_slug: str,
    item_object_id: str,
    *,
    note: str | None = None,
    position: int | None = None,
    token: str | bool | None = None,
    endpoint: str | None = None,
) -> None:
    """Change the note of an item, or its place; `item_object_id` is of `CollectionItem`."""
    asked = {"note": note, "position": position}
    body = {key: value for key, value in asked.items() if value is not None}
    hub = HubClient.from_env(token, endpoint)
    hub.http.request("PATCH", f"{_path(collection_slug)}/items/{item_object_id}", json=body)


def delete_collection_item(
    collection_slug: str,
    item_object_id: str,
    *,
    missing_ok: bool = False,
    token: str | bool | None = None,
    endpoint: str | None = None,
) -> None:
    """Take an item out of a collection."""
    _delete(f"{_path(collection_slug)}/items/{item_object_id}", token, endpoint, missing_ok=missing_ok)


def _delete(path: str, token: str | bool | None, endpoint: str | None, *, missing_ok: bool) -> None:
    hub = HubClient.from_env(token, endpoint)
    response = hub.http.request("DELETE", path, check=False)
    if not (missing_ok and response.status_code == 404):
        hub.http.check(response)


def _path(slug: str) -> str:
    parts = slug.split("/")
    if len(parts) != 2 or not all(_SLUG_PART.fullmatch(part) for part in parts):
        msg = f"{slug!r} is not the slug of a collection: it looks like 'me/my-list-64f9a55bb3115b4f513ec026'."
        raise HFValidationError(msg)
    return f"/api/collections/{slug}"


__all__ = [
    "Collection", "CollectionItem", "add_collection_item", "create_collection", "delete_collection",
    "delete_collection_item", "get_collection", "list_collections", "update_collection_item",
    "update_collection_metadata",
]  # fmt: skip
