"""The card editor without a browser: what it answers, what it keeps, what it refuses to push."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import hubnb
from hubnb.cards import ModelCard
from hubnb.cards.drafts import DraftFile
from hubnb.client.discussions import get_discussion_details
from hubnb.client.errors import HFValidationError
from hubnb.client.files import file_exists, read_file
from hubnb.client.repos import create_repo
from hubnb.panels import card_fill
from hubnb.panels.card import CardPanel
from hubnb.panels.card_home import FileHome, RepoHome
from hubnb.panels.card_verb import edit_card

if TYPE_CHECKING:
    from pathlib import Path

CARD = "---\nlicense: mit\nlanguage: en\n---\n# Router\n\nSorts tickets.\n"


@pytest.fixture(autouse=True)
def assets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HF_ASSETS_CACHE", str(tmp_path / "assets"))
    return tmp_path / "assets"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "README.md"
    path.write_text(CARD)
    return path


@pytest.fixture
def of_file(file: Path, wire):
    panel = CardPanel(FileHome(file, "model"))
    panel.settle(10)
    return panel, wire(panel)


@pytest.fixture
def repo_id(hub: hubnb.LocalHub, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
    monkeypatch.setenv("HF_TOKEN", hub.token)
    repo_id = f"{hub.user}/router"
    create_repo(repo_id, exist_ok=True)
    ModelCard(CARD).push_to_hub(repo_id)
    return repo_id


@pytest.fixture
def of_repo(repo_id: str, wire):
    panel = CardPanel(RepoHome(repo_id, "model", None, None, None))
    panel.settle(10)
    return panel, wire(panel)


def push(panel: CardPanel, browser, text: str, **params) -> dict:
    panel.edit(text, panel.version)
    panel.push(text, panel.version, "Update", params.get("as_pull_request", False))
    return panel.pushed


def test_typed_text_is_answered_with_its_preview_problems_and_form(of_file) -> None:
    panel, browser = of_file
    typed = CARD.replace("mit", "apache2") + "More **words**.\n"
    answer = browser.ask("edit", text=typed, version=panel.version, sequence=7)["result"]
    assert "<strong>words</strong>" in answer["blocks"][-1][1]
    assert [(one["code"], one["line"]) for one in answer["problems"]] == [("license_unknown", 2)]
    assert answer["form"][0]["value"] == "apache2"
    assert (answer["sequence"], answer["changed"]) == (7, True)
    assert panel.content == typed


def test_content_can_be_observed_and_set(of_file) -> None:
    panel, browser = of_file
    seen: list[str] = []
    panel.observe(lambda change: seen.append(change["new"]), "content")
    browser.ask("edit", text="typed", version=panel.version)
    before = panel.version
    panel.content = "set"
    assert seen == ["typed", "set"]
    assert panel.version == before + 1
    assert browser.ask("text")["result"]["text"] == "set"


def test_text_is_never_a_synced_trait(of_file) -> None:
    panel, _ = of_file
    panel.content = "secret words"
    assert "secret words" not in str(panel.get_state())


def test_what_was_typed_while_a_program_set_the_text_is_joined_with_it(of_file) -> None:
    panel, browser = of_file
    old = panel.version
    browser.ask("text")
    panel.content = CARD.replace("mit", "apache-2.0")
    answer = browser.ask("edit", text=CARD + "Typed.\n", version=old)["result"]
    assert answer["text"] == CARD.replace("mit", "apache-2.0") + "Typed.\n"
    assert panel.content == answer["text"]


def test_push_on_an_old_version_does_not_undo_what_a_program_set(of_file, file: Path) -> None:
    panel, browser = of_file
    browser.ask("text")
    old = panel.version
    panel.content = CARD + "Set.\n"
    browser.ask("text")
    panel.push(CARD, old, "", False)
    assert file.read_text() == CARD + "Set.\n"


def test_fixes_and_fields_come_back_as_text(of_file) -> None:
    _, browser = of_file
    wrong = CARD.replace("mit", "apache2").replace("en\n", "English\n")
    one = browser.ask("fix", text=wrong, code="license_unknown", line=2, column=10, choice=0)["result"]
    assert one == wrong.replace("apache2", "apache-2.0")
    assert browser.ask("fix_all", text=wrong)["result"] == one.replace("English", "en")
    field = browser.ask("set_field", text=CARD, key="license", value="bsd")["result"]
    assert field == CARD.replace("mit", "bsd")


def test_draft_is_saved_after_a_rest_and_found_by_the_next_panel(of_file, file: Path, wire) -> None:
    panel, browser = of_file
    browser.ask("edit", text=CARD + "Draft.\n", version=panel.version)
    browser.ask("keep")
    again = CardPanel(FileHome(file, "model"))
    again.settle(10)
    assert again.draft["added"] == 1
    assert again.content == CARD
    wire(again).ask("continue_draft")
    assert (again.content, again.draft) == (CARD + "Draft.\n", None)


def test_discarded_draft_is_gone(of_file, file: Path, wire) -> None:
    panel, browser = of_file
    browser.ask("edit", text=CARD + "Draft.\n", version=panel.version)
    browser.ask("keep")
    again = CardPanel(FileHome(file, "model"))
    again.settle(10)
    wire(again).ask("discard_draft")
    assert DraftFile("file", str(file)).load() is None


def test_card_with_an_error_is_not_pushed(of_repo, repo_id: str) -> None:
    panel, _ = of_repo
    with pytest.raises(hubnb.client.errors.HubError, match=r"apache2.*Nothing was pushed"):
        push(panel, None, CARD.replace("mit", "apache2"))
    assert read_file(repo_id, "README.md").decode() == CARD


def test_pushed_card_is_read_back_and_can_be_taken_back(of_repo, repo_id: str) -> None:
    panel, _ = of_repo
    pushed = push(panel, None, CARD + "More.\n")
    assert pushed["same"] is True
    assert read_file(repo_id, "README.md").decode() == CARD + "More.\n"
    assert "Card pushed" in panel.record().html()
    panel.undo_push()
    assert read_file(repo_id, "README.md").decode() == CARD
    assert panel.content == CARD + "More.\n"


def test_first_card_of_a_repository_is_taken_back_by_deleting_it(hub, monkeypatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
    monkeypatch.setenv("HF_TOKEN", hub.token)
    repo_id = f"{hub.user}/without-a-card"
    create_repo(repo_id, exist_ok=True)
    panel = CardPanel(RepoHome(repo_id, "model", None, None, None))
    panel.settle(10)
    assert panel.content == ""
    push(panel, None, CARD)
    panel.undo_push()
    assert not file_exists(repo_id, "README.md")


def test_pull_request_is_opened_and_closed_again(of_repo, repo_id: str) -> None:
    panel, _ = of_repo
    pushed = push(panel, None, CARD + "More.\n", as_pull_request=True)
    assert read_file(repo_id, "README.md", revision=pushed["revision"]).decode() == CARD + "More.\n"
    assert read_file(repo_id, "README.md").decode() == CARD
    panel.undo_push()
    assert get_discussion_details(repo_id, pushed["pull_request"]).status == "closed"


def test_hub_that_moved_on_is_a_conflict_and_the_decision_is_pushed(of_repo, repo_id: str) -> None:
    panel, browser = of_repo
    theirs = CARD.replace("Sorts", "Routes").replace("language: en", "language: fr")
    ModelCard(theirs).push_to_hub(repo_id)
    mine = CARD.replace("Sorts", "Files")
    assert push(panel, None, mine) is None
    assert (panel.conflict["joined"], len(panel.conflict["conflicts"])) == (1, 1)
    assert read_file(repo_id, "README.md").decode() == theirs
    browser.ask("resolve", choices=["mine"])
    assert panel.conflict is None
    assert panel.content == theirs.replace("Routes", "Files")
    push(panel, None, panel.content)
    assert read_file(repo_id, "README.md").decode() == theirs.replace("Routes", "Files")


def test_what_only_the_hub_knows_becomes_a_hint(of_repo, repo_id: str) -> None:
    panel, browser = of_repo
    text = CARD.replace("language: en", "base_model: nobody/nothing") + "[x](missing.md)\n"
    panel.edit(text, panel.version)
    panel._look_around()
    codes = [one["code"] for one in browser.ask("text")["result"]["problems"]]
    assert codes == ["repo_missing", "file_missing"]
    assert panel.permission["may"] == "push"


def test_card_that_can_not_be_read_says_why(hub, monkeypatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
    panel = CardPanel(RepoHome("nobody/nothing", "model", None, None, None))
    panel.settle(10)
    assert panel.phase == "failed"
    assert "nobody/nothing" in panel.trouble["title"]
    assert "not read" in panel.record().text()


def test_picture_outside_of_the_folder_is_refused(of_file) -> None:
    panel, _ = of_file
    with pytest.raises(hubnb.client.errors.HubError, match="outside"):
        panel.picture("../other.png")


def test_file_that_is_no_picture_is_refused(of_file, file: Path) -> None:
    panel, _ = of_file
    with pytest.raises(hubnb.client.errors.HubError, match="no picture"):
        panel.picture("README.md")


def test_numbers_of_a_run_fill_the_table_and_a_section(monkeypatch) -> None:
    monkeypatch.setattr(card_fill, "_variables", lambda: {"metrics": {"f1": 0.5, "loss": 1}, "other": {"a": "b"}})
    assert [one["name"] for one in card_fill.candidates()] == ["metrics"]
    text = card_fill.filled(CARD, "metrics", "me/router")
    assert [one.metric_value for one in ModelCard(text).data.eval_results] == [0.5, 1]
    assert "| f1 | 0.5 |" in text
    assert text.startswith("---\nlicense: mit\nlanguage: en\n")


def test_model_fills_what_is_missing_and_replaces_nothing(monkeypatch) -> None:
    from sklearn.linear_model import LogisticRegression

    monkeypatch.setattr(card_fill, "_variables", lambda: {"model": LogisticRegression(C=3)})
    text = card_fill.filled(CARD, "model", "me/router")
    assert "library_name: sklearn" in text
    assert "pipeline_tag: tabular-classification" in text
    assert "Sorts tickets." in text
    assert "license: mit" in text


def test_card_of_a_model_object_begins_with_what_it_knows(wire) -> None:
    from sklearn.linear_model import LogisticRegression

    panel = edit_card_panel(LogisticRegression(), wire)
    assert "library_name: sklearn" in panel.content
    assert panel.home["title"] == "LogisticRegression"


def edit_card_panel(target, wire) -> CardPanel:
    from hubnb.panels import card_verb

    home, text, title = card_verb._home_of(target, None, "model", None, None, None)
    panel = CardPanel(home, text=text, title=title)
    panel.settle(10)
    return panel


def test_in_a_terminal_the_problems_are_printed(file: Path, capsys) -> None:
    file.write_text(CARD.replace("mit", "apache2"))
    assert edit_card(file) is None
    assert "2:10 error: License “apache2”" in capsys.readouterr().out


@pytest.mark.parametrize("target", [None, 7, {"a": 1}])
def test_target_that_has_no_card_is_refused(target) -> None:
    with pytest.raises(HFValidationError, match="A card is that of"):
        edit_card(target)
