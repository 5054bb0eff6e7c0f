"""Weights of a torch module as a safetensors file, and back, with nothing lost in between.

A tensor that stands in the module under several names is stored once, under the first of them; the file's
metadata says which other names it has, in the words upstream uses, so both libraries read both files.

Loading is strict: every tensor of the module must be in the file, with its shape, and the file may hold no
others. What doesn't fit is reported together, not one by one.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from safetensors import SafetensorError, safe_open

from hubnb.client.errors import HubError

from .adopting import adopt
from .pytorch import torch

if TYPE_CHECKING:
    from pathlib import Path

SAFE_WEIGHTS_NAME = "model.safetensors"
PICKLED_WEIGHTS_NAME = "pytorch_model.bin"
_MOST_NAMES = 12


class WeightsFileError(HubError, ValueError):
    """A file of weights can't be read."""


@dataclass(frozen=True)
class Mismatch:
    """How a file of weights differs from the module it is for; names are in order."""

    missing: list[str] = field(default_factory=list)
    """In the module, not in the file."""
    unexpected: list[str] = field(default_factory=list)
    """In the file, not in the module."""
    misshaped: list[tuple[str, str, str]] = field(default_factory=list)
    """In both, with different shapes or kinds of numbers: name, form in the file, form in the module."""

    def __bool__(self) -> bool:
        return bool(self.missing or self.unexpected or self.misshaped)

    def __str__(self) -> str:
        shapes = [f"{name} (file {there}, model {here})" for name, there, here in self.misshaped]
        parts = [
            ("missing in the file", self.missing),
            ("unexpected in the file", self.unexpected),
            ("of another shape", shapes),
        ]
        return "\n".join(f"  - {len(names)} {what}: {_some(names)}" for what, names in parts if names)


class WeightsMismatchError(HubError, RuntimeError):
    """A file of weights doesn't fit the module.

    Its parent `RuntimeError` is what `Module.load_state_dict` raises.
    """

    def __init__(self, source: str, model_name: str, mismatch: Mismatch) -> None:
        self.missing = mismatch.missing
        self.unexpected = mismatch.unexpected
        self.misshaped = mismatch.misshaped
        super().__init__(
            f"The weights in {source} don't fit {model_name}:\n{mismatch}\n"
            "Was the model made with the same arguments? To load what fits, pass strict=False."
        )


class WeightsLeftOutWarning(UserWarning):
    """With ``strict=False``, something in the file or in the module was left as it was."""


# --- saving ---


def save_weights(module: torch.nn.Module, path: Path, metadata: Mapping[str, str] | None = None) -> None:
    """Write a module's tensors to a safetensors file; a failure leaves an old file as it was.

    Raises
    ------
    ValueError
        A tensor has no values (meta device) or is of a kind the format doesn't know.
    """
    from safetensors.torch import save_file

    tensors, aliases = distinct_tensors(module.state_dict())
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    unfinished.touch()
    mode = unfinished.stat().st_mode  # what the person's umask says; the writer below makes files for its owner only
    try:
        save_file(tensors, str(unfinished), metadata={"format": "pt", **aliases, **(metadata or {})})
        unfinished.chmod(mode)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def distinct_tensors(state: Mapping[str, Any]) -> tuple[dict[str, torch.Tensor], dict[str, str]]:
    """Give every tensor once, ready to be written, and the further names of those that have several.

    Tensors that overlap only in part are given separately: each holds all its values, at the price of the
    overlap.
    """
    first_name: dict[tuple[Any, ...], str] = {}
    tensors: dict[str, torch.Tensor] = {}
    aliases: dict[str, str] = {}
    taken: set[int] = set()
    for name in sorted(state):
        tensor = state[name]
        _refuse_unsavable(name, tensor)
        key = _identity(tensor)
        if key is not None and key in first_name:
            aliases[name] = first_name[key]
            continue
        if key is not None:
            first_name[key] = name
        ready = tensor.detach().contiguous()
        storage = ready.untyped_storage().data_ptr()
        if storage in taken:  # the writer refuses tensors that share memory, rightly: it can't know why
            ready = ready.clone()
        taken.add(ready.untyped_storage().data_ptr())
        tensors[name] = ready
    return tensors, aliases


def _identity(tensor: torch.Tensor) -> tuple[Any, ...] | None:
    """Give what tensors share if and only if they are the same memory seen the same way; None for no memory."""
    if _is_lazy(tensor) or tensor.device.type == "meta" or tensor.numel() == 0:
        return None
    return (str(tensor.device), tensor.data_ptr(), tensor.dtype, tuple(tensor.shape), tuple(tensor.stride()))


