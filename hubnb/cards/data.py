"""The metadata of a card as Python objects: known fields by name, everything else kept as it came."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from . import yaml_text
from .eval_results import EvalResult, eval_results_to_model_index, model_index_to_eval_results
from .front_matter import FrontMatterError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class CardData:
    """Metadata of a card: a small mapping whose keys are attributes too.

    A key is never lost, also one that no field knows. Values are kept beside the class, not in it, so a
    stranger's card that has a key named like a method can't break the object.

    Parameters
    ----------
    ignore_metadata_errors
        Leave out what can't be understood, with a warning, instead of raising.
    **kwargs
        Any further keys of the block.
    """

    _renamed: tuple[tuple[str, str], ...] = ()
    """Pairs of a field's name in Python and its key in the card, where they differ."""

    def __init__(self, /, ignore_metadata_errors: bool = False, **kwargs: Any) -> None:
        object.__setattr__(self, "_values", {})
        self._set_up(kwargs, ignore_metadata_errors)

    @classmethod
    def from_dict(cls, data: dict[str, Any], *, ignore_metadata_errors: bool = False) -> CardData:
        """Make the object from a parsed block, whatever its keys are called."""
        made = cls.__new__(cls)
        object.__setattr__(made, "_values", {})
        made._set_up(dict(data), ignore_metadata_errors)  # noqa: SLF001 - its own class
        return made

    @classmethod
    def _fields(cls) -> list[str]:
        """Names of the fields that always exist, be they None."""
        return [name for name in cls.__init__.__kwdefaults__ or () if name != "ignore_metadata_errors"]

    @classmethod
    def _arguments(cls, local_names: dict[str, Any]) -> dict[str, Any]:
        """Collect the fields among the arguments of `__init__`, and what came as ``**kwargs``."""
        return {name: local_names[name] for name in cls._fields()} | local_names["kwargs"]

    def _set_up(self, values: dict[str, Any], ignore_metadata_errors: bool) -> None:  # noqa: ARG002
        values = dict.fromkeys(self._fields()) | values
        if "tags" in self._fields():
            values["tags"] = _unique(values["tags"])
        for field, key in self._renamed:
            if values.get(key) is not None:
                values[field] = values.pop(key)
        self._values.update(values)

    # --- as a mapping ---

    def to_dict(self) -> dict[str, Any]:
        """Give the block as plain values, as they would be written; keys without a value are left out."""
        data = dict(self._values)
        for field, key in self._renamed:
            if data.get(field) is not None:
                data[key] = data.pop(field)
        return {key: value for key, value in data.items() if value is not None}

    def to_yaml(self, line_break: str | None = None, original_order: Sequence[str] | None = None) -> str:
        """Give the block as YAML, without fences and without a last line break.

        Parameters
        ----------
        line_break
            The line ending to use; a line feed by default.
        original_order
            Keys that come first, in that order.
        """
        data = self.to_dict()
        first = [key for key in original_order or () if key in data]
        ordered = {key: data[key] for key in dict.fromkeys([*first, *data])}
        return yaml_text.dump(ordered, line_break or "\n").rstrip("\r\n")

    def get(self, key: str, default: Any = None) -> Any:
        """Value of a key, or `default` where there is none."""
        value = self._values.get(key)
        return default if value is None else value

    def pop(self, key: str, default: Any = None) -> Any:
        """Take a key away and give its value."""
        return self._values.pop(key, default)

    def __getitem__(self, key: str) -> Any:
        return self._values[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self._values[key] = value

    def __contains__(self, key: object) -> bool:
        return key in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    # --- as an object ---

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_") and name in self._values:
            return self._values[name]
        msg = f"This card's metadata has no {name!r}."
        raise AttributeError(msg)

    def __setattr__(self, name: str, value: Any) -> None:
        self._values[name] = value

    def __delattr__(self, name: str) -> None:
        if name not in self._values:
            msg = f"This card's metadata has no {name!r}."
            raise AttributeError(msg)
        del self._values[name]

    def __getstate__(self) -> dict[str, Any]:
        return dict(self._values)

    def __setstate__(self, state: dict[str, Any]) -> None:
        object.__setattr__(self, "_values", state)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self.to_dict() == other.to_dict()

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.to_dict()!r})"

    def __str__(self) -> str:
        return self.to_yaml()


