"""Weights into a module: every tensor of it gets its values, or the report says which did not.

Where nothing speaks against it the module's tensors come to stand on the mapped file (`adopting`); else values
are copied, and converted to the module's own types.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from ..pytorch import torch
from . import adopting
from .mismatch import Mismatch, WeightsLeftOutWarning, WeightsMismatchError
from .tensors import identity, is_lazy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .reading import Weights


class Fit:
    """A module and the weights for it, compared by name.

    Parameters
    ----------
    dtype
        Type that floating point tensors of the module shall get; None leaves the types to the module.
    any_kind
        Whether whole numbers may take the place of fractions and the reverse, as in `Module.load_state_dict`.
    """

    def __init__(
        self,
        module: torch.nn.Module,
        weights: Weights,
        dtype: torch.dtype | None = None,
        *,
        any_kind: bool = False,
    ) -> None:
        self._any_kind = any_kind
        self._module = module
        self._weights = weights
        self._dtype = dtype
        self._plain = adopting.loads_plainly(module)
        self._own: dict[str, Any] = module.state_dict(keep_vars=True) if self._plain else module.state_dict()
        self._stored = self._by_own_names()
        self.mismatch = self._compare()

    def covers_parameters(self) -> bool:
        """Whether every parameter of the module gets its values from the weights."""
        misshaped = {name for name, _, _ in self.mismatch.misshaped}
        return all(
            name in self._stored and name not in misshaped
            for name, _ in self._module.named_parameters(remove_duplicate=False)
        )

    def load(self, *, strict: bool = True) -> Mismatch:
        """Put the weights into the module.

        Parameters
        ----------
        strict
            False loads what fits and warns about the rest.

        Raises
        ------
        WeightsMismatchError
            Something doesn't fit; what did may have been loaded.
        """
        weights, mismatch = self._weights, self.mismatch
        name = type(self._module).__name__
        if (mismatch.misshaped or mismatch.untied) and strict:
            raise WeightsMismatchError(weights.source, name, mismatch)
        loose = self._loose_ends()
        adopted: set[str] = set()
        if self._plain and not mismatch:
            adopted = adopting.adopt(self._own, self._stored, dtype=self._dtype, mapped=weights.mapped)
        mismatch = self._copy_all_but(adopted)
        if mismatch and strict:
            raise WeightsMismatchError(weights.source, name, mismatch)
        if mismatch:
            msg = f"Not everything in {weights.source} was loaded into {name}:\n{mismatch}"
            warnings.warn(msg, WeightsLeftOutWarning, stacklevel=5)
        _tie_again(self._module, loose)
        return mismatch

    def _copy_all_but(self, adopted: set[str]) -> Mismatch:
        """Let the module load what is left, in its own way; give what is wrong afterwards."""
        mismatch = self.mismatch
        everything = {**self._weights.tensors, **self._stored}
        if self._plain and len(adopted) == len(self._own) == len(everything):
            return mismatch
        left_out = {name for name, _, _ in mismatch.misshaped} | adopted
        left = {name: tensor for name, tensor in everything.items() if name not in left_out}
        result = self._module.load_state_dict(left, strict=False)
        if not mismatch or result is None:
            return mismatch
        # The module's own hooks may know old names: they have the last word.
        missing = sorted(set(result.missing_keys) - left_out)
        return Mismatch(missing, sorted(result.unexpected_keys), mismatch.misshaped, mismatch.untied)

    def _by_own_names(self) -> dict[str, torch.Tensor]:
        """Give the stored tensors under every name the module knows them by."""
        own, tensors = self._own, self._weights.tensors
        stored = {name: tensors[name] for name in own if name in tensors}
        for name, kept in self._weights.aliases.items():
            if name in own:
                stored[name] = tensors[kept]
        if len(stored) < len(own):
            for names in self._ties():
                found = next((name for name in names if name in stored), None)
                if found is not None:
                    stored |= {name: stored[found] for name in names if name not in stored}
        return stored

    def _ties(self) -> list[list[str]]:
        """Group the names under which the module has one tensor."""
        groups: dict[Any, list[str]] = {}
        for name, tensor in self._own.items():
            if isinstance(tensor, torch.Tensor):
                groups.setdefault(id(tensor) if self._plain else identity(tensor), []).append(name)
        if self._plain and len(groups) == len(self._own):  # several objects may still be one memory
            groups = {}
            for name, tensor in self._own.items():
                if isinstance(tensor, torch.Tensor):
                    groups.setdefault(identity(tensor), []).append(name)
        groups.pop(None, None)
        return [names for names in groups.values() if len(names) > 1]

    def _compare(self) -> Mismatch:
        own, stored = self._own, self._stored
        return Mismatch(
            missing=sorted(own.keys() - stored.keys()),
            unexpected=sorted(self._weights.tensors.keys() - own.keys()),
            misshaped=[
                (name, _form(stored[name]), _form(tensor))
                for name, tensor in own.items()
                if name in stored and not _same_form(stored[name], tensor, any_kind=self._any_kind)
            ],
            untied=self._untied(),
        )

    def _untied(self) -> list[tuple[str, str]]:
        """Find tensors the module has once and the file twice, with different values: one of them would be lost."""
        if not self._plain or len({id(tensor) for tensor in self._own.values()}) == len(self._own):
            return []
        return [
            (names[0], other)
            for names in self._ties()
            for other in names[1:]
            if names[0] in self._stored
            and self._stored[other] is not self._stored[names[0]]
            and not torch.equal(self._stored[other], self._stored[names[0]])
        ]

    def _loose_ends(self) -> dict[str, str]:
        """Pick the further names whose parameters this module has apart, though they were one when saved."""
        if not self._weights.aliases:
            return {}
        parameters = dict(self._module.named_parameters(remove_duplicate=False))
        return {
            name: kept
            for name, kept in self._weights.aliases.items()
            if name in parameters and kept in parameters and identity(parameters[name]) != identity(parameters[kept])
        }


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


def _tie_again(module: torch.nn.Module, aliases: Mapping[str, str]) -> None:
    """Make parameters one object again that were one when they were saved."""
    parameters = dict(module.named_parameters(remove_duplicate=False))
    for name, kept in aliases.items():
        owner, _, attribute = name.rpartition(".")
        if parameters[name].shape == parameters[kept].shape:
            setattr(module.get_submodule(owner), attribute, parameters[kept])


def _same_form(stored: torch.Tensor, own: Any, *, any_kind: bool) -> bool:
    """Whether a stored tensor can take the place of a module's: same shape, both with or without fractions."""
    if not isinstance(own, torch.Tensor) or is_lazy(own):
        return True
    if stored.shape != own.shape:
        return False
    one, other = stored.dtype, own.dtype
    if one == other or any_kind:
        return True
    return one.is_complex == other.is_complex and (one.is_floating_point == other.is_floating_point or one.is_complex)


def _form(tensor: torch.Tensor) -> str:
    shape = "x".join(map(str, tensor.shape)) or "scalar"
    return f"{shape} {str(tensor.dtype).removeprefix('torch.')}"
