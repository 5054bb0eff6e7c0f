"""What an object was when its `__init__` had ended: what is different later would not come back.

Loading calls `__init__` with the stored arguments and then fills in the stored tensors. Whatever else was done to
the object since (an attribute set, a layer exchanged, a buffer filled) is lost, and can be told by comparing.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from types import FunctionType
from typing import TYPE_CHECKING, Any

from . import coding

if TYPE_CHECKING:
    from .config import InitArguments

_MARK = "_hub_mixin_noting"
_MOST_BUFFER_ELEMENTS = 1_000_000


@dataclass
class Newborn:
    """The facts; plain data, so that a model with it can be copied and pickled."""

    attributes: dict[str, Any] = field(default_factory=dict[str, Any])
    """Attributes called like arguments, as JSON."""
    config: dict[str, Any] = field(default_factory=dict[str, Any])
    """A `config` argument that is a dataclass, as JSON."""
    tensors: dict[str, tuple[tuple[int, ...], str]] = field(default_factory=dict[str, tuple[tuple[int, ...], str]])
    modules: dict[str, str] = field(default_factory=dict[str, str])
    ties: list[list[str]] = field(default_factory=list[list[str]])
    buffers: dict[str, tuple[float, ...]] = field(default_factory=dict[str, tuple[float, ...]])
    """Fingerprints of buffers that are not stored."""
    loose: dict[str, list[tuple[float, ...] | None]] = field(
        default_factory=dict[str, "list[tuple[float, ...] | None]"]
    )
    """Fingerprints of tensors that hang on the module without belonging to it."""
    patched: list[str] = field(default_factory=list[str])
    """Modules with a `forward` of their own."""


def noting(model_class: type) -> None:
    """Let a class note what its objects are when `__init__` has ended.

    Left to `note_once` and `noting_late`: a class that looks through its own frames for arguments (PyTorch Lightning's
    `save_hyperparameters` does), and one that may become a dataclass, which would find an `__init__` there and keep it.
    """
    original = model_class.__init__
    if not isinstance(original, FunctionType) or hasattr(model_class, "save_hyperparameters"):
        return
    if "__init__" not in vars(model_class) and vars(model_class).get("__annotations__"):
        return
    if "__init__" in vars(model_class):

        @functools.wraps(original)
        def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807 - it is one
            original(self, *args, **kwargs)
            if type(self).__init__ is __init__:
                self._hub_mixin_note()
    elif not hasattr(original, _MARK):

        @functools.wraps(original)
        def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807 - it is one
            super(model_class, self).__init__(*args, **kwargs)  # pyright: ignore[reportArgumentType]
            if type(self).__init__ is __init__:
                self._hub_mixin_note()
    else:
        return
    setattr(__init__, _MARK, True)
    model_class.__init__ = __init__


def noting_late(model_class: type) -> None:
    """Do the same as an object is being made, for classes that got their `__init__` from a decorator."""
    if hasattr(model_class, "save_hyperparameters"):
        note_once(model_class)
    elif not hasattr(model_class.__init__, _MARK) and "__init__" in vars(model_class):
        noting(model_class)


def note_once(model_class: type) -> None:
    """Let the object that is made next note what it is, with no frame of ours below the outermost `__init__`."""
    original = model_class.__init__
    if not isinstance(original, FunctionType) or hasattr(original, _MARK):
        return
    own = "__init__" in vars(model_class)

    def take_back() -> None:
        if vars(model_class).get("__init__") is once:
            if own:
                model_class.__init__ = original
            else:
                del model_class.__init__

    @functools.wraps(original)
    def once(self: Any, *args: Any, **kwargs: Any) -> None:
        take_back()  # first: an `__init__` further down may be that of a base, and must be its own again
        original(self, *args, **kwargs)
        if type(self) is model_class:
            self._hub_mixin_note()

    setattr(once, _MARK, True)
    model_class.__init__ = once


def attributes_of(instance: Any, arguments: InitArguments) -> dict[str, Any]:
    """Give the attributes that are called like arguments, as JSON; those that are none are left out."""
    found: dict[str, Any] = {}
    for name in arguments.parameters:
        if name in vars(instance):
            value = coding.encode_or_none(vars(instance)[name], arguments.coders)
            if value is not None or vars(instance)[name] is None:
                found[name] = value
    return found


def note_module(newborn: Newborn, module: Any) -> None:
    """Add what can be said of a torch module."""
    from .weights.tensors import is_lazy

    groups: dict[int, list[str]] = {}
    for prefix, part in module.named_modules(remove_duplicate=False):
        newborn.modules[prefix] = type(part).__qualname__
        if "forward" in vars(part):
            newborn.patched.append(prefix)
        dot = f"{prefix}." if prefix else ""
        for name, parameter in part._parameters.items():  # noqa: SLF001 - the quickest way to both
            if parameter is not None:
                groups.setdefault(id(parameter), []).append(dot + name)
                if not is_lazy(parameter):
                    newborn.tensors[dot + name] = (tuple(parameter.shape), str(parameter.dtype))
        for name, buffer in part._buffers.items():  # noqa: SLF001 - the same
            if buffer is None or is_lazy(buffer):
                continue
            newborn.tensors[dot + name] = (tuple(buffer.shape), str(buffer.dtype))
            if name in part._non_persistent_buffers_set:  # noqa: SLF001 - the same
                print_ = fingerprint(buffer)
                if print_ is not None:
                    newborn.buffers[dot + name] = print_
    newborn.loose = _loose_prints(module)
    newborn.ties = [sorted(names) for names in groups.values() if len(names) > 1]


def _loose_prints(module: Any) -> dict[str, list[tuple[float, ...] | None]]:
    from . import loose
    from .weights.tensors import is_lazy

    return {
        place: [fingerprint(tensor) for tensor in loose.tensors_of(thing) if not is_lazy(tensor)]
        for place, thing in loose.loose_in(module).items()
    }


def fingerprint(buffer: Any) -> tuple[float, ...] | None:
    """Give a few numbers that a change of a buffer's values changes; None where that would cost too much."""
    if buffer.device.type == "meta" or buffer.numel() > _MOST_BUFFER_ELEMENTS or str(buffer.layout) != "torch.strided":
        return None
    if buffer.is_complex():
        buffer = buffer.abs()
    values = buffer.detach().double()
    weights = values.new_tensor(range(1, 8)).repeat(values.numel() // 7 + 1)[: values.numel()].reshape(values.shape)
    return (float(values.sum()), float((values * weights).sum()), float(values.abs().sum()))