def _refuse_unsavable(name: str, tensor: Any) -> None:
    if not isinstance(tensor, torch.Tensor):
        msg = (
            f"`{name}` in the state of the module is {type(tensor).__name__}, not a tensor (get_extra_state?); "
            f"{SAFE_WEIGHTS_NAME} can hold tensors only."
        )
        raise ValueError(msg)
    if _is_lazy(tensor):
        msg = f"`{name}` belongs to a lazy module that has not seen data: run the model once before saving it."
        raise ValueError(msg)
    if tensor.device.type == "meta":
        msg = f"`{name}` is on the meta device: it has a shape but no values, so there is nothing to save."
        raise ValueError(msg)
    if tensor.layout is not torch.strided or tensor.is_quantized:
        kind = "quantized" if tensor.is_quantized else str(tensor.layout)
        msg = f"`{name}` is a {kind} tensor, which safetensors can't hold; make it dense first."
        raise ValueError(msg)


# --- loading ---


@dataclass(frozen=True)
class Weights:
    """Tensors read from a file."""

    tensors: dict[str, torch.Tensor]
    aliases: dict[str, str]
    """Further names of tensors: name to the name it is stored under."""
    source: str
    lasting: bool = False
    """Whether the tensors may be used as they are: views of a file that nobody will write to."""

    @property
    def size(self) -> int:
        """Bytes of all tensors."""
        return sum(tensor.numel() * tensor.element_size() for tensor in self.tensors.values())

    def covers(self, module: torch.nn.Module) -> bool:
        """Whether every parameter of a module gets its values from here."""
        stored = _with_other_names(module.state_dict(), self)
        parameters = module.named_parameters(remove_duplicate=False)
        return all(name in stored and _same_form(stored[name], parameter) for name, parameter in parameters)


def read_safetensors(path: Path, source: str, *, lasting: bool = False) -> Weights:
    """Read a safetensors file; its tensors are views of the mapped file, private to this process.

    Parameters
    ----------
    lasting
        Whether the file will stay as it is, like those of the cache. Nobody may promise that for a person's own
        folder: a mapped file that is cut short ends the process.

    Raises
    ------
    WeightsFileError
        It is no whole safetensors file.
    """
    try:
        with safe_open(str(path), framework="pt", device="cpu") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a mapping
            metadata = file.metadata() or {}
    except SafetensorError as error:
        msg = f"{source} is not a whole safetensors file ({error}). Fetch it again with force_download=True."
        raise WeightsFileError(msg) from None
    aliases = {name: kept for name, kept in metadata.items() if kept in tensors and name not in tensors}
    return Weights(tensors, aliases, source, lasting=lasting and os.name == "posix")


def read_pickle(path: Path, source: str, *, lasting: bool = False) -> Weights:  # noqa: ARG001 - like the other reader
    """Read a `torch.save` file, tensors only: nothing in it can run code.

    Raises
    ------
    WeightsFileError
        It holds more than tensors, or isn't such a file.
    """
    import pickle

    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError, ValueError) as error:
        reason = str(error).partition("\n")[0]
        msg = f"{source} can't be read safely ({reason}). Ask its owner for a {SAFE_WEIGHTS_NAME}."
        raise WeightsFileError(msg) from None
    if not isinstance(state, Mapping) or not all(isinstance(one, torch.Tensor) for one in state.values()):
        msg = f"{source} holds {type(state).__name__}, not named tensors."
        raise WeightsFileError(msg)
    return Weights(dict(state), {}, source)


def compare(module: torch.nn.Module, weights: Weights) -> Mismatch:
    """Find what doesn't fit between a module and weights."""
    own = module.state_dict()
    stored = _with_other_names(own, weights)
    return Mismatch(
        missing=sorted(own.keys() - stored.keys()),
        unexpected=sorted(weights.tensors.keys() - own.keys()),
        misshaped=[
            (name, _form(stored[name]), _form(own[name]))
            for name in own
            if name in stored and not _same_form(stored[name], own[name])
        ],
    )


def _same_form(stored: torch.Tensor, own: Any) -> bool:
    """Whether a stored tensor can take the place of a module's: same shape, both with or without fractions."""
    if not isinstance(own, torch.Tensor) or _is_lazy(own):
        return True
    same_kind = stored.is_complex() == own.is_complex() and (
        stored.is_floating_point() == own.is_floating_point() or stored.is_complex()
    )
    return stored.shape == own.shape and same_kind


