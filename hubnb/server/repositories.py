"""Repositories: found, made, moved, deleted, and who may do what with them."""

from __future__ import annotations

import json
import shutil
import sqlite3
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from hubnb.server.accounts import account
from hubnb.server.names import check_name_part, check_namespace
from hubnb.server.wire import (
    HubProblem,
    conflict,
    forbidden,
    gated,
    login_required,
    repo_not_found,
    web_prefix,
)

if TYPE_CHECKING:
    from hubnb.server.accounts import Caller
    from hubnb.server.hub import Hub

MAIN = "refs/heads/main"


@dataclass(frozen=True)
class Repository:
    """One row of the table of repositories."""

    id: str
    type: str
    namespace: str
    name: str
    private: bool
    gated: str | None
    sdk: str | None
    created_by: str | None
    created_at: float
    modified_at: float
    downloads: int
    likes: int
    settings: dict[str, Any]
    described_sha: str | None
    description: str | None

    @classmethod
    def of(cls, row: sqlite3.Row) -> Repository:
        """Read a row."""
        values = {name: row[name] for name in _COLUMNS}
        return cls(**{**values, "private": bool(row["private"]), "settings": json.loads(row["settings"])})

    @property
    def full_name(self) -> str:
        """``namespace/name``."""
        return f"{self.namespace}/{self.name}"

    @property
    def key(self) -> tuple[str, str]:
        """Type and full name, by which a token's scopes name it."""
        return self.type, self.full_name

    def url(self, base: str) -> str:
        """Return the repository's web address."""
        return f"{base}/{web_prefix(self.type)}{self.full_name}"


_COLUMNS = tuple(field.name for field in fields(Repository))


def find(hub: Hub, repo_type: str, namespace: str, name: str) -> Repository | None:
    """Return a repository by name, whatever the case of its letters."""

    def ask() -> Repository | None:
        row = hub.database.one(
            "SELECT * FROM repos WHERE type = ? AND namespace = ? AND name = ?", repo_type, namespace, name
        )
        return Repository.of(row) if row else None

    return hub.database.remember(("repo", repo_type, namespace, name), ask)


def is_remembered(hub: Hub, repo_type: str, namespace: str, name: str) -> bool:
    """Say whether `find` would answer without asking the database."""
    return hub.database.remembers(("repo", repo_type, namespace, name))


def find_renamed(hub: Hub, repo_type: str, namespace: str, name: str) -> Repository | None:
    """Return the repository that once had this name."""
    row = hub.database.one(
        "SELECT repos.* FROM renames JOIN repos ON repos.id = repo_id"
        " WHERE renames.type = ? AND renames.namespace = ? AND renames.name = ?",
        repo_type,
        namespace,
        name,
    )
    return Repository.of(row) if row else None


def may_see(caller: Caller, repo: Repository) -> bool:
    """Say whether the caller may know that the repository exists."""
    return not repo.private or caller.may_read_in(repo.namespace, repo.key)


def check_content(hub: Hub, caller: Caller, repo: Repository) -> None:
    """Refuse the content of a gated repository to those without access.

    Raises
    ------
    HubProblem
        401 or 403 ``GatedRepo``.
    """
    if not repo.gated or caller.may_read_in(repo.namespace, repo.key):
        return
    accepted = hub.database.one(
        "SELECT 1 FROM access_requests WHERE repo_id = ? AND user_id = ? AND status = 'accepted'", repo.id, caller.id
    )
    closed = caller.scopes is not None and not caller.scopes.can_read_gated_repos
    if caller.anonymous or accepted is None or closed:
        raise gated(repo.type, repo.full_name, anonymous=caller.anonymous)


def check_write(caller: Caller, repo: Repository) -> None:
    """Refuse a change by those who may not make it.

    Raises
    ------
    HubProblem
        401 for nobody, 403 for a read token or a foreign namespace.
    """
    if caller.anonymous:
        raise login_required()
    if not caller.may_write_in(repo.namespace, created_by=repo.created_by, repo=repo.key):
        raise _no_right(caller, repo.namespace)


def check_propose(caller: Caller) -> None:
    """Refuse a discussion or a pull request by those who have no token to write with.

    Raises
    ------
    HubProblem
        401 for nobody, 403 for a read token.
    """
    if caller.anonymous:
        raise login_required()
    if caller.token_role == "read" or (caller.scopes is not None and not caller.scopes.may_talk()):  # noqa: S105
        raise _no_right(caller, "")


