"""Discussions and pull requests: numbered together, told as a list of events."""

from __future__ import annotations

import html
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hubnb.server.database import new_id
from hubnb.server.folder import Folder
from hubnb.server.history import Change, first_parents, history
from hubnb.server.repositories import Repository, move_branch
from hubnb.server.wire import HubProblem, bad_request, iso_date

if TYPE_CHECKING:
    import sqlite3

    from hubnb.server.accounts import Caller
    from hubnb.server.gitrepo import GitRepo
    from hubnb.server.hub import Hub

OPEN, DRAFT = ("open", "draft"), "draft"
HIDDEN_TEXT = "This comment has been hidden"


@dataclass(frozen=True)
class Discussion:
    """One discussion or pull request of a repository."""

    repo_id: str
    num: int
    title: str
    status: str
    is_pull_request: bool
    author_id: str | None
    base: str | None
    """Full ref a pull request wants to change, e.g. ``refs/heads/main``."""
    merge_commit: str | None
    created_at: float
    pinned: bool = False

    @classmethod
    def of(cls, row: sqlite3.Row) -> Discussion:
        """Read a row."""
        flags = {name: bool(row[name]) for name in ("is_pull_request", "pinned")}
        return cls(**{**dict(row), **flags})

    @property
    def ref(self) -> str:
        """The branch of a pull request."""
        return f"refs/pr/{self.num}"


def find(hub: Hub, repo: Repository, num: int) -> Discussion:
    """Return a discussion.

    Raises
    ------
    HubProblem
        404 if there is none of this number.
    """
    row = hub.database.one("SELECT * FROM discussions WHERE repo_id = ? AND num = ?", repo.id, num)
    if row is None:
        raise HubProblem(404, f"There is no discussion {num} in {repo.full_name}.")
    return Discussion.of(row)


def open_pull_request(hub: Hub, repo: Repository, ref: str) -> Discussion | None:
    """Return the pull request that a ref such as ``refs/pr/3`` belongs to, None unless it is open."""
    number = ref.removeprefix("refs/pr/")
    if number == ref or not (number.isascii() and number.isdecimal()):
        return None
    row = hub.database.one(
        "SELECT * FROM discussions WHERE repo_id = ? AND num = ? AND is_pull_request AND status IN ('open', 'draft')",
        repo.id,
        int(number),
    )
    return Discussion.of(row) if row else None


def has_open_pull_request(hub: Hub, repo: Repository, user_id: str | None) -> bool:
    """Say whether a user has a pull request under way here, and so may send large files."""
    row = hub.database.one(
        "SELECT 1 FROM discussions WHERE repo_id = ? AND author_id = ? AND is_pull_request"
        " AND status IN ('open', 'draft')",
        repo.id,
        user_id,
    )
    return row is not None


def next_number(hub: Hub, repo: Repository, git: GitRepo) -> int:
    """Return the number of the next discussion; one that a killed process reserved by a ref is left out.

    A deleted one's number isn't given again either: it is in addresses that people have kept.
    """
    row = hub.database.one("SELECT max(num) AS last FROM discussions WHERE repo_id = ?", repo.id)
    refs = [int(name) for name in git.refs("refs/pr/") if name.isdecimal()]
    deleted = hub.database.setting(_deleted_key(repo))
    return max([row["last"] or 0 if row else 0, int(deleted or 0), *refs]) + 1


def _deleted_key(repo: Repository) -> str:
    return f"last-deleted-discussion {repo.id}"


def delete(hub: Hub, repo: Repository, discussion: Discussion) -> None:
    """Delete a discussion with all that was said in it, and the branch of a pull request."""
    git = hub.git(repo.id)
    with git.writing:
        last = int(hub.database.setting(_deleted_key(repo)) or 0)
        with hub.database.transaction() as transaction:
            transaction.execute(
                "INSERT OR REPLACE INTO meta VALUES (?, ?)", (_deleted_key(repo), str(max(last, discussion.num)))
            )
            transaction.execute(
                "DELETE FROM discussions WHERE repo_id = ? AND num = ?", (discussion.repo_id, discussion.num)
            )
        remove_branch(hub, repo, discussion)
    hub.webhooks.announce(repo, "discussion", "delete", discussion=_told(discussion))


def remove_branch(hub: Hub, repo: Repository, discussion: Discussion) -> None:
    """Delete the branch of a pull request."""
    git = hub.git(repo.id)
    if discussion.is_pull_request and git.head(discussion.ref) is not None:
        git.remove_ref(discussion.ref)


