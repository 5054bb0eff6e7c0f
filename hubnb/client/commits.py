"""Commits on the wire: how each file should travel, and the one request that makes them a commit."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .errors import HfHubHTTPError, HFValidationError
from .repo_id import RepoUrl, quote_revision
from .status import read_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from .hub import HubClient
    from .repo_id import RepoId

FILES_PER_PREUPLOAD = 256
SAMPLE_BYTES = 512
_PIECE_BYTES = 256 << 10
_COMMIT_TIMEOUT_S = 300.0


@dataclass(frozen=True)
class UploadMode:
    """What the Hub says about one file before it is sent."""

    path: str
    mode: str
    """``regular`` (in the commit itself) or ``lfs`` (as an object)."""
    ignored: bool
    """The repository's `.gitignore` excludes it."""
    remote_oid: str | None
    """Hash of what is at that path now: git blob id, or sha-256 of a large file."""


@dataclass(frozen=True)
class PreuploadFile:
    """A file we mean to send; `size` in bytes, `sample` its first `SAMPLE_BYTES`."""

    path: str
    size: int
    sample: bytes


def request_upload_modes(
    hub: HubClient,
    repo: RepoId,
    revision: str,
    files: list[PreuploadFile],
    *,
    create_pr: bool = False,
    git_ignore: str | None = None,
) -> tuple[dict[str, UploadMode], str | None]:
    """Ask how each of at most `FILES_PER_PREUPLOAD` files should travel.

    Gives that by path, and the commit the answer is about (None if unsaid). `git_ignore` is the text of a
    ``.gitignore`` that the same commit brings; the Hub goes by it instead of by its own.
    """
    body: dict[str, Any] = {
        "files": [
            {"path": file.path, "size": file.size, "sample": base64.b64encode(file.sample).decode()} for file in files
        ]
    }
    if git_ignore is not None:
        body["gitIgnore"] = git_ignore
    response = hub.http.request(
        "POST", f"{repo.api}/preupload/{quote_revision(revision)}", json=body,
        params={"create_pr": "1"} if create_pr else None, repo=repo, revision=revision, repeatable=True,
    )  # fmt: skip
    answer = read_json(response)
    modes: dict[str, UploadMode] = {}
    for item in answer["files"]:
        mode = item["uploadMode"]
        if mode not in ("regular", "lfs"):
            msg = f"{hub.endpoint} wants {item['path']!r} sent in a way hubnb does not know: {mode!r}."
            raise HfHubHTTPError(msg)
        modes[item["path"]] = UploadMode(item["path"], mode, bool(item.get("shouldIgnore")), item.get("oid"))
    missing = [file.path for file in files if file.path not in modes]
    if missing:
        msg = f"{hub.endpoint} did not say how to send {missing[0]!r} of {repo}."
        raise HfHubHTTPError(msg)
    return modes, answer.get("commitOid")


class CommitInfo(str):
    """A commit that was made; as a string it is the address the call is about, as upstream's.

    Attributes
    ----------
    commit_url, oid, commit_message, commit_description
        The commit.
    pr_url, pr_num, pr_revision
        The pull request it opened, or None.
    """

    __slots__ = (
        "commit_description",
        "commit_message",
        "commit_url",
        "oid",
        "pr_num",
        "pr_revision",
        "pr_url",
        "repo_url",
    )

    def __new__(cls, *, commit_url: str, _url: str | None = None, **_: Any) -> CommitInfo:  # noqa: D102
        return super().__new__(cls, _url or commit_url)  # pyright: ignore[reportInconsistentConstructor]

    def __init__(  # pyright: ignore[reportInconsistentConstructor] - __new__ takes what only this uses
        self,
        *,
        commit_url: str,
        commit_message: str,
        commit_description: str,
        oid: str,
        repo_url: RepoUrl,
        pr_url: str | None = None,
        _url: str | None = None,
    ) -> None:
        super().__init__()
        self.commit_url = commit_url
        self.commit_message = commit_message
        self.commit_description = commit_description
        self.oid = oid
        self.repo_url = repo_url
        self.pr_url = pr_url
        self.pr_num = int(pr_url.rsplit("/discussions/", 1)[1]) if pr_url else None
        self.pr_revision = f"refs/pr/{self.pr_num}" if pr_url else None

    def at(self, url: str) -> CommitInfo:
        """Give the same commit, standing for `url` as a string."""
        fields = {
            name: getattr(self, name)
            for name in ("commit_url", "commit_message", "commit_description", "oid", "repo_url", "pr_url")
        }
        return CommitInfo(_url=url, **fields)

    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]:
        return (), {"commit_url": self.commit_url, "_url": str(self)}

    def __repr__(self) -> str:
        pull = f", pr_url={self.pr_url!r}, pr_revision={self.pr_revision!r}" if self.pr_url else ""
        return f"CommitInfo(commit_url={self.commit_url!r}, oid={self.oid!r}{pull})"


