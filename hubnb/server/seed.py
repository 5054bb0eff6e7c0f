"""What a Hub starts with: users, organisations and repositories from one JSON file."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hubnb.server import repositories
from hubnb.server.accounts import MEMBER_ROLES, TOKEN_ROLES, account, add_account, add_member, add_token
from hubnb.server.largefiles import CHUNK_BYTES
from hubnb.server.names import check_file_path, check_name_part, check_namespace
from hubnb.server.pointers import Attributes, Pointer, default_attributes
from hubnb.server.routes.commits import travels_as_large
from hubnb.server.wire import REPO_TYPES, HubProblem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from hubnb.server.gitrepo import Folder, GitRepo
    from hubnb.server.hub import Hub

FORMAT = "hub-seed/1"
_LEFT_OUT = {".git", ".cache", "__pycache__", ".DS_Store"}
_MISSING: Any = object()


class Place:
    """A value of the seed file that knows where it stands, so that errors can name the place."""

    def __init__(self, value: Any, path: str) -> None:
        self.value, self.path = value, path

    def wrong(self, text: str) -> ValueError:
        """Return the error for this place."""
        return ValueError(f"{self.path}: {text}")

    def fields(self, required: tuple[str, ...], optional: tuple[str, ...]) -> dict[str, Place]:
        """Return the fields of an object; unknown ones are errors, because a typo should not be silent."""
        if not isinstance(self.value, dict):
            raise self.wrong("must be an object.")
        for key in self.value:
            if key not in (*required, *optional):
                raise self.wrong(f"has the unknown key {key!r}; known are {', '.join((*required, *optional))}.")
        for key in required:
            if key not in self.value:
                raise self.wrong(f"needs the key {key!r}.")
        return {key: Place(value, f"{self.path}.{key}") for key, value in self.value.items()}

    def items(self) -> list[Place]:
        """Return the items of a list."""
        if not isinstance(self.value, list):
            raise self.wrong("must be a list.")
        return [Place(item, f"{self.path}[{number}]") for number, item in enumerate(self.value)]

    def text(self) -> str:
        """Return a text that is not empty."""
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.wrong(f"must be a text that is not empty, not {self.value!r}.")
        return self.value

    def flag(self) -> bool:
        """Return a boolean."""
        if not isinstance(self.value, bool):
            raise self.wrong(f"must be true or false, not {self.value!r}.")
        return self.value

    def choice(self, *known: Any) -> Any:
        """Return one of the known values."""
        if self.value not in known or isinstance(self.value, bool) != any(self.value is item for item in (True, False)):
            raise self.wrong(f"must be one of {', '.join(json.dumps(item) for item in known)}, not {self.value!r}.")
        return self.value

    def checked(self, check: Callable[[str], str]) -> str:
        """Return a text that obeys the rules for names."""
        try:
            return check(self.text())
        except HubProblem as problem:
            raise self.wrong(problem.message) from None


@dataclass(frozen=True)
class SeedUser:
    """A user and the tokens that stand for it."""

    name: str
    fullname: str | None
    email: str | None
    tokens: tuple[tuple[str, str, str], ...]
    """Token, its name, its role."""

    def __repr__(self) -> str:
        return f"SeedUser({self.name})"


@dataclass(frozen=True)
class SeedOrganization:
    """An organisation and its members."""

    name: str
    fullname: str | None
    private_by_default: bool
    members: tuple[tuple[str, str, str], ...]
    """User, role, and the place in the file."""


@dataclass(frozen=True)
class SeedRepo:
    """A repository, perhaps with files from a folder."""

    namespace: str
    name: str
    type: str
    private: bool | None
    gated: str | None
    folder: Path | None
    place: str


@dataclass(frozen=True)
class Seed:
    """A checked seed file."""

    users: tuple[SeedUser, ...]
    organizations: tuple[SeedOrganization, ...]
    repos: tuple[SeedRepo, ...]

    def first_writer(self) -> tuple[str, str]:
        """Return name and token of the first user with a token that may write, else of the first with any."""
        found = [(role, user.name, token) for user in self.users for token, _, role in user.tokens]
        found.sort(key=lambda item: item[0] != "write")
        return found[0][1:] if found else ("", "")

    def apply(self, hub: Hub) -> None:
        """Add what isn't there yet; a repository that is there stays as it is.

        Raises
        ------
        ValueError
            If a member or a namespace isn't known, or a name belongs to another kind of account.
        """
        for user in self.users:
            user_id = _add(hub, user.name, "user", fullname=user.fullname, email=user.email)
            for token, name, role in user.tokens:
                add_token(hub.database, user_id, token, name=name, role=role)
        for organization in self.organizations:
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
        for repo in self.repos:
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
    if repositories.find(hub, repo.type, repo.namespace, repo.name) is not None:
        return
    owner = account(hub.database, repo.namespace)
    if owner is None:
        message = f"{repo.place}: there is no user or organization {repo.namespace!r}."
        raise ValueError(message)
    folder = repo.folder
    try:
        repositories.create(
            hub,
            repo.type,
            owner["name"],
            repo.name,
            private=bool(owner["private_by_default"]) if repo.private is None else repo.private,
            gated_mode=repo.gated,
            sdk="static" if repo.type == "space" else None,
            created_by=owner["id"] if owner["kind"] == "user" else None,
            author=owner["name"],
            fill=None if folder is None else lambda _id, git, root, written: put_folder(hub, folder, git, root, written),
        )
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
    own_rules = folder / ".gitattributes"
    attributes = own_rules.read_bytes() if own_rules.is_file() else default_attributes("model")
    if not own_rules.is_file():
        found = root.find(".gitattributes")
        attributes = git.blob(found[1].decode()) if found else attributes
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


def load_seed(path: Path) -> Seed:
    """Read and check a seed file.

    Raises
    ------
    OSError
        If it can't be read.
    ValueError
        With the place of the first fault, e.g. ``users[0].tokens[1].role``.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        message = f"{path} is not valid JSON: {error}"
        raise ValueError(message) from None
    try:
        return _seed(Place(data, "seed"), path.parent)
    except ValueError as error:
        message = f"{path}: {error}"
        raise ValueError(message) from None


