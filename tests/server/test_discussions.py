"""Discussions, pull requests, likes, and asking for access."""

from __future__ import annotations

import pytest
from hub_people import file


@pytest.fixture
def repo(alice) -> str:
    repo = alice.create()
    alice.put(repo, {"a.txt": b"one\n", "b.txt": b"two\n"})
    return repo


def propose(person, repo: str, *operations, revision: str = "main", **header):
    lines = operations or [file("new.txt", b"new\n")]
    return person.commit(repo, *lines, revision=f"{revision}?create_pr=1", **header)


def number(answer) -> int:
    assert answer.status_code == 200, answer.text
    return int(answer.json()["pullRequestUrl"].rpartition("/discussions/")[2])


def talk(person, repo: str) -> int:
    body = {"title": "Why?", "description": "Because."}
    return person.post(f"/api/models/{repo}/discussions", json=body).json()["num"]


def detail(person, repo: str, num: int) -> dict:
    return person.get(f"/api/models/{repo}/discussions/{num}?diff=1").json()


def test_a_stranger_may_propose_a_change_and_the_owner_merges_it(alice, bob, repo):
    before = alice.head(repo)
    answer = propose(bob, repo, file("new.txt", b"new\n"), ("deletedFile", {"path": "b.txt"}), description="Because")
    num = number(answer)
    assert alice.head(repo) == before
    assert answer.json()["pullRequestUrl"] == f"{bob.endpoint}/{repo}/discussions/1"
    found = detail(alice, repo, num)
    assert (found["title"], found["status"], found["isPullRequest"]) == ("A change", "open", True)
    assert (found["author"]["name"], found["changes"], found["filesWithConflicts"]) == (
        "bob",
        {"base": "refs/heads/main"},
        [],
    )
    assert [event["type"] for event in found["events"]] == ["comment", "commit"]
    assert found["events"][0]["data"]["latest"]["raw"] == "Because"
    assert "+new" in found["diff"]
    assert "-two" in found["diff"]
    assert alice.read(repo, "new.txt", revision=f"refs%2Fpr%2F{num}").content == b"new\n"
    refs = alice.get(f"/api/models/{repo}/refs?include_prs=1").json()
    assert refs["pullRequests"][0]["targetCommit"] == answer.json()["commitOid"]
    alice.put(repo, {"meanwhile.txt": b"x"})
    merged = alice.post(f"/api/models/{repo}/discussions/{num}/merge", json={"comment": "Thanks"})
    assert merged.json()["newStatus"]["data"]["status"] == "merged"
    assert alice.paths(repo) == [".gitattributes", "a.txt", "meanwhile.txt", "new.txt"]
    found = detail(alice, repo, num)
    assert (found["status"], found["changes"]["mergeCommitId"]) == ("merged", alice.head(repo))
    assert alice.get(f"/api/models/{repo}/commits/main").json()[0]["title"] == "A change (#1)"


def test_a_proposal_that_meets_another_change_is_a_conflict(alice, bob, repo):
    num = number(propose(bob, repo, file("a.txt", b"bob\n")))
    alice.put(repo, {"a.txt": b"alice\n"})
    assert detail(alice, repo, num)["filesWithConflicts"] == ["a.txt"]
    assert alice.post(f"/api/models/{repo}/discussions/{num}/merge").status_code == 409
    assert alice.read(repo, "a.txt").content == b"alice\n"


def test_the_author_may_go_on_in_an_open_proposal_but_nobody_else(alice, bob, carol, repo):
    num = number(propose(bob, repo))
    ref = f"refs%2Fpr%2F{num}"
    assert bob.commit(repo, file("more.txt", b"x"), revision=ref).status_code == 200
    assert carol.commit(repo, file("evil.txt", b"x"), revision=ref).status_code == 403
    assert bob.commit(repo, file("evil.txt", b"x")).status_code == 403
    assert bob.post(f"/api/models/{repo}/discussions/{num}/merge").status_code == 403
    assert bob.post(f"/api/models/{repo}/discussions/{num}/status", json={"status": "closed"}).status_code == 200
    assert bob.commit(repo, file("late.txt", b"x"), revision=ref).status_code == 403
    assert alice.post(f"/api/models/{repo}/discussions/{num}/merge").status_code == 400


def test_a_stranger_sends_large_files_for_a_proposal_only(alice, bob, alice_reading, nobody, repo):
    assert bob.batch(repo, b"weights of bob", branch="main").status_code == 403
    assert bob.batch(repo, b"weights of bob", branch=None).status_code == 200, "its commit opens a pull request"
    assert [one.batch(repo, b"x", branch=None).status_code for one in (nobody, alice_reading)] == [401, 403]


