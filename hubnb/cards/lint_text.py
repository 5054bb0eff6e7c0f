"""Lint of a card's Markdown: dead links, empty sections, pictures without words, and secrets."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING
from urllib.parse import unquote

from .problems import Edit, Fix, Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from .problems import Severity

_SECRET = re.compile(
    r"\bhf_[A-Za-z]{30,}\b|\bapi_org_[A-Za-z]{30,}\b|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}\b"
)
_PLACEHOLDER = re.compile(r"\[(More Information Needed|optional|Needs More Information)\]", re.IGNORECASE)
_LINK = re.compile(r"(?P<picture>!)?\[(?P<words>[^\[\]\n]*)\]\((?P<address>[^()\s]+)(?:\s+[\"'][^\n]*?[\"'])?\)")
_IMAGE_TAG = re.compile(r"<img\b(?P<inside>[^<>\n]*)>", re.IGNORECASE)
_HEADING = re.compile(r"^ {0,3}(?P<marks>#{1,6})[ \t]+(?P<words>.*?)[ \t]*#*$", re.MULTILINE)
_OWN_ANCHOR = re.compile(r"""\b(?:id|name)=["']([^"']+)["']""")
_FENCE = re.compile(
    r"^ {0,3}(?P<fence>`{3,}|~{3,})[^\n]*\n.*?(?:^ {0,3}(?P=fence)[`~]*[ \t]*$|\Z)", re.MULTILINE | re.DOTALL
)
_INLINE_CODE = re.compile(r"(?<!`)(`{1,3})(?!`)[^\n]*?(?<!`)\1(?!`)")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_LINE = re.compile(r"[^\n]+")
_LINE_END = re.compile(r"\n")


def text_problems(text: str, start: int, files: Collection[str] | None) -> list[Problem]:
    """Find the problems of the Markdown that begins at `start`; secrets are looked for in all of the text."""
    return list(_Text(text, start, files).problems())


class _Text:
    """One text under inspection."""

    def __init__(self, text: str, start: int, files: Collection[str] | None) -> None:
        self._text = text
        self._files = files
        # Code says nothing about the card itself; blanks keep every position where it is.
        body = _FENCE.sub(_blank, text[start:])
        body = _COMMENT.sub(_blank, _INLINE_CODE.sub(_blank, body))
        self._body = _LINE.sub(_blank, text[:start]) + body
        self._start = start
        self._line_starts = [0, *(match.end() for match in _LINE_END.finditer(text))]

    def problems(self) -> Iterator[Problem]:
        yield from self._secrets()
        if not self._text[self._start :].strip():
            yield self._problem("no_words", "hint", self._start, self._start)
            return
        yield from self._placeholders()
        anchors = self._anchors()
        for link in _LINK.finditer(self._body, self._start):
            yield from self._link(link, anchors)
        for image in _IMAGE_TAG.finditer(self._body, self._start):
            if not re.search(r"\balt\s*=", image["inside"]):
                yield self._problem("picture_words", "hint", image.start(), image.end())

    def _secrets(self) -> Iterator[Problem]:
        for secret in _SECRET.finditer(self._text):
            edit = Edit(secret.start(), secret.end(), "hf_xxx" if secret.group().startswith("hf_") else "xxx")
            fixes = (Fix("redact", {}, (edit,), sure=True),)
            yield self._problem("secret", "error", secret.start(), secret.end(), fixes)

    def _placeholders(self) -> Iterator[Problem]:
        for found in _PLACEHOLDER.finditer(self._body, self._start):
            if not found[0].lower().startswith("[optional"):
                yield self._problem("placeholder", "hint", found.start(), found.end())

    def _anchors(self) -> set[str]:
        from .markup import slug

        headings = [slug(re.sub(r"[*_`]|\[([^\]]*)\]\([^)]*\)", r"\1", match["words"])) for match in self._headings()]
        numbered = {f"{name}-{number}" for name in headings for number in range(1, headings.count(name))}
        return {*headings, *numbered, *_OWN_ANCHOR.findall(self._body)}

    def _headings(self) -> Iterator[re.Match[str]]:
        return _HEADING.finditer(self._body, self._start)

    def _link(self, link: re.Match[str], anchors: set[str]) -> Iterator[Problem]:
        address = unquote(link["address"])
        start, end = link.span("address")
        if link["picture"] and not link["words"].strip():
            yield self._problem("picture_words", "hint", link.start(), link.end())
        if address.startswith("#"):
            name = address[1:].lower()
            if name and name not in anchors and not name.startswith("fn"):
                yield self._problem("heading_missing", "hint", start, end, value=address[1:])
        elif self._files is not None and _is_file(address):
            path = address.partition("#")[0].partition("?")[0].removeprefix("./").strip("/")
            there = path in self._files or any(one.startswith(f"{path}/") for one in self._files)
            if path and not there and ".." not in path:
                yield self._problem("file_missing", "hint", start, end, value=path)

    def _problem(
        self,
        code: str,
        severity: Severity,
        start: int,
        end: int,
        fixes: tuple[Fix, ...] = (),
        **values: str,
    ) -> Problem:
        line = bisect_right(self._line_starts, start)
        column = start - self._line_starts[line - 1] + 1
        return Problem(code, dict(values), severity, line, column, column + end - start, fixes)


def _is_file(address: str) -> bool:
    return not re.match(r"[A-Za-z][A-Za-z0-9+.\-]*:|//|/|#", address)


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found.group())
