"""How weights differ from the module they are for, as data and in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hubnb.client.errors import HubError

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST_NAMES = 12


@dataclass(frozen=True)
class Mismatch:
    """How a file of weights differs from the module it is for; names are in order."""

    missing: list[str] = field(default_factory=list[str])
    """In the module, not in the file."""
    unexpected: list[str] = field(default_factory=list[str])
    """In the file, not in the module."""
    misshaped: list[tuple[str, str, str]] = field(default_factory=list[tuple[str, str, str]])
    """In both, with different shapes or kinds of numbers: name, form in the file, form in the module."""
    untied: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    """One tensor in the module, two different ones in the file."""

    def __bool__(self) -> bool:
        return bool(self.missing or self.unexpected or self.misshaped or self.untied)

    def __str__(self) -> str:
        shapes = [f"{name} (file {there}, model {here})" for name, there, here in self.misshaped]
        pairs = [f"{one} and {other}" for one, other in self.untied]
        parts = [
            ("Missing keys, in the model only", self.missing),
            ("Unexpected keys, in the file only", self.unexpected),
            ("Mis-shaped keys", shapes),
            ("Keys that are one tensor in the model and two in the file", pairs),
        ]
        return "\n".join(f"  - {what} ({len(names)}): {_some(names)}" for what, names in parts if names)


class WeightsMismatchError(HubError, RuntimeError):
    """A file of weights doesn't fit the module.

    Its parent `RuntimeError` is what `Module.load_state_dict` raises.
    """

    def __init__(self, source: str, model_name: str, mismatch: Mismatch) -> None:
        self.missing = mismatch.missing
        self.unexpected = mismatch.unexpected
        self.misshaped = mismatch.misshaped
        self.untied = mismatch.untied
        super().__init__(
            f"The weights in {source} don't fit {model_name}:\n{mismatch}\n"
            "Was the model made with the same arguments? To load what fits, pass strict=False."
        )


class WeightsLeftOutWarning(UserWarning):
    """With ``strict=False``, something in the file or in the module was left as it was."""


def _some(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMES
    return ", ".join(names[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")
