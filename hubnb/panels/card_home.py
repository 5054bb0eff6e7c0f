"""Where a card lives, a repository or a file: both can be read, written and put back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..cards import hub as card_hub
from ..cards.card import decode, write
from ..client.auth import whoami
from ..client.discussions import change_discussion_status
from ..client.errors import EntryNotFoundError, HubError, HubUnreachableError, OfflineModeIsEnabled
from ..client.files import fetch_small_file
from ..client.hub import HubClient
from ..client.info import fetch_repo_info, repo_exists
from ..client.refs import list_commits
from ..client.repo_id import RepoId, is_commit_hash
from ..client.tree import list_repo_files
from .account import account_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

README = card_hub.README
_MOST_LISTED_FILES = 20_000


@dataclass(frozen=True)
class Version:
    """The card as it is in its home.

    Parameters
    ----------
    text
        The whole README; empty where there is none.
    commit
        The commit it was read at; None for a file, and where the Hub could not be asked.
    exists
        Whether there is a README.
    """

    text: str
    commit: str | None
    exists: bool = True


class RepoHome:
    """A repository's README at one branch."""

    def __init__(self, repo_id: str, repo_type: str, revision: str | None, token: Any, endpoint: str | None) -> None:
        self.repo = RepoId.parse(repo_id, repo_type)
        self.revision = revision or "main"
        self.token = token
        self.endpoint = endpoint

    @property
    def names(self) -> tuple[str, ...]:
        """What tells this card from others."""
        return (self._hub().endpoint, self.repo.repo_type, self.repo.repo_id, self.revision)

    def view(self) -> dict[str, Any]:
        """Say where the card is, for the browser."""
        return {
            "id": self.repo.repo_id,
            "type": self.repo.repo_type,
            "revision": self.revision,
            "file": README,
            "fixed": is_commit_hash(self.revision),
        }

    def read(self) -> Version:
        """Read the card; a repository without one has an empty card.

        Raises
        ------
        HubError
            The repository can't be read.
        """
        hub = self._hub()
        commit: str | None = None
        try:
            commit = fetch_repo_info(hub, self.repo, self.revision).sha
            text = decode(fetch_small_file(hub, self.repo, commit or self.revision, README), README)
        except EntryNotFoundError:
            return Version("", commit, exists=False)
        except (HubUnreachableError, OfflineModeIsEnabled):
            cached = card_hub.read_readme(
                self.repo.repo_id,
                repo_type=self.repo.repo_type,
                revision=self.revision,
                token=self.token,
                endpoint=self.endpoint,
            )
            return Version(decode(cached, README), None)
        return Version(text, commit)

    def last_change(self) -> dict[str, str]:
        """Say who changed the branch last, when and how."""
        commit = next(iter(list_commits(self._hub(), self.repo, self.revision, limit=1)))
        author = commit.authors[0] if commit.authors else ""
        return {
            "author": author,
            "when": commit.created_at.isoformat() if commit.created_at else "",
            "commit": commit.commit_id,
            "message": commit.title,
        }

    def write(self, text: str, message: str, *, parent: str | None, as_pull_request: bool) -> dict[str, Any]:
        """Commit the card, read it back and compare.

        Raises
        ------
        HubError
            It was not committed; the branch is as it was.
        """
        commit = card_hub.commit_readme(
            self.repo.repo_id,
            text,
            repo_type=self.repo.repo_type,
            token=self.token,
            commit_message=message,
            commit_description=None,
            revision=self.revision,
            create_pr=as_pull_request,
            parent_commit=None if as_pull_request else parent,
            endpoint=self.endpoint,
        )
        revision = commit.pr_revision or self.revision
        try:
            same = decode(fetch_small_file(self._hub(), self.repo, commit.oid or revision, README), README) == text
        except HubError:
            same = None  # it is committed, whatever became of looking
        return {
            "commit": commit.oid,
            "url": commit.pr_url or commit.commit_url,
            "pull_request": commit.pr_num,
            "revision": revision,
            "same": same,
        }

    def take_back(self, pushed: dict[str, Any], before: Version) -> str | None:
        """Undo a push: put the text back, or close the pull request; give the commit that did it, if one did."""
        if pushed["pull_request"]:
            change_discussion_status(
                self.repo.repo_id,
                pushed["pull_request"],
                "closed",
                repo_type=self.repo.repo_type,
                token=self.token,
                endpoint=self.endpoint,
            )
            return None
        from ..client.commits import DeletedFile, RegularFile, send_commit

        data = before.text.encode()
        line = RegularFile(README, len(data), lambda: data) if before.exists else DeletedFile(README)
        message = f"Take back the card of {pushed['commit'][:7]}"
        parent = pushed["commit"]
        return send_commit(self._hub(), self.repo, self.revision, [line], message=message, parent_commit=parent).oid

    def picture(self, path: str) -> bytes:
        """Read a picture of the repository."""
        return fetch_small_file(self._hub(), self.repo, self.revision, path)

    def files(self) -> frozenset[str] | None:
        """Name the files of the repository; None where there are too many to look for one."""
        found = list_repo_files(
            self.repo.repo_id,
            revision=self.revision,
            repo_type=self.repo.repo_type,
            token=self.token,
            endpoint=self.endpoint,
        )
        return frozenset(found) if len(found) <= _MOST_LISTED_FILES else None

    def missing(self, kind: str, names: Iterable[str]) -> set[str]:
        """Name the repositories that are not there, or not to be seen."""
        return {
            name for name in names if not repo_exists(name, repo_type=kind, token=self.token, endpoint=self.endpoint)
        }

    def permission(self) -> dict[str, str]:
        """Say whether the token may push here: ``push``, ``pull_request`` or ``nothing``, and as whom."""
        try:
            account = account_of(whoami(self.token, endpoint=self.endpoint))
        except HubError:
            return {"may": "nothing", "user": ""}
        owner = self.repo.repo_id.rpartition("/")[0]
        own = owner in ("", account["name"])
        member = any(one["name"] == owner and one["role"] != "read" for one in account["organisations"])
        if account["role"] == "read":
            return {"may": "nothing", "user": account["name"]}
        return {"may": "push" if own or member else "pull_request", "user": account["name"]}

    def _hub(self) -> HubClient:
        return HubClient.from_env(self.token, self.endpoint)


