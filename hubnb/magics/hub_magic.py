"""`%hub VERB …`: parse, then call the rooms below; no logic of its own."""

from __future__ import annotations

import argparse
import shlex
from typing import Any, NoReturn

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_magic, magics_class

from ..cli import VERBS, add_repo_verbs, run_push
from ..client.errors import HubError
from .local_hub import serve, stop_serving

_DESCRIPTION = "Work with a model Hub from this notebook."


class _Parser(argparse.ArgumentParser):
    """Raises instead of ending the kernel."""

    def error(self, message: str) -> NoReturn:
        msg = f"{message}\n{self.format_usage()}"
        raise UsageError(msg)

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        raise _HelpShown(message or "", status)


class _HelpShown(Exception):  # noqa: N818 - not an error
    """The parser printed its help and is done."""


def build_parser() -> argparse.ArgumentParser:
    """Make the parser of `%hub`."""
    parser = _Parser(prog="%hub", description=_DESCRIPTION)
    verbs = parser.add_subparsers(dest="verb", metavar="VERB")
    serve_verb = verbs.add_parser("serve", help="run a Hub inside this kernel and use it")
    serve_verb.add_argument("--samples", action="store_true", help="with repositories to play with")
    serve_verb.add_argument("--data", metavar="DIR", help="keep its data there (default: gone with the kernel)")
    serve_verb.add_argument("--seed", metavar="FILE", help="users, organisations and repositories to start with")
    serve_verb.add_argument("--port", type=int, default=0, help="default: a free one")
    serve_verb.add_argument("--stop", action="store_true", help="end it, and go back to the Hub from before")
    verbs.add_parser("login", help="sign in: paste a token, see who you are and which token wins")
    add_repo_verbs(verbs)
    return parser


@magics_class
class HubMagics(Magics):
    """Registers `%hub`."""

    @line_magic
    def hub(self, line: str) -> Any:
        """Work with a model Hub; `%hub --help` lists the verbs."""
        parser = build_parser()
        try:
            args = parser.parse_args(shlex.split(line))
        except ValueError as error:  # an open quote
            raise UsageError(str(error)) from None
        except _HelpShown:
            return None
        if args.verb is None:
            parser.print_help()
            return None
        try:
            return self._run(args)
        except HubError as error:
            # The message says it all; a traceback through the engine would bury it.
            shown = [f"{type(error).__name__}: {error}"]
            error._render_traceback_ = lambda: shown  # type: ignore[attr-defined]
            raise

    def _run(self, args: argparse.Namespace) -> Any:
        if args.verb == "serve":
            self._say(stop_serving() if args.stop else serve(args))
            return None
        if args.verb == "login":
            from ..panels.verbs import login

            return login()
        if args.verb == "push":
            return self._push(args)
        outcome = VERBS[args.verb](args)
        if args.verb == "pull":
            return outcome
        self._say(outcome)
        return None

    def _push(self, args: argparse.Namespace) -> Any:
        """Push a variable that can push itself, else a path."""
        candidate = self.shell.user_ns.get(args.source) if self.shell is not None else None
        if candidate is None or not hasattr(candidate, "push_to_hub"):
            return run_push(args)
        options = {"private": args.private or None, "branch": args.revision, "create_pr": args.pr or None}
        if args.message:
            options["commit_message"] = args.message
        return candidate.push_to_hub(args.repo_id, **options)

    def _say(self, text: str) -> None:
        print(text)  # noqa: T201 - a magic's output is what it prints


def complete(_: Any, event: Any) -> list[str]:
    """Complete the verb after `%hub `."""
    words = event.line.split()
    if len(words) > 2 or (len(words) == 2 and event.line.endswith(" ")):
        return []
    return ["serve", "login", *VERBS]
