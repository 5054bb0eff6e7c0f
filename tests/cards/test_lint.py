"""What lint finds, where, and what its fixes do."""

from __future__ import annotations

import pytest

from hubnb.cards import ModelCard, lint
from hubnb.cards.problems import FIXES, MESSAGES, apply
from hubnb.cards.vocabulary import guess_license


def found(text: str, repo_type: str = "model", **kwargs) -> list[tuple[str, int, int, str]]:
    return [(one.code, one.line, one.column, one.severity) for one in lint(text, repo_type, **kwargs)]


def card(block: str, body: str = "# Title\n") -> str:
    return f"---\nlicense: mit\n{block}---\n{body}"


def test_card_without_a_fault_has_no_problem() -> None:
    assert found(card("language: en\ntags: [a]\npipeline_tag: fill-mask\nlibrary_name: transformers\n")) == []


def test_unknown_license_is_an_error_at_its_word_and_the_fix_replaces_only_it() -> None:
    text = "---\n# mine\nlicense: apache2   # keep\n---\n# T\n"
    (problem,) = lint(text)
    assert (problem.line, problem.column, problem.end, problem.severity) == (3, 10, 17, "error")
    assert [fix.label for fix in problem.fixes] == ["Use apache-2.0"]
    assert apply(text, problem.fixes[0]) == text.replace("apache2", "apache-2.0")


@pytest.mark.parametrize(
    ("written", "meant"), [("gplv3", "gpl-3.0"), ("MIT License", "mit"), ("CC BY 4.0", "cc-by-4.0")]
)
def test_license_in_other_words_is_beyond_doubt(written: str, meant: str) -> None:
    assert guess_license(written).words == (meant,)
    assert guess_license(written).sure


@pytest.mark.parametrize("written", ["bsd3", "cc-by-sa", "mitt", "agpl", "my own"])
def test_license_is_never_chosen_for_a_person_where_there_is_doubt(written: str) -> None:
    assert not guess_license(written).sure


@pytest.mark.parametrize(
    ("block", "code", "place"),
    [
        ("language: English\n", "language_unknown", (3, 11)),
        ("language:\n- en\n- no\n", "language_no", (5, 3)),
        ("tags:\n- 12\n", "not_text", (4, 3)),
        ("tags:\n- a\n- a\n", "duplicate_tag", (5, 3)),
        ("pipeline_tag: Text Classification\n", "task_unknown", (3, 15)),
        ("library_name: Transformers\n", "library_unknown", (3, 15)),
        ("libary_name: transformers\n", "key_typo", (3, 1)),
        ("datasets: https://huggingface.co/datasets/a/b\n", "repo_id", (3, 11)),
        ("base_model_relation: fine-tune\n", "not_choice", (3, 22)),
        ("license_name: My License\n", "license_name", (3, 15)),
        ("model-index:\n- name: x\n  results:\n  - task: {type: t}\n    dataset: {name: d}\n", "model_index", (7, 14)),
        ("tags: [\n", "yaml", (4, 1)),
    ],
)
def test_problem_is_named_and_placed(block: str, code: str, place: tuple[int, int]) -> None:
    assert [(code, *place)] == [one[:3] for one in found(card(block))]


def test_key_that_is_there_twice_is_an_error() -> None:
    assert [one.severity for one in lint("---\nlicense: mit\nlicense: mit\n---\n# T\n")] == ["error"]


@pytest.mark.parametrize(
    ("block", "code"),
    [
        ("task_categories:\n- Text Classification\n", "task_unknown"),
        ("size_categories: 1k<n<10k\n", "size_unknown"),
        ("configs:\n- data_files: x.csv\n", "configs"),
    ],
)
def test_dataset_cards_have_rules_of_their_own(block: str, code: str) -> None:
    assert [one.code for one in lint(card(block), "dataset")] == [code]


@pytest.mark.parametrize(
    ("block", "code"),
    [
        ("sdk: Gradio\n", "not_choice"),
        ("colorFrom: magenta\n", "not_choice"),
        (f"short_description: {'x' * 61}\n", "too_long"),
    ],
)
def test_space_cards_have_rules_of_their_own(block: str, code: str) -> None:
    assert [one.code for one in lint(card(block), "space")] == [code]


def test_token_in_a_card_is_an_error_and_the_fix_takes_it_out() -> None:
    text = card("", "# T\nlogin('hf_" + "aB" * 17 + "')\n")
    (problem,) = lint(text)
    assert (problem.code, problem.severity, problem.line, problem.column) == ("secret", "error", 5, 8)
    assert "aBaB" not in str(problem)
    assert "hf_xxx" in apply(text, problem.fixes[0])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("# T\n[x](#usage)\n", "heading_missing"),
        ("# T\n![](a.png)\n", "picture_words"),
        ('# T\n<img src="a.png">\n', "picture_words"),
        ("# T\n[More Information Needed]\n", "placeholder"),
        ("# T\n[x](missing.md)\n", "file_missing"),
        ("\n", "no_words"),
    ],
)
def test_problems_of_the_text(body: str, code: str) -> None:
    assert [one.code for one in lint(card("", body), files={"a.png", "docs/a.md"})] == [code]


@pytest.mark.parametrize(
    "body",
    [
        "# Usage\n[x](#usage) [y](#usage-1)\n# Usage\n",
        "# T\n`[x](#no)`\n\n```\n[x](#no)\n```\n<!-- [x](#no) -->\n",
        '# T\n[x](#own)\n<a id="own"></a>\n',
        "# T\n[x](docs/) [y](./docs/a.md#part) [z](https://a.test)\n",
    ],
)
def test_what_is_right_is_left_alone(body: str) -> None:
    assert lint(card("", body), files={"docs/a.md"}) == []


def test_windows_line_endings_and_blank_lines_before_the_block_move_no_place() -> None:
    text = "\r\n---\r\nlicense: apache2\r\n---\r\n# T\r\n"
    (problem,) = lint(text)
    assert (problem.line, problem.column) == (3, 10)
    assert apply(text, problem.fixes[0]) == text.replace("apache2", "apache-2.0")


def test_every_problem_and_fix_has_words() -> None:
    for text in (*MESSAGES.values(), *FIXES.values()):
        assert text[0].isupper() or text[0] in "`“{"


def test_validate_offline_lists_the_errors_and_asks_nobody() -> None:
    with pytest.raises(ValueError, match=r"Error: License “apache2” .* \(line 2\)"):
        ModelCard("---\nlicense: apache2\n---\n# T\n").validate(offline=True)
    ModelCard("---\nlicense: mit\nlibrary_name: mine\n---\n# T\n").validate(offline=True)  # a hint