class FileHome:
    """A README on this machine."""

    def __init__(self, path: Path, repo_type: str) -> None:
        self.path = path.resolve()
        self.repo_type = repo_type

    @property
    def names(self) -> tuple[str, ...]:
        """What tells this card from others."""
        return ("file", str(self.path))

    def view(self) -> dict[str, Any]:
        """Say where the card is, for the browser."""
        return {"id": "", "type": self.repo_type, "revision": "", "file": self.path.name, "fixed": False}

    def read(self) -> Version:
        """Read the file; one that is not there is an empty card."""
        if not self.path.exists():
            return Version("", None, exists=False)
        return Version(decode(self.path.read_bytes(), self.path.name), None)

    def last_change(self) -> dict[str, str]:
        """Say what is known about who changed the file."""
        return {"author": "", "when": "", "commit": "", "message": ""}

    def write(self, text: str, message: str, *, parent: str | None, as_pull_request: bool) -> dict[str, Any]:  # noqa: ARG002
        """Write the file, read it back and compare."""
        write(self.path, text.encode())
        same = self.read().text == text
        return {"commit": "", "url": "", "pull_request": None, "revision": "", "same": same}

    def take_back(self, pushed: dict[str, Any], before: Version) -> str | None:  # noqa: ARG002
        """Put the old text back."""
        if before.exists:
            self.write(before.text, "", parent=None, as_pull_request=False)
        else:
            self.path.unlink(missing_ok=True)
        return None

    def picture(self, path: str) -> bytes:
        """Read a picture beside the file; never one from elsewhere."""
        found = (self.path.parent / path).resolve()
        if not found.is_relative_to(self.path.parent):
            msg = f"{path} lies outside of the card's folder. It is not shown."
            raise HubError(msg)
        return found.read_bytes()

    def files(self) -> frozenset[str] | None:
        """Name the files in the card's folder; None where there are too many."""
        found: set[str] = set()
        for one in self.path.parent.rglob("*"):
            found.add(one.relative_to(self.path.parent).as_posix())
            if len(found) > _MOST_LISTED_FILES:
                return None
        return frozenset(found)

    def missing(self, kind: str, names: Iterable[str]) -> set[str]:  # noqa: ARG002
        """Ask nobody: the file may be for any hub."""
        return set()

    def permission(self) -> dict[str, str]:
        """Say that a file can be written."""
        return {"may": "push", "user": ""}


Home = RepoHome | FileHome


def move_conflicts(error: HubError) -> bool:
    """Whether a commit was refused because the branch moved on."""
    return getattr(error, "status_code", None) in (409, 412)


def is_refusal(error: HubError) -> bool:
    """Whether a commit was refused because the token may not push."""
    return getattr(error, "status_code", None) in (401, 403)
