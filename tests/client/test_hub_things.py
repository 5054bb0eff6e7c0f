"""Spaces, collections, webhooks, large files kept, copies of repositories: asked of a real Hub."""

from __future__ import annotations

import uuid

import pytest

import hubnb
from hubnb import HfApi, SpaceStage
from hubnb.client.errors import HfHubHTTPError, HFValidationError


@pytest.fixture
def space(api: HfApi) -> str:
    return api.create_repo(f"me/s-{uuid.uuid4().hex[:8]}", repo_type="space", space_sdk="gradio").repo_id


def test_space_keeps_variables_to_read_and_secrets_not_to(api: HfApi, space: str) -> None:
    assert api.add_space_variable(space, "MODE", "fast", description="how")["MODE"].value == "fast"
    api.add_space_variable(space, "OTHER", "x")
    assert list(api.delete_space_variable(space, "OTHER")) == ["MODE"]
    found = api.get_space_variables(space)["MODE"]
    assert (found.value, found.description, found.updated_at is None) == ("fast", "how", False)
    api.add_space_secret(space, "KEY", "very secret")
    secrets = api.get_space_secrets(space)
    assert list(secrets) == ["KEY"]
    assert "very secret" not in repr(secrets)
    api.delete_space_secret(space, "KEY")
    assert api.get_space_secrets(space) == {}


def test_space_tells_how_it_runs_and_a_hub_without_machines_says_so(api: HfApi, space: str) -> None:
    runtime = api.get_space_runtime(space)
    assert (runtime.stage, runtime.stage == "PAUSED", runtime.hardware) == (SpaceStage.PAUSED, True, None)
    assert api.wait_for_space(space, timeout=5).stage == "PAUSED"
    info = api.space_info(space)
    assert info.sdk == "gradio"
    for call in (
        lambda: api.request_space_hardware(space, hubnb.SpaceHardware.T4_SMALL, sleep_time=60),
        lambda: api.set_space_sleep_time(space, 60),
        lambda: api.pause_space(space),
        lambda: api.restart_space(space, factory_reboot=True),
        lambda: api.enable_space_dev_mode(space),
        lambda: api.disable_space_dev_mode(space),
    ):
        with pytest.raises(HfHubHTTPError, match="runs none"):
            call()


def test_words_the_hub_has_learnt_since_are_taken() -> None:
    runtime = hubnb.SpaceRuntime.from_json({"stage": "DREAMING", "hardware": {"current": "q1-huge"}})
    assert (str(runtime.stage), runtime.hardware, str(runtime.hardware)) == ("DREAMING", "q1-huge", "q1-huge")


def test_settings_of_spaces_are_for_spaces(api: HfApi) -> None:
    with pytest.raises(HFValidationError, match="is none"):
        api.create_repo("me/model", space_hardware="t4-small")
    with pytest.raises(HFValidationError, match="one of them"):
        api.create_repo("me/model", private=True, visibility="public")
    with pytest.raises(HFValidationError, match="protected"):
        api.update_repo_settings("me/model", visibility="hidden")  # pyright: ignore[reportArgumentType]


def test_collection_is_made_filled_changed_and_found(api: HfApi, repo_id: str, space: str) -> None:
    made = api.create_collection("My list", description="of things", private=True)
    again = api.create_collection("Another")
    assert (made.owner, made.title, made.private, made.items) == ("me", "My list", True, [])
    assert made.url == f"{api.endpoint}/collections/{made.slug}"
    slug = made.slug
    api.add_collection_item(slug, repo_id, "model", note="first")
    filled = api.add_collection_item(slug, space, "space")
    assert [(item.item_id, item.item_type, item.note) for item in filled.items] == [
        (repo_id, "model", "first"),
        (space, "space", None),
    ]
    with pytest.raises(HfHubHTTPError, match="already"):
        api.add_collection_item(slug, repo_id, "model")
    api.add_collection_item(slug, repo_id, "model", exists_ok=True)
    first = filled.items[0].item_object_id
    api.update_collection_item(slug, first, note="changed", position=1)
    assert [(item.item_id, item.note) for item in api.get_collection(slug).items][1] == (repo_id, "changed")
    api.delete_collection_item(slug, first)
    api.delete_collection_item(slug, first, missing_ok=True)
    assert len(api.get_collection(slug).items) == 1
    renamed = api.update_collection_metadata(slug, title="Renamed", theme="pink")
    assert (renamed.title, renamed.theme, renamed.description) == ("Renamed", "pink", "of things")
    assert {found.title for found in api.list_collections(owner="me")} >= {"Renamed", "Another"}
    assert [found.title for found in api.list_collections(item=f"spaces/{space}")] == ["Renamed"]
    for found in (renamed, again):
        api.delete_collection(found.slug)
    api.delete_collection(again.slug, missing_ok=True)
    with pytest.raises(HfHubHTTPError, match="not found"):
        api.get_collection(again.slug)
    with pytest.raises(HFValidationError, match="slug"):
        api.get_collection("../settings")


