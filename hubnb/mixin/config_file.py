"""``config.json``: its text, its place in a folder, and the complaints about what it can't hold."""

from __future__ import annotations

import contextlib
import inspect
import json
import os
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .coding import ConfigError
from .findings import DoctorWarning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from .config import Unsaved

NAME = "config.json"


class UnsavedArgumentWarning(DoctorWarning):
    """An argument was left out of ``config.json``: whoever loads the model has to pass it, or gets the default."""


def to_text(values: dict[str, Any]) -> str:
    """Write the configuration as upstream does: sorted, indented by two, no last line break.

    Raises
    ------
    ConfigError
        A value is no JSON; its key is named.
    """
    for name, value in values.items():
        try:
            json.dumps(value)
        except (TypeError, ValueError, RecursionError) as error:
            msg = f"`{name}` can't be written to {NAME}: {error}."
            raise ConfigError(msg) from None
    return json.dumps(values, sort_keys=True, indent=2)


def read(path: Path, name: str) -> dict[str, Any] | None:
    """Read a configuration; None where there is no such file.

    Raises
    ------
    ConfigError
        It is no JSON object.
    """
    if not path.is_file():
        return None
    try:
        values = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        msg = f"{NAME} of {name} is not JSON: {error}."
        raise ConfigError(msg) from None
    if not isinstance(values, dict):
        msg = f"{NAME} of {name} holds {type(values).__name__}, not an object with the model's arguments."
        raise ConfigError(msg)
    return values


def refuse_missing_path(model_id: str) -> None:
    """Complain about a name that can only mean a place on this machine, where nothing is.

    Raises
    ------
    FileNotFoundError
        It is such a name.
    """
    if model_id.startswith((".", "/", "~", os.sep)) or Path(model_id).is_absolute():
        msg = f"There is no folder {model_id!r}. For a repository of the Hub, write `namespace/name`."
        raise FileNotFoundError(msg)


@contextlib.contextmanager
def replaced(folder: Path) -> Iterator[Path]:
    """Take the folder's ``config.json`` away while a new one is made; on failure the old one comes back."""
    path = folder / NAME
    old = path.read_bytes() if path.is_file() else None
    path.unlink(missing_ok=True)
    try:
        yield path
    except BaseException:
        if old is not None:
            path.write_bytes(old)
        raise


def report_unsaved(model_class: type, unsaved: Sequence[Unsaved]) -> None:
    """Warn of arguments that are not in the configuration.

    A warning and not an error, also where the argument has no default: a save at the end of a long training
    must not fail, and the reader can still pass the argument.
    """
    needed = [argument for argument in unsaved if not argument.has_default]
    if needed:
        names = ", ".join(f"{argument.name}=..." for argument in needed)
        so = f"can be loaded only with them: from_pretrained(..., {names})"
    else:
        so = "will not be the same after loading"
    if unsaved:
        warnings.warn(_complaint(model_class, unsaved, so=so), UnsavedArgumentWarning, stacklevel=5)


def _complaint(model_class: type, unsaved: Sequence[Unsaved], *, so: str) -> str:
    lines = [f"{model_class.__name__} was made with arguments that {NAME} can't hold, so it {so}:"]
    lines += [f"  - `{one.name}` ({one.type_name}): {one.why}" for one in unsaved]
    coders = dict.fromkeys(one.coder for one in unsaved if one.coder)
    if coders:
        entries = ", ".join(coders)
        types = {one.type_name.rpartition(".")[2] for one in unsaved if one.coder}
        lines += [
            "Add a coder to the class to store them:",
            f"    class {model_class.__name__}(..., coders={{{entries}}}):",
            "If you will pass them to `from_pretrained` again, say so with "
            + ", ".join(f"`coders={{{name}: None}}`" for name in sorted(types))
            + ".",
        ]
    return "\n".join(lines)


def check_keywords(function: Callable[..., Any], keywords: dict[str, Any]) -> None:
    """Refuse keywords that a function doesn't have: a typo in them would pass in silence.

    Raises
    ------
    TypeError
        Names the first one.
    """
    parameters = inspect.signature(function).parameters
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
        return
    unknown = [name for name in keywords if name not in parameters]
    if unknown:
        msg = f"save_pretrained() got an unexpected keyword argument {unknown[0]!r}"
        raise TypeError(msg)


def refuse_taken_names(model_class: type, arguments: Mapping[str, Any], where: Mapping[str, Any]) -> None:
    """Complain about arguments of `__init__` that are called like those which say where a model is.

    Raises
    ------
    ConfigError
        Names the first one.
    """
    taken = [name for name in arguments if name in where or name == "model_id"]
    if taken:
        msg = (
            f"`{taken[0]}` of {model_class.__name__}.__init__ is also the name of a parameter of from_pretrained, "
            f"so it can't be passed on. Rename it, e.g. to `model_{taken[0]}`."
        )
        raise ConfigError(msg)
