"""Who a token belongs to and what it may do, in words.

The Hub answers with permission identifiers; a person reads sentences, allowed ones first, and for what is
missing the name of the box to tick.
"""

# ruff: noqa: RUF001 - a person reads these sentences, with the apostrophe that belongs there

from __future__ import annotations

from typing import Any

_BOXES = {
    "repo.content.read": "read every repo of {name}, private ones too",
    "repo.access.read": "see the gated repos {name} was given access to",
    "repo.write": "push to every repo of {name}",
    "discussion.write": "open pull requests and discussions in {name}",
    "inference.serverless.write": "try models on the Hub’s servers, billed to {name}",
    "inference.endpoints.write": "manage inference endpoints of {name}",
}
_READ = [
    (True, "read everything you can see, private repos too"),
    (True, "pull gated repos you were given access to"),
    (False, "not push or create repos: its role is read"),
]
_WRITE = [
    (True, "read everything you can see, private repos too"),
    (True, "push, create and delete repos, open pull requests"),
]
_ROLES = {"read": "read", "write": "write", "fineGrained": "fine-grained", "admin": "write", "god": "write"}


def account_of(answer: dict[str, Any]) -> dict[str, Any]:
    """Give what the account view shows (``js/login/model.ts``, `Account`) from a `whoami` answer.

    Unknown and missing fields are left out: a hub may say less than huggingface.co does.
    """
    auth = _dict(answer.get("auth"))
    token = _dict(auth.get("accessToken"))
    role = str(token.get("role") or "")
    return {
        "name": str(answer.get("name") or ""),
        "full_name": str(answer.get("fullname") or ""),
        "organisations": [_organisation(one) for one in answer.get("orgs") or [] if isinstance(one, dict)],
        "token_name": str(token.get("displayName") or ("browser sign-in" if auth.get("type") == "oauth" else "")),
        "role": _ROLES.get(role, role),
        "expires": auth.get("expiresAt") or token.get("expiresAt"),
        "can": [{"allowed": allowed, "text": text} for allowed, text in _permissions(role, token)],
    }


def role_words(account: dict[str, Any]) -> str:
    """Describe the token for the record, e.g. ``laptop: write``."""
    return ": ".join(word for word in (account["token_name"], account["role"]) if word)


def _organisation(organisation: dict[str, Any]) -> dict[str, str]:
    return {"name": str(organisation.get("name") or ""), "role": str(organisation.get("roleInOrg") or "")}


def _permissions(role: str, token: dict[str, Any]) -> list[tuple[bool, str]]:
    if role == "read":
        return list(_READ)
    if role in ("write", "admin", "god"):
        return list(_WRITE)
    if role == "fineGrained":
        return _fine_grained(_dict(token.get("fineGrained")))
    return [(True, "read public repos"), (False, "the Hub does not say what else")]


def _fine_grained(grained: dict[str, Any]) -> list[tuple[bool, str]]:
    said: list[tuple[bool, str]] = []
    granted: set[str] = set()
    for scope in grained.get("scoped") or []:
        entity = _dict(_dict(scope).get("entity"))
        name = str(entity.get("name") or "one repo")
        for permission in _dict(scope).get("permissions") or []:
            granted.add(str(permission))
            if permission in _BOXES:
                said.append((True, _sentence(str(permission), name, str(entity.get("type")))))
    for permission in grained.get("global") or []:
        granted.add(str(permission))
        if permission == "discussion.write":
            said.append((True, "open pull requests and discussions anywhere"))
    if grained.get("canReadGatedRepos"):
        said.append((True, "pull gated repos you were given access to"))
    else:
        said.append((False, "not pull gated repos: “Read access to public gated repos” is off"))
    if "repo.write" not in granted:
        said.append((False, "not push: “Write access to contents and settings” is off everywhere"))
    if "inference.serverless.write" not in granted:
        said.append((False, "not try models on the Hub’s servers: “Inference Providers” is off"))
    return sorted(said, key=lambda one: not one[0])


def _sentence(permission: str, name: str, entity_type: str) -> str:
    if entity_type in ("user", "org"):
        return _BOXES[permission].format(name=name)
    of_one_repo = {"repo.content.read": "read {name}", "repo.write": "push to {name}"}
    return of_one_repo.get(permission, _BOXES[permission]).format(name=name)


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
