"""`PyTorchModelHubMixin`: a torch module that saves, loads and shares itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from hubnb.client.errors import EntryNotFoundError, LocalEntryNotFoundError

from . import card_values, fetching, newborn
from .coding import ConfigError
from .hub_mixin import ModelHubMixin
from .pytorch import torch
from .weights import (
    MAX_SHARD_SIZE,
    PICKLED_WEIGHTS_NAME,
    SAFE_WEIGHTS_NAME,
    Checkpoint,
    Fit,
    building,
    dtype_from,
    read_checkpoint,
)

if TYPE_CHECKING:
    from .weights import Weights

T = TypeVar("T", bound="PyTorchModelHubMixin")

_TAG = "pytorch_model_hub_mixin"
_LARGE_BYTES = 8 << 20
"""From here on it pays to be clever; a smaller model is made and filled in the plain way."""
_OWN_KEYWORDS: dict[str, Any] = {"map_location": "cpu", "strict": True, "dtype": None, "device": None, "mmap": True}


class PyTorchModelHubMixin(ModelHubMixin):
    """Give a torch module `save_pretrained`, `from_pretrained` and `push_to_hub`.

    The class keywords are those of `ModelHubMixin`. Weights are stored in ``model.safetensors``, or in shards
    with an index where they are larger than `max_shard_size`.

    Examples
    --------
    >>> class Classifier(torch.nn.Module, PyTorchModelHubMixin, license="mit", tags=["digits"]):
    ...     def __init__(self, hidden: int = 32) -> None:
    ...         super().__init__()
    ...         self.layers = torch.nn.Sequential(torch.nn.Linear(64, hidden), torch.nn.Linear(hidden, 10))
    >>> Classifier(hidden=64).push_to_hub("me/digits")
    >>> model = Classifier.from_pretrained("me/digits")
    """

    def __init_subclass__(cls, *args: Any, tags: list[str] | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(*args, tags=[_TAG, *(tags or [])], **kwargs)

    def _hub_mixin_note(self) -> None:
        super()._hub_mixin_note()
        if "_modules" in vars(self):
            newborn.note_module(vars(self)["_hub_mixin_newborn"], self._hub_mixin_module())

    def _save_pretrained(self, save_directory: Path, *, max_shard_size: int | str = MAX_SHARD_SIZE) -> None:
        """Write the tensors to ``model.safetensors``, or to shards and their index."""
        self._hub_mixin_checkpoint(max_shard_size).write_to(save_directory)

    def _hub_mixin_checkpoint(self, max_shard_size: int | str) -> Checkpoint:
        state = self._hub_mixin_module().state_dict()
        return Checkpoint.of(state, max_shard_size=max_shard_size, named_format=False)

    def _hub_mixin_contents(self, max_shard_size: int | str | None) -> dict[str, Any] | None:
        if type(self)._save_pretrained is not PyTorchModelHubMixin._save_pretrained:  # noqa: SLF001 - itself
            return None
        checkpoint = self._hub_mixin_checkpoint(max_shard_size or MAX_SHARD_SIZE)
        index = {} if checkpoint.index is None else {checkpoint.index_name: checkpoint.index}
        return {**checkpoint.files, **index}

    def _hub_mixin_module(self) -> torch.nn.Module:
        """Give the module whose tensors are stored: the one inside, where this is a parallel wrapper."""
        if not isinstance(self, torch.nn.Module):
            msg = f"{type(self).__name__} must inherit torch.nn.Module too, before PyTorchModelHubMixin."
            raise TypeError(msg)
        if "_modules" not in vars(self):
            msg = f"{type(self).__name__}.__init__ doesn't call super().__init__(), so it is no torch module yet."
            raise TypeError(msg)
        if isinstance(self, (torch.nn.DataParallel, torch.nn.parallel.DistributedDataParallel)):
            return self.module
        return self

    @classmethod
    def _from_pretrained(
        cls: type[T],
        *,
        model_id: str,
        revision: str | None,
        cache_dir: str | Path | None,
        force_download: bool,
        local_files_only: bool,
        token: str | bool | None,
        **model_kwargs: Any,
    ) -> T:
        """Make the module, load its weights, and set it to evaluation mode.

        Parameters
        ----------
        **model_kwargs
            Arguments of `__init__`, and these, unless `__init__` has one of the same name:

            - ``map_location="cpu"``, ``device=None``: where the module shall live; `device` wins.
            - ``strict=True``: False loads what fits and warns about the rest.
            - ``dtype=None``: convert floating point tensors to this type; ``"auto"`` means the one most of them
              are stored in. None leaves the types to the module.
            - ``mmap=True``: let the module stand on the mapped file. Such a file may be replaced but not written
              to while the model is in use; False copies the values.

        Raises
        ------
        WeightsMismatchError
            The weights don't fit the module, and `strict` is True.
        """
        taken = cls._hub_mixin_arguments().parameters
        own = {
            name: default if name in taken else model_kwargs.pop(name, default)
            for name, default in _OWN_KEYWORDS.items()
        }
        where = {
            "revision": revision,
            "cache_dir": cache_dir,
            "force_download": force_download,
            "local_files_only": local_files_only,
            "token": token,
        }
        loaded = cls._read_weights(model_id, where, mapped=own["mmap"])
        cls._require_arguments(model_id, model_kwargs)
        wanted = dtype_from(own["dtype"], loaded)
        model: Any
        with building.without_collector():
            model, fit = cls._make_for(loaded, model_kwargs, wanted)
            fit.load(strict=own["strict"])
        target = own["map_location"] if own["device"] is None else own["device"]
        if str(target) != "cpu" or own["device"] is not None or wanted is not None:
            model.to(device=target, dtype=wanted)
        model.eval()
        return model

    @classmethod
    def _make_for(
        cls: type[T], loaded: Weights, model_kwargs: dict[str, Any], dtype: torch.dtype | None
    ) -> tuple[T, Fit]:
        """Make the module; a large one without the random values that `loaded` is about to replace."""
        make = cls._hub_mixin_arguments().call
        fresh = building.repeatable(model_kwargs) if loaded.size >= _LARGE_BYTES else None
        if fresh is None:
            model = make(cls, model_kwargs)
            return model, Fit(model._hub_mixin_module(), loaded, dtype)  # noqa: SLF001 - its own class
        model, hollow = building.build(lambda: make(cls, fresh()))
        fit = Fit(model._hub_mixin_module(), loaded, dtype)  # noqa: SLF001 - the same
        if hollow and not fit.covers_parameters():
            model = make(cls, fresh())
            fit = Fit(model._hub_mixin_module(), loaded, dtype)  # noqa: SLF001 - the same
        return model, fit

    @classmethod
    def _require_arguments(cls, model_id: str, model_kwargs: dict[str, Any]) -> None:
        """Complain about arguments that neither the caller nor the configuration gave."""
        known = cls._hub_mixin_arguments()
        missing = [name for name in known.parameters if name not in model_kwargs and not known.has_default(name)]
        if missing:
            names = ", ".join(f"`{name}`" for name in missing)
            msg = (
                f"{cls.__name__} needs {names}, and the configuration of {model_id} doesn't have "
                f"{'it' if len(missing) == 1 else 'them'}. Pass {'it' if len(missing) == 1 else 'them'}: "
                f"{cls.__name__}.from_pretrained({model_id!r}, {missing[0]}=...)."
            )
            raise ConfigError(msg)

    @classmethod
    def _read_weights(cls, model_id: str, where: dict[str, Any], *, mapped: bool = True) -> Weights:
        """Read the weights of a folder or a repository: safetensors, else a pickle of tensors."""
        folder = Path(model_id)
        not_asked: list[LocalEntryNotFoundError] = []

        def find(name: str) -> Path | None:
            if folder.is_dir():
                return folder / name if (folder / name).is_file() else None
            try:
                return fetching.fetch(model_id, name, where)
            except LocalEntryNotFoundError as error:  # nobody knows whether there is such a file
                not_asked.append(error)
                return None

        def bring(names: list[str]) -> None:
            if not folder.is_dir():
                fetching.fetch_all(model_id, names, where)
                where["force_download"] = False  # they are fresh now

        found = read_checkpoint(find, model_id, mapped=mapped, bring=bring)
        if found is not None:
            return found
        if not_asked:
            raise not_asked[0]
        msg = f"{model_id} has no weights: neither {SAFE_WEIGHTS_NAME} nor {PICKLED_WEIGHTS_NAME} is there."
        raise EntryNotFoundError(msg)

    def _card_values(self) -> dict[str, Any]:
        from .facts import architecture_of, facts_of

        values = super()._card_values()
        name = type(self).__name__
        code = card_values.loading_code(
            type(self), "PyTorchModelHubMixin", self._hub_mixin_repo_id, bases="torch.nn.Module"
        )
        return {
            **values,
            "model_summary": f"A `{name}`, a PyTorch model saved with `hubnb`.",
            "get_started_code": code,
            "facts": facts_of(self._hub_mixin_module()),
            "model_specs": architecture_of(self._hub_mixin_module()),
        }
