"""Objects of any framework travel with a pair of functions."""

import pickle
import sys
import types
import uuid

import pytest
from sklearn.linear_model import LogisticRegression

import hubnb
from hubnb.client.files import read_file
from hubnb.client.tree import list_repo_files
from hubnb.mixin import frameworks


@pytest.fixture
def repo_id(hub, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
    monkeypatch.setenv("HF_TOKEN", hub.token)
    return f"me/any-{uuid.uuid4().hex[:8]}"


def save(model, folder):
    (folder / "model.pkl").write_bytes(pickle.dumps(model))


def load(folder, **kwargs):
    return pickle.loads((folder / "model.pkl").read_bytes()), kwargs


def test_a_model_of_another_library_goes_and_comes_back(repo_id):
    model = LogisticRegression().fit([[0.0], [1.0]], [0, 1])
    commit = hubnb.push_to_hub(model, repo_id, save_fn=save, config={"classes": 2}, tags=["tabular"])
    assert sorted(list_repo_files(repo_id)) == [".gitattributes", "README.md", "config.json", "model.pkl"]
    again, kwargs = hubnb.from_pretrained(repo_id, load_fn=load, revision=commit.oid, more=1)
    assert again.predict([[0.9]]) == [1]
    assert kwargs == {"more": 1}
    card = hubnb.ModelCard.load(repo_id)
    assert card.data.library_name == "sklearn"
    assert card.data.tags == ["tabular"]
    assert "scikit-learn 1." in card.text
    assert f'from_pretrained("{repo_id}"' in card.text


def test_tags_of_the_repository_stay_where_a_later_push_names_none(repo_id):
    hubnb.push_to_hub({"a": 1}, repo_id, save_fn=save, tags=["mine"])
    hubnb.push_to_hub({"a": 2}, repo_id, save_fn=save)
    assert hubnb.ModelCard.load(repo_id).data.tags == ["mine"]


def test_the_pair_has_the_options_of_the_mixin(repo_id, tmp_path):
    plan = hubnb.push_to_hub({"a": 1}, repo_id, save_fn=save, preview=True)
    assert {file.path for file in plan.files} == {"README.md", "model.pkl"}
    hubnb.push_to_hub({"a": 1}, repo_id, save_fn=save, private=True, ignore_patterns="README.md").oid  # noqa: B018
    assert "README.md" not in list_repo_files(repo_id)
    hubnb.push_to_hub({"a": 2}, repo_id, save_fn=save, run_as_future=True).result(60)
    assert hubnb.from_pretrained(repo_id, load_fn=load, cache_dir=tmp_path)[0] == {"a": 2}
    assert hubnb.from_pretrained(repo_id, load_fn=load, cache_dir=tmp_path, local_files_only=True)[0] == {"a": 2}
    save({"a": 3}, tmp_path)
    assert hubnb.from_pretrained(tmp_path, load_fn=load)[0] == {"a": 3}
    with pytest.warns(DeprecationWarning, match="resume_download"):
        hubnb.from_pretrained(tmp_path, load_fn=load, resume_download=True)


def test_without_fastai_the_error_says_what_to_install():
    with pytest.raises(ImportError, match="pip install 'fastai"):
        hubnb.push_to_hub_fastai(object(), repo_id="me/x")
    with pytest.raises(ImportError, match="pip install 'fastai"):
        hubnb.from_pretrained_fastai("me/x")


class Learner:
    """What is used of a fastai learner: a path, and `export`, which writes below it."""

    path = "here"

    def export(self, name):
        (self.path / name).write_bytes(b"learned")


def test_a_learner_is_exported_and_stays_where_it_was(repo_id, monkeypatch):
    versions = {"fastai": "2.8.0", "fastcore": "1.8.0"}
    monkeypatch.setattr(frameworks, "installed_version", versions.get)
    module = types.ModuleType("fastai.learner")
    module.load_learner = lambda path: path.read_bytes()
    monkeypatch.setitem(sys.modules, "fastai", types.ModuleType("fastai"))
    monkeypatch.setitem(sys.modules, "fastai.learner", module)
    learner = Learner()
    hubnb.push_to_hub_fastai(learner, repo_id=repo_id, config={"a": 1})
    assert learner.path == "here"
    assert b'"fastai=2.8.0"' in read_file(repo_id, "pyproject.toml")
    assert hubnb.from_pretrained_fastai(repo_id) == b"learned"
    with pytest.raises(RuntimeError, match="config"):
        hubnb.push_to_hub_fastai(learner, repo_id=repo_id, config=[1])
