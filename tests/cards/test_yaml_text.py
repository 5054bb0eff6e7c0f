import difflib
import itertools

import pytest
import yaml as pyyaml

from hubnb.cards import yaml_text
from hubnb.cards.front_matter import FrontMatterError

CARD = """\
# who may use it
license: mit   # checked by legal
# how it is found
tags:
  - b   # most important
  - a

language:   [en,   fr]
long: {words}
quoted: 'yes'
nested:
  one: 1    # first
  two:   2
# the end
"""
CARD = CARD.format(words="word " * 60)


def changed_lines(before: str, after: str) -> list[str]:
    diff = difflib.ndiff(before.splitlines(), after.splitlines())
    return [line for line in diff if line[0] in "+-"]


def edited(text: str, **changes):
    before = yaml_text.parse(text)
    return yaml_text.edit(text, before, {**before, **changes})


def test_an_edit_that_changes_nothing_keeps_every_byte():
    assert edited(CARD) == CARD


def test_a_changed_word_changes_its_own_line_and_keeps_its_comment():
    assert changed_lines(CARD, edited(CARD, license="apache-2.0")) == [
        "- license: mit   # checked by legal",
        "+ license: apache-2.0 # checked by legal",
    ]


def test_an_added_list_item_adds_one_line_in_the_style_of_the_list():
    assert changed_lines(CARD, edited(CARD, tags=["b", "a", "c"])) == ["+   - c"]


def test_a_new_key_comes_last_and_touches_nothing():
    assert changed_lines(CARD, edited(CARD, pipeline_tag="text-generation")) == ["+ pipeline_tag: text-generation"]


def test_a_nested_change_keeps_the_comments_beside_it():
    text = edited(CARD, nested={"one": 1, "two": 3})
    assert "one: 1    # first" in text
    assert yaml_text.parse(text)["nested"] == {"one": 1, "two": 3}


def test_a_removed_key_takes_its_value_along_and_leaves_comments_of_others():
    before = yaml_text.parse(CARD)
    after = {key: value for key, value in before.items() if key != "tags"}
    assert changed_lines(CARD, yaml_text.edit(CARD, before, after)) == [
        "- tags:",
        "-   - b   # most important",
        "-   - a",
    ]


def test_keys_the_caller_never_saw_stay():
    text = "license: mit\nsecret_of_others: {a: [1, 2]}\n"
    assert yaml_text.edit(text, {"license": "mit"}, {"license": "gpl-3.0"}) == (
        "license: gpl-3.0\nsecret_of_others: {a: [1, 2]}\n"
    )


def test_crlf_stays_crlf():
    text = "a: 1\r\nb:\r\n- x\r\n"
    before = yaml_text.parse(text)
    after = yaml_text.edit(text, before, {**before, "b": ["x", "z"], "c": "new"}, "\r\n")
    assert after == "a: 1\r\nb:\r\n- x\r\n- z\r\nc: new\r\n"


@pytest.mark.parametrize(
    "text",
    ["{a: 1, b: 2}", "a: &x 1\nb: *x\n", "a: &x {q: 1}\nb: *x\n", "base: &base {z: 1}\n<<: *base\na: 1\nb: 2\n",
     "'a': 1\n\"b\": 2\n", "a: |\n  text\n\n  more\nb: >-\n  folded\n  text\n",
     "a: 1\nb: 2", "a: 1\n\u2028\nb: 2\n", "a: 1\nb:\n"],
)  # fmt: skip
def test_odd_but_legal_yaml_can_be_edited(text):
    before = yaml_text.parse(text)
    after = {**before, "b": "new"}
    assert yaml_text.parse(yaml_text.edit(text, before, after)) == after


def test_norwegian_is_a_language_not_a_boolean():
    assert yaml_text.parse("language: no\n") == {"language": "no"}


@pytest.mark.parametrize(
    "word", ["no", "yes", "off", "y", "null", "~", "1.10", "010", "12:30:45", "1e3", "true", "", "0x1F"]
)
def test_every_yaml_reader_reads_back_a_written_text(word):
    text = yaml_text.dump({"key": word, "list": [word]})
    assert yaml_text.parse(text) == {"key": word, "list": [word]}
    assert pyyaml.safe_load(text) == {"key": word, "list": [word]}


@pytest.mark.parametrize(
    "value",
    [
        "two\nlines\n",
        "two\nlines",
        " led by a blank\nx",
        "ends in blanks  \nx",
        "\n",
        "tab\there",
        "emoji 🤗",
        "# no comment",
        "a: b",
        "- x",
        "\x85next",
    ],
)
def test_any_text_survives_writing(value):
    assert yaml_text.parse(yaml_text.dump({"key": value})) == {"key": value}


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: [1\n", 2, "expected"),
        ("- a\n- b\n", 1, "must be a mapping"),
        ("hello\n", 1, "must be a mapping"),
        ("a: 1\na: 2\n", 2, 'duplicate key "a"'),
        ("x: 1\n1: a\n", 2, "put it between quotes"),
        ("a: *nobody\n", 1, "undefined alias"),
        ("ok: 1\na: @handle\n", 2, "cannot start any token"),
        ("a: 1\n...\nb: 2\n", 3, "second YAML document"),
        ("a:\n\tb: 1\n", 2, "cannot start any token"),
        ("date: 2020-13-40\n", None, "impossible"),
        ("a: bell\x07\n", None, "not allowed"),
        ("a: " + "[" * 5000, None, "nested too deeply"),
    ],
)
def test_a_broken_block_is_refused_with_its_line(text, line, words):
    with pytest.raises(FrontMatterError, match="metadata block") as caught:
        yaml_text.parse(text)
    assert caught.value.line == line
    assert words in str(caught.value)
    assert isinstance(caught.value, ValueError)


def test_a_small_text_that_expands_to_billions_of_values_is_refused_at_once():
    names = "abcdefghij"
    lines = ["a: &a [x,x,x,x,x,x,x,x,x,x]"]
    lines += [f"{name}: &{name} [{','.join([f'*{before}'] * 10)}]" for before, name in itertools.pairwise(names)]
    with pytest.raises(FrontMatterError, match="more than"):
        yaml_text.parse("\n".join(lines))


def test_tags_of_other_languages_make_no_objects():
    assert yaml_text.parse("a: !!python/object/apply:os.system ['true']\n")["a"] == ["true"]
