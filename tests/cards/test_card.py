import pytest

from hubnb.cards import (
    CardData,
    DatasetCard,
    DatasetCardData,
    EvalResult,
    FrontMatterError,
    ModelCard,
    ModelCardData,
    RepoCard,
    SpaceCard,
    metadata_eval_result,
    metadata_load,
    metadata_save,
)
from hubnb.cards.metadata import merge_metadata

CARD = "---\n# mine\nlicense: mit\ntags: [b, a, a]\nmystery: {x: 1}\n---\n\n# Digits\n"
RESULT = EvalResult("image-classification", "digits", "Digits", "accuracy", 0.97, dataset_split="test")


def test_a_card_that_was_only_read_is_written_back_byte_for_byte(tmp_path):
    for text in [CARD, "", "words", "---\n---\nx", "\n\n---\r\na: 1 \r\n---\r\nwords\r\n", "---\nnever closed"]:
        path = tmp_path / "README.md"
        path.write_bytes(text.encode())
        ModelCard.load(path).save(path)
        assert path.read_bytes() == text.encode()


def test_a_changed_field_changes_its_own_line():
    card = ModelCard(CARD)
    card.data.license = "apache-2.0"
    assert card.content == CARD.replace("license: mit", "license: apache-2.0")


def test_tags_are_unique_in_the_object_and_untouched_in_the_file():
    card = ModelCard(CARD)
    assert card.data.tags == ["b", "a"]
    assert "tags: [b, a, a]" in str(card)


def test_text_and_content_can_be_replaced():
    card = ModelCard(CARD)
    card.text = "\nnew words\n"
    assert str(card) == CARD.replace("# Digits", "new words")
    card.content = "---\nlicense: gpl-3.0\n---\nother"
    assert (card.data.license, card.text) == ("gpl-3.0", "other")


def test_a_card_without_metadata_stays_without_until_some_is_added():
    card = ModelCard("# Title\n")
    assert str(card) == "# Title\n"
    card.data.license = "mit"
    assert str(card) == "---\nlicense: mit\n---\n# Title\n"


def test_data_can_be_replaced_as_a_whole():
    card = ModelCard(CARD)
    card.data = ModelCardData(license="mit")
    assert str(card) == "---\n# mine\nlicense: mit\n---\n\n# Digits\n"


def test_a_broken_block_names_the_line_of_the_file():
    with pytest.raises(FrontMatterError) as caught:
        ModelCard("\n---\nok: 1\nbroken: @x\n---\n")
    assert caught.value.line == 4


def test_a_file_that_is_not_utf8_is_refused_with_its_line(tmp_path):
    path = tmp_path / "README.md"
    path.write_bytes(b"---\na: 1\nb: caf\xe9\n---\n")
    with pytest.raises(FrontMatterError, match="not UTF-8") as caught:
        ModelCard.load(path)
    assert caught.value.line == 3


def test_a_folder_is_loaded_by_its_readme(tmp_path):
    (tmp_path / "README.md").write_text(CARD)
    assert ModelCard.load(tmp_path).data.license == "mit"


@pytest.mark.parametrize("place", ["missing/README.md", "/nowhere"])
def test_a_path_that_is_not_there_is_no_repository(place):
    with pytest.raises(FileNotFoundError, match="no card at"):
        ModelCard.load(place)


def test_a_failed_save_leaves_the_old_file(tmp_path):
    path = tmp_path / "README.md"
    path.write_text(CARD)
    card = ModelCard(CARD)
    card.data.license = object()
    with pytest.raises(ValueError, match="can't be written"):
        card.save(path)
    assert path.read_text() == CARD
    assert [one.name for one in tmp_path.iterdir()] == ["README.md"]


def test_results_are_read_and_written_as_model_index():
    data = ModelCardData(model_name="digits", eval_results=[RESULT])
    card = ModelCard(f"---\n{data.to_yaml()}\n---\n")
    assert card.data.model_name == "digits"
    assert card.data.eval_results == [RESULT]
    assert "eval_results" not in str(card)


