"""Weights in files: split, named, hashed, and read back, by us and by the packages everybody has."""

import hashlib
import json
from pathlib import Path

import pytest
import safetensors.torch
import torch
from torch import nn

from hubnb.mixin import PyTorchModelHubMixin, WeightsMismatchError
from hubnb.mixin.weights import (
    Checkpoint,
    WeightsFileError,
    get_torch_storage_id,
    get_torch_storage_size,
    load_state_dict_from_file,
    load_torch_model,
    save_torch_model,
    save_torch_state_dict,
    split_state_dict_into_shards_factory,
    split_torch_state_dict_into_shards,
)
from hubnb.mixin.weights.safetensors_file import SafetensorsContent, write
from hubnb.mixin.weights.shards import parse_size

KINDS = {
    torch.bool, torch.uint8, torch.int8, torch.int16, torch.uint16, torch.float16, torch.bfloat16, torch.int32,
    torch.uint32, torch.float32, torch.complex64, torch.float64, torch.int64, torch.uint64,
}  # fmt: skip


def tensors():
    made = {f"t.{dtype}": torch.arange(24).reshape(2, 3, 4).to(dtype) for dtype in KINDS}
    made["f8"] = torch.zeros(5).to(torch.float8_e4m3fn)
    made["turned"] = torch.randn(4, 3).t()
    made["piece"] = torch.randn(10)[3:7]
    made["empty"] = torch.empty(0, 3)
    made["scalar"] = torch.tensor(2.0)
    made['ünï "code"\n'] = torch.ones(1)
    return made


def bytes_of(content, step):
    reader = content.open()
    parts = []
    buffer = bytearray(step)
    while count := reader.readinto(memoryview(buffer)):
        parts.append(bytes(buffer[:count]))
    return b"".join(parts)


@pytest.mark.parametrize("metadata", [None, {"format": "pt"}])
def test_the_bytes_are_those_of_the_safetensors_package(metadata, tmp_path):
    made = tensors()
    expected = safetensors.torch.save({name: one.contiguous() for name, one in made.items()}, metadata)
    content = SafetensorsContent(made, metadata)
    assert content.size == len(expected)
    assert bytes_of(content, 7) == bytes_of(content, 1 << 20) == expected
    digest = write(content, tmp_path / "x.safetensors", hashed=True)
    assert digest == hashlib.sha256(expected).hexdigest()
    assert (tmp_path / "x.safetensors").read_bytes() == expected


@pytest.mark.parametrize("start", [0, 5, 100, 2000])
def test_a_reader_may_begin_anywhere(start):
    content = SafetensorsContent(tensors())
    buffer = memoryview(bytearray(content.size))
    reader, at = content.open(start), 0
    while count := reader.readinto(buffer[at:]):
        at += count
    assert bytes(buffer[:at]) == bytes_of(content, 1 << 20)[start:]


def test_a_kind_of_numbers_the_format_lacks_is_named():
    with pytest.raises(ValueError, match=r"`x` holds torch\.complex128"):
        SafetensorsContent({"x": torch.zeros(1, dtype=torch.complex128)})


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    import os

    path = tmp_path / "model.safetensors"
    path.write_bytes(b"old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OSError, match="No space"):
        write(SafetensorsContent({"x": torch.ones(3)}), path, hashed=True)
    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["model.safetensors"]


def test_shards_are_filled_in_order_and_a_large_tensor_has_its_own():
    sizes = {"a": 6, "b": 6, "c": 2, "d": 20, "e": 6, "f": 2, "text": "left out"}
    split = split_state_dict_into_shards_factory(
        sizes, get_storage_size=lambda size: size, filename_pattern="m{suffix}.x", max_shard_size=10
    )
    assert list(split.filename_to_tensors.values()) == [["a"], ["d"], ["b", "c"], ["e", "f"]]
    assert split.tensor_to_filename["e"] == "m-00004-of-00004.x"
    assert split.metadata == {"total_size": 42}
    assert split.is_sharded


def test_tensors_of_one_storage_stay_together_and_count_once():
    whole = torch.zeros(100)
    state = {"a": whole[:50], "other": torch.zeros(100), "b": whole[50:]}
    split = split_torch_state_dict_into_shards(state, max_shard_size=400)
    assert list(split.filename_to_tensors.values()) == [["a", "b"], ["other"]]
    assert split.metadata == {"total_size": 800}
    assert get_torch_storage_id(state["a"]) == get_torch_storage_id(state["b"])
    assert get_torch_storage_size(state["a"]) == 400
    assert get_torch_storage_id(torch.empty(1, device="meta")) is None


@pytest.mark.parametrize(("text", "size"), [("5GB", 5 * 10**9), (" 1.5 mb", 1_500_000), (7, 7)])
def test_sizes_are_decimal(text, size):
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["5GiB", "5", "xGB", "-1GB", 0, "infGB", ""])
def test_what_is_no_size_is_said(text):
    with pytest.raises(ValueError, match=r"KB, MB|max_shard_size|a number and a unit"):
        parse_size(text)