def _no_right(caller: Caller, namespace: str) -> HubProblem:
    if caller.token_role == "read":  # noqa: S105
        return forbidden("This token can only read. Use a token with the role write.")
    if caller.scopes is not None:
        return forbidden("This token's scopes don't reach so far. Use one with the permission repo.write here.")
    return forbidden(f"You don't have the rights to write in the namespace {namespace}.")


def check_create(hub: Hub, caller: Caller, namespace: str) -> str:
    """Return the proper spelling of a namespace in which the caller may create a repository.

    Raises
    ------
    HubProblem
        401, 403, or 404 for a namespace that isn't there.
    """
    if caller.anonymous:
        raise login_required()
    check_namespace(namespace)
    row = account(hub.database, namespace)
    if row is None or not caller.may_write_in(namespace, created_by=caller.id):
        raise _no_right(caller, namespace)
    return row["name"]


def delete(hub: Hub, repo: Repository) -> None:
    """Delete a repository and the large files that no other one holds."""
    git = hub.git(repo.id)
    with git.writing:
        oids = [row["oid"] for row in hub.database.all("SELECT oid FROM objects WHERE repo_id = ?", repo.id)]
        hub.database.write("DELETE FROM repos WHERE id = ?", repo.id)
        hub.forget(repo.id)
        shutil.rmtree(hub.git_path(repo.id), ignore_errors=True)
    hub.links.remove_unlinked(oids)
    hub.webhooks.announce(repo, "repo", "delete")


def move(hub: Hub, repo: Repository, namespace: str, name: str) -> None:
    """Give a repository another name; the old one leads to it from now on.

    Raises
    ------
    HubProblem
        409 if the new name is taken.
    """
    check_name_part(name, "Name")
    try:
        with hub.database.transaction() as transaction:
            transaction.execute("UPDATE repos SET namespace = ?, name = ? WHERE id = ?", (namespace, name, repo.id))
            transaction.execute(
                "DELETE FROM renames WHERE type = ? AND namespace = ? AND name = ?", (repo.type, namespace, name)
            )
            if (repo.namespace.lower(), repo.name.lower()) != (namespace.lower(), name.lower()):
                transaction.execute(
                    "INSERT OR REPLACE INTO renames VALUES (?, ?, ?, ?)",
                    (repo.type, repo.namespace, repo.name, repo.id),
                )
    except sqlite3.IntegrityError:
        message = f"A {repo.type} called {namespace}/{name} is already there."
        raise conflict(message) from None


def move_branch(hub: Hub, repo: Repository, ref: str, sha: str) -> None:
    """Point a branch to a commit whose objects are on the disk."""
    git = hub.git(repo.id)
    with git.writing:
        if ref == MAIN:
            mark_stale(hub, repo)
        old = git.head(ref)
        git.set_ref(ref, sha)
        if ref == MAIN:
            refresh_description(hub, repo)
    hub.webhooks.announce(repo, "repo.content", "update", updatedRefs=[{"ref": ref, "oldSha": old, "newSha": sha}])


def mark_stale(hub: Hub, repo: Repository) -> None:
    """Note that ``main`` is about to move, so that a description of what it was is never taken for the present one."""
    hub.database.write("UPDATE repos SET described_sha = NULL WHERE id = ?", repo.id)


def refresh_description(hub: Hub, repo: Repository) -> Repository:
    """Keep what ``main`` says about itself beside the row, for lists and filters."""
    git = hub.git(repo.id)
    with git.writing:
        head = git.head(MAIN)
        if head is not None:
            described = hub.description(repo, head)
            with hub.database.transaction() as transaction:
                transaction.execute(
                    "UPDATE repos SET described_sha = ?, description = ?, modified_at = ? WHERE id = ?",
                    (head, json.dumps(described), max(float(git.commit(head).commit_time), repo.created_at), repo.id),
                )
                transaction.execute("DELETE FROM repo_tags WHERE repo_id = ?", (repo.id,))
                transaction.executemany(
                    "INSERT OR IGNORE INTO repo_tags VALUES (?, ?)", [(repo.id, tag) for tag in described["tags"]]
                )
    row = hub.database.one("SELECT * FROM repos WHERE id = ?", repo.id)
    if row is None:
        raise repo_not_found()
    return Repository.of(row)
