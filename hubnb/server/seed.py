"""What a Hub starts with: the accounts and repositories of a seed file, made unless they are there."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from hubnb.server.accounts import account, add_account, add_member, add_token
from hubnb.server.creation import NewRepo, create
from hubnb.server.largefiles import CHUNK_BYTES
from hubnb.server.names import check_file_path
from hubnb.server.pointers import Attributes, Pointer, travels_as_large
from hubnb.server.repositories import find
from hubnb.server.wire import HubProblem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hubnb.server.folder import Folder
    from hubnb.server.gitrepo import GitRepo
    from hubnb.server.hub import Hub
    from hubnb.server.seedfile import Seed, SeedRepo

_LEFT_OUT = {".git", ".cache", "__pycache__", ".DS_Store"}


def apply(hub: Hub, seed: Seed) -> None:
    """Add what isn't there yet; a repository that is there stays as it is.

    Raises
    ------
    ValueError
        If a member or a namespace isn't known, or a name belongs to another kind of account.
    """
    for user in seed.users:
        user_id = _add(hub, user.name, "user", fullname=user.fullname, email=user.email)
        for token, name, role, scopes in user.tokens:
            add_token(hub.database, user_id, token, name=name, role=role, scopes=scopes)
    for organization in seed.organizations:
        organization_id = _add(
            hub,
            organization.name,
            "org",
            fullname=organization.fullname,
            private_by_default=organization.private_by_default,
        )
        for user_name, role, place in organization.members:
            row = account(hub.database, user_name)
            if row is None or row["kind"] != "user":
                message = f"{place}: there is no user {user_name!r}."
                raise ValueError(message)
            add_member(hub.database, organization_id, row["id"], role)
    for repo in seed.repos:
        add_repo(hub, repo)


def _add(hub: Hub, name: str, kind: str, **values: Any) -> str:
    row = account(hub.database, name)
    if row is not None and row["kind"] != kind:
        message = f"{name!r} is already the name of {'a user' if row['kind'] == 'user' else 'an organization'}."
        raise ValueError(message)
    return add_account(hub.database, name, kind=kind, **values)


def add_repo(hub: Hub, repo: SeedRepo) -> None:
    """Make a repository with the files of its folder unless it is there.

    Raises
    ------
    ValueError
        If the namespace is nobody's, or the folder holds what a repository can't.
    """
    if find(hub, repo.type, repo.namespace, repo.name) is not None:
        return
    owner = account(hub.database, repo.namespace)
    if owner is None:
        message = f"{repo.place}: there is no user or organization {repo.namespace!r}."
        raise ValueError(message)
    new = NewRepo(
        repo.type,
        owner["name"],
        repo.name,
        author=owner["name"],
        private=bool(owner["private_by_default"]) if repo.private is None else repo.private,
        gated=repo.gated,
        sdk="static" if repo.type == "space" else None,
        created_by=owner["id"] if owner["kind"] == "user" else None,
    )
    folder = repo.folder
    try:
        create(hub, new, None if folder is None else lambda *places: put_folder(hub, folder, *places))
    except HubProblem as problem:
        message = f"{repo.place}: {problem.message}"
        raise ValueError(message) from None


def put_folder(hub: Hub, folder: Path, git: GitRepo, root: Folder, written: list[bytes]) -> None:
    """Put all files of a folder into a tree, large ones by the rules that uploads follow.

    Raises
    ------
    ValueError
        For a link that leaves the folder, or a name that a repository can't hold.
    """
    own_rules, found = folder / ".gitattributes", root.find(".gitattributes")
    first = git.blob(found[1].decode()) if found else b""
    attributes = own_rules.read_bytes() if own_rules.is_file() else first
    rules = Attributes(attributes)
    large: list[str] = []
    for path, name in folder_files(folder):
        size = path.stat().st_size
        with path.open("rb") as stream:
            sample = stream.read(512)
        if size and travels_as_large(rules, name, size, sample):
            oid = git.write_blob(_store(hub, path).text())
            large.append(name)
        else:
            oid = git.write_blob(path.read_bytes())
        written.append(oid)
        root.put(name, oid)
    changed = rules.with_large(large)
    if changed is not None:
        oid = git.write_blob(changed)
        written.append(oid)
        root.put(".gitattributes", oid)


def folder_files(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield path and name in the repository of each file below a folder, sorted."""
    inside = folder.resolve()
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if _LEFT_OUT.intersection(relative.parts):
            continue
        if path.is_symlink() and not path.resolve().is_relative_to(inside):
            message = f"{path} is a link that leaves {folder}; copy the file instead."
            raise ValueError(message)
        if path.is_file():
            try:
                yield path, check_file_path(relative.as_posix())
            except HubProblem as problem:
                message = f"{path}: {problem.message}"
                raise ValueError(message) from None


def _store(hub: Hub, path: Path) -> Pointer:
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as stream:
        while chunk := stream.read(CHUNK_BYTES):
            digest.update(chunk)
        pointer = Pointer(digest.hexdigest(), stream.tell())
        if hub.large.size(pointer.oid) != pointer.size:
            stream.seek(0)
            hub.large.add(iter(lambda: stream.read(CHUNK_BYTES), b""), pointer.oid, pointer.size)
    return pointer
