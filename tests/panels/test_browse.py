"""The browser against the embedded Hub, driven as the view drives it."""

from __future__ import annotations

import json
import uuid
import zlib
from typing import TYPE_CHECKING, Any

import pytest

import hubnb
from hubnb.client.errors import HFValidationError
from hubnb.panels.browse import BrowsePanel
from hubnb.panels.browse_search import Query
from hubnb.panels.browse_tree import Files
from hubnb.panels.browse_verb import browse

if TYPE_CHECKING:
    from collections.abc import Callable

CANARY = "hf_CanaryCanaryCanaryCanaryCanary00"
CARD = b"---\nlicense: mit\npipeline_tag: text-classification\n---\n# Hi <script>alert(1)</script>\n"
FILES = {"README.md": CARD, "config.json": b'{"a": 1}', "onnx/model.onnx": b"\0" * 3000, "onnx/q/int8.onnx": b"\1" * 10}


class View:
    """The browser's end: asks, and waits for the answers."""

    def __init__(self, panel: BrowsePanel, wire: Any) -> None:
        self.panel, self.wire = panel, wire

    def call(self, method: str, **params: Any) -> Any:
        reply = self.wire.ask(method, **params)
        assert "error" not in reply, reply
        return reply["result"]

    def answer(self, method: str, **params: Any) -> dict[str, Any]:
        """Ask what a worker answers; give its last message."""
        ticket = uuid.uuid4().hex
        self.call(method, ticket=ticket, **params)
        self.panel.settle(60)
        return [one for one in self.wire.replies if one.get("ticket") == ticket][-1]

    def ask(self, method: str, **params: Any) -> Any:
        answer = self.answer(method, **params)
        assert "error" not in answer, answer
        return answer["result"]

    def open(self, repo_id: str, **params: Any) -> Any:
        facts = self.ask("open_repo", repo_id=repo_id, repo_type="model", **params)
        self.ask("list_files")
        return facts


def put(api: hubnb.HfApi, repo_id: str, files: dict[str, bytes], **options: Any) -> Any:
    operations = [hubnb.CommitOperationAdd(path_in_repo=path, path_or_fileobj=body) for path, body in files.items()]
    return api.create_commit(repo_id, operations, **{"commit_message": "Add files", **options})


@pytest.fixture
def filled(api: hubnb.HfApi, repo_id: str) -> str:
    put(api, repo_id, FILES)
    return repo_id


@pytest.fixture
def view_of(wire) -> Callable[[BrowsePanel], View]:
    return lambda panel: View(panel, wire(panel))


@pytest.fixture
def view(api: hubnb.HfApi, view_of) -> View:
    return view_of(BrowsePanel(endpoint=api.endpoint, token=api.token))


def chosen_bits(view: View, *paths: str) -> str:
    opened = view.panel._opened
    assert opened is not None
    assert opened.files is not None
    return opened.files.bits_of(paths)


def test_query_text_is_words_and_filters() -> None:
    query = Query.parse('ticket routing task:text-classification license:mit author:"me" http://x')
    assert query.words == "ticket routing http://x"
    assert query.filters == {"task": "text-classification", "license": "mit", "author": "me"}
    asked = query.parameters("model")
    assert asked["filter"] == ["text-classification", "license:mit"]
    assert Query.parse("task:x language:en").parameters("dataset")["filter"] == ["task_categories:x", "language:en"]
    with pytest.raises(HFValidationError, match="no way to sort"):
        Query.parse("sort:nonsense").parameters("model")


def test_search_finds_pages_and_says_whether_there_is_more(api, view: View) -> None:
    mark = f"m{uuid.uuid4().hex[:6]}"
    for number in range(23):
        put(api, str(api.create_repo(f"me/{mark}-{number}").repo_id), {"README.md": CARD})
    first = view.ask("search", query=f"{mark} task:text-classification", kind="model")
    assert (len(first["rows"]), first["more"]) == (20, True)
    assert {row["license"] for row in first["rows"]} == {"mit"}
    second = view.ask("search", query=f"{mark} task:text-classification", kind="model", more=True)
    assert (len(second["rows"]), second["more"]) == (3, False)
    assert len({row["id"] for row in first["rows"] + second["rows"]}) == 23
    assert view.ask("search", query=f"{mark} license:apache-2.0", kind="model") == {"rows": [], "more": False}


