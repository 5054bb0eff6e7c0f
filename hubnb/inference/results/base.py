"""What every typed answer is: a dataclass for who writes new code, a dict for who has old code.

Servers answer with fields nobody announced and leave out fields they promised, so reading is lenient: what is
missing is None, and what is new becomes an attribute and a key like the rest.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, cast, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import dataclass_transform
else:

    def dataclass_transform(**_kwargs: Any) -> Callable[[Any], Any]:
        """Stand in for the one that type checkers know."""
        return lambda decorator: decorator


_Class = TypeVar("_Class", bound="type[TypedAnswer]")
_Answer = TypeVar("_Answer", bound="TypedAnswer")


class TypedAnswer(dict[str, Any]):
    """Base of all typed answers and of the typed parts of questions."""

    @classmethod
    def parse_obj(cls: type[_Answer], data: object) -> Any:
        """Read JSON text, an object or a list of objects.

        Raises
        ------
        ValueError
            If it is neither.
        """
        if isinstance(data, (bytes, str)):
            data = json.loads(data)
        if isinstance(data, list):
            return [cls.parse_obj(item) for item in cast("list[object]", data)]
        if not isinstance(data, dict):
            msg = f"{cls.__name__} is made of a JSON object, not of {type(data).__name__}."
            raise ValueError(msg)
        return cls._of(cast("dict[str, Any]", data))

    @classmethod
    def parse_obj_as_list(cls: type[_Answer], data: object) -> list[_Answer]:
        """Read a list of objects; see `parse_obj`."""
        parsed = cls.parse_obj(data)
        if not isinstance(parsed, list):
            msg = f"The answer is one object where a list of {cls.__name__} was expected."
            raise ValueError(msg)
        return cast("list[_Answer]", parsed)

    @classmethod
    def parse_obj_as_instance(cls: type[_Answer], data: object) -> _Answer:
        """Read one object; see `parse_obj`."""
        parsed = cls.parse_obj(data)
        if isinstance(parsed, list):
            msg = f"The answer is a list where one {cls.__name__} was expected."
            raise ValueError(msg)
        return cast("_Answer", parsed)

    @classmethod
    def _of(cls: type[_Answer], data: dict[str, Any]) -> _Answer:
        parts = _parts_of(cls)
        known: dict[str, Any] = dict.fromkeys(parts)
        extra: dict[str, Any] = {}
        for key, value in data.items():
            name = key.replace("-", "_").replace(" ", "_").lower()
            if name not in parts:
                extra[name] = value
                continue
            part = parts[name]
            known[name] = part.parse_obj(value) if part is not None and type(value) in (dict, list) else value
        answer = cls(**known)
        for name, value in extra.items():
            answer[name] = value
        return answer

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        dict[str, Any].__setitem__(self, name, value)

    def __setitem__(self, key: str, value: Any) -> None:
        super().__setitem__(key, value)
        super().__setattr__(key, value)

    def __repr__(self) -> str:
        # Only what is held by attributes, in their order: that is all there is.
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self.items())})"


@dataclass_transform(eq_default=False)
def typed(cls: _Class) -> _Class:
    """Make a class of fields a typed answer; equal to the plain dict with the same content."""
    return cast("_Class", dataclass(eq=False, repr=False)(cls))


@cache
def _parts_of(cls: type[TypedAnswer]) -> dict[str, type[TypedAnswer] | None]:
    """Give the fields of a class, each with the typed class its objects are read as, if there is one."""
    hints = get_type_hints(cls)
    names = [field.name for field in fields(cast("Any", cls))]
    return {name: _typed_part(hints[name]) for name in names}


def _typed_part(hint: Any) -> type[TypedAnswer] | None:
    if isinstance(hint, type) and get_origin(hint) is None and issubclass(hint, TypedAnswer):
        return hint
    return next((found for part in get_args(hint) if (found := _typed_part(part)) is not None), None)