def test_a_draft_takes_large_files_of_a_stranger(alice, bob, repo):
    assert bob.batch(repo, b"weights of bob").status_code == 403
    made = bob.post(f"/api/models/{repo}/discussions", json={"title": "Weights", "pullRequest": True}).json()
    assert detail(alice, repo, made["num"])["status"] == "draft"
    line = {"path": "w.bin", **bob.upload(repo, b"weights of bob")}
    assert bob.commit(repo, ("lfsFile", line), revision=f"refs%2Fpr%2F{made['num']}").status_code == 200
    assert alice.post(f"/api/models/{repo}/discussions/{made['num']}/merge").status_code == 400, "still a draft"
    bob.post(f"/api/models/{repo}/discussions/{made['num']}/status", json={"status": "open"})
    assert alice.post(f"/api/models/{repo}/discussions/{made['num']}/merge").status_code == 200
    assert alice.read(repo, "w.bin").content == b"weights of bob"


def test_a_proposal_of_nothing_or_on_an_old_state_leaves_no_trace(alice, bob, alice_reading, nobody, repo):
    old = alice.get(f"/api/models/{repo}/commits/main").json()[-1]["id"]
    assert propose(bob, repo, file("x", b"1"), parentCommit=old).status_code == 412
    assert propose(bob, repo, ("deletedFile", {"path": "nope"})).status_code == 404
    assert [propose(person, repo).status_code for person in (nobody, alice_reading)] == [401, 403]
    assert alice.get(f"/api/models/{repo}/discussions").json()["count"] == 0
    assert alice.get(f"/api/models/{repo}/refs?include_prs=1").json()["pullRequests"] == []


def test_a_discussion_is_led(alice, bob, carol, repo):
    path = f"/api/models/{repo}/discussions"
    num = bob.post(path, json={"title": "Why?", "description": "<script>alert(1)</script>"}).json()["num"]
    event = alice.post(f"{path}/{num}/comment", json={"comment": "Because."}).json()["newMessage"]
    edited = alice.post(f"{path}/{num}/comment/{event['id']}/edit", json={"content": "Because!"}).json()
    assert edited["updatedComment"]["data"]["latest"]["raw"] == "Because!"
    assert edited["updatedComment"]["data"]["edited"] is True
    assert carol.post(f"{path}/{num}/comment/{event['id']}/edit", json={"content": "No"}).status_code == 403
    hidden = alice.post(f"{path}/{num}/comment/{event['id']}/hide").json()["updatedComment"]["data"]
    assert (hidden["hidden"], hidden["latest"]["raw"]) == (True, "This comment has been hidden")
    assert carol.post(f"{path}/{num}/title", json={"title": "Mine now"}).status_code == 403
    assert bob.post(f"{path}/{num}/title", json={"title": "Why, then?"}).json()["newTitle"]["data"]["from"] == "Why?"
    assert alice.post(f"{path}/{num}/status", json={"status": "closed", "comment": "Done"}).status_code == 200
    found = detail(alice, repo, num)
    assert [event["type"] for event in found["events"]] == ["comment", "comment", "title-change", "status-change"]
    assert "<script>" not in found["events"][0]["data"]["latest"]["html"]
    assert (found["title"], found["status"]) == ("Why, then?", "closed")
    assert alice.post(f"{path}/{num}/merge").status_code == 400


def test_discussions_are_listed_and_told_apart(alice, bob, repo):
    path = f"/api/models/{repo}/discussions"
    for title in ("First question", "Second question"):
        bob.post(path, json={"title": title})
    number(propose(alice, repo))
    bob.post(f"{path}/1/status", json={"status": "closed"})

    def nums(query: str) -> list[int]:
        return [item["num"] for item in alice.get(f"{path}?{query}").json()["discussions"]]

    assert nums("") == [3, 2, 1]
    assert nums("type=pull_request") == [3]
    assert nums("type=discussion&status=open") == [2]
    assert nums("status=closed") == [1]
    assert nums("author=alice") == [3]
    assert nums("search=SECOND") == [2]
    body = alice.get(path).json()
    assert (body["count"], body["start"], body["numClosedDiscussions"]) == (3, 0, 1)
    assert body["discussions"][0]["repo"] == {"name": repo, "type": "model"}


@pytest.mark.parametrize(
    "body", [{}, {"title": "ab"}, {"title": "x" * 201}, {"title": 3}, {"title": "ok!", "description": 3}]
)
def test_a_discussion_without_a_proper_title_is_400(alice, repo, body):
    assert alice.post(f"/api/models/{repo}/discussions", json=body).status_code == 400
    assert alice.get(f"/api/models/{repo}/discussions/1").status_code == 404
    assert alice.get(f"/api/models/{repo}/discussions/99999999999999999999").status_code == 404


