"""Parameters that stand on the tensors of a mapped file instead of copying them.

A loaded model then costs no memory of its own until it is changed, and no time until it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..pytorch import torch

if TYPE_CHECKING:
    from collections.abc import Mapping


def adopt(
    own: Mapping[str, Any],
    stored: Mapping[str, torch.Tensor],
    *,
    dtype: torch.dtype | None = None,
    mapped: bool = True,
) -> set[str]:
    """Let parameters and buffers stand on stored tensors instead of copying these; gives the names done.

    Only the memory under a tensor changes, not the tensor, so whoever holds it keeps it. A tensor whose memory
    somebody else holds too, a type or layout that differs: these are left to be copied.

    Parameters
    ----------
    own
        The module's own tensors by name, themselves and not copies of them.
    dtype
        Type that floating point tensors shall get; values of another type are converted on the way.
    mapped
        Whether stored tensors may be used as they are; without, only converted ones may.
    """
    done: dict[int, bool] = {}
    for name, tensor in own.items():
        if id(tensor) not in done:
            done[id(tensor)] = name in stored and _stand_on(tensor, stored[name], dtype, mapped=mapped)
    return {name for name, tensor in own.items() if done[id(tensor)]}


def _stand_on(own: Any, stored: torch.Tensor, dtype: torch.dtype | None, *, mapped: bool) -> bool:
    """Let one tensor stand on another, if nobody would notice but by the time it takes."""
    wanted = dtype if dtype is not None and own.dtype.is_floating_point else own.dtype
    if (
        type(own) not in (torch.Tensor, torch.nn.Parameter)
        or own.device != stored.device
        or (wanted != stored.dtype and dtype is None)
        or (wanted == stored.dtype and not mapped)
        or own.shape != stored.shape
        or not own.is_contiguous()
        or own.numel() == 0
        or not _is_sole_holder(own)
    ):
        return False
    own.data = stored if wanted == stored.dtype else stored.to(wanted)
    return True


def _is_sole_holder(tensor: torch.Tensor) -> bool:
    """Whether no other tensor uses this one's memory; False where this torch doesn't tell."""
    count = getattr(torch._C, "_storage_Use_Count", None)  # noqa: SLF001 - there is no public way to ask
    lone = 2  # the tensor, and the object made to ask
    return count is not None and count(tensor.untyped_storage()._cdata) <= lone  # noqa: SLF001 - the same


def loads_plainly(module: torch.nn.Module) -> bool:
    """Whether no part of a module has a say in how its state is given or loaded."""
    plain = torch.nn.Module
    known: dict[type, bool] = {}
    for part in module.modules():
        kind = type(part)
        if kind not in known:
            torchs_own = kind.__module__.startswith("torch.nn.") and not kind.__module__.startswith("torch.nn.utils")
            known[kind] = torchs_own or (
                kind._load_from_state_dict is plain._load_from_state_dict  # noqa: SLF001 - to be seen
                and kind._save_to_state_dict is plain._save_to_state_dict  # noqa: SLF001 - the same
                and kind.get_extra_state is plain.get_extra_state
                and kind.load_state_dict is plain.load_state_dict
                and kind.state_dict is plain.state_dict
            )
        if not known[kind] or part._load_state_dict_pre_hooks or part._load_state_dict_post_hooks:  # noqa: SLF001
            return False
        if part._state_dict_hooks or part._state_dict_pre_hooks:  # noqa: SLF001 - the same
            return False
    return True