def test_webhook_is_made_changed_switched_and_deleted(api: HfApi) -> None:
    watched = [{"type": "user", "name": "me"}, hubnb.WebhookWatchedItem("model", "me/x")]
    made = api.create_webhook(url="http://127.0.0.1:9/hook", watched=watched, secret="quiet")  # pyright: ignore[reportArgumentType]
    assert [item.name for item in made.watched] == ["me", "me/x"]
    assert made.domains == ["repo", "discussion"]
    assert made.secret == "quiet"
    assert "quiet" not in repr(made)
    changed = api.update_webhook(made.id, domains=["repo"])
    assert (changed.domains, changed.url) == (["repo"], made.url)
    assert api.disable_webhook(made.id).disabled
    assert not api.enable_webhook(made.id).disabled
    assert api.get_webhook(made.id).id in [found.id for found in api.list_webhooks()]
    api.delete_webhook(made.id)
    with pytest.raises(HfHubHTTPError, match="not found"):
        api.get_webhook(made.id)
    with pytest.raises(HFValidationError, match="one of them"):
        api.create_webhook(watched=[])


def test_large_files_of_old_revisions_are_found_and_deleted_for_good(api: HfApi, repo_id: str) -> None:
    for byte in b"ab":
        api.upload_file(path_or_fileobj=bytes([byte]) * 5000, path_in_repo="w.bin", repo_id=repo_id)
    kept = list(api.list_lfs_files(repo_id))
    assert [(file.filename, file.size) for file in kept] == [("w.bin", 5000)] * 2
    assert kept[0].pushed_at.tzinfo is not None
    old = [file for file in kept if file.oid != api.get_paths_info(repo_id, "w.bin")[0].lfs.sha256]  # pyright: ignore
    api.permanently_delete_lfs_files(repo_id, old)
    assert len(list(api.list_lfs_files(repo_id))) == 1


def test_history_is_squashed_and_commits_are_told_formatted(api: HfApi, repo_id: str) -> None:
    api.upload_file(path_or_fileobj=b"x", path_in_repo="x.txt", repo_id=repo_id, commit_message="A <b>")
    commit = api.list_repo_commits(repo_id, formatted=True)[0]
    assert commit.formatted_title is not None
    assert "<b>" not in commit.formatted_title
    assert api.list_repo_commits(repo_id)[0].formatted_title is None
    api.super_squash_history(repo_id, commit_message="One")
    assert [found.title for found in api.list_repo_commits(repo_id)] == ["One"]


def test_repository_is_copied_with_its_files(api: HfApi, repo_id: str, space: str) -> None:
    api.upload_file(path_or_fileobj=b"\0" * 5000, path_in_repo="w.bin", repo_id=repo_id)
    target = f"{repo_id}-copy"
    assert api.duplicate_repo(repo_id, target, private=True).repo_id == target
    assert "w.bin" in api.list_repo_files(target)
    assert api.model_info(target).private
    assert api.duplicate_repo(repo_id, target, exist_ok=True).repo_id == target
    with pytest.raises(HfHubHTTPError, match="already has"):
        api.duplicate_repo(repo_id, target)
    copy = api.duplicate_space(space, f"{space}-copy")
    assert (copy.repo_type, api.space_info(copy.repo_id).private) == ("space", True)
    assert api.update_repo_visibility(copy.repo_id, False, repo_type="space") == {"private": False}
    assert not api.space_info(copy.repo_id).private


def test_tags_are_told_by_type(api: HfApi, repo_id: str) -> None:
    card = b"---\nlicense: mit\n---\n"
    api.upload_file(path_or_fileobj=card, path_in_repo="README.md", repo_id=repo_id)
    api.model_info(repo_id)
    assert "license:mit" in [tag["id"] for tag in api.get_model_tags()["license"]]
    assert isinstance(api.get_dataset_tags(), dict)
