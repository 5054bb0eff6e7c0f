"""Clone, fetch and push: git's own protocol over HTTP, spoken by dulwich, with the Hub's rules for what may come in."""

from __future__ import annotations

import os
import time
from typing import IO, TYPE_CHECKING, Any

from dulwich.errors import GitProtocolError, HookError
from dulwich.protocol import ReceivableProtocol
from dulwich.repo import Repo
from dulwich.server import DictBackend, ReceivePackHandler, UploadPackHandler

from hubnb.server.commit import check_card
from hubnb.server.discussions import open_pull_request
from hubnb.server.largefiles import sync_folder
from hubnb.server.names import check_file_path
from hubnb.server.pointers import LARGE_FROM_BYTES
from hubnb.server.repositories import MAIN, mark_stale, refresh_description
from hubnb.server.wire import HubProblem, bad_request

if TYPE_CHECKING:
    from collections.abc import Callable

    from hubnb.server.gitrepo import GitRepo
    from hubnb.server.hub import Hub
    from hubnb.server.repositories import Repository
    from hubnb.server.snapshot import Entry

UPLOAD, RECEIVE = "git-upload-pack", "git-receive-pack"
_NOTHING = b"0" * 40


class Served(Repo):
    """A repository as who clones or fetches sees it: its refs come from memory, however many there are."""

    def __init__(self, git: GitRepo) -> None:
        super().__init__(str(git.path))
        self._git = git
        self.refs.get_symrefs = lambda: {b"HEAD": MAIN.encode()}  # type: ignore[assignment, method-assign, return-value]

    def get_refs(self) -> dict[Any, Any]:
        """Return every ref and what it points to."""
        return dict(self._git.advertised_refs())

    def get_peeled(self, ref: bytes) -> Any:
        """Return the commit that a ref leads to."""
        return self._git.peel(self._git.advertised_refs()[ref])


class PushRules:
    """Decides on each ref of a push; dulwich calls it as git calls an ``update`` hook."""

    def __init__(self, hub: Hub, repo: Repository, may_link: Callable[[str], bool]) -> None:
        self._hub, self._repo, self._may_link = hub, repo, may_link
        self._git = hub.git(repo.id)

    def execute(self, ref: bytes, old: bytes, new: bytes) -> tuple[None, None]:
        """Let a ref move, or say why not.

        Raises
        ------
        HookError
            With the reason, which git shows to who pushes.
        """
        name = ref.decode("utf-8", "replace")
        try:
            self._check_ref(name, old, new)
            if new != _NOTHING:
                commit = self._git.peel(new).decode()
                entries = self._git.walk_tree(self._git.commit(commit).tree)
                large = {found.pointer.oid: found.path for found in map(self._checked, entries) if found.pointer}
                for oid in self._hub.links.hold(self._repo.id, large):
                    raise _not_uploaded(large[oid])
        except HubProblem as problem:
            raise HookError(problem.message) from None
        except (KeyError, ValueError) as error:
            message = f"broken objects: {error}"
            raise HookError(message) from None
        return None, None

    def _check_ref(self, name: str, old: bytes, new: bytes) -> None:
        allowed = name.startswith(("refs/heads/", "refs/tags/"))
        if not allowed and open_pull_request(self._hub, self._repo, name) is None:
            message = "only branches, tags and open pull requests can be pushed"
            raise bad_request(message)
        if name == MAIN and new == _NOTHING:
            message = "main can't be deleted"
            raise bad_request(message)
        if self._git.raw_ref(name) != (None if old == _NOTHING else old):
            message = "somebody else has pushed; fetch first"
            raise bad_request(message)

    def _checked(self, entry: Entry) -> Entry:
        check_file_path(entry.path)
        if entry.pointer is not None:
            size = self._hub.large.size(entry.pointer.oid)
            if size is None or not self._linked(entry.pointer.oid, size):
                raise _not_uploaded(entry.path)
        elif entry.size > LARGE_FROM_BYTES:
            message = f"{entry.path} has {entry.size} bytes; files over {LARGE_FROM_BYTES} must be in git LFS"
            raise bad_request(message)
        elif entry.path.lower() == "readme.md":
            check_card(self._git.blob(entry.oid), self._repo.type)
        return entry

    def _linked(self, oid: str, size: int) -> bool:
        links = self._hub.links
        return links.has(self._repo.id, oid) or (self._may_link(oid) and links.add(self._repo.id, oid, size))


def _not_uploaded(path: str) -> HubProblem:
    return bad_request(f"{path} points to an LFS object that was not uploaded; run git lfs push")


def serve(service: str, repo: Repo, source: IO[bytes], out: IO[bytes], *, advertise: bool = False) -> None:
    """Run one request of git's protocol.

    Raises
    ------
    HubProblem
        400 for what is no git.
    """
    handlers: dict[str, Any] = {UPLOAD: UploadPackHandler, RECEIVE: ReceivePackHandler}
    protocol = ReceivableProtocol(source.read, out.write)
    backend = DictBackend({"repo": repo})
    if advertise:
        protocol.write_pkt_line(f"# service={service}\n".encode())
        protocol.write_pkt_line(None)
    handler = handlers[service](backend, ["repo"], protocol, stateless_rpc=True, advertise_refs=advertise)
    try:
        handler.handle()
    except (GitProtocolError, ValueError, KeyError, AssertionError, EOFError) as error:
        message = f"This is not what git sends: {error}"
        raise bad_request(message) from None


def receive(hub: Hub, repo: Repository, source: IO[bytes], out: IO[bytes], *, may_link: Callable[[str], bool]) -> None:
    """Take a push: objects first and to the disk, then refs, each by the rules."""
    git = hub.git(repo.id)
    began = time.time()
    with git.writing:
        pushed = Repo(str(git.path))
        mark_stale(hub, repo)
        before = git.raw_refs()
        try:
            pushed.hooks["update"] = PushRules(hub, repo, may_link)  # type: ignore[assignment]
            serve(RECEIVE, pushed, source, out)
        finally:
            pushed.close()
            git.forget_refs()
            _sync_packs(git.path / "objects" / "pack", began)
            refresh_description(hub, repo)
        after = git.raw_refs()
    moved = [
        {"ref": ref, "oldSha": _text(before.get(ref)), "newSha": _text(after.get(ref))}
        for ref in sorted({*before, *after})
        if before.get(ref) != after.get(ref)
    ]
    if moved:
        hub.webhooks.announce(repo, "repo.content", "update", updatedRefs=moved)


def _text(oid: bytes | None) -> str | None:
    return oid.decode() if oid else None


def _sync_packs(folder: Any, since: float) -> None:
    for path in folder.iterdir():
        if path.stat().st_mtime >= since - 1:
            handle = os.open(path, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
    sync_folder(folder)
