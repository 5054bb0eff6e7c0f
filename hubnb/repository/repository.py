"""`Repository`: a clone on disk, and everything people do with one."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..api import HfApi
from ..client.errors import HFValidationError
from ..client.repo_id import RepoId, RepoUrl
from ..client.settings import Settings
from ..client.tokens import resolve_token
from .branches import Branches
from .git import Credentials, Git, GitError, check_git
from .pushing import Pushing
from .tracking import Tracking
from .working_tree import bare_address, is_git_repo, is_local_clone

if TYPE_CHECKING:
    from collections.abc import Generator


class Repository(Tracking, Branches, Pushing):
    """A clone of a repository, worked on through the system's git and git-lfs.

    The token is handed to git for each command and written nowhere. For most tasks `upload_folder` and
    `snapshot_download` need less disk and less time; a clone is for work with history and branches.

    Parameters
    ----------
    local_dir
        Folder of the clone. Without `clone_from` it must be one already.
    clone_from
        ``namespace/name`` or an address; cloned into `local_dir` if that is empty, pulled if it is there already.
    repo_type
        For ids: ``model`` (default), ``dataset`` or ``space``.
    token
        A string, True (the ambient token, the default), None (that, if there is one) or False (none).
    git_user, git_email
        Author of commits; default: who the token belongs to.
    revision
        Branch, tag or commit to check out.
    skip_lfs_files
        True leaves large files as pointers until `git_pull(lfs=True)`.
    client
        An `HfApi` that knows another Hub or token.

    Raises
    ------
    GitMissingError
        Without git or git-lfs, before anything is written.
    GitError
        If a git command fails.
    """

    command_queue: list[Any]

    def __init__(
        self,
        local_dir: str | Path,
        clone_from: str | None = None,
        repo_type: str | None = None,
        token: str | bool | None = True,
        git_user: str | None = None,
        git_email: str | None = None,
        revision: str | None = None,
        skip_lfs_files: bool = False,
        client: HfApi | None = None,
    ) -> None:
        self.local_dir = str(Path(local_dir).expanduser().absolute())
        self.repo_type = repo_type
        self.command_queue = []
        self.skip_lfs_files = skip_lfs_files
        self.client = client or HfApi()
        secret = self._find_token(token, clone_from)
        self._git = Git(Path(self.local_dir), Credentials(self.client.endpoint, secret), skip_lfs_files)
        check_git(self._git)
        if clone_from is not None:
            self.clone_from(clone_from)
        elif not is_git_repo(self.local_dir):
            msg = f"{self.local_dir} is no clone. Say with clone_from= what to clone into it."
            raise GitError(msg)
        if secret is not None and (git_user is None or git_email is None):
            user = self.client.whoami(secret, cache=True)
            git_email = git_email or user.get("email") or f"{user['name']}@users.noreply.local"
            git_user = git_user or user.get("fullname") or user["name"]
        if git_user is not None or git_email is not None:
            self.git_config_username_and_email(git_user, git_email)
        self._git.run("lfs", "install", "--local")
        if revision is not None:
            self.git_checkout(revision, create_branch_ok=True)

    def __repr__(self) -> str:
        return f"Repository({self.local_dir!r})"

    def _find_token(self, token: str | bool | None, clone_from: str | None) -> str | None:
        """Give the token to use: that of the argument, else one that the address holds (and that leaves it here)."""
        user_info = clone_from.partition("://")[2].partition("/")[0].rpartition("@")[0] if clone_from else ""
        in_address = user_info.partition(":")[2] or None
        if isinstance(token, str) or token is False:
            return resolve_token(token, Settings.from_env())
        wanted = self.client.token if self.client.token is not None else None
        return in_address or resolve_token(wanted, Settings.from_env(endpoint=self.client.endpoint))

    def clone_from(self, repo_url: str, token: str | bool | None = None) -> None:
        """Clone `repo_url` (an id or an address) into the folder, or pull if it is there already.

        Raises
        ------
        GitError
            If the folder holds something else; nothing of it is touched.
        """
        if isinstance(token, str):
            self._git = Git(self._git.folder, Credentials(self.client.endpoint, token), self.skip_lfs_files)
        url = self._address(repo_url)
        folder = self._git.folder
        if is_git_repo(folder):
            if not is_local_clone(folder, url):
                msg = f"{folder} is a clone of something else, so {url} was not cloned into it."
                raise GitError(msg)
            self.git_pull()
            return
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            msg = f"{folder} is not empty, so {url} was not cloned into it. Name another local_dir."
            raise GitError(msg)
        folder.mkdir(parents=True, exist_ok=True)
        # Large files come in a second step, by git-lfs itself, which needs no filters in the user's own settings.
        self._git.run("clone", "--progress", url, str(folder), environment={"GIT_LFS_SKIP_SMUDGE": "1"})
        self._git.run("lfs", "install", "--local")
        if not self.skip_lfs_files:
            self._git.run("lfs", "pull")

    def _address(self, repo_url: str) -> str:
        if "://" in repo_url or repo_url.startswith((".", "/", "~")):
            return bare_address(repo_url) if "://" in repo_url else repo_url
        repo = RepoId.parse(repo_url, self.repo_type)
        if "/" not in repo.repo_id:
            msg = f"{repo_url!r} needs its namespace to be cloned: 'namespace/name'."
            raise HFValidationError(msg)
        return f"{self.client.endpoint}{repo.web}"

    def git_config_username_and_email(self, git_user: str | None = None, git_email: str | None = None) -> None:
        """Say who makes the commits of this clone."""
        for key, value in (("user.name", git_user), ("user.email", git_email)):
            if value is not None:
                self._git.run("config", key, value)

    def git_remote_url(self) -> str:
        """Address it was cloned from, without user and password."""
        return bare_address(self._git.run("remote", "get-url", "origin"))

    def git_head_hash(self) -> str:
        """Id of the commit that is checked out."""
        return self._git.run("rev-parse", "HEAD").strip()

    def git_head_commit_url(self) -> str:
        """Page of that commit on the Hub."""
        return f"{self.git_remote_url()}/commit/{self.git_head_hash()}"

    def repo_id(self) -> RepoId:
        """Say which repository of the Hub it is a clone of."""
        try:
            url = RepoUrl(self.git_remote_url(), self.client.endpoint)
        except (HFValidationError, GitError):
            return RepoId(f"local/{Path(self.local_dir).name}")
        return RepoId(url.repo_id, url.repo_type)

    def git_pull(self, rebase: bool = False, lfs: bool = False) -> None:
        """Fetch what is new and take it in.

        Parameters
        ----------
        rebase
            True puts own commits after those of the Hub, instead of merging.
        lfs
            True fetches large files as well, also with `skip_lfs_files`.
        """
        self._git.run("pull", *(["--rebase"] if rebase else []))
        if lfs:
            self._git.run("lfs", "pull", environment={"GIT_LFS_SKIP_SMUDGE": "0"})

    def git_add(self, pattern: str = ".", auto_lfs_track: bool = False) -> None:
        """Choose what the next commit has; `auto_lfs_track` lets git-lfs keep large and binary files."""
        if auto_lfs_track:
            self.auto_track_large_files(pattern)
            self.auto_track_binary_files(pattern)
        self._git.run("add", "--verbose", "--", pattern)

    def git_commit(self, commit_message: str = "Commit files with hubnb") -> None:
        """Make a commit of what was added."""
        self._git.run("commit", "--message", commit_message)

    def is_repo_clean(self) -> bool:
        """Whether nothing is changed, new or chosen."""
        return not self._git.run("status", "--porcelain").strip()

    def push_to_hub(
        self,
        commit_message: str = "Commit files with hubnb",
        blocking: bool = True,
        clean_ok: bool = True,
        auto_lfs_prune: bool = False,
    ) -> Any:
        """Add everything, commit and push.

        Parameters
        ----------
        clean_ok
            True does nothing where nothing changed, and gives None.

        The others, and what it gives, are those of `git_push`.
        """
        if clean_ok and self.is_repo_clean():
            return None
        self.git_add(auto_lfs_track=True)
        self.git_commit(commit_message)
        return self.git_push(upstream=f"origin {self.current_branch}", blocking=blocking, auto_lfs_prune=auto_lfs_prune)

    @contextmanager
    def commit(
        self,
        commit_message: str,
        branch: str | None = None,
        track_large_files: bool = True,
        blocking: bool = True,
        auto_lfs_prune: bool = False,
    ) -> Generator[Repository]:
        """Work in the clone, which is the current folder meanwhile; what changed is committed and pushed after it.

        Parameters
        ----------
        branch
            Work there; it is made if it is not there.
        track_large_files
            True lets git-lfs keep large and binary files.
        """
        if branch is not None:
            self.git_checkout(branch, create_branch_ok=True)
        if self._is_upstream_known():
            self.git_pull(rebase=True)
        before = Path.cwd()
        os.chdir(self.local_dir)
        try:
            yield self
        finally:
            os.chdir(before)
        self.git_add(auto_lfs_track=track_large_files)
        if self.is_repo_clean():
            return
        self.git_commit(commit_message)
        self.git_push(upstream=f"origin {self.current_branch}", blocking=blocking, auto_lfs_prune=auto_lfs_prune)

    def repocard_metadata_load(self) -> dict[str, Any] | None:
        """Read the front matter of its card; None without a card."""
        from ..cards import metadata_load

        path = Path(self.local_dir) / "README.md"
        return metadata_load(path) if path.is_file() else None

    def repocard_metadata_save(self, data: dict[str, Any]) -> None:
        """Write the front matter of its card; its text stays."""
        from ..cards import metadata_save

        metadata_save(Path(self.local_dir) / "README.md", data)
