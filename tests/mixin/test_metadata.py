"""What a class says about its models, and the card made of it."""

import pytest

from hubnb.cards import EvalResult, ModelCard
from hubnb.mixin import ModelHubMixin


class Base(
    ModelHubMixin,
    repo_url="https://example.org/code",
    docs_url="https://example.org/docs",
    license="mit",
    library_name="lib",
    pipeline_tag="image-classification",
    tags=["z", "a"],
):
    def __init__(self, a: int = 1):
        self.a = a

    def _save_pretrained(self, save_directory):
        (save_directory / "weights.txt").write_text("1")


class Child(Base, license="apache-2.0", tags=["m", "a"], language=["en"], paper_url="https://example.org/paper"):
    pass


class Other(ModelHubMixin, tags=["other"]):
    pass


class Both(Child, Other):
    pass


RESULT = EvalResult("image-classification", "digits", "Digits", "accuracy", 0.97)


def test_tags_are_sorted_unique_and_name_the_mixin():
    assert Base._hub_mixin_info.model_card_data.tags == ["a", "model_hub_mixin", "z"]


def test_a_child_inherits_and_overrides_and_adds_its_tags():
    info = Child._hub_mixin_info
    assert info.model_card_data.to_dict() == {
        "language": ["en"],
        "library_name": "lib",
        "license": "apache-2.0",
        "pipeline_tag": "image-classification",
        "tags": ["a", "m", "model_hub_mixin", "z"],
    }
    assert (info.repo_url, info.paper_url) == ("https://example.org/code", "https://example.org/paper")
    assert Base._hub_mixin_info.model_card_data.license == "mit"


def test_tags_of_all_parents_meet():
    assert Both._hub_mixin_info.model_card_data.tags == ["a", "m", "model_hub_mixin", "other", "z"]


def test_the_card_says_what_the_class_and_the_caller_know(tmp_path):
    Base().save_pretrained(
        tmp_path,
        repo_id="me/digits",
        model_card_kwargs={
            "eval_results": [RESULT],
            "tags": ["extra"],
            "hyperparameters": {"epochs": 3},
            "license": "bsd",
        },
    )
    card = ModelCard.load(tmp_path)
    assert card.data.license == "bsd"
    assert card.data.tags == ["a", "extra", "model_hub_mixin", "z"]
    assert card.data.eval_results == [RESULT]
    assert card.data.model_name == "digits"
    assert "# digits" in card.text
    assert 'from_pretrained("me/digits")' in card.text
    assert "| epochs | 3 |" in card.text
    assert "https://example.org/code" in card.text
    assert "More Information Needed" not in card.text
    assert "None" not in card.text
    assert Base._hub_mixin_info.model_card_data.license == "mit"


def test_metrics_with_numbers_are_names_in_the_metadata_and_a_table_in_the_text():
    card = Base().generate_model_card(metrics={"accuracy": 0.97, "f1": 0.9612345678})
    assert card.data.metrics == ["accuracy", "f1"]
    assert "| f1 | 0.961235 |" in card.text
    assert Base().generate_model_card(metrics=["accuracy"]).data.metrics == ["accuracy"]


def test_a_card_that_is_there_is_not_overwritten(tmp_path):
    (tmp_path / "README.md").write_text("mine")
    Base().save_pretrained(tmp_path)
    assert (tmp_path / "README.md").read_text() == "mine"


def test_a_template_of_the_class_is_used_and_inherited():
    class Templated(Base, model_card_template="---\n{{ card_data }}\n---\n{{ repo_url }} {{ mood }}"):
        pass

    class Heir(Templated):
        pass

    assert Heir().generate_model_card(mood="good").text == "https://example.org/code good"


def test_a_class_may_write_its_own_card(tmp_path):
    class Own(Base):
        def generate_model_card(self, *args, **kwargs):
            return ModelCard("own words")

    Own().save_pretrained(tmp_path)
    assert (tmp_path / "README.md").read_text() == "own words"


def test_saving_can_push_with_the_folders_name(tmp_path):
    pushed = []

    class Pushing(Base):
        def push_to_hub(self, repo_id, *, config=None, model_card_kwargs=None, private=None):
            pushed.append((repo_id, config, model_card_kwargs, private))
            return "address"

    assert Pushing(3).save_pretrained(tmp_path / "digits", push_to_hub=True, private=True) == "address"
    assert Pushing(3).save_pretrained(tmp_path / "digits", push_to_hub=True, repo_id="me/x") == "address"
    assert pushed == [("digits", {"a": 3}, {}, True), ("me/x", {"a": 3}, {}, None)]


def test_classes_without_verbs_say_so(tmp_path):
    class Bare(ModelHubMixin):
        pass

    with pytest.raises(NotImplementedError):
        Bare().save_pretrained(tmp_path)
