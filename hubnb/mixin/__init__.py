"""Mixins: objects that save, load and share themselves. PyTorch is loaded only where it is used."""

from typing import TYPE_CHECKING, Any

from .coding import ConfigError
from .config_file import UnsavedArgumentWarning
from .findings import Diagnosis, DoctorWarning, Finding
from .hub_mixin import ModelHubMixin
from .info import MixinInfo

if TYPE_CHECKING:
    from .doctor import diagnose
    from .torch_mixin import PyTorchModelHubMixin
    from .verifying import VerificationError
    from .weights import WeightsMismatchError

__all__ = [
    "ConfigError",
    "Diagnosis",
    "DoctorWarning",
    "Finding",
    "MixinInfo",
    "ModelHubMixin",
    "PyTorchModelHubMixin",
    "UnsavedArgumentWarning",
    "VerificationError",
    "WeightsMismatchError",
    "diagnose",
]

_NEED_TORCH = {
    "PyTorchModelHubMixin": "torch_mixin",
    "WeightsMismatchError": "weights",
    "VerificationError": "verifying",
    "diagnose": "doctor",
}


def __getattr__(name: str) -> Any:
    if name in _NEED_TORCH:
        import importlib

        return getattr(importlib.import_module(f".{_NEED_TORCH[name]}", __name__), name)
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)
