"""Which libraries made a model, and in which versions."""

from __future__ import annotations

import importlib.metadata
import platform

_CALLED_ON_THE_HUB = {"sklearn": "sklearn", "keras": "keras", "torch": "pytorch", "xgboost": "xgboost"}
_OWN_NAMES = {"builtins", "__main__", "hubnb"}


def installed_version(name: str) -> str | None:
    """Version of an installed distribution; None where there is none."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def library_of(kind: type) -> str | None:
    """Name of the library a class is from, as the Hub calls it; None for a person's own."""
    package = kind.__module__.partition(".")[0]
    if package in _OWN_NAMES or not _distributions_of(package):
        return None
    return _CALLED_ON_THE_HUB.get(package, package)


def versions_of(*packages: str) -> str:
    """Write the versions of packages, of hubnb and of Python in one line; what isn't installed is left out."""
    names = [name for package in (*packages, "hubnb") for name in _distributions_of(package)]
    found = [f"{name} {installed_version(name)}" for name in dict.fromkeys(names)]
    return ", ".join([*found, f"Python {platform.python_version()}"])


def _distributions_of(package: str) -> list[str]:
    """Names of what is installed under a package's import name."""
    if installed_version(package) is not None:
        return [package]
    return list(dict.fromkeys(importlib.metadata.packages_distributions().get(package, [])))