@dataclass(frozen=True)
class RegularFile:
    """Content that travels inside the commit; `read` gives its `size` bytes when they are needed."""

    path: str
    size: int
    read: Callable[[], bytes]


@dataclass(frozen=True)
class LargeFile:
    """Content the Hub already holds as an object."""

    path: str
    oid: str
    size: int


@dataclass(frozen=True)
class DeletedFile:
    """A path to remove; a folder goes with all below it."""

    path: str
    is_folder: bool = False


def send_commit(
    hub: HubClient,
    repo: RepoId,
    revision: str,
    lines: Iterable[RegularFile | LargeFile | DeletedFile],
    *,
    message: str,
    description: str = "",
    parent_commit: str | None = None,
    create_pr: bool = False,
) -> CommitInfo:
    """Make one commit of `lines`, or none.

    Parameters
    ----------
    lines
        What it says; gone through once to know how long the body is, and once more each time it is sent.
    parent_commit
        Refuse (412) unless the branch is still there.

    Raises
    ------
    HfHubHTTPError
        409 or 412 if the branch moved, 4xx for paths the Hub refuses.
    """
    if not message.strip():
        msg = "A commit needs a commit_message."
        raise HFValidationError(msg)
    header = {
        "summary": message,
        "description": description,
        **({"parentCommit": parent_commit} if parent_commit else {}),
    }
    response = hub.http.request(
        "POST", f"{repo.api}/commit/{quote_revision(revision)}", data=lambda: _CommitBody(header, lines),
        params={"create_pr": "1"} if create_pr else None, headers={"Content-Type": "application/x-ndjson"},
        # A commit that names its parent can be made once only; one that opens a pull request opens another.
        repeatable=parent_commit is not None and not create_pr,
        repo=repo, revision=revision, timeout_s=_COMMIT_TIMEOUT_S,
    )  # fmt: skip
    answer = read_json(response)
    return CommitInfo(
        commit_url=answer["commitUrl"],
        commit_message=message,
        commit_description=description,
        oid=answer["commitOid"],
        repo_url=RepoUrl(answer["commitUrl"].split("/commit/")[0], hub.endpoint),
        pr_url=answer.get("pullRequestUrl") if create_pr else None,
    )


class _CommitBody:
    """The request's body, made while it is sent: its length is known before the first file is read.

    Not every proxy takes a body without Content-Length, and the files together may not fit into memory.
    """

    def __init__(self, header: dict[str, Any], lines: Iterable[RegularFile | LargeFile | DeletedFile]) -> None:
        self._header = _wire_line("header", header)
        self._lines = lines
        self._length = len(self._header) + sum(_length(line) for line in lines)

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[bytes]:
        piece = bytearray(self._header)
        for line in self._lines:
            piece += _head(line)
            if isinstance(line, RegularFile):
                content = line.read()
                if len(content) != line.size:
                    msg = f"{line.path!r} has {len(content):,} bytes, not {line.size:,} as before. Push it again."
                    raise HFValidationError(msg)
                piece += base64.b64encode(content) + _TAIL
            if len(piece) >= _PIECE_BYTES:
                yield bytes(piece)
                piece.clear()
        yield bytes(piece)


_TAIL = b'"}}\n'


def _length(line: RegularFile | LargeFile | DeletedFile) -> int:
    content = (line.size + 2) // 3 * 4 + len(_TAIL) if isinstance(line, RegularFile) else 0
    return len(_head(line)) + content


def _head(line: RegularFile | LargeFile | DeletedFile) -> bytes:
    """Give a line; of a regular file, what stands before its content."""
    if isinstance(line, RegularFile):
        empty = _wire_line("file", {"path": line.path, "encoding": "base64", "content": ""})
        return empty[: -len(_TAIL)]
    if isinstance(line, LargeFile):
        value = {"path": line.path, "algo": "sha256", "oid": line.oid, "size": line.size}
        return _wire_line("lfsFile", value)
    return _wire_line("deletedFolder" if line.is_folder else "deletedFile", {"path": line.path})


def _wire_line(key: str, value: dict[str, Any]) -> bytes:
    return json.dumps({"key": key, "value": value}).encode() + b"\n"
