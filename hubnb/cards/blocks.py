"""Markdown cut into its top-level blocks, and cut anew only where the text changed.

A person types one letter; a card of 20 kB has two hundred blocks, and all but one of them are as they were.
Blocks of Markdown depend on each other in one direction only: where a block ends is decided by its own lines
and the two that follow. So what stands well before a change stays, and as soon as a block begins where one
began before, in lines that did not change, everything after it stays too.

What crosses blocks (definitions of links and footnotes) is collected here and resolved by `markup`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from markdown_it.rules_block import StateBlock

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_LOOKS_AHEAD_LINES = 2
"""How far past its end a block can look to find out that it ends: a table takes two lines to begin."""

_MATH = re.compile(r"[\s>*+\-\d.)]*\$\$")


@dataclass(eq=False)
class Block:
    """A top-level block: its place, its source and what the parser made of it."""

    start: int
    """Its first line, counted from 0."""
    lines: list[str]
    tokens: list[Token]
    offset: int
    """What to add to a token's line to get the line in the text."""
    links: dict[str, dict[str, str]] = field(default_factory=dict)
    """Link definitions it holds: label to address and title."""
    note: str | None = None
    """The label of the footnote it defines."""
    refers: bool = False
    """Whether it could refer to a link or a note that another block defines."""
    rendered: tuple[Any, Any] | None = None
    """What `markup` made of it, and under which circumstances."""

    @property
    def end(self) -> int:
        """The line after its last."""
        return self.start + len(self.lines)


class BlockParser:
    """Keeps a text as blocks.

    Parameters
    ----------
    markdown
        The parser; its block rules decide.
    """

    def __init__(self, markdown: MarkdownIt) -> None:
        self._markdown = markdown
        self._rules = markdown.block.ruler.getRules("")
        self._lines: list[str] = []
        self.blocks: list[Block] = []

    def update(self, text: str) -> list[Block]:
        """Take a new text; blocks that are as they were are the same objects."""
        lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd").split("\n")
        before, old = self._lines, self.blocks
        same_head = _common(before, lines)
        same_tail = min(_common(before[::-1], lines[::-1]), len(lines) - same_head, len(before) - same_head)
        kept = 0
        while kept < len(old) and old[kept].end + _LOOKS_AHEAD_LINES <= same_head:
            kept += 1
        kept = min(max(0, kept - 1), _first_open(old))
        moved = len(lines) - len(before)
        first_same_line = len(before) - same_tail
        reusable = {block.start + moved: index for index, block in enumerate(old) if block.start >= first_same_line}
        fresh, resumed = self._parse(lines, old[kept - 1].end if kept else 0, reusable)
        tail = old[resumed:] if resumed is not None else []
        for block in tail:
            block.start += moved
            block.offset += moved
        self.blocks = [*old[:kept], *fresh, *tail]
        self._lines = lines
        return self.blocks

    def _parse(self, lines: list[str], first: int, reusable: dict[int, int]) -> tuple[list[Block], int | None]:
        """Cut `lines` from `first` on, until a block begins that is known already; give its index, if any."""
        starts = sorted(reusable)
        window = 1
        while True:
            whole = window >= len(starts) or any(map(_MATH.match, lines[first : starts[window]]))
            last = len(lines) if whole else min(len(lines), starts[window] + _LOOKS_AHEAD_LINES + 1)
            found: list[Block] = []
            for block in self._cut(lines[first:last], first):
                # the one at the end of the window may go on after it
                if block.start in reusable and (block.start + _LOOKS_AHEAD_LINES < last or last == len(lines)):
                    return found, reusable[block.start]
                found.append(block)
            if last == len(lines):
                return found, None
            window *= 4

    def _cut(self, lines: Sequence[str], first: int) -> Iterator[Block]:
        state = StateBlock("\n".join(lines), self._markdown, {}, [])
        line = 0
        while True:
            line = state.skipEmptyLines(line)
            if line >= state.lineMax:
                return
            begin, count = line, len(state.tokens)
            state.line = line
            for rule in self._rules:
                if rule(state, line, state.lineMax, False):
                    break
            state.tight = True
            line = max(state.line, begin + 1)
            yield _block(begin + first, list(lines[begin:line]), state.tokens[count:], first)


def _block(start: int, lines: list[str], tokens: list[Token], offset: int) -> Block:
    block = Block(start, lines, tokens, offset, refers=any("[" in line for line in lines))
    for token in tokens:
        if token.type == "definition":
            meta = token.meta
            block.links.setdefault(meta["id"], {"href": meta["url"], "title": meta["title"]})
    if tokens and tokens[0].type == "footnote_reference_open":
        block.note = tokens[0].meta["label"]
    return block


def _first_open(blocks: Sequence[Block]) -> int:
    """Find the first block that began mathematics nobody ended: its end may yet come, anywhere."""
    for index, block in enumerate(blocks):
        if any(map(_MATH.match, block.lines)) and not any(token.type.startswith("math") for token in block.tokens):
            return index
    return len(blocks)


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """Count the equal lines at the start."""
    count = 0
    for left, right in zip(one, other):  # noqa: B905 - the shorter one decides
        if left != right:
            break
        count += 1
    return count
