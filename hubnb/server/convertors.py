"""Parts of a path in the route table, matched as they were sent and decoded afterwards."""

from __future__ import annotations

from urllib.parse import unquote

from starlette.convertors import Convertor, register_url_convertor


class _Quoted(Convertor[str]):
    """A part of the path as it was sent, percent signs and all; decoded after routing.

    ``refs%2Fpr%2F1`` is one part, which a router that works on decoded paths can't see.
    """

    def __init__(self, regex: str) -> None:
        self.regex = regex

    def convert(self, value: str) -> str:
        return unquote(value)

    def to_string(self, value: str) -> str:
        return value


class _DotGit(_Quoted):
    """The name of a repository with ``.git`` behind it."""

    def convert(self, value: str) -> str:
        return unquote(value).removesuffix(".git")


def register() -> None:
    """Make the convertors known to Starlette's route table."""
    for name, convertor in {
        "kind": _Quoted("models|datasets|spaces"),
        "part": _Quoted("[^/]+"),
        "rest": _Quoted(".*"),
        "dotgit": _DotGit(r"[^/]+\.git"),
        "oid": _Quoted("[0-9a-f]{64}"),
        "hex": _Quoted("[0-9a-f]{1,64}"),
    }.items():
        register_url_convertor(name, convertor)
