"""Strangers' Markdown as HTML that can do no harm: no script, no style, no form, nothing loaded from elsewhere."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape, unescape
from urllib.parse import quote, unquote, urlsplit

import nh3
from markdown_it import MarkdownIt

from hubnb.server.pages import Html, tag
from hubnb.server.wire import words

MAX_CHARS = 200_000
_PICTURE = re.compile(r'<img((?: [a-z]+="[^"]*")*)>')
_WORDS = re.compile(r' alt="([^"]*)"')
# Chosen because it stays within seconds on text made to hang it, which python-markdown does not.
_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
_TAGS = set(
    words(
        "a abbr b blockquote br caption code dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol"
        " p pre q s samp small span strike strong sub summary sup table tbody td tfoot th thead tr tt u ul var center"
    )
)
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "td": {"align", "colspan", "rowspan"},
    "th": {"align", "colspan", "rowspan"},
    "ol": {"start"},
    "details": {"open"},
    "p": {"align"},
    "div": {"align"},
}
_FINAL = {**_ATTRIBUTES, "a": {"href", "title", "rel"}}


def render(text: str, *, links: str = "", files: str = "") -> Html:
    """Return Markdown as safe HTML.

    Parameters
    ----------
    links, files
        Paths on this Hub that relative links and images are taken to be below; left out if there are none.
    """
    if len(text) > MAX_CHARS:
        return tag("pre", text)
    return _render(text, links, files)


@lru_cache(maxsize=64)
def _render(text: str, links: str, files: str) -> Html:
    try:
        raw = _MARKDOWN.render(text)
    except (RecursionError, ValueError):  # nested deeper than any text means to be
        return tag("pre", text)

    def rewrite(element: str, name: str, value: str) -> str | None:
        if element == "img" and name == "src":
            return _below(files, value, foreign=False)
        if element == "a" and name == "href":
            return _below(links, value, foreign=True)
        return value

    clean = nh3.clean(
        raw,
        tags=_TAGS,
        clean_content_tags={"script", "style"},
        attributes=_ATTRIBUTES,
        attribute_filter=rewrite,
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener noreferrer",
    )
    # Cleaned again, so that nothing but the cleaner has the last word.
    return Html(nh3.clean(_PICTURE.sub(_with_words, clean), tags=_TAGS, attributes=_FINAL, link_rel=None))


def _with_words(image: re.Match[str]) -> str:
    """Return a picture of this Hub as it is; of one that would be loaded from elsewhere, only its words."""
    if ' src="' in image[1]:
        return image[0]
    found = _WORDS.search(image[1])
    return f"<q>{escape(unescape(found[1]))}</q>" if found and found[1] else ""


def _below(base: str, address: str, *, foreign: bool) -> str | None:
    """Return where an address of a text leads: below `base`, elsewhere if `foreign`, or nowhere."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme or parts.netloc:
        return address if foreign else None
    if not parts.path:
        return address if foreign else None
    if not base or parts.path.startswith("/"):
        return address if foreign and parts.path.startswith("/") and not parts.path.startswith("//") else None
    steps: list[str] = []
    for step in unquote(parts.path).split("/"):
        if step == "..":
            steps[-1:] = []
        elif step not in {"", "."}:
            steps.append(step)
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return f"{base}/{quote('/'.join(steps))}{fragment}"
