"""A verb: some words, what it takes, and a function that answers. `hubnb` and `%hub` share all of them.

A function gives an `Answer`, never prints and never asks: what differs between a shell and a notebook (text, JSON, a
value to go on with, a question) is decided by who called it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Sequence

REPO_TYPES = ("model", "dataset", "space")


@dataclass(frozen=True)
class Answer:
    """What a verb found or did.

    Parameters
    ----------
    text
        For a person; without a line break at the end.
    data
        The same for a program: what `--json` prints.
    value
        What a notebook gets (`files = %hub ls me/digits`); `data` if nothing better is there.
    question
        What a person must agree to before `go_on` is called; `text` is what it would do.
    status
        Exit status of the shell command.
    """

    text: str
    data: Any = None
    value: Any = None
    question: str | None = None
    go_on: Callable[[], Answer] | None = None
    status: int = 0


def _nothing(_: argparse.ArgumentParser) -> None:
    """Declare no arguments."""


@dataclass(frozen=True)
class Verb:
    """One thing that can be asked for.

    Parameters
    ----------
    words
        What is typed, e.g. ``"repo create"``.
    help
        One line.
    run
        Gives the answer.
    declare
        Adds the arguments to a parser.
    old
        True for words that only users of `huggingface-cli` type: they work, and are not listed.
    """

    words: str
    help: str
    run: Callable[[argparse.Namespace], Answer]
    declare: Callable[[argparse.ArgumentParser], None] = _nothing
    old: bool = False


GROUPS = {
    "auth": "tokens on this machine",
    "repo": "make, change and delete repositories",
    "repo tag": "name commits",
    "repo branch": "lines of work",
    "card": "model cards, dataset cards, space cards",
    "cache": "what is on this machine's disk",
    "pr": "pull requests and discussions",
}
"""Words that other words follow."""


def build_parser(
    prog: str, description: str, verbs: Iterable[Verb], parser_class: type[argparse.ArgumentParser]
) -> argparse.ArgumentParser:
    """Make one parser of all `verbs`; every one takes `--json`."""
    root = parser_class(prog=prog, description=description)
    groups: dict[str, Any] = {"": root.add_subparsers(dest="verb", metavar="VERB", parser_class=parser_class)}
    verbs = list(verbs)
    for verb in verbs:
        *above, last = verb.words.split()
        parsers = _group(groups, tuple(above), parser_class)
        shown: dict[str, Any] = {} if verb.old else {"help": verb.help}
        parser = parsers.add_parser(last, description=verb.help, **shown)
        if any(other.words.startswith(f"{verb.words} ") for other in verbs):
            # a verb by itself, and others behind it
            groups[verb.words] = parser.add_subparsers(metavar="VERB", parser_class=parser_class)
        parser.set_defaults(run=verb.run, words=verb.words)
        verb.declare(parser)
        parser.add_argument("--json", action="store_true", help="answer for a program")
    return root


def _group(groups: dict[str, Any], words: tuple[str, ...], parser_class: type[argparse.ArgumentParser]) -> Any:
    name = " ".join(words)
    if name not in groups:
        above = _group(groups, words[:-1], parser_class)
        shown: dict[str, Any] = {"help": GROUPS[name]} if name in GROUPS else {}
        parser = above.add_parser(words[-1], description=GROUPS.get(name), **shown)
        groups[name] = parser.add_subparsers(metavar="VERB", parser_class=parser_class, required=True)
    return groups[name]


def table(rows: Sequence[Sequence[str]], numbers: Sequence[int] = ()) -> str:
    """Lay rows out in columns; the columns in `numbers` end-aligned. Text of strangers is made printable."""
    clean = [[printable(cell) for cell in row] for row in rows]
    if not clean:
        return ""
    widths = [max(len(row[index]) for row in clean) for index in range(len(clean[0]))]
    lines = [
        "  ".join(
            cell.rjust(width) if index in numbers else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in clean
    ]
    return "\n".join(line.rstrip() for line in lines)


def format_bytes(size: float) -> str:
    """Write a size in SI units: ``1.42 GB``."""
    value, units = float(size), ["B", "kB", "MB", "GB", "TB", "PB"]
    while value >= 999.5 and len(units) > 1:
        value /= 1000
        units.pop(0)
    return f"{round(size)} B" if units[0] == "B" else f"{value:.3g} {units[0]}"


def count(number: int, one: str, many: str | None = None) -> str:
    """Count in words: ``1 file``, ``1,200 files``."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def printable(text: str) -> str:
    """Make a stranger's name safe for a terminal: control characters (colour codes, newlines) are shown escaped."""
    return "".join(ch if ch.isprintable() else ch.encode("unicode_escape").decode() for ch in text)


def add_repo(parser: argparse.ArgumentParser, *, revision: bool = True) -> None:
    """Declare which repository is meant."""
    parser.add_argument("repo_id", help="e.g. me/digits, or datasets/me/digits")
    add_type(parser)
    if revision:
        parser.add_argument("--revision", help="branch, tag or commit (default: main)")


def add_type(parser: argparse.ArgumentParser) -> None:
    """Declare the kind of repository."""
    parser.add_argument(
        "--type", "--repo-type", dest="type", choices=REPO_TYPES, help="kind of repository (default: model)"
    )


class Repo(TypedDict):
    """A repository as the library's functions take it."""

    repo_id: str
    repo_type: str


def repo_of(args: argparse.Namespace) -> Repo:
    """Give `repo_id` and `repo_type` as the library takes them; ``datasets/me/x`` names its kind itself."""
    first, slash, rest = args.repo_id.partition("/")
    if slash and "/" in rest and first in ("models", "datasets", "spaces"):
        return {"repo_id": rest, "repo_type": first[:-1]}
    return {"repo_id": args.repo_id, "repo_type": args.type or "model"}
