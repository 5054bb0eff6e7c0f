"""`hubnb.app()`: all panels behind tabs in one cell; in a terminal the calls to type."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from .frontend import FrontEnd, front_end

if TYPE_CHECKING:
    from .app import AppPanel

_CALLS = (
    "hubnb.browse()", 'hubnb.edit_card("ns/name")', "hubnb.transfers()", "hubnb.cache()", 'hubnb.try_model("ns/name")',
    "hubnb.login()",
)  # fmt: skip


def app(tab: str = "browse") -> AppPanel | None:
    """Show every panel behind tabs in one cell: Browse, Card, Transfers, Cache, Try, Account.

    Parameters
    ----------
    tab
        Which one to open first: ``browse``, ``card``, ``transfers``, ``cache``, ``try_model`` or ``login``.

    Returns
    -------
    AppPanel or None
        In a notebook the panel, which shows itself as the last line of a cell. In a terminal nothing; the calls that
        do the same as text are printed.

    Raises
    ------
    HFValidationError
        If there is no such tab.
    """
    if front_end() is FrontEnd.NONE:
        sys.stdout.write("".join(f"{call}\n" for call in ("In a terminal, these calls print text:", *_CALLS)))
        return None
    from .app import AppPanel

    return AppPanel(tab)
