"""Plain pages for people who open an address of the Hub in a browser; no script, and every name escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.responses import Response

if TYPE_CHECKING:
    from collections.abc import Iterable

_STYLE = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
a { color: light-dark(#0550ae, #6cb6ff); text-decoration: none } a:hover { text-decoration: underline }
table { border-collapse: collapse; width: 100% } td, th { padding: .3rem .6rem; text-align: left }
tr + tr td { border-top: 1px solid light-dark(#ddd, #444) } td.number { text-align: right; white-space: nowrap }
pre { overflow-x: auto; padding: 1rem; border: 1px solid light-dark(#ddd, #444); border-radius: .4rem }
.quiet { color: light-dark(#59636e, #9198a1) }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"


class Html(str):
    """Text that is HTML already; anything else is escaped by `join`."""

    __slots__ = ()


def join(*parts: object) -> Html:
    """Put pieces together: `Html` as it is, other things escaped."""
    return Html("".join(part if isinstance(part, Html) else escape(str(part)) for part in parts))


def tag(element: str, /, *inner: object, **attributes: str) -> Html:
    """Return an element; a trailing underscore in an attribute's name is dropped (``class_``)."""
    written = "".join(f' {key.rstrip("_")}="{escape(value)}"' for key, value in attributes.items())
    return Html(f"<{element}{written}>{join(*inner)}</{element}>")


def link(text: object, path: str) -> Html:
    """Return a link to a path on this Hub."""
    return tag("a", text, href=quote(path, safe="/%?=&#"))


def table(rows: Iterable[Iterable[object]]) -> Html:
    """Return a table; each cell is escaped unless it is `Html`."""
    return tag("table", *(tag("tr", *(tag("td", cell) for cell in row)) for row in rows))


def page(title: str, *body: object, status: int = 200) -> Response:
    """Return a whole page."""
    head = join(
        Html('<meta charset="utf-8"><meta name="viewport" content="width=device-width">'),
        tag("title", title),
        tag("style", Html(_STYLE)),
    )
    text = f'<!doctype html><html lang="en"><head>{head}</head><body>{join(*body)}</body></html>'
    headers = {
        "Content-Security-Policy": _POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }
    return Response(text.encode("utf-8", "replace"), status, headers=headers, media_type="text/html; charset=utf-8")


def size_text(size: int) -> str:
    """Return a number of bytes for people: ``1.5 MB``."""
    number, unit = float(size), "B"
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if number < 1000 or unit == "TB":
            break
        number /= 1000
    return f"{number:.0f} {unit}" if unit == "B" else f"{number:.1f} {unit}"
