"""`%hub` and `%%hub`: the verbs of the Hub, typed in a cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def register(shell: InteractiveShell) -> None:
    """Make the magics known to `shell`, with completion; say which transfers an earlier kernel left unfinished."""
    from ..transfer import unfinished_transfers
    from .hub_magic import HubMagics, complete

    shell.register_magics(HubMagics)
    for magic in ("%hub", "%%hub"):
        shell.set_hook("complete_command", complete, str_key=magic)
    left = unfinished_transfers()
    if left:
        listed = "\n".join(f"  {unfinished}" for unfinished in left)
        print(  # noqa: T201 - an offer to the person who loads the extension
            f"An earlier kernel ended before these were done:\n{listed}\n"
            "hubnb.unfinished_transfers() lists them; .resume() goes on with one, .forget() drops it."
        )