def load_weights(module: torch.nn.Module, weights: Weights, *, strict: bool = True) -> Mismatch:
    """Put weights into a module; values are copied, and converted to the module's own types.

    Parameters
    ----------
    strict
        False loads what fits and warns about the rest.

    Raises
    ------
    WeightsMismatchError
        Something doesn't fit; what did may have been loaded.
    """
    name = type(module).__name__
    mismatch = compare(module, weights)
    loose = _loose_ends(module, weights.aliases)
    if mismatch.misshaped and strict:
        raise WeightsMismatchError(weights.source, name, mismatch)
    misshaped = {one for one, _, _ in mismatch.misshaped}
    stored = {**weights.tensors, **_with_other_names(module.state_dict(), weights)}
    adopted = adopt(module, stored) if weights.lasting and not mismatch else set()
    left_out = misshaped | adopted
    result = module.load_state_dict({one: stored[one] for one in stored if one not in left_out}, strict=False)
    if mismatch and result is not None:  # the module's own hooks may know old names: they have the last word
        missing = sorted(set(result.missing_keys) - misshaped)
        mismatch = Mismatch(missing, sorted(result.unexpected_keys), mismatch.misshaped)
    if mismatch and strict:
        raise WeightsMismatchError(weights.source, name, mismatch)
    if mismatch:
        msg = f"Not everything in {weights.source} was loaded into {name}:\n{mismatch}"
        warnings.warn(msg, WeightsLeftOutWarning, stacklevel=4)
    tie_again(module, loose)
    return mismatch


def dtype_from(wanted: torch.dtype | str | None, weights: Weights) -> torch.dtype | None:
    """Give the type that a caller names, ``"auto"`` being that of most stored numbers.

    Raises
    ------
    ValueError
        There is no floating point type of that name.
    """
    if wanted == "auto":
        counts: dict[torch.dtype, int] = {}
        for tensor in weights.tensors.values():
            if tensor.is_floating_point():
                counts[tensor.dtype] = counts.get(tensor.dtype, 0) + tensor.numel()
        return max(counts, key=lambda dtype: counts[dtype]) if counts else None
    found = getattr(torch, wanted.removeprefix("torch."), None) if isinstance(wanted, str) else wanted
    if wanted is not None and not (isinstance(found, torch.dtype) and found.is_floating_point):
        msg = f"dtype must be a floating point type like torch.bfloat16, or 'auto', not {wanted!r}."
        raise ValueError(msg)
    return found


def _loose_ends(module: torch.nn.Module, aliases: Mapping[str, str]) -> dict[str, str]:
    """Pick the further names whose parameters this module has apart, though they were one when saved."""
    parameters = dict(module.named_parameters(remove_duplicate=False))
    return {
        name: kept
        for name, kept in aliases.items()
        if name in parameters and kept in parameters and _identity(parameters[name]) != _identity(parameters[kept])
    }


def tie_again(module: torch.nn.Module, aliases: Mapping[str, str]) -> None:
    """Make parameters one object again that were one when they were saved."""
    parameters = dict(module.named_parameters(remove_duplicate=False))
    for name, kept in aliases.items():
        owner, _, attribute = name.rpartition(".")
        if parameters[name].shape == parameters[kept].shape:
            setattr(module.get_submodule(owner), attribute, parameters[kept])


def _with_other_names(own: Mapping[str, Any], weights: Weights) -> dict[str, torch.Tensor]:
    """Give the stored tensors under every name the module knows them by."""
    stored = {name: tensor for name, tensor in weights.tensors.items() if name in own}
    for name, kept in weights.aliases.items():
        if name in own:
            stored[name] = weights.tensors[kept]
    groups: dict[Any, list[str]] = {}
    for name, tensor in own.items():
        key = _identity(tensor) if isinstance(tensor, torch.Tensor) else None
        if key is not None:
            groups.setdefault(key, []).append(name)
    for names in groups.values():
        found = next((name for name in names if name in stored), None)
        if found is not None:
            stored |= {name: stored[found] for name in names if name not in stored}
    return stored


def _is_lazy(tensor: Any) -> bool:
    """Whether a parameter waits for its shape until the module sees data."""
    return isinstance(tensor, (torch.nn.UninitializedParameter, torch.nn.UninitializedBuffer))


def _form(tensor: torch.Tensor) -> str:
    shape = "x".join(map(str, tensor.shape)) or "scalar"
    return f"{shape} {str(tensor.dtype).removeprefix('torch.')}"


def _some(names: Iterable[str]) -> str:
    names = list(names)
    more = len(names) - _MOST_NAMES
    return ", ".join(names[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")
