"""Torch modules come back bit for bit, and what doesn't fit is said."""

import json
import subprocess
import sys
import warnings

import pytest
import torch
from safetensors import safe_open
from torch import nn

from hubnb.cards import ModelCard
from hubnb.client.errors import EntryNotFoundError
from hubnb.mixin import ConfigError, DoctorWarning, PyTorchModelHubMixin, WeightsMismatchError, diagnose, torch_mixin
from hubnb.mixin.weights import WeightsFileError, WeightsLeftOutWarning


@pytest.fixture(params=["plain", "clever"], autouse=True)
def way_of_loading(request, monkeypatch):
    """Every test here runs twice: as small models are loaded, and as large ones are."""
    if request.param == "clever":
        monkeypatch.setattr(torch_mixin, "_LARGE_BYTES", 0)


class Small(nn.Module, PyTorchModelHubMixin, license="mit", tags=["small"]):
    def __init__(self, hidden: int = 4, bias: bool = True):
        super().__init__()
        self.first = nn.Linear(3, hidden, bias=bias)
        self.norm = nn.BatchNorm1d(hidden)
        self.last = nn.Linear(hidden, 2)
        self.register_buffer("scale", torch.arange(3.0), persistent=False)

    def forward(self, x):
        return self.last(self.norm(self.first(x * self.scale)))


class Tied(nn.Module, PyTorchModelHubMixin):
    def __init__(self, size: int = 5):
        super().__init__()
        self.embed = nn.Embedding(size, 3)
        self.head = nn.Linear(3, size, bias=False)
        self.head.weight = self.embed.weight
        self.again = self.head


class TiedLater(nn.Module, PyTorchModelHubMixin):
    def __init__(self):
        super().__init__()
        self.one = nn.Linear(3, 3)
        self.two = nn.Linear(3, 3)


class Wrapper(nn.Module, PyTorchModelHubMixin):
    """Its attribute is called like that of a parallel wrapper, which it is not."""

    def __init__(self):
        super().__init__()
        self.module = nn.Linear(2, 2)
        self.own = nn.Parameter(torch.ones(2))


class Lazy(nn.Module, PyTorchModelHubMixin):
    def __init__(self):
        super().__init__()
        self.layer = nn.LazyLinear(3)


class Views(nn.Module, PyTorchModelHubMixin):
    """Parameters that share a part of their memory, are transposed, empty or scalar."""

    def __init__(self):
        super().__init__()
        whole = torch.randn(4, 4)
        self.whole = nn.Parameter(whole)
        self.part = nn.Parameter(whole[:2])
        self.turned = nn.Parameter(torch.randn(2, 3).t())
        self.empty = nn.Parameter(torch.empty(0, 3))
        self.also_empty = nn.Parameter(torch.empty(0))
        self.scalar = nn.Parameter(torch.tensor(2.0))
        self.halves = nn.Parameter(torch.randn(3).half())
        self.register_buffer("flags", torch.tensor([True, False]))


def same(one: nn.Module, other: nn.Module) -> bool:
    left, right = one.state_dict(), other.state_dict()
    return left.keys() == right.keys() and all(
        torch.equal(left[key], right[key]) and left[key].dtype == right[key].dtype for key in left
    )


@pytest.mark.parametrize("make", [Small, lambda: Small(7, bias=False), Tied, Wrapper, Views])
def test_a_module_comes_back_bit_for_bit(make, tmp_path):
    model = make()
    for parameter in model.parameters():
        parameter.data.copy_(torch.randn_like(parameter))
    model.save_pretrained(tmp_path)
    assert same(type(model).from_pretrained(tmp_path), model)


def test_a_loaded_module_computes_the_same_and_is_in_evaluation_mode(tmp_path):
    model = Small(6)
    model(torch.randn(8, 3))  # moves the statistics of the norm
    model.eval().save_pretrained(tmp_path)
    again = Small.from_pretrained(tmp_path)
    data = torch.randn(5, 3)
    assert not again.training
    assert torch.equal(again(data), model(data))
    assert all(parameter.requires_grad for parameter in again.parameters())


def test_a_loaded_module_can_be_trained_and_saved_over_itself(tmp_path):
    Small().save_pretrained(tmp_path)
    model = Small.from_pretrained(tmp_path)
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    model(torch.randn(4, 3)).sum().backward()
    optimizer.step()
    model.save_pretrained(tmp_path)
    assert same(Small.from_pretrained(tmp_path), model)


def test_tied_tensors_are_stored_once_and_tied_again(tmp_path):
    Tied().save_pretrained(tmp_path)
    with safe_open(tmp_path / "model.safetensors", "pt") as file:
        assert list(file.keys()) == ["again.weight"]
        assert file.metadata() == {"embed.weight": "again.weight", "head.weight": "again.weight"}
    again = Tied.from_pretrained(tmp_path)
    assert again.embed.weight is again.head.weight


