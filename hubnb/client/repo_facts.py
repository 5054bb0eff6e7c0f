"""What the Hub says of a repository: the objects that info and lists are made of."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from ..lazy import joints
from .dates import parse_datetime
from .keyed import Keyed
from .space import SpaceRuntime

if TYPE_CHECKING:
    from datetime import datetime

    from typing_extensions import Self  # of type checkers; typing has it from Python 3.11 on


@dataclass
class BlobLfsInfo(Keyed):
    """What the Hub keeps of a large file; `size` and `pointer_size` in bytes."""

    size: int
    sha256: str
    pointer_size: int


@dataclass
class RepoSibling:
    """One file of a repository; `size` in bytes."""

    rfilename: str
    size: int | None = None
    blob_id: str | None = None
    lfs: BlobLfsInfo | None = None


@dataclass
class SafeTensorsInfo(Keyed):
    """How many parameters a model's safetensors files hold, by type and together."""

    parameters: dict[str, int]
    total: int


@dataclass
class TransformersInfo(Keyed):
    """How `transformers` loads a model."""

    auto_model: str
    custom_class: str | None = None
    pipeline_tag: str | None = None
    processor: str | None = None


@dataclass
class InferenceProviderMapping:
    """That a provider serves a model, and under which name."""

    provider: str
    hf_model_id: str
    provider_id: str
    status: str
    task: str
    adapter: str | None = None
    adapter_weights_path: str | None = None
    type: str | None = None


@dataclass
class RepoInfo:
    """Facts about a repository; those the Hub did not send are None.

    `raw` holds the whole answer, for keys that have no attribute.
    """

    _kind: ClassVar[str] = "model"

    id: str
    author: str | None = None
    sha: str | None = None
    created_at: datetime | None = None
    last_modified: datetime | None = None
    private: bool | None = None
    disabled: bool | None = None
    gated: str | bool | None = None
    downloads: int | None = None
    downloads_all_time: int | None = None
    likes: int | None = None
    trending_score: int | None = None
    tags: list[str] | None = None
    siblings: list[RepoSibling] | None = None
    used_storage: int | None = None
    resource_group: dict[str, Any] | None = None
    security_repo_status: dict[str, Any] | None = None
    raw: dict[str, Any] = field(default_factory=dict[str, Any], repr=False)

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> Self:
        """Read the Hub's answer."""
        values = {name: body[key] for name, key in _keys_of(cls) if body.get(key) is not None}
        for name, convert in _CONVERT.items():
            if name in values:
                values[name] = convert(values[name])
        return cls(**values, raw=body)

    @cached_property
    def card_data(self) -> Any:
        """Front matter of its card: a `ModelCardData`, `DatasetCardData` or `SpaceCardData`, or None."""
        body, read = self.raw.get("cardData"), joints.get("card_data")
        return body if read is None or not isinstance(body, dict) else read(self._kind, body)

    @property
    def lastModified(self) -> datetime | None:  # noqa: N802 - earlier libraries' name
        """As `last_modified`."""
        return self.last_modified

    @property
    def cardData(self) -> Any:  # noqa: N802 - earlier libraries' name
        """As `card_data`."""
        return self.card_data


@dataclass
class ModelInfo(RepoInfo):
    """Facts about a model repository."""

    base_models: Any = None
    children_model_count: Any = None
    config: dict[str, Any] | None = None
    eval_results: list[dict[str, Any]] | None = None
    gguf: dict[str, Any] | None = None
    inference: str | None = None
    inference_provider_mapping: list[InferenceProviderMapping] | None = None
    library_name: str | None = None
    mask_token: str | None = None
    model_index: Any = None
    pipeline_tag: str | None = None
    safetensors: SafeTensorsInfo | None = None
    spaces: list[str] | None = None
    transformers_info: TransformersInfo | None = None
    widget_data: Any = None

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> Self:
        """Read the Hub's answer."""
        info = super().from_json(body)
        served = body.get("inferenceProviderMapping")
        if served is not None:
            info.inference_provider_mapping = _providers(info.id, served)
        return info

    @property
    def modelId(self) -> str:  # noqa: N802 - earlier libraries' name
        """As `id`."""
        return self.id

    @property
    def transformersInfo(self) -> TransformersInfo | None:  # noqa: N802 - earlier libraries' name
        """As `transformers_info`."""
        return self.transformers_info


