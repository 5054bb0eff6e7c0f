"""Sections of a card by their headings."""

from __future__ import annotations

import pytest

from hubnb.cards import ModelCard

TEXT = "---\nlicense: mit\n---\n# Digits\n\nIntro\n\n## Usage\n\nRun it.\n\n### Fast\n\nfaster\n\n## Limits\n\nNone.\n"


@pytest.fixture
def card() -> ModelCard:
    return ModelCard(TEXT)


def test_section_reaches_to_the_next_heading_of_its_level(card: ModelCard) -> None:
    assert card.section("usage").text == "Run it.\n\n### Fast\n\nfaster"
    assert card.section("Limits").text == "None."
    assert card.sections == ["Digits", "Usage", "Fast", "Limits"]


def test_setting_a_section_leaves_the_others(card: ModelCard) -> None:
    card.section("Usage").set("Do not.")
    assert card.content == TEXT.replace("Run it.\n\n### Fast\n\nfaster", "Do not.")


def test_new_section_comes_last(card: ModelCard) -> None:
    card.section("Data").set("Ours.")
    assert card.content == TEXT + "\n## Data\n\nOurs.\n"


def test_removed_section_is_gone_with_its_heading(card: ModelCard) -> None:
    card.section("Usage").remove()
    assert "Usage" not in card.content
    assert "## Limits\n\nNone.\n" in card.content


def test_heading_in_code_is_none() -> None:
    card = ModelCard("# A\n\n```sh\n# not a heading\n```\n\nend\n")
    assert card.sections == ["A"]
    assert card.section("A").text.endswith("end")


def test_table_and_plot_travel_with_the_card(card: ModelCard, tmp_path) -> None:
    card.section("Results").table([{"split": "test", "f1": 0.9123456789}]).plot(b"\x89PNG", "figures/loss.png", "Loss")
    assert "| split | f1 |\n| --- | --- |\n| test | 0.912346 |\n\n![Loss](figures/loss.png)" in card.content
    card.save(tmp_path / "README.md")
    assert (tmp_path / "figures" / "loss.png").read_bytes() == b"\x89PNG"


def test_plot_that_would_leave_the_repository_is_refused(card: ModelCard, tmp_path) -> None:
    card.section("Results").plot(b"x", "../../x.png")
    with pytest.raises(ValueError, match="not a path in a repository"):
        card.save(tmp_path / "README.md")


def test_rows_without_names_need_a_header(card: ModelCard) -> None:
    with pytest.raises(ValueError, match="header"):
        card.section("R").table([(1, 2)])
    card.section("R").table([(1, 2)], header=["a", "b"])


def test_windows_line_endings_stay() -> None:
    card = ModelCard("# A\r\n\r\nx\r\n")
    card.section("A").set("y")
    assert card.content == "# A\r\n\r\ny\r\n"
