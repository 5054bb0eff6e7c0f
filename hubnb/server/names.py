"""Which names may exist: repositories, files inside them, branches and tags."""

from __future__ import annotations

import re

from hubnb.server.wire import HubProblem, bad_request, words

RESERVED_NAMESPACES = frozenset(
    words(
        "api datasets spaces models kernels buckets collections docs settings oauth login logout join "
        "new papers uploads resolve resolve-cache organizations users tasks pricing blog search "
        "notifications static assets posts chat front .well-known"
    )
)
"""First path segments with a meaning of their own, so nobody can be called so."""

_MAX_PATH_CHARS = 1000
_PART = re.compile(r"^[A-Za-z0-9_.\-]{1,96}\Z")
_COMMIT_ID = re.compile(r"^[0-9a-f]{40}\Z")
_BAD_REF = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//")


def check_name_part(part: str, what: str) -> str:
    """Return `part` if it may be a namespace or the name of a repository.

    Raises
    ------
    HubProblem
        400 with the broken rule.
    """
    if not _PART.match(part):
        message = f"{what} {part[:100]!r} must be 1 to 96 characters of A-Z a-z 0-9 _ . -"
        raise bad_request(message)
    if part[0] in "-." or part[-1] in "-.":
        message = f"{what} {part!r} must not start or end with '-' or '.'"
        raise bad_request(message)
    if "--" in part or ".." in part:
        message = f"{what} {part!r} must not contain '--' or '..'"
        raise bad_request(message)
    if part.endswith(".git"):
        message = f"{what} {part!r} must not end in '.git'"
        raise bad_request(message)
    return part


def check_namespace(name: str) -> str:
    """Return `name` if a user or an organisation may be called so."""
    check_name_part(name, "Namespace")
    if name.lower() in RESERVED_NAMESPACES:
        message = f"Namespace {name!r} is reserved."
        raise bad_request(message)
    return name


def check_file_path(path: object) -> str:
    """Return `path` if a commit may write it.

    Raises
    ------
    HubProblem
        422: a path that leaves the repository, or that git or a file system would not take.
    """
    if not isinstance(path, str) or not path:
        raise HubProblem(422, "A file needs a path that is not empty.")
    shown = path[:120]
    if len(path) > _MAX_PATH_CHARS:
        raise HubProblem(422, f"Path {shown!r}... is longer than {_MAX_PATH_CHARS} characters.")
    if path.startswith("/") or any(ord(character) < 32 or ord(character) == 127 for character in path):
        message = f"Path {shown!r} must be relative, with '/' between folders and no control characters."
        raise HubProblem(422, message)
    if path.split("\\")[0] in {"", ".", ".."}:
        message = f"Path {shown!r} must not begin as one that leaves the repository on Windows."
        raise HubProblem(422, message)
    for part in path.split("/"):
        if part in {"", ".", ".."} or part.lower() == ".git":
            message = f"Path {shown!r} must not have empty parts, '.', '..' or '.git'."
            raise HubProblem(422, message)
        if len(part.encode("utf-8", "surrogatepass")) > 255:
            message = f"Path {shown!r} has a part longer than 255 bytes."
            raise HubProblem(422, message)
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        message = f"Path {shown!r} is not valid Unicode."
        raise HubProblem(422, message) from None
    return path


def check_ref_name(name: object) -> str:
    """Return `name` if a branch or a tag may be called so, by git's rules."""
    if not isinstance(name, str) or not name or len(name) > 200:
        message = "A branch or tag needs a name of 1 to 200 characters."
        raise bad_request(message)
    if name.startswith(("-", "refs/")) or name in {"@", "HEAD"} or not is_ref_name(f"refs/heads/{name}"):
        message = f"{name[:100]!r} is not a valid name for a branch or tag."
        raise bad_request(message)
    return name


def is_commit_id(revision: str) -> bool:
    """Say whether a revision is a whole commit id."""
    return bool(_COMMIT_ID.match(revision))


def is_ref_name(ref: str) -> bool:
    """Say whether git, and a disk that keeps refs as files, can have a ref of this full name."""
    parts = ref.split("/")
    if len(parts) < 3 or parts[0] != "refs" or len(ref) > 500 or _BAD_REF.search(ref):
        return False
    if any(not part or part.startswith(".") or part.endswith((".lock", ".")) for part in parts):
        return False
    return not any("\ud800" <= character <= "\udfff" for character in ref)
