"""Strangers' cards can do nothing: what comes out of the renderer is read as a browser reads it, and searched."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from hubnb.cards import lint, render_card

CARDS: list[str] = json.loads((Path(__file__).parent / "hostile" / "cards.json").read_text())
NO_ATTRIBUTE = {"style", "srcset", "ping", "action", "formaction", "background", "poster", "data", "slot", "part", "is"}
NO_ELEMENT = set(
    "script style iframe frame object embed svg math form input button select textarea link meta base video audio"  # noqa: SIM905
    " template noscript title xmp plaintext picture source track portal image marquee applet".split()
)


class Reader(HTMLParser):
    """Collects what a browser would act on."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in NO_ELEMENT:
            self.faults.append(f"<{tag}>")
        for name, value in attrs:
            if name.startswith("on") or name in NO_ATTRIBUTE or ":" in name:
                self.faults.append(f"{tag} {name}")
            if name == "src" and not (value or "").startswith("data:image/"):
                self.faults.append(f"{tag} {name}={value}")
            if name == "href" and not (value or "").startswith(("http://", "https://", "mailto:", "#card-")):
                self.faults.append(f"{tag} {name}={value}")
            if name in ("id", "name") and not (value or "").startswith("card-"):
                self.faults.append(f"{tag} {name}={value}")


def test_there_are_enough_of_them() -> None:
    assert len(set(CARDS)) > 150


@pytest.mark.parametrize("number", range(len(CARDS)))
def test_card_can_do_nothing(number: int) -> None:
    html = render_card(CARDS[number], repo_id="ns/name", endpoint="https://hub.test")
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.faults == [], html
    lint(CARDS[number])


def test_they_can_do_nothing_together_either() -> None:
    reader = Reader()
    reader.feed(render_card("\n\n".join(CARDS), repo_id="ns/name", endpoint="https://hub.test"))
    assert reader.faults == []
