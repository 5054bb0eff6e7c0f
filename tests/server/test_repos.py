"""Repositories: made, described, listed, moved, deleted."""

from __future__ import annotations

import pytest


def pages(person, path: str) -> list[list[str]]:
    """Follow the Link headers of a list; return the ids page by page."""
    found = []
    while path:
        answer = person.get(path)
        assert answer.status_code == 200, answer.text
        found.append([item["id"] for item in answer.json()])
        path = answer.links.get("next", {}).get("url", "")
    return found


@pytest.mark.parametrize(("repo_type", "prefix"), [("model", ""), ("dataset", "datasets/"), ("space", "spaces/")])
def test_a_repo_is_made_and_found_under_its_type(alice, repo_type, prefix):
    body = {"name": f"a-{repo_type}", "type": repo_type, **({"sdk": "static"} if repo_type == "space" else {})}
    made = alice.post("/api/repos/create", json=body).json()
    assert made["url"] == f"{alice.endpoint}/{prefix}alice/a-{repo_type}"
    assert made["name"] == f"alice/a-{repo_type}"
    assert alice.get(f"/api/{repo_type}s/alice/a-{repo_type}").json()["id"] == f"alice/a-{repo_type}"
    assert alice.get(f"/{prefix}alice/a-{repo_type}/resolve/main/.gitattributes").status_code == 200


def test_a_name_that_is_taken_is_409_with_the_address(alice):
    repo = alice.create("taken")
    for name in ("taken", "TAKEN"):
        answer = alice.post("/api/repos/create", json={"name": name})
        assert (answer.status_code, answer.json()["url"]) == (409, f"{alice.endpoint}/{repo}")
    assert alice.post("/api/repos/create", json={"name": "taken", "type": "dataset"}).status_code == 200


@pytest.mark.parametrize(
    "name", ["", "-a", "a-", ".a", "a.", "a--b", "a..b", "a b", "a/b/c", "x" * 97, "a.git", "ü", None, 3, "../x", "a\n"]
)
def test_a_name_against_the_rules_is_400(alice, name):
    answer = alice.post("/api/repos/create", json={"name": name, "organization": "alice"})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "x", "type": "bucket"},
        {"name": "x", "type": "space"},
        {"name": "x", "type": "space", "sdk": "cobol"},
        {"name": "x", "visibility": "secret"},
        {"name": "x", "organization": 3},
    ],
)
def test_a_creation_that_makes_no_sense_is_400(alice, body):
    assert alice.post("/api/repos/create", json=body).status_code == 400


def test_a_reserved_word_is_no_namespace(alice):
    assert alice.post("/api/repos/create", json={"name": "x", "organization": "datasets"}).status_code == 400


def test_visibility_is_understood_in_both_spellings(alice):
    for body, private in (
        ({"private": True}, True),
        ({"visibility": "private"}, True),
        ({"visibility": "public"}, False),
    ):
        repo = alice.create(**body)
        assert alice.get(f"/api/models/{repo}").json()["private"] is private
    repo = alice.create(private=True)
    alice.ask("PUT", f"/api/models/{repo}/settings", json={"visibility": "public"})
    assert alice.get(f"/api/models/{repo}").json()["private"] is False
    assert alice.ask("PUT", f"/api/models/{repo}/settings", json={"gated": "sometimes"}).status_code == 400


def test_a_deleted_repo_is_gone_and_its_name_is_free(alice):
    repo = alice.create("short-lived")
    alice.put(repo, {"a.txt": b"1"})
    deletion = {"name": "short-lived", "organization": "alice", "type": "model"}
    assert alice.ask("DELETE", "/api/repos/delete", json=deletion).status_code == 200
    for answer in (alice.get(f"/api/models/{repo}"), alice.ask("DELETE", "/api/repos/delete", json=deletion)):
        assert (answer.status_code, answer.headers["X-Error-Code"]) == (404, "RepoNotFound")
    alice.create("short-lived")
    assert alice.paths(repo) == [".gitattributes"]


def test_a_moved_repo_is_found_under_both_names(alice):
    repo = alice.create("old-name")
    alice.put(repo, {"a b.txt": b"1"})
    assert alice.post("/api/repos/move", json={"fromRepo": repo, "toRepo": "acme/new-name"}).status_code == 200
    for method, path in (
        ("GET", "/api/models/alice/old-name?blobs=true"),
        ("HEAD", "/alice/old-name/resolve/main/a%20b.txt"),
        ("GET", "/api/models/alice/old-name/tree/main?recursive=true"),
        ("POST", "/alice/old-name.git/info/lfs/objects/batch"),
    ):
        answer = alice.ask(method, path, json={"operation": "download", "objects": []} if method == "POST" else None)
        assert answer.status_code == 307
        assert answer.headers["Location"] == path.replace("alice/old-name", "acme/new-name")
        followed = alice.ask(method, answer.headers["Location"], json={"operation": "download", "objects": []})
        assert followed.status_code == 200
    alice.create("old-name")
    assert alice.get("/api/models/alice/old-name").status_code == 200


