"""The card linter: what is refused in the metadata of a README, and where."""

from __future__ import annotations

import pytest
from hub_people import file

REFUSED = [
    ("model", "license: asdf", '"license" must be one of ['),
    ("model", "license: [mit, 7]", '"license[1]" must be a string'),
    ("model", "license: other\nlicense_name: Not A Name", '"license_name"'),
    ("model", "tags: {a: b}", '"tags" must be a string or an array'),
    ("model", "language: Klingon", '"language" with value "Klingon" is not valid'),
    ("model", "model-index: foo", '"model-index" must be an array'),
    ("model", "model-index: [{results: []}]", '"model-index[0].name" is required'),
    ("model", "model-index: [{name: a, results: [{metrics: []}]}]", '"model-index[0].results[0].task" is required'),
    (
        "model",
        "model-index: [{name: a, results: [{task: {type: x}, metrics: [{type: acc}]}]}]",
        '"model-index[0].results[0].metrics[0].value" is required',
    ),
    ("model", "base_model_relation: cousin", '"base_model_relation" must be one of'),
    ("dataset", "configs: [{data_files: a}]", '"configs[0].config_name" is required'),
    ("dataset", "configs: all", '"configs" must be an array'),
    ("space", "sdk: cobol", '"sdk" must be one of'),
    ("space", "colorFrom: mauve", '"colorFrom" must be one of'),
    ("space", f"short_description: {'x' * 61}", '"short_description" length'),
    ("model", "a: 1\na: 2", "stands there twice (line 3, column 1)"),
    ("model", "a: &x [*x]", "names nothing that is complete"),
    ("model", "a: [1", "line 3, column 1"),
]
TAKEN = [
    ("model", "license: mit\nlanguage: [en, no, zh-CN, code]\ntags: a\nbase_model: a/b\ndatasets: [squad]"),
    ("model", "license: [mit, apache-2.0]\nmodel-index: [{name: a, results: [{task: {type: x}}]}]"),
    ("model", "whatever: {nobody: [knows, 1, null, true]}"),
    ("dataset", "configs:\n- config_name: default\n  data_files: '*.csv'\ntask_categories: [text-generation]"),
    ("space", "title: A\nemoji: 🚀\ncolorFrom: red\ncolorTo: blue\nsdk: static"),
]


def card(text: str) -> str:
    return f"---\n{text}\n---\n# Hi\n"


@pytest.mark.parametrize(("repo_type", "text", "said"), REFUSED)
def test_what_is_wrong_is_named_and_refused_in_a_commit_too(alice, repo_type, text, said):
    answer = alice.post("/api/validate-yaml", json={"content": card(text), "repoType": repo_type})
    assert answer.status_code == 400
    assert said in answer.json()["errors"][0]["message"]
    repo = alice.create(type=repo_type, **({"sdk": "static"} if repo_type == "space" else {}))
    prefix = "" if repo_type == "model" else f"{repo_type}s/"
    before = alice.head(prefix + repo)
    assert alice.commit(prefix + repo, file("README.md", card(text).encode())).status_code == 400
    assert alice.head(prefix + repo) == before


@pytest.mark.parametrize(("repo_type", "text"), TAKEN)
def test_what_is_right_is_taken_without_a_word(nobody, repo_type, text):
    answer = nobody.post("/api/validate-yaml", json={"content": card(text), "repoType": repo_type})
    assert (answer.status_code, answer.json()) == (200, {"errors": [], "warnings": []})


def test_a_card_that_checks_itself_reads_text(nobody):
    ask = {"content": card("license: asdf"), "repoType": "model"}
    answer = nobody.post("/api/validate-yaml", json=ask, headers={"Accept": "text/plain"})
    assert answer.status_code == 400
    assert answer.text.startswith('- Error: "license" must be one of [')


def test_an_unknown_task_is_only_remarked_on(nobody):
    ask = {"content": card("pipeline_tag: telepathy"), "repoType": "model"}
    answer = nobody.post("/api/validate-yaml", json=ask)
    assert answer.status_code == 200
    assert "telepathy" in answer.json()["warnings"][0]["message"]


def test_metadata_is_yaml_as_of_1_2(alice):
    repo = alice.create()
    text = "a: no\nb: 012\nc: 0x1F\nd: 2020-01-01\ne: 1e3\nf: '1'\ng: &g {x: 1, y: 2}\nh: {<<: *g, y: 3}\ni:\nj: .inf"
    alice.put(repo, {"README.md": card(text).encode()})
    assert alice.get(f"/api/models/{repo}").json()["cardData"] == {
        "a": "no",
        "b": 12,
        "c": 31,
        "d": "2020-01-01",
        "e": 1000.0,
        "f": "1",
        "i": None,
        "j": ".inf",
        "g": {"x": 1, "y": 2},
        "h": {"x": 1, "y": 3},
    }
