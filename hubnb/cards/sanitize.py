"""Strangers' HTML made harmless: an allow-list, and addresses that are decided here.

Nothing that comes out of here can run, restyle the page, ask for input or load anything. Pictures of the
repository itself keep only the name of their file, in ``data-hubnb-path``: whoever shows the card fetches them
through the kernel, which also works where the repository is private. Pictures from elsewhere become their words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape, unescape
from urllib.parse import quote, unquote, urlsplit

import nh3
from pygments.token import STANDARD_TYPES

ANCHOR = "card-"
"""Begins every id, so that none can pass for a name the page uses."""


def names(text: str) -> set[str]:
    """Give the words of a text; a list of them is longer than what it says."""
    return set(text.split())


_TAGS = names(
    "a abbr b blockquote br caption center cite code dd del details dfn div dl dt em figcaption figure h1 h2 h3 h4 h5"
    " h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp section small span strike strong sub summary sup table"
    " tbody td tfoot th thead tr tt u ul var wbr"
)
# Gone with all they hold: their content is not text, or is parsed by other rules than HTML's.
_GONE = names(
    "script style iframe frame frameset noframes noscript noembed object embed applet template svg math title textarea"
    " xmp plaintext select option button audio video canvas map portal slot"
)
_ATTRIBUTES: dict[str, set[str]] = {
    "*": {"id", "dir", "lang"},
    "a": {"href", "title", "name"},
    "abbr": {"title"},
    "img": {"src", "alt", "title", "width", "height", "align"},
    "td": {"align", "colspan", "rowspan"},
    "th": {"align", "colspan", "rowspan", "scope"},
    "ol": {"start", "type"},
    "details": {"open"},
    **{tag: {"align"} for tag in ("p", "div", "table", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "caption")},
}
_CLASSES: dict[str, set[str]] = {
    "span": {*filter(None, STANDARD_TYPES.values()), "math", "inline", "task", "done"},
    "div": {"math", "block", "markdown-alert"}
    | {f"markdown-alert-{kind}" for kind in ("note", "tip", "important", "warning", "caution")},
    "p": {"markdown-alert-title"},
    "ul": {"contains-task-list"},
    "li": {"task-list-item"},
    "pre": {"code"},
}
_SHORT_VALUES = {
    "align": re.compile(r"left|right|center|justify|middle|top|bottom", re.IGNORECASE),
    "width": re.compile(r"\d{1,4}(px|%)?"),
    "height": re.compile(r"\d{1,4}(px|%)?"),
    "colspan": re.compile(r"\d{1,3}"),
    "rowspan": re.compile(r"\d{1,3}"),
    "start": re.compile(r"-?\d{1,6}"),
    "type": re.compile(r"[1aAiI]"),
    "dir": re.compile(r"ltr|rtl|auto", re.IGNORECASE),
    "lang": re.compile(r"[A-Za-z-]{2,20}"),
    "scope": re.compile(r"row|col|rowgroup|colgroup"),
    "open": re.compile(""),
}
_INLINE_PICTURE = re.compile(r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]+", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x20\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")
_MARKUP = re.compile("[<>\ue000-\ue00f]")
_KEPT_PICTURE = "data:"
_OWN_PICTURE = "repo:"
_FOREIGN_PICTURE = "away:"
_IMAGE = re.compile(r'<img((?: [a-z]+="[^"]*")*)>')
_ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')
_INNER_LINK = re.compile(r'(<a\b[^<>]*? href="#[^"]*")((?: [a-z]+="[^"]*")*)>')
_PAGES = {"blob", "resolve", "raw", "tree"}


@dataclass(frozen=True)
class Place:
    """The repository that relative addresses of a card belong to.

    Parameters
    ----------
    endpoint
        Base address of the Hub.
    path
        The repository's path on it, e.g. ``datasets/squad``; empty where the card belongs to none.
    revision
        Branch, tag or commit.
    """

    endpoint: str = ""
    path: str = ""
    revision: str = "main"

    def link(self, address: str) -> str | None:
        """Where a link leads: elsewhere on the web, into the repository, within the card, or nowhere."""
        address = _CONTROLS.sub("", address)
        try:
            parts = urlsplit(address)
        except ValueError:
            return None
        if parts.scheme:
            good = (parts.scheme in ("http", "https") and parts.netloc) or parts.scheme == "mailto"
            return address if good else None
        if parts.netloc:
            return f"https:{address}"
        if not parts.path:
            return f"#{ANCHOR}{parts.fragment.removeprefix(ANCHOR)}" if parts.fragment else None
        if not self.path:
            return None
        query = f"?{parts.query}" if parts.query else ""
        fragment = f"#{parts.fragment}" if parts.fragment else ""
        if parts.path.startswith("/"):
            return f"{self.endpoint}{quote(unquote(parts.path))}{query}{fragment}"
        inside = quote(_normal(parts.path))
        return f"{self.endpoint}/{self.path}/blob/{quote(self.revision, safe='')}/{inside}{fragment}"

    def picture(self, address: str) -> str:
        """Decide what to show for a picture: its data, a file of the repository, or the words of a foreign one."""
        if _INLINE_PICTURE.fullmatch(address):
            return address
        address = _CONTROLS.sub("", address)
        try:
            parts = urlsplit(address)
        except ValueError:
            return _FOREIGN_PICTURE
        if not parts.scheme and not parts.netloc and parts.path and not parts.path.startswith("/"):
            return f"{_OWN_PICTURE}{_normal(parts.path)}" if self.path else f"{_FOREIGN_PICTURE}{address}"
        return f"{_OWN_PICTURE}{own}" if (own := self._own_file(address)) else f"{_FOREIGN_PICTURE}{address}"

    def _own_file(self, address: str) -> str | None:
        """Name the file of this repository that a full address means, if it does."""
        if not self.path:
            return None
        for base in (f"{self.endpoint}/{self.path}/", f"/{self.path}/"):
            if address.startswith(base):
                page, _, rest = address.removeprefix(base).partition("/")
                _, _, path = rest.partition("/")
                if page in _PAGES and path:
                    return _normal(urlsplit(path).path)
        return None


def clean(html: str, place: Place) -> str:
    """Make HTML harmless; what a browser would have closed is closed."""

    def decide(_tag: str, name: str, value: str) -> str | None:
        if name == "href":
            address = place.link(value)
            return None if address is None else _outside_of_markup(address)
        if name == "src":
            return _outside_of_markup(place.picture(value))
        # No attribute may hold what looks like a tag or one of our marks: what follows here looks for both.
        value = _MARKUP.sub("", value)
        if name in ("id", "name"):
            return f"{ANCHOR}{value.removeprefix(ANCHOR)}" if value and not value.isspace() else None
        allowed = _SHORT_VALUES.get(name)
        return value if allowed is None or allowed.fullmatch(value) else None

    safe = nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags=_GONE,
        attributes=_ATTRIBUTES,
        attribute_filter=decide,
        allowed_classes=_CLASSES,
        url_schemes={"http", "https", "mailto", "data", "repo", "away"},
        link_rel="nofollow noopener noreferrer",
        set_tag_attribute_values={"a": {"target": "_blank"}},
        strip_comments=True,
    )
    return _INNER_LINK.sub(_stays_here, _IMAGE.sub(_shown, safe))


def _shown(image: re.Match[str]) -> str:
    """Give an image that loads nothing, or its words."""
    attributes = dict(_ATTRIBUTE.findall(image[1]))
    source = attributes.pop("src", _FOREIGN_PICTURE)
    words = attributes.get("alt", "").strip()
    if source.startswith(_FOREIGN_PICTURE):
        address = unescape(source.removeprefix(_FOREIGN_PICTURE))
        title = escape(address[:200]) if address.startswith(("http://", "https://", "//")) else ""
        return f'<span class="picture" title="{title}">{words or "picture"}</span>'
    if source.startswith(_OWN_PICTURE):
        attributes["data-hubnb-path"] = source.removeprefix(_OWN_PICTURE)
    elif source.startswith(_KEPT_PICTURE):
        attributes["src"] = source
    else:
        return ""
    attributes.setdefault("alt", "")
    return "<img" + "".join(f' {name}="{value}"' for name, value in attributes.items()) + ">"


def _stays_here(link: re.Match[str]) -> str:
    """Let a link within the card open in the card, not in a tab of its own."""
    return link[1] + link[2].replace(' target="_blank"', "") + ">"


def _outside_of_markup(address: str) -> str:
    return _MARKUP.sub(lambda found: quote(found.group()), address)


def _normal(path: str) -> str:
    """Resolve the dots of a path; it never leaves the repository."""
    steps: list[str] = []
    for step in unquote(path).replace("\\", "/").split("/"):
        if step == "..":
            steps[-1:] = []
        elif step not in {"", "."}:
            steps.append(step)
    return "/".join(steps)
