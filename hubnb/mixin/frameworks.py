"""Models of any framework: you say how one is saved and loaded, the rest is done as for the mixins.

A pair of your own is two lines each:

>>> def push(model, repo_id, **options):
...     return push_to_hub(model, repo_id, save_fn=lambda model, folder: model.save(folder / "model.keras"), **options)
>>> def load(repo_id, **options):
...     load_fn = lambda folder: keras.models.load_model(folder / "model.keras")
...     return from_pretrained(repo_id, load_fn=load_fn, **options)
"""

from __future__ import annotations

import platform
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from hubnb.cards import ModelCardData

from .hub_mixin import ModelHubMixin
from .info import MixinInfo
from .versions import installed_version, library_of, versions_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Unpack  # of type checkers; typing has it from Python 3.11 on

    from .push_options import PushOptions

Model = TypeVar("Model")

_FASTAI_FILE = "model.pkl"
_LEAST = {"fastai": "2.4", "fastcore": "1.3.27"}


def push_to_hub(
    model: Model,
    repo_id: str,
    *,
    save_fn: Callable[[Model, Path], object],
    library_name: str | None = None,
    tags: list[str] | None = None,
    **options: Unpack[PushOptions],
) -> Any:
    """Save an object of any framework and push it as one commit, with a card; the repository is made if need be.

    Parameters
    ----------
    save_fn
        Called with the model and a folder, to write its files there.
    library_name, tags
        Metadata of the card; by default the library is the package the model's class is from.
    **options
        As for `ModelHubMixin.push_to_hub`: config (a dict; as ``config.json`` it makes the Hub count downloads),
        commit_message, private, token, branch, create_pr, allow_patterns, ignore_patterns, delete_patterns,
        model_card_kwargs, api_endpoint, run_as_future, preview.

    Returns
    -------
    CommitInfo, Transfer or PushPlan
        As text, a commit is its address.

    Examples
    --------
    >>> push_to_hub(pipeline, "me/digits", save_fn=lambda model, folder: skops.io.dump(model, folder / "model.skops"))
    """
    return _Foreign(model, save_fn, library_name, tags).push_to_hub(repo_id, **options)


def from_pretrained(
    repo_id: str | Path,
    *,
    load_fn: Callable[..., Model],
    revision: str | None = None,
    token: str | bool | None = None,
    cache_dir: str | Path | None = None,
    force_download: bool = False,
    local_files_only: bool = False,
    allow_patterns: list[str] | str | None = None,
    ignore_patterns: list[str] | str | None = None,
    proxies: Any = None,
    resume_download: Any = None,
    **load_kwargs: Any,
) -> Model:
    """Fetch the files of a repository and load them.

    Parameters
    ----------
    repo_id
        A repository's id, or a folder.
    load_fn
        Called with the folder and `load_kwargs`; what it returns is returned.
    revision, token, cache_dir, force_download, local_files_only, allow_patterns, ignore_patterns
        As for `snapshot_download`.
    proxies, resume_download
        Do nothing any more.

    Examples
    --------
    >>> from_pretrained("me/digits", load_fn=lambda folder: skops.io.load(folder / "model.skops"))
    """
    for name, value in (("proxies", proxies), ("resume_download", resume_download)):
        if value is not None:
            msg = f"`{name}` does nothing any more and will be refused one day; leave it out."
            warnings.warn(msg, DeprecationWarning, stacklevel=2)
    if Path(repo_id).is_dir():
        return load_fn(Path(repo_id), **load_kwargs)
    from hubnb.transfer import snapshot_download

    folder = snapshot_download(
        str(repo_id),
        revision=revision,
        token=token,
        cache_dir=cache_dir,
        force_download=force_download,
        local_files_only=local_files_only,
        allow_patterns=allow_patterns,
        ignore_patterns=ignore_patterns,
    )
    return load_fn(Path(folder), **load_kwargs)


