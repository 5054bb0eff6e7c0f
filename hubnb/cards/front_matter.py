"""Where the metadata of a README begins and ends.

A card is a text file that may open with a block of YAML between two lines of three dashes. This module cuts
such a text into its pieces and joins them again; `join(split(text)) == text` holds for every text without a
byte order mark. What is inside the block is the business of `yaml_text`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from hubnb.client.errors import HubError

_OPENING = re.compile(r"(\s*)(---(?:\r\n|\n|\r))")
_CLOSING = re.compile(r"(?:^|(?<=[\r\n]))---[ \t]*(?:\r\n|\n|\r|\Z)")
_NEWLINE = re.compile(r"\r\n|\n|\r")
_BYTE_ORDER_MARK = "\ufeff"


class FrontMatterError(HubError, ValueError):
    """The metadata block of a card can't be understood.

    Parameters
    ----------
    problem
        What is wrong, as a sentence without its final stop.
    line, column
        Where it is in the YAML block, counted from 1; None where the whole block is meant.
    """

    def __init__(self, problem: str, line: int | None = None, column: int | None = None) -> None:
        self.problem = problem
        self.line = line
        self.column = column
        place = "" if line is None else f", line {line}" + ("" if column is None else f", column {column}")
        super().__init__(f"The metadata block of this card can't be read{place}: {problem}.")

    def moved(self, lines: int) -> FrontMatterError:
        """Give the same error, its line counted in the file, where `lines` lines come before the block."""
        return FrontMatterError(self.problem, None if self.line is None else self.line + lines, self.column)


@dataclass(frozen=True)
class CardText:
    """The pieces of a README; joined in this order they are the file."""

    lead: str
    """Blank lines before the block."""
    opening: str
    """The first fence with its line ending; empty where there is no block."""
    yaml: str
    """The text between the fences, with the line ending before the closing fence."""
    closing: str
    """The second fence with its blanks and line ending."""
    body: str
    """Everything after the block: the Markdown."""

    @property
    def has_block(self) -> bool:
        """Whether there is a metadata block, be it empty."""
        return bool(self.opening)

    @property
    def newline(self) -> str:
        """The line ending of the file: that of its first line, else a line feed."""
        found = _NEWLINE.search(self.opening or self.body)
        return found.group() if found else "\n"

    @property
    def lines_before_yaml(self) -> int:
        """How many lines come before the first line of YAML."""
        return len(_NEWLINE.findall(self.lead + self.opening))


def split(text: str) -> CardText:
    """Cut a README into its pieces.

    A byte order mark at the start is left out: it is an accident of an editor, and no part of the text. A
    first fence without a second one is Markdown (a horizontal line), not a block.
    """
    text = text.removeprefix(_BYTE_ORDER_MARK)
    opening = _OPENING.match(text)
    if opening is None:
        return CardText("", "", "", "", text)
    closing = _CLOSING.search(text, opening.end())
    if closing is None:
        return CardText("", "", "", "", text)
    return CardText(
        lead=opening.group(1),
        opening=opening.group(2),
        yaml=text[opening.end() : closing.start()],
        closing=closing.group(),
        body=text[closing.end() :],
    )


def join(pieces: CardText) -> str:
    """Put the pieces together again."""
    return pieces.lead + pieces.opening + pieces.yaml + pieces.closing + pieces.body


def with_yaml(pieces: CardText, yaml: str) -> CardText:
    """Give the same card with other YAML in its block; a card without one gets one if there is YAML."""
    if yaml == pieces.yaml:
        return pieces
    newline = pieces.newline
    if yaml and not yaml.endswith(("\n", "\r")):
        yaml += newline
    if pieces.has_block:
        # blank lines before the block are an accident that other readers trip over
        return CardText("", pieces.opening, yaml, pieces.closing, pieces.body)
    return CardText("", f"---{newline}", yaml, f"---{newline}", pieces.body)
