"""What can be said about a class before there is an object of it."""

from __future__ import annotations

import dataclasses
import enum
import inspect
import typing
import warnings
from collections.abc import Callable
from pathlib import PurePath
from types import FunctionType
from typing import TYPE_CHECKING, Any

from . import coding
from .findings import DoctorWarning, Finding

if TYPE_CHECKING:
    from .config import InitArguments

_TAKEN = {"model_id", "revision", "cache_dir", "force_download", "local_files_only", "token"}
_JSON = (str, int, float, bool, list, dict, tuple)


def check_class(model_class: type, arguments: InitArguments) -> list[Finding]:
    """Find what no object of a class could survive."""
    own = vars(model_class).get("__init__")
    if not isinstance(own, FunctionType):
        return []
    found = [finding for name in arguments.parameters for finding in _check_parameter(model_class, name, arguments)]
    code = inspect.unwrap(own).__code__
    if _is_module(model_class) and not {"__init__", "__post_init__"} & set(code.co_names):
        says = f"{model_class.__name__}.__init__ doesn't call super().__init__(), which every torch module must."
        found.insert(0, Finding("class", "super().__init__", says, "Make it its first line."))
    return found


def warn_of_class(model_class: type, arguments: InitArguments) -> None:
    """Warn of what `check_class` finds."""
    found = check_class(model_class, arguments)
    if found:
        lines = "\n".join(f"  - {finding}" for finding in found)
        msg = f"Objects of {model_class.__name__} would not survive being saved and loaded:\n{lines}"
        warnings.warn(msg, DoctorWarning, stacklevel=_outside())


def _check_parameter(model_class: type, name: str, arguments: InitArguments) -> list[Finding]:
    if name in _TAKEN:
        says = f"The argument `{name}` is also a parameter of from_pretrained, so it can't be passed on."
        return [Finding("argument", name, says, f"Rename it, e.g. to `model_{name}`.")]
    if arguments.has_default(name) or name not in arguments.hints:
        return []
    hint = arguments.hints[name]
    kinds = coding.members_of(hint)
    if any(_can_be_stored(kind, arguments.coders) for kind in kinds):
        return []
    kind = kinds[0]
    what = coding.type_name(kind) if isinstance(kind, type) else str(kind)
    says = f"The argument `{name}` ({what}) has no default and can't be stored: JSON has no such type."
    as_class = kind if isinstance(kind, type) else typing.get_origin(kind)
    if as_class is Callable or as_class is None:
        return [Finding("argument", name, says, "Take its name as text and look it up in `__init__`.")]
    coder = coding.suggested_coder(as_class)
    remedy = f"Add a coder, class {model_class.__name__}(..., coders={{{coder}}}), or {{{as_class.__name__}: None}} "
    return [Finding("argument", name, says, f"{remedy}if whoever loads it shall pass it again.")]


def _can_be_stored(kind: Any, coders: coding.Coders) -> bool:
    """Whether values of an annotation may be stored; True where it doesn't say enough."""
    origin = typing.get_origin(kind) or kind
    if origin is Callable or origin is type:
        return False
    if not isinstance(origin, type) or origin is Any:
        return True
    if coding.names_coder(origin, coders) or dataclasses.is_dataclass(origin):
        return True
    if issubclass(origin, (*_JSON, enum.Enum, PurePath, set, frozenset, type(None))):
        return True
    try:
        return typing.is_typeddict(origin) or any(issubclass(one, origin) for one in _JSON)
    except TypeError:  # a protocol with data members answers no such questions
        return True


def _is_module(model_class: type) -> bool:
    return any(base.__module__ == "torch.nn.modules.module" for base in model_class.__mro__)


def _outside() -> int:
    """Count the frames from the warning to the first one outside this package."""
    frame = inspect.currentframe()
    depth = 0
    while frame is not None and frame.f_globals.get("__name__", "").startswith(("hubnb.mixin", "abc")):
        frame = frame.f_back
        depth += 1
    return depth
