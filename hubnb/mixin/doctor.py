"""Will this model come back as it is? A look at a model before it is shared, with reasons and remedies."""

from __future__ import annotations

import tempfile
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .coding import ConfigError
from .config_file import UnsavedArgumentWarning
from .pytorch import torch
from .weights import distinct_tensors

if TYPE_CHECKING:
    from .torch_mixin import PyTorchModelHubMixin


@dataclass(frozen=True)
class Examination:
    """What was found; `str` of it is a report."""

    problems: list[str] = field(default_factory=list)
    """What would make the loaded model another one."""
    notes: list[str] = field(default_factory=list)
    """What is worth knowing and does no harm."""

    @property
    def healthy(self) -> bool:
        """Whether the model comes back as it is."""
        return not self.problems

    def __str__(self) -> str:
        lines = [f"problem: {problem}" for problem in self.problems] + [f"note: {note}" for note in self.notes]
        return "\n".join(lines) or "This model comes back exactly as it is."


def examine(model: PyTorchModelHubMixin) -> Examination:
    """Save a model to a temporary folder, load it again and compare.

    Nothing is sent anywhere, and the model is not changed. It takes the time and space of saving and loading
    it once.
    """
    problems: list[str] = []
    notes = _notes(model)
    with tempfile.TemporaryDirectory(prefix="hubnb-examine-") as folder, warnings.catch_warnings():
        warnings.simplefilter("error", UnsavedArgumentWarning)
        try:
            model.save_pretrained(folder)
        except UnsavedArgumentWarning as warning:
            problems.append(str(warning))
            warnings.simplefilter("ignore", UnsavedArgumentWarning)
            model.save_pretrained(folder)
        except (ConfigError, ValueError) as error:
            return Examination([str(error)], notes)
        try:
            again = type(model).from_pretrained(folder)
        except Exception as error:
            problems.append(f"It can be saved but not loaded: {type(error).__name__}: {error}")
            return Examination(problems, notes)
    return Examination(problems + _differences(model, again), notes)


def _differences(model: PyTorchModelHubMixin, again: PyTorchModelHubMixin) -> list[str]:
    one, other = model._hub_mixin_module(), again._hub_mixin_module()  # noqa: SLF001 - the same room
    state = one.state_dict()
    found = []
    for name, tensor in other.state_dict().items():
        if name not in state:
            found.append(f"`{name}` is new after loading.")
        elif tensor.dtype != state[name].dtype:
            was, now = str(state[name].dtype), str(tensor.dtype)
            found.append(f"`{name}` is {was} and comes back as {now}; load it with dtype='auto'.")
        elif not torch.equal(tensor.cpu(), state[name].cpu()):
            found.append(f"`{name}` comes back with other values.")
    buffers = dict(other.named_buffers())
    for name, buffer in one.named_buffers():
        if name not in state and (name not in buffers or not torch.equal(buffer.cpu(), buffers[name].cpu())):
            found.append(f"The buffer `{name}` is not persistent, so it is not stored, and it comes back different.")
    return found


def _notes(model: PyTorchModelHubMixin) -> list[str]:
    module = model._hub_mixin_module()  # noqa: SLF001 - the same room
    try:
        _, aliases = distinct_tensors(module.state_dict())
    except ValueError:
        return []
    return [f"`{name}` is the same tensor as `{kept}` and is stored once." for name, kept in aliases.items()]
