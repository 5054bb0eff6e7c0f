"""Will this model come back as it is? A look at a model before it is shared, with reasons and remedies."""

from __future__ import annotations

import tempfile
import warnings
from typing import TYPE_CHECKING, Any

from . import loose
from .checkup import check_before_saving
from .class_checks import check_class
from .findings import Diagnosis, Finding
from .likeness import Portrait, differences
from .pytorch import torch

if TYPE_CHECKING:
    from .config import Unsaved
    from .hub_mixin import ModelHubMixin


def diagnose(model: ModelHubMixin) -> Diagnosis:
    """Say what of a model would not survive being saved and loaded.

    A torch module is also saved to a temporary folder, loaded again and compared. Nothing is sent anywhere, and
    the model is not changed.

    Returns
    -------
    Diagnosis
        Data (`problems`, `notes`, `healthy`); printed, or shown by a notebook, it is a table.
    """
    kind = type(model)
    arguments = kind._hub_mixin_arguments()  # noqa: SLF001 - its own room
    found: list[Finding] = []
    for base in kind.__mro__:
        if hasattr(base, "_hub_mixin_arguments"):
            found += check_class(base, arguments if base is kind else base._hub_mixin_arguments())  # noqa: SLF001
    unsaved: tuple[Unsaved, ...] = model._hub_mixin_unsaved  # noqa: SLF001 - the same
    found += [_of_argument(kind, one) for one in unsaved]
    if isinstance(model, torch.nn.Module) and "_modules" in vars(model):
        found += check_before_saving(model)
        found += _rehearse(model, found)
    return Diagnosis(kind.__name__, _each_once(found))


def _of_argument(kind: type, unsaved: Unsaved) -> Finding:
    says = f"The argument `{unsaved.name}` ({unsaved.type_name}) is not stored: {unsaved.why}."
    remedy = None if unsaved.coder is None else f"Add a coder: class {kind.__name__}(..., coders={{{unsaved.coder}}})"
    return Finding("argument", unsaved.name, says, remedy)


def _rehearse(model: Any, known: list[Finding]) -> list[Finding]:
    """Save the model, load it and compare."""
    kind = type(model)
    with tempfile.TemporaryDirectory(prefix="hubnb-diagnose-") as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            model.save_pretrained(folder)
        except Exception as error:
            return [Finding("loading", kind.__name__, f"It can't be saved: {type(error).__name__}: {error}")]
        left = _left_to_reader(model)
        if left:
            names = ", ".join(f"`{name}`" for name in left)
            says = f"Loading was not tried: {names} must be passed to from_pretrained again."
            return [Finding("loading", kind.__name__, says, is_problem=False)]
        try:
            with torch.random.fork_rng(devices=[]):
                again = kind.from_pretrained(folder)
        except Exception as error:
            return [Finding("loading", kind.__name__, f"It can't be loaded: {type(error).__name__}: {error}")]
    told = {finding.name for finding in known if finding.is_problem}
    types_told = any(finding.is_problem and finding.kind == "tensor" for finding in known)
    found = [
        Finding(what, name, says)
        for what, name, says in differences(Portrait.of(model), Portrait.of(again))
        if name not in told and not (types_told and what == "tensor")
    ]
    told |= {finding.name for finding in found}
    return [*found, *_loose(model, again, told), *_notes(model, again)]


def _loose(model: Any, again: Any, told: set[str]) -> list[Finding]:
    """Find tensors that hang on the model without belonging to it, and come back as others."""
    theirs = loose.loose_in(again)
    found: dict[str, Finding] = {}
    for place, thing in loose.loose_in(model).items():
        name = loose.container_of(place)
        if place in theirs and name not in told | set(found) and not _alike(thing, theirs[place]):
            says = f"`{place}` is not stored, and loading makes it with other values."
            remedy = "Register it: a module as a submodule, a tensor with self.register_buffer(name, tensor)."
            found[name] = Finding("tensor", name, says, remedy)
    return list(found.values())


def _alike(one: Any, other: Any) -> bool:
    ours, theirs = loose.tensors_of(one), loose.tensors_of(other)
    return len(ours) == len(theirs) and all(
        mine.shape == its.shape and mine.dtype == its.dtype and torch.equal(mine.cpu(), its.cpu())
        for mine, its in zip(ours, theirs, strict=True)
    )


def _left_to_reader(model: Any) -> list[str]:
    """Give the arguments that loading needs and no file has."""
    kind = type(model)
    arguments = kind._hub_mixin_arguments()  # noqa: SLF001 - the same
    stored = model._hub_mixin_config_to_save(None)  # noqa: SLF001 - the same
    made = arguments.arguments_from(stored, {}) if stored else {}
    return [name for name in arguments.parameters if name not in made and not arguments.has_default(name)]


def _notes(model: Any, again: Any) -> list[Finding]:
    """Find plain attributes that differ, and parameters that come back trainable."""
    found: list[Finding] = []
    ours, theirs = dict(model.named_modules()), dict(again.named_modules())
    for prefix in ours.keys() & theirs.keys():
        one, other = vars(ours[prefix]), vars(theirs[prefix])
        for name in one:
            if name.startswith("_") or name == "training" or not isinstance(one[name], (str, int, float, bool)):
                continue
            if name not in other or (one[name] != other[name] and one[name] == one[name]):
                place = f"{prefix}.{name}".strip(".")
                is_there = repr(other[name]) if name in other else "not there"
                says = f"The attribute `{place}` is {one[name]!r} here and {is_there} after loading."
                found.append(Finding("attribute", place, says, is_problem=False))
    frozen = [name for name, parameter in model.named_parameters() if not parameter.requires_grad]
    trainable = {name for name, parameter in again.named_parameters() if parameter.requires_grad}
    thawed = [name for name in frozen if name in trainable]
    if thawed:
        says = f"{len(thawed)} frozen parameters come back trainable, e.g. `{thawed[0]}`."
        found.append(Finding("attribute", thawed[0], says, is_problem=False))
    hooks = [
        prefix
        for prefix in ours.keys() & theirs.keys()
        if len(ours[prefix]._forward_hooks) + len(ours[prefix]._forward_pre_hooks)  # noqa: SLF001 - no public way
        > len(theirs[prefix]._forward_hooks) + len(theirs[prefix]._forward_pre_hooks)  # noqa: SLF001 - the same
    ]
    if hooks:
        says = f"Hooks are not stored: `{hooks[0] or 'the model'}` has more of them than after loading."
        found.append(Finding("attribute", hooks[0], says, is_problem=False))
    return found


def _each_once(found: list[Finding]) -> list[Finding]:
    """Drop what was said before; problems come first."""
    kept: dict[tuple[str, str, bool], Finding] = {}
    for finding in found:
        kept.setdefault((finding.kind, finding.name, finding.is_problem), finding)
    return sorted(kept.values(), key=lambda finding: not finding.is_problem)
