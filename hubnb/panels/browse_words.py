"""Tasks, libraries and licenses the Hub knows, for the lists that filters are chosen from."""

from __future__ import annotations

from ..cards.vocabulary import libraries, licenses, tasks

# The languages most repositories are tagged with; others can be typed. The browser has their names in each language.
_LANGUAGES = """
    ar bg bn ca cs da de el en es et eu fa fi fr ga gl gu he hi hr hu hy id is it ja ka kk kn ko lt lv mk ml mr ms mt nb
    nl no pa pl pt ro ru sk sl sq sr sv sw ta te th tl tr uk ur uz vi yo zh zu code multilingual
"""


def vocabulary() -> dict[str, list[list[str]]]:
    """Give what can be chosen: identifier and name of each (``js/browse/model.ts``, `Vocabulary`)."""
    return {
        "tasks": _pairs(tasks()),
        "libraries": _pairs(libraries()),
        "licenses": _pairs(licenses()),
        "languages": [[code, ""] for code in _LANGUAGES.split()],
    }


def _pairs(known: dict[str, str]) -> list[list[str]]:
    return [[one, name] for one, name in known.items()]
