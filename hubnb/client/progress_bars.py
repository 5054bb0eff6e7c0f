"""Whether bars are wanted, as the program says; the environment (`HF_HUB_DISABLE_PROGRESS_BARS`) has the last word."""

from __future__ import annotations

import os
import warnings

from .overrides import assigned

_VARIABLE = "HF_HUB_DISABLE_PROGRESS_BARS"
_ROOT = "*"
_TRUE_WORDS = {"1", "ON", "YES", "TRUE"}
_disabled: dict[str, bool] = {}


class _Until:
    """Lets `with disable_progress_bars():` put things back as they were."""

    def __init__(self, before: dict[str, bool]) -> None:
        self._before = before

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        _disabled.clear()
        _disabled.update(self._before)


def disable_progress_bars(name: str | None = None) -> _Until:
    """Draw no more bars: none at all, or none of the group `name` and those below it (``a.b``).

    In a ``with`` statement it lasts as long as that does.
    """
    before = dict(_disabled)
    _say(name, disabled=True)
    return _Until(before)


def enable_progress_bars(name: str | None = None) -> None:
    """Draw bars again; see `disable_progress_bars`."""
    _say(name, disabled=False)


def are_progress_bars_disabled(name: str | None = None) -> bool:
    """Whether bars are switched off: all, or those of the group `name`."""
    forced = forced_by_environment()
    if forced is not None:
        return forced
    group = name or ""
    while group:
        if group in _disabled:
            return _disabled[group]
        group = group.rpartition(".")[0]
    return _disabled.get(_ROOT, False)


def forced_by_environment() -> bool | None:
    """Give what the environment says, or None."""
    if assigned.get(_VARIABLE) is not None:
        return bool(assigned[_VARIABLE])
    said = os.environ.get(_VARIABLE)
    return said.upper() in _TRUE_WORDS if said else None


def disabled_by_program() -> bool | None:
    """Give True if all bars are switched off, None where nobody said so."""
    return True if _disabled.get(_ROOT) else None


def _say(name: str | None, *, disabled: bool) -> None:
    forced = forced_by_environment()
    if forced is not None and forced is not disabled:
        word = "off" if forced else "on"
        text = f"Progress bars stay {word}: HF_HUB_DISABLE_PROGRESS_BARS says so, and the environment wins."
        warnings.warn(text, stacklevel=3)
        return
    group = _ROOT if name is None else name
    for known in [known for known in _disabled if name is None or known.startswith(f"{group}.")]:
        del _disabled[known]
    _disabled[group] = disabled
