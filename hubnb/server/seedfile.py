"""The seed file: users, organisations and repositories as JSON, checked before anything is made."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from hubnb.server.accounts import MEMBER_ROLES, TOKEN_ROLES
from hubnb.server.names import check_name_part, check_namespace
from hubnb.server.scopes import Scopes
from hubnb.server.wire import REPO_TYPES, HubProblem

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FORMAT = "hub-seed/1"


class Place:
    """A value of the seed file that knows where it stands, so that errors can name the place."""

    def __init__(self, value: Any, path: str) -> None:
        self.value, self.path = value, path

    def refuse(self, text: str) -> NoReturn:
        """Raise the error for this place."""
        message = f"{self.path}: {text}"
        raise ValueError(message)

    def fields(self, required: tuple[str, ...], optional: tuple[str, ...]) -> dict[str, Place]:
        """Return the fields of an object; unknown ones are errors, because a typo should not be silent."""
        if not isinstance(self.value, dict):
            self.refuse("must be an object.")
        for key in self.value:
            if key not in (*required, *optional):
                self.refuse(f"has the unknown key {key!r}; known are {', '.join((*required, *optional))}.")
        for key in required:
            if key not in self.value:
                self.refuse(f"needs the key {key!r}.")
        return {key: Place(value, f"{self.path}.{key}") for key, value in self.value.items()}

    def items(self) -> list[Place]:
        """Return the items of a list."""
        if not isinstance(self.value, list):
            self.refuse("must be a list.")
        return [Place(item, f"{self.path}[{number}]") for number, item in enumerate(self.value)]

    def text(self) -> str:
        """Return a text that is not empty."""
        if not isinstance(self.value, str) or not self.value.strip():
            self.refuse(f"must be a text that is not empty, not {self.value!r}.")
        return self.value

    def flag(self) -> bool:
        """Return a boolean."""
        if not isinstance(self.value, bool):
            self.refuse(f"must be true or false, not {self.value!r}.")
        return self.value

    def choice(self, *known: Any) -> Any:
        """Return one of the known values."""
        # Compared as JSON, where 1 is not true.
        if json.dumps(self.value) not in {json.dumps(item) for item in known}:
            self.refuse(f"must be one of {', '.join(json.dumps(item) for item in known)}, not {self.value!r}.")
        return self.value

    def checked(self, check: Callable[[str], str]) -> str:
        """Return a text that obeys the rules for names."""
        try:
            return check(self.text())
        except HubProblem as problem:
            self.refuse(problem.message)


@dataclass(frozen=True)
class SeedUser:
    """A user and the tokens that stand for it."""

    name: str
    fullname: str | None
    email: str | None
    tokens: tuple[tuple[str, str, str, Scopes | None], ...]
    """Token, its name, its role, and what it may do if it is fine-grained."""

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
        found = [(role, user.name, token) for user in self.users for token, _, role, _ in user.tokens]
        found.sort(key=lambda item: item[0] != "write")
        return found[0][1:] if found else ("", "")


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
    tokens = [token for user in seed.users for token, _, _, _ in user.tokens]
    for name in names:
        if names.count(name) > 1:
            place.refuse(f"the name {name!r} is given twice.")
    if len(set(tokens)) != len(tokens):
        place.refuse("two tokens are the same.")


def _user(place: Place) -> SeedUser:
    fields = place.fields(("name",), ("fullname", "email", "tokens"))
    return SeedUser(
        name=fields["name"].checked(check_namespace),
        fullname=_optional_text(fields, "fullname"),
        email=_optional_text(fields, "email"),
        tokens=tuple(_token(item) for item in (fields["tokens"].items() if "tokens" in fields else [])),
    )


def _token(place: Place) -> tuple[str, str, str, Scopes | None]:
    fields = place.fields(("token",), ("name", "role", "fineGrained"))
    token = fields["token"].value
    if not isinstance(token, str) or len(token) < 4 or token != token.strip() or not token.isascii():
        # The token itself is not shown.
        fields["token"].refuse("must be at least 4 ASCII characters without blanks around them.")
    role = fields["role"].choice(*TOKEN_ROLES) if "role" in fields else "write"
    scopes = None
    if "fineGrained" in fields:
        if role != "fineGrained":
            fields["fineGrained"].refuse("is for tokens with the role fineGrained.")
        try:
            scopes = Scopes.parse(fields["fineGrained"].value)
        except ValueError as error:
            fields["fineGrained"].refuse(str(error))
    return token, _optional_text(fields, "name") or "seed", role, scopes


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
        fields["id"].refuse(f"must be namespace/name, not {full_name!r}.")
    Place(namespace, fields["id"].path).checked(check_namespace)
    Place(name, fields["id"].path).checked(lambda text: check_name_part(text, "Name"))
    folder = None
    if "folder" in fields:
        folder = base / fields["folder"].text()
        if not folder.is_dir():
            fields["folder"].refuse(f"{folder} is not a folder.")
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
