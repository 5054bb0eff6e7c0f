"""What a push would do, before it does anything."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from ..client.repo_id import RepoId
    from .tensors import Change as TensorChangeKind
    from .tensors import TensorChange

Change = Literal["added", "changed", "same", "removed", "ignored"]
_SIGN: dict[Change, str] = {"added": "+", "changed": "~", "same": "=", "removed": "-", "ignored": "!"}
_TENSOR_SIGN: dict[TensorChangeKind, str] = {
    "added": "+", "removed": "-", "form": "~", "contents": "~", "same": "=", "unknown": "?",
}  # fmt: skip
_TENSOR_WORDS: dict[TensorChangeKind, str] = {
    "added": "added", "removed": "removed", "form": "of another shape or type", "contents": "with other contents",
    "same": "same", "unknown": "of the same shape (contents not compared: the old file is not on this machine)",
}  # fmt: skip
_ROWS_SHOWN = 50
_TENSORS_SHOWN = 20


@dataclass(frozen=True)
class PlannedFile:
    """One file of a push; sizes in bytes."""

    path: str
    change: Change
    size: int
    travels: int
    """Bytes that would be sent: none for content the Hub already has."""
    tensors: tuple[TensorChange, ...] = ()
    """Of an added or changed safetensors file: what becomes of each tensor."""

    def tensors_of(self, change: TensorChangeKind) -> list[TensorChange]:
        """Give the tensors with that change."""
        return [tensor for tensor in self.tensors if tensor.change == change]


@dataclass(frozen=True)
class PushPlan:
    """What a push would change on the Hub, and what would travel; printable."""

    repo: RepoId
    revision: str
    head: str | None
    """Commit the plan was made on; None if there is no such repository yet, or none that this token may see."""
    files: tuple[PlannedFile, ...]

    @property
    def bytes_to_send(self) -> int:
        """Bytes that would travel."""
        return sum(file.travels for file in self.files)

    def of(self, change: Change) -> list[PlannedFile]:
        """Give the files with that change."""
        return [file for file in self.files if file.change == change]

    def __str__(self) -> str:
        lines = [f"Push to {self.repo} at {self.revision}: {self._summary()}"]
        if self.head is None:
            lines.append("  There is no such repository yet, or none that this token may see.")
        shown = [file for file in self.files if file.change != "same"]
        for file in shown[:_ROWS_SHOWN]:
            lines.append(f"  {_SIGN[file.change]} {file.size:>14,}  {_one_line(file.path)}")
            lines.extend(f"      {line}" for line in _tensor_lines(file))
        if len(shown) > _ROWS_SHOWN:
            lines.append(f"  … {len(shown) - _ROWS_SHOWN} more")
        return "\n".join(lines)

    def _summary(self) -> str:
        counts = ", ".join(f"{len(self.of(change))} {change}" for change in _SIGN if self.of(change))
        return f"{self.bytes_to_send:,} bytes travel; {counts or 'no files'}"

    def _repr_html_(self) -> str:
        """Show a table in a notebook; whatever comes from files or the Hub is escaped."""
        shown = [file for file in self.files if file.change != "same"]
        rows = [
            f"<tr><td>{_SIGN[file.change]} {file.change}</td><td style='text-align:left'>{escape(_one_line(file.path))}"
            f"{''.join(f'<br><small>{escape(line)}</small>' for line in _tensor_lines(file))}</td>"
            f"<td>{file.size:,}</td><td>{file.travels:,}</td></tr>"
            for file in shown[:_ROWS_SHOWN]
        ]
        if len(shown) > _ROWS_SHOWN:
            rows.append(f"<tr><td colspan='4'>… {len(shown) - _ROWS_SHOWN} more</td></tr>")
        head = f"Push to {escape(str(self.repo))} at {escape(self.revision)}: {self._summary()}"
        table = f"<table><tr><th></th><th>file</th><th>bytes</th><th>travel</th></tr>{''.join(rows)}</table>"
        return f"<p>{head}</p>{table if rows else ''}"


def _tensor_lines(file: PlannedFile) -> list[str]:
    """Say how many tensors change how, and which, for a person."""
    if not file.tensors:
        return []
    counts = ", ".join(
        f"{len(file.tensors_of(kind))} {words}" for kind, words in _TENSOR_WORDS.items() if file.tensors_of(kind)
    )
    if file.change == "added":
        return [f"{len(file.tensors)} tensors"]
    named = [tensor for tensor in file.tensors if tensor.change not in ("same", "unknown")]
    lines = [f"tensors: {counts}"]
    lines += [
        f"{_TENSOR_SIGN[tensor.change]} {_one_line(tensor.name)}  {_form(tensor)}" for tensor in named[:_TENSORS_SHOWN]
    ]
    if len(named) > _TENSORS_SHOWN:
        lines.append(f"… {len(named) - _TENSORS_SHOWN} more")
    return lines


def _form(tensor: TensorChange) -> str:
    if tensor.change == "form":
        return f"{tensor.before} → {tensor.after}"
    return tensor.after or tensor.before or ""


def _one_line(text: str) -> str:
    """Give a name as it stands in a list: what would break the line, or hide in it, is spelled out."""
    return "".join(character if character.isprintable() else repr(character)[1:-1] for character in text)
