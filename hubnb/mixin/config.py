"""Arguments of `__init__` to ``config.json`` and back.

A model is made again from the arguments it was made with. This module writes them down as JSON when the
object is made (`InitArguments.capture`), says which ones it could not write down (`Unsaved`), and turns JSON
back into arguments (`InitArguments.arguments_from`).

What JSON can't hold is written through annotations: a dataclass is a mapping of its fields, a tuple is a
list, an enum is its value, a path is its text; on the way back the annotation says which one it was. Anything
else needs a *coder*, a pair of functions that a class declares for a type.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from . import coding
from .coding import Coders, is_dataclass_instance

if TYPE_CHECKING:
    from collections.abc import Callable
    from inspect import Parameter

Made = TypeVar("Made")

_JSON_TYPES = (str, int, float, bool, list, tuple, dict, type(None))
_MISSING = inspect.Parameter.empty


@dataclasses.dataclass(frozen=True)
class Unsaved:
    """An argument that was given and is not in the configuration."""

    name: str
    type_name: str
    has_default: bool
    """Whether the object can be made again without it, though not the same."""
    why: str
    coder: str | None
    """The coder to paste into the class, where one would help."""


@dataclasses.dataclass(frozen=True)
class Captured:
    """What was written down when an object was made."""

    config: Any
    """A dict of JSON values, a dataclass instance (a `config` argument that is one), or None."""
    beside: dict[str, Any]
    """Further JSON values, where `config` is a dataclass."""
    unsaved: tuple[Unsaved, ...]


@dataclasses.dataclass(frozen=True)
class InitArguments:
    """The parameters of a class's `__init__`, with their types as far as these can be found out."""

    parameters: dict[str, Parameter]
    hints: dict[str, Any]
    accepts_any: bool
    """Whether there is ``**kwargs``."""
    coders: Coders

    @classmethod
    def of(cls, model_class: type, coders: Coders) -> InitArguments:
        """Read them from a class."""
        parameters = dict(inspect.signature(model_class.__init__).parameters)
        parameters.pop(next(iter(parameters), ""), None)  # self
        kinds = [parameter.kind for parameter in parameters.values()]
        named = {
            name: parameter
            for name, parameter in parameters.items()
            if parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        }
        return cls(
            parameters=named,
            hints=coding.hints_of(model_class),
            accepts_any=inspect.Parameter.VAR_KEYWORD in kinds,
            coders=coders,
        )

    def has_default(self, name: str) -> bool:
        """Whether `__init__` can do without an argument."""
        parameter = self.parameters.get(name)
        return parameter is None or parameter.default is not _MISSING

    def call(self, make: Callable[..., Made], arguments: Mapping[str, Any]) -> Made:
        """Call the class with named arguments; those that it takes by position only are passed so."""
        named = dict(arguments)
        by_position: list[Any] = []
        for name, parameter in self.parameters.items():
            if parameter.kind is not parameter.POSITIONAL_ONLY or name not in named:
                break
            by_position.append(named.pop(name))
        return make(*by_position, **named)

    # --- writing ---

    def capture(self, signature: inspect.Signature, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Captured:
        """Write down the arguments of one call; a call that doesn't fit the signature gives an empty result.

        `__init__` itself will complain about such a call, in Python's own words.
        """
        try:
            bound = signature.bind_partial(None, *args, **kwargs).arguments
        except TypeError:
            return Captured(None, {}, ())
        given, unsaved = self._given(signature, bound)
        config = given.pop("config", None) if "config" in self.parameters else None
        values = self._defaults(skip={*given, "config"})
        for name, value in given.items():
            self._write(name, value, values, unsaved)
        return self._with_config(config, given, values, unsaved)

    def _given(self, signature: inspect.Signature, bound: Mapping[str, Any]) -> tuple[dict[str, Any], list[Unsaved]]:
        """Sort what was passed: named arguments, those of ``**kwargs``, and those of ``*args``."""
        given: dict[str, Any] = {}
        unsaved: list[Unsaved] = []
        for name, value in list(bound.items())[1:]:  # without self
            kind = signature.parameters[name].kind
            if kind is inspect.Parameter.VAR_KEYWORD:
                given |= value
            elif kind is inspect.Parameter.VAR_POSITIONAL:
                why = "positional arguments without a name can't be passed again by name"
                unsaved.append(Unsaved(f"*{name}", "tuple", True, why, None))
            else:
                given[name] = value
        return given, unsaved

    def _defaults(self, skip: set[str]) -> dict[str, Any]:
        """Defaults that JSON can hold, so that a later change of them in the code changes no saved model."""
        values: dict[str, Any] = {}
        for name, parameter in self.parameters.items():
            if name not in skip and parameter.default is not _MISSING:
                self._write(name, parameter.default, values, [])
        return values

    def _write(self, name: str, value: Any, values: dict[str, Any], unsaved: list[Unsaved]) -> None:
        """Write one argument down, or note why not."""
        try:
            values[name] = coding.encode(value, self.coders, self._hint(name))
        except coding.LeftToReaderError:
            return
        except coding.NotJsonError as error:
            if not self._is_default(name, value):
                unsaved.append(Unsaved(name, error.type_name, self.has_default(name), error.why, error.coder))
            return
        kind = type(value)
        if kind in _JSON_TYPES or kind.__module__ in ("numpy", "torch"):
            return
        if type(self.decode(name, values[name])) is not kind:
            why = f"without an annotation like `{name}: {kind.__name__}` it comes back as {values[name]!r}"
            unsaved.append(Unsaved(name, coding.type_name(kind), True, why, None))

    def _hint(self, name: str) -> Any:
        """Annotation of an argument, or else the type of its default."""
        if name in self.hints:
            return self.hints[name]
        default = self.parameters[name].default if name in self.parameters else None
        return Any if default is _MISSING or isinstance(default, (dict, list, type(None))) else type(default)

    def _is_default(self, name: str, value: Any) -> bool:
        parameter = self.parameters.get(name)
        return parameter is not None and parameter.default is value

    def _with_config(
        self, config: Any, given: dict[str, Any], values: dict[str, Any], unsaved: list[Unsaved]
    ) -> Captured:
        """Join a `config` argument with the others, as the file will hold them."""
        if is_dataclass_instance(config):
            fields = {field.name for field in dataclasses.fields(config)}
            beside = {name: value for name, value in values.items() if name in given and name not in fields}
            unsaved += self._hidden(given, coding.encode_lossy(config, self.coders))
            unsaved += self._unsaved_fields(config)
            return Captured(config, beside, tuple(unsaved))
        if isinstance(config, Mapping):
            own: dict[str, Any] = {}
            for name, value in config.items():
                self._write(str(name), value, own, unsaved)
            defaults = {name: one.default for name, one in self.parameters.items() if one.default is not _MISSING}
            unsaved += self._hidden({**defaults, **given}, own)
            values |= own
            kind = type(config)
            if kind is not dict and type(self._whole_config({})) is not kind:
                why = f"without the annotation `config: {kind.__name__}` it comes back as a dict"
                unsaved.append(Unsaved("config", coding.type_name(kind), True, why, None))
        elif config is None and self._none_is_unclear(values):
            values["config"] = None
        elif config is not None:
            self._write("config", config, values, unsaved)
            if isinstance(values.get("config"), dict):  # a coder's: its keys are those of the file
                own = values.pop("config")
                unsaved += self._hidden(given, own)
                values |= own
        return Captured(values or None, {}, tuple(unsaved))

    def _hidden(self, arguments: Mapping[str, Any], config: Mapping[str, Any]) -> list[Unsaved]:
        """Arguments whose name is also a key of `config`, so that they would come back with its value."""
        why = "`config` has a value under the same name, and the file has room for one"
        return [
            Unsaved(name, coding.type_name(type(value)), True, why, None)
            for name, value in arguments.items()
            if name in config and not self._comes_back(name, value, config)
        ]

    def _comes_back(self, name: str, value: Any, config: Mapping[str, Any]) -> bool:
        """Whether an argument has its value again after loading."""
        if name in self._config_fields() and self.has_default(name):  # then it is not filled from the file
            return self._is_default(name, value)
        return coding.encode_or_none(value, self.coders) == config[name]

    def _unsaved_fields(self, config: Any) -> list[Unsaved]:
        """Fields of a dataclass `config` that can't be written down."""
        unsaved: list[Unsaved] = []
        for field in dataclasses.fields(config):
            hint = coding.field_hints(type(config)).get(field.name, Any)
            try:
                coding.encode(getattr(config, field.name), self.coders, hint)
            except coding.LeftToReaderError:
                continue
            except coding.NotJsonError as error:
                required = field.default is field.default_factory is dataclasses.MISSING
                unsaved.append(Unsaved(f"config.{field.name}", error.type_name, not required, error.why, error.coder))
        return unsaved

    def _config_fields(self) -> set[str]:
        """Names that belong to the dataclass of a `config` argument, where there is one."""
        config_class = coding.dataclass_in(self.hints.get("config")) if "config" in self.parameters else None
        return set(coding.field_hints(config_class)) if config_class else set()

    def _none_is_unclear(self, values: Mapping[str, Any]) -> bool:
        """Whether a `config` that is None would come back as an object, made of other arguments' values."""
        return bool(self._config_fields() & values.keys())

    # --- reading ---

    def arguments_from(self, config: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Make the arguments of `__init__` from a configuration; what the caller gave wins.

        Raises
        ------
        ConfigError
            A value doesn't fit its annotation, e.g. a dataclass misses a field without a default.
        """
        arguments = dict(given)
        of_config = set() if config.get("config", ...) is None else self._config_fields()
        for name in self.parameters:
            if name in config and name not in arguments and not (name in of_config and self.has_default(name)):
                arguments[name] = self.decode(name, config[name])
        if "config" in self.parameters and "config" not in arguments and "config" not in config:
            whole = self._whole_config(config)
            if whole is not None:
                arguments["config"] = whole
        if self.accepts_any:
            for name in config.keys() - arguments.keys() - self.parameters.keys() - of_config:
                arguments[name] = self.decode(name, config[name])
        return arguments

    def decode(self, name: str, value: Any) -> Any:
        """Turn the JSON value of one argument into what its annotation says."""
        return coding.decode(value, self._hint(name), self.coders, name)

    def _whole_config(self, config: Mapping[str, Any]) -> Any:
        """Make the `config` argument: the dataclass it is annotated with, or the whole mapping."""
        hint = self.hints.get("config")
        config_class = coding.dataclass_in(hint)
        if config_class is None:
            whole = {name: self.decode(name, value) if name != "config" else value for name, value in config.items()}
            if coding.has_coder(hint, self.coders):
                if self.has_default("config") and not config.keys() - self.parameters.keys():
                    return None
                own = {name: value for name, value in config.items() if name not in self.parameters}
                return coding.decode(own, hint, self.coders, "config")
            return coding.decode(whole, hint, self.coders, "config") if type(hint) is type else whole
        if not self._config_fields() & config.keys() and (coding.allows_none(hint) or self.has_default("config")):
            return None
        return coding.decode(dict(config), config_class, self.coders, "config")


def json_values(captured_config: Any, beside: Mapping[str, Any], coders: Coders) -> dict[str, Any]:
    """Give what ``config.json`` shall hold, as JSON values."""
    if is_dataclass_instance(captured_config):
        return {**coding.encode_lossy(captured_config, coders), **beside}
    if isinstance(captured_config, Mapping):
        return {str(key): value for key, value in captured_config.items()}
    return {}