def test_a_gate_opens_by_itself_or_by_hand(alice, bob, carol, repo):
    ask = f"/{repo}/ask-access"
    assert bob.post(ask, json={}).status_code == 400, "not gated"
    alice.ask("PUT", f"/api/models/{repo}/settings", json={"gated": "auto"})
    assert bob.read(repo, "a.txt").status_code == 403
    assert bob.post(ask, data={"country": "X"}).status_code == 303
    assert bob.read(repo, "a.txt").status_code == 200
    alice.ask("PUT", f"/api/models/{repo}/settings", json={"gated": "manual"})
    carol.post(ask, json={"why": "research"})
    assert carol.read(repo, "a.txt").status_code == 403
    path = f"/api/models/{repo}/user-access-request"
    (pending,) = alice.get(f"{path}/pending").json()
    assert (pending["user"]["user"], pending["fields"], pending["status"]) == ("carol", {"why": "research"}, "pending")
    assert carol.get(f"{path}/pending").status_code == 403
    assert alice.post(f"{path}/handle", json={"user": "carol", "status": "accepted"}).status_code == 200
    assert carol.read(repo, "a.txt").status_code == 200
    assert alice.post(f"{path}/handle", json={"user": "carol", "status": "accepted"}).status_code == 400
    alice.post(f"{path}/handle", json={"requestId": pending["requestId"], "status": "rejected"})
    assert carol.read(repo, "a.txt").status_code == 403
    assert alice.post(f"{path}/grant", json={"user": "carol"}).status_code == 200
    assert carol.read(repo, "a.txt").status_code == 200
    assert alice.post(f"{path}/grant", json={"user": "ghost"}).status_code == 404
    many = {"status": "rejected", "requests": [{"user": "carol"}, {"user": "bob"}, {"requestId": "made-up"}]}
    answer = alice.post(f"{path}/batch", json=many).json()
    assert (answer["success"], [item["requestId"] for item in answer["failed"]]) == (False, ["made-up"])
    assert carol.read(repo, "a.txt").status_code == bob.read(repo, "a.txt").status_code == 403
    assert bob.post(f"{path}/batch", json=many).status_code == 403


def test_likes_are_counted_once_a_person(alice, bob, nobody, repo):
    path = f"/api/models/{repo}"
    assert [person.post(f"{path}/like").status_code for person in (alice, alice, bob, nobody)] == [200, 200, 200, 401]
    assert nobody.get(path).json()["likes"] == 2
    assert [liker["user"] for liker in nobody.get(f"{path}/likers").json()] == ["alice", "bob"]
    assert bob.ask("DELETE", f"{path}/like").json() == {"likes": 1}
    assert nobody.get("/api/users/alice/likes").json()[-1]["repo"] == {"name": repo, "type": "model"}


def test_a_pinned_discussion_comes_first(alice, bob, repo):
    first = talk(alice, repo)
    talk(alice, repo)
    path = f"/api/models/{repo}/discussions"
    assert bob.post(f"{path}/{first}/pin", json={"pinned": True}).status_code == 403
    assert alice.post(f"{path}/{first}/pin", json={"pinned": True}).json() == {"pinned": True}
    listed = bob.get(path).json()["discussions"]
    assert [(found["num"], found["pinned"]) for found in listed] == [(first, True), (first + 1, False)]
    alice.post(f"{path}/{first}/pin", json={"pinned": False})
    assert [found["num"] for found in bob.get(path).json()["discussions"]] == [first + 1, first]


def test_a_deleted_discussion_is_gone_and_its_number_is_not_given_again(alice, bob, repo):
    path = f"/api/models/{repo}/discussions"
    proposed = alice.post(path, json={"title": "Change", "description": "", "pullRequest": True}).json()["num"]
    assert bob.ask("DELETE", f"{path}/{proposed}").status_code == 403
    assert alice.ask("DELETE", f"{path}/{proposed}").status_code == 200
    assert alice.get(f"{path}/{proposed}").status_code == 404
    assert alice.get(f"/api/models/{repo}/refs?include_prs=1").json()["pullRequests"] == []
    assert talk(alice, repo) == proposed + 1


def test_only_what_is_done_with_loses_its_branch(alice, repo):
    path = f"/api/models/{repo}/discussions"
    num = alice.post(path, json={"title": "Change", "description": "", "pullRequest": True}).json()["num"]
    assert alice.ask("DELETE", f"{path}/{num}/ref").status_code == 400
    alice.post(f"{path}/{num}/status", json={"status": "closed"})
    assert alice.ask("DELETE", f"{path}/{num}/ref").status_code == 200
    assert alice.get(f"/api/models/{repo}/refs?include_prs=1").json()["pullRequests"] == []
    assert alice.get(f"{path}/{num}").json()["status"] == "closed"
