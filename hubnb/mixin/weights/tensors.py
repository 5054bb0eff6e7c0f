"""What tensors share: their memory, and the names of those that are one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..pytorch import torch

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


def distinct_tensors(
    state: Mapping[str, Any], discard: Collection[str] = ()
) -> tuple[dict[str, torch.Tensor], dict[str, str]]:
    """Give every tensor once, and the further names of those that have several.

    Tensors that overlap only in part are given separately: each holds all its values, at the price of the
    overlap.

    Parameters
    ----------
    discard
        Names under which a tensor is kept only if it has no others; else it is the first by alphabet.

    Raises
    ------
    ValueError
        A tensor has no values (meta device) or is of a kind the format doesn't know.
    """
    groups: dict[tuple[Any, ...], list[str]] = {}
    for name, tensor in state.items():
        refuse_unsavable(name, tensor)
        groups.setdefault(identity(tensor) or (name,), []).append(name)
    aliases: dict[str, str] = {}
    for names in groups.values():
        kept = min(names, key=lambda name: (name in discard, name))
        aliases |= {name: kept for name in names if name != kept}
    return {name: state[name].detach() for name in state if name not in aliases}, dict(sorted(aliases.items()))


def identity(tensor: torch.Tensor) -> tuple[Any, ...] | None:
    """Give what tensors share if and only if they are the same memory seen the same way; None for no memory."""
    if is_lazy(tensor) or tensor.device.type == "meta" or tensor.numel() == 0:
        return None
    if _parts(tensor):
        inner = [identity(part) for part in _parts(tensor)]
        return None if None in inner else (type(tensor).__name__, *inner)
    return (str(tensor.device), tensor.data_ptr(), tensor.dtype, tuple(tensor.shape), tuple(tensor.stride()))


def is_lazy(tensor: Any) -> bool:
    """Whether a parameter waits for its shape until the module sees data."""
    return isinstance(tensor, (torch.nn.UninitializedParameter, torch.nn.UninitializedBuffer))


def refuse_unsavable(name: str, tensor: Any) -> None:
    """Complain about what a safetensors file can't hold.

    Raises
    ------
    ValueError
        Says what it is.
    """
    if not isinstance(tensor, torch.Tensor):
        msg = (
            f"`{name}` in the state of the module is {type(tensor).__name__}, not a tensor (get_extra_state?); "
            "a safetensors file can hold tensors only."
        )
        raise ValueError(msg)
    if is_lazy(tensor):
        msg = f"`{name}` belongs to a lazy module that has not seen data: run the model once before saving it."
        raise ValueError(msg)
    if tensor.device.type == "meta":
        msg = f"`{name}` is on the meta device: it has a shape but no values, so there is nothing to save."
        raise ValueError(msg)
    if tensor.layout is not torch.strided or tensor.is_quantized:
        kind = "quantized" if tensor.is_quantized else str(tensor.layout)
        msg = f"`{name}` is a {kind} tensor, which safetensors can't hold; make it dense first."
        raise ValueError(msg)
    if _parts(tensor):
        kind = type(tensor).__name__
        msg = f"`{name}` is a {kind}, a tensor made of others; save its parts, or its full_tensor()."
        raise ValueError(msg)


def get_torch_storage_size(tensor: torch.Tensor) -> int:
    """Bytes of the storage a tensor lives in; of all its parts where it is made of several."""
    parts = _parts(tensor)
    if parts:
        return sum(get_torch_storage_size(part) for part in parts)
    return tensor.untyped_storage().nbytes()


def get_torch_storage_id(tensor: torch.Tensor) -> tuple[Any, ...] | None:
    """Give what tensors have in common that live in one storage; None for one without memory (meta device)."""
    if tensor.device.type == "meta":
        return None
    parts = _parts(tensor)
    where = tuple(get_torch_storage_id(part) for part in parts) if parts else tensor.untyped_storage().data_ptr()
    return (tensor.device, where, get_torch_storage_size(tensor))


def _parts(tensor: torch.Tensor) -> list[torch.Tensor]:
    """Give the tensors a wrapping subclass is made of (a DTensor, say); none for an ordinary tensor."""
    if type(tensor) in (torch.Tensor, torch.nn.Parameter):
        return []
    flatten = getattr(tensor, "__tensor_flatten__", None)
    inner = [getattr(tensor, name) for name in flatten()[0]] if flatten is not None else []
    return [one for one in inner if isinstance(one, torch.Tensor)]
