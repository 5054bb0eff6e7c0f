"""The form shows the metadata, and changes no more of it than it was told to."""

from __future__ import annotations

import pytest

from hubnb.cards import FrontMatterError
from hubnb.cards.form import form, remove_result, set_field, set_result

TEXT = """---
# about
license: mit   # ours
language: en
my_key: {keep: me}
tags:
  - a   # first
  - b
model-index:
- name: x
  results:
  - task:
      type: text-classification
    dataset:
      name: GLUE
      type: glue
      split: test
    metrics:
    - type: f1
      value: 0.912
      verified: true # kept
    - type: accuracy
      value: 0.9
---
# T
"""


def values(text: str) -> dict:
    fields = form(text)
    assert fields is not None
    return {one["key"]: one["value"] for one in fields}


def test_form_shows_what_it_knows() -> None:
    shown = values(TEXT)
    assert (shown["license"], shown["language"], shown["tags"]) == ("mit", ["en"], ["a", "b"])
    first = {"place": [0, 0, 0], "metric": "f1", "value": "0.912", "task": "text-classification"}
    assert shown["model-index"][0] == {**first, "dataset": "GLUE", "split": "test"}


def test_form_is_none_where_the_metadata_can_not_be_read() -> None:
    assert form("---\ntags: [\n---\n") is None


@pytest.mark.parametrize(
    ("key", "value", "old", "new"),
    [
        ("license", "apache-2.0", "license: mit   # ours", "license: apache-2.0   # ours"),
        ("language", ["en", "fr"], "language: en\n", "language:\n  - en\n  - fr\n"),
        ("tags", ["a", "b", "c"], "  - b\n", "  - b\n  - c\n"),
        ("license", "", "license: mit   # ours\n", ""),
        (
            "pipeline_tag",
            "text-classification",
            "      value: 0.9\n",
            "      value: 0.9\npipeline_tag: text-classification\n",
        ),
    ],
)
def test_change_of_a_field_changes_its_own_lines_only(key: str, value, old: str, new: str) -> None:
    before = [line.split() for line in TEXT.replace(old, new).splitlines()]
    assert [line.split() for line in set_field(TEXT, key, value).splitlines()] == before


def test_card_without_metadata_gets_a_block() -> None:
    assert set_field("# T\n", "license", "mit") == "---\nlicense: mit\n---\n\n# T\n"


def test_field_of_a_block_that_can_not_be_read_is_refused_with_its_line() -> None:
    with pytest.raises(FrontMatterError) as caught:
        set_field("---\na: b\ntags: [\n---\n", "license", "mit")
    assert caught.value.line == 4


def test_unknown_field_is_refused() -> None:
    with pytest.raises(ValueError, match="no field 'nonsense'"):
        set_field(TEXT, "nonsense", "x")


def test_cell_of_the_table_changes_its_own_line_only() -> None:
    assert set_result(TEXT, [0, 0, 0], "value", "0.95") == TEXT.replace("0.912", "0.95")
    assert set_result(TEXT, [0, 0, 1], "metric", "recall") == TEXT.replace("accuracy", "recall")


def test_row_is_added_and_removed() -> None:
    text = set_result(TEXT, None, "metric", "recall")
    assert [row["metric"] for row in values(text)["model-index"]] == ["f1", "accuracy", "recall"]
    text = remove_result(text, [0, 0, 2])
    assert [row["metric"] for row in values(text)["model-index"]] == ["f1", "accuracy"]


def test_last_row_takes_the_block_with_it() -> None:
    text = remove_result(remove_result(TEXT, [0, 0, 1]), [0, 0, 0])
    assert "model-index" not in text
    assert "my_key: {keep: me}" in text


def test_first_row_makes_a_block_that_lint_accepts() -> None:
    from hubnb.cards import lint

    text = set_result("---\nlicense: mit\n---\n# T\n", None, "value", "0.5")
    assert [one for one in lint(text) if one.severity == "error"] == []