def test_tensors_tied_after_construction_are_tied_again(tmp_path):
    model = TiedLater()
    model.two.weight = model.one.weight
    model.save_pretrained(tmp_path)
    again = TiedLater.from_pretrained(tmp_path)
    assert again.one.weight is again.two.weight
    assert torch.equal(again.two.weight, model.two.weight)


def test_a_mismatch_is_reported_as_a_whole(tmp_path):
    Small(4).save_pretrained(tmp_path)
    (tmp_path / "config.json").write_text('{"hidden": 5, "bias": false}')
    with pytest.raises(WeightsMismatchError) as caught:
        Small.from_pretrained(tmp_path)
    error = caught.value
    assert error.unexpected == ["first.bias"]
    assert error.missing == []
    assert ("first.weight", "4x3 float32", "5x3 float32") in error.misshaped
    for words in ("first.bias", "first.weight (file 4x3 float32, model 5x3 float32)", "strict=False", "Small"):
        assert words in str(error)
    assert isinstance(error, RuntimeError)


def test_a_missing_tensor_is_reported(tmp_path):
    Small(4, bias=False).save_pretrained(tmp_path)
    with pytest.raises(WeightsMismatchError) as caught:
        Small.from_pretrained(tmp_path, bias=True)
    assert caught.value.missing == ["first.bias"]


def test_not_strict_loads_what_fits_and_says_what_it_left(tmp_path):
    model = Small(4)
    model.save_pretrained(tmp_path)
    with pytest.warns(WeightsLeftOutWarning, match=r"first\.weight"):
        again = Small.from_pretrained(tmp_path, hidden=5, strict=False)
    assert torch.equal(again.last.bias, model.last.bias)


def test_whole_numbers_do_not_slip_into_a_place_for_fractions(tmp_path):
    from safetensors.torch import load_file, save_file

    Small(4).save_pretrained(tmp_path)
    state = load_file(tmp_path / "model.safetensors")
    state["last.bias"] = state["last.bias"].long()
    save_file(state, tmp_path / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(WeightsMismatchError, match="2 int64, model 2 float32"):
        Small.from_pretrained(tmp_path)


@pytest.mark.parametrize(
    ("dtype", "expected"),
    [(torch.bfloat16, torch.bfloat16), ("float16", torch.float16), ("auto", torch.float64), (None, torch.float32)],
)
def test_the_type_of_numbers_can_be_chosen(dtype, expected, tmp_path):
    with pytest.warns(DoctorWarning, match="float64, and `__init__` makes float32"):
        Small().double().save_pretrained(tmp_path)
    model = Small.from_pretrained(tmp_path, dtype=dtype)
    assert model.first.weight.dtype == expected
    assert model.norm.num_batches_tracked.dtype == torch.int64


def test_a_type_that_is_none_is_refused(tmp_path):
    Small().save_pretrained(tmp_path)
    with pytest.raises(ValueError, match="floating point"):
        Small.from_pretrained(tmp_path, dtype="int8")


def test_the_device_can_be_chosen(tmp_path):
    Small().save_pretrained(tmp_path)
    assert Small.from_pretrained(tmp_path, device="meta").first.weight.device.type == "meta"
    assert Small.from_pretrained(tmp_path, map_location="meta").first.weight.device.type == "meta"
    assert Small.from_pretrained(tmp_path, device=torch.device("cpu")).first.weight.device.type == "cpu"


def test_parameters_called_like_ours_belong_to_the_model(tmp_path):
    class Own(nn.Module, PyTorchModelHubMixin):
        def __init__(self, device: str = "here", dtype: str = "x", strict: int = 0, map_location: str = "gpu"):
            super().__init__()
            self.seen = (device, dtype, strict, map_location)
            self.p = nn.Parameter(torch.ones(1))

    Own("there", "y", True, "cpu").save_pretrained(tmp_path)
    assert Own.from_pretrained(tmp_path).seen == ("there", "y", True, "cpu")
    assert Own.from_pretrained(tmp_path, device="z").seen == ("z", "y", True, "cpu")


def test_a_lazy_module_comes_back_with_its_shape(tmp_path):
    model = Lazy()
    with pytest.raises(ValueError, match="run the model once"):
        model.save_pretrained(tmp_path)
    model.layer(torch.randn(2, 4))
    model.save_pretrained(tmp_path)
    again = Lazy.from_pretrained(tmp_path)
    data = torch.randn(2, 4)
    assert torch.equal(again.layer(data), model.layer(data))


def test_saved_weights_can_be_read_by_whom_the_umask_says(tmp_path):
    Small().save_pretrained(tmp_path)
    (tmp_path / "plain").touch()
    assert (tmp_path / "model.safetensors").stat().st_mode == (tmp_path / "plain").stat().st_mode
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "README.md",
        "config.json",
        "model.safetensors",
        "plain",
    ]


