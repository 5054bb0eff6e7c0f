"""Objects of the Hub's answers that can also be read as the dicts they were in earlier libraries."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from dataclasses import Field


class Keyed:
    """A dataclass whose fields answer to ``facts["name"]`` and ``facts.get("name")`` as well."""

    def __getitem__(self, key: str) -> Any:
        if key in self.keys():
            return getattr(self, key)
        raise KeyError(key)

    def __contains__(self, key: object) -> bool:
        return key in self.keys()

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def get(self, key: str, default: Any = None) -> Any:
        """Give a field, or `default`."""
        return getattr(self, key) if key in self.keys() else default

    def keys(self) -> list[str]:
        """Names of the fields."""
        own: tuple[Field[Any], ...] = fields(self)  # pyright: ignore[reportArgumentType] - the subclasses are dataclasses
        return [field.name for field in own]


def part(body: dict[str, Any], key: str) -> dict[str, Any]:
    """Give an object within an answer, an empty one where it is left out or null."""
    return body.get(key) or {}


def parts(body: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """Give a list of objects within an answer, an empty one where it is left out or null."""
    return body.get(key) or []
