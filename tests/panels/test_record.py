"""Records are small, escaped and readable without styles."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from html.parser import HTMLParser

import pytest

from hubnb.panels.record import MAX_BYTES, Link, Record
from hubnb.panels.words import duration_words, part_words, size_words

MOMENT = datetime(2026, 11, 22, 10, 42, tzinfo=timezone.utc)
HOSTILE = '<img src=x onerror="alert(1)">'
ALLOWED_TAGS = {"div", "b", "a", "code", "details", "summary", "table", "tr", "td", "style"}


def pushed(**changes) -> Record:
    given = {
        "outcome": "✓ Pushed",
        "rest": [" 4 files to ", Link("me/x", "https://hub.test/me/x"), ", main"],
        "facts": "91.4 MB in 3 s.",
        "rows": [("model.safetensors", "90.9 MB", "sha256:1f0c…9be2")],
        "moment": MOMENT,
    }
    return Record(**(given | changes))


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.seen.append(tag)


def tags_of(html: str) -> list[str]:
    parser = Tags()
    parser.feed(html)
    return parser.seen


def test_outcome_comes_first_and_the_date_is_there() -> None:
    html = pushed().html("s1")
    text = re.sub(r"<style>.*?</style>|<[^>]+>", "", html)
    assert text.startswith("✓ Pushed 4 files to me/x, main")
    assert "91.4 MB in 3 s. 22 Nov 2026, 10:42 UTC" in text


def test_plain_text_says_the_same() -> None:
    assert pushed(again="Run `hubnb.login()` for the live panel.").text() == (
        "hubnb: pushed 4 files to me/x, main\n  91.4 MB in 3 s.\n  Run hubnb.login() for the live panel.\n"
        "  2026-11-22 10:42 UTC"
    )


def test_words_of_strangers_are_escaped_everywhere() -> None:
    record = pushed(
        rest=[HOSTILE, Link(HOSTILE, "https://hub.test/" + HOSTILE)], facts=HOSTILE, rows=[(HOSTILE,)], again=HOSTILE
    )
    assert set(tags_of(record.html("s1"))) <= ALLOWED_TAGS


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "https://me:secret@hub.test/", "//x", ""])
def test_only_plain_web_addresses_become_links(url: str) -> None:
    assert Link("x", url).html() == "x"


def test_many_rows_are_cut_to_fit() -> None:
    rows = [(f"model-{index:05}-of-00100.safetensors", "5.00 GB", "sha256:1f0c…9be2") for index in range(100)]
    html = pushed(rows=rows).html("s1")
    assert len(html.encode()) <= MAX_BYTES
    assert " more</td>" in html


@pytest.mark.parametrize("length", [200, 5000])
def test_long_words_are_cut_to_fit(length: int) -> None:
    name = "é&" * (length // 2)
    record = pushed(rest=[Link(name, f"https://hub.test/{name}")], facts=name, rows=[(name, "1 B")])
    assert len(record.html("s1").encode()) <= MAX_BYTES


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 B"), (612, "612 B"), (18_400, "18.4 kB"), (466_000, "466 kB"), (999_600, "1.00 MB"),
     (1_420_000_000, "1.42 GB"), (128_400_000_000, "128.4 GB")],
)  # fmt: skip
def test_sizes_read_as_in_the_live_view(size: int, words: str) -> None:
    assert size_words(size) == words


def test_parts_and_times() -> None:
    assert part_words(420_000_000, 1_000_000_000) == "0.42 of 1.00 GB"
    assert [duration_words(one) for one in (0.2, 24.2, 59.8, 250, 7300)] == ["1 s", "24 s", "1 min", "4 min", "2 h"]