def test_what_hubnb_does_not_know_inside_results_survives_a_changed_value():
    text = (
        "---\nmodel-index:\n- name: m\n  extra: kept   # why\n  results:\n  - task: {type: t}\n"
        "    dataset: {type: d, name: D, oddity: 1}\n    metrics:\n    - type: acc\n      value: 0.5 # old\n---\n"
    )
    card = ModelCard(text)
    card.data.eval_results[0].metric_value = 0.75
    assert str(card) == text.replace("0.5", "0.75")


def test_results_need_the_name_of_their_model():
    with pytest.raises(ValueError, match="model_name"):
        ModelCardData(eval_results=[RESULT])


def test_a_source_needs_an_address():
    with pytest.raises(ValueError, match="source_url"):
        EvalResult("t", "d", "D", "acc", 1, source_name="paper")


@pytest.mark.parametrize(
    ("index", "place"),
    [
        ("foo", "model-index must be a list"),
        ("[{name: m, results: 3}]", r"model-index\[0\].results must be a list"),
        ("[{name: m, results: [{task: {type: t}, dataset: {type: d}, metrics: []}]}]", "dataset has no `name`"),
        ("[{name: m, results: [{task: {type: t}, dataset: {type: d, name: D}, metrics: [{type: a}]}]}]", "no `value`"),
        ("[{results: [{task: {type: t}, dataset: {type: d, name: D}, metrics: [{type: a, value: 1}]}]}]", "no `name`"),
    ],
)
def test_broken_results_say_where_and_can_be_set_aside_without_loss(index, place):
    text = f"---\nmodel-index: {index}\n---\n"
    with pytest.raises(FrontMatterError, match=place):
        ModelCard(text)
    with pytest.warns(UserWarning, match="left out"):
        card = ModelCard(text, ignore_metadata_errors=True)
    assert card.data.eval_results is None
    card.data.license = "mit"
    assert f"model-index: {index}" in str(card)


def test_metrics_of_one_dataset_stand_together():
    other = EvalResult("image-classification", "digits", "Digits", "f1", 0.96, dataset_split="test")
    elsewhere = EvalResult("image-classification", "mnist", "MNIST", "accuracy", 0.8)
    index = ModelCardData(model_name="m", eval_results=[RESULT, elsewhere, other]).to_dict()["model-index"]
    assert [[metric["type"] for metric in one["metrics"]] for one in index[0]["results"]] == [
        ["accuracy", "f1"],
        ["accuracy"],
    ]


def test_unknown_keys_are_attributes_and_items_and_survive():
    data = CardData(foo=1)
    data["bar"] = 2
    assert (data.foo, data.bar, data.get("baz", 3), "foo" in data, len(data)) == (1, 2, 3, True, 2)
    assert data.pop("foo") == 1
    assert data.to_yaml() == "bar: 2"
    with pytest.raises(AttributeError):
        _ = data.foo


def test_a_key_named_like_a_method_breaks_nothing():
    card = ModelCard("---\nto_dict: 1\nself: 2\nignore_metadata_errors: true\n_values: 3\n__class__: x\nget: y\n---\n")
    assert card.data["to_dict"] == 1
    card.data.license = "mit"
    assert "to_dict: 1" in str(card)
    assert "ignore_metadata_errors: true" in str(card)


def test_dataset_and_space_cards_know_their_fields():
    card = DatasetCard("---\ntrain-eval-index: [{config: x}]\n---\n")
    assert card.data.train_eval_index == [{"config": "x"}]
    assert DatasetCardData(pretty_name="P", train_eval_index={"a": 1}).to_dict() == {
        "pretty_name": "P",
        "train-eval-index": {"a": 1},
    }
    assert SpaceCard("---\ntitle: T\nsdk: gradio\n---\n").data.sdk == "gradio"


