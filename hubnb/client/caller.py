"""Which program asks: what it adds to the User-Agent, and headers of its own."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping


@dataclass(frozen=True)
class Caller:
    """A library that uses this one; `headers` go to the Hub itself, never where it redirects to."""

    library_name: str | None = None
    library_version: str | None = None
    user_agent: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)

    @classmethod
    def of(
        cls,
        library_name: str | None,
        library_version: str | None,
        user_agent: str | Mapping[str, object] | None,
        headers: Mapping[str, str] | None,
    ) -> Caller:
        """Take what `HfApi` is given; a `user_agent` that is a mapping becomes ``key/value; …``."""
        if user_agent is not None and not isinstance(user_agent, str):
            user_agent = "; ".join(f"{key}/{value}" for key, value in user_agent.items())
        return cls(library_name, library_version, user_agent or None, dict(headers or {}))


NOBODY = Caller()
_caller: ContextVar[Caller] = ContextVar("hubnb_caller", default=NOBODY)


def current_caller() -> Caller:
    """Give who asks now."""
    return _caller.get()


@contextmanager
def asked_by(caller: Caller) -> Generator[None]:
    """Let `Settings` that are read meanwhile name `caller`."""
    before = _caller.set(caller)
    try:
        yield
    finally:
        _caller.reset(before)


@contextmanager
def asked_as(
    library_name: str | None,
    library_version: str | None,
    user_agent: str | Mapping[str, object] | None,
    headers: Mapping[str, str] | None,
) -> Generator[None]:
    """Do what `asked_by` does for what a call was given; nothing given leaves things as they are."""
    if library_name is None and user_agent is None and headers is None:
        yield
        return
    with asked_by(Caller.of(library_name, library_version, user_agent, headers)):
        yield
