"""Tab: what may come next on a line of `hubnb` or `%hub`, read off the parser itself."""

from __future__ import annotations

import argparse
from itertools import pairwise
from typing import TYPE_CHECKING

from .known_names import known

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_REPO_IDS = {"repo_id", "from_id"}
_FILES_IN_REPO = {"files", "path_in_repo", "patterns"}


def completions(
    parser: argparse.ArgumentParser, words: list[str], last: str, variables: Iterable[str] = ()
) -> list[str]:
    """Give what can replace `last`, the word that is being typed after `words`.

    Parameters
    ----------
    words
        The complete words before it, without the name of the command.
    variables
        Names that stand for things to push, in a notebook.
    """
    parser, rest = _descend(parser, words)
    options = {name: action for action in parser._actions for name in action.option_strings}  # noqa: SLF001
    if rest and (asked := options.get(rest[-1])) is not None and asked.nargs != 0:
        return _starting(_values(asked, parser, rest[:-1], options, variables), last)
    if last.startswith("-"):
        return _starting((name for name in options if name.startswith("--")), last)
    action = _positional(parser, rest, options)
    return [] if action is None else _starting(_values(action, parser, rest, options, variables), last)


def _descend(parser: argparse.ArgumentParser, words: list[str]) -> tuple[argparse.ArgumentParser, list[str]]:
    """Find the parser of the verb that the words name, and what they say after it."""
    for index, word in enumerate(words):
        below = _subparsers(parser)
        if below is None or word not in below.choices:
            return parser, words[index:]
        parser = below.choices[word]
    return parser, []


def _subparsers(parser: argparse.ArgumentParser) -> argparse._SubParsersAction[argparse.ArgumentParser] | None:
    return next((action for action in parser._actions if isinstance(action, argparse._SubParsersAction)), None)  # noqa: SLF001


def _given(rest: list[str], options: Mapping[str, argparse.Action]) -> list[str]:
    """Leave out options and what belongs to them."""
    given, skip = [], False
    for word in rest:
        if skip:
            skip = False
        elif word in options:
            skip = options[word].nargs != 0
        elif not word.startswith("-"):
            given.append(word)
    return given


def _positionals(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    return [action for action in parser._actions if not action.option_strings]  # noqa: SLF001


def _positional(
    parser: argparse.ArgumentParser, rest: list[str], options: Mapping[str, argparse.Action]
) -> argparse.Action | None:
    """Find the argument that comes next: the last one may be repeated."""
    left = len(_given(rest, options))
    for action in _positionals(parser):
        if left == 0 or action.nargs in ("*", "+"):
            return action
        left -= 1
    return None


def _values(
    action: argparse.Action,
    parser: argparse.ArgumentParser,
    rest: list[str],
    options: Mapping[str, argparse.Action],
    variables: Iterable[str],
) -> Iterable[str]:
    if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
        return [choice.dest for choice in action._choices_actions]  # noqa: SLF001 - those with help, not the old words
    if action.choices is not None:
        return map(str, action.choices)
    if action.dest in _REPO_IDS:
        return known.repo_ids(_option(rest, options, "type") or "model")
    repo_id = _repo_id(parser, rest, options)
    if repo_id is not None and action.dest == "revision":
        return known.revisions(repo_id, _option(rest, options, "type") or "model")
    if repo_id is not None and action.dest in _FILES_IN_REPO:
        revision = _option(rest, options, "revision")
        return known.files(repo_id, _option(rest, options, "type") or "model", revision)
    return variables if action.dest == "source" else ()


def _repo_id(parser: argparse.ArgumentParser, rest: list[str], options: Mapping[str, argparse.Action]) -> str | None:
    names = [action.dest for action in _positionals(parser)]
    return next((word for name, word in zip(names, _given(rest, options), strict=False) if name in _REPO_IDS), None)


def _option(rest: list[str], options: Mapping[str, argparse.Action], dest: str) -> str | None:
    """Give what the option that fills `dest` was given on the line."""
    return next((value for name, value in pairwise(rest) if name in options and options[name].dest == dest), None)


def _starting(names: Iterable[str], last: str) -> list[str]:
    return [name for name in names if name.startswith(last)]


SCRIPTS = {
    "bash": """\
_hubnb() {
    local IFS=$'\\n' reply
    reply=$(hubnb complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
    COMPREPLY=($reply)
    [[ ${#COMPREPLY[@]} -gt 0 ]] || compopt -o default
}
complete -F _hubnb hubnb
""",
    "zsh": """\
#compdef hubnb
_hubnb() {
    local -a reply
    reply=(${(f)"$(hubnb complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)"})
    if (( $#reply )); then compadd -a reply; else _files; fi
}
compdef _hubnb hubnb
""",
    "fish": """\
function __hubnb
    set -l words (commandline -opc) (commandline -ct)
    hubnb complete -- $words[2..-1] 2>/dev/null
end
complete -c hubnb -a '(__hubnb)'
""",
}
"""What a shell has to be told, by its name."""
