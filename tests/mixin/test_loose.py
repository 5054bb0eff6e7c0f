"""What hangs on a model without belonging to it, and classes that others give their `__init__` or look at it."""

import copy
import dataclasses
import inspect

import pytest
import torch
from torch import nn

from hubnb.mixin import DoctorWarning, PyTorchModelHubMixin, diagnose


class Listed(nn.Module, PyTorchModelHubMixin):
    def __init__(self, count: int = 2, frozen: bool = False):
        super().__init__()
        self.first = nn.Linear(2, 2)
        self.layers = [nn.Linear(2, 2).requires_grad_(not frozen) for _ in range(count)]


class Held(nn.Module, PyTorchModelHubMixin):
    """Each of these comes back: known by another name, fixed, or kept from a call."""

    def __init__(self, size: int = 2):
        super().__init__()
        self.first, self.second = nn.Linear(size, size), nn.Linear(size, size)
        self.in_order = [self.first, self.second]
        self.by_name = {"first": self.first, "weight": self.second.weight}
        self.powers = torch.arange(float(size))
        self.state = None

    def forward(self, x):
        self.state = self.first(x)
        return self.state, (self.state, [self.state])


class Plain(nn.Module, PyTorchModelHubMixin):
    def __init__(self, seed: int = 0):
        super().__init__()
        self.layer = nn.Linear(2, 2)
        self.scale = torch.ones(2)
        self.more = {"direction": [torch.zeros(2)]}


class Drawn(nn.Module, PyTorchModelHubMixin):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2, 2)
        self.projection = torch.randn(4)


def grown(model):
    model.scale = model.scale * 3
    return model


def turned(model):
    model.more["direction"][0].add_(1)
    return model


@pytest.mark.parametrize(
    ("make", "name", "words"),
    [
        (Listed, "layers[0]", "nn.ModuleList"),
        (lambda: grown(Plain()), "scale", "register_buffer"),
        (lambda: turned(Plain()), "more['direction'][0]", "register_buffer"),
    ],
)
def test_what_the_model_does_not_know_of_is_named_before_it_is_lost(make, name, words, tmp_path):
    model = make()
    (problem,) = diagnose(model).problems
    assert f"`{name}`" in problem.says
    assert words in str(problem)
    with pytest.warns(DoctorWarning, match=words):
        model.save_pretrained(tmp_path)


@pytest.mark.parametrize("make", [Drawn, lambda: Listed(frozen=True)])
def test_what_comes_back_with_other_values_is_found_by_trying(make):
    (problem,) = diagnose(make()).problems
    assert "other values" in problem.says


def test_what_is_known_by_another_name_or_made_again_raises_no_alarm(tmp_path):
    model = Held()
    model(torch.ones(1, 2))
    assert diagnose(model).problems == []
    model.save_pretrained(tmp_path)
    assert diagnose(Plain()).problems == []


@dataclasses.dataclass(eq=False)
class Fields(nn.Module, PyTorchModelHubMixin):
    size: int = 2
    bias: bool = True

    def __post_init__(self):
        super().__init__()
        self.layer = nn.Linear(2, self.size, bias=self.bias)


def test_a_module_may_be_a_dataclass(tmp_path):
    model = Fields(5, bias=False)
    model.save_pretrained(tmp_path)
    again = Fields.from_pretrained(tmp_path)
    assert (again.size, again.bias, again.layer.bias) == (5, False, None)
    assert torch.equal(again.layer.weight, model.layer.weight)
    assert diagnose(model).problems == []
    model.size = 7
    assert "`size` was 5" in diagnose(model).problems[0].says


class Lightning(nn.Module):
    """What PyTorch Lightning does: look at the arguments in the frames of all constructors, ours must not show."""

    def save_hyperparameters(self):
        self.hparams = {}
        frame = inspect.currentframe().f_back
        inside = False
        while frame is not None:
            found = inspect.getargvalues(frame)
            if "__class__" in found.locals and found.locals.get("self") is self:
                inside = True
                self.hparams.update({name: found.locals[name] for name in found.args if name != "self"})
            elif inside:
                return
            frame = frame.f_back


class Lit(Lightning, PyTorchModelHubMixin):
    def __init__(self, size: int = 2):
        super().__init__()
        self.save_hyperparameters()
        self.layer = nn.Linear(2, size)


class LitHeir(Lit):
    def __init__(self, rate: float = 0.1, size: int = 3):
        super().__init__(size)
        self.rate = rate


@pytest.mark.parametrize("times", [1, 2])
def test_a_lightning_module_sees_its_arguments_and_is_examined_as_others(times, tmp_path):
    for _ in range(times):
        assert Lit(4).hparams == {"size": 4}
        assert LitHeir(0.5, 6).hparams == {"rate": 0.5, "size": 6}
    model = LitHeir(0.5, 6)
    assert diagnose(model).problems == []
    model.save_pretrained(tmp_path)
    assert LitHeir.from_pretrained(tmp_path).rate == 0.5
    model.rate = 0.9
    assert "`rate` was 0.5" in diagnose(model).problems[0].says
    with pytest.warns(DoctorWarning, match="`rate` was 0.5"):
        copy.deepcopy(model).save_pretrained(tmp_path)
