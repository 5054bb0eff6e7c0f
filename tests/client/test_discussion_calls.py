"""Discussions and pull requests, on a real Hub."""

from __future__ import annotations

import pytest

import hubnb
from hubnb.client.errors import BadRequestError, HfHubHTTPError, HFValidationError, RepositoryNotFoundError


def test_discussion_tells_what_happened_in_it_in_order(api: hubnb.HfApi, repo_id: str) -> None:
    begun = api.create_discussion(repo_id, "  A question  ", description="How?")
    assert (begun.num, begun.title, begun.status, begun.author) == (1, "A question", "open", "me")
    assert begun.git_reference is None
    assert begun.url == f"{api.endpoint}/{repo_id}/discussions/1"
    comment = api.comment_discussion(repo_id, 1, "Like **this**.")
    edited = api.edit_discussion_comment(repo_id, 1, comment.id, "Like that.")
    assert (edited.content, edited.edited, edited.number_of_edits, edited.last_edited_by) == (
        "Like that.",
        True,
        1,
        "me",
    )
    api.rename_discussion(repo_id, 1, "A better question")
    hidden = api.hide_discussion_comment(repo_id, 1, comment.id.upper())
    assert hidden.hidden
    assert "that" not in hidden.content
    closed = api.change_discussion_status(repo_id, 1, "closed", comment="Answered.")
    assert closed.new_status == "closed"

    told = api.get_discussion_details(repo_id, 1)
    assert [type(event).__name__ for event in told.events] == [
        "DiscussionComment", "DiscussionComment", "DiscussionTitleChange", "DiscussionStatusChange",
    ]  # fmt: skip
    title = told.events[2]
    assert isinstance(title, hubnb.DiscussionTitleChange)
    assert (title.old_title, title.new_title) == ("A question", "A better question")
    assert told.created_at.tzinfo is not None
    assert told.diff is None


def test_pull_request_is_a_draft_that_is_pushed_to_opened_and_merged(api: hubnb.HfApi, repo_id: str) -> None:
    pull = api.create_pull_request(repo_id, "Add a file")
    assert (pull.status, pull.git_reference, pull.target_branch) == ("draft", "refs/pr/1", "refs/heads/main")
    api.upload_file(path_or_fileobj=b"new\n", path_in_repo="new.txt", repo_id=repo_id, revision="refs/pr/1")
    with pytest.raises(BadRequestError):
        api.merge_pull_request(repo_id, 1)
    api.change_discussion_status(repo_id, 1, "open")
    shown = api.get_discussion_details(repo_id, 1)
    assert shown.diff is not None
    assert "+new" in shown.diff
    assert shown.conflicting_files == []
    assert any(isinstance(event, hubnb.DiscussionCommit) for event in shown.events)
    api.merge_pull_request(repo_id, 1, comment="Thanks!")
    merged = api.get_discussion_details(repo_id, 1)
    assert merged.status == "merged"
    assert merged.merge_commit_oid == api.model_info(repo_id).sha
    assert api.file_exists(repo_id, "new.txt")


def test_list_gives_every_page_and_filters(api: hubnb.HfApi, repo_id: str) -> None:
    for number in range(51):
        api.create_discussion(repo_id, f"Discussion {number}")
    api.create_pull_request(repo_id, "A pull request")
    api.change_discussion_status(repo_id, 3, "closed")
    assert [found.num for found in api.get_repo_discussions(repo_id)] == list(range(52, 0, -1))
    assert [found.num for found in api.get_repo_discussions(repo_id, discussion_type="pull_request")] == [52]
    assert [found.num for found in api.get_repo_discussions(repo_id, discussion_status="closed")] == [3]
    assert list(api.get_repo_discussions(repo_id, author="nobody")) == []


def test_what_cannot_be_right_is_refused_before_anything_is_sent(api: hubnb.HfApi, hub: hubnb.LocalHub) -> None:
    for number in (0, -1, "1", 1.5, True):
        with pytest.raises(HFValidationError, match="positive integer"):
            api.get_discussion_details("me/any", number)  # pyright: ignore[reportArgumentType]
    with pytest.raises(HFValidationError, match="pull_request"):
        api.get_repo_discussions("me/any", discussion_type="PR")  # pyright: ignore[reportArgumentType]
    with pytest.raises(HFValidationError, match="open or closed"):
        api.change_discussion_status("me/any", 1, "merged")  # pyright: ignore[reportArgumentType]
    assert not hub.requests


def test_unknown_and_foreign_discussions_say_so(api: hubnb.HfApi, hub: hubnb.LocalHub, repo_id: str) -> None:
    with pytest.raises(HfHubHTTPError, match="no discussion 7"):
        api.get_discussion_details(repo_id, 7)
    with pytest.raises(RepositoryNotFoundError):
        api.create_discussion("me/nowhere", "Is anybody there?")
    stranger = hubnb.HfApi(endpoint=hub.endpoint, token=False)
    with pytest.raises(HfHubHTTPError, match=r"hubnb\.login"):
        stranger.create_discussion(repo_id, "Let me in")
