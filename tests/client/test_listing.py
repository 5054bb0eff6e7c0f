"""Lists with every filter, facts with every field, and the heads of safetensors files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
from safetensors.numpy import save

import hubnb
from hubnb import HfApi
from hubnb.client.errors import EntryNotFoundError, HFValidationError
from hubnb.client.safetensors import NotASafetensorsRepoError, SafetensorsParsingError

if TYPE_CHECKING:
    from pathlib import Path

CARD = b"""---
license: mit
language: en
pipeline_tag: text-classification
library_name: transformers
datasets: [squad]
co2_eq_emissions: {emissions: 12.5}
---
# Hi
"""
WEIGHTS = {"a": np.zeros((2, 3), "float32"), "b": np.zeros(4, "int64")}


@pytest.fixture
def model(api: HfApi, repo_id: str) -> str:
    adds = [
        hubnb.CommitOperationAdd("README.md", CARD),
        hubnb.CommitOperationAdd("model.safetensors", save(WEIGHTS, metadata={"format": "np"})),
    ]
    api.create_commit(repo_id, adds, commit_message="fill")
    return repo_id


@pytest.mark.parametrize(
    "asked",
    [
        {"filter": "license:mit"},
        {"filter": ["license:mit", "transformers"]},
        {"pipeline_tag": "text-classification"},
        {"task": "text-classification", "library": "transformers", "language": "en", "tags": ["license:mit"]},
        {"trained_dataset": "squad"},
        {"gated": False},
        {"emissions_thresholds": (10, 20), "cardData": True},
        {"expand": ["cardData", "likes"]},
        {"full": True, "fetch_config": True},
    ],
)
def test_model_is_found_by(api: HfApi, model: str, asked: dict[str, object]) -> None:
    found = list(api.list_models(search=model.split("/")[1], **asked))  # pyright: ignore
    assert [info.id for info in found] == [model]


@pytest.mark.parametrize(
    "asked",
    [
        {"filter": "license:apache-2.0"},
        {"filter": ["license:mit", "jax"]},
        {"pipeline_tag": "translation"},
        {"trained_dataset": "other"},
        {"gated": True},
        {"model_name": "not-this"},
        {"emissions_thresholds": (13, 20), "cardData": True},
    ],
)
def test_model_is_left_out_by(api: HfApi, model: str, asked: dict[str, object]) -> None:
    assert list(api.list_models(search=model.split("/")[1], **asked)) == []  # pyright: ignore


def test_filters_that_exclude_each_other_are_refused(api: HfApi) -> None:
    with pytest.raises(HFValidationError, match="excludes"):
        api.list_models(expand=["sha"], full=True)
    with pytest.raises(HFValidationError, match="cardData"):
        api.list_models(emissions_thresholds=(1, 2))
    with pytest.raises(HFValidationError, match="excludes"):
        api.model_info("me/x", expand=["sha"], files_metadata=True)


def test_facts_have_names_and_card_data_knows_its_fields(api: HfApi, model: str) -> None:
    info = api.model_info(model, files_metadata=True)
    assert isinstance(info.card_data, hubnb.ModelCardData)
    assert (info.card_data.license, info.card_data["license"], info.cardData) == ("mit", "mit", info.card_data)
    assert (info.pipeline_tag, info.library_name, info.modelId) == ("text-classification", "transformers", model)
    assert info.safetensors is not None
    assert info.safetensors.parameters == info.safetensors["parameters"] == {"F32": 6, "I64": 4}
    assert info.safetensors.total == 10
    weights = next(file for file in info.siblings or [] if file.rfilename == "model.safetensors")
    assert weights.lfs is not None
    assert weights.lfs.sha256 == weights.lfs["sha256"]
    assert info.created_at == info.raw["createdAt"] or info.created_at is not None
    few = api.model_info(model, expand=["likes"])
    assert (few.likes, few.sha, few.card_data) == (0, None, None)


def test_datasets_and_spaces_are_listed_by_their_own_filters(api: HfApi, repo_id: str) -> None:
    card = b"---\nsize_categories: n<1K\ntask_categories: [other]\nlanguage: [fr]\n---\n"
    api.create_repo(repo_id, repo_type="dataset")
    api.upload_file(path_or_fileobj=card, path_in_repo="README.md", repo_id=repo_id, repo_type="dataset")
    name = repo_id.split("/")[1]
    by_card = api.list_datasets(size_categories="n<1K", task_categories=["other"], language="fr", dataset_name=name)
    assert [info.id for info in by_card] == [repo_id]
    assert isinstance(api.dataset_info(repo_id).card_data, hubnb.DatasetCardData)
    assert list(api.list_datasets(language="de", search=name)) == []
    api.create_repo(repo_id, repo_type="space", space_sdk="static")
    assert [info.id for info in api.list_spaces(author="me", search=name, full=True)] == [repo_id]


def test_heads_of_safetensors_files_are_read_without_their_tensors(api: HfApi, hub: hubnb.LocalHub, model: str) -> None:
    hub.requests.clear()
    found = api.get_safetensors_metadata(model)
    assert len([seen for seen in hub.requests if seen.method == "GET"]) <= 2
    assert (found.sharded, found.metadata, found.parameter_count) == (False, None, {"F32": 6, "I64": 4})
    assert found.weight_map == {"a": "model.safetensors", "b": "model.safetensors"}
    head = found.files_metadata["model.safetensors"]
    assert head.metadata == {"format": "np"}
    assert (head.tensors["a"].shape, head.tensors["a"].dtype, head.tensors["a"].parameter_count) == ([2, 3], "F32", 6)


def test_head_longer_than_one_request_and_shards_in_a_folder(api: HfApi, repo_id: str) -> None:
    many = {f"layer.{number}.with.a.rather.long.name": np.zeros(1, "float32") for number in range(2000)}
    index = {
        "metadata": {"total_size": 8024},
        "weight_map": dict.fromkeys(many, "many.safetensors") | {"a": "few.safetensors"},
    }
    adds = [
        hubnb.CommitOperationAdd("many.safetensors", save(many)),
        hubnb.CommitOperationAdd("few.safetensors", save({"a": WEIGHTS["a"]})),
        hubnb.CommitOperationAdd("model.safetensors.index.json", json.dumps(index).encode()),
    ]
    api.create_commit(repo_id, adds, commit_message="fill")
    found = api.get_safetensors_metadata(repo_id)
    assert (found.sharded, found.metadata) == (True, {"total_size": 8024})
    assert found.parameter_count == {"F32": 2006}
    assert sorted(found.files_metadata) == ["few.safetensors", "many.safetensors"]


def test_what_is_no_safetensors_file_says_so(api: HfApi, repo_id: str, tmp_path: Path) -> None:
    with pytest.raises(NotASafetensorsRepoError, match=repo_id):
        api.get_safetensors_metadata(repo_id)
    bad = {
        "short.safetensors": b"abc",
        "huge.safetensors": (2**60).to_bytes(8, "little") + b"{}",
        "text.safetensors": (10).to_bytes(8, "little") + b"not json!!",
        "list.safetensors": (2).to_bytes(8, "little") + b"[]",
        "odd.safetensors": (9).to_bytes(8, "little") + b'{"a": {}}',
    }
    adds = [hubnb.CommitOperationAdd(name, content) for name, content in bad.items()]
    api.create_commit(repo_id, adds, commit_message="bad")
    for name in bad:
        with pytest.raises(SafetensorsParsingError, match=name):
            api.parse_safetensors_file_metadata(repo_id, name)
    with pytest.raises(EntryNotFoundError):
        api.parse_safetensors_file_metadata(repo_id, "none.safetensors")


def test_heads_of_files_on_this_machine_are_read_the_same_way(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(save(WEIGHTS))
    assert hubnb.get_local_safetensors_metadata(tmp_path).parameter_count == {"F32": 6, "I64": 4}
    shards = tmp_path / "shards"
    shards.mkdir()
    (shards / "one.safetensors").write_bytes(save({"a": WEIGHTS["a"]}))
    (shards / "two.safetensors").write_bytes(save({"b": WEIGHTS["b"]}))
    index = {"weight_map": {"a": "one.safetensors", "b": "two.safetensors"}}
    (shards / "model.safetensors.index.json").write_text(json.dumps(index))
    found = hubnb.get_local_safetensors_metadata(shards)
    assert (found.sharded, found.parameter_count) == (True, {"F32": 6, "I64": 4})
    (tmp_path / "bad.safetensors").write_bytes(b"nonsense and more")
    with pytest.raises(SafetensorsParsingError, match="bad"):
        hubnb.parse_local_safetensors_file_metadata(tmp_path / "bad.safetensors")
    with pytest.raises(NotASafetensorsRepoError):
        hubnb.get_local_safetensors_metadata(tmp_path / "none")
