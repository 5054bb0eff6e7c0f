"""What changed between two versions of a card: lines with their numbers, and words marked within them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from . import front_matter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_WORD = re.compile(r"\w+|\s+|[^\w\s]")
_CONTEXT_LINES = 2
_MOST_MARKED_CHARS = 2_000


@dataclass(frozen=True)
class Line:
    """A line of a difference.

    Parameters
    ----------
    kind
        ``"same"``, ``"removed"`` or ``"added"``.
    old, new
        Its number in either version, counted from 1; None where it is not there.
    parts
        Its text in pieces, each with whether it differs from its twin.
    """

    kind: str
    old: int | None
    new: int | None
    parts: tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class Hunk:
    """Lines that changed, with some around them."""

    part: str
    """``"metadata"`` or ``"text"``."""
    changes: int
    """How many places changed."""
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Changes:
    """All that changed."""

    added: int
    removed: int
    hunks: tuple[Hunk, ...]

    def as_json(self) -> dict[str, Any]:
        """Give it as plain values."""
        return {
            "added": self.added,
            "removed": self.removed,
            "hunks": [
                {
                    "part": hunk.part,
                    "changes": hunk.changes,
                    "lines": [
                        {"kind": one.kind, "old": one.old, "new": one.new, "parts": [list(part) for part in one.parts]}
                        for one in hunk.lines
                    ],
                }
                for hunk in self.hunks
            ],
        }

    def __str__(self) -> str:
        signs = {"same": " ", "removed": "-", "added": "+"}
        rows = (
            f"{signs[line.kind]}{''.join(text for text, _ in line.parts)}" for one in self.hunks for line in one.lines
        )
        return "\n".join(rows)


def changes(old: str, new: str) -> Changes:
    """Compare two versions of a card."""
    before, after = old.splitlines(), new.splitlines()
    pieces = front_matter.split(new)
    block_lines = new[: len(new) - len(pieces.body)].count("\n")
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    hunks, added, removed = [], 0, 0
    for group in matcher.get_grouped_opcodes(_CONTEXT_LINES):
        for piece in _parted(group, block_lines):
            lines = tuple(_lines(piece, before, after))
            added += sum(line.kind == "added" for line in lines)
            removed += sum(line.kind == "removed" for line in lines)
            part = "metadata" if piece[0][3] < block_lines else "text"
            hunks.append(Hunk(part, sum(code[0] != "equal" for code in piece), lines))
    return Changes(added, removed, tuple(hunks))


_Code = tuple[str, int, int, int, int]


def _parted(group: Sequence[_Code], block_lines: int) -> Iterator[list[_Code]]:
    """Cut a group where the metadata ends, if it reaches beyond."""
    head: list[_Code] = []
    tail: list[_Code] = []
    for tag, a, a_end, b, b_end in group:
        if b_end <= block_lines or (b < block_lines and tag != "equal"):
            head.append((tag, a, a_end, b, b_end))
        elif b >= block_lines:
            tail.append((tag, a, a_end, b, b_end))
        else:
            middle = block_lines - b
            head.append((tag, a, a + middle, b, b + middle))
            tail.append((tag, a + middle, a_end, b + middle, b_end))
    for one in (head, tail):
        if any(code[0] != "equal" for code in one):
            yield one


def _lines(codes: Sequence[_Code], before: Sequence[str], after: Sequence[str]) -> Iterator[Line]:
    for tag, a, a_end, b, b_end in codes:
        if tag == "equal":
            for step in range(a_end - a):
                yield Line("same", a + step + 1, b + step + 1, ((before[a + step], False),))
            continue
        olds, news = before[a:a_end], after[b:b_end]
        marks = [_marks(one, other) for one, other in zip(olds, news)]  # noqa: B905 - the rest has no twin
        for step, text in enumerate(olds):
            parts = marks[step][0] if step < len(marks) else ((text, False),)
            yield Line("removed", a + step + 1, None, parts)
        for step, text in enumerate(news):
            parts = marks[step][1] if step < len(marks) else ((text, False),)
            yield Line("added", None, b + step + 1, parts)


_Parts = tuple[tuple[str, bool], ...]


def _marks(old: str, new: str) -> tuple[_Parts, _Parts]:
    """Mark the words that differ between two lines, unless they have little in common."""
    plain = (((old, False),), ((new, False),))
    if max(len(old), len(new)) > _MOST_MARKED_CHARS:
        return plain
    before, after = _WORD.findall(old), _WORD.findall(new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if matcher.ratio() < 0.4:
        return plain
    lefts, rights = [], []
    for tag, a, a_end, b, b_end in matcher.get_opcodes():
        left, right = "".join(before[a:a_end]), "".join(after[b:b_end])
        if left:
            lefts.append((left, tag != "equal"))
        if right:
            rights.append((right, tag != "equal"))
    return tuple(lefts), tuple(rights)
