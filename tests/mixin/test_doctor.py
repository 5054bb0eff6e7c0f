"""The doctor names what would not come back, before anything is uploaded, and is silent about the rest."""

import collections
import datetime
import functools
import pathlib
import types
import typing
import warnings

import numpy as np
import pytest
import torch
from doctor_models import (
    Config,
    Configured,
    Custom,
    Extra,
    Forgets,
    Lazy,
    Many,
    Mode,
    Moody,
    Open,
    Sized,
    Tied,
    changed,
    parted,
    set_,
    sparse,
)
from torch import nn
from torch.nn import functional

from hubnb.mixin import DoctorWarning, ModelHubMixin, PyTorchModelHubMixin, diagnose

AWKWARD = {
    "an object": (lambda: Open(Custom()), "`thing`", "coders={Custom:"),
    "a lambda": (lambda: Open(lambda x: x), "`thing`", "lambda"),
    "a function": (lambda: Open(functional.relu), "`thing`", "function"),
    "a partial": (lambda: Open(functools.partial(print, 1)), "`thing`", "functools.partial"),
    "a class": (lambda: Open(nn.GELU), "`thing`", "type"),
    "a module": (lambda: Open(nn.Linear(1, 1)), "`thing`", "Linear"),
    "a tensor": (lambda: Open(torch.ones(2)), "`thing`", "coders={torch.Tensor: (lambda x: x.tolist(), torch.tensor)}"),
    "an array": (lambda: Open(np.ones(2)), "`thing`", "np.ndarray: (lambda x: x.tolist(), np.asarray)"),
    "a type of numbers": (lambda: Open(torch.bfloat16), "`thing`", "torch.dtype"),
    "a device": (lambda: Open(torch.device("cpu")), "`thing`", "torch.device: (str, torch.device)"),
    "a set": (lambda: Open({1, 2}), "`thing`", "set: (sorted, set)"),
    "bytes": (lambda: Open(b"x"), "`thing`", "bytes.hex"),
    "a date": (lambda: Open(datetime.date(2026, 1, 1)), "`thing`", "fromisoformat"),
    "a path without annotation": (lambda: Open(pathlib.Path("x")), "`thing`", "Path: (str, Path)"),
    "an enum without annotation": (lambda: Open(Mode.FAST), "`thing`", "Mode"),
    "keys that are no text": (lambda: Open({1: "a"}), "`thing`", "dict[int"),
    "something deep inside": (lambda: Open({"a": [1, {"b": Custom()}]}), "`thing`", "Custom"),
    "a complex number": (lambda: Open(1j), "`thing`", "complex"),
    "unnamed arguments": (lambda: Many(2, 3), "`*sizes`", "without a name"),
    "an argument set later": (lambda: changed(Sized(), set_("size", 5)), "`size`", "was 3"),
    "an argument grown later": (lambda: changed(Sized(names=["a"]), lambda m: m.names.append("b")), "`names`", "'b'"),
    "a config changed later": (lambda: changed(Configured(Config()), set_("config.size", 9)), "`config.size`", "9"),
    "a layer of another size": (lambda: changed(Sized(), set_("layer", nn.Linear(3, 7))), "`layer.weight`", "shape"),
    "another kind of layer": (lambda: changed(Sized(), set_("act", nn.GELU())), "`act`", "GELU"),
    "one more layer": (lambda: changed(Sized(), set_("more", nn.Linear(1, 1))), "`more`", "added"),
    "a layer taken away": (lambda: changed(Sized(), lambda m: delattr(m, "layer")), "`layer`", "removed"),
    "a buffer that was none": (lambda: changed(Sized(), set_("later", torch.ones(2))), "`later`", "not there"),
    "a buffer that is not stored": (lambda: changed(Sized(), lambda m: m.scale.add_(1)), "`scale`", "persistent"),
    "other numbers": (lambda: Sized().half(), "`layer.weight`", "float16"),
    "a tie that was cut": (lambda: parted(Tied()), "`embed.weight`", "one tensor"),
    "another forward": (lambda: changed(Sized(), set_("forward", lambda x: x)), "forward", "replaced"),
    "a state that is no tensor": (Extra, "_extra_state", "dict"),
    "weights left out of the state": (Forgets, "left", "other values"),
    "a constructor with a mind of its own": (Moody, "layer.weight", "Mis-shaped"),
    "a lazy layer that saw no data": (Lazy, "layer.weight", "lazy"),
    "a sparse weight": (lambda: sparse(Sized()), "layer.weight", "sparse"),
}  # fmt: skip


