"""What a fine-grained token may do, and where."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

READ, WRITE, DISCUSS = "repo.content.read", "repo.write", "discussion.write"
KINDS = ("user", "org", "model", "dataset", "space", "kernel")
_MAX_SCOPES = 200


@dataclass(frozen=True)
class Scopes:
    """The permissions of one fine-grained token."""

    can_read_gated_repos: bool
    everywhere: frozenset[str]
    """Permissions that hold wherever the user has them."""
    scoped: tuple[tuple[str, str, frozenset[str]], ...]
    """Kind and name of a user, an organisation or a repository, and the permissions there."""

    @classmethod
    def of_user(cls, name: str) -> Scopes:
        """Return what a token may do that says nothing of its scopes: read, write and talk in its user's name."""
        return cls(True, frozenset({DISCUSS}), (("user", name, frozenset({READ, WRITE})),))

    @classmethod
    def parse(cls, value: Any) -> Scopes:
        """Read scopes as JSON has them.

        Raises
        ------
        ValueError
            With what is wrong.
        """
        if not isinstance(value, dict) or set(value) - {"canReadGatedRepos", "global", "scoped"}:
            message = "must be an object with canReadGatedRepos, global and scoped."
            raise ValueError(message)
        scoped = value.get("scoped", [])
        if not isinstance(scoped, list) or len(scoped) > _MAX_SCOPES:
            message = f"scoped must be a list of at most {_MAX_SCOPES} scopes."
            raise ValueError(message)
        gated = value.get("canReadGatedRepos", False)
        if not isinstance(gated, bool):
            message = "canReadGatedRepos must be true or false."
            raise ValueError(message)
        return cls(gated, _permissions(value.get("global", [])), tuple(_scope(item) for item in scoped))

    @classmethod
    def load(cls, text: str) -> Scopes:
        """Read scopes as `dump` wrote them."""
        return cls.parse(json.loads(text))

    def dump(self) -> str:
        """Write the scopes as text."""
        return json.dumps(self.as_json())

    def as_json(self) -> dict[str, Any]:
        """Return the scopes as whoami shows them."""
        scoped = [
            {"entity": {"type": kind, "name": name}, "permissions": sorted(permissions)}
            for kind, name, permissions in self.scoped
        ]
        return {
            "canReadGatedRepos": self.can_read_gated_repos,
            "global": sorted(self.everywhere),
            "scoped": scoped,
        }

    def allows(self, wanted: set[str], namespace: str, repo: tuple[str, str] | None = None) -> bool:
        """Say whether one of the `wanted` permissions holds in a namespace, or for a repository (type, full name)."""
        if wanted & self.everywhere:
            return True
        for kind, name, permissions in self.scoped:
            if not wanted & permissions:
                continue
            if kind in {"user", "org"} and name.lower() == namespace.lower():
                return True
            if repo is not None and (kind, name.lower()) == (repo[0], repo[1].lower()):
                return True
        return False

    def may_talk(self) -> bool:
        """Say whether the token may take part in discussions, or propose changes."""
        wanted = {DISCUSS, WRITE}
        return bool(wanted & self.everywhere) or any(wanted & permissions for _, _, permissions in self.scoped)


def _scope(item: Any) -> tuple[str, str, frozenset[str]]:
    entity = item.get("entity") if isinstance(item, dict) else None
    kind, name = (entity.get("type"), entity.get("name")) if isinstance(entity, dict) else (None, None)
    if kind not in KINDS or not isinstance(name, str) or not name:
        message = f'each scope needs an entity {{"type": one of {", ".join(KINDS)}, "name": ...}}.'
        raise ValueError(message)
    return kind, name, _permissions(item.get("permissions"))


def _permissions(value: Any) -> frozenset[str]:
    if not isinstance(value, list) or not all(isinstance(word, str) and word for word in value):
        message = "permissions must be a list of words such as repo.write."
        raise ValueError(message)
    return frozenset(value)
