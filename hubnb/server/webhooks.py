"""Webhooks: addresses that are told what happened to repositories."""

from __future__ import annotations

import http.client
import json
import logging
import queue
import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from hubnb.server.outbound import post

if TYPE_CHECKING:
    import sqlite3

    from hubnb.server.hub import Hub
    from hubnb.server.repositories import Repository

VERSION = 3
_MAX_WAITING = 1000
_log = logging.getLogger("hubnb.server")


class Webhooks:
    """Tells the webhooks that watch a repository, one after the other, in a thread of its own.

    Each is told once: it may be slow, gone or broken, and nothing here waits for it.
    """

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._waiting: queue.Queue[tuple[str, dict[str, str], bytes] | None] = queue.Queue(_MAX_WAITING)
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    def announce(self, repo: Repository, scope: str, action: str, **more: Any) -> None:
        """Tell who watches `repo` that `action` happened to `scope`, e.g. ``update`` to ``repo.content``."""
        for row in self._watching(repo, scope.partition(".")[0]):
            body = {"event": {"action": action, "scope": scope}, "repo": _repo_json(self._hub, repo), **more}
            body["webhook"] = {"id": row["id"], "version": VERSION}
            headers = {"Content-Type": "application/json"}
            if row["secret"]:
                headers["X-Webhook-Secret"] = row["secret"]
            self._enqueue(row["url"], headers, json.dumps(body).encode())

    def _watching(self, repo: Repository, domain: str) -> list[sqlite3.Row]:
        database = self._hub.database
        rows = database.remember("webhooks", lambda: database.all("SELECT * FROM webhooks WHERE disabled = 0"))
        return [row for row in rows if domain in json.loads(row["domains"]) and self._watches(row, repo)]

    def _watches(self, row: sqlite3.Row, repo: Repository) -> bool:
        if repo.private and not self._is_member(row["user_id"], repo.namespace):
            return False
        for item in json.loads(row["watched"]):
            name = item["name"].lower()
            if item["type"] in {"user", "org"} and name == repo.namespace.lower():
                return True
            if item["type"] == repo.type and name == repo.full_name.lower():
                return True
        return False

    def _is_member(self, user_id: str, namespace: str) -> bool:
        row = self._hub.database.one(
            "SELECT 1 FROM accounts WHERE name = ? AND (id = ? OR id IN"
            " (SELECT organization_id FROM members WHERE user_id = ?))",
            *(namespace, user_id, user_id),
        )
        return row is not None

    def _enqueue(self, url: str, headers: dict[str, str], body: bytes) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="hubnb-webhooks", daemon=True)
                self._thread.start()
        try:
            self._waiting.put_nowait((url, headers, body))
        except queue.Full:
            _log.warning("Too many webhooks wait; %s is not told.", url)

    def _work(self) -> None:
        while (job := self._waiting.get()) is not None:
            try:
                status = post(*job, private=self._hub.reaches_private)
                if status >= 300:
                    _log.warning("Webhook %s answered %s.", job[0], status)
            except (OSError, ValueError, http.client.HTTPException) as error:
                _log.warning("Webhook %s could not be told: %s", job[0], error)

    def close(self) -> None:
        """Stop after what is being told now."""
        if self._thread is not None:
            with self._waiting.mutex:
                self._waiting.queue.clear()
            self._waiting.put(None)


def is_address(url: object) -> bool:
    """Say whether a webhook may be told here: over HTTP, nothing else."""
    if not isinstance(url, str) or len(url) > 2000 or any(ord(character) <= 32 for character in url):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _repo_json(hub: Hub, repo: Repository) -> dict[str, Any]:
    owner = hub.database.one("SELECT id FROM accounts WHERE name = ?", repo.namespace)
    found: dict[str, Any] = {
        "type": repo.type,
        "name": repo.full_name,
        "id": repo.id,
        "private": repo.private,
        "owner": {"id": owner["id"] if owner else None},
    }
    if hub.git_path(repo.id).exists():
        found["headSha"] = hub.git(repo.id).head("refs/heads/main")
    return found
