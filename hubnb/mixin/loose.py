"""Tensors and modules that hang on a torch module without belonging to it: no state dict has them.

A module in a plain list, a tensor that is a plain attribute: they work until the model is saved and loaded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .pytorch import torch

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_ITEMS = 1000
_OF_TORCH = {"_parameters", "_buffers", "_modules"}


def loose_in(module: torch.nn.Module) -> dict[str, Any]:
    """Give tensors and modules that are plain attributes, or lie in plain lists and dicts, by their place."""
    registered = {id(part) for part in module.modules()}
    registered |= {id(tensor) for tensor in (*module.parameters(), *module.buffers())}
    found: dict[str, Any] = {}
    for prefix, part in module.named_modules():
        dot = f"{prefix}." if prefix else ""
        for name, value in list(vars(part).items()):
            if name in _OF_TORCH or name.startswith("_hub_mixin"):
                continue
            for place, thing in _things(f"{dot}{name}", value):
                if id(thing) not in registered:
                    found.setdefault(place, thing)
    return found


def _things(place: str, value: Any, *, depth: int = 2) -> Iterator[tuple[str, Any]]:
    if isinstance(value, (torch.Tensor, torch.nn.Module)):
        yield place, value
    elif depth and type(value) in (list, tuple, dict) and len(value) <= _MOST_ITEMS:
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in pairs:
            yield from _things(f"{place}[{key!r}]", item, depth=depth - 1)


def trainable(thing: Any) -> bool:
    """Whether it was meant to be trained, and so to be stored."""
    if isinstance(thing, torch.nn.Module):
        return any(parameter.requires_grad for parameter in thing.parameters())
    return isinstance(thing, torch.nn.Parameter) and thing.requires_grad


def tensors_of(thing: Any) -> list[torch.Tensor]:
    """Give the tensors of a thing that has values to compare."""
    found = list(thing.state_dict().values()) if isinstance(thing, torch.nn.Module) else [thing]
    return [one for one in found if isinstance(one, torch.Tensor) and one.device.type != "meta"]


def container_of(place: str) -> str:
    """Give the attribute that holds a place: ``blocks`` of ``blocks[3]``."""
    return place.partition("[")[0]