class _Foreign(ModelHubMixin):
    """Lends the mixin's ways to an object that has none."""

    def __init__(self, model: Any, save_fn: Any, library_name: str | None, tags: list[str] | None) -> None:
        self._model = model
        self._save_fn = save_fn
        self._hub_mixin_config = None  # these arguments are nobody's configuration
        self._hub_mixin_unsaved = ()
        data = ModelCardData(library_name=library_name or library_of(type(model)), tags=tags)
        self._hub_mixin_info = MixinInfo(None, data, None, None, None)  # type: ignore[misc] - its own, not the class's

    def _save_pretrained(self, save_directory: Path) -> None:
        self._save_fn(self._model, save_directory)

    def _card_name(self) -> str:
        return (self._hub_mixin_repo_id or type(self._model).__name__).rpartition("/")[2]

    def _card_values(self) -> dict[str, Any]:
        name, library = type(self._model).__name__, type(self._model).__module__.partition(".")[0]
        place = f'"{self._hub_mixin_repo_id}"' if self._hub_mixin_repo_id else '"path/to/this/folder"'
        code = f"from hubnb import from_pretrained\n\nmodel = from_pretrained({place}, load_fn=...)  # as it was saved"
        return {
            "model_id": self._hub_mixin_repo_id,
            "model_name": self._card_name(),
            "model_summary": f"A `{name}`, saved with `hubnb`.",
            "get_started_code": code,
            "facts": {"Made with": versions_of(library)},
        }


# --- fastai ---


def push_to_hub_fastai(learner: Any, *, repo_id: str, config: dict[str, Any] | None = None, **options: Any) -> Any:
    """Export a fastai learner and push it; other parameters as `push_to_hub`.

    Raises
    ------
    ImportError
        fastai is not installed, or too old.
    RuntimeError
        `config` is no dict.
    """
    _require_fastai()
    if config is not None and not isinstance(config, dict):  # pyright: ignore[reportUnnecessaryIsInstance] - a promise
        msg = f"config must be a dict, not {type(config).__name__}."
        raise RuntimeError(msg)  # noqa: TRY004, RUF100 - upstream's type
    options.setdefault("commit_message", "Push fastai model using hubnb.")
    return push_to_hub(learner, repo_id, save_fn=_export, config=config, library_name="fastai", **options)


def from_pretrained_fastai(repo_id: str, revision: str | None = None, **options: Any) -> Any:
    """Load a fastai learner; other parameters as `from_pretrained`.

    A learner is a pickle, which can run code when it is loaded: load those of people you trust.

    Raises
    ------
    ImportError
        fastai is not installed, or too old.
    """
    _require_fastai()
    from fastai.learner import load_learner  # pyright: ignore[reportMissingImports] - optional

    def load(folder: Path) -> Any:
        return load_learner(folder / _FASTAI_FILE)

    return from_pretrained(repo_id, load_fn=load, revision=revision, **options)


def _export(learner: Any, folder: Path) -> None:
    """Let a learner write itself, and what it needs; it stays where it was."""
    before = learner.path
    learner.path = folder
    try:
        learner.export(_FASTAI_FILE)
    finally:
        learner.path = before
    needs = [f'"python={platform.python_version()}"']
    needs += [f'"{name}={installed_version(name)}"' for name in _LEAST]
    text = f'[build-system]\nrequires = ["setuptools>=40.8.0", "wheel", {", ".join(needs)}]\n'
    (folder / "pyproject.toml").write_text(f'{text}build-backend = "setuptools.build_meta:__legacy__"\n')


def _require_fastai() -> None:
    for name, least in _LEAST.items():
        version = installed_version(name)
        if version is None or _numbers(version) < _numbers(least):
            found = "is not installed" if version is None else f"is {version}"
            msg = f"This needs {name} {least} or newer, which {found}. Run: pip install 'fastai>={_LEAST['fastai']}'"
            raise ImportError(msg)


def _numbers(version: str) -> list[int]:
    return [int("".join(filter(str.isdigit, part)) or 0) for part in version.split(".")[:3]]