def test_newer_search_makes_the_older_one_stale(hub, view: View) -> None:
    hub.faults.stall("*/api/models", times=1)
    view.call("search", ticket="old", query="one", kind="model")
    view.call("search", ticket="new", query="two", kind="model")
    hub.faults.clear()
    view.panel.settle(60)
    answers = {one["ticket"]: one for one in view.wire.replies if one.get("hubnb") == "answer"}
    assert answers["old"].get("stale")
    assert "result" not in answers["old"]
    assert answers["new"]["result"]["rows"] is not None


def test_repo_page_tells_the_facts(api, filled: str, view: View) -> None:
    facts = view.open(filled)
    assert (facts["task"], facts["license"], facts["access"]) == ("text-classification", "mit", True)
    assert facts["commit"] == api.model_info(filled).sha
    assert (view.panel.repo_id, view.panel.revision) == (filled, "main")


def test_files_come_as_columns_that_the_view_can_read(filled: str, view: View) -> None:
    view.open(filled)
    paths, sizes, facts = view.wire.buffers[-1]
    names = zlib.decompress(paths).decode().split("\0")
    assert sorted(set(names) - {".gitattributes"}) == sorted(FILES)
    assert len(sizes) == 8 * len(names)
    assert len(facts) == len(names)


def test_choice_of_the_view_is_seen_by_programs(filled: str, view: View) -> None:
    view.open(filled)
    seen: list[tuple[str, ...]] = []
    view.panel.observe(lambda change: seen.append(change.new), "selected")
    commit = view.panel.chosen["commit"] or view.panel._opened.commit
    view.call("choose", commit=commit, bits=chosen_bits(view, "config.json"), by="v1")
    assert view.panel.selected == ("config.json",)
    assert seen == [("config.json",)]
    assert view.panel.chosen["by"] == "v1"


def test_choice_of_a_program_reaches_the_view(filled: str, view: View) -> None:
    view.open(filled)
    view.panel.selected = ("README.md", "not/there.txt")
    assert view.panel.chosen["by"] == ""
    assert view.panel.chosen["bits"] == chosen_bits(view, "README.md")


def test_choice_made_before_the_files_are_known_is_kept(filled: str, view: View) -> None:
    view.ask("open_repo", repo_id=filled, repo_type="model")
    view.panel.selected = ("config.json",)
    view.ask("list_files")
    assert view.panel.selected == ("config.json",)
    assert view.panel.chosen["bits"] == chosen_bits(view, "config.json")


def test_other_revision_keeps_the_choice_by_path(api, filled: str, view: View) -> None:
    api.create_tag(filled, tag="v1")
    api.upload_file(path_or_fileobj=b"new", path_in_repo="new.txt", repo_id=filled)
    view.open(filled)
    view.panel.selected = ("config.json", "new.txt")
    view.open(filled, revision="v1")
    assert view.panel.selected == ("config.json",)


def test_another_name_of_the_same_commit_keeps_list_and_choice(api, filled: str, view: View) -> None:
    api.create_tag(filled, tag="same")
    view.open(filled)
    view.panel.selected = ("config.json",)
    view.ask("open_repo", repo_id=filled, repo_type="model", revision="same")
    assert view.panel.selected == ("config.json",)
    view.call("choose", commit=view.panel._opened.commit, bits=chosen_bits(view, "README.md"), by="v")
    assert view.panel.selected == ("README.md",)


def test_selection_of_another_list_is_refused(filled: str, view: View) -> None:
    view.open(filled)
    reply = view.wire.ask("choose", commit="0" * 40, bits="", by="v")
    assert "changed meanwhile" in reply["error"]["title"]
    with pytest.raises(HFValidationError):
        Files("c").paths_of("AAAA")


def test_pull_fetches_the_chosen_files_and_only_them(filled: str, view: View, home) -> None:
    view.open(filled)
    view.call("choose", commit=view.panel._opened.commit, bits=chosen_bits(view, "onnx/model.onnx"), by="v")
    transfer_id = view.ask("pull", everything=False)
    transfer = view.panel._pulls.get(transfer_id)
    assert transfer.wait(60)
    folder = home / "hub" / f"models--{filled.replace('/', '--')}" / "snapshots" / view.panel._opened.commit
    assert [str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()] == ["onnx/model.onnx"]
    (row,) = view.panel._pulls.rows()
    assert (row["state"], row["files_total"], row["bytes_total"]) == ("done", 1, 3000)
    cached = view.call("cached_now")
    assert [view.panel._opened.files.files[index].path for index in cached] == ["onnx/model.onnx"]
    assert hubnb.try_to_load_from_cache(filled, "onnx/model.onnx")


