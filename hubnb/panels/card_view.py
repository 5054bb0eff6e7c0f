"""What the editor shows for one text: the preview, the problems, the number of words."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Any

from ..cards import front_matter
from ..cards.lint import lint, repositories
from ..cards.markup import CardRenderer, place_of
from ..cards.problems import Edit, Fix, Problem, apply
from ..cards.yaml_text import scalar
from ..client.errors import HubError
from .card_home import RepoHome

if TYPE_CHECKING:
    from .card_home import Home

_WORD = re.compile(r"\w[\w'’.-]*")  # noqa: RUF001 - an apostrophe as people write it
_MOST_ROUNDS = 5


class CardView:
    """Renders and checks the versions of one card.

    Parameters
    ----------
    home
        Where the card lives: what relative links and pictures belong to.
    """

    def __init__(self, home: Home | None, repo_type: str) -> None:
        self._home = home
        self._repo_type = repo_type
        if isinstance(home, RepoHome):
            place = place_of(home.repo.repo_id, home.repo.repo_type, home.revision, home.endpoint)
        else:
            place = place_of("local/card" if home else None)
        self._renderer = CardRenderer(place)
        self._known: dict[tuple[str, str], list[str] | None] = {}
        self._named: tuple[str, dict[str, list[tuple[str, int, int]]]] = ("", {})
        self.files: frozenset[str] | None = None

    def answer(self, text: str) -> dict[str, Any]:
        """Give the preview and the problems of a text."""
        pieces = front_matter.split(text)
        first = text[: len(text) - len(pieces.body)].count("\n")
        blocks = [[one.line, one.html] for one in self._renderer.render(pieces.body, first)]
        words = len(_WORD.findall(pieces.body))
        block_lines = pieces.yaml.count("\n")
        problems = [_as_json(one) for one in self.problems(text)]
        return {"blocks": blocks, "problems": problems, "words": words, "block_lines": block_lines}

    def problems(self, text: str) -> list[Problem]:
        """Find the problems, those that only the Hub knows of included."""
        found = [*lint(text, self._repo_type, files=self.files), *self._missing(text)]
        return sorted(found, key=lambda one: (one.line, one.column))

    def fixed(self, text: str) -> str:
        """Put right what has exactly one answer; a fix may bring another to light."""
        for _ in range(_MOST_ROUNDS):
            fixes = [one.fixes[0] for one in self.problems(text) if one.fixes and one.fixes[0].sure]
            if not fixes:
                break
            end, edits = len(text) + 1, []
            for fix in sorted(fixes, key=lambda one: one.edits[0].start, reverse=True):
                if fix.edits[0].end <= end:  # two that touch the same words wait for the next round
                    edits += fix.edits
                    end = fix.edits[0].start
            text = apply(text, Fix("use", {}, tuple(edits)))
        return text

    def look_up(self, text: str) -> bool:
        """Ask the Hub about repositories the metadata names and that were not asked about; whether there is news."""
        news = False
        for kind, names in self._repositories(text).items():
            asked = {name for name, _, _ in names if (kind, name) not in self._known}
            if self._home is None or not asked:
                continue
            missing = self._home.missing(kind, asked)
            for name in asked:
                self._known[kind, name] = self._alike(kind, name) if name in missing else None
            news = True
        return news

    def _missing(self, text: str) -> list[Problem]:
        pieces = front_matter.split(text)
        before = text[: len(text) - len(pieces.body)].splitlines(keepends=True)
        found = []
        for kind, names in self._repositories(text).items():
            for name, line, column in names:
                alike = self._known.get((kind, name))
                if alike is None:
                    continue
                start = sum(map(len, before[: line - 1])) + column - 1
                start += text[start : start + 1] in ("'", '"')
                edits = [(one, Edit(start, start + len(name), one)) for one in alike]
                fixes = tuple(Fix("use", {"value": one}, (edit,)) for one, edit in edits if scalar(one) == one)
                values = {"kind": kind.capitalize(), "value": name}
                found.append(Problem("repo_missing", values, "hint", line, column, column + len(name), fixes))
        return found

    def _repositories(self, text: str) -> dict[str, list[tuple[str, int, int]]]:
        block = text[: len(text) - len(front_matter.split(text).body)]
        if self._named[0] != block:
            self._named = (block, repositories(text))
        return self._named[1]

    def _alike(self, kind: str, name: str) -> list[str]:
        """Name the repositories of the same owner that may be meant."""
        from ..client.listing import list_datasets, list_models

        if not isinstance(self._home, RepoHome) or "/" not in name:
            return []
        find = list_datasets if kind == "dataset" else list_models
        try:
            theirs = find(
                author=name.partition("/")[0], limit=200, token=self._home.token, endpoint=self._home.endpoint
            )
            return difflib.get_close_matches(name, [one.id for one in theirs], n=2, cutoff=0.75)
        except HubError:
            return []


def _as_json(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code,
        "values": problem.values,
        "severity": problem.severity,
        "message": problem.message,
        "line": problem.line,
        "column": problem.column,
        "end": problem.end,
        "fixes": [{"code": one.code, "values": one.values, "sure": one.sure} for one in problem.fixes],
    }