@dataclass
class DatasetInfo(RepoInfo):
    """Facts about a dataset repository."""

    _kind: ClassVar[str] = "dataset"

    citation: str | None = None
    description: str | None = None
    main_size: int | None = None
    paperswithcode_id: str | None = None


@dataclass
class SpaceInfo(RepoInfo):
    """Facts about a space."""

    _kind: ClassVar[str] = "space"

    datasets: list[str] | None = None
    host: str | None = None
    models: list[str] | None = None
    region: str | None = None
    runtime: SpaceRuntime | None = None
    sdk: str | None = None
    subdomain: str | None = None


INFO_CLASS: dict[str, type[ModelInfo | DatasetInfo | SpaceInfo]] = {
    "model": ModelInfo,
    "dataset": DatasetInfo,
    "space": SpaceInfo,
}

# The Hub writes most keys in camel case; these it does not.
_OWN_SPELLING = {"model_index": "model-index"} | {
    name: name for name in ("library_name", "mask_token", "pipeline_tag", "paperswithcode_id")
}
_NOT_READ_BY_NAME = ("raw", "inference_provider_mapping")
_keys: dict[type, list[tuple[str, str]]] = {}


def _keys_of(info_class: type[Any]) -> list[tuple[str, str]]:
    """Name of each field, and its key in the Hub's answer."""
    if info_class not in _keys:
        names = [found.name for found in fields(info_class) if found.name not in _NOT_READ_BY_NAME]
        _keys[info_class] = [(name, _OWN_SPELLING.get(name) or _camel_case(name)) for name in names]
    return _keys[info_class]


def _camel_case(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _siblings(items: list[dict[str, Any]]) -> list[RepoSibling]:
    return [
        RepoSibling(item["rfilename"], item.get("size"), item.get("blobId"), lfs_facts(item.get("lfs")))
        for item in items
    ]


def lfs_facts(lfs: dict[str, Any] | None) -> BlobLfsInfo | None:
    """Read what an answer says of a large file; lists call its hash ``sha256``, trees ``oid``."""
    if not lfs:
        return None
    sha256 = lfs.get("sha256") or lfs["oid"].removeprefix("sha256:")
    return BlobLfsInfo(lfs["size"], sha256, lfs.get("pointerSize", 0))


def _safetensors(body: dict[str, Any]) -> SafeTensorsInfo:
    parameters: dict[str, int] = body.get("parameters") or {}
    return SafeTensorsInfo(parameters, body.get("total", sum(parameters.values())))


def _transformers(body: dict[str, Any]) -> TransformersInfo:
    known = {key: body.get(key) for key in ("custom_class", "pipeline_tag", "processor")}
    return TransformersInfo(body.get("auto_model", ""), **known)


def _providers(model_id: str, served: Any) -> list[InferenceProviderMapping]:
    """Read who serves a model; the Hub has told it as a dict by provider and as a list."""
    items: list[dict[str, Any]] = served
    if isinstance(served, dict):
        by_provider = cast("dict[str, dict[str, Any]]", served)
        items = [{"provider": name, **item} for name, item in by_provider.items()]
    return [
        InferenceProviderMapping(
            provider=item["provider"],
            hf_model_id=item.get("hfModelId", model_id),
            provider_id=item.get("providerId", ""),
            status=item.get("status", ""),
            task=item.get("task", ""),
            adapter=item.get("adapter"),
            adapter_weights_path=item.get("adapterWeightsPath"),
            type=item.get("type"),
        )
        for item in items
    ]


_CONVERT: dict[str, Any] = {
    "created_at": parse_datetime,
    "last_modified": parse_datetime,
    "siblings": _siblings,
    "safetensors": _safetensors,
    "transformers_info": _transformers,
    "runtime": SpaceRuntime.from_json,
}

AnyInfo = TypeVar("AnyInfo", ModelInfo, DatasetInfo, SpaceInfo)
