"""Make a module whose random first values are about to be replaced, without computing them.

Random initialisation is most of the time it takes to load a model. It can be left out only where nobody could
notice. `SkipRandomInit` watches the constructor: it leaves random fills of parameters out, and notes everything
after which the module might not be what it would have been:

- a parameter whose fill was left out is read (a buffer computed from it, a norm taken);
- a random number is drawn that is not left out (a permutation kept as a buffer, a seed set): without the fills
  before it, it would be another number.

In both cases the module is made again in the ordinary way. The same happens if a parameter turns out not to be in
the file.
"""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import enum
import gc
import sys
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, TypeVar

from ..pytorch import torch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

Made = TypeVar("Made")

_RANDOM_FILLS = {"uniform_", "normal_", "kaiming_uniform_", "kaiming_normal_", "xavier_uniform_", "xavier_normal_"}
# What may happen to a parameter without its values being looked at: questions of form, and other fills.
_BLIND = {
    "__len__", "clamp_", "constant_", "data_ptr", "dim", "div_", "element_size", "empty_like", "fill_",
    "is_complex", "is_contiguous", "is_floating_point", "mul_", "ndimension", "nelement", "new_empty", "new_full",
    "new_ones", "new_zeros", "numel", "ones_", "ones_like", "register_hook", "requires_grad_", "size", "stride",
    "zero_", "zeros_", "zeros_like",
}  # fmt: skip
# Those of them that layers ask most, recognised without their names.
_QUICK = {
    torch.empty, torch.Tensor.dim, torch.Tensor.size, torch.Tensor.numel, torch.Tensor.is_floating_point,
    torch.Tensor.is_complex, torch.Tensor.requires_grad_,
}  # fmt: skip
_LOOKING_ATTRIBUTES = {"T", "mT", "H", "mH", "real", "imag"}


class SkipRandomInit(torch.overrides.TorchFunctionMode):
    """Leaves out random fills of parameters on the CPU, and notes what that could change."""

    def __init__(self) -> None:
        super().__init__()
        self.skipped: dict[int, Any] = {}
        """Parameters whose fill was left out; held, so that their ids stay theirs."""
        self.noticed = False
        """Whether somebody looked at such a parameter."""
        self._plain_views: dict[int, Any] = {}

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Handle one call of the constructor into torch."""
        if func in _QUICK:
            return func(*args, **(kwargs or {}))
        kwargs = kwargs or {}
        name = getattr(func, "__name__", "")
        target = args[0] if args else kwargs.get("tensor")
        if name in _RANDOM_FILLS and kwargs.get("generator") is None and self._is_fillable(target):
            self._skip(target)
            return target
        if not self.noticed and self.skipped:
            self._watch(func, name, args, kwargs)
        result = func(*args, **kwargs)
        if name == "__get__" and getattr(getattr(func, "__self__", None), "__name__", "") == "data":
            self._plain_views[id(result)] = (result, target)
        return result

    def forget_views(self) -> None:
        """Let go of what was only held to be recognised."""
        self._plain_views.clear()

    def _is_fillable(self, target: Any) -> bool:
        target = self._plain_views.get(id(target), (None, target))[1]
        return isinstance(target, torch.nn.Parameter) and target.device.type == "cpu"

    def _skip(self, target: Any) -> None:
        if sys._getframe(2).f_code.co_name == "trunc_normal_":  # noqa: SLF001 - it looks whether values are in bounds
            with torch.no_grad():
                target.zero_()
        target = self._plain_views.get(id(target), (None, target))[1]
        self.skipped[id(target)] = target

    def _watch(self, func: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Notice if a call looks at the values of a parameter that has none yet."""
        if name in _BLIND or _is_layers_own_start(sys._getframe(2)):  # noqa: SLF001 - the caller decides
            return
        if name in ("__get__", "__set__"):
            attribute = getattr(getattr(func, "__self__", None), "__name__", "")
            if attribute not in _LOOKING_ATTRIBUTES:
                return
        for value in (*args, *kwargs.values()):
            for one in value if isinstance(value, (list, tuple)) else (value,):
                if id(one) in self.skipped or id(one) in self._plain_views:
                    self.noticed = True


_OWN_STARTS = {"__init__", "reset_parameters", "_reset_parameters", "_fill_padding_idx_with_zero", "_apply"}


def _is_layers_own_start(frame: FrameType) -> bool:
    """Whether torch's own layers initialise themselves here: they make nothing of random values but parameters."""
    module = frame.f_globals.get("__name__", "")
    return module == "torch.nn.init" or (module.startswith("torch.nn.modules.") and frame.f_code.co_name in _OWN_STARTS)


def build(make: Callable[[], Made]) -> tuple[Made, bool]:
    """Make a module, if possible without its random first values.

    Returns
    -------
    The module, and whether its parameters are without values. The generator of random numbers is then where it
    was before.
    """
    before = torch.get_rng_state()
    mode = SkipRandomInit()
    with mode:
        module = make()
    mode.forget_views()
    if not mode.skipped:
        return module, False
    if mode.noticed or not torch.equal(torch.get_rng_state(), before):
        torch.set_rng_state(before)
        return make(), False
    return module, True


@contextlib.contextmanager
def without_collector() -> Iterator[None]:
    """Keep Python from looking for garbage: among the many objects of a model that are all in use there is none."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def repeatable(arguments: dict[str, Any]) -> Callable[[], dict[str, Any]] | None:
    """Give a way to make the same arguments anew for each construction, or None where they can't be copied.

    A constructor may use its arguments up (`config.pop("layers")`), and it may run twice.
    """
    if not all(_is_plain(value) for value in arguments.values()):
        return None
    return lambda: copy.deepcopy(arguments)


def _is_plain(value: Any) -> bool:
    if isinstance(value, (dict, list, tuple, set, frozenset)):
        items = [*value, *value.values()] if isinstance(value, dict) else value
        return all(_is_plain(item) for item in items)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return all(_is_plain(getattr(value, field.name)) for field in dataclasses.fields(value))
    unchanging = (str, bytes, int, float, complex, type(None), enum.Enum, PurePath, torch.dtype, torch.device)
    return isinstance(value, unchanging)
