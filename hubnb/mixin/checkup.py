"""Look quickly at an object before it is saved, for what was done to it that will be lost.

Nothing is made or loaded for it; it compares the object with what it was when its `__init__` had ended.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from . import coding, config_file
from .config import is_dataclass_instance
from .findings import DoctorWarning, Finding
from .newborn import Newborn, attributes_of, note_module

if TYPE_CHECKING:
    from .config import Unsaved
    from .hub_mixin import ModelHubMixin

_MOST_NAMES = 6


def check_before_saving(model: ModelHubMixin) -> list[Finding]:
    """Find what would be lost, apart from arguments that can't be stored."""
    born = vars(model).get("_hub_mixin_newborn")
    if born is None:
        return []
    found = _changed_arguments(model, born)
    if born.modules:
        now = Newborn()
        note_module(now, model._hub_mixin_module())  # type: ignore[attr-defined]  # noqa: SLF001 - a torch module
        found += [*_exchanged_modules(born, now), *_changed_tensors(born, now), *_buffers(born, now), *_ties(born, now)]
        found += _loose(model._hub_mixin_module(), born, now)  # type: ignore[attr-defined]  # noqa: SLF001 - the same
    return found


def warn_before_saving(model: ModelHubMixin, unsaved: tuple[Unsaved, ...]) -> None:
    """Warn of arguments that can't be stored, and of what else would be lost."""
    config_file.report_unsaved(type(model), unsaved)
    problems = [finding for finding in check_before_saving(model) if finding.is_problem]
    if problems:
        lines = "\n".join(f"  - {finding}" for finding in problems)
        name = type(model).__name__
        msg = f"This {name} will not come back as it is; hubnb.mixin.diagnose(model) says more:\n{lines}"
        warnings.warn(msg, DoctorWarning, stacklevel=4)


def _changed_arguments(model: ModelHubMixin, born: Newborn) -> list[Finding]:
    arguments = type(model)._hub_mixin_arguments()  # noqa: SLF001 - its own room
    now = attributes_of(model, arguments)
    found: list[Finding] = []
    for name, was in born.attributes.items():
        if name in vars(model) and now.get(name, ...) != was:
            is_now = vars(model)[name]
            says = f"The argument `{name}` was {_short(was)} when the model was made and is {_short(is_now)} now"
            remedy = "Loading makes the model with the old value: make a new one with the new value instead."
            found.append(Finding("argument", name, f"{says}.", remedy))
    config = model._hub_mixin_config  # noqa: SLF001 - the same
    if is_dataclass_instance(config):
        values = coding.encode_lossy(config, arguments.coders)
        for name in sorted({*values, *born.config}):
            if values.get(name) != born.config.get(name):
                was, is_now = born.config.get(name), values.get(name)
                says = f"`config.{name}` was {_short(was)} when the model was made and is {_short(is_now)} now."
                found.append(Finding("argument", f"config.{name}", says, "Loading makes the model with the new value."))
    return found


def _exchanged_modules(born: Newborn, now: Newborn) -> list[Finding]:
    found: list[Finding] = []
    for name, was in born.modules.items():
        is_now = now.modules.get(name)
        if is_now is None and not _below(name, [finding.name for finding in found]):
            found.append(Finding("module", name, f"The module `{name}` ({was}) was removed after `__init__`."))
        elif is_now is not None and is_now != was and not was.startswith("Lazy"):
            says = f"The module `{name or 'itself'}` was a {was} after `__init__` and is a {is_now} now."
            found.append(Finding("module", name, says))
    for name, kind in now.modules.items():
        if name not in born.modules and not _below(name, [finding.name for finding in found]):
            found.append(Finding("module", name, f"The module `{name}` ({kind}) was added after `__init__`."))
    for name in now.patched:
        if name not in born.patched:
            says = f"`forward` of `{name or 'the model'}` was replaced after `__init__`."
            found.append(Finding("module", f"{name}.forward".strip("."), says))
    remedy = "Loading runs `__init__` only: do it there, by an argument."
    return [Finding(one.kind, one.name, one.says, remedy) for one in found]


def _below(name: str, names: list[str]) -> bool:
    return any(name.startswith(f"{other}.") for other in names if other)


