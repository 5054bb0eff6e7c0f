"""`%hub VERB …` and `%%hub card …`: parse, then call the rooms below; no logic of its own."""

from __future__ import annotations

import argparse
import shlex
from typing import TYPE_CHECKING, Any, NoReturn

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_cell_magic, magics_class

from ..cli import SHARED_VERBS
from ..cli.cards import declare_push, push_card
from ..cli.completing import completions
from ..cli.verb import Answer, Verb, build_parser
from ..client.errors import HubError
from .answers import shown
from .local_hub import SERVE
from .panel_verbs import PANEL_VERBS

if TYPE_CHECKING:
    from collections.abc import Callable

_DESCRIPTION = "Work with a model Hub from this notebook. `%hub VERB --help` says what a verb takes."
_CELL_DESCRIPTION = "Work with a model Hub; the text is what the rest of the cell holds."


class _Parser(argparse.ArgumentParser):
    """Raises instead of ending the kernel."""

    def error(self, message: str) -> NoReturn:
        msg = f"{message}\n{self.format_usage()}"
        raise UsageError(msg)

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        raise _HelpShown(message or "", status)


class _HelpShown(Exception):  # noqa: N818 - not an error
    """The parser printed its help and is done."""


def _confirmable(verb: Verb) -> Verb:
    """In a notebook nobody is asked: what needs a yes says what it would do, and how to say yes."""

    def run(args: argparse.Namespace) -> Answer:
        answer = verb.run(args)
        if answer.question is None:
            return answer
        return Answer(f"{answer.text}\nNothing was done. To do it, add --yes.", answer.data, status=1)

    return Verb(verb.words, verb.help, run, verb.declare)


LINE_VERBS = [SERVE, *PANEL_VERBS, *map(_confirmable, SHARED_VERBS)]


def line_parser() -> argparse.ArgumentParser:
    """Make the parser of `%hub`."""
    return build_parser("%hub", _DESCRIPTION, LINE_VERBS, _Parser)


def cell_parser() -> argparse.ArgumentParser:
    """Make the parser of `%%hub`: the verbs that take a text."""

    def declare(parser: argparse.ArgumentParser) -> None:
        declare_push(parser)
        parser.add_argument("--check", action="store_true", help="only say what is wrong with it")

    def unused(_: argparse.Namespace) -> Answer:
        raise NotImplementedError

    verbs = [Verb("card", "push the cell as the card of a repository", unused, declare)]
    return build_parser("%%hub", _CELL_DESCRIPTION, verbs, _Parser)


@magics_class
class HubMagics(Magics):
    """Registers `%hub` and `%%hub`."""

    @line_cell_magic
    def hub(self, line: str, cell: str | None = None) -> Any:
        """Work with a model Hub; `%hub --help` lists the verbs."""
        parser = line_parser() if cell is None else cell_parser()
        args = _parsed(parser, line)
        if args is None:
            return None
        if not hasattr(args, "run"):
            parser.print_help()
            return None
        answer = _quietly(lambda: self._run(args) if cell is None else _card(args, cell))
        return shown(answer, as_json=args.json)

    def _run(self, args: argparse.Namespace) -> Answer:
        """Run a verb; `push` and `edit` take also the name of a variable that can push itself."""
        named = None if self.shell is None else self.shell.user_ns.get(getattr(args, "source", None))
        if hasattr(named, "push_to_hub"):
            if args.words == "push":
                return _push_object(named, args)
            args.value = named
        return args.run(args)


def _quietly(run: Callable[[], Answer]) -> Answer:
    """Let an error say its message only: a traceback through the engine would bury it."""
    try:
        return run()
    except HubError as error:
        lines = [f"{type(error).__name__}: {error}"]
        error._render_traceback_ = lambda: lines  # type: ignore[attr-defined]
        raise


def _parsed(parser: argparse.ArgumentParser, line: str) -> argparse.Namespace | None:
    """Read the line; None if it asked for help and got it."""
    try:
        return parser.parse_args(shlex.split(line))
    except ValueError as error:  # an open quote
        raise UsageError(str(error)) from None
    except _HelpShown:
        return None


def _push_object(candidate: Any, args: argparse.Namespace) -> Answer:
    options: dict[str, Any] = {
        "private": args.private or None, "branch": args.revision, "create_pr": args.pr or None,
    }  # fmt: skip
    if args.message:
        options["commit_message"] = args.message
    done = candidate.push_to_hub(args.repo_id, **options)
    return Answer(str(done), {"commit": getattr(done, "oid", None), "url": str(done)}, done)


def _card(args: argparse.Namespace, text: str) -> Answer:
    from ..cli.cards import lint
    from ..cli.verb import repo_of

    if not args.check:
        return push_card(args, text)
    problems = lint(text, repo_of(args)["repo_type"])
    lines = [f"{one['line']}:{one['column']}: {one['severity']}: {one['message']}" for one in problems]
    return Answer("\n".join(lines) or "No problems.", problems)


def complete(shell: Any, event: Any) -> list[str]:
    """Complete verbs, options, ids, revisions, paths and variables of a line that begins with `%hub`."""
    cell = event.line.lstrip().startswith("%%")
    words = event.line[: len(event.line) - len(event.symbol)].split()[1:]
    variables = [
        name for name, value in shell.user_ns.items() if not name.startswith("_") and hasattr(value, "push_to_hub")
    ]
    return completions(cell_parser() if cell else line_parser(), words, event.symbol, variables)