def _seed(place: Place, folder: Path) -> Seed:
    fields = place.fields(("format",), ("users", "organizations", "repos"))
    fields["format"].choice(FORMAT)
    lists = {key: fields[key].items() if key in fields else [] for key in ("users", "organizations", "repos")}
    seed = Seed(
        users=tuple(_user(item) for item in lists["users"]),
        organizations=tuple(_organization(item) for item in lists["organizations"]),
        repos=tuple(_repo(item, folder) for item in lists["repos"]),
    )
    _refuse_repeats(place, seed)
    return seed


def _refuse_repeats(place: Place, seed: Seed) -> None:
    names = [item.name.lower() for item in (*seed.users, *seed.organizations)]
    tokens = [token for user in seed.users for token, _, _ in user.tokens]
    for name in names:
        if names.count(name) > 1:
            raise place.wrong(f"the name {name!r} is given twice.")
    if len(set(tokens)) != len(tokens):
        raise place.wrong("two tokens are the same.")


def _user(place: Place) -> SeedUser:
    fields = place.fields(("name",), ("fullname", "email", "tokens"))
    return SeedUser(
        name=fields["name"].checked(check_namespace),
        fullname=_optional_text(fields, "fullname"),
        email=_optional_text(fields, "email"),
        tokens=tuple(_token(item) for item in (fields["tokens"].items() if "tokens" in fields else [])),
    )


def _token(place: Place) -> tuple[str, str, str]:
    fields = place.fields(("token",), ("name", "role"))
    token = fields["token"].value
    if not isinstance(token, str) or len(token) < 4 or token != token.strip() or not token.isascii():
        # The token itself is not shown.
        raise fields["token"].wrong("must be at least 4 ASCII characters without blanks around them.")
    role = fields["role"].choice(*TOKEN_ROLES) if "role" in fields else "write"
    return token, _optional_text(fields, "name") or "seed", role


def _organization(place: Place) -> SeedOrganization:
    fields = place.fields(("name",), ("fullname", "default_repo_visibility", "members"))
    visibility = fields.get("default_repo_visibility")
    members = []
    for item in fields["members"].items() if "members" in fields else []:
        member = item.fields(("user",), ("role",))
        role = member["role"].choice(*MEMBER_ROLES) if "role" in member else "write"
        members.append((member["user"].text(), role, item.path))
    return SeedOrganization(
        name=fields["name"].checked(check_namespace),
        fullname=_optional_text(fields, "fullname"),
        private_by_default=visibility is not None and visibility.choice("public", "private") == "private",
        members=tuple(members),
    )


def _repo(place: Place, base: Path) -> SeedRepo:
    fields = place.fields(("id",), ("type", "private", "gated", "folder"))
    full_name = fields["id"].text()
    namespace, separator, name = full_name.partition("/")
    if not separator:
        raise fields["id"].wrong(f"must be namespace/name, not {full_name!r}.")
    Place(namespace, fields["id"].path).checked(check_namespace)
    Place(name, fields["id"].path).checked(lambda text: check_name_part(text, "Name"))
    folder = None
    if "folder" in fields:
        folder = base / fields["folder"].text()
        if not folder.is_dir():
            raise fields["folder"].wrong(f"{folder} is not a folder.")
    gated = fields["gated"].choice(False, True, "auto", "manual") if "gated" in fields else False
    return SeedRepo(
        namespace=namespace,
        name=name,
        type=fields["type"].choice(*REPO_TYPES) if "type" in fields else "model",
        private=fields["private"].flag() if "private" in fields else None,
        gated="auto" if gated is True else gated or None,
        folder=folder,
        place=place.path,
    )


def _optional_text(fields: dict[str, Place], key: str) -> str | None:
    return fields[key].text() if key in fields and fields[key].value is not None else None
