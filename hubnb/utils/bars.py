"""tqdm's bar, which stays away where bars are switched off."""

from __future__ import annotations

from typing import Any

from tqdm.auto import tqdm as _tqdm

from ..client.progress_bars import are_progress_bars_disabled


class tqdm(_tqdm):  # noqa: N801 - as its parent is called
    """A progress bar that `disable_progress_bars` and `HF_HUB_DISABLE_PROGRESS_BARS` switch off.

    Parameters
    ----------
    name
        Group it belongs to, for `disable_progress_bars(name)`.
    """

    def __init__(self, *args: Any, name: str | None = None, **kwargs: Any) -> None:
        if are_progress_bars_disabled(name):
            kwargs["disable"] = True
        super().__init__(*args, **kwargs)
