"""Who is looking: a person with a browser, a program that runs the notebook, or nobody.

nbclient (``nbconvert --execute``, papermill) collects the state of every widget it hears of and writes it
into the saved notebook, where nobody can use it. A run without a person says so: its requests don't allow
input. There, panels open no comm at all and leave only their static record.
"""

from __future__ import annotations

import os
import sys
from enum import Enum
from typing import Any


class FrontEnd(Enum):
    """What is at the other end of this process's display."""

    LIVE = "live"
    """A notebook with a person in front of it: widgets work."""
    BATCH = "batch"
    """A notebook that a program runs: outputs are kept, nobody clicks."""
    NONE = "none"
    """A terminal, a script: no rich output."""


def front_end() -> FrontEnd:
    """Find out who sees what this thread displays now."""
    shell = _kernel_shell()
    if shell is None:
        return FrontEnd.NONE
    allows_input = _request(shell).get("content", {}).get("allow_stdin")
    if allows_input is False and not os.environ.get("SERVER_SOFTWARE", "").startswith("voila"):
        return FrontEnd.BATCH
    return FrontEnd.LIVE


def cell_id() -> str | None:
    """Give the id of the request (one run of one cell) that this thread's outputs belong to, or None."""
    shell = _kernel_shell()
    return None if shell is None else _request(shell).get("header", {}).get("msg_id")


def _kernel_shell() -> Any:
    """Give the shell of the ipykernel we run in, or None; imports nothing that is not there already."""
    if "ipykernel.zmqshell" not in sys.modules:
        return None
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    return shell if shell is not None and hasattr(shell, "kernel") else None


def _request(shell: Any) -> dict[str, Any]:
    try:
        return shell.get_parent() or {}
    except LookupError:  # ipykernel 7.0 in a thread that was started without a context
        return {}
