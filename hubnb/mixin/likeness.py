"""Are two models alike? Their tensors, what is tied, their configuration and their answers, in words.

One side is written down as a `Portrait`, which travels to another process; the other side is compared with it.
"""

from __future__ import annotations

import dataclasses
import hashlib
from typing import TYPE_CHECKING, Any

from .config import json_values
from .pytorch import torch
from .weights.safetensors_file import SafetensorsContent
from .weights.tensors import identity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .torch_mixin import PyTorchModelHubMixin

_MOST = 20


@dataclasses.dataclass(frozen=True)
class TensorForm:
    """What is compared of a tensor."""

    dtype: str
    shape: tuple[int, ...]
    digest: str
    is_parameter: bool


@dataclasses.dataclass(frozen=True)
class Portrait:
    """A model as plain data."""

    config: dict[str, Any]
    tensors: dict[str, TensorForm]
    """Parameters and buffers, also those that are not stored."""
    ties: list[list[str]]
    """Names that are one tensor."""
    outputs: list[tuple[str, Any]] | None
    """What the model answered, piece by piece: tensors on the CPU, other values as text."""

    @classmethod
    def of(cls, model: PyTorchModelHubMixin, example_inputs: Any = None) -> Portrait:
        """Take it; the model is the same afterwards, and in the mode it was in."""
        module = model._hub_mixin_module()  # noqa: SLF001 - its own room
        values = json_values(model._hub_mixin_config, model._hub_mixin_beside, model._hub_mixin_coders)  # noqa: SLF001
        tensors: dict[str, TensorForm] = {}
        groups: dict[Any, list[str]] = {}
        known: dict[Any, TensorForm] = {}
        parameters = dict(module.named_parameters(remove_duplicate=False))
        for name, tensor in {**dict(module.named_buffers(remove_duplicate=False)), **parameters}.items():
            key = identity(tensor)
            if key is None or key not in known:
                form = TensorForm(
                    str(tensor.dtype).removeprefix("torch."), tuple(tensor.shape), _digest(tensor), name in parameters
                )
                known[key] = form
            tensors[name] = known[key]
            if key is not None:
                groups.setdefault(key, []).append(name)
        ties = sorted(sorted(names) for names in groups.values() if len(names) > 1)
        outputs = None if example_inputs is None else _pieces(answer(model, example_inputs))
        return cls(values, tensors, ties, outputs)


def _digest(tensor: torch.Tensor) -> str:
    if tensor.device.type == "meta":
        return "meta"
    digest = hashlib.sha256()
    for block in SafetensorsContent({"x": tensor}).blocks():
        digest.update(block)
    return digest.hexdigest()


def answer(model: Any, example_inputs: Any) -> Any:
    """Call a model in evaluation mode; it is put back into the mode it was in, part by part."""
    modes = {part: part.training for part in model.modules()}
    try:
        model.eval()
        with torch.no_grad():
            if isinstance(example_inputs, dict):
                return model(**example_inputs)
            return model(*example_inputs) if isinstance(example_inputs, (tuple, list)) else model(example_inputs)
    finally:
        for part, mode in modes.items():
            part.training = mode


def _pieces(value: Any, place: str = "output") -> list[tuple[str, Any]]:
    """Take an answer apart."""
    if isinstance(value, torch.Tensor):
        return [(place, value.detach().cpu())]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, dict):
        return [piece for key, item in value.items() for piece in _pieces(item, f"{place}[{key!r}]")]
    if isinstance(value, (list, tuple)):
        return [piece for index, item in enumerate(value) for piece in _pieces(item, f"{place}[{index}]")]
    return [(place, repr(value) if isinstance(value, (str, int, float, bool, type(None))) else type(value).__name__)]


Difference = tuple[str, str, str]
"""Kind of the thing, its name, and a sentence."""


