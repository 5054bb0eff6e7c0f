"""The panels as verbs of `%hub`: what a static record tells a person to type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..cli.verb import Answer, Verb, add_type

if TYPE_CHECKING:
    import argparse


def _login(_: argparse.Namespace) -> Answer:
    from ..panels.verbs import login

    login()
    return Answer("")


def _declare_browse(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("query", nargs="*", help="words to search for, or a repository, e.g. me/digits")
    add_type(parser)
    parser.add_argument("--revision", help="branch, tag or commit (default: main)")


def _browse(args: argparse.Namespace) -> Answer:
    from ..panels.browse_verb import browse

    return _shows(browse(" ".join(args.query) or None, repo_type=args.type, revision=args.revision))


def _declare_edit(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", metavar="target", help="a repository, a file, or the name of a model")
    add_type(parser)


def _edit(args: argparse.Namespace) -> Answer:
    from ..panels.card_verb import edit_card

    target = getattr(args, "value", None)
    return _shows(edit_card(args.source if target is None else target, repo_type=args.type))


def _transfers(_: argparse.Namespace) -> Answer:
    from ..panels.transfers_verb import transfers

    return _shows(transfers())


def _cache(_: argparse.Namespace) -> Answer:
    from ..panels.cache_verb import cache

    return _shows(cache())


def _declare_try(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("repo_id", help="the model, e.g. me/digits")


def _try(args: argparse.Namespace) -> Answer:
    from ..panels.try_model import try_model

    return _shows(try_model(args.repo_id))


def _app(_: argparse.Namespace) -> Answer:
    from ..panels.app_verb import app

    return _shows(app())


def _shows(panel: Any) -> Answer:
    """Give the panel itself: as the last thing of a cell it shows itself."""
    return Answer("", value=panel)


PANEL_VERBS = [
    Verb("login", "sign in, see who you are and which token wins", _login),
    Verb("app", "all panels, behind tabs", _app),
    Verb("browse", "search the Hub; look into repositories", _browse, _declare_browse),
    Verb("edit", "write a card with a live preview", _edit, _declare_edit),
    Verb("transfers", "every pull and push of this kernel", _transfers),
    Verb("cache", "what takes the disk, and how to get it back", _cache),
    Verb("try", "give a model something, see what it makes of it", _try, _declare_try),
]