@pytest.mark.parametrize("case", AWKWARD)
def test_what_would_not_come_back_is_named_with_why_or_a_remedy(case):
    make, name, words = AWKWARD[case]
    diagnosis = diagnose(make())
    problems = "\n".join(map(str, diagnosis.problems))
    assert name in problems
    assert words in problems
    assert not diagnosis.healthy


@pytest.mark.parametrize("case", AWKWARD)
def test_a_save_says_it_too(case, tmp_path):
    make, name, _ = AWKWARD[case]
    if case in ("weights left out of the state", "a constructor with a mind of its own"):
        return  # only loading it tells
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        said = ""
        try:
            make().save_pretrained(tmp_path)
        except ValueError as error:
            said = str(error)
    warned = [str(one.message) for one in caught if issubclass(one.category, DoctorWarning)]
    assert name in "\n".join([said, *warned])


class Base(nn.Module, PyTorchModelHubMixin):
    def __init__(self, size: int = 3):
        super().__init__()
        self.size = size
        self.layer = nn.Linear(size, size)


class Heir(Base):
    def __init__(self, size: int = 3, depth: int = 2):
        super().__init__(size=size + 1)
        self.depth = depth
        self.more = nn.ModuleList(nn.Linear(size, size) for _ in range(depth))


class Doubled(Base):
    """An attribute that is not the argument of its name."""

    def __init__(self, size: int = 3):
        super().__init__(size * 2)
        self.size = size * 2


class Body(nn.Module):
    def __init__(self, size=3):
        super().__init__()
        self.size = size
        self.layer = nn.Linear(size, 1)


class Dressed(Body, PyTorchModelHubMixin):
    """Its `__init__` is that of a class that knows nothing of us."""


class Annotated(nn.Module, PyTorchModelHubMixin, coders={torch.dtype: (str, lambda x: getattr(torch, x[6:]))}):
    def __init__(
        self,
        mode: Mode = Mode.FAST,
        path: pathlib.Path | None = None,
        shape: tuple[int, ...] = (2, 2),
        numbers: torch.dtype = torch.float32,
        names: dict[int, str] | None = None,
        config: Config | None = None,
        act: typing.Callable = functional.relu,
        kinds: collections.abc.Sequence[str] = (),
    ):
        super().__init__()
        self.mode, self.path, self.shape, self.numbers = mode, path, shape, numbers
        self.names, self.config, self.act, self.kinds = names, config, act, kinds
        self.weight = nn.Parameter(torch.ones(shape))


class Rotary(nn.Module, PyTorchModelHubMixin):
    def __init__(self, size: int = 8):
        super().__init__()
        self.register_buffer("angles", torch.arange(size) / size, persistent=False)
        self.norm = nn.BatchNorm1d(size)
        self.drop = nn.Dropout(0.1)


class Own(nn.Module, PyTorchModelHubMixin):
    def __init__(self, **kwargs):
        super().__init__()
        self.kwargs = kwargs
        self.layer = nn.Linear(2, 2)
        self._steps = 0


class Normed(nn.Module, PyTorchModelHubMixin):
    def __init__(self):
        super().__init__()
        self.layer = nn.utils.parametrizations.weight_norm(nn.Linear(3, 3))


class Half(nn.Module, PyTorchModelHubMixin):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(3, 3, dtype=torch.bfloat16)


class Positional(nn.Module, PyTorchModelHubMixin):
    def __init__(self, size, /, depth=1):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(size, size) for _ in range(depth))


class Seeded(nn.Module, PyTorchModelHubMixin):
    def __init__(self, seed: int = 0):
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        self.register_buffer("order", torch.randperm(9, generator=generator))


class Reader(nn.Module, PyTorchModelHubMixin, coders={nn.Module: None}):
    def __init__(self, inner: nn.Module):
        super().__init__()
        self.inner = inner


class Whole(nn.Module, PyTorchModelHubMixin):
    def __init__(self, encoder: dict, decoder: typing.Any, *, name: str = "x"):
        super().__init__()
        self.name = name
        self.encoder = Base(**encoder)
        self.parts = nn.ParameterDict({"a": nn.Parameter(torch.ones(1))})
        self.listed = nn.ParameterList([nn.Parameter(torch.zeros(2))])


def trained(model):
    data = torch.randn(4, 8)
    optimizer = torch.optim.Adam(model.parameters(), 0.1)
    model.norm(data).sum().backward()
    optimizer.step()
    return model


def warmed(model):
    model.layer(torch.ones(1, 4))
    return model


def counting(model):
    model._steps += 5
    model.loss = 0.25
    return model


def wrapped():
    class Parallel(nn.DataParallel, PyTorchModelHubMixin, coders={nn.Module: None}):
        pass

    return Parallel(nn.Linear(2, 2))


