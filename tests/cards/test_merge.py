"""Two versions of a card come together, and what does not is a conflict with both sides."""

from __future__ import annotations

import random

import pytest

from hubnb.cards.merge import merge

BASE = """---
license: mit # c
tags:
- a
- b
model-index:
- name: x
  results:
  - task: {type: t}
    metrics:
    - value: 0.9
---
# T

one

two

three
"""


def test_changes_of_different_places_come_together() -> None:
    mine = BASE.replace("mit", "apache-2.0").replace("one", "ONE")
    theirs = BASE.replace("0.9", "0.8").replace("three", "THREE")
    result = merge(BASE, mine, theirs)
    assert result.conflicts == []
    assert result.joined == 2
    assert result.finish() == mine.replace("0.9", "0.8").replace("three", "THREE")


def test_lists_of_words_are_joined_by_word() -> None:
    result = merge(
        BASE, BASE.replace("- b\n", "- b\n- mine\n"), BASE.replace("- a\n", "").replace("- b\n", "- b\n- theirs\n")
    )
    assert result.finish() == BASE.replace("- a\n- b\n", "- b\n- theirs\n- mine\n")


def test_conflict_has_both_sides_and_its_line_and_each_choice_does_what_it_says() -> None:
    result = merge(BASE, BASE.replace("0.9", "0.912"), BASE.replace("0.9", "0.908"))
    (conflict,) = result.conflicts
    assert (conflict.part, conflict.key, conflict.line) == ("metadata", "model-index", 11)
    assert (conflict.mine, conflict.theirs) == ("    - value: 0.912\n", "    - value: 0.908\n")
    assert result.finish(["mine"]) == BASE.replace("0.9", "0.912")
    assert result.finish(["theirs"]) == BASE.replace("0.9", "0.908")
    assert result.finish([{"edit": "    - value: 0.91"}]) == BASE.replace("0.9", "0.91")
    both = "    - value: 0.912\n    - value: 0.908\n"
    assert result.finish(["both"]) == BASE.replace("    - value: 0.9\n", both)


@pytest.mark.parametrize("choices", [[], ["mine", "mine"], ["ours"], [{"text": "x"}]])
def test_wrong_choices_are_refused(choices: list) -> None:
    result = merge(BASE, BASE.replace("0.9", "1"), BASE.replace("0.9", "2"))
    with pytest.raises(ValueError, match="conflict"):
        result.finish(choices)


def test_key_that_only_one_added_or_removed() -> None:
    mine = BASE.replace("license: mit # c\n", "license: mit # c\nlanguage: en\n")
    theirs = BASE.replace("tags:\n- a\n- b\n", "")
    assert merge(BASE, mine, theirs).finish() == mine.replace("tags:\n- a\n- b\n", "")


def test_side_that_did_not_change_gives_way() -> None:
    assert merge(BASE, BASE, BASE + "more\n").finish() == BASE + "more\n"
    assert merge(BASE, BASE + "more\n", BASE).finish() == BASE + "more\n"


def test_both_made_a_card_where_there_was_none() -> None:
    result = merge("", "---\nlicense: mit\n---\n# Mine\n", "---\nlicense: mit\n---\n# Theirs\n")
    assert [one.part for one in result.conflicts] == ["text"]


def test_metadata_that_can_not_be_read_is_merged_by_lines() -> None:
    mine = BASE.replace("license: mit", "license: [")
    assert merge(BASE, mine, BASE.replace("three", "3")).finish() == mine.replace("three", "3")


@pytest.mark.parametrize("seed", range(40))
def test_nothing_that_somebody_wrote_is_lost(seed: int) -> None:
    chance = random.Random(seed)
    lines = [f"line {number}\n" for number in range(12)]

    def changed(name: str) -> list[str]:
        new = list(lines)
        for _ in range(chance.randrange(1, 4)):
            new.insert(chance.randrange(len(new)), f"{name} {chance.randrange(1000)}\n")
        return new

    mine, theirs = changed("mine"), changed("theirs")
    result = merge("".join(lines), "".join(mine), "".join(theirs))
    text = result.finish(["both"] * len(result.conflicts))
    assert all(line in text for line in (*mine, *theirs))
