"""Classes whose arguments are stored: all that a configuration may hold."""

import dataclasses
import enum
import pathlib
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, Optional, TypedDict, Union

import torch

from hubnb.mixin import ModelHubMixin


class Stored(ModelHubMixin):
    """A model without weights: what counts here is its arguments."""

    def _save_pretrained(self, save_directory):
        pass

    @classmethod
    def _from_pretrained(
        cls, *, model_id, revision, cache_dir, force_download, local_files_only, token, **model_kwargs
    ):
        return cls(**model_kwargs)


class Colour(enum.Enum):
    RED = "red"


@dataclasses.dataclass
class Inner:
    z: int = 1


@dataclasses.dataclass
class Config:
    a: int
    b: str = "x"
    inner: Inner = dataclasses.field(default_factory=Inner)
    many: list[Inner] = dataclasses.field(default_factory=list)
    shape: tuple[int, int] = (1, 2)


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __eq__(self, other):
        return (self.x, self.y) == (other.x, other.y)

    __hash__ = None


POINT_CODERS = {Point: (lambda point: [point.x, point.y], lambda pair: Point(*pair))}


class Plain(Stored):
    def __init__(self, a: int, b: float = 0.5, *, c: str = "c", d=None, e=(1, 2)):
        self.arguments = (a, b, c, d, e)


class Annotated(Stored, coders=POINT_CODERS):
    def __init__(
        self,
        inner: Inner | None = None,
        listed: list[Inner] | None = None,
        colour: Colour = Colour.RED,
        path: pathlib.Path | None = None,
        shape: tuple[int, ...] = (3,),
        names: Optional[dict[int, str]] = None,  # noqa: UP045 - the old spelling is what many models use
        words: frozenset[str] = frozenset(),
        point: Union[int, Point] = 0,  # noqa: UP007 - the same
        points: dict[str, list[Point]] | None = None,
    ):
        self.arguments = (inner, listed, colour, path, shape, names, words, point, points)


class Pair(NamedTuple):
    left: Inner
    right: int = 0


class AttributeDict(dict):
    def __getattr__(self, name):
        if name not in self:
            raise AttributeError(name)
        return self[name]


class Shape(TypedDict):
    width: int


class Containers(Stored):
    def __init__(
        self,
        pair: Pair | None = None,
        options: AttributeDict | None = None,
        shape: Shape | None = None,
        size: torch.Size = torch.Size([1]),  # noqa: B008 - models have it
        kind: Literal["a", "b"] = "a",
        steps: Sequence[Inner] = (),
        table: Mapping[str, tuple[int, int]] | None = None,
    ):
        self.arguments = (pair, options, shape, size, kind, table)


class WithAttributeDict(Stored):
    def __init__(self, config: AttributeDict):
        self.arguments = (config,)


class WithConfig(Stored):
    def __init__(self, config: Config, extra: int = 1):
        self.arguments = (config, extra)


class WithOptionalConfig(Stored):
    def __init__(self, config: Config | None = None, inner: Inner | None = None, extra: int = 1):
        self.arguments = (config, inner, extra)


class WithDict(Stored):
    def __init__(self, config: dict):
        config = dict(config)
        self.arguments = (config,)


class WithAny(Stored):
    def __init__(self, a, **kwargs):
        self.arguments = (a, kwargs)


class Parent(Stored, coders=POINT_CODERS):
    def __init__(self, point: Point, size: int = 1):
        self.arguments = (point, size)


class Child(Parent):
    def __init__(self, own: Inner, **kwargs):
        super().__init__(**kwargs)
        self.arguments = (*self.arguments, own)


@dataclasses.dataclass
class AlsoDataclass(Stored):
    a: int
    inner: Inner = dataclasses.field(default_factory=Inner)

    @property
    def arguments(self):
        return (self.a, self.inner)


@dataclasses.dataclass(frozen=True)
class Frozen(Stored):
    a: int = 1

    @property
    def arguments(self):
        return (self.a,)


def reloaded(model, folder, **kwargs):
    model.save_pretrained(folder)
    return type(model).from_pretrained(folder, **kwargs)
