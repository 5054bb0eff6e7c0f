"""Values of Python types as JSON, and back by annotation.

`encode` never loses anything in silence: what it can't write raises `NotJsonError`, with the remedy in it.
"""

from __future__ import annotations

import dataclasses
import enum
import inspect
import sys
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from pathlib import PurePath
from typing import Any, TypeGuard, Union

Coder = tuple[Callable[[Any], Any], Callable[[Any], Any]]
"""How a type is written as JSON, and how it is made from that."""
Coders = Mapping[type, "Coder | None"]
"""Coders by type. None says: leave such arguments out of the file, the reader passes them again."""

_PLAIN = (str, int, float, bool, type(None))
_SUGGESTED_CODERS = {
    "torch.dtype": 'torch.dtype: (lambda x: str(x).removeprefix("torch."), lambda x: getattr(torch, x))',
    "torch.device": "torch.device: (str, torch.device)",
    "numpy.ndarray": "np.ndarray: (lambda x: x.tolist(), np.asarray)",
    "torch.Tensor": "torch.Tensor: (lambda x: x.tolist(), torch.tensor)",
    "argparse.Namespace": "argparse.Namespace: (vars, lambda x: argparse.Namespace(**x))",
    "datetime.date": "datetime.date: (datetime.date.isoformat, datetime.date.fromisoformat)",
    "datetime.datetime": "datetime.datetime: (datetime.datetime.isoformat, datetime.datetime.fromisoformat)",
    "decimal.Decimal": "decimal.Decimal: (str, decimal.Decimal)",
    "uuid.UUID": "uuid.UUID: (str, uuid.UUID)",
    "bytes": "bytes: (bytes.hex, bytes.fromhex)",
    "type": "type: (lambda x: x.__name__, lambda name: getattr(torch.nn, name))",
}


class ConfigError(TypeError):
    """A configuration and the arguments of a class don't fit together."""


class LeftToReaderError(Exception):
    """The class says that this argument is not stored; an outcome for the caller, never shown."""


class NotJsonError(Exception):
    """A value can't be written as JSON in a way that brings it back."""

    def __init__(self, value: Any, why: str, coder: str | None = None) -> None:
        super().__init__(why)
        self.type_name = type_name(type(value))
        self.why = why
        self.coder = coder


# --- writing ---


def encode(value: Any, coders: Coders, hint: Any = Any) -> Any:
    """Write a value as JSON.

    Parameters
    ----------
    hint
        The annotation by which it will be read again.

    Raises
    ------
    NotJsonError
        It can't be written, or it could not be read again.
    LeftToReaderError
        Its type has None for a coder.
    """
    try:
        return _encode(value, coders, hint)
    except RecursionError:
        raise NotJsonError(value, "it contains itself") from None


def encode_or_none(value: Any, coders: Coders) -> Any:
    """Write a value as JSON, or give None where that can't be."""
    try:
        return encode(value, coders)
    except (NotJsonError, LeftToReaderError):
        return None


def encode_lossy(value: Any, coders: Coders) -> dict[str, Any]:
    """Write the fields of a dataclass instance, without those that can't be written."""
    values: dict[str, Any] = {}
    for name, hint in field_hints(type(value)).items():
        try:
            values[name] = encode(getattr(value, name), coders, hint)
        except (NotJsonError, LeftToReaderError):
            continue
    return values


def _encode(value: Any, coders: Coders, hint: Any) -> Any:
    found = _coder_for(type(value), coders)
    if found is not _NO_CODER:
        if found is None:
            raise LeftToReaderError
        return _encode(found[0](value), {}, Any)
    if isinstance(value, enum.Enum):
        return _encode_enum(value, coders, hint)
    if isinstance(value, _PLAIN):
        return value
    if is_dataclass_instance(value):
        hints = field_hints(type(value))
        return {name: _encode(getattr(value, name), coders, hint) for name, hint in hints.items()}
    if isinstance(value, Mapping):
        return _encode_mapping(value, coders, hint)
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray, memoryview)):
        return [
            _encode(item, coders, item_hint) for item, item_hint in zip(value, _item_hints(value, hint), strict=True)
        ]
    return _encode_rest(value, coders, hint)


