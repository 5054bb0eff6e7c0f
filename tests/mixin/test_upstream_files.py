"""A model written by one library loads with the other's mixin."""

import dataclasses

import huggingface_hub
import pytest
import torch
from torch import nn

from hubnb.mixin import PyTorchModelHubMixin

pytestmark = pytest.mark.interop


@dataclasses.dataclass
class Config:
    size: int = 4
    name: str = "x"


class Body(nn.Module):
    def __init__(self, size: int = 4, device: torch.device = torch.device("cpu"), names: dict | None = None, **kwargs):  # noqa: B008
        super().__init__()
        self.seen = (size, device, names, kwargs)
        self.embed = nn.Embedding(size, 3)
        self.head = nn.Linear(3, size, bias=False)
        self.head.weight = self.embed.weight
        self.norm = nn.BatchNorm1d(3)


class ConfigBody(nn.Module):
    def __init__(self, config: Config):
        super().__init__()
        self.seen = config
        self.layer = nn.Linear(config.size, 2)


CODERS = {torch.device: (str, torch.device)}


class Ours(Body, PyTorchModelHubMixin, coders=CODERS, license="mit", tags=["t"]):
    pass


class Theirs(Body, huggingface_hub.PyTorchModelHubMixin, coders=CODERS, license="mit", tags=["t"]):
    pass


class OursConfig(ConfigBody, PyTorchModelHubMixin):
    pass


class TheirsConfig(ConfigBody, huggingface_hub.PyTorchModelHubMixin):
    pass


CASES = [
    (Ours, Theirs, lambda cls: cls(5, torch.device("meta"), names={"a": [1]}, extra=7)),
    (OursConfig, TheirsConfig, lambda cls: cls(Config(6, "y"))),
]


@pytest.mark.parametrize(("ours", "theirs", "make"), CASES, ids=["arguments", "dataclass"])
def test_each_library_loads_what_the_other_saved(ours, theirs, make, tmp_path):
    for writer, reader in [(ours, theirs), (theirs, ours)]:
        model = make(writer)
        folder = tmp_path / writer.__name__
        model.save_pretrained(folder)
        again = reader.from_pretrained(folder)
        assert again.seen == model.seen
        for name, tensor in model.state_dict().items():
            assert torch.equal(again.state_dict()[name], tensor)


@pytest.mark.parametrize(("ours", "theirs", "make"), CASES, ids=["arguments", "dataclass"])
def test_both_libraries_write_the_same_config(ours, theirs, make, tmp_path):
    make(ours).save_pretrained(tmp_path / "ours")
    make(theirs).save_pretrained(tmp_path / "theirs")
    assert (tmp_path / "ours/config.json").read_bytes() == (tmp_path / "theirs/config.json").read_bytes()


def test_both_libraries_write_the_same_names_into_the_file_of_weights(tmp_path):
    from safetensors import safe_open

    found = []
    for cls in (Ours, Theirs):
        cls().save_pretrained(tmp_path / cls.__name__)
        with safe_open(tmp_path / cls.__name__ / "model.safetensors", "pt") as file:
            found.append((sorted(file.keys()), {"format": "pt", **file.metadata()}))
    assert found[0] == found[1]


def test_their_card_class_reads_our_card(tmp_path):
    Ours().save_pretrained(tmp_path)
    card = huggingface_hub.ModelCard.load(tmp_path / "README.md")
    assert card.data.license == "mit"
    assert card.data.tags == ["model_hub_mixin", "pytorch_model_hub_mixin", "t"]
