"""What is wrong with a card, and what would put it right, as data: a view finds its own words for a code."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["error", "hint"]
"""An error stops a push: the Hub would refuse the card, or a secret would get out. A hint does not."""

MESSAGES = {
    "yaml": "The metadata can't be read: {reason}",
    "duplicate_key": "`{key}` is there twice",
    "license_unknown": "License “{value}” is not one the Hub knows",
    "license_name": "`license_name` may hold a-z, 0-9, dot and dash only",
    "license_missing": "There is no license: nobody may use this",
    "language_unknown": "Language “{value}” is not a code of two or three letters",
    "language_no": "YAML reads an unquoted `no` as false in many programs",
    "not_text": "`{key}` must hold words, not {value}",
    "not_choice": "`{key}` can't be “{value}”",
    "too_long": "`{key}` may have {most} characters, it has {count}",
    "model_index": "The evaluation results can't be read: {reason}",
    "configs": "`{place}` is missing",
    "task_unknown": "Task “{value}” is not one the Hub knows",
    "library_unknown": "Library “{value}” is not one the Hub knows",
    "size_unknown": "“{value}” is not a size category",
    "repo_id": "“{value}” is not the id of a repository",
    "repo_missing": "{kind} {value} does not exist, or you can't see it",
    "duplicate_tag": "“{value}” is there twice",
    "key_typo": "The Hub does not read `{key}`",
    "no_metadata": "There is no metadata: the card can't be found by licence, language or task",
    "secret": "This looks like an access token",
    "placeholder": "This section was never filled",
    "no_words": "The card has no text yet",
    "picture_words": "This picture has no words for those who can't see it",
    "heading_missing": "No heading is called “{value}”",
    "file_missing": "{value} is linked but is not in the repo",
}
"""English sentence for every code, with the names of its values."""

FIXES = {
    "use": "Use {value}",
    "quote": "Write '{value}'",
    "remove": "Remove “{value}”",
    "rename": "Rename to {value}",
    "redact": "Take it out",
    "remove_section": "Remove the section",
}
"""English label for every kind of fix, named by its result."""


@dataclass(frozen=True)
class Edit:
    """Characters of the card that are replaced; positions in the whole text, counted from 0."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Fix:
    """One way to put a problem right."""

    code: str
    values: dict[str, Any]
    edits: tuple[Edit, ...]
    sure: bool = False
    """It is the only answer: "Fix all" may use it."""

    @property
    def label(self) -> str:
        """What it would do, in English."""
        return FIXES[self.code].format(**self.values)


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, and where.

    Parameters
    ----------
    code, values
        Which of `MESSAGES`, and what stands in its places.
    line, column
        Where it begins in the file, counted from 1.
    end
        Column after its end, on the same line.
    fixes
        Ways to put it right, the likeliest first.
    """

    code: str
    values: dict[str, Any]
    severity: Severity
    line: int
    column: int
    end: int
    fixes: tuple[Fix, ...] = field(default=())

    @property
    def message(self) -> str:
        """What is wrong, in English."""
        return MESSAGES[self.code].format(**self.values)

    def __str__(self) -> str:
        hint = f" ({', '.join(fix.label for fix in self.fixes)})" if self.fixes else ""
        return f"{self.line}:{self.column} {self.severity}: {self.message}{hint}"


def apply(text: str, fix: Fix) -> str:
    """Give the text with the problem put right."""
    for edit in sorted(fix.edits, key=lambda edit: edit.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text