def _encode_enum(value: enum.Enum, coders: Coders, hint: Any) -> Any:
    if type(value) in members_of(hint) or isinstance(value, _PLAIN):
        return _encode(value.value, coders, Any)
    name = type(value).__name__
    raise NotJsonError(
        value,
        f"its parameter has no annotation that says it is a {name}",
        f"{name}: (lambda x: x.name, lambda x: {name}[x])",
    )


def _encode_mapping(value: Mapping[Any, Any], coders: Coders, hint: Any) -> dict[str, Any]:
    key_hint, item_hint = _arguments_of(hint, Mapping, 2)
    if not all(isinstance(key, str) for key in value) and not all(type(key) is key_hint for key in value):
        kinds = ", ".join(sorted({type(key).__name__ for key in value}))
        why = f"its keys are not text; an annotation like `dict[{kinds}, ...]` brings them back"
        raise NotJsonError(value, why)
    return {str(key): _encode(item, coders, item_hint) for key, item in value.items()}


def _encode_rest(value: Any, coders: Coders, hint: Any) -> Any:
    alternatives = members_of(hint)
    if type(value).__module__.partition(".")[0] == "numpy" and getattr(value, "shape", None) == ():
        return _encode(value.item(), coders, hint)
    if isinstance(value, PurePath) and any(_is_class(one, PurePath) for one in alternatives):
        return str(value)
    if isinstance(value, Set) and any(_origin(one) in (set, frozenset, Set) for one in alternatives):
        (item_hint,) = _arguments_of(hint, Set, 1)
        return sorted((_encode(item, coders, item_hint) for item in value), key=repr)
    raise NotJsonError(value, "JSON has no such type", suggested_coder(type(value)))


def has_coder(hint: Any, coders: Coders) -> bool:
    """Whether one of the types an annotation allows has a coder."""
    found = [_coder_for(one, coders) for one in members_of(hint) if isinstance(one, type)]
    return any(one is not _NO_CODER and one is not None for one in found)


def names_coder(kind: type, coders: Coders) -> bool:
    """Whether a type is among the coders, also one that is left to the reader."""
    return _coder_for(kind, coders) is not _NO_CODER


def suggested_coder(kind: type) -> str:
    """Give a line for `coders={...}` that fits the type, or the form of one."""
    for one in kind.__mro__:
        if type_name(one) in _SUGGESTED_CODERS:
            return _SUGGESTED_CODERS[type_name(one)]
    if issubclass(kind, PurePath):
        return "Path: (str, Path)"
    if issubclass(kind, (set, frozenset)):
        return f"{kind.__name__}: (sorted, {kind.__name__})"
    return f"{kind.__name__}: (lambda x: ..., lambda value: {kind.__name__}(...))"


# --- reading ---


def decode(value: Any, hint: Any, coders: Coders, name: str) -> Any:
    """Turn a JSON value into what its annotation says; a value that fits no annotation stays as it is.

    Raises
    ------
    ConfigError
        The annotation says what it must be, and it can't be that.
    """
    alternatives = members_of(hint)
    if value is None or type(value) in alternatives:
        return value
    for one in alternatives:
        found = _coder_for(one, coders) if isinstance(one, type) else _NO_CODER
        if found is not _NO_CODER and found is not None:
            return _guarded(lambda: found[1](value), one, value, name)  # noqa: B023 - called at once
        decoded = _decode_as(value, one, coders, name)
        if decoded is not _NOT_THIS:
            return decoded
    return value


