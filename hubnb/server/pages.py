"""Pages for people who open an address of the Hub in a browser; no script, and every name escaped."""

from __future__ import annotations

import base64
import hashlib
import time
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, urlencode

from starlette.responses import Response

if TYPE_CHECKING:
    from collections.abc import Iterable

_STYLE = Path(__file__).with_name("pages.css").read_text(encoding="utf-8")
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
# The one style above is named by its hash, so that none that a stranger sneaks in counts.
_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src 'self' data:; media-src 'self';"
    " frame-ancestors 'none'; base-uri 'none'"
)
KINDS = (("model", "Models"), ("dataset", "Datasets"), ("space", "Spaces"), ("kernel", "Kernels"))
_VOID = frozenset({"img", "input"})
_AGES = ((31_536_000, "year"), (2_592_000, "month"), (86_400, "day"), (3600, "hour"), (60, "minute"))


class Html(str):
    """Text that is HTML already; anything else is escaped by `join`."""

    __slots__ = ()


def join(*parts: object) -> Html:
    """Put pieces together: `Html` as it is, other things escaped."""
    return Html("".join(part if isinstance(part, Html) else escape(str(part)) for part in parts))


def joined(separator: str, parts: Iterable[object]) -> Html:
    """Put pieces together with `separator`, which is escaped, between them."""
    return Html(escape(separator).join(join(part) for part in parts))


def tag(element: str, /, *inner: object, **attributes: str) -> Html:
    """Return an element; underscores in an attribute's name: the last is dropped, others are hyphens."""
    written = "".join(f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"' for key, value in attributes.items())
    if element in _VOID:
        return Html(f"<{element}{written}>")
    return Html(f"<{element}{written}>{join(*inner)}</{element}>")


def link(text: object, path: str, **attributes: str) -> Html:
    """Return a link to a path on this Hub."""
    return tag("a", text, href=quote(path, safe="/%?=&#+"), **attributes)


def address(path: str, **query: str | int | None) -> str:
    """Return a path with those parameters that have a value."""
    kept = {key: value for key, value in query.items() if value not in (None, "")}
    return f"{path}?{urlencode(kept)}" if kept else path


def badge(text: object, kind: str = "") -> Html:
    """Return a small fact."""
    return tag("span", text, class_=f"badge {kind}".strip())


def panel(*body: object, head: object = None) -> Html:
    """Return a box, with a line above if `head` is given."""
    top = [tag("div", head, class_="head")] if head is not None else []
    return tag("section", *top, *body, class_="panel")


def items(rows: Iterable[tuple[object, object]], empty: str) -> Html:
    """Return a list of what and its facts, or `empty`."""
    listed = [
        tag("li", tag("div", what, class_="what"), tag("div", facts, class_="meta small")) for what, facts in rows
    ]
    return tag("ul", *listed, class_="list") if listed else tag("p", empty, class_="empty")


def tabs(*entries: tuple[str, object, str], chosen: str) -> Html:
    """Return tabs; each has a name, a text and a path."""
    shown = [link(text, path, **({"aria_current": "page"} if name == chosen else {})) for name, text, path in entries]
    return tag("nav", *shown, class_="tabs", aria_label="Parts of the repository")


def pager(path: str, page: int, *, more: bool, **query: str | None) -> Html:
    """Return links to the page before and the next one."""
    if not page and not more:
        return Html()
    before = link("← Newer", address(path, **query, p=page - 1 or None)) if page else ""
    after = link("Older →", address(path, **query, p=page + 1)) if more else ""
    return tag("nav", tag("span", before), tag("span", after), class_="pages", aria_label="Pages")


class Visitor(NamedTuple):
    """Who looks at a page, having logged in."""

    name: str
    form_key: str


def page(
    title: str,
    *body: object,
    status: int = 200,
    kind: str = "",
    search: str = "",
    visitor: Visitor | None = None,
    leads_to: str = "",
) -> Response:
    """Return a whole page.

    Parameters
    ----------
    title, body
        What it is called and holds.
    status
        HTTP status.
    kind, search
        What kind of repositories it is about, and what was searched for.
    visitor
        Who is logged in.
    leads_to
        Another origin, e.g. ``https://example.org``, to which sending a form of this page may lead.
    """
    head = join(
        Html('<meta charset="utf-8"><meta name="viewport" content="width=device-width">'),
        tag("title", title),
        tag("style", Html(_STYLE)),
    )
    text = (
        f'<!doctype html><html lang="en"><head>{head}</head><body>'
        f'{_top(kind, search, visitor)}<main id="main">{join(*body)}</main>'
        f"{tag('footer', 'An embedded Hub, served by hubnb')}</body></html>"
    )
    headers = {
        "Content-Security-Policy": f"{_POLICY}; form-action 'self' {leads_to}".strip(),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",  # a form without a referrer would not say where it comes from either
        "Cache-Control": "no-store",
    }
    return Response(text.encode("utf-8", "replace"), status, headers=headers, media_type="text/html; charset=utf-8")


def _top(kind: str, search: str, visitor: Visitor | None) -> Html:
    mark = tag("a", tag("b", "h", aria_hidden="true"), "Hub", class_="mark", href="/")
    links = [link(name, f"/{key}s", **({"aria_current": "page"} if key == kind else {})) for key, name in KINDS[:3]]
    words = "Search repositories"
    field = tag("input", type="search", name="search", aria_label=words, placeholder=words, value=search)
    form = tag("form", field, action=f"/{kind}s" if kind else "/", role="search")
    nav = tag("nav", *links, aria_label="Kinds of repositories")
    skip = tag("a", "Skip to the content", class_="skip", href="#main")
    return tag("header", skip, tag("div", mark, nav, form, _who(visitor)), class_="top")


def _who(visitor: Visitor | None) -> Html:
    if visitor is None:
        return link("Log in", "/login", class_="who")
    leave = tag("form", form_key(visitor), tag("button", "Log out"), method="post", action="/logout")
    return tag("div", link(visitor.name, f"/{visitor.name}"), leave, class_="who")


def form_key(visitor: Visitor) -> Html:
    """Return the hidden field by which the Hub knows its own forms."""
    return hidden("form_key", visitor.form_key)


def hidden(name: str, value: str) -> Html:
    """Return a field that nobody sees."""
    return tag("input", type="hidden", name=name, value=value)


def field(label: str, name: str, **attributes: str) -> Html:
    """Return a field to fill in, with what it is for."""
    return tag("label", label, tag("input", name=name, required="", **attributes))


def size_text(size: int) -> str:
    """Return a number of bytes for people: ``1.5 MB``."""
    number, unit = float(size), "B"
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if number < 1000 or unit == "TB":
            break
        number /= 1000
    return f"{number:.0f} {unit}" if unit == "B" else f"{number:.1f} {unit}"


def count_text(number: int) -> str:
    """Return a large number for people: ``22.7 M``."""
    value, unit = float(number), ""
    for unit in ("", " k", " M", " G", " T"):
        if value < 1000 or unit == " T":
            break
        value /= 1000
    return f"{number}" if not unit else f"{value:.1f}{unit}"


def age(epoch_s: float) -> Html:
    """Return how long ago something was; the date itself is behind it."""
    passed = max(0.0, time.time() - epoch_s)
    text = "just now"
    for seconds, unit in _AGES:
        count = int(passed // seconds)
        if count:
            text = f"{count} {unit}{'s' if count > 1 else ''} ago"
            break
    exact = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(epoch_s))
    return tag("time", text, datetime=exact, title=exact)
