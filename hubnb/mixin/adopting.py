"""Parameters that stand on the tensors of a mapped file instead of copying them.

A loaded model then costs no memory of its own until it is changed, and no time until it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .pytorch import torch

if TYPE_CHECKING:
    from collections.abc import Mapping


def adopt(module: torch.nn.Module, stored: Mapping[str, torch.Tensor]) -> set[str]:
    """Let parameters and buffers stand on stored tensors instead of copying these; gives the names done.

    Only the memory under a tensor changes, not the tensor, so whoever holds it keeps it. A tensor whose memory
    somebody else holds too, a type or layout that differs, a module with its own way of loading: all of these are
    left to be copied.
    """
    if not _loads_plainly(module):
        return set()
    own = [*module.named_parameters(remove_duplicate=False), *module.named_buffers(remove_duplicate=False)]
    done: dict[int, bool] = {}
    for name, tensor in own:
        if id(tensor) not in done:
            done[id(tensor)] = name in stored and _can_stand_on(tensor, stored[name])
            if done[id(tensor)]:
                tensor.data = stored[name]
    return {name for name, tensor in own if done[id(tensor)]}


def _can_stand_on(own: torch.Tensor, stored: torch.Tensor) -> bool:
    return (
        type(own) in (torch.Tensor, torch.nn.Parameter)
        and own.device == stored.device
        and own.dtype == stored.dtype
        and own.shape == stored.shape
        and own.is_contiguous()
        and own.numel() > 0
        and _is_sole_holder(own)
    )


def _is_sole_holder(tensor: torch.Tensor) -> bool:
    """Whether no other tensor uses this one's memory; False where this torch doesn't tell."""
    count = getattr(torch._C, "_storage_Use_Count", None)  # noqa: SLF001 - there is no public way to ask
    lone = 2  # the tensor, and the object made to ask
    return count is not None and count(tensor.untyped_storage()._cdata) <= lone  # noqa: SLF001 - the same


def _loads_plainly(module: torch.nn.Module) -> bool:
    """Whether no part of a module has a say in how its state is loaded."""
    plain = torch.nn.Module
    if type(module).load_state_dict is not plain.load_state_dict:
        return False
    for part in module.modules():
        own_loader = type(part)._load_from_state_dict is not plain._load_from_state_dict  # noqa: SLF001 - to be seen
        if own_loader and not type(part).__module__.startswith("torch.nn."):
            return False
        if part._load_state_dict_pre_hooks or part._load_state_dict_post_hooks:  # noqa: SLF001 - the same
            return False
    return True