def begin(
    hub: Hub, repo: Repository, num: int, caller: Caller, *, title: str, text: str, status: str, base: str | None
) -> Discussion:
    """Write a discussion down; `base` makes it a pull request."""
    with hub.database.transaction() as transaction:
        transaction.execute(
            "INSERT INTO discussions VALUES (?, ?, ?, ?, ?, ?, ?, NULL, ?, 0)",
            (repo.id, num, title, status, base is not None, caller.id, base, time.time()),
        )
    begun = find(hub, repo, num)
    if text or base is None:
        add_event(hub, begun, caller, "comment", comment_data(text))
    hub.webhooks.announce(repo, "discussion", "create", discussion=_told(begun))
    return begun


def _told(discussion: Discussion) -> dict[str, Any]:
    """Describe a discussion as webhooks do."""
    shown: dict[str, Any] = {
        "num": discussion.num,
        "title": discussion.title,
        "status": discussion.status,
        "isPullRequest": discussion.is_pull_request,
        "author": {"id": discussion.author_id},
    }
    return {**shown, "changes": {"base": discussion.base}} if discussion.is_pull_request else shown


def comment_data(text: str, *, edits: int = 0) -> dict[str, Any]:
    """Return what a comment event carries; strangers' text is escaped, never taken for HTML."""
    latest = {"raw": text, "html": f"<p>{html.escape(text)}</p>", "updatedAt": iso_date(time.time())}
    return {"edited": edits > 0, "hidden": False, "numEdits": edits, "latest": latest, "editors": [], "reactions": []}


def add_event(hub: Hub, discussion: Discussion, caller: Caller, kind: str, data: dict[str, Any]) -> dict[str, Any]:
    """Append an event and return it as answers show it."""
    event_id = new_id()
    with hub.database.transaction() as transaction:
        transaction.execute(
            "INSERT INTO events SELECT ?, ?, ?, coalesce(max(position), 0) + 1, ?, ?, ?, ? FROM events"
            " WHERE repo_id = ? AND num = ?",
            (
                *(event_id, discussion.repo_id, discussion.num, kind, caller.id, json.dumps(data), time.time()),
                *(discussion.repo_id, discussion.num),
            ),
        )
    _announce(hub, discussion, caller, event_id, kind, data)
    return event(hub, discussion, event_id)


def _announce(hub: Hub, discussion: Discussion, caller: Caller, event_id: str, kind: str, data: dict[str, Any]) -> None:
    row = hub.database.one("SELECT * FROM repos WHERE id = ?", discussion.repo_id)
    if row is None or kind == "commit":  # told as a change of the content
        return
    said = {"discussion": _told(discussion)}
    if kind == "comment":
        said["comment"] = {"id": event_id, "author": {"id": caller.id}, "content": data["latest"]["raw"]}
    scope, action = ("discussion.comment", "create") if kind == "comment" else ("discussion", "update")
    hub.webhooks.announce(Repository.of(row), scope, action, **said)


def event(hub: Hub, discussion: Discussion, event_id: str) -> dict[str, Any]:
    """Return one event.

    Raises
    ------
    HubProblem
        404 if there is none.
    """
    row = hub.database.one(
        "SELECT * FROM events WHERE id = ? AND repo_id = ? AND num = ?", event_id, discussion.repo_id, discussion.num
    )
    if row is None:
        raise HubProblem(404, "There is no such comment.")
    return event_json(hub, row)


def events(hub: Hub, discussion: Discussion) -> list[dict[str, Any]]:
    """Return all events of a discussion, oldest first."""
    rows = hub.database.all(
        "SELECT * FROM events WHERE repo_id = ? AND num = ? ORDER BY position", discussion.repo_id, discussion.num
    )
    return [event_json(hub, row) for row in rows]


def event_json(hub: Hub, row: sqlite3.Row) -> dict[str, Any]:
    """Return an event as answers show it."""
    found = author(hub, row["author_id"])
    data = json.loads(row["data"])
    if "latest" in data:
        data["latest"]["author"] = found
    shown = {"id": row["id"], "type": row["type"], "createdAt": iso_date(row["created_at"]), "data": data}
    return {**shown, "author": found} if found else shown


