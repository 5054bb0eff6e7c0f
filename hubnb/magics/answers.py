"""What a magic gives back: a value to go on with, which reads as text where it is the last thing in a cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..cli.verb import Answer


class Rows(list[Any]):
    """A list that shows itself as the table it came from."""

    def __init__(self, rows: list[Any], text: str) -> None:
        super().__init__(rows)
        self._text = text

    def __repr__(self) -> str:
        return self._text

    def __reduce__(self) -> Any:
        return Rows, (list(self), self._text)


class Facts(dict[str, Any]):
    """A dictionary that shows itself as the lines it came from."""

    def __init__(self, facts: dict[str, Any], text: str) -> None:
        super().__init__(facts)
        self._text = text

    def __repr__(self) -> str:
        return self._text

    def __reduce__(self) -> Any:
        return Facts, (dict(self), self._text)


def shown(answer: Answer, *, as_json: bool) -> Any:
    """Give the value of an answer; lists and dictionaries keep their text for a cell that ends with them."""
    if as_json:
        return answer.data
    value = answer.data if answer.value is None else answer.value
    if isinstance(value, list):
        return Rows(value, answer.text)
    if isinstance(value, dict):
        return Facts(value, answer.text)
    if value is None and answer.text:
        print(answer.text)  # noqa: T201 - nothing to give back, something to say
    return value