def test_a_move_onto_a_name_that_is_taken_is_409(alice):
    repo, other = alice.create(), alice.create()
    assert alice.post("/api/repos/move", json={"fromRepo": repo, "toRepo": other}).status_code == 409
    assert alice.post("/api/repos/move", json={"fromRepo": repo, "toRepo": "alice"}).status_code == 400
    assert alice.post("/api/repos/move", json={"fromRepo": "alice/none", "toRepo": "alice/x"}).status_code == 404


def test_a_copy_has_the_history_and_outlives_its_source(alice, bob, nobody):
    source = alice.create()
    alice.put(source, {"a.txt": b"1"})
    alice.put_large(source, "w.bin", b"weights to copy")
    alice.post(f"/api/models/{source}/tag/main", json={"tag": "v1"})
    path = f"/api/models/{source}/duplicate"
    assert nobody.post(path, json={"repository": "bob/copy"}).status_code == 401
    assert bob.post(path, json={"repository": "alice/copy"}).status_code == 403
    made = bob.post(path, json={"repository": "bob/copy", "visibility": "private"})
    assert made.json() == {"url": f"{bob.endpoint}/bob/copy"}
    again = bob.post(path, json={"repository": "bob/copy"})
    assert (again.status_code, again.json()["url"]) == (409, f"{bob.endpoint}/bob/copy")
    alice.ask("DELETE", "/api/repos/delete", json={"name": source.split("/")[1], "organization": "alice"})
    assert bob.read("bob/copy", "w.bin", revision="v1").content == b"weights to copy"
    assert len(bob.get("/api/models/bob/copy/commits/main").json()) == 3
    assert bob.get("/api/models/bob/copy").json()["private"] is True
    bob.put("bob/copy", {"b.txt": b"2"})


def test_a_private_source_can_not_be_copied_by_a_stranger(alice, bob):
    source = alice.create(private=True)
    assert bob.post(f"/api/models/{source}/duplicate", json={"repository": "bob/stolen"}).status_code == 404


def test_wrong_case_leads_to_the_right_name_but_a_private_one_stays_hidden(alice, nobody):
    repo = alice.create("CamelCase")
    answer = nobody.get("/api/models/Alice/camelcase")
    assert (answer.status_code, answer.headers["Location"]) == (307, f"/api/models/{repo}")
    alice.ask("PUT", f"/api/models/{repo}/settings", json={"private": True})
    assert nobody.get("/api/models/Alice/camelcase").status_code == 404


def test_info_holds_what_clients_read(alice):
    repo = alice.create()
    card = b"---\nlicense: mit\nlanguage: [en, no]\ntags: [demo]\nbase_model: acme/base\npipeline_tag: fill-mask\n---\n"
    alice.put(repo, {"README.md": card, "config.json": b'{"model_type": "bert", "architectures": ["BertForMaskedLM"]}'})
    alice.put_large(repo, "w.bin", b"weights")
    info = alice.get(f"/api/models/{repo}?blobs=true").json()
    assert info["id"] == info["modelId"] == repo
    assert (info["author"], info["private"], info["gated"], info["disabled"]) == ("alice", False, False, False)
    assert info["sha"] == alice.head(repo)
    assert info["lastModified"].endswith("Z")
    assert info["createdAt"].endswith("Z")
    assert info["cardData"]["language"] == ["en", "no"], "no is Norwegian, not False"
    assert {"license:mit", "en", "no", "demo", "base_model:acme/base", "bert", "fill-mask"} <= set(info["tags"])
    assert (info["pipeline_tag"], info["library_name"]) == ("fill-mask", "transformers")
    assert info["usedStorage"] == 7
    siblings = {item["rfilename"]: item for item in info["siblings"]}
    assert siblings["w.bin"]["size"] == 7
    assert set(siblings["w.bin"]["lfs"]) == {"sha256", "size", "pointerSize"}
    assert siblings["README.md"]["size"] == len(card)
    old = alice.get(f"/api/models/{repo}/commits/main").json()[-1]["id"]
    at_first = alice.get(f"/api/models/{repo}/revision/{old}").json()
    assert [item["rfilename"] for item in at_first["siblings"]] == [".gitattributes"]


def test_the_weights_of_safetensors_are_counted(alice):
    from hubnb.server.samples import safetensors_bytes

    repo = alice.create()
    alice.put_large(repo, "model.safetensors", safetensors_bytes({"a": (3, 4), "b": (5,)}))
    assert alice.get(f"/api/models/{repo}").json()["safetensors"] == {"parameters": {"F32": 17}, "total": 17}
    alice.put_large(repo, "model.safetensors", b"\xff" * 100)
    assert "safetensors" not in alice.get(f"/api/models/{repo}").json()


