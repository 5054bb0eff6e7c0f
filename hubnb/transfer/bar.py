"""Progress in a terminal: one tqdm bar a transfer."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from ..client.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from .progress import TransferSnapshot

_QUIET_FOR_S = 0.5


class TqdmListener:
    """Draws a bar on stderr; transfers shorter than half a second draw nothing."""

    def __init__(self, bar_class: Callable[..., Any] | None = None) -> None:
        self._bar_class = bar_class
        self._bar: Any = None

    @classmethod
    def if_wanted(cls) -> TqdmListener | None:
        """Make one where somebody can see it, unless `HF_HUB_DISABLE_PROGRESS_BARS` says otherwise."""
        disabled = Settings.from_env().disable_progress_bars
        if disabled is None:
            disabled = not sys.stderr.isatty()
        return None if disabled else cls()

    def update(self, snapshot: TransferSnapshot) -> None:
        """Draw `snapshot`."""
        if self._bar is None:
            if self._bar_class is None:
                from tqdm import tqdm as bar_class
            else:
                bar_class = self._bar_class
            arrow = "↑" if snapshot.kind == "push" else "↓"
            self._bar = bar_class(
                total=snapshot.bytes_total,
                unit="B",
                unit_scale=True,
                desc=f"{arrow} {snapshot.repo_id}",
                delay=_QUIET_FOR_S,
            )
        self._bar.total = snapshot.bytes_total
        self._bar.set_postfix_str(snapshot.state.value, refresh=False)
        self._bar.update(snapshot.bytes_done - self._bar.n)
        if snapshot.state.finished:
            self._bar.close()
