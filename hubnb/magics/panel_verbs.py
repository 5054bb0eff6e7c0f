"""The panels as verbs of `%hub`: what a static record tells a person to type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..cli.verb import Answer, Verb, add_type

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable


def _login(_: argparse.Namespace) -> Answer:
    from ..panels.verbs import login

    login()
    return Answer("")


def _shows(name: str, **words: str) -> Callable[[argparse.Namespace], Answer]:
    """Make what shows the panel called `name`, handing on the arguments named in `words`."""

    def run(args: argparse.Namespace) -> Answer:
        import hubnb

        given = {parameter: getattr(args, dest) for parameter, dest in words.items()}
        return Answer("", value=getattr(hubnb, name)(**{key: value for key, value in given.items() if value}))

    return run


def _declare_repo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("repo_id", nargs="?", help="e.g. me/digits")
    add_type(parser)


PANEL_VERBS = [Verb("login", "sign in: paste a token, see who you are and which token wins", _login)]