def test_expand_gives_what_was_asked_for_and_no_more(alice):
    repo = alice.create()
    info = alice.get(f"/api/models/{repo}?expand=sha&expand=siblings&expand[]=gated").json()
    assert set(info) == {"_id", "id", "sha", "siblings", "gated"}
    for expand in ("likes", "downloadsAllTime", "usedStorage", "inferenceProviderMapping", "createdAt"):
        assert expand in alice.get(f"/api/models/{repo}?expand={expand}").json()
    unknown = alice.get(f"/api/models/{repo}?expand=nonsense")
    assert unknown.status_code == 400
    assert "safetensors" in unknown.json()["error"]
    assert alice.get(f"/api/models/{repo}?expand=sha&blobs=true").status_code == 400


def test_an_unknown_revision_is_told(alice):
    answer = alice.get(f"/api/models/{alice.create()}/revision/nope")
    assert (answer.status_code, answer.headers["X-Error-Code"]) == (404, "RevisionNotFound")


@pytest.fixture
def shelf(dave) -> list[str]:
    """Twelve models of dave's, made once."""
    if dave.get("/api/models?author=dave").json() == []:
        for number in range(12):
            repo = dave.create(f"shelf-{number:02d}")
            tags = f"tags: [t{number % 2}, all]\nlicense: {'mit' if number < 3 else 'apache-2.0'}\n"
            dave.put(repo, {"README.md": f"---\n{tags}---\n".encode()})
    return [f"dave/shelf-{number:02d}" for number in range(12)]


def test_lists_are_narrowed_by_author_search_and_tags(dave, shelf):
    def ids(query: str) -> set[str]:
        return {item["id"] for item in dave.get(f"/api/models?{query}").json()}

    assert ids("author=dave") == set(shelf)
    assert ids("author=DAVE") == set(shelf)
    assert ids("author=nobody") == set()
    assert ids("search=SHELF-1") == {"dave/shelf-10", "dave/shelf-11"}
    assert ids("search=100%25") == ids("search=_helf") == set()
    assert ids("filter=license:mit&author=dave") == set(shelf[:3])
    assert ids("filter=license:mit&filter=t1") == {"dave/shelf-01"}
    assert ids("filter=license:mit,t1") == {"dave/shelf-01"}
    assert ids("filter=all&author=dave&search=shelf&limit=5") <= set(shelf)
    assert dave.get("/api/datasets?author=dave").json() == []


@pytest.mark.parametrize("sort", ["createdAt", "lastModified", "downloads", "likes", "trendingScore"])
@pytest.mark.parametrize("size", [1, 5, 12])
def test_pages_hold_every_repo_once(dave, shelf, sort, size):
    found = pages(dave, f"/api/models?author=dave&sort={sort}&limit={size}")
    assert sorted(item for page in found for item in page) == shelf
    assert {len(page) for page in found[:-1]} <= {size}


def test_the_newest_come_first_unless_asked_otherwise(dave, shelf):
    newest = [item["id"] for item in dave.get("/api/models?author=dave&sort=createdAt").json()]
    assert newest == shelf[::-1]
    oldest = [item["id"] for item in dave.get("/api/models?author=dave&sort=createdAt&direction=1").json()]
    assert oldest == shelf


def test_full_lists_say_more(dave, shelf):
    short = dave.get("/api/models?author=dave&limit=1").json()[0]
    assert {"_id", "id", "modelId", "likes", "private", "downloads", "tags", "createdAt"} <= set(short)
    assert "siblings" not in short
    full = dave.get("/api/models?author=dave&limit=1&full=True").json()[0]
    assert {"author", "lastModified", "siblings", "sha", "gated", "cardData"} <= set(full)
    assert set(dave.get("/api/models?author=dave&limit=1&expand=sha").json()[0]) == {"_id", "id", "sha"}


def test_downloads_are_counted_and_sort_a_list(hub, alice, nobody):
    loved, other = alice.create("loved"), alice.create("other")
    for repo in (loved, other):
        alice.put(repo, {"config.json": b"{}", "a.txt": b"x"})
    for _ in range(3):
        nobody.read(loved, "config.json")
    for path in ("a.txt", "config.json"):
        nobody.ask("HEAD", f"/{other}/resolve/main/{path}")
    nobody.read(other, "a.txt")

    hub._hub.write_downloads()  # otherwise every few seconds
    listed = nobody.get("/api/models?author=alice&sort=downloads&limit=1000").json()
    found = {item["id"]: item["downloads"] for item in listed}
    assert (found[loved], found[other]) == (3, 0)
    assert next(iter(found)) == loved


@pytest.mark.parametrize(
    "query", ["sort=nonsense", "cursor=nonsense", "cursor=WyJhIl0=", "limit=many", "expand=nonsense", "cursor=%00"]
)
def test_a_list_that_makes_no_sense_is_400(nobody, query):
    assert nobody.get(f"/api/models?{query}").status_code == 400


def test_a_repo_without_namespace_is_not_found(nobody):
    for path in ("/api/models/gpt2", "/gpt2/resolve/main/config.json"):
        assert nobody.get(path).status_code == 404
    assert nobody.get("/api/models/gpt2").headers["X-Error-Code"] == "RepoNotFound"