def test_pulling_nothing_says_so(filled: str, view: View) -> None:
    view.open(filled)
    assert "No files are chosen" in view.wire.ask("pull", ticket="t", everything=False)["error"]["title"]


def test_whole_repository_is_pulled_from_the_results(filled: str, view: View) -> None:
    transfer_id = view.ask("pull_repo", repo_id=filled, repo_type="model")
    assert view.panel._pulls.get(transfer_id).wait(60)
    assert view.panel._pulls.rows()[0]["files_total"] == len(FILES) + 1


def test_look_reads_a_part_and_a_pulled_file_costs_nothing(api, filled: str, view: View, hub) -> None:
    view.open(filled)
    look = view.ask("look", path="config.json")
    assert (look["kind"], look["bytes_read"], look["from_cache"]) == ("json", 8, False)
    api.hf_hub_download(filled, "config.json")
    assert view.ask("look", path="config.json")["from_cache"]


def test_card_is_harmless_html(filled: str, view: View) -> None:
    view.open(filled)
    html = view.ask("read_card")["html"]
    assert "<h1" in html
    assert "<script" not in html


def test_pull_request_is_read_commented_and_merged(api, filled: str, view: View) -> None:
    put(api, filled, {"config.json": b'{"a": 2}'}, commit_message="Change a", create_pr=True)
    view.open(filled)
    (row,) = view.ask("list_discussions")["rows"]
    assert (row["title"], row["is_pull"], row["status"]) == ("Change a", True, "open")
    thread = view.ask("read_discussion", num=1)
    assert '+{"a": 2}' in thread["diff"]
    assert view.ask("comment", num=1, text="Fine.")["events"][-1]["text"] == "Fine."
    assert view.ask("merge", num=1)["status"] == "merged"
    assert "error" in view.answer("comment", num=1, text="  ")


def test_commits_come_newest_first_with_their_number(api, filled: str, view: View) -> None:
    api.upload_file(path_or_fileobj=b"x", path_in_repo="x.txt", repo_id=filled, commit_message="Add x")
    view.open(filled)
    commits = view.ask("list_commits")
    assert commits["rows"][0]["title"] == "Add x"
    assert commits["total"] == len(commits["rows"])
    names = view.ask("list_names")
    assert names["branches"][0][0] == "main"
    assert [path for path, *_ in view.ask("last_commits", paths=["x.txt"])] == ["x.txt"]


@pytest.mark.parametrize(
    ("repo", "revision", "kind"),
    [("me/not-there", "main", "missing"), ("{filled}", "no-such-branch", "revision")],
)
def test_what_is_not_there_is_told_by_kind(repo: str, revision: str, kind: str, filled: str, view: View) -> None:
    repo_id = repo.format(filled=filled)
    answer = view.answer("open_repo", repo_id=repo_id, repo_type="model", revision=revision)
    assert answer["error"]["kind"] == kind


def test_private_repository_reads_like_one_that_does_not_exist(api, view_of) -> None:
    private = str(api.create_repo(f"me/p-{uuid.uuid4().hex[:6]}", private=True).repo_id)
    stranger = view_of(BrowsePanel(endpoint=api.endpoint, token=False))
    said = [
        stranger.answer("open_repo", repo_id=repo_id, repo_type="model")["error"]["kind"]
        for repo_id in (private, "me/never-was-there")
    ]
    assert said == ["missing", "missing"]


def test_gated_repository_shows_its_files_and_says_that_access_is_missing(api, filled: str, view_of) -> None:
    api.update_repo_settings(filled, gated="manual")
    stranger = view_of(BrowsePanel(endpoint=api.endpoint, token=False))
    facts = stranger.ask("open_repo", repo_id=filled, repo_type="model")
    assert (facts["gated"], facts["access"], facts["signed_in"]) == (True, False, False)
    stranger.ask("list_files")
    assert stranger.answer("look", path="config.json")["error"]["kind"] == "gated"


def test_unreachable_hub_is_named(view_of) -> None:
    view = view_of(BrowsePanel(endpoint="http://127.0.0.1:9", token=False))
    error = view.answer("open_repo", repo_id="me/x", repo_type="model")["error"]
    assert (error["kind"], error["host"]) == ("unreachable", "127.0.0.1:9")


