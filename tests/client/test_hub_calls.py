"""Repos, info, tree, refs: asked of a real Hub."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import hubnb
from hubnb.client.errors import (
    EntryNotFoundError,
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from hubnb.client.files import read_file
from hubnb.client.tree import RepoFile, RepoFolder

if TYPE_CHECKING:
    from hubnb.server import LocalHub


@pytest.fixture
def filled(api: hubnb.HfApi, repo_id: str) -> str:
    api.create_commit(
        repo_id,
        [
            hubnb.CommitOperationAdd("README.md", b"---\nlicense: mit\ntags: [x]\n---\n# Hi\n"),
            hubnb.CommitOperationAdd("a/b.txt", b"one"),
            hubnb.CommitOperationAdd("model.safetensors", b"\0" * 1000),
        ],
        commit_message="fill",
    )
    return repo_id


def test_create_says_when_it_exists_and_exist_ok_returns_it(api: hubnb.HfApi, repo_id: str) -> None:
    with pytest.raises(HfHubHTTPError, match="exist_ok=True"):
        api.create_repo(repo_id)
    assert api.create_repo(repo_id, exist_ok=True).repo_id == repo_id
    assert api.create_repo(repo_id.split("/")[1], exist_ok=True).repo_id == repo_id


def test_types_are_repositories_of_their_own(api: hubnb.HfApi, repo_id: str) -> None:
    api.create_repo(repo_id, repo_type="dataset")
    assert api.repo_exists(repo_id, repo_type="dataset")
    assert not api.repo_exists(repo_id, repo_type="space")
    with pytest.raises(HFValidationError, match="space_sdk"):
        api.create_repo(repo_id, repo_type="space")


def test_deleted_repo_is_gone(api: hubnb.HfApi, repo_id: str) -> None:
    api.delete_repo(repo_id)
    assert not api.repo_exists(repo_id)
    with pytest.raises(RepositoryNotFoundError, match=repo_id):
        api.delete_repo(repo_id)
    api.delete_repo(repo_id, missing_ok=True)


def test_moved_repo_answers_under_both_names(api: hubnb.HfApi, filled: str) -> None:
    api.move_repo(filled, filled + "-new")
    assert api.model_info(filled + "-new").id == filled + "-new"
    assert api.model_info(filled).id == filled + "-new"


def test_info_knows_card_tags_and_files(api: hubnb.HfApi, filled: str) -> None:
    info = api.model_info(filled, files_metadata=True)
    assert info.id == filled
    assert info.card_data is not None
    assert info.card_data["license"] == "mit"
    assert "license:mit" in (info.tags or [])
    files = {sibling.rfilename: sibling for sibling in info.siblings or []}
    assert files["a/b.txt"].size == 3
    assert files["model.safetensors"].lfs is not None
    assert info.created_at is not None
    assert info.created_at.tzinfo is not None


def test_tree_has_files_folders_and_hashes(api: hubnb.HfApi, filled: str) -> None:
    entries = {entry.path: entry for entry in api.list_repo_tree(filled, recursive=True)}
    assert isinstance(entries["a"], RepoFolder)
    large, small = entries["model.safetensors"], entries["a/b.txt"]
    assert isinstance(large, RepoFile)
    assert isinstance(small, RepoFile)
    assert (large.size, len(large.etag)) == (1000, 64)
    assert (small.size, len(small.etag)) == (3, 40)
    assert [entry.path for entry in api.list_repo_tree(filled, "a")] == ["a/b.txt"]
    assert [entry.path for entry in api.get_paths_info(filled, ["a/b.txt", "nope"])] == ["a/b.txt"]


def test_branches_and_tags(api: hubnb.HfApi, filled: str) -> None:
    api.create_branch(filled, branch="feature/x")
    api.create_branch(filled, branch="feature/x", exist_ok=True)
    api.create_tag(filled, tag="v1", tag_message="first")
    refs = api.list_repo_refs(filled)
    assert {ref.name for ref in refs.branches} == {"main", "feature/x"}
    assert [ref.name for ref in refs.tags] == ["v1"]
    assert api.revision_exists(filled, "v1")
    api.delete_branch(filled, branch="feature/x")
    api.delete_tag(filled, tag="v1")
    assert not api.revision_exists(filled, "feature/x")
    assert api.list_repo_commits(filled)[0].title == "fill"


def test_lists_filter_sort_and_stop_at_the_limit(api: hubnb.HfApi, filled: str) -> None:
    assert filled in [model.id for model in api.list_models(author="me", filter="license:mit", sort="created_at")]
    assert [model.id for model in api.list_models(search=filled.split("/")[1])] == [filled]
    assert len(list(api.list_models(limit=1))) == 1
    with pytest.raises(HFValidationError, match="sort"):
        api.list_models(sort="nonsense")


def test_errors_name_repo_revision_and_file(api: hubnb.HfApi, filled: str) -> None:
    with pytest.raises(RepositoryNotFoundError, match="me/nowhere"):
        api.model_info("me/nowhere")
    with pytest.raises(RevisionNotFoundError, match="nowhen"):
        api.model_info(filled, revision="nowhen")
    with pytest.raises(EntryNotFoundError, match=r"nothing\.txt"):
        read_file(filled, "nothing.txt", token=api.token, endpoint=api.endpoint)
    assert not api.file_exists(filled, "nothing.txt")
    assert api.file_exists(filled, "a/b.txt")


def test_private_is_as_missing_to_others_and_gated_shows_its_metadata(
    hub: LocalHub, api: hubnb.HfApi, filled: str
) -> None:
    stranger = hubnb.HfApi(endpoint=hub.endpoint, token=False)
    api.update_repo_settings(filled, gated="manual")
    assert stranger.model_info(filled).gated == "manual"
    with pytest.raises(GatedRepoError, match="gated"):
        stranger.hf_hub_download(filled, "a/b.txt")
    api.update_repo_settings(filled, gated=False, private=True)
    assert not stranger.repo_exists(filled)
    with pytest.raises(RepositoryNotFoundError, match=r"hubnb\.login"):
        stranger.model_info(filled)


def test_anonymous_push_is_told_to_sign_in(hub: LocalHub, filled: str) -> None:
    stranger = hubnb.HfApi(endpoint=hub.endpoint, token=False)
    for call in (
        lambda: stranger.create_repo("me/new"),
        lambda: stranger.upload_file(path_or_fileobj=b"x", path_in_repo="x", repo_id=filled),
    ):
        with pytest.raises(HfHubHTTPError, match=r"hubnb\.login"):
            call()