def _changed_tensors(born: Newborn, now: Newborn) -> list[Finding]:
    found: list[Finding] = []
    exchanged = [name for name, kind in born.modules.items() if now.modules.get(name) != kind]
    exchanged += [name for name in now.modules if name not in born.modules]
    lazy = [name for name in exchanged if born.modules.get(name, "").startswith("Lazy")]
    retyped: dict[tuple[str, str], list[str]] = {}
    for name in [*born.tensors, *(name for name in now.tensors if name not in born.tensors)]:
        was, is_now = born.tensors.get(name), now.tensors.get(name)
        if (was is None or is_now is None) and _below(name, exchanged):
            continue  # said of the module
        if was is None:
            if not _below(name, lazy):
                says = f"`{name}` was not there when `__init__` had ended, so loading finds no place for it."
                found.append(Finding("tensor", name, says, "Make it in `__init__`, with its shape."))
        elif is_now is None:
            found.append(Finding("tensor", name, f"`{name}` was removed after `__init__`, so loading misses it."))
        elif was[0] != is_now[0]:
            says = f"`{name}` had the shape {was[0]} after `__init__` and has {is_now[0]} now, so it can't be loaded."
            found.append(Finding("tensor", name, says, "Give `__init__` an argument for it."))
        elif was[1] != is_now[1]:
            retyped.setdefault((was[1], is_now[1]), []).append(name)
    for (was, is_now), names in retyped.items():
        are = "is" if len(names) == 1 else "are"
        says = f"{_some(names)} {are} {_plain(is_now)}, and `__init__` makes {_plain(was)}: "
        remedy = "Load it with dtype='auto', or let `__init__` make it so."
        found.append(Finding("tensor", names[0], f"{says}they come back as {_plain(was)}.", remedy))
    return found


def _buffers(born: Newborn, now: Newborn) -> list[Finding]:
    return [
        Finding(
            "buffer",
            name,
            f"The buffer `{name}` is not persistent, so it is not stored, and it was changed after `__init__`.",
            "Register it with persistent=True.",
        )
        for name, was in born.buffers.items()
        if name in now.buffers and _moved(was, now.buffers[name], exact=born.tensors[name] == now.tensors[name])
    ]


def _loose(module: Any, born: Newborn, now: Newborn) -> list[Finding]:
    """Find what hangs on the module without belonging to it, and was meant to be stored or was changed."""
    from . import loose  # it needs torch, and not every class here does

    found: dict[str, Finding] = {}
    for place, thing in loose.loose_in(module).items():
        name = loose.container_of(place)
        if name in found:
            continue
        if loose.trainable(thing):
            kind = type(thing).__name__
            says = f"`{place}` is a {kind} that the model doesn't know, so it is neither trained nor stored."
            remedy = "Hold it in nn.ModuleList, nn.ModuleDict or nn.ParameterList instead of a plain list or dict."
            if place == name:
                remedy = f"Set it as an attribute (self.{name} = ...) after super().__init__()."
            found[name] = Finding("tensor", name, says, remedy)
        elif place in born.loose and repr(born.loose[place]) != repr(now.loose.get(place)):
            says = f"`{place}` is a plain attribute, so it is not stored, and it was changed after `__init__`."
            found[name] = Finding("tensor", name, says, "Register it: self.register_buffer(name, tensor).")
    return list(found.values())


def _moved(was: tuple[float, ...], is_now: tuple[float, ...], *, exact: bool) -> bool:
    """Whether fingerprints differ; of another type of numbers, by more than rounding does."""
    if exact:
        return repr(was) != repr(is_now)  # by text: not-a-number is like itself
    return any(abs(one - other) > 0.01 * (was[2] + is_now[2]) * 8 for one, other in zip(was, is_now, strict=True))


def _ties(born: Newborn, now: Newborn) -> list[Finding]:
    found: list[Finding] = []
    for names in born.ties:
        if names not in now.ties and all(name in now.tensors for name in names):
            names_ = ", ".join(f"`{name}`" for name in names)
            says = f"{names_} are one tensor after `__init__`, and several now: loading would make them one again."
            found.append(Finding("tie", names[0], says, "Give `__init__` an argument that leaves them apart."))
    for names in now.ties:
        kept = min(names)
        others = ", ".join(f"`{name}`" for name in names if name != kept)
        says = f"{others} is the same tensor as `{kept}`: it is stored once and tied again by loading."
        found.append(Finding("tie", kept, says, is_problem=False))
    return found


def _plain(dtype: str) -> str:
    return dtype.removeprefix("torch.")


def _some(names: list[str]) -> str:
    shown = ", ".join(f"`{name}`" for name in names[:_MOST_NAMES])
    return f"{shown} and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else shown


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
