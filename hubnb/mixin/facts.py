"""What a torch module says about itself: for its card, and for anybody who asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .versions import versions_of
from .weights import distinct_tensors

if TYPE_CHECKING:
    from .pytorch import torch

_MOST_LINES = 60


def facts_of(module: torch.nn.Module) -> dict[str, Any]:
    """Count a module's parameters, types and bytes; tied tensors count once."""
    parameters = list(module.parameters())
    total = sum(parameter.numel() for parameter in parameters)
    trainable = sum(parameter.numel() for parameter in parameters if parameter.requires_grad)
    tensors, _ = distinct_tensors(module.state_dict())
    size = sum(tensor.numel() * tensor.element_size() for tensor in tensors.values())
    types = sorted({str(tensor.dtype).removeprefix("torch.") for tensor in tensors.values()})
    facts: dict[str, Any] = {"Parameters": f"{total:,}"}
    if trainable != total:
        facts["Trainable parameters"] = f"{trainable:,}"
    facts |= {"Tensors": len(tensors), "Tensor types": ", ".join(types), "Size": readable_bytes(size)}
    layers = _layers(module)
    if layers:
        facts["Layers"] = layers
    facts["Made with"] = versions_of("torch", "safetensors")
    return facts


def architecture_of(module: torch.nn.Module) -> str:
    """Write a module's layers as torch prints them; of a long list the beginning."""
    lines = repr(module).splitlines()
    if len(lines) > _MOST_LINES:
        lines[_MOST_LINES:] = [f"  ... {len(lines) - _MOST_LINES} more lines"]
    return "\n".join(["```text", *lines, "```"])


def _layers(module: torch.nn.Module) -> str:
    """Name the kinds of leaf layers and how many there are of each."""
    counts: dict[str, int] = {}
    for layer in module.modules():
        if layer is not module and not any(True for _ in layer.children()):
            name = type(layer).__name__
            counts[name] = counts.get(name, 0) + 1
    return ", ".join(f"{name} × {count}" if count > 1 else name for name, count in counts.items())  # noqa: RUF001


def readable_bytes(size: int) -> str:
    """Write a number of bytes with a decimal unit, as the Hub does."""
    value = float(size)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.3g} {unit}"
        value /= 1000
    return f"{value:.3g} TB"
