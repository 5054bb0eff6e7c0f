"""Models for the doctor to look at, and what may have been done to them."""

import dataclasses
import enum
import functools

import torch
from torch import nn

from hubnb.mixin import PyTorchModelHubMixin


class Mode(enum.Enum):
    FAST = "fast"


@dataclasses.dataclass
class Config:
    size: int = 3


class Custom:
    pass


class Open(nn.Module, PyTorchModelHubMixin):
    """Takes anything, says nothing about it."""

    def __init__(self, thing=None, size=3):
        super().__init__()
        self.thing = thing
        self.layer = nn.Linear(size, size)


class Sized(nn.Module, PyTorchModelHubMixin):
    def __init__(self, size: int = 3, names: list | None = None):
        super().__init__()
        self.size = size
        self.names = names
        self.layer = nn.Linear(size, size)
        self.act = nn.ReLU()
        self.register_buffer("scale", torch.ones(size), persistent=False)
        self.register_buffer("later", None)


class Tied(nn.Module, PyTorchModelHubMixin):
    def __init__(self, size: int = 4):
        super().__init__()
        self.embed = nn.Embedding(size, 3)
        self.head = nn.Linear(3, size, bias=False)
        self.head.weight = self.embed.weight


class Configured(nn.Module, PyTorchModelHubMixin):
    def __init__(self, config: Config):
        super().__init__()
        self.config = config
        self.layer = nn.Linear(config.size, 2)


class Many(nn.Module, PyTorchModelHubMixin):
    def __init__(self, *sizes: int):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(size, size) for size in sizes)


class Extra(nn.Module, PyTorchModelHubMixin):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2, 2)

    def get_extra_state(self):
        return {"words": ["a"]}

    def set_extra_state(self, state):
        pass


class Forgets(nn.Module, PyTorchModelHubMixin):
    def __init__(self):
        super().__init__()
        self.kept = nn.Linear(2, 2)
        self.left = nn.Linear(2, 2)

    def state_dict(self, *args, **kwargs):
        state = super().state_dict(*args, **kwargs)
        return {name: state[name] for name in state if not name.startswith("left")}


class Moody(nn.Module, PyTorchModelHubMixin):
    made = 0

    def __init__(self):
        super().__init__()
        type(self).made += 1
        self.layer = nn.Linear(2, 2 + type(self).made)


class Lazy(nn.Module, PyTorchModelHubMixin):
    def __init__(self):
        super().__init__()
        self.layer = nn.LazyLinear(3)


def changed(model, change):
    change(model)
    return model


def set_(name, value):
    def change(model):
        *path, last = name.split(".")
        setattr(functools.reduce(getattr, path, model), last, value)

    return change


def parted(model):
    model.head.weight = nn.Parameter(model.head.weight.detach().clone() + 1)
    return model


def sparse(model):
    model.layer.weight = nn.Parameter(torch.eye(3).to_sparse())
    return model
