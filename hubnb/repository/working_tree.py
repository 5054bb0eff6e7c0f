"""What lies in a clone: which files are new, large, binary, kept by git-lfs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .git import Credentials, Git, GitError

if TYPE_CHECKING:
    from collections.abc import Iterable

LARGE_BYTES = 10 * 1024 * 1024
"""From this size on the Hub takes a file through git-lfs only."""
_SAMPLE_BYTES = 8192


def is_git_repo(folder: str | Path) -> bool:
    """Whether `folder` is the top of a clone."""
    path = Path(folder)
    return (path / ".git").exists() and Git(path, Credentials("")).succeeds("rev-parse", "--git-dir")


def is_local_clone(folder: str | Path, remote_url: str) -> bool:
    """Whether `folder` is a clone of `remote_url`."""
    if not is_git_repo(folder):
        return False
    try:
        found = Git(Path(folder), Credentials("")).run("remote", "get-url", "origin").strip()
    except GitError:
        return False
    return bare_address(found) == bare_address(remote_url)


def bare_address(url: str) -> str:
    """Give an address without user, password, ``.git`` and trailing slash."""
    scheme, separator, rest = url.strip().partition("://")
    if not separator:
        return url.strip().rstrip("/").removesuffix(".git")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}".rstrip("/").removesuffix(".git")


def changed_files(git: Git, pattern: str = ".") -> list[str]:
    """List files that are new or changed and still there, without those `.gitignore` excludes."""
    options = ["-z", "--modified", "--others", "--exclude-standard"]
    listed = git.run("ls-files", *options, "--", pattern).split("\0")
    return [path for path in dict.fromkeys(listed) if path and (git.folder / path).is_file()]


def without_lfs(git: Git, paths: Iterable[str]) -> list[str]:
    """Keep the files that git-lfs does not keep yet."""
    wanted = list(paths)
    if not wanted:
        return []
    said = git.run("check-attr", "-z", "--stdin", "filter", stdin="\0".join(wanted) + "\0").split("\0")
    kept = {path for path, value in zip(said[0::3], said[2::3], strict=False) if value == "lfs"}
    return [path for path in wanted if path not in kept]


def is_binary_file(path: str | Path) -> bool:
    """Whether a file is no text, by its first bytes."""
    with Path(path).open("rb") as file:
        sample = file.read(_SAMPLE_BYTES)
    if b"\0" in sample:
        return True
    try:
        sample.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start < len(sample) - 3  # what is cut off at the end of the sample is no sign
    return False
