"""The Hub's own side: run an embedded Hub and look after its data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .verb import Answer, Verb

if TYPE_CHECKING:
    import argparse

WORDS = {
    "serve": "run an embedded Hub",
    "fsck": "check the data folder of an embedded Hub",
    "gc": "remove large files that nothing refers to from an embedded Hub",
}


def verbs(*, with_options: bool) -> list[Verb]:
    """Give the verbs that the server declares and runs.

    Parameters
    ----------
    with_options
        False leaves their options out: declaring them loads the whole server.
    """
    if not with_options:
        return [Verb(words, text, lambda _: Answer("")) for words, text in WORDS.items()]
    from ..server.command import add_arguments, run
    from ..server.upkeep import add_fsck_arguments, add_gc_arguments, run_fsck, run_gc

    parts = {"serve": (add_arguments, run), "fsck": (add_fsck_arguments, run_fsck), "gc": (add_gc_arguments, run_gc)}

    def verb(words: str) -> Verb:
        declare, start = parts[words]

        def answer(args: argparse.Namespace) -> Answer:
            return Answer("", status=start(args))

        return Verb(words, WORDS[words], answer, declare)

    return [verb(words) for words in WORDS]
