"""`ModelHubMixin`: save, load and share objects of any class, whatever the framework.

A class that inherits it says how its weights are stored (`_save_pretrained`) and how an object is made from
them (`_from_pretrained`). The arguments of its `__init__`, the card and the Hub are taken care of here.
"""

import inspect
import warnings
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from hubnb.cards import ModelCard, ModelCardData

from . import card_values, checkup, class_checks, config_file, fetching, newborn
from .coding import Coders
from .config import InitArguments, json_values
from .info import MixinInfo

# Annotations here are objects, not text: editors and `typing.get_type_hints` ask a person's class for them.
T = TypeVar("T", bound="ModelHubMixin")

_RETIRED = ("proxies", "resume_download")
_TAG = "model_hub_mixin"


class ModelHubMixin:
    """Give a class `save_pretrained`, `from_pretrained` and `push_to_hub`.

    Class keywords
    --------------
    repo_url, paper_url, docs_url
        Where the code, the paper and the documentation are; they appear in the card.
    model_card_template
        A Jinja template for the card, instead of the built-in one.
    language, library_name, license, license_name, license_link, pipeline_tag, tags
        Metadata of the card. A subclass inherits them; its tags are added to its parent's.
    coders
        ``{type: (to_json, from_json)}`` for arguments of `__init__` that JSON can't hold. ``{type: None}`` says
        that arguments of this type are not stored and will be passed to `from_pretrained` again.
    """

    # Attributes of the object have no annotations: `torch.jit.script` would take these for types of its own language.
    _hub_mixin_config = None
    _hub_mixin_beside = {}  # noqa: RUF012 - replaced per object, never changed
    _hub_mixin_unsaved = ()
    _hub_mixin_repo_id = None
    _hub_mixin_info: ClassVar[MixinInfo] = MixinInfo(None, ModelCardData(), None, None, None)
    _hub_mixin_coders: ClassVar[dict[type, Any]] = {}
    _hub_mixin_expects_config: ClassVar[bool] = False

    def __init_subclass__(
        cls,
        *,
        repo_url: str | None = None,
        paper_url: str | None = None,
        docs_url: str | None = None,
        model_card_template: str | None = None,
        language: list[str] | None = None,
        library_name: str | None = None,
        license: str | None = None,  # noqa: A002 - upstream's name
        license_name: str | None = None,
        license_link: str | None = None,
        pipeline_tag: str | None = None,
        tags: list[str] | None = None,
        coders: Coders | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init_subclass__(**kwargs)
        own_data = {
            "language": language,
            "library_name": library_name,
            "license": license,
            "license_name": license_name,
            "license_link": license_link,
            "pipeline_tag": pipeline_tag,
        }
        cls._hub_mixin_info = MixinInfo.joined(
            [vars(base)["_hub_mixin_info"] for base in cls.__mro__[1:] if "_hub_mixin_info" in vars(base)],
            MixinInfo(model_card_template, ModelCardData(**own_data), docs_url, paper_url, repo_url),
            tags=[_TAG, *(tags or [])],
        )
        cls._hub_mixin_coders = dict(coders or {})
        for base in cls.__mro__[1:]:
            cls._hub_mixin_coders = {**vars(base).get("_hub_mixin_coders", {}), **cls._hub_mixin_coders}
        newborn.noting(cls)
        class_checks.warn_of_class(cls, InitArguments.of(cls, cls._hub_mixin_coders))
        cls._hub_mixin_expects_config = "config" in inspect.signature(cls._from_pretrained).parameters

    def __new__(cls: type[T], *args: Any, **kwargs: Any) -> T:
        """Make the object and write down what it was made with."""
        newborn.noting_late(cls)
        make: Any = super().__new__
        instance = make(cls) if make is object.__new__ else make(cls, *args, **kwargs)
        captured = cls._hub_mixin_arguments().capture(inspect.signature(cls.__init__), args, kwargs)
        # Past a `__setattr__` of the class: a frozen dataclass forbids it, a torch module isn't ready for it.
        object.__setattr__(instance, "_hub_mixin_config", captured.config)
        object.__setattr__(instance, "_hub_mixin_beside", captured.beside)
        object.__setattr__(instance, "_hub_mixin_unsaved", captured.unsaved)
        return instance

    def _hub_mixin_note(self) -> None:
        """Note what the object is, now that `__init__` has ended."""
        arguments = self._hub_mixin_arguments()
        born = newborn.Newborn(newborn.attributes_of(self, arguments))
        born.config = json_values(self._hub_mixin_config, {}, arguments.coders)
        object.__setattr__(self, "_hub_mixin_newborn", born)

    @classmethod
    def _hub_mixin_arguments(cls) -> InitArguments:
        """Read the parameters of `__init__`; late, because a decorator may still have replaced it."""
        known = vars(cls).get("_hub_mixin_known_arguments")
        if known is None or known[0] is not cls.__init__:
            known = (cls.__init__, InitArguments.of(cls, cls._hub_mixin_coders))
            cls._hub_mixin_known_arguments = known
        return known[1]

    # --- saving ---

    def save_pretrained(
        self,
        save_directory: str | Path,
        *,
        config: Any = None,
        repo_id: str | None = None,
        push_to_hub: bool = False,
        model_card_kwargs: dict[str, Any] | None = None,
        max_shard_size: int | str | None = None,
        **push_to_hub_kwargs: Any,
    ) -> str | None:
        """Save weights, ``config.json`` and (unless there is one) ``README.md`` in a folder.

        Parameters
        ----------
        save_directory
            The folder; it is made.
        config
            What ``config.json`` shall hold, a dict or dataclass, instead of the arguments of `__init__`.
        repo_id
            Where the model will live on the Hub; by default the folder's name.
        push_to_hub
            Push it after saving.
        model_card_kwargs
            What the card shall say besides; see `generate_model_card`.
        max_shard_size
            Largest size of one file of weights, in bytes or like ``"5GB"``, for classes that split them.
        **push_to_hub_kwargs
            Passed to `push_to_hub`.

        Returns
        -------
        The address of the commit if it was pushed.

        Warns
        -----
        UnsavedArgumentWarning
            An argument can't be stored; the text says what that means and which coder would store it.
        """
        config_file.check_keywords(self.push_to_hub, push_to_hub_kwargs)
        extra = {} if max_shard_size is None else {"max_shard_size": max_shard_size}
        config_file.check_keywords(self._save_pretrained, extra)
        values = self._hub_mixin_config_to_save(config)
        text = config_file.to_text(values)
        if repo_id is not None:
            object.__setattr__(self, "_hub_mixin_repo_id", repo_id)

        folder = Path(save_directory)
        folder.mkdir(parents=True, exist_ok=True)
        with config_file.replaced(folder) as config_path:
            self._save_pretrained(folder, **extra)
            if values and not config_path.exists():
                config_path.write_text(text, encoding="utf-8")
        readme = folder / "README.md"
        if not readme.exists():
            self.generate_model_card(**(model_card_kwargs or {})).save(readme)
        if not push_to_hub:
            return None
        return self.push_to_hub(
            repo_id=repo_id or folder.resolve().name,
            config=values or None,
            model_card_kwargs=model_card_kwargs or {},
            **extra,
            **push_to_hub_kwargs,
        )

    def _hub_mixin_contents(self, max_shard_size: int | str | None) -> dict[str, Any] | None:  # noqa: ARG002
        """Give the files of weights as contents to push; None where they must be saved to know them."""
        return None

    def _hub_mixin_config_to_save(self, config: Any) -> dict[str, Any]:
        """Give the values of ``config.json``; complain about what would be missing in it."""
        coders = self._hub_mixin_coders
        if config is not None:
            return json_values(config, {}, coders)
        checkup.warn_before_saving(self, self._hub_mixin_unsaved)
        return json_values(self._hub_mixin_config, self._hub_mixin_beside, coders)

    def _save_pretrained(self, save_directory: Path) -> None:
        """Write the weights into a folder; the class says how."""
        raise NotImplementedError

    def generate_model_card(self, *args: Any, **kwargs: Any) -> ModelCard:  # noqa: ARG002 - for overriders
        """Write the card from what the class, the object and the caller know.

        Parameters
        ----------
        **kwargs
            Metadata fields (`license`, `tags`, `eval_results`, `datasets`, ...) and texts of the card
            (`model_summary`, `model_description`, `hyperparameters`, `training_data`, ...). With a template of
            your own, its variables.
        """
        info = self._hub_mixin_info
        data = card_values.metadata(info.model_card_data, kwargs, self._card_name())
        values = {
            "repo_url": info.repo_url,
            "paper_url": info.paper_url,
            "docs_url": info.docs_url,
            **self._card_values(),
            **card_values.texts(kwargs),
        }
        return ModelCard.from_template(data, template_str=info.model_card_template, **values)

    def _card_name(self) -> str:
        return (self._hub_mixin_repo_id or type(self).__name__).rpartition("/")[2]

    def _card_values(self) -> dict[str, Any]:
        """Give what the object itself knows for its card."""
        name = type(self).__name__
        return {
            "model_id": self._hub_mixin_repo_id,
            "model_name": self._card_name(),
            "model_summary": f"A `{name}`, saved with `hubnb`.",
            "get_started_code": card_values.loading_code(type(self), "ModelHubMixin", self._hub_mixin_repo_id),
        }

    # --- loading ---

    @classmethod
    def from_pretrained(
        cls: type[T],
        pretrained_model_name_or_path: str | Path,
        *,
        force_download: bool = False,
        token: str | bool | None = None,
        cache_dir: str | Path | None = None,
        local_files_only: bool = False,
        revision: str | None = None,
        **model_kwargs: Any,
    ) -> T:
        """Make an object from a folder or a repository.

        Parameters
        ----------
        pretrained_model_name_or_path
            A folder with the files, or a repository's id.
        force_download, token, cache_dir, local_files_only, revision
            As for `hf_hub_download`.
        **model_kwargs
            Arguments of `__init__`; they win over the stored ones.

        Raises
        ------
        ConfigError
            ``config.json`` can't be read, or doesn't fit the class.
        """
        for name in _RETIRED:
            if name in model_kwargs and name not in cls._hub_mixin_arguments().parameters:
                model_kwargs.pop(name)
                msg = f"`{name}` does nothing any more and will be refused one day; leave it out."
                warnings.warn(msg, DeprecationWarning, stacklevel=2)
        where = {
            "revision": revision,
            "cache_dir": cache_dir,
            "force_download": force_download,
            "local_files_only": local_files_only,
            "token": token,
        }
        with fetching.one_commit():
            return cls._hub_mixin_load(str(pretrained_model_name_or_path), where, model_kwargs)

    @classmethod
    def _hub_mixin_load(cls: type[T], model_id: str, where: dict[str, Any], model_kwargs: dict[str, Any]) -> T:
        config = fetching.load_config(model_id, where)
        arguments = dict(model_kwargs)
        if config is not None:
            arguments = cls._hub_mixin_arguments().arguments_from(config, model_kwargs)
        if cls._hub_mixin_expects_config and "config" not in arguments and config is not None:
            arguments["config"] = config
        expected = inspect.signature(cls._from_pretrained).parameters
        for name in _RETIRED:  # classes written for an older upstream ask for them by name
            if name in expected and name not in arguments:
                arguments[name] = None
        config_file.refuse_taken_names(cls, arguments, where)
        instance = cls._from_pretrained(model_id=model_id, **where, **arguments)
        if config is None and cls._hub_mixin_arguments().parameters:
            fetching.warn_if_config_is_unknown(cls, model_id, where)
        if config is not None and not getattr(instance, "_hub_mixin_config", True):
            object.__setattr__(instance, "_hub_mixin_config", config)
        return instance

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
        """Make the object and load its weights; the class says how."""
        raise NotImplementedError

    # --- pushing ---

    def push_to_hub(
        self,
        repo_id: str,
        *,
        config: Any = None,
        commit_message: str = "Push model using hubnb.",
        private: bool | None = None,
        token: str | None = None,
        branch: str | None = None,
        create_pr: bool | None = None,
        allow_patterns: list[str] | str | None = None,
        ignore_patterns: list[str] | str | None = None,
        delete_patterns: list[str] | str | None = None,
        model_card_kwargs: dict[str, Any] | None = None,
        api_endpoint: str | None = None,
        max_shard_size: int | str | None = None,
        run_as_future: bool = False,
        preview: bool = False,
        verify: bool = False,
        example_inputs: Any = None,
    ) -> Any:
        """Save the object and push it as one commit; the repository is made if need be.

        A card that the repository already has keeps its text; metadata it lacks is added. It is written anew
        where `model_card_kwargs` says something.

        Parameters
        ----------
        repo_id
            ``name`` or ``namespace/name``.
        config, model_card_kwargs
            As for `save_pretrained`.
        commit_message
            First line of the commit.
        private
            Whether a new repository is private.
        token
            Who pushes; by default who is signed in.
        branch
            The branch; it must exist.
        create_pr
            Open a pull request instead of committing to the branch.
        allow_patterns, ignore_patterns
            Which of the saved files to push.
        delete_patterns
            Which of the repository's files to delete in the same commit.
        api_endpoint
            Address of another Hub.
        max_shard_size
            As for `save_pretrained`. Shards of an earlier push that this one replaces are removed.
        run_as_future
            Push in the background what the model is now, and return a `Transfer` at once.
        preview
            Send nothing and give the `PushPlan`: print it.
        verify
            Load the commit in a clean process and compare configuration, tensors and outputs.
        example_inputs
            What the model is called with for `verify`: one input, a tuple of them, or a dict by name.

        Returns
        -------
        CommitInfo, Transfer or PushPlan
            As text, a commit is its address.

        Raises
        ------
        VerificationError
            What was pushed doesn't come back as it is here; the commit stays, and the error says how to undo it.
        """
        from .pushing import ModelPush

        push = ModelPush(
            self, repo_id, config, commit_message, private, token, branch, create_pr, allow_patterns,
            ignore_patterns, delete_patterns, dict(model_card_kwargs or {}), api_endpoint, max_shard_size,
        )  # fmt: skip
        if preview:
            return push.preview()
        if verify:
            return push.run_verified(example_inputs, run_as_future=run_as_future)
        return push.start() if run_as_future else push.run()
