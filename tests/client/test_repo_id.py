from __future__ import annotations

import pytest

from hubnb.client import RepoUrl
from hubnb.client.errors import HFValidationError
from hubnb.client.repo_id import RepoId, quote_revision, validate_path_in_repo, validate_repo_id


@pytest.mark.parametrize("repo_id", ["gpt2", "me/digits", "Org-1/a_b.c-d", "a" * 96])
def test_good_ids_pass(repo_id: str) -> None:
    assert validate_repo_id(repo_id) == repo_id


@pytest.mark.parametrize(
    "repo_id",
    [
        "",
        "a/b/c",
        "/a",
        "a/",
        "-a",
        "a.",
        "a--b",
        "a..b",
        "me/x.git",
        "me/ü",
        "me/a b",
        "a" * 97,
        "../x",
        "me/..",
        None,
        7,
    ],
)
def test_bad_ids_are_named_with_the_rule(repo_id: object) -> None:
    with pytest.raises(HFValidationError) as caught:
        validate_repo_id(repo_id)
    assert repr(repo_id) in str(caught.value)


@pytest.mark.parametrize("path", ["a", "a/b.txt", "./a", "ünï/c d#%.txt", "a..b", "...", ".gitattributes", ".github/x"])
def test_good_paths_pass(path: str) -> None:
    assert validate_path_in_repo(path) == path.removeprefix("./")


@pytest.mark.parametrize(
    "path", ["", "/a", "../a", "a/../b", "a//b", "a/", "a\\b", "C:/x", ".git/config", "a\0b", "a/./b"]
)
def test_paths_that_climb_or_are_not_portable_are_refused(path: str) -> None:
    with pytest.raises(HFValidationError):
        validate_path_in_repo(path)


def test_revision_is_one_segment() -> None:
    assert quote_revision("refs/pr/1") == "refs%2Fpr%2F1"


@pytest.mark.parametrize(
    ("url", "repo_type"),
    [
        ("http://h:1/me/x", "model"),
        ("http://h:1/datasets/me/x", "dataset"),
        ("http://h:1/spaces/me/x/tree/main", "space"),
    ],
)
def test_repo_url_knows_its_parts(url: str, repo_type: str) -> None:
    parsed = RepoUrl(url, "http://h:1")
    assert (parsed.repo_id, parsed.repo_type, parsed.namespace, parsed.repo_name) == ("me/x", repo_type, "me", "x")
    assert parsed == url


def test_repo_type_must_be_known() -> None:
    with pytest.raises(HFValidationError, match="model, dataset, space"):
        RepoId.parse("me/x", "models")
