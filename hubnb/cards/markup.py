"""A card's Markdown as safe HTML, rendered block by block.

The dialect is that of the Hub's pages: CommonMark with GitHub's tables, task lists, alerts, footnotes, bare
links and ``$math$``, and raw HTML among it. markdown-it-py reads it as the Hub does, which python-markdown does
not (a list right after a paragraph, two blanks before a nested list), takes half the time, and stays within
bounds on text that is made to hang a parser.

Every block is rendered and cleaned once, and again only when it or what it refers to changes: the definitions
of links and footnotes, and the names of headings, are resolved over the whole text.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Any

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from mdit_py_plugins.gfm import gfm_plugin

from . import front_matter
from .blocks import BlockParser
from .highlight import code_html
from .sanitize import ANCHOR, Place, clean, names

if TYPE_CHECKING:
    from collections.abc import MutableMapping, Sequence

    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

    from .blocks import Block

MAX_CHARS = 400_000
"""A longer text is shown as it is."""

# Marks that stand for what is known only when all blocks are: they are stripped from the text, so none is a stranger's.
_NOTE_MARK, _HEADING_MARK, _END_MARK = "\ue000", "\ue001", "\ue002"
_STRANGE = re.compile("[\ue000-\ue00f]")
_NOTE = re.compile(f"{_NOTE_MARK}([0-9a-f]*){_END_MARK}")
_HEADING = re.compile(f"<h([1-6])([^<>]*)>{_HEADING_MARK}([^{_END_MARK}]*){_END_MARK}")
_OPENED = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*?)(/?)>")
# Without an end tag these end by themselves, or are dropped by the cleaner with all they hold.
_NEVER_HELD_OPEN = names(
    "area base br col embed hr img input link meta param source track wbr p li dd dt option tr td th thead tbody tfoot"
    " rp rt colgroup a b i em strong u s small code span font sub sup kbd mark del ins q"
)


@dataclass(frozen=True)
class Rendered:
    """A piece of the card as HTML."""

    line: int
    """The line of the text where it begins, counted from 0."""
    html: str


class CardRenderer:
    """Renders the versions of one card, each quicker for what it shares with the one before.

    Parameters
    ----------
    place
        The repository that relative links and pictures belong to.
    """

    def __init__(self, place: Place | None = None) -> None:
        self._place = place or Place()
        self._markdown = _markdown()
        self._parser = BlockParser(self._markdown)
        self._cleaned: dict[str, str] = {}
        self.blocks: list[Block] = []

    def render(self, body: str, first_line: int = 0) -> list[Rendered]:
        """Render the Markdown of a card, without its metadata block.

        Parameters
        ----------
        body
            The Markdown.
        first_line
            The line of the file where it begins, counted from 0; added to the lines of the result.
        """
        if len(body) > MAX_CHARS:
            return [Rendered(first_line, f"<pre>{escape(body, quote=False)}</pre>")]
        try:
            self.blocks = self._parser.update(_STRANGE.sub("\ufffd", body))
            return self._render(first_line)
        except (RecursionError, ValueError):  # nested deeper than any text means to be
            self._parser = BlockParser(self._markdown)
            return [Rendered(first_line, f"<pre>{escape(body, quote=False)}</pre>")]

    def _render(self, first_line: int) -> list[Rendered]:
        links: dict[str, Any] = {}
        notes: dict[str, Block] = {}
        for block in self.blocks:
            for label, target in block.links.items():
                links.setdefault(label, target)
            if block.note is not None:
                notes.setdefault(block.note, block)
        known = (tuple((label, link["href"], link["title"]) for label, link in links.items()), tuple(notes))
        env = {"references": links, "hubnb_notes": notes}
        pieces = [
            (block.start, self._html(block, env, known)) for block in self.blocks if block.note is None and block.tokens
        ]
        units = self._clean(_units(pieces))
        names, order = _Names(), _Order(list(notes))
        found = [Rendered(first_line + line, _resolve(html, names, order)) for line, html in units]
        if order.numbers:
            found.append(self._notes(first_line, notes, env, known, names, order))
        return [piece for piece in found if piece.html.strip()]

    def _html(self, block: Block, env: dict[str, Any], known: Any) -> str:
        """HTML of one block, not clean yet; remembered for as long as the block and its circumstances stay."""
        circumstances = known if block.refers else None
        if block.rendered is not None and block.rendered[0] == circumstances:
            return block.rendered[1]
        for token in block.tokens:
            if token.type == "inline":
                token.children = []
        state = StateCore("", self._markdown, env, block.tokens)
        for rule in _inline_rules(self._markdown):
            rule(state)
        tokens = block.tokens if block.note is None else block.tokens[1:-1]
        html = self._markdown.renderer.render(tokens, self._markdown.options, env)
        block.rendered = (circumstances, html)
        return html

    def _clean(self, units: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
        """Clean each unit, but those that were cleaned the last time."""
        fresh = {html: self._cleaned.get(html) or clean(html, self._place) for _, html in units}
        self._cleaned = fresh
        return [(line, fresh[html]) for line, html in units]

    def _notes(
        self,
        first_line: int,
        notes: dict[str, Block],
        env: dict[str, Any],
        known: Any,
        names: _Names,
        order: _Order,
    ) -> Rendered:
        """Footnotes that are referred to, in the order in which they are; they may refer to further ones."""
        items: list[str] = []
        while len(items) < len(order.numbers):
            label, number = list(order.numbers.items())[len(items)]
            block = notes[label]
            html = _resolve(clean(self._html(block, env, known), self._place), names, order)
            back = f' <a href="#{ANCHOR}fnref-{number}" aria-label="Back to {number}">↩</a>'
            at = html.rstrip().removesuffix("</p>")
            html = f"{at}{back}</p>" if at != html.rstrip() else html + back
            items.append(f'<li id="{ANCHOR}fn-{number}">{html}</li>')
        last = max(notes[label].start for label in order.numbers)
        return Rendered(first_line + last, f'<section class="footnotes"><ol>{"".join(items)}</ol></section>')


def render_card(
    text: str,
    *,
    repo_id: str | None = None,
    repo_type: str | None = None,
    revision: str | None = None,
    endpoint: str | None = None,
) -> str:
    """Render a README as HTML that can do no harm; its metadata block is left out.

    The HTML holds no script, style or form and loads nothing. Pictures of the repository are ``<img
    data-hubnb-path="figures/loss.png">`` without a source: fetch that file through the kernel and set it.
    Pictures from elsewhere are shown as their words.

    Parameters
    ----------
    text
        The whole README.
    repo_id, repo_type, revision, endpoint
        What relative links and pictures belong to; without `repo_id` they lead nowhere.
    """
    body = front_matter.split(text).body
    pieces = CardRenderer(place_of(repo_id, repo_type, revision, endpoint)).render(body)
    return "\n".join(piece.html for piece in pieces)


def place_of(
    repo_id: str | None,
    repo_type: str | None = None,
    revision: str | None = None,
    endpoint: str | None = None,
) -> Place:
    """Say where the relative addresses of a repository's card lead."""
    from hubnb.client.repo_id import RepoId
    from hubnb.client.settings import Settings

    endpoint = Settings.from_env(endpoint=endpoint).endpoint
    if repo_id is None:
        return Place(endpoint)
    return Place(endpoint, RepoId.parse(repo_id, repo_type).web.strip("/"), revision or "main")


