"""Fenced code with its words coloured: classes only, the colours are the viewer's."""

from __future__ import annotations

from functools import lru_cache
from html import escape

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

MAX_CHARS = 20_000
"""Longer code is shown plain: it takes tens of milliseconds to colour, at every letter typed in it."""

_MAX_LINE_CHARS = 2_000
_FORMATTER = HtmlFormatter(nowrap=True)


@lru_cache(maxsize=256)
def code_html(code: str, language: str) -> str:
    """Give the code as HTML for a `pre`, coloured if the language is known."""
    name = language.split(maxsplit=1)[0].strip("{}.").lower() if language.split() else ""
    too_long = len(code) > MAX_CHARS or max(map(len, code.split("\n")), default=0) > _MAX_LINE_CHARS
    if not name or too_long:
        return escape(code, quote=False)
    try:
        lexer = get_lexer_by_name(name, stripnl=False, ensurenl=False)
    except (ClassNotFound, ValueError):
        return escape(code, quote=False)
    return highlight(code, lexer, _FORMATTER)