CLEAN = {
    "nothing special": Base,
    "an argument": lambda: Base(5),
    "an heir that changes what its parent gets": Heir,
    "an attribute that is more than its argument": Doubled,
    "an init of a stranger": Dressed,
    "a stranger's init with arguments": lambda: Dressed(size=7),
    "defaults of many types": Annotated,
    "values of many types": lambda: Annotated(
        Mode.FAST, pathlib.Path("a"), (1, 2), torch.float64, {1: "a"}, Config(4), kinds=["a"]
    ),
    "a buffer made by init": Rotary,
    "a model that was trained": lambda: trained(Rotary()),
    "a model in evaluation mode": lambda: Rotary().eval(),
    "open keywords": lambda: Own(a=1, b="x", c=[1, {"d": None}]),
    "counters and losses": lambda: counting(Own()),
    "tied weights": Tied,
    "parametrised weights": Normed,
    "half numbers by init": Half,
    "positional arguments": lambda: Positional(3, 2),
    "its own seed": lambda: Seeded(3),
    "a part the reader brings": lambda: Reader(nn.Linear(1, 1)),
    "nested models": lambda: Whole({"size": 2}, [1, 2.5, None, True]),
    "a lazy layer that saw data": lambda: warmed(Lazy()),
    "a wrapper": wrapped,
    "a dataclass config": lambda: Configured(Config(5)),
    "a plain config": lambda: Open({"a": 1}),
    "a frozen layer": lambda: changed(Base(), lambda m: m.layer.requires_grad_(False)),
    "a copied model": lambda: __import__("copy").deepcopy(Heir()),
    "values from outside": lambda: Open(np.float32(1.5), int(np.int64(3))),
    "infinity": lambda: Open(float("inf")),
    "an optional that is none": lambda: Sized(names=None),
    "moved to its device": lambda: Rotary().to("cpu"),
    "new weights": lambda: changed(Base(), lambda m: nn.init.zeros_(m.layer.weight)),
    "a tie made later": lambda: changed(Whole({"size": 2}, 1), lambda m: None),
}  # fmt: skip


@pytest.mark.parametrize("case", CLEAN)
def test_a_model_that_comes_back_raises_no_alarm(case, tmp_path):
    model = CLEAN[case]()  # warnings are errors in this suite
    diagnosis = diagnose(model)
    assert diagnosis.problems == []
    model.save_pretrained(tmp_path)


def test_ties_are_named_as_what_they_are():
    assert "`head.weight` is the same tensor as `embed.weight`" in str(diagnose(Tied()))


def test_the_diagnosis_is_a_table_for_people_and_data_for_programs():
    diagnosis = diagnose(Open(Custom()))
    (problem,) = diagnosis.problems
    assert (problem.kind, problem.name) == ("argument", "thing")
    assert "coders={Custom:" in problem.remedy
    page = diagnosis._repr_html_()
    assert page.count("<tr>") == 2
    assert "<b>Open</b> would not come back as it is" in page
    assert "&lt;" in diagnose(Open({"<b>": Custom()}, size=2))._repr_html_() or "<b>Open" in page
    assert str(diagnosis).startswith("Open would not come back as it is.\nproblem  argument")


@pytest.mark.parametrize("kind", [nn.Module, torch.Tensor, typing.Callable[[int], int], type[nn.Module], Custom])
def test_a_class_that_can_not_be_stored_is_named_when_it_is_defined(kind):
    with pytest.warns(DoctorWarning, match="`part`.*can't be stored"):

        class Needs(nn.Module, PyTorchModelHubMixin):
            def __init__(self, part: kind):
                super().__init__()


def test_a_forgotten_super_is_named_when_the_class_is_defined_and_again_when_it_is_saved(tmp_path):
    with pytest.warns(DoctorWarning, match=r"super\(\).__init__\(\)"):

        class Forgot(nn.Module, PyTorchModelHubMixin):
            def __init__(self, size: int = 1):
                self.size = size

    with pytest.raises(TypeError, match=r"super\(\).__init__\(\)"):
        Forgot().save_pretrained(tmp_path)


def test_an_argument_called_like_one_of_from_pretrained_is_named(tmp_path):
    with pytest.warns(DoctorWarning, match="`token`.*Rename it"):

        class Taken(ModelHubMixin):
            def __init__(self, token: str = ""):
                pass


def test_a_class_is_the_same_to_those_who_look_at_it():
    import inspect

    assert list(inspect.signature(Heir).parameters) == ["size", "depth"]
    assert inspect.signature(Heir.__init__).parameters["depth"].annotation is int
    assert "self.more" in inspect.getsource(Heir.__init__)
    assert isinstance(Heir.__init__, types.FunctionType)
