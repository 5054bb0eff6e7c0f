"""What a push would do, before it does anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from ..client.repo_id import RepoId

Change = Literal["added", "changed", "same", "removed", "ignored"]
_SIGN: dict[Change, str] = {"added": "+", "changed": "~", "same": "=", "removed": "-", "ignored": "!"}
_ROWS_SHOWN = 50


@dataclass(frozen=True)
class PlannedFile:
    """One file of a push; sizes in bytes."""

    path: str
    change: Change
    size: int
    travels: int
    """Bytes that would be sent: none for content the Hub already has."""


@dataclass(frozen=True)
class PushPlan:
    """What a push would change on the Hub, and what would travel; printable."""

    repo: RepoId
    revision: str
    head: str | None
    """Commit the plan was made on."""
    files: tuple[PlannedFile, ...]

    @property
    def bytes_to_send(self) -> int:
        """Bytes that would travel."""
        return sum(file.travels for file in self.files)

    def of(self, change: Change) -> list[PlannedFile]:
        """Give the files with that change."""
        return [file for file in self.files if file.change == change]

    def __str__(self) -> str:
        counts = ", ".join(f"{len(self.of(change))} {change}" for change in _SIGN if self.of(change))
        lines = [f"Push to {self.repo} at {self.revision}: {self.bytes_to_send:,} bytes travel; {counts or 'no files'}"]
        shown = [file for file in self.files if file.change != "same"]
        lines.extend(f"  {_SIGN[file.change]} {file.size:>14,}  {file.path}" for file in shown[:_ROWS_SHOWN])
        if len(shown) > _ROWS_SHOWN:
            lines.append(f"  … {len(shown) - _ROWS_SHOWN} more")
        return "\n".join(lines)