def test_offline_shows_what_the_cache_has(api, filled: str, view_of, monkeypatch) -> None:
    api.hf_hub_download(filled, "onnx/model.onnx")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    view = view_of(BrowsePanel(endpoint=api.endpoint))
    assert view.panel.endpoint["offline"]
    (row,) = view.ask("search", query="", kind="model")["rows"]
    assert (row["id"], row["cached"]) == (filled, True)
    facts = view.open(filled)
    assert facts["offline"]
    assert zlib.decompress(view.wire.buffers[-1][0]) == b"onnx/model.onnx"
    assert view.ask("list_names")["branches"][0][0] == "main"
    assert view.answer("open_repo", repo_id="me/other", repo_type="model")["error"]["kind"] == "offline"


def test_program_moves_the_panel_by_its_traits(filled: str, view: View) -> None:
    view.panel.repo_id = filled
    assert any("repo_id" in state for state in view.wire.states)
    view.open(filled)
    view.call("go_home")
    assert view.panel.repo_id is None


def test_token_is_in_no_trait_no_message_no_record_and_no_repr(api, filled: str, view_of) -> None:
    view = view_of(BrowsePanel(repo_id=filled, endpoint=api.endpoint, token=CANARY))
    view.answer("open_repo", repo_id=filled, repo_type="model")
    for text in (json.dumps(view.wire.sent, default=str), str(view.panel.get_state()), repr(view.panel)):
        assert CANARY not in text
        assert api.token not in text
    assert CANARY not in view.panel.record().html("s")


def test_record_says_what_was_looked_at_and_stays_small(filled: str, view: View) -> None:
    view.open(filled)
    view.panel.selected = ("config.json",)
    html = view.panel.record().html("s")
    assert "Looked at" in html
    assert f"hubnb.browse(&#x27;{filled}&#x27;)" in html
    assert "1 file chosen" in html
    assert "onnx/model.onnx" in html
    assert len(html.encode()) <= 1200


def test_record_of_a_search_names_what_was_found_and_one_of_a_failure_does_not_claim_success(
    filled: str, view: View
) -> None:
    view.ask("search", query=filled.split("/")[1], kind="model")
    assert f"1 model: {filled}." in view.panel.record().html("s")
    view.answer("open_repo", repo_id="me/not-there", repo_type="model")
    html = view.panel.record().html("s")
    assert "Not opened" in html
    assert "has no model" in html


def test_handlers_return_while_the_hub_is_slow(hub, filled: str, view: View) -> None:
    hub.faults.stall("*/api/models/*")
    view.call("open_repo", ticket="t", repo_id=filled, repo_type="model")
    assert not any(one.get("ticket") == "t" for one in view.wire.replies)
    hub.faults.clear()
    view.panel.settle(60)


def test_terminal_gets_lines_of_text(api, filled: str, capsys) -> None:
    assert browse(filled, endpoint=api.endpoint, token=api.token) is None
    printed = capsys.readouterr().out
    assert "config.json" in printed
    browse(filled.split("/")[1], endpoint=api.endpoint, token=api.token)
    assert filled in capsys.readouterr().out


def test_address_of_a_dataset_says_its_kind(api, capsys) -> None:
    name = f"me/d-{uuid.uuid4().hex[:6]}"
    api.create_repo(name, repo_type="dataset")
    api.upload_file(path_or_fileobj=b"a,b", path_in_repo="data.csv", repo_id=name, repo_type="dataset")
    browse(f"datasets/{name}", endpoint=api.endpoint, token=api.token)
    assert "data.csv" in capsys.readouterr().out


def test_closed_panel_waits_for_nothing(hub, filled: str, view: View) -> None:
    hub.faults.stall("*/api/models/*")
    view.call("open_repo", ticket="t", repo_id=filled, repo_type="model")
    view.panel.close()
    hub.faults.clear()
    view.panel.settle(60)
    assert not any(one.get("result") for one in view.wire.replies if one.get("ticket") == "t")


def test_what_can_not_be_a_repository_is_refused_before_anything_is_asked() -> None:
    with pytest.raises(HFValidationError):
        browse("a/b/c")
    with pytest.raises(HFValidationError):
        BrowsePanel(repo_id="me/x", repo_type="nonsense")