class Deep(nn.Module, PyTorchModelHubMixin):
    def __init__(self, layers: int = 6, size: int = 10):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(size, size, bias=False) for _ in range(layers))
        self.again = self.layers[0]


def same(one, other):
    return all(torch.equal(a, b) for a, b in zip(one.state_dict().values(), other.state_dict().values(), strict=True))


def test_a_sharded_model_comes_back_tied_and_old_files_go(tmp_path):
    model = Deep()
    model.save_pretrained(tmp_path)
    assert (tmp_path / "model.safetensors").exists()
    model.save_pretrained(tmp_path, max_shard_size="1KB")
    names = sorted(path.name for path in tmp_path.glob("model*"))
    assert names == [*(f"model-0000{i}-of-00003.safetensors" for i in (1, 2, 3)), "model.safetensors.index.json"]
    index = json.loads((tmp_path / names[-1]).read_text())
    assert index["metadata"] == {"total_size": 2400, "layers.0.weight": "again.weight"}
    again = Deep.from_pretrained(tmp_path)
    assert same(again, model)
    assert again.again.weight is again.layers[0].weight
    model.save_pretrained(tmp_path, max_shard_size="1GB")
    assert [path.name for path in tmp_path.glob("model*")] == ["model.safetensors"]


@pytest.mark.interop
def test_upstreams_helper_reads_our_shards_and_we_read_theirs(tmp_path):
    import huggingface_hub

    model, other, third = Deep(), Deep(), Deep()
    save_torch_model(model, tmp_path / "ours", max_shard_size="1KB")
    huggingface_hub.load_torch_model(other, tmp_path / "ours", strict=False)
    assert same(other, model)
    (tmp_path / "theirs").mkdir()
    huggingface_hub.save_torch_model(model, tmp_path / "theirs", max_shard_size="1KB")
    assert load_torch_model(third, tmp_path / "theirs") == ([], [])
    assert same(third, model)


@pytest.mark.interop
def test_an_unchanged_model_is_the_same_bytes_whoever_saved_it(tmp_path):
    import huggingface_hub

    class Theirs(nn.Module, huggingface_hub.PyTorchModelHubMixin):
        def __init__(self):
            super().__init__()
            self.layer = nn.Linear(5, 5)

    class Ours(nn.Module, PyTorchModelHubMixin):
        def __init__(self):
            super().__init__()
            self.layer = nn.Linear(5, 5)

    Theirs().save_pretrained(tmp_path / "theirs")
    Ours.from_pretrained(tmp_path / "theirs").save_pretrained(tmp_path / "ours")
    one, other = (tmp_path / "theirs/model.safetensors", tmp_path / "ours/model.safetensors")
    assert one.read_bytes() == other.read_bytes()


def test_pickles_are_written_with_a_warning_and_read_without_running_code(tmp_path, caplog):
    state = Deep().state_dict()
    save_torch_state_dict(state, tmp_path, safe_serialization=False, max_shard_size="1KB")
    assert "safe serialization" in caplog.text
    model = Deep()
    with pytest.raises(ValueError, match="valid checkpoint"):
        load_torch_model(model, tmp_path)
    load_torch_model(model, tmp_path, safe=False)
    assert torch.equal(model.layers[3].weight, state["layers.3.weight"])
    with pytest.raises(ValueError, match="run whatever code"):
        load_state_dict_from_file(next(tmp_path.glob("*.bin")), weights_only=False)


