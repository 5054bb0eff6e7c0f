import pytest

from hubnb.cards.front_matter import FrontMatterError, join, split, with_yaml

CARDS = [
    "",
    "only words\n",
    "---\n---\n",
    "---\nlicense: mit\n---\n# Hello\n",
    "---\nlicense: mit\n---",
    "\n\n  \n---\nlicense: mit\n---\n\nbody",
    "---\r\nlicense: mit\r\n---\r\nbody\r\n",
    "---\rlicense: mit\r---\rbody\r",
    "---\na: 1\n---  \t\nbody",
    "---\na: |\n  ---\n  text\n---\nbody\n---\nmore\n",
    "--- \na: 1\n---\n",
    "----\na: 1\n----\n",
    "---\nnever closed\n",
    "words\n---\na: 1\n---\n",
]


@pytest.mark.parametrize("text", CARDS)
def test_a_card_in_pieces_joins_to_the_same_text(text):
    assert join(split(text)) == text


def test_the_block_and_the_markdown_are_told_apart():
    pieces = split("---\nlicense: mit\n---\n# Hello\n")
    assert (pieces.yaml, pieces.body) == ("license: mit\n", "# Hello\n")


def test_three_dashes_inside_a_text_value_do_not_end_the_block():
    assert split("---\na: |\n  ---\n  text\n---\nbody").body == "body"


@pytest.mark.parametrize(
    "text", ["----\na: 1\n----\n", "---\nnever closed\n", "words\n---\na: 1\n---\n", "--- \na\n---\n"]
)
def test_what_only_looks_like_a_block_is_markdown(text):
    assert not split(text).has_block
    assert split(text).body == text


def test_a_byte_order_mark_is_tolerated_and_dropped():
    assert split("\ufeff---\na: 1\n---\nbody").yaml == "a: 1\n"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_new_block_takes_the_line_endings_of_the_text(newline):
    text = f"# Title{newline}words{newline}"
    made = join(with_yaml(split(text), f"license: mit{newline}"))
    assert made == f"---{newline}license: mit{newline}---{newline}" + text


def test_an_error_names_the_line_of_the_file_not_of_the_block():
    error = FrontMatterError("it is odd", 2, 5).moved(3)
    assert (error.line, error.column) == (5, 5)
    assert "line 5, column 5: it is odd" in str(error)