def author(hub: Hub, user_id: str | None) -> dict[str, Any] | None:
    """Return who wrote something, None once the account is gone."""
    row = hub.database.one("SELECT * FROM accounts WHERE id = ?", user_id)
    if row is None:
        return None
    return {
        "_id": row["id"],
        "name": row["name"],
        "fullname": row["fullname"],
        "type": row["kind"],
        "avatarUrl": f"/avatars/{row['id']}.svg",
        "isPro": False,
        "isHf": False,
    }


def set_status(hub: Hub, discussion: Discussion, caller: Caller, status: str, reason: str = "") -> dict[str, Any]:
    """Open or close a discussion; return the event."""
    hub.database.write(
        "UPDATE discussions SET status = ? WHERE repo_id = ? AND num = ?", status, discussion.repo_id, discussion.num
    )
    data = {"status": status, **({"reason": reason} if reason else {})}
    return add_event(hub, discussion, caller, "status-change", data)


@dataclass(frozen=True)
class Proposal:
    """What a pull request would change."""

    base_head: str
    head: str
    ancestor: str
    changes: dict[str, tuple[int, bytes] | None]
    """Path to mode and id of the new file, None for a deletion."""
    conflicts: list[str]

    @classmethod
    def of(cls, hub: Hub, repo: Repository, discussion: Discussion) -> Proposal | None:
        """Compare a pull request with its base; None if either branch is gone."""
        git = hub.git(repo.id)
        base_head, head = git.head(discussion.base or ""), git.head(discussion.ref)
        if base_head is None or head is None:
            return None
        behind = set(history(git, base_head))
        ancestor = next((change.sha for change in first_parents(git, head) if change.sha in behind), None)
        if ancestor is None:
            return None
        ours, theirs = (_changes(hub, repo, ancestor, sha) for sha in (base_head, head))
        conflicts = [path for path in theirs if path in ours and ours[path] != theirs[path]]
        return cls(base_head, head, ancestor, theirs, sorted(conflicts))

    def commits(self, git: GitRepo) -> list[Change]:
        """Return the commits of the pull request, oldest first."""
        found: list[Change] = []
        for change in first_parents(git, self.head):
            if change.sha == self.ancestor:
                break
            found.append(change)
        return found[::-1]

    def diff(self, git: GitRepo) -> str:
        """Return the changes as unified text."""
        return git.diff(self.ancestor, self.head)


def _changes(hub: Hub, repo: Repository, old: str, new: str) -> dict[str, tuple[int, bytes] | None]:
    before = {entry.path: (entry.mode, entry.oid.encode()) for entry in hub.snapshot(repo.id, old).files}
    after = {entry.path: (entry.mode, entry.oid.encode()) for entry in hub.snapshot(repo.id, new).files}
    changed = {path: found for path, found in after.items() if before.get(path) != found}
    return {**changed, **{path: None for path in before if path not in after}}


def merge(hub: Hub, repo: Repository, discussion: Discussion, caller: Caller) -> str:
    """Put the changes of a pull request on its base as one commit; return that commit.

    Raises
    ------
    HubProblem
        400 unless it is open and has changes, 409 if files were changed on both sides.
    """
    git = hub.git(repo.id)
    with git.writing:
        if not discussion.is_pull_request or discussion.status != "open":
            message = f"Only an open pull request can be merged; {discussion.num} is {discussion.status}."
            raise bad_request(message)
        proposal = Proposal.of(hub, repo, discussion)
        if proposal is None or discussion.base is None:
            message = "The branches of this pull request have nothing in common any more."
            raise bad_request(message)
        if proposal.conflicts:
            raise HubProblem(409, f"Changed on both sides: {', '.join(proposal.conflicts[:20])}.")
        root, written = Folder(git, git.commit(proposal.base_head).tree), list[bytes]()
        for path in sorted(path for path, found in proposal.changes.items() if found is None):
            root.remove(path)
        for path, found in proposal.changes.items():
            if found is not None:
                root.put(path, found[1], found[0])
        lines = [f"- {change.title} ({change.sha})" for change in proposal.commits(git)]
        message = "\n".join([f"{discussion.title} (#{discussion.num})", "", *lines])
        tree = root.write_root(written)
        sha = git.write_commit(tree, [proposal.base_head], author=caller.name or "", message=message)
        git.sync([*written, sha])
        move_branch(hub, repo, discussion.base, sha.decode())
    hub.database.write(
        "UPDATE discussions SET merge_commit = ? WHERE repo_id = ? AND num = ?", sha.decode(), repo.id, discussion.num
    )
    return sha.decode()
