"""The static record: what a saved notebook keeps of a panel.

A panel's live view needs its kernel. The record below it is plain HTML (and text) that says what happened; it
is what GitHub, nbconvert, an untrusted notebook or the next kernel shows. It carries no script, no colour of
its own and at most `MAX_BYTES`; every word of a stranger is escaped.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timezone
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from IPython.display import display, update_display

from .words import date_words, stamp_words
from .worker import Coalescer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MAX_BYTES = 1200
UPDATE_INTERVAL_S = 1.0

_BOX = (
    "border:1px solid rgba(127,127,127,.4);border-radius:6px;padding:7px 12px;max-width:760px;"
    "font-size:13px;line-height:20px;overflow-wrap:anywhere"
)
_SMALL = "font-size:12px;line-height:18px;opacity:.82"
# JupyterLab says "Loading widget…" and "model not found" in a panel without children; beside our record nothing is
# missing.
_HIDE_ERROR = (
    "<style>.jp-OutputArea-child:has(+.jp-OutputArea-child>.jp-OutputArea-output>.hubnb-rec)"
    ">.jp-OutputArea-output.lm-Panel:not(:has(*)){display:none}</style>"
)


@dataclass(frozen=True)
class Link:
    """Text that leads somewhere on the hub; drawn as plain text unless the address is one of the web's."""

    text: str
    url: str | None = None
    code: bool = False

    def html(self) -> str:
        """Escaped text, in a link where there is a safe one."""
        shown = escape(self.text)
        if self.code:
            shown = f"<code>{shown}</code>"
        return f'<a href="{escape(self.url)}">{shown}</a>' if self.url and is_web_address(self.url) else shown


@dataclass(frozen=True)
class Record:
    """What happened: outcome first, then the facts, then how to go on.

    Parameters
    ----------
    outcome
        First words, in bold, e.g. ``✓ Pushed``.
    rest
        The sentence that goes on after the outcome.
    facts
        One sentence of numbers; the date is added to it.
    rows
        Name, size and one more fact of some files; as many are kept as fit.
    again
        What to do next, or what call brings the panel back.
    """

    outcome: str
    rest: Sequence[str | Link] = ()
    facts: str = ""
    rows: Sequence[tuple[str, ...]] = ()
    again: str = ""
    moment: datetime = field(default_factory=lambda: datetime.now(timezone.utc))

    def html(self, sid: str = "") -> str:
        """Give the record as HTML of at most `MAX_BYTES` bytes: rows are left out first, then words are cut."""
        attempts = [(shown, 10_000) for shown in range(len(self.rows), -1, -1)]
        for shown, limit in [*attempts, (0, 200), (0, 100), (0, 50), (0, 25)]:
            html = self._html(sid, shown, limit)
            if len(html.encode()) <= MAX_BYTES:
                return html
        return self._html(sid, 0, 8)

    def text(self) -> str:
        """Give the record as plain text, for where HTML is not shown."""
        rest = "".join(part.text if isinstance(part, Link) else part for part in self.rest)
        outcome = self.outcome.lstrip("✓✕… ")
        lines = [f"hubnb: {outcome[:1].lower()}{outcome[1:]}{rest}"]
        lines += [f"  {text.replace('`', '')}" for text in (self.facts, self.again) if text]
        return "\n".join([*lines, f"  {stamp_words(self.moment)}"])

    def _html(self, sid: str, shown_rows: int, limit: int) -> str:
        rest = "".join(_cut(part, limit) for part in self.rest)
        facts = escape(_shorten(f"{self.facts} ".lstrip(), limit)) + date_words(self.moment)
        again = f'<div style="{_SMALL}">{_with_code(self.again)}</div>' if self.again else ""
        return (
            f'<div class="hubnb-rec hubnb-rec-{sid}" style="{_BOX}">'
            f"<div><b>{escape(self.outcome)}</b>{rest}</div>"
            f'<div style="{_SMALL}">{facts}</div>{self._details(shown_rows)}{again}</div>{_HIDE_ERROR}'
        )

    def _details(self, shown: int) -> str:
        if not shown:
            return ""
        rows = "".join(_row(row) for row in self.rows[:shown])
        hidden = len(self.rows) - shown
        more = f"<tr><td>{hidden} more</td></tr>" if hidden else ""
        table = f"<table>{rows}{more}</table>"
        return f'<details style="font-size:12px"><summary>Files</summary>{table}</details>'


class RecordOutput:
    """The record as an output of a cell, replaced in place when there is news.

    Parameters
    ----------
    sid
        Names this record in the page.
    newest
        Gives the record as of now.
    burst
        How many last words in a row go out at once; other updates go out once a second.
    """

    def __init__(self, sid: str, newest: Callable[[], Record], *, burst: float = 3) -> None:
        self._sid = sid
        self._newest = newest
        self._coalescer = Coalescer(self._send, UPDATE_INTERVAL_S, "record", burst=burst)
        self._shown = self._bundle()
        display(self._shown, raw=True, display_id=sid)

    def catch_up(self) -> None:
        """Send what has changed since the record was displayed, before anybody could call `update`."""
        if self._bundle() != self._shown:
            self.update(final=True)

    def update(self, *, final: bool = False) -> None:
        """Bring the output up to date: soon, or at once if this is the last word."""
        if final:
            self._coalescer.flush()
        else:
            self._coalescer.poke()

    def _send(self) -> None:
        update_display(self._bundle(), raw=True, display_id=self._sid)

    def _bundle(self) -> dict[str, str]:
        record = self._newest()
        return {"text/html": record.html(self._sid), "text/plain": record.text()}


def is_web_address(url: str) -> bool:
    """Whether `url` is a plain http(s) address without credentials in it."""
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.netloc) and "@" not in parts.netloc


def _cut(part: str | Link, limit: int) -> str:
    if isinstance(part, Link):
        url = part.url if len(part.url or "") < 3 * limit else None
        return Link(_shorten(part.text, limit), url, part.code).html()
    return escape(_shorten(part, limit))


def _row(cells: Sequence[str]) -> str:
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"


def _shorten(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _with_code(text: str) -> str:
    """Escape `text`, drawing what stands between backticks as code."""
    pieces = escape(text).split("`")
    return "".join(f"<code>{piece}</code>" if index % 2 else piece for index, piece in enumerate(pieces))
