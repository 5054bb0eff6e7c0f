"""`PyTorchModelHubMixin`: a torch module that saves, loads and shares itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from hubnb.client.errors import EntryNotFoundError, LocalEntryNotFoundError

from . import building, card_values, weights
from .coding import ConfigError
from .hub_mixin import ModelHubMixin
from .pytorch import torch
from .weights import PICKLED_WEIGHTS_NAME, SAFE_WEIGHTS_NAME

if TYPE_CHECKING:
    from .weights import Weights

T = TypeVar("T", bound="PyTorchModelHubMixin")

_TAG = "pytorch_model_hub_mixin"
_LARGE_BYTES = 32 << 20
"""From here on it pays to be clever; a smaller model is made and filled in the plain way."""
_OWN_KEYWORDS: dict[str, Any] = {"map_location": "cpu", "strict": True, "dtype": None, "device": None}


class PyTorchModelHubMixin(ModelHubMixin):
    """Give a torch module `save_pretrained`, `from_pretrained` and `push_to_hub`.

    The class keywords are those of `ModelHubMixin`. Weights are stored in ``model.safetensors``.

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

    def _save_pretrained(self, save_directory: Path) -> None:
        """Write the tensors to ``model.safetensors``."""
        weights.save_weights(self._hub_mixin_module(), save_directory / SAFE_WEIGHTS_NAME)

    def _hub_mixin_module(self) -> torch.nn.Module:
        """Give the module whose tensors are stored: the one inside, where this is a parallel wrapper."""
        if not isinstance(self, torch.nn.Module):
            msg = f"{type(self).__name__} must inherit torch.nn.Module too, before PyTorchModelHubMixin."
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
        loaded = cls._read_weights(model_id, where)
        cls._require_arguments(model_id, model_kwargs)
        model: Any = cls._make_for(loaded, model_kwargs)
        module = model._hub_mixin_module()  # noqa: SLF001 - its own class
        weights.load_weights(module, loaded, strict=own["strict"])
        target = own["map_location"] if own["device"] is None else own["device"]
        wanted = weights.dtype_from(own["dtype"], loaded)
        if str(target) != "cpu" or own["device"] is not None or wanted is not None:
            model.to(device=target, dtype=wanted)
        model.eval()
        return model

    @classmethod
    def _make_for(cls: type[T], loaded: Weights, model_kwargs: dict[str, Any]) -> T:
        """Make the module; a large one without the random values that `loaded` is about to replace."""
        fresh = building.repeatable(model_kwargs) if loaded.size >= _LARGE_BYTES else None
        if fresh is None:
            return cls(**model_kwargs)
        model, hollow = building.build(lambda: cls(**fresh()))
        if hollow and not loaded.covers(model._hub_mixin_module()):  # noqa: SLF001 - its own class
            return cls(**fresh())
        return model

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
    def _read_weights(cls, model_id: str, where: dict[str, Any]) -> Weights:
        """Read the weights of a folder or a repository: safetensors, else a pickle of tensors."""
        folder = Path(model_id)
        readers = {SAFE_WEIGHTS_NAME: weights.read_safetensors, PICKLED_WEIGHTS_NAME: weights.read_pickle}
        not_asked: LocalEntryNotFoundError | None = None
        for name, read in readers.items():
            try:
                path = folder / name if folder.is_dir() else _fetched(model_id, name, where)
            except LocalEntryNotFoundError as error:  # nobody knows whether there is such a file
                not_asked = not_asked or error
                continue
            if path is not None and path.is_file():
                return read(path, f"{name} of {model_id}", lasting=not folder.is_dir())
        if not_asked is not None:
            raise not_asked
        msg = f"{model_id} has no weights: neither {SAFE_WEIGHTS_NAME} nor {PICKLED_WEIGHTS_NAME} is there."
        raise EntryNotFoundError(msg)

    def _card_values(self) -> dict[str, Any]:
        from .facts import facts_of

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
        }


def _fetched(model_id: str, name: str, where: dict[str, Any]) -> Path | None:
    """Fetch a file of a repository; None where the repository doesn't have it."""
    from hubnb.transfer import hf_hub_download

    try:
        return Path(hf_hub_download(model_id, name, **where))
    except LocalEntryNotFoundError:
        raise
    except EntryNotFoundError:
        return None
