"""`%hub`: the verbs of the Hub, typed in a cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def register(shell: InteractiveShell) -> None:
    """Make `%hub` known to `shell`, with completion."""
    from .hub_magic import HubMagics, complete

    shell.register_magics(HubMagics)
    shell.set_hook("complete_command", complete, str_key="%hub")
