"""Cards and other Markdown of a repository, as HTML that can do no harm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..cards.markup import render_card

if TYPE_CHECKING:
    from .browse_answers import Question
    from .browse_repo import OpenRepo


def card_view(opened: OpenRepo, question: Question) -> dict[str, Any] | None:
    """Give the card, or None where there is none."""
    text = opened.card_text(question)
    return None if text is None else markdown_view(opened, text)


def markdown_view(opened: OpenRepo, text: str) -> dict[str, Any]:
    """Render Markdown of the repository; addresses in it are relative to its root."""
    html = render_card(
        text,
        repo_id=opened.repo.repo_id,
        repo_type=opened.repo.repo_type,
        revision=opened.commit or opened.revision,
        endpoint=opened.hub.endpoint,
    )
    return {"html": html}
