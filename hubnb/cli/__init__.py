"""`hubnb` in a shell, and the verbs that `%hub` shares with it."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from .. import __version__
from . import account, cached, cards, doctor, hub_side, look, moving, repos
from .completing import SCRIPTS, completions
from .known_names import known
from .verb import Answer, Verb, build_parser

if TYPE_CHECKING:
    from collections.abc import Sequence

SHARED_VERBS = [
    *account.VERBS,
    *look.VERBS,
    *moving.VERBS,
    *repos.VERBS,
    *cards.VERBS,
    *cached.VERBS,
    *doctor.VERBS,
]
"""Verbs that mean the same in a shell and in a notebook."""
_COMPLETION_PATIENCE_S = 0.7


def _declare_completion(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", choices=SCRIPTS)


def _completion(args: argparse.Namespace) -> Answer:
    return Answer(SCRIPTS[args.shell].rstrip("\n"), {"script": SCRIPTS[args.shell]})


def _version(_: argparse.Namespace) -> Answer:
    return Answer(f"hubnb {__version__}", {"version": __version__})


_SHELL_VERBS = [
    *account.SHELL_VERBS,
    *SHARED_VERBS,
    *cached.SHELL_VERBS,
    Verb("completion", "print what makes a shell complete: eval it", _completion, _declare_completion),
    Verb("version", "say which hubnb this is", _version, old=True),
    *look.OLD_VERBS,
    *repos.OLD_VERBS,
    *moving.OLD_VERBS,
]


def make_parser(*, with_server: bool = False) -> argparse.ArgumentParser:
    """Make the parser of the shell command.

    Parameters
    ----------
    with_server
        True declares also the options of the Hub's own side, which loads the whole server.
    """
    verbs = [*_SHELL_VERBS, *hub_side.verbs(with_options=with_server)]
    parser = build_parser("hubnb", "Work with a model Hub from a shell.", verbs, argparse.ArgumentParser)
    parser.add_argument("--version", action="version", version=f"hubnb {__version__}")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the shell command; gives its exit status."""
    argv = list(sys.argv[1:] if argv is None else argv)
    if argv[:2] == ["complete", "--"]:
        return _complete(argv[2:])
    parser = make_parser(with_server=bool(argv) and argv[0] in hub_side.WORDS)
    args = parser.parse_args(argv)
    if not hasattr(args, "run"):
        parser.print_help()
        return 2
    from ..client.errors import HubError

    try:
        answer = args.run(args)
        if answer.question is not None:
            answer = _ask(answer)
        _tell(answer, as_json=args.json)
    except KeyboardInterrupt:
        print("Stopped. What had arrived is kept.", file=sys.stderr)
        return 130
    except HubError as error:
        _tell_error(args, error)
        return 1
    except BrokenPipeError:
        return 0
    return answer.status


def _ask(answer: Answer) -> Answer:
    """Let a person agree before something can't be undone; nobody there means no."""
    from ..client.errors import HFValidationError

    if not sys.stdin.isatty():
        msg = f"{answer.text.splitlines()[0]} Nothing was done. To do it without being asked, add --yes."
        raise HFValidationError(msg)
    print(answer.text, file=sys.stderr)
    print(f"{answer.question} [y/N] ", end="", file=sys.stderr, flush=True)
    agreed = sys.stdin.readline().strip().lower() in ("y", "yes")
    return answer.go_on() if agreed and answer.go_on else Answer("Nothing was done.", {"done": False}, status=1)


def _tell(answer: Answer, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(answer.data, indent=2, ensure_ascii=False, default=str))
    elif answer.text:
        print(answer.text)


def _tell_error(args: argparse.Namespace, error: Exception) -> None:
    if args.json:
        print(json.dumps({"error": type(error).__name__, "message": str(error)}, ensure_ascii=False), file=sys.stderr)
    else:
        print(f"hubnb {args.words}: {error}", file=sys.stderr)


def _complete(words: list[str]) -> int:
    """Print what may stand in place of the last word, one a line: what the shells' scripts call."""
    *before, last = words or [""]
    parser: Any = make_parser(with_server=bool(before) and before[0] in hub_side.WORDS)
    found = completions(parser, before, last)
    if not found and known.settle(_COMPLETION_PATIENCE_S):
        found = completions(parser, before, last)
    print("\n".join(found))
    return 0