# --- the dialect ---


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": True})
    gfm_plugin(markdown, dollarmath=True)
    markdown.options["inline_definitions"] = True
    markdown.inline.ruler.at("footnote_ref", _note_reference)
    for name in ("definition", "footnote_reference_open", "footnote_reference_close"):
        markdown.add_render_rule(name, lambda *_: "")
    markdown.add_render_rule("note", _render_note)
    markdown.add_render_rule("fence", _render_fence)
    markdown.add_render_rule("heading_open", _render_heading)
    markdown.add_render_rule("list_item_open", _render_item)
    return markdown


def _inline_rules(markdown: MarkdownIt) -> list[Any]:
    rules = {rule.name: rule.fn for rule in markdown.core.ruler.__rules__}
    return [rules["inline"], rules["text_join"]]


def _note_reference(state: StateInline, silent: bool) -> bool:
    """Read ``[^label]`` where the text defines that footnote somewhere."""
    start = state.pos
    if not state.src.startswith("[^", start):
        return False
    end = state.src.find("]", start, state.posMax)
    label = state.src[start + 2 : end]
    if end < 0 or label not in state.env.get("hubnb_notes", ()):
        return False
    if not silent:
        token = state.push("note", "", 0)
        token.meta = {"label": label}
    state.pos = end + 1
    return True


