"""People, what they like, and who may see a gated repository: a Hub with two users and an organisation."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING

import pytest
import requests

from hubnb import HfApi, LocalHub
from hubnb.client import auth
from hubnb.client.errors import GatedRepoError, HfHubHTTPError, HFValidationError, LocalTokenNotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterator

MINE, YOURS = "hf_mineMINEmine", "hf_yoursYOURSyours"
SEED = {
    "format": "hub-seed/1",
    "users": [
        {
            "name": "me", "fullname": "Me Myself", "email": "me@example.org",
            "tokens": [{"token": MINE, "name": "a", "role": "write"}],
        },
        {"name": "you", "tokens": [{"token": YOURS, "name": "b", "role": "read"}]},
    ],
    "organizations": [
        {
            "name": "acme", "fullname": "Acme",
            "members": [{"user": "me", "role": "admin"}, {"user": "you", "role": "read"}],
        }
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalHub]:
    seed = tmp_path_factory.mktemp("seed") / "seed.json"
    seed.write_text(json.dumps(SEED))
    with LocalHub(seed=seed) as hub:
        yield hub


@pytest.fixture
def me(team: LocalHub) -> HfApi:
    team.requests.clear()
    return HfApi(team.endpoint, MINE)


@pytest.fixture
def you(team: LocalHub) -> HfApi:
    return HfApi(team.endpoint, YOURS)


@pytest.fixture
def repo(me: HfApi) -> str:
    return me.create_repo(f"me/r-{uuid.uuid4().hex[:8]}").repo_id


def test_people_and_organisations_are_described(me: HfApi, repo: str) -> None:
    user = me.get_user_overview("me")
    assert (user.username, user.fullname, [org.name for org in user.orgs]) == ("me", "Me Myself", ["acme"])
    assert user.num_models
    organization = me.get_organization_overview("acme")
    assert (organization.name, organization.num_users) == ("acme", 2)
    assert {member.username for member in me.list_organization_members("acme")} == {"me", "you"}
    assert list(me.list_user_followers("me")) == list(me.list_user_following("me")) == []
    assert list(me.list_organization_followers("acme")) == []
    with pytest.raises(HfHubHTTPError, match="nobody"):
        me.get_user_overview("nobody")


def test_storage_is_told_by_repository(me: HfApi, repo: str) -> None:
    me.upload_file(path_or_fileobj=b"\0" * 5000, path_in_repo="x.bin", repo_id=repo)
    me.create_repo("acme/shared", exist_ok=True)
    mine = {found.id: found for found in me.list_user_repos()}
    assert (mine[repo].storage, mine[repo].type, mine[repo].visibility) == (5000, "model", "public")
    assert [found.id for found in me.list_user_repos("me")] == list(mine)
    assert [found.id for found in me.list_user_repos("acme")] == ["acme/shared"]


def test_likes_are_counted_listed_and_taken_back(me: HfApi, you: HfApi, repo: str) -> None:
    me.like(repo)
    you.like(repo)
    assert [user.username for user in me.list_repo_likers(repo)] == ["me", "you"]
    assert me.model_info(repo).likes == 2
    mine = me.list_liked_repos()
    assert (mine.user, mine.total, mine.models) == ("me", 1, [repo])
    me.unlike(repo)
    assert me.list_liked_repos("me").total == 0


def test_access_is_asked_for_decided_on_and_granted(me: HfApi, you: HfApi, team: LocalHub, repo: str) -> None:
    me.upload_file(path_or_fileobj=b"x", path_in_repo="x.txt", repo_id=repo)
    me.update_repo_settings(repo, gated="manual")

    def may_read() -> bool:
        try:
            you.auth_check(repo)
        except GatedRepoError:
            return False
        return True

    assert not may_read()
    asked = requests.post(
        f"{team.endpoint}/{repo}/ask-access", data={"why": "fun"}, headers={"Authorization": f"Bearer {YOURS}"},
        allow_redirects=False, timeout=10,
    )  # fmt: skip
    assert asked.status_code == 303
    request = next(me.list_pending_access_requests(repo))
    assert (request.username, request.status) == ("you", "pending")
    assert request.fields is not None
    assert "why" in request.fields
    me.accept_access_request(repo, "you")
    assert may_read()
    assert [found.username for found in me.list_accepted_access_requests(repo)] == ["you"]
    me.cancel_access_request(repo, request_id=request.request_id)
    assert not may_read()
    me.reject_access_request(repo, "you", rejection_reason="no")
    assert [found.status for found in me.list_rejected_access_requests(repo)] == ["rejected"]
    me.grant_access(repo, "you")
    assert may_read()
    with pytest.raises(HFValidationError, match="request_id"):
        me.accept_access_request(repo, "you", request_id="x")
    with pytest.raises(HfHubHTTPError, match="write access"):
        next(you.list_pending_access_requests(repo))


def test_whoami_may_be_remembered_and_tells_permission_and_full_names(me: HfApi, team: LocalHub) -> None:
    auth._answers.clear()
    assert me.whoami(cache=True)["name"] == me.whoami(cache=True)["name"] == "me"
    assert len([seen for seen in team.requests if "whoami" in seen.path]) == 1
    assert me.whoami()["name"] == "me"
    assert len([seen for seen in team.requests if "whoami" in seen.path]) == 2
    assert MINE not in repr(auth._answers)
    assert me.get_token_permission() == "write"
    assert me.get_token_permission(YOURS) == "read"
    assert me.get_token_permission("hf_wrong") is None
    assert me.get_full_repo_name("x") == "me/x"
    assert me.get_full_repo_name("x", organization="acme") == "acme/x"
    with pytest.raises(HFValidationError, match="token=False"):
        me.whoami(token=False)
    with pytest.raises(LocalTokenNotFoundError):
        HfApi(team.endpoint).whoami()
