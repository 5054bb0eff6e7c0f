"""Parts of a path in the route table, matched as they were sent and decoded afterwards."""

from __future__ import annotations

from urllib.parse import unquote

from starlette.convertors import Convertor, register_url_convertor


class Part(Convertor[str]):
    """One part of the path.

    ``refs%2Fpr%2F1`` is one part, which a router that works on decoded paths can't see.
    """

    regex = "[^/]+"

    def convert(self, value: str) -> str:
        """Decode what was matched."""
        return unquote(value)

    def to_string(self, value: str) -> str:
        """Return a part as it is; no route is built from parameters here."""
        return value


class Kind(Part):
    """Type of a repository, in the plural."""

    regex = "models|datasets|spaces|kernels"


class Rest(Part):
    """All that is left."""

    regex = ".*"


class DotGit(Part):
    """The name of a repository with ``.git`` behind it, which is cut off."""

    regex = r"[^/]+\.git"

    def convert(self, value: str) -> str:
        """Decode what was matched."""
        return unquote(value).removesuffix(".git")


class Oid(Part):
    """A sha-256."""

    regex = "[0-9a-f]{64}"


class Hexadecimal(Part):
    """An identity made here."""

    regex = "[0-9a-f]{1,64}"


def register() -> None:
    """Make the convertors known to Starlette's route table."""
    convertors = {
        "kind": Kind(),
        "part": Part(),
        "rest": Rest(),
        "dotgit": DotGit(),
        "oid": Oid(),
        "hex": Hexadecimal(),
    }
    for name, convertor in convertors.items():
        register_url_convertor(name, convertor)
