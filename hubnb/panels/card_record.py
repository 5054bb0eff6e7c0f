"""What a saved notebook says about a card that was edited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .record import Link, Record

if TYPE_CHECKING:
    from ..cards.changes import Changes


def record_of(
    home: dict[str, Any],
    phase: str,
    trouble: dict[str, str] | None,
    pushed: dict[str, Any] | None,
    difference: Changes,
) -> Record:
    """Say what became of the card: pushed, taken back, not read, being written, or as it was."""
    name = home["id"] or home["title"] or home["file"]
    again = f'Run `hubnb.edit_card("{name}")` to go on.' if home["id"] else "Run the cell again to go on."
    if pushed is not None:
        return _pushed(pushed, name, home, again)
    if phase == "failed":
        return Record("✕ Card not read", [f": {name}. {(trouble or {}).get('title', '')}"], again=again)
    if difference.hunks:
        facts = f"{difference.added} lines added, {difference.removed} removed; kept as a draft."
        return Record("Card being written", [f", {name}: not pushed yet"], facts, again=again)
    return Record("Card", [f" of {name}, without changes"], again=again)


def _pushed(pushed: dict[str, Any], name: str, home: dict[str, Any], again: str) -> Record:
    if home["local"]:
        return Record("✓ Card taken back" if pushed["undone"] else "✓ Card saved", [f": {name}"], again=again)
    number = pushed["pull_request"]
    place = f"pull request {number}" if number else home["revision"]
    where = Link(f"{place} {pushed['commit'][:7]}".strip(), pushed["url"] or None)
    if pushed["undone"]:
        return Record("✓ Card taken back", [f" from {name}, ", where], again=again)
    facts = "Read back from the Hub and found the same." if pushed["same"] else ""
    return Record("✓ Card pushed", [f" to {name}, ", where], facts, again=again)
