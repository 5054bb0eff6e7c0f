"""Names of repositories, revisions and files: checked before anything is sent, quoted in one place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import quote, urlsplit

from .errors import HFValidationError

REPO_TYPES = ("model", "dataset", "space")
_WEB_PREFIX = {"model": "", "dataset": "datasets/", "space": "spaces/"}
_PART = re.compile(r"[A-Za-z0-9_.-]{1,96}")
_COMMIT = re.compile(r"[0-9a-f]{40}")


def validate_repo_id(repo_id: object) -> str:
    """Return `repo_id` if it can name a repository, else say why it can't.

    Raises
    ------
    HFValidationError
        Naming the id and the rule it breaks.
    """
    if not isinstance(repo_id, str):
        msg = f"repo_id must be a string such as 'me/digits', not {type(repo_id).__name__}: {repo_id!r}."
        raise HFValidationError(msg)
    problem = _repo_id_problem(repo_id)
    if problem:
        msg = f"{repo_id!r} is not a repo id: {problem}. A repo id looks like 'namespace/name' or 'name'."
        raise HFValidationError(msg)
    return repo_id


def _repo_id_problem(repo_id: str) -> str | None:
    parts = repo_id.split("/")
    if len(parts) > 2:
        return "it has more than one '/'"
    for part in parts:
        if not _PART.fullmatch(part):
            return "each part is 1 to 96 of the characters A-Z a-z 0-9 _ . -"
        if part[0] in "-." or part[-1] in "-.":
            return "no part may start or end with '-' or '.'"
        if "--" in part or ".." in part:
            return "'--' and '..' are not allowed"
    if repo_id.endswith(".git"):
        return "it ends in '.git'"
    return None


def validate_repo_type(repo_type: str | None) -> str:
    """Give the repo type, ``model`` for None."""
    if repo_type is None:
        return "model"
    if repo_type not in REPO_TYPES:
        msg = f"repo_type must be one of {', '.join(REPO_TYPES)}, not {repo_type!r}."
        raise HFValidationError(msg)
    return repo_type


def validate_path_in_repo(path: str) -> str:
    """Give `path` in the repo's own form (no leading ``./``), or refuse one that climbs or is not portable.

    Also guards the other direction: a hostile Hub can't name a file that lands outside our folder.
    """
    cleaned = path[2:] if path.startswith("./") else path
    parts = cleaned.split("/")
    drive = re.match(r"[A-Za-z]:", cleaned)
    if not cleaned or cleaned.startswith("/") or "\\" in cleaned or "\0" in cleaned or drive:
        msg = f"{path!r} is not a path in a repository: it must be relative and use '/'."
        raise HFValidationError(msg)
    if any(part in ("", ".", "..") for part in parts):
        msg = f"{path!r} is not a path in a repository: empty parts, '.' and '..' are not allowed."
        raise HFValidationError(msg)
    if parts[0] == ".git":
        msg = f"{path!r} is not a path in a repository: '.git' belongs to git itself."
        raise HFValidationError(msg)
    return cleaned


def is_commit_hash(revision: str | None) -> bool:
    """Whether `revision` is a full commit id, which never moves."""
    return revision is not None and _COMMIT.fullmatch(revision) is not None


def api_path(repo_type: str, repo_id: str) -> str:
    """``/api/models/ns/name``."""
    return f"/api/{repo_type}s/{repo_id}"


def web_path(repo_type: str, repo_id: str) -> str:
    """``/ns/name`` for models, ``/datasets/ns/name`` and ``/spaces/ns/name`` for the others."""
    return f"/{_WEB_PREFIX[repo_type]}{repo_id}"


def quote_revision(revision: str) -> str:
    """Quote a revision for a URL: ``refs/pr/1`` is one segment there."""
    return quote(revision, safe="")


def quote_path(path: str) -> str:
    """Quote a file path for a URL, keeping its slashes."""
    return quote(str(PurePosixPath(path)))


@dataclass(frozen=True)
class RepoId:
    """A repository, fully named."""

    repo_id: str
    repo_type: str = "model"

    @classmethod
    def parse(cls, repo_id: str, repo_type: str | None = None) -> RepoId:
        """Check both parts."""
        return cls(validate_repo_id(repo_id), validate_repo_type(repo_type))

    @property
    def api(self) -> str:
        """API path of the repository."""
        return api_path(self.repo_type, self.repo_id)

    @property
    def web(self) -> str:
        """Web path of the repository; files, git and LFS hang off it."""
        return web_path(self.repo_type, self.repo_id)

    def __str__(self) -> str:
        return self.repo_id if self.repo_type == "model" else f"{self.repo_type} {self.repo_id}"


class RepoUrl(str):
    """URL of a repository that also knows its parts, as `huggingface_hub` returns it.

    Examples
    --------
    >>> url = RepoUrl("https://huggingface.co/datasets/me/digits")
    >>> url.repo_id, url.repo_type
    ('me/digits', 'dataset')
    """

    __slots__ = ("endpoint", "namespace", "repo_id", "repo_name", "repo_type")

    def __init__(self, url: str, endpoint: str | None = None) -> None:
        super().__init__()
        split = urlsplit(url)
        path = split.path
        if endpoint is None:
            self.endpoint = f"{split.scheme}://{split.netloc}"
        else:
            self.endpoint = endpoint.rstrip("/")
            path = path.removeprefix(urlsplit(self.endpoint).path)
        parts = path.strip("/").split("/")
        self.repo_type = "model"
        for repo_type in ("dataset", "space"):
            if parts[0] == f"{repo_type}s":
                self.repo_type = repo_type
                parts = parts[1:]
        if len(parts) < 2:
            msg = f"{url!r} is not the address of a repository: it has no namespace and name."
            raise HFValidationError(msg)
        self.namespace, self.repo_name = parts[0], parts[1]
        self.repo_id = f"{self.namespace}/{self.repo_name}"

    def __new__(cls, url: str, endpoint: str | None = None) -> RepoUrl:  # noqa: ARG004, D102
        return super().__new__(cls, url)

    @property
    def url(self) -> str:
        """The address as a plain string."""
        return str(self)

    def __repr__(self) -> str:
        return f"RepoUrl({str(self)!r}, repo_type={self.repo_type!r}, repo_id={self.repo_id!r})"
