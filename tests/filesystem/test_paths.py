"""Addresses of the hf:// kind, read without asking anybody."""

from __future__ import annotations

import pytest

from hubnb.filesystem.paths import parse_path


@pytest.mark.parametrize(
    ("path", "given", "parts"),
    [
        ("me/x", None, ("model", "me/x", "main", "")),
        ("me/x/a/b.txt", None, ("model", "me/x", "main", "a/b.txt")),
        ("datasets/me/x@v1/a", None, ("dataset", "me/x", "v1", "a")),
        ("spaces/me/x@refs/pr/10/app.py", None, ("space", "me/x", "refs/pr/10", "app.py")),
        ("me/x@refs/convert/parquet", None, ("model", "me/x", "refs/convert/parquet", "")),
        ("me/x@refs%2Fpr%2F10/a", None, ("model", "me/x", "refs/pr/10", "a")),
        ("me/x@feature%2Fy/a", None, ("model", "me/x", "feature/y", "a")),
        ("me/x@refs/pr/10/a", "refs", ("model", "me/x", "refs", "pr/10/a")),
        ("me/x/mail@home.txt", None, ("model", "me/x", "main", "mail@home.txt")),
        ("me/x/a", "feature/y", ("model", "me/x", "feature/y", "a")),
        ("models/me/x/a", None, ("model", "me/x", "main", "a")),
    ],
)
def test_a_path_names_repository_revision_and_file(
    path: str, given: str | None, parts: tuple[str, str, str, str]
) -> None:
    found = parse_path(path, given)

    assert (found.repo_type, found.repo_id, found.revision, found.path_in_repo) == parts


@pytest.mark.parametrize(
    ("path", "given", "name"),
    [
        ("me/x@main/a", None, "me/x@main/a"),
        ("me/x@refs/pr/1/a", None, "me/x@refs/pr/1/a"),
        ("me/x@refs%2Fpr%2F1/a", None, "me/x@refs%2Fpr%2F1/a"),
        ("me/x/a", "feature/y", "me/x@feature%2Fy/a"),
        ("me/x/a", "refs/pr/1", "me/x@refs/pr/1/a"),
        ("me/x/a/", None, "me/x/a"),
    ],
)
def test_names_are_given_back_as_the_caller_wrote_them(path: str, given: str | None, name: str) -> None:
    assert parse_path(path, given).unresolve() == name


@pytest.mark.parametrize(
    ("path", "given", "error", "words"),
    [
        ("", None, NotImplementedError, "list_datasets"),
        ("gpt2", None, ValueError, "namespace"),
        ("datasets/gpt2", None, ValueError, "namespace"),
        ("buckets/me/x", None, NotImplementedError, "no repository"),
        ("me/x@v1/a", "v2", ValueError, "v2"),
        ("me/x@/a", None, ValueError, "after '@'"),
        ("me/a--b/c", None, FileNotFoundError, "invalid repository id"),
    ],
)
def test_what_can_be_no_path_says_why(path: str, given: str | None, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        parse_path(path, given)