def _render_note(_self: Any, tokens: Sequence[Token], index: int, _options: Any, env: MutableMapping[str, Any]) -> str:
    number = list(env["hubnb_notes"]).index(tokens[index].meta["label"])
    return f"{_NOTE_MARK}{number:x}{_END_MARK}"


def _render_fence(_self: Any, tokens: Sequence[Token], index: int, *_: Any) -> str:
    return f"<pre>{code_html(tokens[index].content, tokens[index].info.strip())}</pre>\n"


def _render_heading(_self: Any, tokens: Sequence[Token], index: int, *_: Any) -> str:
    words = "".join(
        child.content for child in tokens[index + 1].children or [] if child.type in ("text", "code_inline")
    )
    return f"<{tokens[index].tag}>{_HEADING_MARK}{escape(slug(words))}{_END_MARK}"


def _render_item(self: Any, tokens: Sequence[Token], index: int, options: Any, env: MutableMapping[str, Any]) -> str:
    """Begin an item; a task's box is a letter, for a form field has no place in a card."""
    token = tokens[index]
    html = self.renderToken(tokens, index, options, env)
    if not token.meta or "checked" not in token.meta:
        return html
    return html + ('<span class="task done">☑</span> ' if token.meta["checked"] else '<span class="task">☐</span> ')


# --- what crosses blocks ---


class _Names:
    """Names of headings, each once."""

    def __init__(self) -> None:
        self._used: dict[str, int] = {}

    def unique(self, name: str) -> str:
        count = self._used.get(name, 0)
        self._used[name] = count + 1
        return f"{name}-{count}" if count else name


class _Order:
    """Numbers of footnotes, in the order in which they are referred to."""

    def __init__(self, labels: Sequence[str]) -> None:
        self._labels = labels
        self.numbers: dict[str, int] = {}

    def reference(self, match: re.Match[str]) -> str:
        place = int(match[1] or "0", 16)
        if place >= len(self._labels):
            return ""
        label = self._labels[place]
        first = label not in self.numbers
        number = self.numbers.setdefault(label, len(self.numbers) + 1)
        name = f' id="{ANCHOR}fnref-{number}"' if first else ""
        return f'<sup><a{name} href="#{ANCHOR}fn-{number}">{number}</a></sup>'


def _resolve(html: str, names: _Names, order: _Order) -> str:
    """Put names and numbers where their marks stand."""
    if _HEADING_MARK not in html and _NOTE_MARK not in html:
        return html
    if _HEADING_MARK in html:
        html = _HEADING.sub(lambda mark: f'<h{mark[1]}{mark[2]} id="{ANCHOR}{names.unique(mark[3])}">', html)
    if _NOTE_MARK in html:
        html = _NOTE.sub(order.reference, html)
    return _STRANGE.sub("", html)


def slug(words: str) -> str:
    """Name a heading as the Hub does: lower case, blanks as dashes, without punctuation."""
    kept = (
        character
        for character in words.strip().lower()
        if character in "-_ " or unicodedata.category(character)[0] in "LNM"
    )
    return "".join(kept).replace(" ", "-")


def _units(pieces: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """Join blocks that belong to one element: ``<details>``, Markdown, ``</details>``."""
    units: list[tuple[int, str]] = []
    line, parts, depth = 0, [], 0
    for start, html in pieces:
        if not parts:
            line = start
        parts.append(html)
        if depth or "<" in html:
            depth = max(0, depth + _left_open(html))
        if depth == 0:
            units.append((line, "".join(parts)))
            parts = []
    if parts:
        units.append((line, "".join(parts)))
    return units


@lru_cache(maxsize=4096)
def _left_open(html: str) -> int:
    """Count the elements that this HTML leaves open, less those it closes."""
    depth = 0
    for closes, tag, _, empty in _OPENED.findall(html):
        if not empty and tag.lower() not in _NEVER_HELD_OPEN:
            depth += -1 if closes else 1
    return depth
