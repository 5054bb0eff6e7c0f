"""A decorator that checks the arguments functions on the Hub have in common."""

from __future__ import annotations

import inspect
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from ..client.repo_id import validate_repo_id

if TYPE_CHECKING:
    from collections.abc import Callable

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")
_REPO_IDS = ("repo_id", "from_id", "to_id")


def validate_hf_hub_args(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Check `repo_id`, `from_id` and `to_id` of a function before it runs; a wrong one is an `HFValidationError`."""
    takes = inspect.signature(function)

    @wraps(function)
    def checked(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        given: dict[str, Any] = dict(zip(takes.parameters, args, strict=False)) | kwargs
        for name in _REPO_IDS:
            if given.get(name) is not None:
                validate_repo_id(given[name])
        return function(*args, **kwargs)

    return checked
