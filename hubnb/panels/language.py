"""The language that panels speak."""

from __future__ import annotations

LANGUAGES = ("en", "fr", "de", "zh")

_chosen: str | None = None


def set_language(language: str | None) -> None:
    """Let every panel of this kernel speak `language`, the ones on the page too.

    Parameters
    ----------
    language
        ``"en"``, ``"fr"``, ``"de"`` or ``"zh"``; None means what each browser asks for (the default).

    Raises
    ------
    ValueError
        If panels don't speak it.
    """
    global _chosen
    if language is not None and language not in LANGUAGES:
        msg = f"Panels don't speak {language!r}. They speak: {', '.join(LANGUAGES)}."
        raise ValueError(msg)
    _chosen = language
    from .base import Core  # the base needs this module, and a script may never need widgets

    Core.speak(chosen_language())


def chosen_language() -> str:
    """Give the language that was chosen, or an empty string for the browser's."""
    return _chosen or ""
