"""Arguments of `__init__` come back as they were."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import numpy as np
import pytest
import torch
from config_models import (
    AlsoDataclass,
    Annotated,
    AttributeDict,
    Child,
    Colour,
    Config,
    Containers,
    Frozen,
    Inner,
    Pair,
    Parent,
    Plain,
    Point,
    Stored,
    WithAny,
    WithAttributeDict,
    WithConfig,
    WithDict,
    WithOptionalConfig,
    reloaded,
)

from hubnb.mixin import ConfigError, DoctorWarning, UnsavedArgumentWarning


@pytest.mark.parametrize(
    "model",
    [
        Plain(1),
        Plain(1, 2.5, c="d", d={"x": [1, None, True]}, e=(5, 6)),
        Annotated(),
        Annotated(
            inner=Inner(4), listed=[Inner(5), Inner(6)], colour=Colour.RED, path=pathlib.Path("a/b"),
            shape=(1, 2, 3), names={0: "zero", 7: "seven"}, words=frozenset({"b", "a"}), point=Point(1, 2),
            points={"p": [Point(3, 4)]},
        ),
        Annotated(point=9),
        Containers(),
        Containers(
            Pair(Inner(2), 3), AttributeDict(a=1), {"width": 2}, torch.Size([4, 5]), "b", [Inner(1)], {"x": (1, 2)},
        ),
        WithAttributeDict(AttributeDict(layers=3)),
        WithConfig(Config(1, inner=Inner(7), many=[Inner(8)], shape=(3, 4))),
        WithConfig(Config(1), extra=5),
        WithOptionalConfig(),
        WithOptionalConfig(inner=Inner(3)),
        WithOptionalConfig(Config(2), extra=9),
        WithDict({"a": 1, "b": {"c": [2]}}),
        WithAny(1),
        WithAny(1, b=2, c=[3]),
        Parent(Point(1, 2), size=3),
        Child(Inner(2), point=Point(3, 4), size=5),
        AlsoDataclass(3, Inner(4)),
        Frozen(5),
    ],
    ids=lambda model: type(model).__name__,
)  # fmt: skip
def test_a_loaded_object_has_the_arguments_of_the_saved_one(model, tmp_path):
    again = reloaded(model, tmp_path)
    assert again.arguments == model.arguments
    assert [type(one) for one in again.arguments] == [type(one) for one in model.arguments]


def test_what_the_caller_passes_wins_over_what_is_stored(tmp_path):
    assert reloaded(Plain(1, 2.0), tmp_path, b=9.0).arguments[:2] == (1, 9.0)
    config = Config(99)
    assert reloaded(WithConfig(Config(1)), tmp_path, config=config).arguments[0] is config


def test_defaults_are_stored_so_that_changed_code_does_not_change_a_model(tmp_path):
    Plain(1).save_pretrained(tmp_path)
    assert json.loads((tmp_path / "config.json").read_text()) == {"a": 1, "b": 0.5, "c": "c", "d": None, "e": [1, 2]}


def test_no_arguments_means_no_file(tmp_path):
    class Empty(Stored):
        pass

    Empty().save_pretrained(tmp_path)
    assert not (tmp_path / "config.json").exists()
    assert Empty()._hub_mixin_config is None
    assert isinstance(Empty.from_pretrained(tmp_path), Empty)


def test_an_old_config_is_replaced_and_comes_back_when_saving_fails(tmp_path):
    class Broken(Plain):
        def _save_pretrained(self, save_directory):
            raise OSError("disk full")

    Plain(1).save_pretrained(tmp_path)
    before = (tmp_path / "config.json").read_bytes()
    with pytest.raises(OSError, match="disk full"):
        Broken(2).save_pretrained(tmp_path)
    assert (tmp_path / "config.json").read_bytes() == before
    Plain(3).save_pretrained(tmp_path)
    assert Plain.from_pretrained(tmp_path).arguments[0] == 3


def test_a_config_that_the_class_writes_itself_is_kept(tmp_path):
    class Own(Stored):
        def __init__(self, a=1):
            self.a = a

        def _save_pretrained(self, save_directory):
            (save_directory / "config.json").write_text('{"own": true}')

        @classmethod
        def _from_pretrained(
            cls, *, model_id, revision, cache_dir, force_download, local_files_only, token, config=None, **kwargs
        ):
            made = cls(**kwargs)
            made.seen = config
            return made

    assert reloaded(Own(), tmp_path).seen == {"own": True}


def test_a_config_given_to_save_is_what_is_stored(tmp_path):
    Plain(1).save_pretrained(tmp_path, config={"a": 7, "free": "text"})
    assert json.loads((tmp_path / "config.json").read_text()) == {"a": 7, "free": "text"}
    assert Plain.from_pretrained(tmp_path).arguments[0] == 7
    Plain(1).save_pretrained(tmp_path, config=Config(3))
    assert json.loads((tmp_path / "config.json").read_text())["inner"] == {"z": 1}
    with pytest.raises(ConfigError, match="`bad`"):
        Plain(1).save_pretrained(tmp_path, config={"bad": object()})


def test_a_dict_changed_by_the_constructor_is_stored_as_it_was_given(tmp_path):
    class Popping(Stored):
        def __init__(self, config: dict):
            self.layers = config.pop("layers")

    Popping({"layers": 3}).save_pretrained(tmp_path)
    assert Popping.from_pretrained(tmp_path).layers == 3


def test_numbers_of_numpy_are_stored_as_numbers(tmp_path):
    labels = np.array([3, 1, 2])
    assert reloaded(Plain(labels.max(), np.float32(0.25)), tmp_path).arguments[:2] == (3, 0.25)


def test_an_argument_that_can_not_be_stored_and_has_no_default_is_named_with_what_to_do(tmp_path):
    with pytest.warns(DoctorWarning, match="`point`.*Point"):  # already when the class is defined

        class Needs(Stored):
            def __init__(self, point: Point, size: int = 1):
                self.point = point
                self.size = size

    with pytest.warns(UnsavedArgumentWarning) as caught:
        Needs(Point(1, 2), size=3).save_pretrained(tmp_path)
    for words in ("`point`", "from_pretrained(..., point=...)", "coders={Point:", "coders={Point: None}"):
        assert words in str(caught[0].message)
    assert Needs.from_pretrained(tmp_path, point=Point(3, 4)).size == 3


def test_an_argument_with_a_default_is_left_out_with_a_warning(tmp_path):
    class Has(Stored):
        def __init__(self, point: Any = None, size: int = 1):
            self.point = point

    with pytest.warns(UnsavedArgumentWarning, match="`point`"):
        Has(Point(1, 2), size=4).save_pretrained(tmp_path)
    assert json.loads((tmp_path / "config.json").read_text()) == {"size": 4}


def test_a_default_that_can_not_be_stored_is_no_news(tmp_path):
    class Quiet(Stored):
        def __init__(self, marker=object(), size=1):  # noqa: B008 - that is the case
            self.marker = marker

    Quiet().save_pretrained(tmp_path)
    Quiet(size=2).save_pretrained(tmp_path)


def test_a_class_may_leave_an_argument_to_the_reader(tmp_path):
    class Wrapper(Stored, coders={Point: None}):
        def __init__(self, point: Point, size: int = 1):
            self.arguments = (point, size)

    Wrapper(Point(1, 2), 3).save_pretrained(tmp_path)
    assert Wrapper.from_pretrained(tmp_path, point=Point(5, 6)).arguments == (Point(5, 6), 3)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({1: "a"}, "keys are not text"),
        (Colour.RED, "annotation"),
        (Inner(2), "annotation"),
        (1 + 2j, "JSON has no such type"),
        (np.zeros(2), "np.asarray"),
        (pathlib.Path("x"), "Path: (str, Path)"),
        (b"x", "bytes.fromhex"),
        (torch.nn.GELU, "getattr(torch.nn, name)"),
        (AttributeDict(a=1), "annotation"),
        (Pair(Inner(1)), "annotation"),
    ],
)
def test_what_would_come_back_as_something_else_is_reported(value, words, tmp_path):
    with pytest.warns(UnsavedArgumentWarning) as caught:
        Plain(1, d=value).save_pretrained(tmp_path)
    assert words in str(caught[0].message)


def test_a_value_that_contains_itself_is_reported(tmp_path):
    loop: list[Any] = []
    loop.append(loop)
    with pytest.warns(UnsavedArgumentWarning, match="contains itself"):
        Plain(1, d=loop).save_pretrained(tmp_path)


def test_positional_arguments_without_names_are_reported(tmp_path):
    class Many(Stored):
        def __init__(self, first, *rest):
            self.rest = rest

    with pytest.warns(UnsavedArgumentWarning, match=r"\*rest"):
        Many(1, 2, 3).save_pretrained(tmp_path)


def test_an_argument_hidden_behind_a_key_of_config_is_reported(tmp_path):
    class Both(Stored):
        def __init__(self, config: dict, size: int = 1):
            self.size = size

    for model in (Both({"size": 7}, size=5), Both({"size": 7}, size=1), Both({"size": 7})):
        with pytest.warns(UnsavedArgumentWarning, match="room for one"):
            model.save_pretrained(tmp_path)
    Both({"size": 7}, size=7).save_pretrained(tmp_path)
    assert Both.from_pretrained(tmp_path).size == 7
    WithOptionalConfig(Config(1), inner=None).save_pretrained(tmp_path)
    with pytest.warns(UnsavedArgumentWarning, match="`inner`"):
        WithOptionalConfig(Config(1), inner=Inner(1)).save_pretrained(tmp_path)


@pytest.mark.parametrize(
    ("text", "words"),
    [("[1]", "not an object"), ("{nope", "not JSON"), ('{"a": {"colour": 1}}', None)],
)
def test_a_broken_config_names_its_file(text, words, tmp_path):
    (tmp_path / "config.json").write_text(text)
    if words is None:
        assert Plain.from_pretrained(tmp_path).arguments[0] == {"colour": 1}
        return
    with pytest.raises(ConfigError, match=words) as caught:
        Plain.from_pretrained(tmp_path)
    assert "config.json" in str(caught.value)


def test_a_value_that_does_not_fit_its_annotation_is_named(tmp_path):
    (tmp_path / "config.json").write_text('{"colour": "blue"}')
    with pytest.raises(ConfigError, match="colour: 'blue'"):
        Annotated.from_pretrained(tmp_path)
    (tmp_path / "config.json").write_text('{"b": "no a"}')
    with pytest.raises(ConfigError, match="no value for `a` of Config"):
        WithConfig.from_pretrained(tmp_path)


def test_fields_that_a_dataclass_no_longer_has_are_ignored(tmp_path):
    (tmp_path / "config.json").write_text('{"a": 1, "gone": 2}')
    assert WithConfig.from_pretrained(tmp_path).arguments[0] == Config(1)


def test_annotations_only_a_type_checker_knows_cost_nothing(tmp_path):
    class Odd(Stored):
        def __init__(self, a: NoSuchName, inner: Inner = None):  # noqa: F821
            self.arguments = (a, inner)

    assert reloaded(Odd(1, Inner(2)), tmp_path).arguments == (1, Inner(2))


def test_a_copied_object_keeps_what_it_was_made_with(tmp_path):
    import copy
    import pickle

    assert copy.deepcopy(Plain(7))._hub_mixin_config["a"] == 7
    assert pickle.loads(pickle.dumps(Plain(7)))._hub_mixin_config["a"] == 7


def test_a_wrong_call_is_pythons_own_error():
    with pytest.raises(TypeError, match="positional argument"):
        Plain(1, 2, 3, 4)
    with pytest.raises(TypeError, match="unexpected keyword"):
        Plain(1, nope=2)
    with pytest.raises(TypeError):

        class Typo(Stored, licence="mit"):
            pass


def test_retired_arguments_are_accepted_with_a_word(tmp_path):
    Plain(1).save_pretrained(tmp_path)
    with pytest.warns(DeprecationWarning, match="resume_download"):
        assert Plain.from_pretrained(tmp_path, resume_download=True).arguments[0] == 1


def test_a_class_written_for_an_older_upstream_still_loads(tmp_path):
    class Old(Plain):
        @classmethod
        def _from_pretrained(
            cls, *, model_id, revision, cache_dir, force_download, proxies, resume_download, local_files_only,
            token, **model_kwargs,
        ):  # fmt: skip
            return cls(**model_kwargs)

    assert reloaded(Old(4), tmp_path).arguments[0] == 4


def test_a_folder_that_is_not_there_is_no_repository():
    with pytest.raises(FileNotFoundError, match="no folder"):
        Plain.from_pretrained("./not/there")


def test_a_keyword_that_nobody_has_is_refused_before_saving(tmp_path):
    with pytest.raises(TypeError, match="pirvate"):
        Plain(1).save_pretrained(tmp_path / "x", pirvate=True)
    assert not (tmp_path / "x").exists()