def test_a_module_without_values_is_not_saved(tmp_path):
    with torch.device("meta"):
        model = Small()
    with pytest.raises(ValueError, match="meta device"):
        model.save_pretrained(tmp_path)
    assert not (tmp_path / "model.safetensors").exists()


def test_a_pickle_of_tensors_is_read_and_one_with_code_is_not(tmp_path):
    model = Small()
    torch.save(model.state_dict(), tmp_path / "pytorch_model.bin")
    assert same(Small.from_pretrained(tmp_path), model)
    torch.save({"x": print}, tmp_path / "pytorch_model.bin")
    with pytest.raises(WeightsFileError, match="can't be read safely"):
        Small.from_pretrained(tmp_path)
    torch.save([1], tmp_path / "pytorch_model.bin")
    with pytest.raises(WeightsFileError, match="not named tensors"):
        Small.from_pretrained(tmp_path)


def test_a_torn_file_is_refused(tmp_path):
    Small().save_pretrained(tmp_path)
    path = tmp_path / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-7])
    with pytest.raises(WeightsFileError, match="not a whole safetensors file"):
        Small.from_pretrained(tmp_path)


def test_a_folder_without_weights_says_so(tmp_path):
    with pytest.raises(EntryNotFoundError, match="has no weights"):
        Small.from_pretrained(tmp_path)


def test_an_argument_nobody_gave_is_asked_for(tmp_path):
    class Needs(nn.Module, PyTorchModelHubMixin):
        def __init__(self, size: int):
            super().__init__()
            self.p = nn.Parameter(torch.ones(size))

    Needs(3).save_pretrained(tmp_path)
    (tmp_path / "config.json").unlink()
    with pytest.raises(ConfigError, match=r"from_pretrained\(.*size=\.\.\.\)"):
        Needs.from_pretrained(tmp_path)
    assert Needs.from_pretrained(tmp_path, size=3).p.shape == (3,)


def test_a_parallel_wrapper_saves_the_module_inside(tmp_path):
    class Parallel(nn.DataParallel, PyTorchModelHubMixin):
        pass

    Parallel(nn.Linear(2, 2))._save_pretrained(tmp_path)
    with safe_open(tmp_path / "model.safetensors", "pt") as file:
        assert sorted(file.keys()) == ["bias", "weight"]


def test_a_model_can_still_be_scripted_exported_and_pickled(tmp_path):
    import io

    model = Small().eval()
    data = torch.randn(2, 3)
    assert torch.equal(torch.export.export(model, (data,)).module()(data), model(data))
    file = io.BytesIO()
    torch.save(model, file)
    file.seek(0)
    assert same(torch.load(file, weights_only=False), model)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # torch's own about scripting
        assert torch.equal(torch.jit.script(model)(data), model(data))


def test_without_torch_the_error_says_what_to_install():
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "from hubnb import ModelHubMixin\n"
        "try:\n    from hubnb import PyTorchModelHubMixin\n"
        "except ImportError as error:\n    print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "pip install 'hubnb[torch]'" in done.stdout, done.stderr


def test_a_mixin_without_a_module_is_told(tmp_path):
    class Bare(PyTorchModelHubMixin):
        pass

    with pytest.raises(TypeError, match=r"torch\.nn\.Module"):
        Bare().save_pretrained(tmp_path)


def test_the_card_counts_what_there_is(tmp_path):
    Tied(5).save_pretrained(tmp_path)
    card = ModelCard.load(tmp_path)
    assert "| Parameters | 15 |" in card.text
    assert "| Tensor types | float32 |" in card.text
    assert "| Size | 60 B |" in card.text
    assert card.data.tags == ["model_hub_mixin", "pytorch_model_hub_mixin"]
    assert json.loads((tmp_path / "config.json").read_text()) == {"size": 5}


def test_the_doctor_finds_what_would_not_come_back():
    class Forgetful(nn.Module, PyTorchModelHubMixin):
        def __init__(self, note: object = None):
            super().__init__()
            self.p = nn.Parameter(torch.ones(1))
            self.register_buffer("seen", torch.zeros(1), persistent=False)

    assert diagnose(Small()).healthy
    assert "stored once" in str(diagnose(Tied()))
    model = Forgetful(note=object())
    model.seen += 1
    problems = "\n".join(map(str, diagnose(model).problems))
    assert "`note`" in problems
    assert "`seen` is not persistent" in problems
    assert not diagnose(Small().double()).healthy


def test_a_mapped_tensor_is_copied_and_pickled_alone(tmp_path):
    import copy
    import io

    Small(4).save_pretrained(tmp_path)
    model = Small.from_pretrained(tmp_path)
    assert model.last.bias.untyped_storage().nbytes() == 8
    file = io.BytesIO()
    torch.save(model.last.bias, file)
    assert file.tell() < 2000
    assert copy.deepcopy(model.last).bias.untyped_storage().nbytes() == 8
