"""A module made without its random first values is the one it would have been."""

import copy

import pytest
import torch
from torch import nn

from hubnb.mixin import PyTorchModelHubMixin, torch_mixin
from hubnb.mixin.weights import save_torch_model
from hubnb.mixin.weights.adopting import adopt, loads_plainly
from hubnb.mixin.weights.building import build, repeatable
from hubnb.mixin.weights.reading import read_safetensors


class Case(nn.Module):
    """A module whose constructor does one more thing after making a layer."""

    def __init__(self, more=lambda module: None):
        super().__init__()
        self.layer = nn.Linear(6, 6)
        more(self)


def keep_norm(module):
    module.register_buffer("norm", module.layer.weight.norm(), persistent=False)


def keep_norm_of_data(module):
    module.norm = module.layer.weight.data.norm()


def keep_copy(module):
    module.first = copy.deepcopy(module.layer)


def keep_state(module):
    module.first = {name: tensor.clone() for name, tensor in module.state_dict().items()}


def keep_answer(module):
    module.answer = module.layer(torch.ones(1, 6))


def keep_list(module):
    module.numbers = module.layer.weight.tolist()


def keep_array(module):
    module.array = module.layer.weight.detach().numpy().copy()


def keep_permutation(module):
    module.register_buffer("order", torch.randperm(50), persistent=False)


def set_seed(module):
    torch.manual_seed(3)


def draw_later(module):
    torch.manual_seed(7)
    module.other = nn.Linear(6, 6)
    module.register_buffer("order", torch.randperm(50), persistent=False)


@pytest.mark.parametrize(
    "more",
    [keep_norm, keep_norm_of_data, keep_copy, keep_state, keep_answer, keep_list, keep_array, keep_permutation,
     set_seed, draw_later],
)  # fmt: skip
def test_what_depends_on_random_values_is_made_in_the_ordinary_way(more):
    torch.manual_seed(0)
    expected = Case(more)
    torch.manual_seed(0)
    made, hollow = build(lambda: Case(more))
    assert not hollow
    for name, value in vars(expected).items():
        if not name.startswith("_"):
            assert str(vars(made)[name]) == str(value)
    for (name, one), other in zip(expected.named_buffers(), made.buffers(), strict=True):
        assert torch.equal(one, other), name
    for one, other in zip(expected.parameters(), made.parameters(), strict=True):
        assert torch.equal(one, other)


@pytest.mark.parametrize(
    "make",
    [
        lambda: nn.Linear(4, 4),
        lambda: nn.Embedding(5, 3, padding_idx=1),
        lambda: nn.LSTM(4, 4, 2),
        lambda: nn.MultiheadAttention(8, 2),
        lambda: nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ConvTranspose2d(4, 3, 3)),
        lambda: nn.TransformerEncoderLayer(8, 2),
        lambda: Case(lambda module: nn.init.xavier_normal_(module.layer.weight)),
        lambda: Case(lambda module: module.layer.weight.data.normal_(0, 0.02)),
        lambda: Case(lambda module: module.layer.weight.data.mul_(0.1)),
        lambda: Case(lambda module: setattr(module, "tied", module.layer.weight)),
    ],
)
def test_random_values_nobody_looks_at_are_left_out_and_draw_nothing(make):
    state = torch.get_rng_state()
    made, hollow = build(make)
    assert hollow
    assert torch.equal(torch.get_rng_state(), state)
    assert [p.shape for p in made.parameters()] == [p.shape for p in make().parameters()]


def test_values_that_are_not_random_stay():
    made, hollow = build(lambda: nn.Sequential(nn.Linear(3, 3), nn.BatchNorm1d(3)))
    assert hollow
    assert torch.equal(made[1].weight, torch.ones(3))
    assert torch.equal(made[1].running_var, torch.ones(3))


def test_arguments_that_the_constructor_uses_up_are_made_anew():
    arguments = repeatable({"config": {"layers": [1]}})
    arguments()["config"].pop("layers")
    assert arguments() == {"config": {"layers": [1]}}
    assert repeatable({"encoder": nn.Linear(1, 1)}) is None


def test_a_parameter_missing_in_the_file_has_its_ordinary_first_value(tmp_path, monkeypatch):
    monkeypatch.setattr(torch_mixin, "_LARGE_BYTES", 0)

    class Grown(nn.Module, PyTorchModelHubMixin):
        def __init__(self, more: bool = False):
            super().__init__()
            self.layer = nn.Linear(3, 3)
            if more:
                self.extra = nn.Linear(1000, 3)

    Grown().save_pretrained(tmp_path)
    with pytest.warns(UserWarning, match=r"extra\.weight"):
        model = Grown.from_pretrained(tmp_path, more=True, strict=False)
    spread = model.extra.weight.std().item()
    assert 0.9 < spread / (1 / 3000) ** 0.5 < 1.1


class Held(nn.Module):
    """Somebody else holds the memory of its parameters."""

    def __init__(self):
        super().__init__()
        self.base = torch.zeros(4)
        self.seen = nn.Parameter(self.base)
        self.window = nn.Parameter(torch.zeros(6))
        self.part = self.window.data[:2]
        self.alone = nn.Parameter(torch.zeros(3))
        self.listed = [self.alone]


def test_adopted_tensors_keep_every_tie_of_the_module(tmp_path):
    source = Held()
    for parameter in source.parameters():
        nn.init.normal_(parameter)
    save_torch_model(source, tmp_path)
    weights = read_safetensors(tmp_path / "model.safetensors", "x")
    module = Held()
    assert adopt(module.state_dict(keep_vars=True), weights.tensors) == {"alone"}
    assert module.alone.data_ptr() == weights.tensors["alone"].data_ptr()
    assert module.listed[0] is module.alone
    module.load_state_dict(weights.tensors)
    assert torch.equal(module.base, source.seen)
    assert torch.equal(module.part, source.window[:2])


def test_a_module_with_its_own_way_of_loading_is_left_alone(tmp_path):
    class Own(nn.Linear):
        def _load_from_state_dict(self, *args):
            super()._load_from_state_dict(*args)

    module = nn.Linear(2, 2)
    assert loads_plainly(module)
    assert not loads_plainly(nn.Sequential(Own(2, 2)))
    module.register_load_state_dict_post_hook(lambda *_: None)
    assert not loads_plainly(module)


def test_numbers_of_another_type_are_left_to_be_copied():
    own = nn.Linear(2, 2).state_dict(keep_vars=True)
    assert adopt(own, {"weight": torch.ones(2, 2).half(), "bias": torch.ones(2)}) == {"bias"}
