"""Large files on the wire: ask where to send objects, send them whole or in parts, have them verified."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .errors import HfHubHTTPError
from .keyed import part
from .status import read_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from .hub import HubClient
    from .repo_id import RepoId

OBJECTS_PER_BATCH = 256
_MEDIA_TYPE = "application/vnd.git-lfs+json"
_HEADERS = {"Accept": _MEDIA_TYPE, "Content-Type": _MEDIA_TYPE}
_STORAGE_TIMEOUT_S = 120.0  # storage answers when it has the bytes safe, which takes it a while


@dataclass(frozen=True)
class LfsObject:
    """A large file's content: its sha-256 and its size in bytes."""

    oid: str
    size: int


@dataclass(frozen=True)
class UploadAction:
    """Where one object goes. Addresses carry their own permission, so this has no `repr` that shows them."""

    target: LfsObject
    href: str
    part_urls: tuple[str, ...]
    part_bytes: int
    verify_href: str | None

    def __repr__(self) -> str:
        return f"UploadAction({self.target.oid[:7]}, {max(len(self.part_urls), 1)} part(s))"


def request_uploads(
    hub: HubClient, repo: RepoId, objects: list[LfsObject], *, revision: str | None
) -> list[UploadAction]:
    """Ask where to send `objects`; those the Hub already has are not in the answer.

    Raises
    ------
    HfHubHTTPError
        If the Hub refuses the batch, or one of its objects.
    """
    body: dict[str, Any] = {
        "operation": "upload",
        "transfers": ["basic", "multipart"],
        "objects": [{"oid": item.oid, "size": item.size} for item in objects],
        "hash_algo": "sha256",
    }
    if revision is not None:
        body["ref"] = {"name": revision}
    response = hub.http.request(
        "POST",
        f"{repo.web}.git/info/lfs/objects/batch",
        json=body,
        headers=_HEADERS,
        repo=repo,
        repeatable=True,
    )
    sizes = {item.oid: item for item in objects}
    actions: list[UploadAction] = []
    for item in read_json(response)["objects"]:
        error = item.get("error")
        if error:
            said = f"{error.get('message')} ({error.get('code')})"
            msg = f"{hub.endpoint} does not take the object {item.get('oid')} for {repo}: {said}."
            raise HfHubHTTPError(hub.http.redact(msg), response=response)
        upload = part(item, "actions").get("upload")
        if upload and item["oid"] in sizes:
            actions.append(_action(sizes[item["oid"]], item["actions"], hub))
    return actions


def _action(target: LfsObject, actions: dict[str, Any], hub: HubClient) -> UploadAction:
    upload, verify = actions["upload"], actions.get("verify")
    header = part(upload, "header")
    urls: tuple[str, ...] = ()
    part_bytes = 0
    if "chunk_size" in header:
        part_bytes = int(header["chunk_size"])
        urls = tuple(header[key] for key in sorted((key for key in header if key.isdigit()), key=int))
        if part_bytes < 1 or len(urls) != math.ceil(target.size / part_bytes):
            parts = f"{len(urls)} parts of {part_bytes:,} bytes"
            msg = f"{hub.endpoint} asks for {parts}, which is not {target.size:,} bytes."
            raise HfHubHTTPError(msg)
    return UploadAction(target, upload["href"], urls, part_bytes, verify["href"] if verify else None)


def put_body(hub: HubClient, url: str, body: Callable[[], Any]) -> str:
    """Send one object or part; `body` makes the body anew for every try. Gives the answer's ETag."""
    response = hub.http.request("PUT", url, data=body, repeatable=True, signed=False, timeout_s=_STORAGE_TIMEOUT_S)
    return response.headers.get("ETag", "")


def complete_parts(hub: HubClient, action: UploadAction, etags: list[str]) -> None:
    """Tell the Hub that all parts are there."""
    if not all(etags):
        msg = f"{hub.endpoint} took a part without naming its ETag, so the parts can't be joined."
        raise HfHubHTTPError(msg)
    parts = [{"partNumber": number, "etag": etag} for number, etag in enumerate(etags, start=1)]
    body = {"oid": action.target.oid, "parts": parts}
    hub.http.request(
        "POST",
        action.href,
        json=body,
        headers=_HEADERS,
        repeatable=True,
        signed=False,
        timeout_s=_STORAGE_TIMEOUT_S,
    )


def verify_upload(hub: HubClient, action: UploadAction) -> None:
    """Have the Hub compare what it stored with the hash and size we computed."""
    if action.verify_href is None:
        return
    body = {"oid": action.target.oid, "size": action.target.size}
    hub.http.request(
        "POST", action.verify_href, json=body, headers=_HEADERS, repeatable=True, timeout_s=_STORAGE_TIMEOUT_S
    )
