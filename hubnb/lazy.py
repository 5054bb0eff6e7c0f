"""Names of a package that cost nothing until somebody uses them (PEP 562)."""

from __future__ import annotations

import importlib
import sys

# As in `hubnb/__init__.py`: importing `typing` for these would cost more than the rest of this file.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

joints: dict[str, Callable[..., Any]] = {}
"""What a lower room lets a higher one do for it, by name; the package itself fills it in, at no cost."""


def lazy_names(package: str, homes: Mapping[str, tuple[str, ...]]) -> Callable[[str], Any]:
    """Make a package's `__getattr__`.

    Parameters
    ----------
    package
        Its ``__name__``.
    homes
        For each module, named in full, the names that live there.
    """
    home_of = {name: module for module, names in homes.items() for name in names}

    def find(name: str) -> Any:
        if name not in home_of:
            msg = f"module {package!r} has no attribute {name!r}"
            raise AttributeError(msg)
        value = getattr(importlib.import_module(home_of[name]), name)
        setattr(sys.modules[package], name, value)
        return value

    return find