def _decode_as(value: Any, one: Any, coders: Coders, name: str) -> Any:
    """Turn a JSON value into one alternative of an annotation, or say that it is not this one."""
    if _is_dataclass(one) and isinstance(value, Mapping):
        return make_dataclass(one, value, coders, name)
    if _is_class(one, enum.Enum):
        return _guarded(lambda: one(value), one, value, name)
    if _is_class(one, PurePath) and isinstance(value, str):
        return one(value)
    if isinstance(value, Mapping) and _is_class(_origin(one), Mapping):
        return _decode_mapping(value, one, coders, name)
    if isinstance(value, list) and _is_class(_origin(one), Iterable):
        return _decode_items(value, one, coders, name)
    return _NOT_THIS


def _decode_mapping(value: Mapping[str, Any], hint: Any, coders: Coders, name: str) -> Any:
    key_hint, item_hint = _arguments_of(hint, Mapping, 2)
    make_key = key_hint if key_hint in (int, float) else str
    items = {make_key(key): decode(item, item_hint, coders, f"{name}[{key!r}]") for key, item in value.items()}
    kind = _origin(hint)
    return items if kind is dict or inspect.isabstract(kind) else _guarded(lambda: kind(items), kind, value, name)


def _decode_items(value: list[Any], hint: Any, coders: Coders, name: str) -> Any:
    kind = _origin(hint)
    fields = getattr(kind, "_fields", None)  # a named tuple has types by field
    if _is_class(kind, tuple) and fields is not None and len(fields) == len(value):
        known = _resolved(getattr(kind, "__annotations__", {}), vars(sys.modules[kind.__module__]), {})
        hints: Sequence[Any] = [known.get(field, Any) for field in fields]
    else:
        hints = _item_hints(value, hint)
    items = [
        decode(item, item_hint, coders, f"{name}[{index}]")
        for index, (item, item_hint) in enumerate(zip(value, hints, strict=True))
    ]
    if _is_class(kind, tuple) and fields is not None:
        return _guarded(lambda: kind(*items), kind, value, name)
    if kind is Set:
        return set(items)
    return items if kind is list or inspect.isabstract(kind) else _guarded(lambda: kind(items), kind, value, name)


def make_dataclass(kind: type, values: Mapping[str, Any], coders: Coders, name: str) -> Any:
    """Make a dataclass instance from JSON values; keys that are no fields are not its own and stay out.

    Raises
    ------
    ConfigError
        A field without a default has no value.
    """
    hints = field_hints(kind)
    known = {key: decode(values[key], hint, coders, f"{name}.{key}") for key, hint in hints.items() if key in values}
    missing = [
        field.name
        for field in dataclasses.fields(kind)
        if field.init
        and field.name not in known
        and field.default is dataclasses.MISSING
        and field.default_factory is dataclasses.MISSING
    ]
    if missing:
        names = ", ".join(f"`{one}`" for one in missing)
        msg = f"The configuration has no value for {names} of {kind.__name__} (argument `{name}`)."
        raise ConfigError(msg)
    return kind(**known)


def _guarded(make: Callable[[], Any], kind: Any, value: Any, name: str) -> Any:
    try:
        return make()
    except Exception as error:
        what = getattr(kind, "__name__", kind)
        msg = f"The configuration says `{name}: {value!r}`, which is no {what}: {error}"
        raise ConfigError(msg) from error


# --- annotations ---

_NO_CODER: Any = object()
_NOT_THIS: Any = object()


def is_dataclass_instance(value: Any) -> TypeGuard[Any]:
    """Whether a value is an instance of a dataclass (and not the class)."""
    return dataclasses.is_dataclass(value) and not isinstance(value, type)


def type_name(kind: type) -> str:
    """Name of a type as a person writes it: with its module, unless it is built in."""
    module = kind.__module__
    return kind.__qualname__ if module in ("builtins", "__main__") else f"{module}.{kind.__qualname__}"


def dataclass_in(hint: Any) -> type | None:
    """Find the dataclass among the alternatives of an annotation."""
    found = [one for one in members_of(hint) if isinstance(one, type) and dataclasses.is_dataclass(one)]
    return found[0] if found else None