def test_the_built_in_card_says_what_was_said_and_nothing_else():
    data = ModelCardData(license="mit", model_name="digits", eval_results=[RESULT])
    card = ModelCard.from_template(data, model_summary="Reads digits.", hyperparameters={"lr": 0.001, "a|b": "x\ny"})
    assert "More Information Needed" not in str(card)
    assert "| lr | 0.001 |" in card.text
    assert "| a\\|b | x y |" in card.text
    assert "| image-classification | Digits (test) | accuracy | 0.97 |" in card.text
    assert "Citation" not in card.text
    assert card.data.license == "mit"


def test_a_jinja_template_is_filled_in():
    template = "---\n{{ card_data }}\n---\n{% for word in words %}{{ word }} {% endfor %}"
    card = ModelCard.from_template(ModelCardData(license="mit"), template_str=template, words=["a", "b"])
    assert str(card) == "---\nlicense: mit\n---\na b "


def test_a_template_cannot_reach_out_of_its_sandbox():
    with pytest.raises(Exception, match="unsafe"):
        ModelCard.from_template(ModelCardData(), template_str="{{ ''.__class__.__mro__[1].__subclasses__() }}")


def test_a_template_that_forgets_the_metadata_gets_it_all_the_same():
    assert (
        str(ModelCard.from_template(ModelCardData(license="mit"), template_str="# T")) == "---\nlicense: mit\n---\n# T"
    )


def test_a_template_of_names_works_without_jinja_and_more_says_what_to_install(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "jinja2.sandbox", None)
    template = '---\n{{ card_data }}\n---\n# {{ model_id }} {{ nobody | default("?", true) }}'
    card = ModelCard.from_template(ModelCardData(license="mit"), template_str=template, model_id="me/x")
    assert str(card) == "---\nlicense: mit\n---\n# me/x ?"
    with pytest.raises(ImportError, match="pip install jinja2"):
        ModelCard.from_template(ModelCardData(), template_str="{% if a %}b{% endif %}")


@pytest.mark.parametrize(
    ("block", "words"),
    [("license_name: My License!", "license_name"), ("tags: [a, 1]", "tags"), ("language: [no, false]", "false")],
)
def test_a_card_is_checked_without_a_network(block, words):
    with pytest.raises(ValueError, match=words):
        ModelCard(f"---\n{block}\n---\n").validate(offline=True)


def test_metadata_is_loaded_and_saved_without_touching_the_rest(tmp_path):
    path = tmp_path / "README.md"
    path.write_bytes(b"---\r\n# why\r\na: 1\r\nb: 2\r\n---\r\nwords\r\n")
    assert metadata_load(path) == {"a": 1, "b": 2}
    metadata_save(path, {"a": 1, "c": 3})
    assert path.read_bytes() == b"---\r\n# why\r\na: 1\r\nc: 3\r\n---\r\nwords\r\n"
    (tmp_path / "plain.md").write_text("words")
    assert metadata_load(tmp_path / "plain.md") is None


def test_new_results_join_those_of_the_card_and_contradictions_need_overwrite():
    result = {
        "model_pretty_name": "M", "task_pretty_name": "T", "task_id": "t", "metrics_pretty_name": "Accuracy",
        "metrics_id": "accuracy", "dataset_pretty_name": "D", "dataset_id": "d",
    }  # fmt: skip
    card = ModelCard("")
    merge_metadata(card, {"tags": ["a"], **metadata_eval_result(metrics_value=0.5, **result)})
    merge_metadata(card, {"tags": ["a"], **metadata_eval_result(metrics_value=0.5, **result)})
    assert card.data.tags == ["a"]
    with pytest.raises(ValueError, match="overwrite=True"):
        merge_metadata(card, {"tags": ["b"]})
    assert len(card.data.eval_results) == 1
    with pytest.raises(ValueError, match="overwrite=True"):
        merge_metadata(card, metadata_eval_result(metrics_value=0.9, **result))
    merge_metadata(card, metadata_eval_result(metrics_value=0.9, **result), overwrite=True)
    assert card.data.eval_results[0].metric_value == 0.9


def test_a_plain_repo_card_keeps_everything_as_it_is():
    assert RepoCard(CARD).data.to_dict() == {"license": "mit", "tags": ["b", "a", "a"], "mystery": {"x": 1}}
