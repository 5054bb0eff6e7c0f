"""People, organisations, their tokens, and who a request comes from."""

from __future__ import annotations

import base64
import hashlib
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hubnb.server.database import new_id
from hubnb.server.scopes import READ, WRITE, Scopes
from hubnb.server.wire import bad_token

if TYPE_CHECKING:
    import sqlite3

    from hubnb.server.database import Database

TOKEN_ROLES = ("read", "write", "fineGrained")
MEMBER_ROLES = ("read", "contributor", "write", "admin")


@dataclass(frozen=True)
class Caller:
    """Who sends a request: a user with the role of the token, or nobody."""

    id: str | None = None
    name: str | None = None
    token_name: str = ""
    token_role: str = ""
    token_created_at: float = 0.0
    token_expires_at: float | None = None
    """Only the tokens of device logins end."""
    organizations: dict[str, str] = field(default_factory=dict)
    """Organisation name in lower case to the caller's role there."""
    scopes: Scopes | None = None
    """What a fine-grained token may do; None for other tokens."""

    @property
    def anonymous(self) -> bool:
        """Say whether the request carried no token."""
        return self.id is None

    def role_in(self, namespace: str) -> str | None:
        """Return the caller's role in a namespace; ``admin`` in their own, None in a foreign one."""
        if self.name is not None and namespace.lower() == self.name.lower():
            return "admin"
        return self.organizations.get(namespace.lower())

    def may_read_in(self, namespace: str, repo: tuple[str, str] | None = None) -> bool:
        """Say whether role and token allow to read what is private in `namespace`, or one `repo` (type, name) there."""
        if self.role_in(namespace) is None:
            return False
        return self.scopes is None or self.scopes.allows({READ, WRITE}, namespace, repo)

    def readable_namespaces(self) -> list[str]:
        """Return the namespaces in which the caller may read all that is private."""
        names = [*self.organizations, *([self.name] if self.name else [])]
        return [name for name in names if self.may_read_in(name)]

    def may_write_in(self, namespace: str, *, created_by: str | None, repo: tuple[str, str] | None = None) -> bool:
        """Say whether role and token allow to change what `created_by` made in `namespace`."""
        if self.token_role not in {"write", "fineGrained"}:
            return False
        role = self.role_in(namespace)
        if self.scopes is not None and not self.scopes.allows({WRITE}, namespace, repo):
            return False
        return role in {"write", "admin"} or (role == "contributor" and created_by == self.id)


NOBODY = Caller()


def hash_token(token: str) -> str:
    """Return what is kept of a token. It is random, not a password, so one round of sha-256 is enough."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def token_of(authorization: str | None) -> str | None:
    """Return the token in an ``Authorization`` header: Bearer, or the password of Basic (git).

    Raises
    ------
    HubProblem
        401 for a header that holds none.
    """
    if not authorization:
        return None
    scheme, _, value = authorization.strip().partition(" ")
    value = value.strip()
    if scheme.lower() == "basic":
        try:
            _, _, value = base64.b64decode(value, validate=True).decode().partition(":")
        except ValueError:
            raise bad_token() from None
    elif scheme.lower() != "bearer":
        raise bad_token()
    if not value:
        raise bad_token()
    return value


def identify(database: Database, authorization: str | None) -> Caller:
    """Return who an ``Authorization`` header stands for.

    Raises
    ------
    HubProblem
        401 for a token this Hub doesn't know, on public pages too.
    """
    token = token_of(authorization)
    if token is None:
        return NOBODY
    caller = owner_of(database, hash_token(token))
    if caller is None:
        raise bad_token()
    return caller


def owner_of(database: Database, hashed: str) -> Caller | None:
    """Return who the token with this hash stands for, None if there is none or not any more."""
    caller = database.remember(("caller", hashed), lambda: _owner(database, hashed))
    ended = caller is not None and caller.token_expires_at is not None and caller.token_expires_at <= time.time()
    return None if ended else caller


def is_remembered(database: Database, authorization: str | None) -> bool:
    """Say whether `identify` would answer without asking the database."""
    token = token_of(authorization)
    return token is None or database.remembers(("caller", hash_token(token)))


def _owner(database: Database, hashed: str) -> Caller | None:
    row = database.one(
        "SELECT accounts.id, accounts.name, tokens.name AS token_name, tokens.role, tokens.created_at, expires_at,"
        " scopes FROM tokens JOIN accounts ON accounts.id = tokens.user_id WHERE hash = ?",
        hashed,
    )
    if row is None:
        return None
    organizations = database.all(
        "SELECT accounts.name, members.role FROM members JOIN accounts ON accounts.id = organization_id"
        " WHERE user_id = ?",
        row["id"],
    )
    return Caller(
        id=row["id"],
        name=row["name"],
        token_name=row["token_name"],
        token_role=row["role"],
        token_created_at=row["created_at"],
        token_expires_at=row["expires_at"],
        scopes=_scopes(row),
        organizations={organization["name"].lower(): organization["role"] for organization in organizations},
    )


def _scopes(row: sqlite3.Row) -> Scopes | None:
    if row["role"] != "fineGrained":
        return None
    return Scopes.load(row["scopes"]) if row["scopes"] else Scopes.of_user(row["name"])


def account(database: Database, name: str) -> sqlite3.Row | None:
    """Return the row of a user or an organisation."""
    return database.one("SELECT * FROM accounts WHERE name = ?", name)


def add_account(
    database: Database,
    name: str,
    *,
    kind: str = "user",
    fullname: str | None = None,
    email: str | None = None,
    private_by_default: bool = False,
) -> str:
    """Make a user (``kind="user"``) or organisation (``"org"``) unless it is there; return its id."""
    database.write(
        "INSERT OR IGNORE INTO accounts VALUES (?, ?, ?, ?, ?, ?, ?)",
        new_id(),
        kind,
        name,
        fullname or name,
        email,
        private_by_default,
        time.time(),
    )
    row = account(database, name)
    assert row is not None  # noqa: S101 - written above
    return row["id"]


def add_token(
    database: Database,
    user_id: str,
    token: str,
    *,
    name: str,
    role: str,
    expires_at: float | None = None,
    scopes: Scopes | None = None,
) -> None:
    """Let `token` stand for a user from now on; only its hash is kept."""
    database.write(
        "INSERT OR REPLACE INTO tokens (hash, user_id, name, role, created_at, expires_at, scopes)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        *(hash_token(token), user_id, name, role, time.time(), expires_at, scopes.dump() if scopes else None),
    )


def add_member(database: Database, organization_id: str, user_id: str, role: str) -> None:
    """Make a user a member of an organisation, or change the role."""
    database.write("INSERT OR REPLACE INTO members VALUES (?, ?, ?)", organization_id, user_id, role)