def allows_none(hint: Any) -> bool:
    """Whether an annotation allows None."""
    return type(None) in members_of(hint)


def hints_of(model_class: type) -> dict[str, Any]:
    """Give the annotations of `__init__`; a parent's count for names that the class itself doesn't have."""
    hints: dict[str, Any] = {}
    for one in reversed(model_class.__mro__):
        function = inspect.unwrap(vars(one).get("__init__", object.__init__))
        if not isinstance(function, types.FunctionType):
            continue
        names = dict(vars(sys.modules.get(one.__module__, object)) if one.__module__ in sys.modules else {})
        hints |= _resolved(_annotations(function), {**names, **function.__globals__}, vars(one))
    return hints


def field_hints(kind: type) -> dict[str, Any]:
    """Annotations of a dataclass's fields that its `__init__` takes."""
    names: dict[str, Any] = {}
    for one in reversed(kind.__mro__):
        module = sys.modules.get(one.__module__)
        names |= vars(module) if module else {}
    annotations = {field.name: field.type for field in dataclasses.fields(kind) if field.init}
    resolved = _resolved(annotations, names, {kind.__name__: kind})
    return {name: resolved.get(name, Any) for name in annotations}


def _annotations(function: types.FunctionType) -> dict[str, Any]:
    try:
        return dict(function.__annotations__)
    except NameError:  # Python 3.14 evaluates them on access
        return {}


def _resolved(
    annotations: Mapping[str, Any], global_names: dict[str, Any], local_names: Mapping[str, Any]
) -> dict[str, Any]:
    """Resolve annotations one by one: a name that only a type checker knows must not cost the others."""
    resolved: dict[str, Any] = {}
    for name, annotation in annotations.items():
        holder = types.SimpleNamespace(__annotations__={name: annotation})
        try:
            resolved |= typing.get_type_hints(holder, global_names, dict(local_names))
        except Exception:  # noqa: S112 - any expression may stand in an annotation
            continue
    return resolved


def _coder_for(kind: type, coders: Coders) -> Any:
    """Find the coder of a type or of its nearest parent; `_NO_CODER` where there is none."""
    for one in kind.__mro__ if coders else ():
        if one in coders:
            return coders[one]
    return _NO_CODER


def members_of(hint: Any) -> tuple[Any, ...]:
    """Give the members of a union, also of `Optional`; anything else is one alternative."""
    if typing.get_origin(hint) in (Union, getattr(types, "UnionType", Union)):
        return tuple(one for member in typing.get_args(hint) for one in members_of(member))
    return (hint,)


def _is_class(hint: Any, kind: type) -> bool:
    try:
        return isinstance(hint, type) and issubclass(hint, kind)
    except TypeError:  # a TypedDict answers no such questions
        return False


def _is_dataclass(hint: Any) -> bool:
    return isinstance(hint, type) and dataclasses.is_dataclass(hint)


def _origin(hint: Any) -> Any:
    return typing.get_origin(hint) or hint


def _arguments_of(hint: Any, kind: type, count: int) -> tuple[Any, ...]:
    """Give the parameters of the alternative that is a `kind`, e.g. key and value of a mapping."""
    for one in members_of(hint):
        origin, arguments = typing.get_origin(one), typing.get_args(one)
        if _is_class(origin, kind) and len(arguments) == count:
            return arguments
    return (Any,) * count


def _item_hints(value: Sequence[Any], hint: Any) -> Sequence[Any]:
    """Give the annotation of each item of a list or tuple."""
    for one in members_of(hint):
        origin, arguments = typing.get_origin(one), typing.get_args(one)
        if origin is tuple and len(arguments) == len(value) and Ellipsis not in arguments:
            return arguments
        if isinstance(origin, type) and issubclass(origin, Iterable) and arguments and not issubclass(origin, Mapping):
            return [arguments[0]] * len(value)
    return [Any] * len(value)
