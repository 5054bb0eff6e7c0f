"""A commit as a client sends it: one JSON object a line, checked as it arrives, applied all or not at all."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass, field
from stat import S_ISDIR
from typing import TYPE_CHECKING, Any

from hubnb.server.cardlint import lint
from hubnb.server.folder import Folder
from hubnb.server.gitobjects import FILE_MODE
from hubnb.server.largefiles import is_oid
from hubnb.server.names import check_file_path
from hubnb.server.pointers import Attributes, Pointer, read_pointer
from hubnb.server.repositories import move_branch
from hubnb.server.wire import HubProblem, bad_request, entry_not_found, repo_not_found, revision_not_found

if TYPE_CHECKING:
    from collections.abc import Callable

    from hubnb.server.gitrepo import GitRepo
    from hubnb.server.hub import Hub
    from hubnb.server.repositories import Repository

MAX_REGULAR_BYTES = 32 << 20
"""A regular file is one git blob, held in memory while it is read; larger ones must be sent as LFS."""
MAX_LINE_BYTES = MAX_REGULAR_BYTES * 4 // 3 + (64 << 10)
MAX_OPERATIONS = 100_000
_MAX_MESSAGE_CHARS = 65_536
_MISSING = "A file with this name doesn't exist"


@dataclass(frozen=True)
class Change:
    """One file to write (`oid` given) or one path to delete."""

    path: str
    oid: bytes | None = None
    deletes: str = ""
    """For a deletion: ``file``, ``folder`` or ``entry`` (either)."""


@dataclass
class Draft:
    """A commit on its way in. File contents go to the object store at once, so memory holds one line, not the body."""

    hub: Hub
    repo: Repository
    git: GitRepo
    may_link: Callable[[str], bool]
    """Says whether the caller may read a large file of another repository, and so may put it here too."""
    summary: str | None = None
    description: str = ""
    parent: str | None = None
    changes: list[Change] = field(default_factory=list)
    large_paths: list[str] = field(default_factory=list)
    large_files: dict[str, str] = field(default_factory=dict)
    """sha-256 to a path that points to it."""
    written: list[bytes] = field(default_factory=list)

    def line(self, line: bytes) -> None:
        """Read one line.

        Raises
        ------
        HubProblem
            400 or 422 that names the line's fault.
        """
        try:
            data = json.loads(line)
        except (ValueError, RecursionError):
            message = "Each line of a commit must be a JSON object."
            raise bad_request(message) from None
        if not isinstance(data, dict) or not isinstance(data.get("value"), dict):
            message = 'Each line of a commit must be {"key": ..., "value": {...}}.'
            raise bad_request(message)
        self.operation(data.get("key"), data["value"])

    def operation(self, key: object, value: dict[str, Any]) -> None:
        """Take one operation."""
        handlers: dict[str, Callable[[dict[str, Any]], None]] = {
            "header": self._header,
            "file": self._file,
            "lfsFile": self._large_file,
            "deletedFile": lambda value: self._delete(value, "file"),
            "deletedFolder": lambda value: self._delete(value, "folder"),
            "deletedEntry": lambda value: self._delete(value, "entry"),
        }
        if not isinstance(key, str) or key not in handlers:
            message = f"Unknown operation {str(key)[:40]!r}; known are {', '.join(handlers)}."
            raise bad_request(message)
        if len(self.changes) >= MAX_OPERATIONS:
            raise HubProblem(413, f"A commit may have at most {MAX_OPERATIONS} operations.")
        handlers[key](value)

    def _header(self, value: dict[str, Any]) -> None:
        summary, description = value.get("summary"), value.get("description") or ""
        parent = value.get("parentCommit")
        if not isinstance(summary, str) or not summary.strip() or not isinstance(description, str):
            message = "The header of a commit needs a summary that is not empty."
            raise bad_request(message)
        if len(summary) + len(description) > _MAX_MESSAGE_CHARS:
            message = f"The commit message is longer than {_MAX_MESSAGE_CHARS} characters."
            raise bad_request(message)
        if parent is not None and not isinstance(parent, str):
            message = "parentCommit must be a commit id."
            raise bad_request(message)
        self.summary, self.description, self.parent = summary.strip(), description.strip(), parent or None

    def _file(self, value: dict[str, Any]) -> None:
        path = check_file_path(value.get("path"))
        content = content_of(value)
        if len(content) > MAX_REGULAR_BYTES:
            raise HubProblem(413, f"{path!r} has {len(content)} bytes; send files this large through LFS.")
        pointer = read_pointer(content)
        if pointer is not None:
            self._check_large(path, pointer.oid)
        if path.lower() == "readme.md":
            check_card(content, self.repo.type)
        oid = self.git.write_blob(content)
        self.written.append(oid)
        self.changes.append(Change(path, oid))

    def _large_file(self, value: dict[str, Any]) -> None:
        path = check_file_path(value.get("path"))
        oid = value.get("oid")
        if value.get("algo", "sha256") != "sha256" or not is_oid(oid):
            raise HubProblem(422, f"The LFS file {path!r} needs algo sha256 and an oid of 64 hex characters.")
        size = self._check_large(path, oid)
        announced = value.get("size")
        if announced is not None and announced != size:
            message = f"The LFS file {path!r} has {size} bytes, not {announced}."
            raise bad_request(message)
        blob = self.git.write_blob(Pointer(oid, size).text())
        self.written.append(blob)
        self.changes.append(Change(path, blob))
        self.large_paths.append(path)

    def _check_large(self, path: str, oid: str) -> int:
        size, links = self.hub.large.size(oid), self.hub.links
        linked = size is not None and (
            links.has(self.repo.id, oid) or (self.may_link(oid) and links.add(self.repo.id, oid, size))
        )
        if size is None or not linked:
            raise _not_uploaded(path, oid)
        self.large_files[oid] = path
        return size

    def _delete(self, value: dict[str, Any], kind: str) -> None:
        path = value.get("path")
        path = check_file_path(path.rstrip("/") if isinstance(path, str) else path)
        self.changes.append(Change(path, deletes=kind))

    def apply(self, ref: str, *, author: str) -> str:
        """Move `ref` to a new commit with all changes; return its id.

        Raises
        ------
        HubProblem
            412 if the branch is no longer where the client saw it, 404 for a deletion of nothing.
        """
        if self.summary is None:
            message = "A commit must begin with its header."
            raise bad_request(message)
        with self.git.writing:
            head = self.guarded_head(ref)
            for oid in self.hub.links.hold(self.repo.id, self.large_files):
                raise _not_uploaded(self.large_files[oid], oid)  # collected since the line that named it
            tree = self.git.commit(head).tree
            root = Folder(self.git, tree)
            for change in self.changes:
                self._change(root, change)
            self._track_large(root)
            new_tree = root.write_root(self.written)
            if new_tree == tree:
                return head  # nothing differs: an empty commit would say something happened
            message = f"{self.summary}\n\n{self.description}" if self.description else self.summary
            sha = self.git.write_commit(new_tree, [head], author=author, message=message)
            self.git.sync([*self.written, sha])
            move_branch(self.hub, self.repo, ref, sha.decode())
        return sha.decode()

    def guarded_head(self, ref: str) -> str:
        """Return where a branch stands, if it is where the client saw it.

        Raises
        ------
        HubProblem
            412 if it has moved, 404 if it is gone.
        """
        if self.hub.database.one("SELECT 1 FROM repos WHERE id = ?", self.repo.id) is None:
            raise repo_not_found()  # deleted while the commit was on its way
        head = self.git.head(ref)
        if head is None:
            raise revision_not_found(ref)
        if self.parent is not None and (len(self.parent) < 5 or not head.startswith(self.parent.lower())):
            message = (
                "The branch was updated since you opened this page. Please refresh and try again."
                f" Its head is {head}, not {self.parent[:40]}."
            )
            raise HubProblem(412, message)
        return head

    def _change(self, root: Folder, change: Change) -> None:
        if change.oid is not None:
            found = root.find(change.path)
            # A new content keeps the mode (executable) of the file it replaces.
            keeps = found is not None and found[0] in (0o100755, FILE_MODE)
            root.put(change.path, change.oid, found[0] if found is not None and keeps else FILE_MODE)
            return
        found = root.find(change.path)
        is_folder = found is not None and S_ISDIR(found[0])
        # The Hub takes a folder where a file was named, and not the other way round.
        if found is None or (change.deletes == "folder" and not is_folder):
            raise entry_not_found(message=f"{_MISSING}: {change.path}")
        root.remove(change.path)

    def _track_large(self, root: Folder) -> None:
        """Add rules to ``.gitattributes`` for LFS files that none covers.

        Without them a git checkout would show pointers.
        """
        paths = [path for path in self.large_paths if root.find(path)]
        if not paths:
            return
        found = root.find(".gitattributes")
        content = self.git.blob(found[1].decode()) if found and not S_ISDIR(found[0]) else b""
        changed = Attributes(content).with_large(paths)
        if changed is not None:
            oid = self.git.write_blob(changed)
            self.written.append(oid)
            root.put(".gitattributes", oid)


def _not_uploaded(path: str, oid: str) -> HubProblem:
    return bad_request(f"LFS pointer of {path!r} points to {oid}, which was not uploaded to this repository.")


def content_of(value: dict[str, Any]) -> bytes:
    """Return the bytes of a file that travels inside JSON."""
    content, encoding = value.get("content"), value.get("encoding", "utf-8")
    if not isinstance(content, str):
        message = "A file of a commit needs its content as text."
        raise bad_request(message)
    try:
        if encoding == "base64":
            return base64.b64decode(content, validate=True)
        if encoding == "utf-8":
            return content.encode()
    except (binascii.Error, ValueError):
        message = f"The content of {value.get('path')!r} is not valid {encoding}."
        raise bad_request(message) from None
    message = f"Unknown encoding {str(encoding)[:40]!r}; known are base64 and utf-8."
    raise bad_request(message)


def check_card(content: bytes, repo_type: str) -> None:
    """Refuse a README whose metadata the card linter finds wrong.

    Raises
    ------
    HubProblem
        400 with what is wrong, with line and column where it is no YAML at all.
    """
    found = lint(content.decode("utf-8", "replace"), repo_type)
    if found.errors:
        raise HubProblem(400, "\n".join(found.errors), extra=found.as_json())