def differences(before: Portrait, after: Portrait) -> list[Difference]:
    """Say how a model differs from what it was."""
    found = _config_differences(before.config, after.config)
    found += _tensor_differences(before.tensors, after.tensors)
    for names in before.ties:
        if not any(set(names) <= set(others) for others in after.ties):
            found.append(("tie", names[0], f"{_names(names)} were one tensor and come back as several."))
    for names in after.ties:
        if set(names) <= before.tensors.keys() and not any(set(names) <= set(others) for others in before.ties):
            found.append(("tie", names[0], f"{_names(names)} were several tensors and come back as one."))
    found += _output_differences(before.outputs, after.outputs)
    return found


def _config_differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    found: list[Difference] = []
    for name in sorted({*before, *after}):
        if name not in after:
            says = f"The argument `{name}` ({before[name]!r}) is not in the configuration that comes back."
        elif name not in before:
            says = f"The argument `{name}` ({after[name]!r}) is new in the configuration that comes back."
        elif before[name] != after[name]:
            says = f"The argument `{name}` was {before[name]!r} and comes back as {after[name]!r}."
        else:
            continue
        found.append(("argument", name, says))
    return found


def _tensor_differences(before: Mapping[str, TensorForm], after: Mapping[str, TensorForm]) -> list[Difference]:
    found: list[Difference] = []
    for name in [*before, *(name for name in after if name not in before)]:
        was, now = before.get(name), after.get(name)
        if now is None or was is None:
            says = f"`{name}` {'does not come back' if now is None else 'is new after loading'}."
            found.append(("tensor", name, says))
            continue
        kind = "parameter" if was.is_parameter else "buffer"
        if was.dtype != now.dtype:
            remedy = "; load it with dtype='auto'" if "float" in was.dtype else ""
            says = f"The {kind} `{name}` is {was.dtype} and comes back as {now.dtype}{remedy}."
        elif was.shape != now.shape:
            says = f"The {kind} `{name}` has the shape {was.shape} and comes back with {now.shape}."
        elif was.is_parameter != now.is_parameter:
            says = f"`{name}` is a {kind} and comes back as a {'parameter' if now.is_parameter else 'buffer'}."
        elif was.digest != now.digest:
            says = f"The {kind} `{name}` comes back with other values."
        else:
            continue
        found.append((kind if kind == "buffer" else "tensor", name, says))
    if len(found) > _MOST:
        found[_MOST:] = [("tensor", "", f"{len(found) - _MOST} more tensors differ.")]
    return found


def _output_differences(before: list[tuple[str, Any]] | None, after: list[tuple[str, Any]] | None) -> list[Difference]:
    if before is None or after is None:
        return []
    if [place for place, _ in before] != [place for place, _ in after]:
        return [("output", "", f"The answer has {len(before)} parts and comes back with {len(after)}.")]
    found: list[Difference] = []
    for (place, was), (_, now) in zip(before, after, strict=True):
        if not isinstance(was, torch.Tensor) or not isinstance(now, torch.Tensor):
            same = isinstance(was, torch.Tensor) == isinstance(now, torch.Tensor) and was == now
        else:
            same = was.dtype == now.dtype and was.shape == now.shape and _close(was, now)
        if not same:
            found.append(("output", place, f"The answer differs at {place}: {_shown(was)} here, {_shown(now)} there."))
    return found


def _close(was: torch.Tensor, now: torch.Tensor) -> bool:
    """Whether two answers are the same, up to what threads and devices do to the last digits."""
    if not (was.is_floating_point() or was.is_complex()):
        return torch.equal(was, now)
    slack = {torch.float64: 1e-9, torch.float32: 1e-5}.get(was.dtype, 1e-2)
    return (
        torch.allclose(was.double(), now.double(), rtol=slack, atol=slack, equal_nan=True)
        if (not was.is_complex())
        else torch.allclose(was, now, rtol=slack, atol=slack, equal_nan=True)
    )


def _shown(value: Any) -> str:
    if not isinstance(value, torch.Tensor):
        return str(value)
    first = ", ".join(f"{number:.6g}" for number in value.flatten()[:3].tolist())
    return f"{tuple(value.shape)} {str(value.dtype).removeprefix('torch.')} [{first}{', …' * (value.numel() > 3)}]"


def _names(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