class ModelCardData(CardData):
    """Metadata of a model card.

    Parameters
    ----------
    base_model
        Model id (or ids) this one was made from.
    datasets
        Dataset id (or ids) it was trained on.
    eval_results
        Measured results; they need `model_name` and are written as `model-index`.
    language
        Language code (or codes).
    library_name
        The library that loads it.
    license, license_name, license_link
        Licence identifier; with ``other``, its name and address.
    metrics
        Names of the metrics used.
    model_name
        Name under which the results stand.
    pipeline_tag
        The task it is for.
    tags
        Words to find it by; repeated ones are dropped.
    ignore_metadata_errors
        Leave a broken `model-index` out of the object, with a warning. The text of the card keeps it.
    **kwargs
        Any further keys.

    Raises
    ------
    ValueError
        There are results but no `model_name`, or the `model-index` can't be read.
    """

    def __init__(
        self,
        *,
        base_model: str | list[str] | None = None,
        datasets: str | list[str] | None = None,
        eval_results: list[EvalResult] | None = None,
        language: str | list[str] | None = None,
        library_name: str | None = None,
        license: str | None = None,  # noqa: A002 - upstream's name
        license_name: str | None = None,
        license_link: str | None = None,
        metrics: list[str] | None = None,
        model_name: str | None = None,
        pipeline_tag: str | None = None,
        tags: list[str] | None = None,
        ignore_metadata_errors: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(ignore_metadata_errors, **ModelCardData._arguments(locals()))

    def _set_up(self, values: dict[str, Any], ignore_metadata_errors: bool) -> None:
        index = values.pop("model-index", None)
        if index is not None:
            self._read_model_index(index, values, ignore_metadata_errors)
        results = values.get("eval_results")
        if isinstance(results, EvalResult):
            values["eval_results"] = [results]
        elif results is not None and not _are_results(results):
            msg = f"`eval_results` is one EvalResult or a list of them, not {results!r}."
            raise ValueError(msg)
        super()._set_up(values, ignore_metadata_errors)
        if self.eval_results and not self.model_name:
            msg = "Evaluation results stand under a model's name in the card: pass `model_name` too."
            raise ValueError(msg)

    @staticmethod
    def _read_model_index(index: Any, values: dict[str, Any], ignore_metadata_errors: bool) -> None:
        try:
            name, results = model_index_to_eval_results(index)
            if results and not name:
                raise FrontMatterError("model-index[0] has no `name`")  # noqa: EM101
        except FrontMatterError as error:
            if not ignore_metadata_errors:
                hint = "pass ignore_metadata_errors=True to work without the results"
                msg = f"{error.problem}; {hint}"
                raise FrontMatterError(msg) from None
            warnings.warn(f"Evaluation results left out: {error.problem}.", stacklevel=5)
        else:
            values["model_name"], values["eval_results"] = name, results

    def to_dict(self) -> dict[str, Any]:
        """Give the block as plain values; results become `model-index`."""
        data = super().to_dict()
        if data.get("eval_results"):
            name = data.pop("model_name", None)
            if not name:
                msg = "Evaluation results stand under a model's name in the card: set `model_name` too."
                raise ValueError(msg)
            data["model-index"] = eval_results_to_model_index(name, data.pop("eval_results"))
        return data


class DatasetCardData(CardData):
    """Metadata of a dataset card; the parameters are the fields the Hub knows, all optional."""

    _renamed = (("train_eval_index", "train-eval-index"),)

    def __init__(
        self,
        *,
        language: str | list[str] | None = None,
        license: str | list[str] | None = None,  # noqa: A002 - upstream's name
        annotations_creators: str | list[str] | None = None,
        language_creators: str | list[str] | None = None,
        multilinguality: str | list[str] | None = None,
        size_categories: str | list[str] | None = None,
        source_datasets: list[str] | None = None,
        task_categories: str | list[str] | None = None,
        task_ids: str | list[str] | None = None,
        paperswithcode_id: str | None = None,
        pretty_name: str | None = None,
        train_eval_index: dict[str, Any] | None = None,
        config_names: str | list[str] | None = None,
        ignore_metadata_errors: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(ignore_metadata_errors, **DatasetCardData._arguments(locals()))


class SpaceCardData(CardData):
    """Metadata of a Space; the parameters are the fields the Hub knows, all optional."""

    def __init__(
        self,
        *,
        title: str | None = None,
        sdk: str | None = None,
        sdk_version: str | None = None,
        python_version: str | None = None,
        app_file: str | None = None,
        app_port: int | None = None,
        license: str | None = None,  # noqa: A002 - upstream's name
        duplicated_from: str | None = None,
        models: list[str] | None = None,
        datasets: list[str] | None = None,
        tags: list[str] | None = None,
        ignore_metadata_errors: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(ignore_metadata_errors, **SpaceCardData._arguments(locals()))


def _are_results(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(isinstance(one, EvalResult) for one in value)


def _unique(tags: Any) -> Any:
    """Tags without repetition, in their order; a single word is a list of one."""
    if isinstance(tags, str):
        return [tags]
    if isinstance(tags, (list, tuple)):
        return [tag for number, tag in enumerate(tags) if tag not in tags[:number]]
    return tags
