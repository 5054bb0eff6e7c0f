"""Models travel to a Hub and back."""

import copy
import json
import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
import torch
from torch import nn

from hubnb.cards import EvalResult, ModelCard
from hubnb.client.errors import (
    EntryNotFoundError,
    LocalEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from hubnb.client.files import read_file
from hubnb.client.refs import create_branch, list_repo_commits
from hubnb.client.repos import create_repo
from hubnb.client.tree import list_repo_files
from hubnb.mixin import DoctorWarning, PyTorchModelHubMixin, UnsavedArgumentWarning
from hubnb.transfer import hf_hub_download, upload_file

RESULT = EvalResult("image-classification", "digits", "Digits", "accuracy", 0.97)


class Net(nn.Module, PyTorchModelHubMixin, license="mit", tags=["net"]):
    def __init__(self, size: int = 3):
        super().__init__()
        self.layer = nn.Linear(size, 2)


@pytest.fixture
def repo_id(hub, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
    monkeypatch.setenv("HF_TOKEN", hub.token)
    return f"me/net-{uuid.uuid4().hex[:8]}"  # not made yet


def same(one, other):
    return torch.equal(one.layer.weight, other.layer.weight) and torch.equal(one.layer.bias, other.layer.bias)


def test_a_pushed_model_comes_back_bit_for_bit(repo_id):
    model = Net(5)
    commit = model.push_to_hub(repo_id, commit_message="First")
    assert commit.commit_message == "First"
    assert sorted(list_repo_files(repo_id)) == [".gitattributes", "README.md", "config.json", "model.safetensors"]
    assert same(Net.from_pretrained(repo_id), model)
    assert same(Net.from_pretrained(repo_id, revision=commit.oid), model)


def test_a_name_without_a_namespace_goes_to_who_is_signed_in(repo_id):
    name = repo_id.partition("/")[2]
    Net().push_to_hub(name)
    assert f'from_pretrained("{repo_id}")' in ModelCard.load(repo_id).text


def test_a_module_that_the_reader_passes_again_can_be_pushed(repo_id):
    with pytest.warns(DoctorWarning, match=r"coders=\{.*Module"):

        class Needs(nn.Module, PyTorchModelHubMixin):
            def __init__(self, inner: nn.Module):
                super().__init__()
                self.inner = inner

    model = Needs(nn.Linear(1, 1))
    with pytest.warns(UnsavedArgumentWarning, match="`inner`"):
        model.push_to_hub(repo_id)
    again = Needs.from_pretrained(repo_id, inner=nn.Linear(1, 1))
    assert torch.equal(again.inner.weight, model.inner.weight)


def test_words_somebody_wrote_survive_the_next_push(repo_id):
    Net().push_to_hub(repo_id)
    ModelCard("---\n# mine\nlanguage: en\ntags: [a]\n---\nMy words.\n").push_to_hub(repo_id)
    Net().push_to_hub(repo_id)
    card = ModelCard.load(repo_id)
    assert card.text == "My words.\n"
    assert "# mine" in card.content
    assert card.data.license == "mit"
    assert card.data.tags == ["a", "model_hub_mixin", "net", "pytorch_model_hub_mixin"]


def test_a_card_that_can_not_be_read_is_left_alone(repo_id):
    Net().push_to_hub(repo_id)
    broken = b"caf\xe9, from an editor of long ago\n"
    upload_file(path_or_fileobj=broken, path_in_repo="README.md", repo_id=repo_id)
    Net().push_to_hub(repo_id)
    assert read_file(repo_id, "README.md") == broken


def test_new_results_write_the_card_anew(repo_id):
    Net().push_to_hub(repo_id)
    Net().push_to_hub(repo_id, model_card_kwargs={"eval_results": [RESULT]})
    assert ModelCard.load(repo_id).data.eval_results == [RESULT]


def test_a_branch_gets_the_commit_and_main_does_not(repo_id):
    create_repo(repo_id)
    create_branch(repo_id, branch="next")
    Net().push_to_hub(repo_id, branch="next")
    assert "model.safetensors" in list_repo_files(repo_id, revision="next")
    assert "model.safetensors" not in list_repo_files(repo_id)
    assert isinstance(Net.from_pretrained(repo_id, revision="next"), Net)


def test_patterns_choose_what_is_pushed_and_deleted(repo_id):
    Net().push_to_hub(repo_id)
    Net().push_to_hub(repo_id, allow_patterns="*.json", delete_patterns="*.safetensors", config={"size": 9})
    assert "model.safetensors" not in list_repo_files(repo_id)


def test_saving_can_push(repo_id, tmp_path):
    model = Net(4)
    model.save_pretrained(tmp_path / "folder", push_to_hub=True, repo_id=repo_id, private=True)
    assert same(Net.from_pretrained(repo_id), model)


def test_a_loaded_model_needs_no_hub_the_second_time(repo_id, monkeypatch):
    Net().push_to_hub(repo_id)
    first = Net.from_pretrained(repo_id)
    assert same(Net.from_pretrained(repo_id, local_files_only=True), first)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert same(Net.from_pretrained(repo_id), first)


def test_a_loaded_model_can_be_trained_without_touching_the_cache(repo_id, tmp_path):
    Net().push_to_hub(repo_id)
    model = Net.from_pretrained(repo_id)
    with torch.no_grad():
        model.layer.weight.add_(1)
    assert not same(Net.from_pretrained(repo_id), model)


def test_without_the_hub_what_is_not_cached_is_not_called_missing(repo_id, monkeypatch):
    Net(4).push_to_hub(repo_id)
    with pytest.raises(LocalEntryNotFoundError, match=r"model\.safetensors"):
        Net.from_pretrained(repo_id, local_files_only=True)
    hf_hub_download(repo_id, "model.safetensors")
    with pytest.warns(UserWarning, match=r"config\.json"):
        Net.from_pretrained(repo_id, local_files_only=True, size=4)


def test_what_is_missing_is_named(repo_id):
    with pytest.raises(RepositoryNotFoundError, match=repo_id):
        Net.from_pretrained(repo_id)
    create_repo(repo_id)
    with pytest.raises(EntryNotFoundError, match="has no weights"):
        Net.from_pretrained(repo_id)
    with pytest.raises(RevisionNotFoundError):
        Net.from_pretrained(repo_id, revision="nowhere")


def test_a_large_model_stands_on_the_cached_file(repo_id, monkeypatch):
    from hubnb.mixin import torch_mixin

    monkeypatch.setattr(torch_mixin, "_LARGE_BYTES", 0)
    model = Net(512)
    model.push_to_hub(repo_id)
    again = Net.from_pretrained(repo_id)
    assert same(again, model)
    assert "/blobs/" in Path("/proc/self/maps").read_text()
    with torch.no_grad():
        again.layer.weight.zero_()  # a private copy of the page, not the file
    assert same(Net.from_pretrained(repo_id), model)
    again.push_to_hub(repo_id)
    assert same(Net.from_pretrained(repo_id), again)


def sent_objects(hub):
    return [request for request in hub.requests if request.method == "PUT"]


def test_an_unchanged_model_sends_no_weights(repo_id, hub):
    model = Net(300)
    first = model.push_to_hub(repo_id)
    hub.requests.clear()
    assert Net.from_pretrained(repo_id).push_to_hub(repo_id).oid == first.oid
    assert sent_objects(hub) == []


def test_weights_are_pushed_from_memory(repo_id, monkeypatch):
    import tempfile

    def refused(*_, **__):
        raise AssertionError

    monkeypatch.setattr(tempfile, "TemporaryDirectory", refused)
    model = Net(30)
    model.push_to_hub(repo_id, max_shard_size=100)
    monkeypatch.undo()


def test_shards_travel_and_old_ones_go_in_the_same_commit(repo_id):
    model = Net(30)
    model.push_to_hub(repo_id)
    upload_file(path_or_fileobj=b"x", path_in_repo="notes.txt", repo_id=repo_id)
    commit = model.push_to_hub(repo_id, max_shard_size=100)
    names = [".gitattributes", "README.md", "config.json", "model-00001-of-00002.safetensors",
             "model-00002-of-00002.safetensors", "model.safetensors.index.json", "notes.txt"]  # fmt: skip
    assert sorted(list_repo_files(repo_id)) == names
    assert same(Net.from_pretrained(repo_id), model)
    assert same(Net.from_pretrained(repo_id, local_files_only=True), model)
    commits = [entry.commit_id for entry in list_repo_commits(repo_id)]
    assert commits[0] == commit.oid
    model.push_to_hub(repo_id, allow_patterns="*.json")
    assert sorted(list_repo_files(repo_id)) == names
    model.push_to_hub(repo_id)
    assert sorted(list_repo_files(repo_id)) == [*names[:3], "model.safetensors", "notes.txt"]


def test_a_preview_tells_and_does_nothing(repo_id, hub):
    model = Net(300)
    plan = model.push_to_hub(repo_id, preview=True)
    assert {file.path: file.change for file in plan.files} == dict.fromkeys(
        ["README.md", "config.json", "model.safetensors"], "added"
    )
    assert plan.bytes_to_send > 2400
    with pytest.raises(RepositoryNotFoundError):
        list_repo_files(repo_id)
    commit = model.push_to_hub(repo_id)
    assert model.push_to_hub(repo_id.partition("/")[2], preview=True).bytes_to_send == 0
    with torch.no_grad():
        model.layer.bias.add_(1)
    plan = model.push_to_hub(repo_id, preview=True, max_shard_size=100)
    assert [file.path for file in plan.of("removed")] == ["model.safetensors"]
    assert list_repo_commits(repo_id)[0].commit_id == commit.oid
    assert "model-00001-of-00002.safetensors" in str(plan)


def test_a_push_in_the_background_sends_what_the_model_was(repo_id):
    model = Net(30)
    was = copy.deepcopy(model)
    transfer = model.push_to_hub(repo_id, run_as_future=True)
    with torch.no_grad():
        model.layer.weight.zero_()
    commit = transfer.result(60)
    assert same(Net.from_pretrained(repo_id, revision=commit.oid), was)
    again = was.push_to_hub(repo_id, run_as_future=True).result(60)
    assert again.oid == commit.oid


def test_weights_kept_for_a_push_in_the_background_are_hashed_while_they_are_written(repo_id, monkeypatch):
    from hubnb.transfer import content_hash

    monkeypatch.setattr(content_hash.ContentHasher, "digest", None)  # what a push calls to read for a hash
    model = Net(60_000)
    model.push_to_hub(repo_id, run_as_future=True).result(60)
    with torch.no_grad():
        model.layer.weight.add_(1)
    model.push_to_hub(repo_id, run_as_future=True).result(60)
    assert same(Net.from_pretrained(repo_id), model)


def test_shards_come_in_one_pull(repo_id, hub):
    model = Net(4000)
    model.push_to_hub(repo_id, max_shard_size=20_000)
    hub.requests.clear()
    assert same(Net.from_pretrained(repo_id), model)
    shards = {request.path.rpartition("/")[2] for request in hub.requests if "-of-" in request.path}
    assert len(shards) == 2
    asked = [request for request in hub.requests if request.method == "HEAD" and "-of-" in request.path]
    assert asked == []  # the tree has told about all of them at once


def test_a_class_that_saves_itself_its_own_way_is_pushed_so(repo_id):
    class Own(Net):
        def _save_pretrained(self, save_directory):
            super()._save_pretrained(save_directory)
            (save_directory / "sub").mkdir()
            (save_directory / "sub" / "words.txt").write_text("mine")

    Own().push_to_hub(repo_id)
    assert read_file(repo_id, "sub/words.txt") == b"mine"
    assert "model.safetensors" in list_repo_files(repo_id)
    with pytest.raises(TypeError, match="max_shard_size"):
        Own().push_to_hub(repo_id, max_shard_size="1GB")


def test_a_model_and_its_configuration_come_from_one_commit(repo_id, hub):
    Net(4).push_to_hub(repo_id)
    hub.requests.clear()
    Net.from_pretrained(repo_id)
    asked = [request for request in hub.requests if "/resolve/" in request.path]
    revisions = {request.path.split("/resolve/")[1].split("/")[0] for request in asked if "model" in request.path}
    assert len(revisions) == 1
    assert len(revisions.pop()) == 40


@pytest.mark.interop
def test_upstream_loads_a_pushed_model_and_the_reverse(repo_id, hub):
    ours = Net(4)
    ours.push_to_hub(repo_id)
    # Upstream reads the environment when it is imported: a process of its own. This Hub has no Xet store.
    environment = {**os.environ, "HF_HUB_DISABLE_XET": "1"}
    code = (
        "import sys, torch, huggingface_hub\n"
        "class Net(torch.nn.Module, huggingface_hub.PyTorchModelHubMixin):\n"
        "    def __init__(self, size: int = 3):\n"
        "        super().__init__(); self.layer = torch.nn.Linear(size, 2)\n"
        "model = Net.from_pretrained(sys.argv[1])\n"
        "import json; print(json.dumps(model.layer.weight.tolist()))\n"
        "model.layer.bias.data.zero_(); model.push_to_hub(sys.argv[1])\n"
    )
    done = subprocess.run([sys.executable, "-c", code, repo_id], capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == ours.layer.weight.tolist()
    theirs = Net.from_pretrained(repo_id, force_download=True)
    assert torch.equal(theirs.layer.bias, torch.zeros(2))
    assert torch.equal(theirs.layer.weight, ours.layer.weight)
