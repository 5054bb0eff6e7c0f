"""Results in files of their own: both ways, and what is wrong is said."""

from __future__ import annotations

import datetime

import pytest

from hubnb.cards import EvalResultEntry, FrontMatterError, eval_result_entries_to_yaml, parse_eval_result_entries

FULL = EvalResultEntry(
    "cais/hle", "default", 20.9, "abc", "token", "2026-01-31", "https://a.test", "n", "u", "o", "words"
)


def test_entries_come_back_as_they_went() -> None:
    entries = [FULL, EvalResultEntry("a/b", "t", 0)]
    assert parse_eval_result_entries(eval_result_entries_to_yaml(entries)) == entries


def test_unknown_values_are_left_out() -> None:
    plain = eval_result_entries_to_yaml([EvalResultEntry("a/b", "t", 1)])
    assert plain == [{"dataset": {"id": "a/b", "task_id": "t"}, "value": 1}]


def test_date_that_yaml_made_of_a_text_is_a_text_again() -> None:
    plain = [{"dataset": {"id": "a/b", "task_id": "t"}, "value": 1, "date": datetime.date(2026, 1, 31)}]
    assert parse_eval_result_entries(plain)[0].date == "2026-01-31"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "must be a list"),
        (["x"], r"\[0\] must be a mapping"),
        ([{"value": 1}], r"\[0\].dataset must be a mapping"),
        ([{"dataset": {"id": "a"}, "value": 1}], "no `task_id`"),
        ([{"dataset": {"id": "a", "task_id": "t"}}], "no `value`"),
    ],
)
def test_what_can_not_be_read_is_said(data, words: str) -> None:
    with pytest.raises(FrontMatterError, match=words):
        parse_eval_result_entries(data)


def test_source_needs_its_address() -> None:
    with pytest.raises(ValueError, match="source_url"):
        EvalResultEntry("a", "t", 1, source_user="me")
