"""Sections of a card: find one by its heading, set what it says, add a table or a picture.

A section reaches from its heading to the next one of the same or a higher level; what stands below its own
sub-headings belongs to it. Lines in fenced code are never headings.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .template import table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .card import RepoCard

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$")


@dataclass(frozen=True)
class Heading:
    """A heading and the lines of its section, counted from 0."""

    title: str
    level: int
    line: int
    end: int


def headings(text: str) -> list[Heading]:
    """Find the headings of a Markdown text, each with where its section ends."""
    lines = text.splitlines()
    found: list[tuple[str, int, int]] = []
    fence = ""
    for number, line in enumerate(lines):
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
        elif mark:
            fence = mark[1]
        elif heading := _HEADING.match(line):
            found.append(((heading[2] or "").strip(), len(heading[1]), number))
    ends = [
        next((line for _, level, line in found[at + 1 :] if level <= own), len(lines))
        for at, (_, own, _) in enumerate(found)
    ]
    return [Heading(title, level, line, end) for (title, level, line), end in zip(found, ends, strict=True)]


class Section:
    """One section of a card, by its heading; reading finds it anew, so it may be there or not.

    Parameters
    ----------
    card
        The card it belongs to; its `text` changes.
    title
        The heading's words, in any case.
    level
        The heading's level where a new section is made.
    """

    def __init__(self, card: RepoCard, title: str, level: int = 2) -> None:
        self._card = card
        self.title = title
        self._level = level

    @property
    def exists(self) -> bool:
        """Whether the card has this section."""
        return self._find() is not None

    @property
    def text(self) -> str:
        """What stands below the heading; empty where there is no such section."""
        found = self._find()
        lines = self._card.text.splitlines()
        return "\n".join(lines[found.line + 1 : found.end]).strip("\n") if found else ""

    def set(self, text: str) -> Section:
        """Let the section say `text`; one that is not there is added at the end of the card."""
        newline = "\r\n" if "\r\n" in self._card.text else "\n"
        lines = self._card.text.splitlines()
        body = text.strip("\n").splitlines()
        found = self._find()
        if found is None:
            while lines and not lines[-1].strip():
                lines.pop()
            head = [*lines, ""] if lines else ([""] if self._card.data.to_dict() else [])
            lines = [*head, f"{'#' * self._level} {self.title}", "", *body]
        else:
            rest = lines[found.end :]
            lines = [*lines[: found.line + 1], "", *body, *([""] if rest else []), *rest]
        self._card.text = newline.join(lines) + newline
        return self

    def append(self, text: str) -> Section:
        """Add a paragraph to what the section says."""
        return self.set(f"{self.text}\n\n{text}" if self.text.strip() else text)

    def remove(self) -> None:
        """Take the section out, with its heading."""
        found = self._find()
        if found is not None:
            lines = self._card.text.splitlines(keepends=True)
            self._card.text = "".join([*lines[: found.line], *lines[found.end :]])

    def table(self, rows: Any, header: Sequence[str] | None = None) -> Section:
        """Add a table.

        Parameters
        ----------
        rows
            A mapping (two columns), mappings with the same keys, sequences with `header`, or a DataFrame.
        """
        return self.append(markdown_table(rows, header))

    def plot(self, figure: Any, path_in_repo: str, words: str = "") -> Section:
        """Add a picture: it travels with the card when that is saved or pushed.

        Parameters
        ----------
        figure
            A matplotlib figure (or anything with `savefig`), a PIL image (or anything with `save`), or PNG bytes.
        path_in_repo
            Where it goes, e.g. ``"figures/loss.png"``.
        words
            What it shows, for those who can't see it.
        """
        self._card.attachments[path_in_repo] = _png(figure)
        return self.append(f"![{words}]({path_in_repo})")

    def _find(self) -> Heading | None:
        wanted = self.title.casefold()
        return next((one for one in headings(self._card.text) if one.title.casefold() == wanted), None)

    def __repr__(self) -> str:
        return (
            f"Section({self.title!r}, {len(self.text)} characters)" if self.exists else f"Section({self.title!r}, new)"
        )


def markdown_table(rows: Any, header: Sequence[str] | None = None) -> str:
    """Lay out a mapping, mappings, sequences or a DataFrame as a Markdown table."""
    if hasattr(rows, "to_dict") and hasattr(rows, "columns"):
        header = header or [str(one) for one in rows.columns]
        return table(header, [[_cell(one) for one in row] for row in rows.itertuples(index=False)])
    if isinstance(rows, dict):
        return table(header or ["", ""], [(str(key), _cell(value)) for key, value in rows.items()])
    rows = list(rows)
    if rows and isinstance(rows[0], dict):
        keys: Mapping[str, None] = dict.fromkeys(key for row in rows for key in row)
        return table(header or list(keys), [[_cell(row.get(key, "")) for key in keys] for row in rows])
    if header is None:
        msg = "Rows that are no mappings need names of their columns: pass `header`."
        raise ValueError(msg)
    return table(header, [[_cell(one) for one in row] for row in rows])


def _cell(value: Any) -> str:
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:
        value = value.item()
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _png(figure: Any) -> bytes:
    if isinstance(figure, (bytes, bytearray)):
        return bytes(figure)
    stream = io.BytesIO()
    if hasattr(figure, "savefig"):
        figure.savefig(stream, format="png", bbox_inches="tight")
    elif hasattr(figure, "save"):
        figure.save(stream, format="PNG")
    else:
        msg = f"A plot is a figure with `savefig`, an image with `save`, or PNG bytes, not {type(figure).__name__}."
        raise TypeError(msg)
    return stream.getvalue()
