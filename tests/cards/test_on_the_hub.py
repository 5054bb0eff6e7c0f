"""Cards and a Hub: load, validate, push, update."""

import pytest

import hubnb
from hubnb.cards import DatasetCard, ModelCard, ModelCardData, metadata_update
from hubnb.client.errors import EntryNotFoundError, HfHubHTTPError, RepositoryNotFoundError
from hubnb.client.files import read_file
from hubnb.client.repos import create_repo

TEXT = "---\n# mine\nlicense: mit\n---\n\n# Digits\n"


@pytest.fixture(autouse=True)
def _signed_in(hub, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
    monkeypatch.setenv("HF_TOKEN", hub.token)


def test_a_pushed_card_is_read_back_byte_for_byte(repo_id):
    address = ModelCard(TEXT).push_to_hub(repo_id, commit_message="Say more")
    assert address.endswith(f"{repo_id}/blob/main/README.md")
    assert address.commit_message == "Say more"
    assert read_file(repo_id, "README.md") == TEXT.encode()
    assert str(ModelCard.load(repo_id)) == TEXT


def test_a_card_the_hub_refuses_is_not_committed(repo_id):
    card = ModelCard("--- \n- only the Hub takes this for metadata\n---\n")
    card.validate(offline=True)
    with pytest.raises(ValueError, match="must be a YAML mapping"):
        card.push_to_hub(repo_id)
    with pytest.raises(EntryNotFoundError):
        ModelCard.load(repo_id)


def test_a_push_on_a_stale_commit_is_refused(repo_id):
    with pytest.raises(HfHubHTTPError):
        ModelCard(TEXT).push_to_hub(repo_id, parent_commit="0" * 40)


def test_a_repository_that_is_not_there_is_named(repo_id):
    with pytest.raises(RepositoryNotFoundError, match="me/nothing"):
        ModelCard.load("me/nothing")


def test_metadata_is_updated_on_the_hub_and_the_rest_stays(repo_id):
    ModelCard(TEXT).push_to_hub(repo_id)
    metadata_update(repo_id, {"tags": ["a"]})
    assert str(ModelCard.load(repo_id)) == TEXT.replace("license: mit\n", "license: mit\ntags:\n- a\n")
    with pytest.raises(ValueError, match="overwrite=True"):
        metadata_update(repo_id, {"license": "apache-2.0"})
    metadata_update(repo_id, {"license": "apache-2.0"}, overwrite=True)
    assert ModelCard.load(repo_id).data.license == "apache-2.0"


def test_a_model_or_a_dataset_without_a_card_gets_one_and_a_space_does_not(repo_id):
    metadata_update(repo_id, {"license": "mit"})
    assert ModelCard.load(repo_id).data == ModelCardData(license="mit")
    create_repo("me/no-card-data", repo_type="dataset", exist_ok=True)
    metadata_update("me/no-card-data", {"license": "mit"}, repo_type="dataset")
    assert DatasetCard.load("me/no-card-data").data.license == "mit"
    create_repo("me/no-card-space", repo_type="space", space_sdk="static", exist_ok=True)
    delete_readme("me/no-card-space")
    with pytest.raises(ValueError, match="only its README makes it a Space"):
        metadata_update("me/no-card-space", {"license": "mit"}, repo_type="space")


def delete_readme(repo_id):
    hubnb.HfApi().delete_file("README.md", repo_id, repo_type="space")