@pytest.mark.parametrize(
    "name", ["../x.safetensors", "/x.safetensors", "C:x.safetensors", "..\\x.safetensors", "x.bin"]
)
def test_an_index_that_leads_elsewhere_is_refused(name, tmp_path):
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps({"weight_map": {"a": name}}))
    with pytest.raises(WeightsFileError, match="Invalid shard filename"):
        Deep.from_pretrained(tmp_path)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"weight_map": 1}', '{"weight_map": []}', "[" * 100_000])
def test_an_index_that_is_none_is_refused(text, tmp_path):
    (tmp_path / "model.safetensors.index.json").write_text(text)
    with pytest.raises(WeightsFileError, match="no index"):
        Deep.from_pretrained(tmp_path)


def test_a_missing_shard_and_a_lying_index_are_named(tmp_path):
    Deep().save_pretrained(tmp_path, max_shard_size="1KB")
    index = json.loads((tmp_path / "model.safetensors.index.json").read_text())
    (tmp_path / "model-00002-of-00003.safetensors").rename(tmp_path / "kept")
    with pytest.raises(WeightsFileError, match="lacks model-00002-of-00003"):
        Deep.from_pretrained(tmp_path)
    (tmp_path / "kept").rename(tmp_path / "model-00002-of-00003.safetensors")
    index["weight_map"]["ghost"] = "model-00001-of-00003.safetensors"
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps(index))
    with pytest.raises(WeightsFileError, match="ghost"):
        Deep.from_pretrained(tmp_path)


def test_a_file_with_two_values_for_one_tensor_is_not_loaded_in_silence(tmp_path):
    state = {name: torch.randn(10, 10) for name in Deep().state_dict()}
    safetensors.torch.save_file(state, tmp_path / "model.safetensors")
    with pytest.raises(WeightsMismatchError, match="one tensor in the model and two in the file") as caught:
        Deep.from_pretrained(tmp_path)
    assert caught.value.untied == [("layers.0.weight", "again.weight")]
    state["again.weight"] = state["layers.0.weight"].clone()
    safetensors.torch.save_file(state, tmp_path / "model.safetensors")
    assert torch.equal(Deep.from_pretrained(tmp_path).again.weight, state["again.weight"])


def test_a_file_may_be_replaced_while_a_model_stands_on_it(tmp_path, monkeypatch):
    from hubnb.mixin import torch_mixin

    monkeypatch.setattr(torch_mixin, "_LARGE_BYTES", 0)
    first, second = Deep(), Deep()
    first.save_pretrained(tmp_path)
    loaded = Deep.from_pretrained(tmp_path)
    second.save_pretrained(tmp_path)
    assert same(loaded, first)
    copied = Deep.from_pretrained(tmp_path, mmap=False)
    (tmp_path / "model.safetensors").write_bytes(b"")
    assert same(copied, second)


def test_half_a_file_of_bfloat16_is_not_made_float32_on_the_way(tmp_path, monkeypatch):
    from hubnb.mixin import torch_mixin

    monkeypatch.setattr(torch_mixin, "_LARGE_BYTES", 0)
    state = {name: tensor.bfloat16() for name, tensor in Deep().state_dict().items()}
    save_torch_state_dict(state, tmp_path)
    model = Deep.from_pretrained(tmp_path, dtype=torch.bfloat16)
    assert torch.equal(model.layers[2].weight, state["layers.2.weight"])
    assert "model.safetensors" in Path("/proc/self/maps").read_text()  # it stands on the file
    assert Deep.from_pretrained(tmp_path, dtype=torch.float16).layers[2].weight.dtype == torch.float16
    assert Deep.from_pretrained(tmp_path).layers[2].weight.dtype == torch.float32


def test_a_checkpoint_copies_nothing():
    model = Deep()
    checkpoint = Checkpoint.of(model.state_dict())
    before = bytes_of(checkpoint.files["model.safetensors"], 1 << 20)
    with torch.no_grad():
        model.layers[1].weight.add_(1)
    assert bytes_of(checkpoint.files["model.safetensors"], 1 << 20) != before
